import { defineNode } from '../../engine/graph/node.ts'
import { hysteresisShape } from '../../engine/ops/canny/hysteresis.ts'
import { param } from '../../engine/types/param.ts'
import { pixelsOf } from '../../engine/values/image.ts'
import { socket } from '../../engine/values/sockets.ts'
import { toldHysteresis } from '../hysteresis-steps.ts'

/** Keeps weak edges that lead to strong ones. Image (H, W, 1) float32 in; gray image (H, W, 1) of 0 and 1 out. */
export const hysteresis = defineNode({
  type: 'edge/hysteresis',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Hysteresis',
  alias: 'skimage.filters.apply_hysteresis_threshold',
  keywords: ['canny', 'edge tracking', 'connect', 'link edges', 'weak', 'strong', 'edge detection', 'double threshold'],
  summary: 'Keeps weak edges that are connected to a strong one, and drops the others.',
  inputs: {
    image: socket.image({
      channels: [1],
      help: 'From "Double threshold", or any magnitudes with thresholds of their own.',
    }),
  },
  params: {
    low: param.number({
      default: 0.25,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      step: 0.01,
      label: 'Low',
      help: 'Numbers above it are weak. After "Double threshold", where weak is 0.5, leave it.',
    }),
    high: param.number({
      default: 0.75,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      step: 0.01,
      label: 'High',
      help: 'Numbers above it are strong. After "Double threshold", where strong is 1, leave it.',
    }),
  },
  outputs: { image: socket.image({ channels: [1], spaces: ['gray'], range: [0, 1], help: '1 on edges, else 0.' }) },
  shape: ({ image, low, high }) => (image ? { image: hysteresisShape(image, { low, high }) } : {}),
  run: ({ image, low, high }, { ops }) => ({ image: ops.hysteresis(image, { low, high }) }),
  steps: {
    over: 'image',
    async *of({ image, low, high }, { read }) {
      const numbers = await read(pixelsOf(image))
      yield* toldHysteresis(numbers, image.width, image.height, Math.min(low, high), Math.max(low, high))
    },
  },
  explain: {
    idea: 'A true edge is rarely strong all along; noise is rarely strong anywhere. So a weak pixel may stay if one can walk from it to a strong one over weak pixels, by sides or corners. Otherwise it goes.',
    formula: String.raw`E(p) = 1 \iff \text{a path of pixels with } T > \param{low}{l} \text{ leads from } p \text{ to one with } T > \param{high}{h}`,
    reference:
      'OpenCV Canny; scikit-image apply_hysteresis_threshold (which connects by sides only); J. Canny 1986; chapter 6.1.',
    code: 'labels, n = scipy.ndimage.label(image > min({low}, {high}), np.ones((3, 3))); strong = np.isin(np.arange(n + 1), labels[image > max({low}, {high})]); strong[0] = False; image = strong[labels]',
  },
})
