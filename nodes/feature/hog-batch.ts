import { defineNode } from '../../engine/graph/node.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type HogParams, hogLength } from '../hog.ts'
import { hogParams } from '../hog-params.ts'
import { hogBatchWork } from './hog-batch.work.ts'

/** Pictures for a call of the worker: some tens of milliseconds of the size of MNIST's. */
const together = 500

const vectorsShape = ({ shape }: TensorShape, params: HogParams): TensorShape => {
  const [count = 0, , height = 0, width = 0] = shape
  return { kind: 'tensor', shape: [count, hogLength(width, height, params)], axes: ['N', 'C'] }
}

/** Histograms of oriented gradients of many pictures of one size. Tensor (N, C, H, W) from 0 to 1 in, (N, D) out. */
export const hogBatch = defineNode({
  type: 'feature/hog-batch',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'HOG of a batch',
  alias: 'cv2.HOGDescriptor',
  keywords: ['histogram of oriented gradients', 'features', 'dataset', 'SVM', 'train', 'batch'],
  summary: 'Describes each picture of a batch by how many edges run in which direction.',
  inputs: { batch: socket.tensor({ axes: ['NCHW'], dtypes: ['float32'], help: 'Pictures of one size, from 0 to 1.' }) },
  params: hogParams({ cell: 4 }),
  outputs: { features: socket.tensor({ axes: ['NC'], help: 'A row for each picture.' }) },
  shape: ({ batch, ...params }) => (batch ? { features: vectorsShape(batch, params) } : {}),
  run: async ({ batch, ...params }, { ops, work, progress }) => {
    const numbers = (await ops.read(batch, {})) as Float32Array
    const [count = 0, channels = 1, height = 0, width = 0] = batch.shape
    const shape = vectorsShape(batch, params)
    const [, length = 0] = shape.shape
    const features = new Float32Array(count * length)
    const each = channels * height * width
    for (let from = 0; from < count; from += together) {
      const part = numbers.slice(from * each, Math.min(from + together, count) * each)
      const input = { batch: part, channels, height, width, params }
      features.set(await work(hogBatchWork, input, { transfer: [part.buffer] }), from * length)
      progress(Math.min(1, (from + together) / count))
    }
    return { features: (await ops.fromNumbers({ shape, numbers: features })) as TensorValue }
  },
  explain: {
    idea: 'What HOG does for one picture, for all pictures of a batch: a row of numbers for each, from which a classifier learns.',
    formula: String.raw`X_n = \mathrm{HOG}(x_n)`,
    reference: 'OpenCV HOGDescriptor; N. Dalal and B. Triggs 2005; chapter 6.1.',
    code: 'h, w = batch.shape[2:]; w, h = (max({block}, n // {cell}) * {cell} for n in (w, h)); hog = cv2.HOGDescriptor((w, h), ({block} * {cell},) * 2, ({cell}, {cell}), ({cell}, {cell}), {bins}, 1, -1, 0, 0.2, {gamma}, 64, {signed}); features = np.stack([hog.compute(np.uint8(np.rint(255 * np.moveaxis(one, 0, -1))), locations=[(0, 0)]) for one in batch])',
  },
})
