import type { OpBench } from '../bench.ts'

export const benches: readonly OpBench[] = [
  {
    name: 'distance',
    planes: 2,
    run: (ops, { mask }) => ops.distance(mask, { metric: 'euclidean' }),
    // DIST_MASK_PRECISE
    peers: () => ({ opencv: [{ call: 'distanceTransform', args: ['mask', { to: 'gray1' }, { name: 'DIST_L2' }, 0] }] }),
  },
]
