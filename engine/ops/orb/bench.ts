import type { OpBench } from '../bench.ts'

export const benches: readonly OpBench[] = [
  {
    name: 'fast',
    planes: 1,
    run: (ops, { gray }) => ops.fastCorners(gray, { threshold: 20, suppress: true }),
    peers: () => ({ opencv: [{ of: ['FastFeatureDetector_create', 20], call: 'detect', args: ['gray8'] }] }),
  },
  {
    name: 'orb',
    planes: 1,
    run: (ops, { gray }) => ops.orbFeatures(gray, { most: 500, factor: 1.2, levels: 8, threshold: 20 }),
    peers: () => ({ opencv: [{ of: ['ORB_create', 500], call: 'detectAndCompute', args: ['gray8', { none: true }] }] }),
  },
]
