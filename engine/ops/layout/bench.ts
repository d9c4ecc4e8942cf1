import type { OpBench } from '../bench.ts'

export const benches: readonly OpBench[] = [
  {
    name: 'split',
    planes: 6,
    run: (ops, { rgb }) => Promise.all([0, 1, 2].map((index) => ops.channel(rgb, { index }))),
    peers: () => ({ opencv: [{ call: 'split', args: ['rgb', { to: 'planes' }] }] }),
  },
  {
    name: 'merge',
    planes: 6,
    run: (ops, { gray }) => ops.merge(gray, gray, gray, { space: 'rgb' }),
    peers: () => ({ opencv: [{ call: 'merge', args: [{ list: ['gray', 'gray', 'gray'] }, { to: 'rgb1' }] }] }),
  },
]
