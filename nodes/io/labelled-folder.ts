import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { Listed, Services } from '../../engine/types/services.ts'
import type { TableValue, TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { classNameOf } from '../class-names.ts'
import { limitParam } from '../picture.ts'
import { checkSetSize, inOneArray, partOf, pictureSetParams, type Split } from '../picture-set.ts'
import { coloured, fitted } from '../prepare-picture.ts'
import { randomOf, shuffled } from '../random.ts'

interface Example extends Listed {
  readonly id: number
}

interface Wanted extends Split {
  readonly path: string
  readonly most: number
  readonly width: number
  readonly height: number
  readonly colour: 'rgb' | 'gray'
}

const folderOf = (name: string): string => name.slice(0, name.indexOf('/'))
const classOf = (folder: string): string => classNameOf(folder.replaceAll('_', ' '))

async function listed({ path, most, ...split }: Wanted, services: Services, signal: AbortSignal) {
  const all = await services.list(path, '*/*', signal)
  const byFolder = Map.groupBy(all, ({ name }) => folderOf(name))
  const folders = [...byFolder.keys()]
  if (folders.length < 2)
    throw new SightlineError('data.no-classes', { path, given: `one folder with pictures (${folders[0] ?? ''})` })
  const examples: Example[] = []
  for (const [id, folder] of folders.entries()) {
    const own = byFolder.get(folder) ?? []
    for (const at of partOf(own.length, split, folder).slice(0, most)) examples.push({ ...(own[at] as Listed), id })
  }
  const order = shuffled(examples.length, randomOf(split.seed, 'order'))
  return { folders, classes: folders.map(classOf), examples: [...order].map((at) => examples[at] as Example) }
}

function shapesOf(count: number, { width, height, colour }: Wanted) {
  const shape = [colour === 'gray' ? 1 : 3, height, width]
  checkSetSize(count, shape)
  return {
    batch: { kind: 'tensor', shape: [count, ...shape], axes: ['N', 'C', 'H', 'W'] } satisfies TensorShape,
    targets: { kind: 'tensor', shape: [count], axes: ['N'], dtype: 'int32' } satisfies TensorShape,
    names: { kind: 'text' as const },
    table: { kind: 'table' as const },
  }
}

/**
 * A labelled folder as examples for training: a folder of pictures for each class. Tensor (N, 1 | 3, height, width) float32 0..1, the
 * class of each (N) int32 in the natural order of the folders' names, these names with commas between, and a table of the files in the
 * order of the batch out.
 */
export const labelledFolder = defineNode({
  type: 'io/labelled-folder',
  version: 1,
  kind: 'source',
  draft: 'none',
  title: 'Labelled folder',
  alias: 'torchvision.datasets.ImageFolder',
  keywords: [
    'dataset',
    'data set',
    'batch',
    'train',
    'classes',
    'labels',
    'split',
    'keras image_dataset_from_directory',
  ],
  summary: 'Reads pictures that lie in one folder for each class, all in one size, to train on.',
  inputs: {},
  params: {
    path: param.folder({
      default: '',
      label: 'Folder',
      help: 'It has a folder for each class, called as the class: cats/1.jpg, dogs/1.jpg.',
    }),
    ...pictureSetParams,
    most: param.integer({
      default: 1000,
      min: 1,
      max: 1_000_000,
      soft: [10, 10_000],
      label: 'Most per class',
      help: 'At most this many of each class are taken, chosen by the seed.',
    }),
    limit: limitParam,
  },
  outputs: {
    batch: socket.tensor({ axes: ['NCHW'], help: 'The pictures, from 0 to 1, mixed by the seed.' }),
    targets: socket.tensor({ axes: ['N'], dtypes: ['int32'], help: 'The class of each, from 0.' }),
    names: socket.text({ help: 'Of the classes, with commas between.' }),
    table: socket.table({ help: 'The file and the class of each picture.' }),
  },
  shape: async (params, { services, signal }) =>
    shapesOf((await listed(params, services, signal)).examples.length, params),
  identity: async ({ path }, { services, signal }) => {
    const folders = [...new Set((await services.list(path, '*/*', signal)).map(({ name }) => folderOf(name)))]
    const base = path.replace(/[/\\]$/, '')
    return (await Promise.all(folders.map((folder) => services.identity(`${base}/${folder}`, signal)))).join(' ')
  },
  reads: async (params, { services, signal }) =>
    (await listed(params, services, signal)).examples.map(({ path }) => path),
  watches: ({ path }) => (path ? [path] : []),
  run: async (params, context) => {
    const { ops, services, signal } = context
    const { width, height, colour, fit, limit } = params
    const { classes, examples } = await listed(params, services, signal)
    const shapes = shapesOf(examples.length, params)
    const [count = 0, channels = 1] = shapes.batch.shape
    const numbers = await inOneArray(
      new Float32Array(count * channels * height * width),
      count,
      async (index, ops) => {
        const picture = await ops.fromPicture(await services.decode(examples[index]?.path ?? '', limit, signal))
        const sized = await fitted(ops, await coloured(ops, picture, colour === 'gray' ? 1 : 3), params, fit)
        return ops.read(await ops.toTensor(sized, { axes: 'NCHW' }), {})
      },
      context,
    )
    const targets = Int32Array.from(examples, ({ id }) => id)
    const table: TableValue = {
      kind: 'table',
      columns: ['Example', 'File', 'Class'],
      rows: examples.map(({ name, id }, i) => [i, name, classes[id] ?? '']),
    }
    return {
      batch: (await ops.fromNumbers({ shape: shapes.batch, numbers })) as TensorValue,
      targets: (await ops.fromNumbers({ shape: shapes.targets, numbers: targets })) as TensorValue,
      names: { kind: 'text', text: classes.join(', ') },
      table,
    }
  },
  explain: {
    idea: 'The simplest form of a data set: the name of a folder is the right answer for all pictures in it. Each class is split by itself, so that rare ones are in both parts.',
    reference: 'torchvision.datasets.ImageFolder; sklearn.model_selection.StratifiedShuffleSplit.',
    code: 'data = torchvision.datasets.ImageFolder({path}, torchvision.transforms.Compose([torchvision.transforms.Resize(({height}, {width})), torchvision.transforms.ToTensor()]))',
  },
})
