import type { OpBench } from '../bench.ts'

/** By 12 degrees about the middle: from the result to the picture, and the same as OpenCV takes it. */
function turn(width: number, height: number) {
  const [sin, cos] = [Math.sin(Math.PI / 15), Math.cos(Math.PI / 15)]
  const [x, y] = [(width - 1) / 2, (height - 1) / 2]
  return [
    [cos, -sin, x - cos * x + sin * y],
    [sin, cos, y - sin * x - cos * y],
  ] as const
}

/** OpenCV's INTER_LINEAR or INTER_NEAREST with WARP_INVERSE_MAP. */
const flags = { bilinear: 1 + 16, nearest: 0 + 16 } as const

const warped = (method: 'nearest' | 'bilinear'): OpBench => ({
  name: `warp ${method}`,
  planes: 6,
  run(ops, { rgb }, { width, height }) {
    const [a, b] = turn(width, height)
    return ops.warp(rgb, { matrix: [...a, ...b, 0, 0, 1], width, height, method, border: 'constant' })
  },
  peers: ({ width, height }) => ({
    opencv: [
      {
        call: 'warpAffine',
        args: ['rgb', { to: 'rgb1' }, { matrix: turn(width, height) }, { size: [width, height] }],
        more: [flags[method]],
      },
    ],
    // With a corner cut off like the others: sharp makes the picture larger.
    ...(method === 'bilinear' && {
      sharp: [['affine', turn(width, height).map(([p, q]) => [p, q]), { interpolator: 'bilinear' }]],
    }),
  }),
})

export const benches: readonly OpBench[] = [warped('bilinear'), warped('nearest')]
