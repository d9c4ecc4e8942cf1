import { defineNode } from '../../engine/graph/node.ts'
import { expr, greater, select } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'

const lowParam = param.number({
  default: 0.2,
  min: 0,
  max: 1e6,
  soft: [0, 2],
  step: 0.01,
  label: 'Low',
  help: 'Magnitudes above it are weak: kept only where they lead to a strong one. 100 of 8 bits is 0.39.',
})
const highParam = param.number({
  default: 0.4,
  min: 0,
  max: 1e6,
  soft: [0, 2],
  step: 0.01,
  label: 'High',
  help: 'Magnitudes above it are strong: always kept. Two to three times Low is usual.',
})

/** Parts numbers in three: Image (H, W, C) float32 in; 0 for none, 0.5 for weak, 1 for strong, in the same shape, out. */
export const doubleThreshold = defineNode({
  type: 'edge/double-threshold',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Double threshold',
  alias: 'cv2.Canny, step 4',
  keywords: ['canny', 'weak', 'strong', 'two thresholds', 'edge detection', 'hysteresis'],
  summary: 'Tells strong edges, weak edges and no edges apart by two thresholds.',
  inputs: { image: socket.image({ help: 'Magnitudes, as from "Thin edges".' }) },
  params: { low: lowParam, high: highParam },
  outputs: {
    image: socket.image({ range: [0, 1], help: '0 no edge, 0.5 weak, 1 strong.' }).like('image'),
  },
  shape: ({ image }) => (image ? { image: pointwiseShape([image], { range: [0, 1] }) } : {}),
  run: async ({ image, low, high }, { ops }) => {
    const [weak, strong] = [Math.min(low, high), Math.max(low, high)]
    const formula = expr((v) => select(greater(v, strong), 1, select(greater(v, weak), 0.5, 0)))
    return { image: ops.pointwise(image, { formula, range: [0, 1] }) }
  },
  explain: {
    idea: 'One threshold is either too strict, and edges are torn, or too lenient, and noise comes along. So there are two: what is above the high one is an edge for certain; what lies between is undecided.',
    formula: String.raw`T(p) = \begin{cases} 1 & N(p) > \param{high}{h} \\ 0.5 & \param{low}{l} < N(p) \le \param{high}{h} \\ 0 & \text{otherwise} \end{cases}`,
    reference: 'J. Canny, A computational approach to edge detection, 1986, section VIII; OpenCV Canny; chapter 6.1.',
    code: 'image = 0.5 * (image > min({low}, {high})) + 0.5 * (image > max({low}, {high}))',
    laws: [{ change: { low: 'up', high: 'up' }, measure: 'mean', expect: 'down' }],
  },
})
