/** A homography between pairs of places, some of them wrong, by RANSAC. Plain arrays. */
import { randomFrom } from '../engine/types/random.ts'

export type Matrix3 = readonly number[]

/** x and y of the first, x and y of the second. */
export type Match = readonly [x: number, y: number, u: number, v: number]

/** Where the matrix takes a place. */
export function moved(h: Matrix3, x: number, y: number): readonly [number, number] {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, k = 0, l = 0] = h
  const w = g * x + k * y + l
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w]
}

const product = (a: Matrix3, b: Matrix3): Matrix3 =>
  Array.from({ length: 9 }, (_, i) => {
    const [r, c] = [Math.floor(i / 3), i % 3]
    return [0, 1, 2].reduce((sum, k) => sum + (a[3 * r + k] ?? 0) * (b[3 * k + c] ?? 0), 0)
  })

/** So that the middle is 0 and the mean distance from it √2: without it the equations lose their digits. */
function normalising(points: readonly (readonly [number, number])[]): { to: Matrix3; back: Matrix3 } | undefined {
  const n = points.length
  const [mx, my] = [0, 1].map((c) => points.reduce((sum, p) => sum + (p[c] ?? 0), 0) / n) as [number, number]
  const mean = points.reduce((sum, [x, y]) => sum + Math.hypot(x - mx, y - my), 0) / n
  if (!(mean > 1e-9)) return undefined
  const s = Math.SQRT2 / mean
  return { to: [s, 0, -s * mx, 0, s, -s * my, 0, 0, 1], back: [1 / s, 0, mx, 0, 1 / s, my, 0, 0, 1] }
}

/** Solves a system of eight by elimination; undefined if it has no single solution. */
function eight(rows: Float64Array[]): number[] | undefined {
  for (let c = 0; c < 8; c++) {
    let best = c
    for (let r = c + 1; r < 8; r++) if (Math.abs(rows[r]?.[c] ?? 0) > Math.abs(rows[best]?.[c] ?? 0)) best = r
    const pivot = rows[best] as Float64Array
    if (!(Math.abs(pivot[c] ?? 0) > 1e-10)) return undefined
    ;[rows[best], rows[c]] = [rows[c] as Float64Array, pivot]
    for (let r = 0; r < 8; r++) {
      const row = rows[r] as Float64Array
      const by = (row[c] ?? 0) / (pivot[c] ?? 1)
      if (r !== c && by !== 0) for (let k = c; k < 9; k++) row[k] = (row[k] ?? 0) - by * (pivot[k] ?? 0)
    }
  }
  return rows.map((row, i) => (row[8] ?? 0) / (row[i] ?? 1))
}

/** The matrix that takes the first places nearest to the second ones, in the least squares of its equations; from four matches on. */
export function homographyOf(matches: readonly Match[]): Matrix3 | undefined {
  const from = normalising(matches.map(([x, y]) => [x, y]))
  const to = normalising(matches.map(([, , u, v]) => [u, v]))
  if (!from || !to) return undefined
  const rows = Array.from({ length: 8 }, () => new Float64Array(9))
  for (const [px, py, pu, pv] of matches) {
    const [x, y] = moved(from.to, px, py)
    const [u, v] = moved(to.to, pu, pv)
    // u (g x + h y + 1) = a x + b y + c, and the same of v: normal equations of both.
    for (const equation of [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ])
      for (let r = 0; r < 8; r++)
        for (let c = 0; c < 9; c++) {
          const row = rows[r] as Float64Array
          row[c] = (row[c] ?? 0) + (equation[r] ?? 0) * (equation[c] ?? 0)
        }
  }
  const solved = eight(rows)
  if (!solved) return undefined
  const made = product(to.back, product([...solved, 1], from.to))
  const scale = made[8] ?? 0
  return Math.abs(scale) > 1e-12 && made.every(Number.isFinite) ? made.map((v) => v / scale) : undefined
}

/** Twice the area of a triangle. */
const area = (p: readonly number[], q: readonly number[], r: readonly number[], at: number): number =>
  ((q[at] ?? 0) - (p[at] ?? 0)) * ((r[at + 1] ?? 0) - (p[at + 1] ?? 0)) -
  ((q[at + 1] ?? 0) - (p[at + 1] ?? 0)) * ((r[at] ?? 0) - (p[at] ?? 0))

/** Four matches that can be corners of a plane: no three on a line, turning the same way on both sides. */
function usable(four: readonly Match[]): boolean {
  for (const [i, j, k] of [
    [0, 1, 2],
    [0, 1, 3],
    [0, 2, 3],
    [1, 2, 3],
  ] as const) {
    const [p, q, r] = [four[i], four[j], four[k]] as [Match, Match, Match]
    const [here, there] = [area(p, q, r, 0), area(p, q, r, 2)]
    if (Math.abs(here) < 1 || Math.abs(there) < 1 || here > 0 !== there > 0) return false
  }
  return true
}

export interface Ransac {
  /** How far a second place may lie from where the matrix takes the first one, in pixels. */
  readonly threshold: number
  readonly seed: number
  /** Tries, at most. */
  readonly most: number
  /** How sure it wants to be of having tried four right ones. */
  readonly confidence: number
}

export interface Fit {
  readonly matrix: Matrix3
  /** By match: whether it agrees. */
  readonly inliers: Uint8Array
  readonly count: number
  readonly tries: number
}

/** @see OpenCV findHomography (RANSAC); Fischler and Bolles 1981 */
export function ransac(
  matches: readonly Match[],
  options: Ransac,
  cancelled: () => boolean = () => false,
): Fit | undefined {
  const { threshold, seed, most, confidence } = options
  const random = randomFrom(seed)
  const agreeing = (h: Matrix3): Uint8Array =>
    Uint8Array.from(matches, ([x, y, u, v]) => {
      const [a, b] = moved(h, x, y)
      return Math.hypot(a - u, b - v) <= threshold ? 1 : 0
    })
  const countOf = (flags: Uint8Array): number => flags.reduce((sum, v) => sum + v, 0)
  let best: Fit | undefined
  let limit = most
  let tries = 0
  while (tries < limit && !cancelled()) {
    tries++
    const four = new Set<number>()
    for (let i = 0; i < 64 && four.size < 4; i++) four.add(Math.floor(random() * matches.length))
    const sample = [...four].map((i) => matches[i] as Match)
    if (sample.length < 4 || !usable(sample)) continue
    const matrix = homographyOf(sample)
    if (!matrix) continue
    const inliers = agreeing(matrix)
    const count = countOf(inliers)
    if (count < 4 || count <= (best?.count ?? 0)) continue
    best = { matrix, inliers, count, tries }
    const all = (count / matches.length) ** 4
    limit = all >= 1 ? tries : Math.min(most, Math.ceil(Math.log(1 - confidence) / Math.log(1 - all)))
  }
  if (!best) return undefined
  // From all that agree, as long as more do.
  for (let round = 0; round < 10; round++) {
    const kept = matches.filter((_, i) => best?.inliers[i])
    const matrix = homographyOf(kept)
    if (!matrix) break
    const inliers = agreeing(matrix)
    const count = countOf(inliers)
    if (count < best.count) break
    const more = count > best.count
    best = { ...best, matrix, inliers, count }
    if (!more) break
  }
  return { ...best, tries }
}

/** The inverse; undefined if there is none. */
export function inverted(h: Matrix3): Matrix3 | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, k = 0, l = 0] = h
  const [A, B, C] = [e * l - f * k, f * g - d * l, d * k - e * g]
  const det = a * A + b * B + c * C
  if (!Number.isFinite(det) || Math.abs(det) < 1e-12) return undefined
  return [A, c * k - b * l, b * f - c * e, B, a * l - c * g, c * d - a * f, C, b * g - a * k, a * e - b * d].map(
    (v) => v / det,
  )
}
