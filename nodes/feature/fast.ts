import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grayInput } from '../corners.ts'

/** FAST corners. Image (H, W, 1) of 0 to 1 in; keypoints, row by row, whose response is their score, out. */
export const fast = defineNode({
  type: 'feature/fast',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'FAST corners',
  alias: 'cv2.FastFeatureDetector',
  keywords: ['corner', 'keypoints', 'interest points', 'accelerated segment test', 'ORB', 'detector', 'Rosten'],
  summary: 'Finds corners quickly, by comparing a pixel with a ring of sixteen around it.',
  inputs: { image: grayInput },
  params: {
    threshold: param.number({
      default: 0.08,
      min: 0.004,
      max: 1,
      soft: [0.004, 0.4],
      step: 0.004,
      label: 'Threshold',
      help: 'How much lighter or darker the ring must be, in steps of 1/255. 20 of 8 bits is 0.08.',
    }),
    suppress: param.boolean({
      default: true,
      label: 'Only the best',
      help: 'Of corners that touch only the one with the largest score stays.',
    }),
  },
  outputs: { keypoints: socket.keypoints({ over: 'image' }), count: socket.number() },
  shape: ({ image }) => ({
    ...(image && { keypoints: { kind: 'keypoints' as const, width: image.width, height: image.height } }),
    count: { kind: 'number' },
  }),
  run: async ({ image, threshold, suppress }, { ops }) => {
    const points = await ops.fastCorners(image, { threshold: Math.max(1, Math.round(threshold * 255)), suppress })
    const { width, height } = image
    return {
      keypoints: { kind: 'keypoints', width, height, points },
      count: { kind: 'number', value: points.shape[0] ?? 0 },
    }
  },
  explain: {
    idea: 'Look at the ring of sixteen pixels around a pixel. If nine in a row are all lighter than it, or all darker, it is a corner. Most pixels are dismissed after two comparisons, which makes it so fast.',
    formula: String.raw`\exists\, k:\ I(r_i) > I(p) + \param{threshold}{t} \ \text{for all}\ i = k \ldots k + 8, \quad \text{or all}\ < I(p) - t`,
    reference:
      'OpenCV FastFeatureDetector, TYPE_9_16, on 8 bits; E. Rosten and T. Drummond, Machine learning for high-speed corner detection, 2006.',
    code: 'detector = cv2.FastFeatureDetector_create(max(1, round(255 * {threshold})), {suppress}); keypoints = detector.detect(np.uint8(np.rint(255 * image))); count = len(keypoints)',
  },
})
