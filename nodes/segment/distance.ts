import { defineNode } from '../../engine/graph/node.ts'
import { distanceMetrics, distanceShape } from '../../engine/ops/distance/op.ts'
import { expr, greater, mul } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { asData } from '../derivatives.ts'

/** How far each pixel is from the nearest 0. Mask or gray image (H, W, 1) in; distances (H, W, 1) in pixels out. */
export const distanceTransform = defineNode({
  type: 'segment/distance',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Distance transform',
  alias: 'cv2.distanceTransform',
  keywords: [
    'Euclidean distance',
    'edt',
    'skeleton',
    'medial axis',
    'watershed',
    'thickness',
    'Voronoi',
    'signed distance',
  ],
  summary: 'Gives each pixel of a mask its distance from the nearest pixel outside.',
  inputs: {
    image: socket.image({
      channels: [1],
      help: 'A mask, or a gray picture: distances are measured from all that is not above the threshold.',
    }),
  },
  params: {
    threshold: param.number({
      default: 0.5,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      step: 0.005,
      label: 'Threshold',
      help: 'What is above it is inside.',
    }),
    metric: param.choice({
      default: 'euclidean',
      of: distanceMetrics,
      names: { euclidean: 'Straight (L2)', manhattan: 'City blocks (L1)' },
      label: 'Distance',
      help: 'Straight: the exact length of the line. City blocks: steps across and down.',
    }),
  },
  outputs: {
    image: socket.image({
      spaces: ['data'],
      range: null,
      help: 'In pixels, 0 outside; infinite if there is no outside.',
    }),
  },
  shape: ({ image }) => (image ? { image: distanceShape(image) } : {}),
  run: async ({ image, threshold, metric }, { ops, scale }) => {
    const inside = await ops.pointwise(image, { formula: expr((v) => greater(v, threshold)), ...asData })
    const made = await ops.distance(inside, { metric })
    // In pixels of the full picture.
    return {
      image: scale === 1 ? made : await ops.pointwise(made, { formula: expr((v) => mul(v, 1 / scale)), ...asData }),
    }
  },
  explain: {
    idea: 'Like water that runs in from all sides: the longer a place stays dry, the farther it is from the edge. The ridges are the middle lines of shapes, and the highest points make good seeds for parting things that touch.',
    formula: {
      by: 'metric',
      of: {
        euclidean: String.raw`D(p) = \min_{q:\ I(q) \le \param{threshold}{t}} \|p - q\|_2`,
        manhattan: String.raw`D(p) = \min_{q:\ I(q) \le \param{threshold}{t}} \|p - q\|_1`,
      },
    },
    reference:
      'OpenCV distanceTransform (precise); Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012.',
    code: {
      by: 'metric',
      of: {
        euclidean: 'cv2.distanceTransform((image > {threshold}).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)',
        manhattan: 'cv2.distanceTransform((image > {threshold}).astype(np.uint8), cv2.DIST_L1, 3)',
      },
    },
  },
})
