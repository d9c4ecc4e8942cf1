/** Tables of 256 numbers: as good as the theory of quantising says, also where they are found from a sample. */
import { expect, it } from 'vitest'
import { codebookOf, nearestOf } from './codebook.ts'

/** Numbers of a normal distribution, the same each time (Box and Muller). */
function normals(count: number): Float32Array {
  let state = 7
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
  return Float32Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()))
}

const errorOf = (numbers: Float32Array, book: readonly number[]): number => {
  const nearest = nearestOf(book)
  return numbers.reduce((sum, v) => sum + (v - (book[nearest(v)] ?? Number.NaN)) ** 2, 0) / numbers.length
}

it('comes near the least mean square error of 256 levels: √3·π/2 / 256² of the variance (Panter and Dite 1951)', () => {
  const least = (Math.sqrt(3) * Math.PI) / 2 / 256 ** 2
  const numbers = normals(600_000)
  const error = errorOf(numbers, codebookOf(numbers))
  expect(error).toBeGreaterThan(0.9 * least)
  expect(error).toBeLessThan(1.25 * least)
  // A few numbers far away do not take the entries of the others.
  const far = numbers.slice()
  far.set([1e6, -1e5, 3e5], 1000)
  const others = far.filter((v) => Math.abs(v) < 100)
  expect(errorOf(others, codebookOf(far))).toBeLessThan(1.3 * least)
})

it('keeps few different numbers as they are', () => {
  const numbers = Float32Array.from({ length: 400_000 }, (_, i) => (i * i) % 97)
  expect(errorOf(numbers, codebookOf(numbers))).toBe(0)
})

it('finds the nearest entry, and that of the end beyond the last', () => {
  const nearest = nearestOf([-2, 0, 0, 1, 5])
  expect([-9, -0.9, 0.6, 2.9, 3.1, 99].map(nearest)).toEqual([0, 1, 3, 3, 4, 4])
})
