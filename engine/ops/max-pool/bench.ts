import type { OpBench } from '../bench.ts'

export const benches: readonly OpBench[] = [
  {
    name: 'maxPool',
    planes: 3.75,
    run: (ops, { rgb }) => ops.maxPool(rgb, { size: 2, stride: 2, padding: 0 }),
    peers: () => ({ tensorflow: (tf, { rgb }) => tf.maxPool(rgb, 2, 2, 'valid') }),
  },
]
