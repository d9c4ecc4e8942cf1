import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import type {
  ImageShape,
  ImageValue,
  SequenceValue,
  Shape,
  TensorShape,
  TensorValue,
  Value,
} from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { pictureName } from '../evaluation.ts'
import { finiteRows, shared } from '../examples.ts'
import { nearestRows } from './nearest.work.ts'

/**
 * The examples whose features are most like those of a query. Query (M, D) and features (N, D) in, with the pictures of the examples
 * as a sequence or as a batch (N, C, H, W) in the same order; a table, nearest first, their rows (K) int32, and their pictures out.
 */
export const learnNearest = defineNode({
  type: 'learn/nearest',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Nearest examples',
  alias: 'sklearn.neighbors.NearestNeighbors',
  keywords: ['k-NN', 'retrieval', 'embedding', 'similar', 'search', 'cosine similarity', 'neighbours', 'training set'],
  summary: 'Finds the examples whose features are most like those of a picture.',
  inputs: {
    query: socket.tensor({ axes: ['NC'], dtypes: ['float32'], help: 'Features of the picture to find others for.' }),
    features: socket.tensor({ axes: ['NC'], dtypes: ['float32'], help: 'A row for each example.' }),
    image: socket.image({
      collect: true,
      optional: true,
      help: 'The pictures of the examples, in their order: a folder.',
    }),
    batch: socket.tensor({ axes: ['NCHW'], optional: true, help: 'The same as one tensor.' }),
  },
  params: {
    count: param.integer({
      default: 8,
      min: 1,
      max: 1000,
      soft: [1, 32],
      label: 'How many',
      help: 'The most examples listed, the nearest first.',
    }),
    metric: param.choice({
      default: 'cosine',
      of: ['cosine', 'euclidean'],
      names: { cosine: 'Cosine: the angle', euclidean: 'Euclidean: the distance' },
      label: 'Likeness',
      help: 'How two rows of features are compared.',
    }),
    row: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      label: 'Row of the query',
      help: 'From 0, where it has several.',
    }),
  },
  outputs: {
    table: socket.table({ help: 'Name, row and distance of each, nearest first. "Pictures of a list" shows them.' }),
    rows: socket.tensor({ axes: ['N'], dtypes: ['int32'], help: 'Their places among the examples, from 0.' }),
    image: socket.sequence({ type: 'image', help: 'Their pictures, if a folder is wired.' }),
    picture: socket.image({ channels: [1, 3], help: 'Their pictures side by side, if a batch is wired.' }),
  },
  preview: 'table',
  shape: ({ image, batch, features, count }): Record<string, Shape> => {
    const all = image as Shape | undefined
    const found = Math.min(count, features?.shape[0] ?? count)
    return {
      table: { kind: 'table' },
      rows: { kind: 'tensor', shape: [found], axes: ['N'], dtype: 'int32' },
      ...(batch && { picture: rowShape(batch, found) }),
      ...(all?.kind === 'sequence' && { image: { kind: 'sequence', element: all.element, length: found } }),
    }
  },
  run: async ({ query, features, image, batch, count, metric, row }, { ops, work }): Promise<Record<string, Value>> => {
    const [n = 0, length = 0] = features.shape
    const [asked = 0, width = 0] = query.shape
    if (width !== length) throw unsupported('The query', `${width} features`, `${length}, as the examples have`)
    if (row >= asked) throw unsupported('The query', `row ${row} of ${asked}`, `0 to ${asked - 1}`)
    const own = (await ops.read(query, {})).slice(row * length, (row + 1) * length) as Float32Array
    if (!own.every(Number.isFinite)) throw unsupported('The query', 'a number that is not finite', 'finite features')
    const sequence = image as Value as SequenceValue | undefined
    for (const pictures of [sequence?.length ?? n, batch?.shape[0] ?? n])
      if (pictures !== n) throw unsupported('The pictures', `${pictures} of them`, `${n}, one for each example`)
    const rows = finiteRows(shared(await ops.read(features, {})), length)
    const found = await work(nearestRows, { rows, query: own, metric, count })
    const places = found.map(({ row: place }) => place)
    const nameOf = (i: number): string => sequence?.labels?.[i] ?? pictureName(i)
    const list = (await ops.fromNumbers({
      shape: { kind: 'tensor', shape: [places.length], axes: ['N'], dtype: 'int32' },
      numbers: Int32Array.from(places),
    })) as TensorValue
    return {
      table: {
        kind: 'table',
        columns: ['Picture', 'Row', 'Distance'],
        rows: found.map(({ row: place, distance }) => [nameOf(place), place, distance]),
      },
      rows: list,
      ...(sequence && {
        image: {
          kind: 'sequence',
          ...{ length: places.length, element: sequence.element, labels: places.map(nameOf) },
          at: (index, signal) => sequence.at(places[index] ?? 0, signal),
        } satisfies SequenceValue,
      }),
      ...(batch && places.length > 0 && { picture: await sideBySide(batch, places, ops) }),
    }
  },
  explain: {
    idea: 'A well-trained network gives similar pictures similar features. Its nearest examples show what it considers alike, and where it is fooled.',
    formula: String.raw`d(q, x) = 1 - \frac{q \cdot x}{|q|\,|x|} \qquad \text{or} \qquad d(q, x) = |q - x|`,
    reference: 'sklearn.neighbors.NearestNeighbors; Krizhevsky et al. 2012, figure 4.',
    code: 'distances, rows = sklearn.neighbors.NearestNeighbors(n_neighbors={count}, metric={metric}).fit(features).kneighbors(query)',
  },
})

/** Of pictures of a batch in a row, a pixel apart. */
function rowShape({ shape: [, all = 1, height = 1, width = 1] }: TensorShape, count: number): ImageShape {
  const channels = all === 3 ? 3 : 1
  const space = channels === 3 ? 'rgb' : 'gray'
  return { kind: 'image', height, width: count * (width + 1) - 1, channels, space, alpha: false, range: [0, 1] }
}

/** Pictures of a batch in a row, each from its smallest number (0) to its largest (1). */
async function sideBySide(
  batch: TensorValue,
  places: readonly number[],
  ops: Parameters<typeof learnNearest.run>[1]['ops'],
): Promise<ImageValue> {
  const [, all = 1, height = 1, width = 1] = batch.shape
  const shape = rowShape(batch, places.length)
  const { channels, width: across } = shape
  const numbers = await ops.read(batch, {})
  const made = new Float32Array(height * across * channels).fill(1)
  const size = all * height * width
  for (const [k, place] of places.entries()) {
    const own = Float32Array.from(numbers.subarray(place * size, (place + 1) * size))
    const [low, high] = [own.reduce((a, b) => Math.min(a, b)), own.reduce((a, b) => Math.max(a, b))]
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++)
          made[(y * across + k * (width + 1) + x) * channels + c] =
            ((own[(c * height + y) * width + x] ?? 0) - low) / (high - low || 1)
  }
  return (await ops.fromNumbers({ shape, numbers: made })) as ImageValue
}
