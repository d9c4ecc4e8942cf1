/** k-means: the centres of groups of points. */
import { randomFrom } from '../../engine/types/random.ts'
import { defineWork } from '../../engine/types/work.ts'
import type { Numbers } from '../../engine/values/index.ts'

export interface Points {
  /** Three numbers a point; others than finite ones are left out. */
  readonly numbers: Numbers
  readonly count: number
  readonly seed: number
}

export interface Centres {
  /** Three numbers each; fewer than asked for where there are fewer different points. */
  readonly centres: readonly (readonly [number, number, number])[]
  /** Mean squared distance of the points to their centres. */
  readonly inertia: number
}

const attempts = 3
const mostRounds = 100

const squared = (points: Float64Array, i: number, centres: Float64Array, k: number): number => {
  let sum = 0
  for (let c = 0; c < 3; c++) sum += ((points[3 * i + c] ?? 0) - (centres[3 * k + c] ?? 0)) ** 2
  return sum
}

/** Starting points, far apart as a rule. @see Arthur and Vassilvitskii, k-means++, 2007 */
function begin(points: Float64Array, count: number, random: () => number): Float64Array {
  const n = points.length / 3
  const centres = new Float64Array(3 * count)
  const gaps = new Float64Array(n).fill(Infinity)
  let next = Math.floor(random() * n)
  for (let k = 0; k < count; k++) {
    centres.set(points.subarray(3 * next, 3 * next + 3), 3 * k)
    let total = 0
    for (let i = 0; i < n; i++) {
      gaps[i] = Math.min(gaps[i] ?? 0, squared(points, i, centres, k))
      total += gaps[i] ?? 0
    }
    // Fewer different points than groups.
    if (total === 0) return centres.slice(0, 3 * (k + 1))
    let left = random() * total
    next = 0
    while (next < n - 1 && left >= (gaps[next] ?? 0)) left -= gaps[next++] ?? 0
  }
  return centres
}

/** Moves the centres to the means of their points until no point changes sides. Gives the mean squared distance. */
function settle(points: Float64Array, centres: Float64Array, cancelled: () => boolean): number {
  const n = points.length / 3
  const count = centres.length / 3
  const sides = new Int32Array(n).fill(-1)
  let inertia = 0
  for (let round = 0; round < mostRounds && !cancelled(); round++) {
    const sums = new Float64Array(4 * count)
    let moved = false
    inertia = 0
    for (let i = 0; i < n; i++) {
      let [best, side] = [Infinity, 0]
      for (let k = 0; k < count; k++) {
        const gap = squared(points, i, centres, k)
        if (gap < best) [best, side] = [gap, k]
      }
      inertia += best / n
      moved ||= sides[i] !== side
      sides[i] = side
      for (let c = 0; c < 3; c++) sums[4 * side + c] = (sums[4 * side + c] ?? 0) + (points[3 * i + c] ?? 0)
      sums[4 * side + 3] = (sums[4 * side + 3] ?? 0) + 1
    }
    if (!moved) break
    for (let k = 0; k < count; k++) {
      const size = sums[4 * k + 3] ?? 0
      if (size > 0) for (let c = 0; c < 3; c++) centres[3 * k + c] = (sums[4 * k + c] ?? 0) / size
    }
  }
  return inertia
}

function kMeans({ numbers, count, seed }: Points, cancelled: () => boolean): Centres {
  const whole = Array.from({ length: numbers.length / 3 }, (_, i) => i).filter((i) =>
    [0, 1, 2].every((c) => Number.isFinite(numbers[3 * i + c])),
  )
  if (whole.length === 0) return { centres: [[0, 0, 0]], inertia: 0 }
  const points = Float64Array.from(whole.flatMap((i) => [0, 1, 2].map((c) => numbers[3 * i + c] ?? 0)))
  const random = randomFrom(seed)
  let best: { inertia: number; centres: Float64Array } = { inertia: Infinity, centres: new Float64Array() }
  for (let attempt = 0; attempt < attempts && !cancelled(); attempt++) {
    const centres = begin(points, count, random)
    const inertia = settle(points, centres, cancelled)
    if (inertia < best.inertia) best = { inertia, centres }
  }
  const centres = Array.from({ length: best.centres.length / 3 }, (_, k) => {
    const [x = 0, y = 0, z = 0] = best.centres.subarray(3 * k, 3 * k + 3)
    return [x, y, z] as const
  })
  // Dark ones first, so that their order does not depend on chance.
  return { centres: centres.sort((a, b) => a[0] + a[1] + a[2] - b[0] - b[1] - b[2]), inertia: best.inertia }
}

export const findCentres = defineWork<Points, Centres>({
  name: 'colour/quantise',
  run: (points, context) => kMeans(points, () => context.cancelled),
})
