import { defineNode } from '../../engine/graph/node.ts'
import { inPlace } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { blockParam, blockwise, floatsOf, grayInput, harrisFormula, keypointsFrom } from '../corners.ts'
import { peaksWork } from './peaks.work.ts'

/** More than that nobody looks at. */
const most = 100_000

/** Of data without a range, where the picture is. */
export const responseShape = (image: ImageShape): ImageShape => {
  const { range: _, ...shape } = inPlace(image)
  return { ...shape, space: 'data', alpha: false }
}

/** Harris' corners. Image (H, W, 1) in; the response (H, W, 1), data, and its peaks as keypoints, strongest first, out. */
export const harris = defineNode({
  type: 'feature/harris',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Harris corners',
  alias: 'cv2.cornerHarris',
  keywords: ['corner', 'keypoints', 'interest points', 'features', 'structure tensor', 'Stephens', 'detector'],
  summary: 'Finds corners: places where the picture changes in every direction.',
  inputs: { image: grayInput },
  params: {
    k: param.number({
      default: 0.04,
      min: 0,
      max: 0.25,
      soft: [0.02, 0.2],
      step: 0.005,
      label: 'k',
      help: 'How much edges are held down: the larger, the fewer points on edges. 0.04 to 0.06 is usual.',
    }),
    blockSize: blockParam,
    threshold: param.number({
      default: 0.01,
      min: 0,
      max: 1,
      soft: [0, 0.2],
      step: 0.001,
      label: 'Threshold',
      help: 'Corners are peaks above this part of the largest response.',
    }),
  },
  outputs: {
    response: socket.image({
      channels: [1],
      spaces: ['data'],
      range: null,
      help: 'Large at corners, negative on edges.',
    }),
    keypoints: socket.keypoints({ over: 'image', help: 'The peaks of the response, strongest first.' }),
  },
  preview: 'keypoints',
  shape: ({ image }) =>
    image
      ? { response: responseShape(image), keypoints: { kind: 'keypoints', width: image.width, height: image.height } }
      : {},
  run: async ({ image, k, blockSize, threshold }, { ops, work, wants, scale }) => {
    const response = await blockwise(ops, image, blockSize, scale, harrisFormula(k))
    if (!wants('keypoints')) return { response }
    const responses = await floatsOf(ops, response)
    const input = { responses, width: image.width, quality: threshold, distance: 0, most, size: blockSize }
    const rows = await work(peaksWork, input, { transfer: [responses.buffer] })
    return { response, keypoints: keypointsFrom(rows, image, ops) }
  },
  explain: {
    idea: 'Shift a small window a little: on a flat wall nothing changes, on an edge only one way, at a corner every way. The slopes inside the window tell which of the three it is, in one number.',
    formula: String.raw`M = \sum_{\text{block}} \begin{bmatrix} G_x^2 & G_x G_y \\ G_x G_y & G_y^2 \end{bmatrix}, \qquad R = \det M - \param{k}{k}\,(\operatorname{tr} M)^2`,
    reference:
      'OpenCV cornerHarris (ksize 3), peaks as goodFeaturesToTrack with useHarrisDetector; C. Harris and M. Stephens, 1988; chapter 6.1.',
    code: 'response = cv2.cornerHarris(image, {blockSize}, 3, {k}); peaks = (response > {threshold} * response.max()) & (response == cv2.dilate(response, None))',
  },
})
