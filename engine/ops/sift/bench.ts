import type { OpBench } from '../bench.ts'

const params = { most: 1000, layers: 3, contrast: 0.04, edge: 10, sigma: 1.6 }

export const benches: readonly OpBench[] = [
  {
    name: 'sift',
    planes: 1,
    run: (ops, { gray }) => ops.siftFeatures(gray, params),
    peers: () => ({
      opencv: [{ of: ['SIFT_create', params.most], call: 'detectAndCompute', args: ['gray8', { none: true }] }],
    }),
  },
]
