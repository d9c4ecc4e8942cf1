/** Kernels for quick previews, checked on polynomials: derivatives shrink with the scale and its square. */
import { expect, test } from 'vitest'
import { scaleKernel } from './scale-kernel.ts'

/** Σ kernel · f at places around the centre. */
const apply = (kernel: readonly (readonly number[])[], f: (y: number, x: number) => number): number =>
  kernel
    .flatMap((row, i) => row.map((weight, j) => weight * f(i - (kernel.length >> 1), j - (row.length >> 1))))
    .reduce((a, b) => a + b, 0)

const kernels = {
  derivative: [[-1, 0, 1]],
  laplacian: [
    [0, 1, 0],
    [1, -4, 1],
    [0, 1, 0],
  ],
  uneven: [
    [1, 2, 0, -3, 5],
    [0, 4, -1, 2, 2],
    [7, 0, 0, 1, -6],
  ],
  column: [[1], [2], [3], [4], [5]],
}

test.each(Object.entries(kernels))('%s: parabolas are met exactly', (_, kernel) => {
  for (const scale of [0.75, 0.5, 0.31, 0.1]) {
    const scaled = scaleKernel(kernel, scale)
    expect(scaled.length % 2).toBe(1)
    for (const [py, px] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [0, 2],
      [2, 0],
      [2, 2],
    ] as const) {
      // A kernel of one row or column does not vary along it.
      const wanted = apply(kernel, (y, x) => (y * scale) ** py * (x * scale) ** px)
      expect(apply(scaled, (y, x) => y ** py * x ** px)).toBeCloseTo(wanted, 10)
    }
  }
})

test('the full size keeps the kernel; smaller ones are smaller', () => {
  expect(scaleKernel(kernels.uneven, 1)).toBe(kernels.uneven)
  const box = Array.from({ length: 31 }, () => new Array<number>(31).fill(1))
  const scaled = scaleKernel(box, 0.1)
  expect([scaled.length, scaled[0]?.length]).toEqual([5, 5])
  expect(scaleKernel(kernels.derivative, 0.5)).toEqual([[-0.5, 0, 0.5]])
})
