import type { OpBench } from '../bench.ts'

const params = { cell: 8, block: 2, bins: 9, signed: false, gamma: true }

export const benches: readonly OpBench[] = [
  {
    name: 'hog',
    planes: 1,
    run: (ops, { gray }) => ops.hogVector(gray, params),
    peers: ({ width, height }) => {
      const window = { size: [width & ~7, height & ~7] } as const
      const [block, cell] = [{ size: [16, 16] }, { size: [8, 8] }] as const
      return {
        opencv: [{ of: ['HOGDescriptor', window, block, cell, cell, params.bins], call: 'compute', args: ['gray8'] }],
      }
    },
  },
]
