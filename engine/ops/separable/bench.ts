import type { OpBench } from '../bench.ts'
import { gaussianTaps } from './gaussian.ts'

const taps = gaussianTaps(3)
/** Of each of three channels. */
const three = taps.flatMap((tap) => [tap, tap, tap])

export const benches: readonly OpBench[] = [
  {
    name: 'gaussian',
    planes: 6,
    run: (ops, { rgb }) => ops.separable(rgb, { x: taps, y: taps, border: 'reflect101' }),
    peers: () => ({
      opencv: [{ call: 'GaussianBlur', args: ['rgb', { to: 'rgb1' }, { size: [taps.length, taps.length] }, 3] }],
      sharp: [['blur', 3]],
      tensorflow(tf, { rgb }) {
        const [across, down] = [tf.tensor4d(three, [1, taps.length, 3, 1]), tf.tensor4d(three, [taps.length, 1, 3, 1])]
        return tf.depthwiseConv2d(tf.depthwiseConv2d(rgb, across, 1, 'same'), down, 1, 'same')
      },
    }),
  },
]
