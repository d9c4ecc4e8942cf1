import type { OpBench } from '../bench.ts'
import { expr, greater, mix } from '../expr.ts'

const blend = expr((a, b) => mix(a, b, 0.7))
const above = expr((v) => greater(v, 0.5))

export const benches: readonly OpBench[] = [
  {
    name: 'blend',
    planes: 9,
    run: (ops, { rgb }) => ops.pointwise(rgb, rgb, { formula: blend }),
    peers: () => ({
      opencv: [{ call: 'addWeighted', args: ['rgb', 0.3, 'rgb', 0.7, 0, { to: 'rgb1' }] }],
      tensorflow: (tf, { rgb }) => tf.add(tf.mul(rgb, 0.3), tf.mul(rgb, 0.7)),
    }),
  },
  {
    name: 'threshold',
    planes: 2,
    run: (ops, { gray }) => ops.pointwise(gray, { formula: above }),
    peers: () => ({
      opencv: [{ call: 'threshold', args: ['gray', { to: 'gray1' }, 0.5, 1, { name: 'THRESH_BINARY' }] }],
      sharp: [['threshold', 128]],
      tensorflow: (tf, { gray }) => tf.cast(tf.greater(gray, 0.5), 'float32'),
    }),
  },
]
