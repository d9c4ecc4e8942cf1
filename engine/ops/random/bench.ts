import type { OpBench } from '../bench.ts'

export const benches: readonly OpBench[] = [
  {
    name: 'random',
    planes: 1,
    run: (ops, _, { width, height }) => ops.random({ width, height, channels: 1, seed: 1 }),
    peers: () => ({ opencv: [{ call: 'randu', args: ['gray1', 0, 1], native: true }] }),
  },
]
