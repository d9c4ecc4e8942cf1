/** What the numbers that a layer gives are like: their spread, how many are 0, and how often each size occurs. */

export interface Statistics {
  readonly count: number
  readonly mean: number
  /** Of all: divided by their count. */
  readonly std: number
  readonly least: number
  readonly most: number
  /** Which part of them is exactly 0. */
  readonly zeros: number
  /** That are no numbers, or infinite: they count in nothing else. */
  readonly broken: number
}

/** Of numbers in any order; summed in float64, around the first of them. */
export function statisticsOf(numbers: ArrayLike<number>): Statistics {
  let [count, zeros, sum, squares] = [0, 0, 0, 0]
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const middle = Array.prototype.find.call(numbers, Number.isFinite) ?? 0
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] as number
    if (!Number.isFinite(value)) continue
    const apart = value - middle
    count++
    sum += apart
    squares += apart * apart
    if (value === 0) zeros++
    if (value < least) least = value
    if (value > most) most = value
  }
  const mean = sum / count
  return {
    ...{ count, least, most },
    mean: mean + middle,
    std: Math.sqrt(Math.max(0, squares / count - mean * mean)),
    zeros: zeros / count,
    broken: numbers.length - count,
  }
}

/**
 * How many numbers are in each of equal steps between two bounds, both of which belong to them: np.histogram. What lies outside is
 * left out.
 */
export function histogramOf(
  numbers: ArrayLike<number>,
  bins: number,
  [low, high]: readonly [number, number],
): Float64Array {
  const counts = new Float64Array(bins)
  const by = bins / (high - low)
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] as number
    if (!(value >= low && value <= high)) continue
    const bin = Math.min(bins - 1, Math.floor((value - low) * by))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts
}
