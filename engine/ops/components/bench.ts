import type { OpBench } from '../bench.ts'

export const benches: readonly OpBench[] = [
  {
    name: 'components',
    planes: 2,
    run: (ops, { mask }) => ops.components(mask, { connectivity: 8 }),
    peers: () => ({
      opencv: [{ call: 'connectedComponents', args: ['mask', { to: 'whatever' }] }],
      scientific: [{ call: 'skimage.measure.label', args: ['mask'] }],
    }),
  },
]
