/**
 * t-SNE: places on a plane for rows of numbers, so that rows which are near each other stay so (van der Maaten and Hinton 2008). The
 * exact form, with the choices of scikit-learn's TSNE(method="exact"). Everything follows from the rows: there is no chance in it.
 */
import { principal } from './pca.ts'

/** Squared distances of all pairs. */
function distancesOf(rows: Float32Array, length: number): Float64Array {
  const n = rows.length / length
  const made = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      let sum = 0
      for (let d = 0; d < length; d++) {
        const apart = (rows[i * length + d] as number) - (rows[j * length + d] as number)
        sum += apart * apart
      }
      made[i * n + j] = sum
      made[j * n + i] = sum
    }
  return made
}

/** Of one row: shares by a Gaussian that has this many neighbours (perplexity), found by halving. */
function sharesOf(distances: Float64Array, own: number, perplexity: number): Float64Array {
  const wanted = Math.log(perplexity)
  const least = distances.reduce((a, b, j) => (j === own ? a : Math.min(a, b)), Number.POSITIVE_INFINITY)
  const shares = new Float64Array(distances.length)
  let [beta, low, high] = [1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let round = 0; round < 100; round++) {
    let [sum, weighted] = [0, 0]
    for (let j = 0; j < shares.length; j++) {
      // Measured from the nearest one, so that not all of them are 0.
      const apart = (distances[j] as number) - least
      const share = j === own ? 0 : Math.exp(-apart * beta)
      shares[j] = share
      sum += share
      weighted += apart * share
    }
    for (let j = 0; j < shares.length; j++) shares[j] = (shares[j] as number) / sum
    const apart = Math.log(sum) + (beta * weighted) / sum - wanted
    if (Math.abs(apart) < 1e-8) break
    if (apart > 0) {
      low = beta
      beta = high === Number.POSITIVE_INFINITY ? 2 * beta : (beta + high) / 2
    } else {
      high = beta
      beta = low === Number.NEGATIVE_INFINITY ? beta / 2 : (beta + low) / 2
    }
  }
  return shares
}

/** How much each pair belongs together: N × N, all of them 1 together. */
export function affinitiesOf(rows: Float32Array, length: number, perplexity: number): Float64Array {
  const n = rows.length / length
  const distances = distancesOf(rows, length)
  // Shared, so that it is not copied to the thread of each call.
  const made = new Float64Array(new SharedArrayBuffer(8 * n * n))
  for (let i = 0; i < n; i++) made.set(sharesOf(distances.subarray(i * n, (i + 1) * n), i, perplexity), i * n)
  for (let i = 0; i < n; i++)
    for (let j = i; j < n; j++) {
      const both = ((made[i * n + j] as number) + (made[j * n + i] as number)) / (2 * n)
      made[i * n + j] = both
      made[j * n + i] = both
    }
  return made
}

export interface Plane {
  /** (N, 2) */
  readonly places: Float64Array
  readonly speeds: Float64Array
  readonly gains: Float64Array
  readonly step: number
  /** Σ p log (p / q): what is made small. */
  readonly cost: number
}

/** Where the rows begin: along their two principal components, 1e-4 wide. */
export function beginning(rows: Float32Array, length: number): Plane {
  const n = rows.length / length
  const found = principal(rows, length, Math.min(2, length), undefined, () => false)
  const along = found.projected
  const count = found.components.length
  const places = Float64Array.from({ length: 2 * n }, (_, i) =>
    i % 2 < count ? (along[(i >> 1) * count + (i % 2)] ?? 0) : 0,
  )
  let squares = 0
  for (let i = 0; i < n; i++) squares += (places[2 * i] as number) ** 2
  const by = 1e-4 / (Math.sqrt(squares / n) || 1)
  return {
    places: places.map((v) => v * by),
    speeds: new Float64Array(2 * n),
    gains: new Float64Array(2 * n).fill(1),
    ...{ step: 0, cost: Number.POSITIVE_INFINITY },
  }
}

/** Steps in which pairs that belong together are drawn together more strongly. */
const exaggerated = 250
const exaggeration = 12

/**
 * One step of gradient descent with momentum.
 * @param costs whether the cost is wanted, which takes as long as the step itself; else it stays what it was
 */
export function moved(
  affinities: Float64Array,
  { places: before, speeds: old, gains: own, step, cost: last }: Plane,
  costs = true,
): Plane {
  const n = before.length / 2
  // When the exaggeration ends, speeds and gains start again.
  const anew = step === exaggerated
  const places = before.slice()
  const speeds = anew ? new Float64Array(old.length) : old.slice()
  const gains = anew ? new Float64Array(own.length).fill(1) : own.slice()
  const early = step < exaggerated ? exaggeration : 1
  const momentum = step < exaggerated ? 0.5 : 0.8
  const rate = Math.max(n / exaggeration / 4, 50)
  // 1 / (1 + d²) of each pair, and their sum.
  const near = new Float64Array(n * n)
  let sum = 0
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      const [x, y] = [
        (before[2 * i] as number) - (before[2 * j] as number),
        (before[2 * i + 1] as number) - (before[2 * j + 1] as number),
      ]
      const one = 1 / (1 + x * x + y * y)
      near[i * n + j] = one
      near[j * n + i] = one
      sum += 2 * one
    }
  for (let i = 0; i < n; i++) {
    const [x, y] = [before[2 * i] as number, before[2 * i + 1] as number]
    let dx = 0
    let dy = 0
    // Of the pair of a row with itself nothing comes: its places are the same.
    for (let j = 0, at = i * n; j < n; j++, at++) {
      const one = near[at] as number
      const q = Math.max(one / sum, 1e-12)
      const by = 4 * (early * (affinities[at] as number) - q) * one
      dx += by * (x - (before[2 * j] as number))
      dy += by * (y - (before[2 * j + 1] as number))
    }
    for (const [axis, gradient] of [dx, dy].entries()) {
      const at = 2 * i + axis
      const onward = gradient * (speeds[at] as number) < 0
      const gain = Math.max(0.01, onward ? (gains[at] as number) + 0.2 : (gains[at] as number) * 0.8)
      gains[at] = gain
      speeds[at] = momentum * (speeds[at] as number) - rate * gain * gradient
      places[at] = (before[at] as number) + (speeds[at] as number)
    }
  }
  return { places, speeds, gains, step: step + 1, cost: costs ? costOf(affinities, near, sum) : last }
}

/** Σ p log (p / q) over all pairs. */
function costOf(affinities: Float64Array, near: Float64Array, sum: number): number {
  let cost = 0
  for (let at = 0; at < near.length; at++) {
    const p = affinities[at] as number
    // A row with itself has none.
    if (p > 0) cost += p * Math.log(Math.max(p, 1e-12) / Math.max((near[at] as number) / sum, 1e-12))
  }
  return cost
}
