import type { OpBench } from '../bench.ts'

const tables = Array.from({ length: 256 }, (_, i) => Math.sqrt(i / 255))

export const benches: readonly OpBench[] = [
  {
    name: 'look up in a table',
    planes: 2,
    run: (ops, { gray }) =>
      ops.lookup(gray, { tables, channels: 1, entries: 256, range: [0, 1], method: 'nearest', outRange: [0, 1] }),
    // OpenCV's picture has bytes.
    peers: () => ({ opencv: [{ call: 'LUT', args: ['gray8', { matrix: [tables] }, { to: 'whatever' }] }] }),
  },
]
