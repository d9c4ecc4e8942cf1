import type { OpBench } from '../bench.ts'

const to = (space: 'gray' | 'hsv' | 'ycrcb' | 'lab', code: string): OpBench => ({
  name: space,
  planes: space === 'gray' ? 4 : 6,
  run: (ops, { rgb }) => ops.convertColour(rgb, { to: space }),
  peers: () => ({
    opencv: [{ call: 'cvtColor', args: ['rgb', { to: space === 'gray' ? 'gray1' : 'rgb1' }, { name: code }] }],
    ...(space === 'gray' && {
      sharp: [['grayscale']],
      tensorflow: (tf, { rgb }) => tf.sum(tf.mul(rgb, tf.tensor1d([0.299, 0.587, 0.114])), 3, true),
    }),
    ...(space === 'lab' && { sharp: [['toColourspace', 'lab']] }),
  }),
})

export const benches: readonly OpBench[] = [
  to('gray', 'COLOR_RGB2GRAY'),
  to('hsv', 'COLOR_RGB2HSV'),
  to('ycrcb', 'COLOR_RGB2YCrCb'),
  to('lab', 'COLOR_RGB2Lab'),
]
