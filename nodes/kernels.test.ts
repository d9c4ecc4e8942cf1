/** Cosines of angles that one knows, and weights in the order of both libraries. */
import { expect, it } from 'vitest'
import { cosine, filtersOf, onGray } from './kernels.ts'

it('alike, opposite, at a right angle, at 45 degrees, and nothing', () => {
  const sobel = [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ]
  const turned = [0, 1, 2].map((x) => sobel.map((row) => row[x] ?? 0))
  expect(cosine(sobel, sobel)).toBeCloseTo(1, 12)
  expect(
    cosine(
      sobel,
      sobel.map((row) => row.map((v) => -3 * v)),
    ),
  ).toBeCloseTo(-1, 12)
  expect(cosine(sobel, turned)).toBeCloseTo(0, 12)
  expect(cosine([[1, 0]], [[1, 1]])).toBeCloseTo(Math.SQRT1_2, 12)
  expect(cosine([[0]], sobel)).toBe(0)
})

it('a small matrix lies in the middle of a large one', () => {
  expect(
    cosine(
      [[1]],
      [
        [0, 0, 0],
        [0, 5, 0],
        [0, 0, 0],
      ],
    ),
  ).toBe(1)
  expect(
    cosine(
      [[1]],
      [
        [5, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
    ),
  ).toBe(0)
})

it('the weights of filter 1 are the same in HWIO and in OIHW', () => {
  // weight = 100 out + 10 channel + column
  const tensor = (axes: string, shape: readonly number[]) => ({ kind: 'tensor', shape, axes: [...axes] }) as const
  const last = [0, 100, 10, 110, 1, 101, 11, 111]
  const first = [0, 1, 10, 11, 100, 101, 110, 111]
  const wanted = [[210, 212]]
  expect(onGray(filtersOf(tensor('HWIO', [1, 2, 2, 2]), Float32Array.from(last)), 1)).toEqual(wanted)
  expect(onGray(filtersOf(tensor('OIHW', [2, 2, 1, 2]), Float32Array.from(first)), 1)).toEqual(wanted)
  expect(() => filtersOf(tensor('NC', [1, 2]), new Float32Array(2))).toThrow(/HWIO/)
})
