/** AdaBoost of decision stumps for any number of classes (SAMME). Plain functions over arrays. */

/** One question: is this feature at most the threshold? Then the answer is `left`, else `right`, with a weight. */
export interface Stump {
  readonly feature: number
  readonly threshold: number
  readonly left: number
  readonly right: number
  readonly alpha: number
}

export interface Labelled {
  /** (N, D) */
  readonly rows: Float32Array
  readonly length: number
  /** How many of the first examples are learned from. */
  readonly learned: number
  /** (N) from 0. */
  readonly right: Int32Array
  readonly classes: number
}

/** Features nearer to each other than this are one, as in scikit-learn's trees. */
const near = 1e-7

/** For each feature the examples from its smallest number to its largest: (D, N). */
export function sortedBy({ rows, length, learned }: Labelled): Int32Array {
  const order = new Int32Array(length * learned)
  const keys = new Float32Array(learned)
  for (let d = 0; d < length; d++) {
    for (let n = 0; n < learned; n++) keys[n] = rows[n * length + d] ?? 0
    const own = order.subarray(d * learned, (d + 1) * learned)
    for (let n = 0; n < learned; n++) own[n] = n
    own.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b)
  }
  return order
}

function heaviest(weights: Float64Array): number {
  let best = 0
  for (const [k, weight] of weights.entries()) if (weight > (weights[best] ?? 0)) best = k
  return best
}

/** The stump whose two sides are purest (Gini), weighted; undefined where all features are the same for all. */
function bestStump(data: Labelled, order: Int32Array, weights: Float64Array): Omit<Stump, 'alpha'> | undefined {
  const { rows, length, learned, right, classes } = data
  const total = new Float64Array(classes)
  for (let n = 0; n < learned; n++) total[right[n] as number] = (total[right[n] as number] ?? 0) + (weights[n] ?? 0)
  const all = total.reduce((a, b) => a + b, 0)
  const squares = total.reduce((sum, v) => sum + v * v, 0)
  const left = new Float64Array(classes)
  let [best, feature, place] = [Number.NEGATIVE_INFINITY, -1, 0]
  for (let d = 0; d < length; d++) {
    left.fill(0)
    let [weight, ofLeft, ofRight] = [0, 0, squares]
    const base = d * learned
    for (let i = 0; i + 1 < learned; i++) {
      const n = order[base + i] as number
      const k = right[n] as number
      const w = weights[n] as number
      // The sums of squares on both sides, moved along instead of summed again.
      const [l, r] = [left[k] as number, (total[k] as number) - (left[k] as number)]
      ofLeft += w * (2 * l + w)
      ofRight += w * (w - 2 * r)
      left[k] = l + w
      weight += w
      const next = rows[(order[base + i + 1] as number) * length + d] as number
      if (next <= (rows[n * length + d] as number) + near) continue
      const gain = ofLeft / weight + ofRight / (all - weight)
      if (gain > best) [best, feature, place] = [gain, d, i]
    }
  }
  if (feature < 0) return undefined
  const at = (i: number): number => rows[(order[feature * learned + i] as number) * length + feature] ?? 0
  const [low, high] = [at(place), at(place + 1)]
  const middle = Math.fround(low / 2 + high / 2)
  const threshold = middle === high || !Number.isFinite(middle) ? low : middle
  left.fill(0)
  for (let n = 0; n < learned; n++)
    if ((rows[n * length + feature] as number) <= threshold)
      left[right[n] as number] = (left[right[n] as number] ?? 0) + (weights[n] ?? 0)
  return { feature, threshold, left: heaviest(left), right: heaviest(total.map((v, k) => v - (left[k] ?? 0))) }
}

export const answerOf = ({ feature, threshold, left, right }: Stump, rows: Float32Array, start: number): number =>
  (rows[start + feature] as number) <= threshold ? left : right

/**
 * One more stump, and the weights of the examples after it. `last`: no further one can help. Undefined: no stump is better than
 * guessing.
 * @see Zhu, Zou, Rosset and Hastie, "Multi-class AdaBoost", 2009, algorithm 2; sklearn.ensemble.AdaBoostClassifier('SAMME')
 */
export function boosted(
  data: Labelled,
  order: Int32Array,
  weights: Float64Array,
  rate: number,
): { readonly stump: Stump; readonly weights: Float64Array; readonly last: boolean } | undefined {
  const found = bestStump(data, order, weights)
  if (!found) return undefined
  const { rows, length, learned, right, classes } = data
  const wrong = Uint8Array.from({ length: learned }, (_, n) =>
    answerOf({ ...found, alpha: 0 }, rows, n * length) === right[n] ? 0 : 1,
  )
  let [error, sum] = [0, 0]
  for (let n = 0; n < learned; n++) {
    error += (weights[n] ?? 0) * (wrong[n] ?? 0)
    sum += weights[n] ?? 0
  }
  error /= sum
  if (error <= 0) return { stump: { ...found, alpha: 1 }, weights, last: true }
  if (error >= 1 - 1 / classes) return undefined
  const alpha = rate * (Math.log((1 - error) / error) + Math.log(classes - 1))
  const next = weights.map((w, n) => w * Math.exp(alpha * (wrong[n] ?? 0)))
  const whole = next.reduce((a, b) => a + b, 0)
  return { stump: { ...found, alpha }, weights: next.map((w) => w / whole), last: false }
}

/** (N, K): the part of the votes for each class. */
export function votes(stumps: readonly Stump[], rows: Float32Array, length: number, classes: number): Float32Array {
  const count = length === 0 ? 0 : rows.length / length
  const made = new Float32Array(count * classes)
  const whole = stumps.reduce((sum, { alpha }) => sum + alpha, 0)
  const row = new Float64Array(classes)
  for (let n = 0; n < count; n++) {
    row.fill(0)
    for (const stump of stumps) {
      const k = answerOf(stump, rows, n * length)
      row[k] = (row[k] ?? 0) + stump.alpha
    }
    for (let k = 0; k < classes; k++) made[n * classes + k] = (row[k] ?? 0) / whole
  }
  return made
}

/** Rows of five numbers each, as tensors have them. */
export const stumpRows = (stumps: readonly Stump[]): Float32Array =>
  Float32Array.from(
    stumps.flatMap(({ feature, threshold, left, right, alpha }) => [feature, threshold, left, right, alpha]),
  )

/** The other way. What is no feature or class is told in words. */
export function stumpsOf(numbers: ArrayLike<number>, length: number): readonly Stump[] | string {
  const made: Stump[] = []
  for (let i = 0; i < numbers.length; i += 5) {
    const [feature = -1, threshold = 0, left = -1, right = -1, alpha = 0] = Array.from(
      { length: 5 },
      (_, j) => numbers[i + j] ?? 0,
    )
    const whole = [feature, left, right].every((v) => Number.isInteger(v) && v >= 0)
    if (!whole || left > 999 || right > 999 || !Number.isFinite(alpha) || !Number.isFinite(threshold))
      return `number ${i / 5 + 1} has classes ${left} and ${right} and weight ${alpha}`
    if (feature >= length) return `number ${i / 5 + 1} asks for feature ${feature}, and there are ${length}`
    made.push({ feature, threshold, left, right, alpha })
  }
  return made
}
