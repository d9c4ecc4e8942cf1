import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { Services } from '../../engine/types/services.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type Cifar, cifarClasses, cifarShape, parseCifar } from '../cifar.ts'
import { type BytePictures, buffersOf, bytesToUnit, someOf } from './unit.work.ts'

/** A batch has 31 MB. */
const mostBytes = 64 << 20
const names = {
  training: ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5'],
  test: ['test_batch'],
} as const

interface Wanted {
  readonly path: string
  readonly set: keyof typeof names
  readonly first: number
  readonly count: number
}

const join = (folder: string, name: string): string => `${folder.replace(/[/\\]$/, '')}/${name}`

/** Where each batch lies, in either form; those that are not there are left out. Throws `data.no-batches`. */
async function batchesIn({ path, set }: Pick<Wanted, 'path' | 'set'>, services: Services, signal: AbortSignal) {
  if (path === '') throw new SightlineError('file.folder-none', {})
  await services.identity(path, signal)
  const found: { readonly file: string; readonly identity: string }[] = []
  for (const name of names[set])
    for (const file of [join(path, `${name}.bin`), join(path, name)]) {
      try {
        found.push({ file, identity: await services.identity(file, signal) })
        break
      } catch (error) {
        if (!(error instanceof SightlineError && error.code === 'file.missing')) throw error
      }
    }
  if (found.length === 0)
    throw new SightlineError('data.no-batches', { path, wanted: names[set].map((name) => `${name}.bin`).join(', ') })
  return found
}

async function read({ path, set, first, count }: Wanted, services: Services, signal: AbortSignal) {
  const batches: Cifar[] = []
  for (const { file } of await batchesIn({ path, set }, services, signal))
    batches.push(parseCifar(await services.bytes(file, signal, mostBytes), file))
  const all = batches.reduce((sum, batch) => sum + batch.count, 0)
  const from = Math.min(first, all - 1)
  const length = Math.min(count, all - from)
  const batch: TensorShape = { kind: 'tensor', shape: [length, ...cifarShape], axes: ['N', 'C', 'H', 'W'] }
  const targets: TensorShape = { kind: 'tensor', shape: [length], axes: ['N'], dtype: 'int32' }
  return { batches, from, length, shapes: { batch, targets, names: { kind: 'text' as const } } }
}

/**
 * Reads pictures of CIFAR-10. Tensor (N, 3, 32, 32) float32 0..1, the right answers (N) int32, and the names of the ten classes, with
 * commas between, out.
 */
export const cifar = defineNode({
  type: 'io/cifar',
  version: 1,
  kind: 'source',
  draft: 'none',
  title: 'CIFAR-10',
  alias: 'torchvision.datasets.CIFAR10',
  keywords: ['dataset', 'data set', 'pictures', 'batch', 'train', 'classes', 'labelled', 'pickle', 'data_batch_1'],
  summary: 'Reads CIFAR-10: 60,000 small colour pictures of ten kinds of things.',
  inputs: {},
  params: {
    path: param.folder({
      default: '',
      label: 'Folder',
      help: 'cifar-10-batches-bin or cifar-10-batches-py, as the authors pack them, unpacked.',
    }),
    set: param.choice({
      default: 'training',
      of: ['training', 'test'],
      names: { training: 'Training (50,000)', test: 'Test (10,000)' },
      label: 'Set',
      help: 'What a network learns from, or what it is tested on.',
    }),
    first: param.integer({ default: 0, min: 0, max: 10_000_000, label: 'First', help: 'The first example, from 0.' }),
    count: param.integer({
      default: 2000,
      min: 1,
      max: 100_000,
      soft: [100, 10_000],
      label: 'Count',
      help: 'How many examples. Fewer where the set ends.',
    }),
  },
  outputs: {
    batch: socket.tensor({ axes: ['NCHW'], help: 'The pictures, from 0 to 1.' }),
    targets: socket.tensor({ axes: ['N'], dtypes: ['int32'], help: 'The class of each, from 0.' }),
    names: socket.text({ help: 'Of the ten classes, with commas between.' }),
  },
  shape: async (params, { services, signal }) => (await read(params, services, signal)).shapes,
  identity: async (params, { services, signal }) =>
    (await batchesIn(params, services, signal)).map(({ identity }) => identity).join(' '),
  reads: async (params, { services, signal }) => (await batchesIn(params, services, signal)).map(({ file }) => file),
  watches: ({ path }) => (path ? [path] : []),
  run: async (params, { ops, services, signal, work }) => {
    const { batches, from, length, shapes } = await read(params, services, signal)
    const targets = new Int32Array(length)
    const sources: BytePictures[] = []
    let begin = 0
    for (const batch of batches) {
      const [own, to] = [Math.max(from - begin, 0), Math.max(begin - from, 0)]
      const count = Math.min(batch.count - own, length - to)
      if (count > 0) {
        sources.push(someOf(batch, own, count))
        targets.set(batch.targets.subarray(own, own + count), to)
      }
      begin += batch.count
    }
    const size = cifarShape[0] * cifarShape[1] * cifarShape[2]
    const numbers = await work(bytesToUnit, { sources, size }, { transfer: buffersOf(sources) })
    return {
      batch: (await ops.fromNumbers({ shape: shapes.batch, numbers })) as TensorValue,
      targets: (await ops.fromNumbers({ shape: shapes.targets, numbers: targets })) as TensorValue,
      names: { kind: 'text', text: cifarClasses.join(', ') },
    }
  },
  explain: {
    idea: 'Photographs of 32 × 32 pixels: airplanes, cats, ships. Large enough to need more than edges, small enough to train on in an evening, so nearly every architecture of the field was tried on it.',
    formula: String.raw`x_n(c, y, x) = \frac{v_n(c, y, x)}{255}, \qquad t_n \in \{0, \dots, 9\}`,
    reference:
      'Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images"; CIFAR-10, binary and Python version.',
    code: {
      by: 'set',
      of: {
        training:
          'data = torchvision.datasets.CIFAR10({path}, train=True); batch = data.data.transpose(0, 3, 1, 2)[{first}:{first} + {count}] / 255; targets = data.targets[{first}:{first} + {count}]',
        test: 'data = torchvision.datasets.CIFAR10({path}, train=False); batch = data.data.transpose(0, 3, 1, 2)[{first}:{first} + {count}] / 255; targets = data.targets[{first}:{first} + {count}]',
      },
    },
  },
})
