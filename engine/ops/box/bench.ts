import type { OpBench } from '../bench.ts'

export const benches: readonly OpBench[] = [5, 31].map((size) => ({
  name: `box${size}`,
  planes: 6,
  run: (ops, { rgb }) => ops.box(rgb, { width: size, height: size, border: 'reflect101' }),
  peers: () => ({ opencv: [{ call: 'blur', args: ['rgb', { to: 'rgb1' }, { size: [size, size] }] }] }),
}))
