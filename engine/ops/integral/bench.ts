import type { OpBench } from '../bench.ts'

export const benches: readonly OpBench[] = [
  {
    name: 'integral',
    planes: 2,
    run: (ops, { gray }) => ops.integral(gray, {}),
    peers: () => ({ opencv: [{ call: 'integral', args: ['gray', { to: 'whatever' }] }] }),
  },
]
