/**
 * 256 numbers that stand for many: those with the least sum of squares, near enough.
 * @see Lloyd, Least squares quantization in PCM (1982)
 */

const entries = 256
const rounds = 20

/** Numbers that are looked at: these many of a scene's are as good as all. */
const sampled = 1 << 18

/** The different numbers, rising; undefined where there are more than a table has room for. */
function differentOf(numbers: Float32Array): readonly number[] | undefined {
  const found = new Set<number>()
  for (let i = 0; i < numbers.length; i++) {
    found.add(numbers[i] ?? 0)
    if (found.size > entries) return undefined
  }
  return [...found].sort((a, b) => a - b)
}

/** Some of the numbers, rising, the least and the largest among them. */
function sampleOf(numbers: Float32Array): Float32Array {
  const step = Math.max(1, numbers.length / sampled)
  const some = new Float32Array(Math.floor(numbers.length / step))
  for (let i = 0; i < some.length; i++) some[i] = numbers[Math.floor(i * step)] ?? 0
  let [least, most] = [Infinity, -Infinity]
  for (let i = 0; i < numbers.length; i++) {
    const v = numbers[i] ?? 0
    if (v < least) least = v
    if (v > most) most = v
  }
  some.sort()
  some[0] = least
  some[some.length - 1] = most
  return some
}

/** Rising. Where there are no more than 256 different numbers, all of them. */
export function codebookOf(numbers: Float32Array): readonly number[] {
  const different = differentOf(numbers)
  if (different) return Array.from({ length: entries }, (_, i) => different[Math.min(i, different.length - 1)] ?? 0)
  const sorted = sampleOf(numbers)
  const sums = new Float64Array(sorted.length + 1)
  for (let i = 0; i < sorted.length; i++) sums[i + 1] = (sums[i] ?? 0) + (sorted[i] ?? 0)
  // Half by rank, half evenly: where numbers are dense, and far out where each counts for much.
  const [least, most] = [sorted[0] ?? 0, sorted.at(-1) ?? 0]
  let book = Array.from({ length: entries }, (_, i) => {
    const part = (i + 0.5) / entries
    return ((sorted[Math.floor(part * sorted.length)] ?? 0) + least + part * (most - least)) / 2
  })
  /** How many are below. */
  const rank = (v: number): number => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sorted[middle] ?? 0) < v) low = middle + 1
      else high = middle
    }
    return low
  }
  for (let round = 0; round < rounds; round++) {
    const edges = book.map((v, i) => (i === 0 ? 0 : rank((v + (book[i - 1] ?? 0)) / 2)))
    book = book.map((v, i) => {
      const [from, to] = [edges[i] ?? 0, edges[i + 1] ?? sorted.length]
      return to > from ? ((sums[to] ?? 0) - (sums[from] ?? 0)) / (to - from) : v
    })
  }
  return book
}

/** Finds the place of the nearest in a rising list. */
export function nearestOf(book: readonly number[]): (v: number) => number {
  const edges = Float64Array.from(book.slice(1), (v, i) => ((book[i] ?? 0) + v) / 2)
  return (v) => {
    let [low, high] = [0, edges.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((edges[middle] ?? 0) < v) low = middle + 1
      else high = middle
    }
    return low
  }
}
