import type { OpBench } from '../bench.ts'

const derivative = (of: 'gray' | 'gray1', to: 'gray1' | 'gray2' | 'gray3', x: number) =>
  ({ call: 'Sobel', args: [of, { to }, { name: 'CV_32F' }, x, 1 - x] }) as const

export const benches: readonly OpBench[] = [
  {
    name: 'sobel',
    planes: 2,
    run: (ops, { gray }) => ops.sobel(gray, { border: 'reflect101', outputs: ['magnitude'] }),
    peers: () => ({
      opencv: [
        derivative('gray', 'gray1', 1),
        derivative('gray', 'gray2', 0),
        { call: 'magnitude', args: ['gray1', 'gray2', { to: 'gray3' }] },
      ],
      tensorflow(tf, { gray }) {
        const x = tf.tensor4d([-1, 0, 1, -2, 0, 2, -1, 0, 1], [3, 3, 1, 1])
        const y = tf.tensor4d([-1, -2, -1, 0, 0, 0, 1, 2, 1], [3, 3, 1, 1])
        const [dx, dy] = [tf.conv2d(gray, x, 1, 'same'), tf.conv2d(gray, y, 1, 'same')]
        return tf.sqrt(tf.add(tf.square(dx), tf.square(dy)))
      },
    }),
  },
  {
    // All four, as the node gives them.
    name: 'sobel with angle',
    planes: 5,
    run: (ops, { gray }) => ops.sobel(gray, { border: 'reflect101', outputs: ['x', 'y', 'magnitude', 'direction'] }),
    peers: () => ({
      opencv: [
        derivative('gray', 'gray1', 1),
        derivative('gray', 'gray2', 0),
        { call: 'cartToPolar', args: ['gray1', 'gray2', { to: 'gray3' }, { to: 'gray4' }], more: [{ flag: true }] },
      ],
    }),
  },
]
