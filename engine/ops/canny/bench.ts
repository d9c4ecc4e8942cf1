import type { OpBench } from '../bench.ts'
import { expr, greater, select } from '../expr.ts'

const [low, high] = [100 / 255, 200 / 255]
/** As edge/double-threshold. */
const sorted = expr((v) => select(greater(v, high), 1, select(greater(v, low), 0.5, 0)))

export const benches: readonly OpBench[] = [
  {
    // The four nodes of Canny behind its blur, each with its picture.
    name: 'canny',
    planes: 9,
    async run(ops, { gray }) {
      const { x, y } = await ops.sobel(gray, { border: 'replicate', outputs: ['x', 'y'] })
      if (!x || !y) throw new Error('Sobel gave no derivatives')
      const thin = await ops.nonMaximum(x, y, {})
      const parts = await ops.pointwise(thin, { formula: sorted })
      return ops.hysteresis(parts, { low: 0.25, high: 0.75 })
    },
    peers: () => ({
      opencv: [{ call: 'Canny', args: ['gray8', { to: 'bytes1' }, 100, 200], more: [3, { flag: true }] }],
      // OpenCV's takes bytes only.
      scientific: [{ call: 'skimage.feature.canny', args: ['gray', 0, low, high] }],
    }),
  },
]
