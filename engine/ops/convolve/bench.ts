import type { OpBench } from '../bench.ts'

const kernel = Array.from({ length: 7 }, (_, y) => Array.from({ length: 7 }, (_, x) => Math.sin((7 * y + x) * 7.3)))

const laplacian = [
  [0, 1, 0],
  [1, -4, 1],
  [0, 1, 0],
]

export const benches: readonly OpBench[] = [
  {
    name: 'convolve7',
    planes: 2,
    run: (ops, { gray }) => ops.convolve(gray, { kernel, border: 'reflect101' }),
    peers: () => ({
      opencv: [{ call: 'filter2D', args: ['gray', { to: 'gray1' }, -1, { matrix: kernel }] }],
      tensorflow: (tf, { gray }) => tf.conv2d(gray, tf.tensor4d(kernel.flat(), [7, 7, 1, 1]), 1, 'same'),
    }),
  },
  {
    name: 'laplacian',
    planes: 2,
    run: (ops, { gray }) => ops.convolve(gray, { kernel: laplacian, border: 'reflect101' }),
    peers: () => ({ opencv: [{ call: 'Laplacian', args: ['gray', { to: 'gray1' }, { name: 'CV_32F' }], more: [1] }] }),
  },
]
