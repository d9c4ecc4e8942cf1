import type { OpBench } from '../bench.ts'

const kernel = [
  [-1, 0, 1],
  [-2, 0, 2],
  [-1, 0, 1],
]

export const benches: readonly OpBench[] = [
  {
    name: 'conv2d',
    planes: 6,
    run: (ops, { rgb }) => ops.conv2d(rgb, { kernel, stride: 1, padding: 1 }),
    peers: () => ({
      opencv: [
        {
          call: 'filter2D',
          args: ['rgb', { to: 'rgb1' }, -1, { matrix: kernel }],
          more: [{ point: [-1, -1] }, 0, { name: 'BORDER_CONSTANT' }],
        },
      ],
      tensorflow(tf, { rgb }) {
        const weights = kernel.flat().flatMap((weight) => [weight, weight, weight])
        return tf.depthwiseConv2d(rgb, tf.tensor4d(weights, [3, 3, 3, 1]), 1, 'same')
      },
    }),
  },
]
