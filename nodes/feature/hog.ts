import { defineNode } from '../../engine/graph/node.ts'
import { hogShape } from '../../engine/ops/hog/op.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filledColours } from '../alpha.ts'
import { type HogParams, hogSize } from '../hog.ts'
import { hogParams } from '../hog-params.ts'
import { hogWork } from './hog.work.ts'

/** Pixels up to which stars are drawn twice as large as their cells. */
const largest = 1_000_000

const zoomOf = (image: ImageShape, params: HogParams): number => {
  const { width, height } = hogSize(image.width, image.height, params)
  return width * height <= largest ? 2 : 1
}

function starsShape(image: ImageShape, params: HogParams): ImageShape {
  const { width, height } = hogSize(image.width, image.height, params)
  const zoom = zoomOf(image, params)
  const size = { width: width * zoom, height: height * zoom }
  return { kind: 'image', ...size, channels: 1, space: 'gray', alpha: false, range: [0, 1] }
}

/**
 * Histograms of oriented gradients. Image (H, W, C) in; a vector (1, D), 3,780 numbers of 64 × 128 pixels, and a drawing of the
 * histograms, one star a cell, out.
 */
export const hog = defineNode({
  type: 'feature/hog',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'HOG',
  alias: 'cv2.HOGDescriptor',
  keywords: [
    'histogram of oriented gradients',
    'descriptor',
    'feature vector',
    'Dalal',
    'Triggs',
    'pedestrian',
    'people',
    'SVM',
  ],
  summary: 'Describes a shape by how many edges run in which direction, cell by cell.',
  inputs: { image: socket.image({ help: 'Of a colour picture each pixel counts with its steepest channel.' }) },
  params: hogParams({ cell: 8 }),
  outputs: {
    vector: socket.tensor({ axes: ['NC'], help: 'For a classifier: block by block, downwards and then to the right.' }),
    image: socket.image({
      channels: [1],
      spaces: ['gray'],
      range: [0, 1],
      help: 'A star for each cell: bright lines run along its edges.',
    }),
  },
  preview: 'image',
  shape: ({ image, ...params }) => (image ? { vector: hogShape(image, params), image: starsShape(image, params) } : {}),
  run: async ({ image, ...params }, { ops, work, wants }) => {
    const colours = await filledColours(ops, image, 1)
    const vector = await ops.hogVector(colours, params)
    if (!wants('image')) return { vector }
    const drawing = {
      vector: Float32Array.from(await ops.read(vector, {})),
      size: hogSize(image.width, image.height, params),
      params,
      zoom: zoomOf(image, params),
    }
    const stars = await work(hogWork, drawing, { transfer: [drawing.vector.buffer] })
    return {
      vector,
      image: (await ops.fromNumbers({ shape: starsShape(image, params), numbers: stars })) as ImageValue,
    }
  },
  explain: {
    idea: 'A shape is known by the directions of its edges. In each cell every pixel votes for its direction, with its steepness. Four cells together are scaled to length 1, so that light does not matter. All numbers in a row describe the shape.',
    formula: String.raw`h_b = \sum_{p \in \text{cell}} w(p)\, |G(p)|\, [\theta(p) \in b], \qquad v \leftarrow \frac{\min(v / |v|,\ 0.2)}{|\ldots|}`,
    reference:
      'OpenCV HOGDescriptor (trilinear votes, L2Hys at 0.2); N. Dalal and B. Triggs, Histograms of oriented gradients for human detection, 2005; chapter 6.1.',
    code: 'w, h = (max({block}, n // {cell}) * {cell} for n in image.shape[1::-1]); hog = cv2.HOGDescriptor((w, h), ({block} * {cell},) * 2, ({cell}, {cell}), ({cell}, {cell}), {bins}, 1, -1, 0, 0.2, {gamma}, 64, {signed}); vector = hog.compute(np.uint8(np.rint(255 * image)), locations=[(0, 0)])',
  },
})
