/** Gray pictures of floats, blurred and reduced: what detectors over several scales work on. */
import { borderIndex } from '../border.ts'

export interface Plane {
  readonly width: number
  readonly height: number
  readonly numbers: Float32Array
}

const f = Math.fround

/** The weights of a Gaussian, as many as cv2.GaussianBlur takes of floats, or `count` of them. */
export function taps(sigma: number, count = Math.round(8 * sigma + 1) | 1): Float32Array {
  const half = count >> 1
  const weights = Float64Array.from({ length: count }, (_, i) => Math.exp(-((i - half) ** 2) / (2 * sigma * sigma)))
  const sum = weights.reduce((a, b) => a + b, 0)
  return Float32Array.from(weights, (w) => w / sum)
}

export function gaussian({ width, height, numbers }: Plane, sigma: number, count?: number): Plane {
  const weights = taps(sigma, count)
  const half = weights.length >> 1
  const middle = new Float32Array(numbers.length)
  const padded = new Float32Array(width + 2 * half)
  for (let y = 0; y < height; y++) {
    const row = y * width
    for (let x = -half; x < width + half; x++)
      padded[x + half] = numbers[row + borderIndex(x, width, 'reflect101')] ?? 0
    for (let x = 0; x < width; x++) {
      let sum = (weights[half] ?? 0) * (padded[x + half] ?? 0)
      for (let k = 1; k <= half; k++)
        sum += (weights[half + k] ?? 0) * ((padded[x + half - k] ?? 0) + (padded[x + half + k] ?? 0))
      middle[row + x] = sum
    }
  }
  const made = new Float32Array(numbers.length)
  const sums = new Float64Array(width)
  for (let y = 0; y < height; y++) {
    sums.fill(0)
    for (let k = -half; k <= half; k++) {
      const weight = weights[half + k] ?? 0
      const row = borderIndex(y + k, height, 'reflect101') * width
      for (let x = 0; x < width; x++) sums[x] = (sums[x] ?? 0) + weight * (middle[row + x] ?? 0)
    }
    made.set(sums, y * width)
  }
  return { width, height, numbers: made }
}

/** Interpolated between the four nearest pixels, with the centres of pixels at halves, as cv2.resize. */
export function bilinear({ width, height, numbers }: Plane, wide: number, high: number): Plane {
  const made = new Float32Array(wide * high)
  const placesOf = (length: number, of: number) =>
    Array.from({ length }, (_, i) => {
      const place = Math.min(Math.max((i + 0.5) * (of / length) - 0.5, 0), of - 1)
      const low = Math.min(Math.floor(place), of - 1)
      return { low, high: Math.min(low + 1, of - 1), part: place - low }
    })
  const columns = placesOf(wide, width)
  for (const [y, row] of placesOf(high, height).entries())
    for (const [x, column] of columns.entries()) {
      const at = (v: number, u: number): number => numbers[v * width + u] ?? 0
      const top = at(row.low, column.low) * (1 - column.part) + at(row.low, column.high) * column.part
      const bottom = at(row.high, column.low) * (1 - column.part) + at(row.high, column.high) * column.part
      made[y * wide + x] = f(top * (1 - row.part) + bottom * row.part)
    }
  return { width: wide, height: high, numbers: made }
}

/** Every second pixel of every second row. */
export function everySecond({ width, height, numbers }: Plane): Plane {
  const [wide, high] = [width >> 1, height >> 1]
  const made = new Float32Array(wide * high)
  for (let y = 0; y < high; y++) for (let x = 0; x < wide; x++) made[y * wide + x] = numbers[2 * y * width + 2 * x] ?? 0
  return { width: wide, height: high, numbers: made }
}

/** a − b, of one size. */
export const minus = (a: Plane, b: Plane): Plane => ({
  ...a,
  numbers: a.numbers.map((v, i) => v - (b.numbers[i] ?? 0)),
})
