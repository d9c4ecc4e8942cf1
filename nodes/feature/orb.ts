import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grayInput } from '../corners.ts'
import { largestPicture } from '../features-of.ts'

/** ORB. Image (H, W, 1) of 0 to 1 in; keypoints with descriptors (N, 32) uint8, and the descriptors alone out. */
export const orb = defineNode({
  type: 'feature/orb',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'ORB',
  alias: 'cv2.ORB',
  keywords: ['keypoints', 'descriptors', 'FAST', 'BRIEF', 'binary', 'Rublee', 'features', 'matching', 'corner'],
  summary: 'Finds corners at several sizes, with a direction, and describes each by 256 bits.',
  inputs: { image: grayInput },
  params: {
    most: param.integer({
      default: 500,
      min: 1,
      max: 100_000,
      soft: [1, 5000],
      label: 'How many',
      help: 'The most keypoints returned over all sizes, the best first.',
    }),
    factor: param.number({
      default: 1.2,
      min: 1.05,
      max: 4,
      soft: [1.05, 2],
      step: 0.05,
      label: 'Factor',
      help: 'How much smaller the picture becomes from one size to the next.',
    }),
    levels: param.integer({
      default: 8,
      min: 1,
      max: 32,
      soft: [1, 12],
      label: 'Levels',
      help: 'How many sizes there are.',
    }),
    threshold: param.number({
      default: 0.08,
      min: 0.004,
      max: 1,
      soft: [0.004, 0.4],
      step: 0.004,
      label: 'Threshold',
      help: 'Of FAST: how much lighter or darker the ring around a corner must be. 20 of 8 bits is 0.08.',
    }),
  },
  outputs: {
    keypoints: socket.keypoints({ over: 'image', help: 'With their descriptors, for matching.' }),
    descriptors: socket.tensor({ axes: ['NC'], help: 'One row of 32 bytes for each: 256 bits.' }),
  },
  shape: ({ image }) => {
    if (image) largestPicture('ORB', image)
    return image ? { keypoints: { kind: 'keypoints', width: image.width, height: image.height } } : {}
  },
  run: async ({ image, threshold, ...given }, { ops }) => {
    largestPicture('ORB', image)
    const params = { ...given, threshold: Math.max(1, Math.round(threshold * 255)) }
    const { points, descriptors } = await ops.orbFeatures(image, params)
    const { width, height } = image
    return { keypoints: { kind: 'keypoints', width, height, points, descriptors }, descriptors }
  },
  explain: {
    idea: 'FAST corners, at several sizes, the best by Harris. The centre of brightness around a corner gives it a direction. Then 256 pairs of pixels, turned with it, are compared: is the one darker? The answers are its description.',
    formula: String.raw`\theta = \operatorname{atan2}\bigl(\textstyle\sum v I, \sum u I\bigr), \qquad d_i = [\, I(R_\theta\, p_i) < I(R_\theta\, q_i)\, ]`,
    reference:
      'E. Rublee et al., ORB: an efficient alternative to SIFT or SURF, 2011; OpenCV ORB, whose 256 pairs are others.',
    code: 'detector = cv2.ORB_create({most}, {factor}, {levels}, fastThreshold=max(1, round(255 * {threshold}))); keypoints, descriptors = detector.detectAndCompute(np.uint8(np.rint(255 * image)), None)',
  },
})
