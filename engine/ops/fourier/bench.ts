import type { OpBench } from '../bench.ts'

export const benches: readonly OpBench[] = [
  {
    name: 'fourier',
    planes: 3,
    run: (ops, { gray }) => ops.fourier(gray, { inverse: false }),
    // DFT_COMPLEX_OUTPUT
    peers: () => ({ opencv: [{ call: 'dft', args: ['gray', { to: 'whatever' }, 16] }] }),
  },
]
