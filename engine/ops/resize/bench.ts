import type { OpBench, Peers } from '../bench.ts'

/** To twice the sides. */
const grown = (method: 'nearest' | 'bilinear' | 'bicubic', name: string, more: Peers = {}): OpBench => ({
  name: method,
  planes: 3.75,
  run: (ops, { small }, size) => ops.resize(small, { ...size, method }),
  peers: ({ width, height }) => ({
    opencv: [{ call: 'resize', args: ['small', { to: 'rgb1' }, { size: [width, height] }], more: [0, 0, { name }] }],
    ...more,
  }),
})

export const benches: readonly OpBench[] = [
  grown('nearest', 'INTER_NEAREST', {
    tensorflow: (tf, { rgb, small }) => tf.image.resizeNearestNeighbor(small, [rgb.shape[1], rgb.shape[2]]),
  }),
  grown('bilinear', 'INTER_LINEAR', {
    tensorflow: (tf, { rgb, small }) => tf.image.resizeBilinear(small, [rgb.shape[1], rgb.shape[2]]),
  }),
  grown('bicubic', 'INTER_CUBIC'),
  {
    name: 'area',
    planes: 3.75,
    run: (ops, { rgb }, { width, height }) => ops.resize(rgb, { width: width / 2, height: height / 2, method: 'area' }),
    peers: ({ width, height }) => ({
      opencv: [
        {
          call: 'resize',
          args: ['rgb', { to: 'half1' }, { size: [width / 2, height / 2] }],
          more: [0, 0, { name: 'INTER_AREA' }],
        },
      ],
      sharp: [['resize', width / 2, height / 2, { kernel: 'linear' }]],
    }),
  },
]
