import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { blockParam, blockwise, floatsOf, grayInput, keypointsFrom, smallerEigenvalue } from '../corners.ts'
import { responseShape } from './harris.ts'
import { peaksWork } from './peaks.work.ts'

/** Corners by Shi and Tomasi. Image (H, W, 1) in; the smaller eigenvalue (H, W, 1), data, and keypoints, best first, out. */
export const goodFeatures = defineNode({
  type: 'feature/good-features',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Shi-Tomasi corners',
  alias: 'cv2.goodFeaturesToTrack',
  keywords: ['corner', 'keypoints', 'interest points', 'good features to track', 'minimum eigenvalue', 'optical flow'],
  summary: 'Finds the corners that are best to follow, well apart from each other.',
  inputs: { image: grayInput },
  params: {
    most: param.integer({
      default: 200,
      min: 1,
      max: 100_000,
      soft: [1, 1000],
      label: 'How many',
      help: 'The most corners returned, the best first.',
    }),
    quality: param.number({
      default: 0.01,
      min: 0,
      max: 1,
      soft: [0, 0.2],
      step: 0.001,
      label: 'Quality',
      help: 'Corners are peaks above this part of the best one.',
    }),
    distance: param.number({
      default: 10,
      min: 0,
      max: 10_000,
      soft: [0, 50],
      step: 1,
      unit: 'px',
      label: 'Distance',
      help: 'No two corners are nearer than this.',
    }),
    blockSize: blockParam,
  },
  outputs: {
    keypoints: socket.keypoints({ over: 'image' }),
    response: socket.image({
      channels: [1],
      spaces: ['data'],
      range: null,
      help: 'How much changes in the direction in which least changes.',
    }),
  },
  shape: ({ image }) =>
    image
      ? { response: responseShape(image), keypoints: { kind: 'keypoints', width: image.width, height: image.height } }
      : {},
  run: async ({ image, most, quality, distance, blockSize }, { ops, work, wants, scale }) => {
    const response = await blockwise(ops, image, blockSize, scale, smallerEigenvalue)
    if (!wants('keypoints')) return { response }
    const responses = await floatsOf(ops, response)
    const input = { responses, width: image.width, quality, distance, most, size: blockSize }
    const rows = await work(peaksWork, input, { transfer: [responses.buffer] })
    return { response, keypoints: keypointsFrom(rows, image, ops) }
  },
  explain: {
    idea: 'Like Harris, but with a plainer question: in the direction in which the picture changes least, does it still change enough? Then the spot cannot be confused with its neighbours, and a tracker finds it again.',
    formula: String.raw`R = \min(\lambda_1, \lambda_2) = \tfrac{a + c}{2} - \sqrt{\bigl(\tfrac{a - c}{2}\bigr)^2 + b^2}, \qquad M = \begin{bmatrix} a & b \\ b & c \end{bmatrix}`,
    reference: 'OpenCV goodFeaturesToTrack and cornerMinEigenVal; J. Shi and C. Tomasi, Good features to track, 1994.',
    code: 'response = cv2.cornerMinEigenVal(image, {blockSize}); points = cv2.goodFeaturesToTrack(image, {most}, max({quality}, 1e-9), {distance}, blockSize={blockSize})',
  },
})
