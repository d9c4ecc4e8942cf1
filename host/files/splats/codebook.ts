/**
 * 256 numbers that stand for many: those with the least sum of squares, near enough.
 * @see Lloyd, Least squares quantization in PCM (1982)
 */

const entries = 256
const rounds = 20
/** Of the histogram that entries start from: the most bins, and the numbers that each has on the average at least. */
const [mostBins, inBin] = [8192, 16] as const
/** Entries reserved at each end for outliers. They cover 4 numbers at each end, up to 16 in large sets. */
const ends = 4

/** Sample size: a sample this large gives nearly the same table as all numbers. */
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

/**
 * Entries as dense as the cube root of the numbers' density: the best where there are many. The outermost numbers, which may be far
 * away, have a few of their own.
 * @see Panter and Dite, Quantization distortion in pulse-count modulation with nonuniform spacing of levels (1951)
 */
function startOf(sorted: Float32Array): readonly number[] {
  const outer = Math.max(ends, Math.min(4 * ends, sorted.length >> 14))
  const bins = Math.min(mostBins, Math.ceil(sorted.length / inBin))
  const at = (i: number): number => sorted[Math.max(0, Math.min(sorted.length - 1, i))] ?? 0
  const [least, most] = [at(outer), at(sorted.length - 1 - outer)]
  const width = (most - least) / bins || 1
  const counts = new Float64Array(bins)
  for (let i = outer; i < sorted.length - outer; i++) {
    const bin = Math.min(bins - 1, Math.floor(((sorted[i] ?? 0) - least) / width))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const roots = counts.map(Math.cbrt)
  const each = roots.reduce((sum, v) => sum + v, 0) / (entries - 2 * ends)
  const step = outer / ends
  const book = Array.from({ length: ends }, (_, i) => at(Math.floor(step * i)))
  let [before, next] = [0, each / 2]
  for (const [bin, root] of roots.entries()) {
    for (; book.length < entries - ends && before + root >= next; next += each)
      book.push(least + (bin + (next - before) / (root || 1)) * width)
    before += root
  }
  while (book.length < entries - ends) book.push(most)
  for (let i = ends - 1; i >= 0; i--) book.push(at(sorted.length - 1 - Math.floor(step * i)))
  return book
}

/** Rising. Where there are no more than 256 different numbers, all of them. */
export function codebookOf(numbers: Float32Array): readonly number[] {
  const different = differentOf(numbers)
  if (different) return Array.from({ length: entries }, (_, i) => different[Math.min(i, different.length - 1)] ?? 0)
  const sorted = sampleOf(numbers)
  const sums = new Float64Array(sorted.length + 1)
  for (let i = 0; i < sorted.length; i++) sums[i + 1] = (sums[i] ?? 0) + (sorted[i] ?? 0)
  let book = startOf(sorted)
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
