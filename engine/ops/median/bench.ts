import type { OpBench } from '../bench.ts'

export const benches: readonly OpBench[] = [3, 5].map((size) => ({
  name: `median${size}`,
  planes: 2,
  run: (ops, { gray }) => ops.median(gray, { size }),
  peers: () => ({
    opencv: [{ call: 'medianBlur', args: ['gray', { to: 'gray1' }, size] }],
    sharp: [['grayscale'], ['median', size]],
  }),
}))
