import type { OpBench } from '../bench.ts'

export const benches: readonly OpBench[] = [
  {
    name: 'statistics',
    planes: 1,
    run: (ops, { gray }) => ops.statistics(gray, { bins: 256, range: [0, 1] }),
    peers: () => ({
      opencv: [
        { call: 'meanStdDev', args: ['gray', { to: 'whatever' }, { to: 'whatever' }] },
        { call: 'minMaxLoc', args: ['gray'] },
        {
          call: 'calcHist',
          args: [{ list: ['gray'] }, [0], { none: true }, { to: 'whatever' }],
          more: [[256], [0, 1]],
        },
      ],
    }),
  },
]
