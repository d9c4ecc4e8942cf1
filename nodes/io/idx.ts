import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { Services } from '../../engine/types/services.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { parseIdx } from '../idx.ts'
import { buffersOf, bytesToUnit, someOf } from './unit.work.ts'

/** MNIST has 47 MB. */
const mostBytes = 256 << 20
const shown = ['idx', 'gz', 'idx3-ubyte', 'idx1-ubyte']

interface Wanted {
  readonly images: string
  readonly labels: string
  readonly first: number
  readonly count: number
}

async function read({ images, labels, first, count }: Wanted, services: Services, signal: AbortSignal) {
  const pictures = parseIdx(await services.bytes(images, signal, mostBytes), images, 'pictures')
  const answers = parseIdx(await services.bytes(labels, signal, mostBytes), labels, 'right answers')
  const [all = 0, height = 0, width = 0] = pictures.shape
  if (answers.shape[0] !== all) throw new SightlineError('data.rows', { examples: all, targets: answers.shape[0] ?? 0 })
  const from = Math.min(first, all - 1)
  const length = Math.min(count, all - from)
  const batch: TensorShape = { kind: 'tensor', shape: [length, 1, height, width], axes: ['N', 'C', 'H', 'W'] }
  const targets: TensorShape = { kind: 'tensor', shape: [length], axes: ['N'], dtype: 'int32' }
  return { pictures, answers, from, length, shapes: { batch, targets } }
}

/**
 * Reads labelled pictures from IDX files. Tensor (N, 1, H, W) float32 0..1 and right answers (N) int32 out.
 */
export const idx = defineNode({
  type: 'io/idx',
  version: 1,
  kind: 'source',
  draft: 'none',
  title: 'IDX data',
  alias: 'torchvision.datasets.MNIST',
  keywords: ['MNIST', 'Fashion-MNIST', 'EMNIST', 'digits', 'dataset', 'data set', 'ubyte', 'labels', 'batch', 'train'],
  summary: 'Reads the pictures and right answers of MNIST, Fashion-MNIST and the like.',
  inputs: {},
  params: {
    images: param.file({
      default: '',
      mode: 'open',
      accept: shown,
      label: 'Pictures',
      help: 'Such as train-images-idx3-ubyte.gz; packed by gzip or not.',
    }),
    labels: param.file({
      default: '',
      mode: 'open',
      accept: shown,
      label: 'Right answers',
      help: 'Such as train-labels-idx1-ubyte.gz.',
    }),
    first: param.integer({ default: 0, min: 0, max: 10_000_000, label: 'First', help: 'The first example, from 0.' }),
    count: param.integer({
      default: 2000,
      min: 1,
      max: 100_000,
      soft: [100, 10_000],
      label: 'Count',
      help: 'How many examples. Fewer where the file ends.',
    }),
  },
  outputs: {
    batch: socket.tensor({ axes: ['NCHW'], help: 'The pictures, from 0 to 1.' }),
    targets: socket.tensor({ axes: ['N'], dtypes: ['int32'], help: 'The class of each, from 0.' }),
  },
  shape: async (params, { services, signal }) => (await read(params, services, signal)).shapes,
  identity: async ({ images, labels }, { services, signal }) =>
    (await Promise.all([images, labels].map((path) => services.identity(path, signal)))).join(' '),
  watches: ({ images, labels }) => [images, labels].filter((path) => path !== ''),
  run: async (params, { ops, services, signal, work }) => {
    const { pictures, answers, from, length, shapes } = await read(params, services, signal)
    const size = pictures.numbers.length / (pictures.shape[0] ?? 1)
    const targets = Int32Array.from(answers.numbers.subarray(from, from + length))
    const all = { bytes: pictures.numbers, first: 0, apart: size, count: pictures.shape[0] ?? 0 }
    const sources = [someOf(all, from, length)]
    const batch = await work(bytesToUnit, { sources, size }, { transfer: buffersOf(sources) })
    return {
      batch: (await ops.fromNumbers({ shape: shapes.batch, numbers: batch })) as TensorValue,
      targets: (await ops.fromNumbers({ shape: shapes.targets, numbers: targets })) as TensorValue,
    }
  },
  explain: {
    idea: 'A data set is pictures of one size with the right answer for each. Networks take many at once: a batch, with the axes N (which picture), C (which channel), H and W.',
    formula: String.raw`x_n(c, y, x) = \frac{v_n(y, x)}{255}, \qquad t_n \in \{0, \dots, 9\}`,
    reference:
      'LeCun, Cortes and Burges, the MNIST database, IDX file format; Xiao, Rasul and Vollgraf 2017, "Fashion-MNIST".',
    code: 'batch = np.frombuffer(gzip.open({images}).read(), np.uint8, offset=16).reshape(-1, 1, 28, 28)[{first}:{first} + {count}] / np.float32(255); targets = np.frombuffer(gzip.open({labels}).read(), np.uint8, offset=8)[{first}:{first} + {count}]',
  },
})
