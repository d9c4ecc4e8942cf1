/**
 * 256 numbers that stand for many: those with the least sum of squares, near enough.
 * @see Lloyd, Least squares quantization in PCM (1982)
 */

const entries = 256
const rounds = 20

/** Rising. Where there are no more than 256 different numbers, all of them. */
export function codebookOf(numbers: Float32Array): readonly number[] {
  const sorted = Float32Array.from(numbers).sort()
  const different = sorted.filter((v, i) => i === 0 || v !== sorted[i - 1])
  if (different.length <= entries)
    return Array.from({ length: entries }, (_, i) => different[Math.min(i, different.length - 1)] ?? 0)
  const sums = new Float64Array(sorted.length + 1)
  for (const [i, v] of sorted.entries()) sums[i + 1] = (sums[i] ?? 0) + v
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

/** The place of the nearest in a rising list. */
export function nearestIn(book: readonly number[], v: number): number {
  let [low, high] = [0, book.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (((book[middle] ?? 0) + (book[middle + 1] ?? 0)) / 2 < v) low = middle + 1
    else high = middle
  }
  return low
}
