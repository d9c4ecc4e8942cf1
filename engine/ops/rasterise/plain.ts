/** The rules as they are written, splat by splat and pixel by pixel, in float64: what the kernels are compared with. */
import { harmonicsOf, limitsOf, placeOf, type RasteriseParams, rules } from './rules.ts'

/** The numbers of splats by index: `means(3 * i + k)`. */
export interface SplatNumbers {
  readonly count: number
  readonly degree: number
  readonly means: (at: number) => number
  readonly quats: (at: number) => number
  readonly scales: (at: number) => number
  readonly opacities: (at: number) => number
  readonly sh: (at: number) => number
}

/** A splat as the camera sees it. */
export interface Seen {
  /** Its number. */
  readonly splat: number
  readonly x: number
  readonly y: number
  readonly z: number
  /** Σ'⁻¹ */
  readonly conic: readonly [a: number, b: number, c: number]
  readonly opacity: number
  readonly colour: readonly number[]
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, k) => sum + v * (b[k] ?? Number.NaN), 0)

function see(splats: SplatNumbers, i: number, params: RasteriseParams): Seen | undefined {
  const { width, height, fx, fy, cx, cy, view, near, far, antialiased } = params
  const mean = [0, 1, 2].map((k) => splats.means(3 * i + k))
  const rows = [0, 4, 8].map((at) => view.slice(at, at + 3))
  const [x = 0, y = 0, z = 0] = rows.map((row, k) => dot(row, mean) + (view[4 * k + 3] ?? 0))
  if (!(z >= near && z <= far)) return undefined

  const quat = [0, 1, 2, 3].map((k) => splats.quats(4 * i + k))
  const length = Math.hypot(...quat)
  const [w = 0, a = 0, b = 0, c = 0] = quat.map((v) => v / length)
  const turned = [
    [1 - 2 * (b * b + c * c), 2 * (a * b - w * c), 2 * (a * c + w * b)],
    [2 * (a * b + w * c), 1 - 2 * (a * a + c * c), 2 * (b * c - w * a)],
    [2 * (a * c - w * b), 2 * (b * c + w * a), 1 - 2 * (a * a + b * b)],
  ]
  // The own axes in those of the camera, each as long as its standard deviation.
  const axes = rows.map((row) =>
    [0, 1, 2].map(
      (k) => splats.scales(3 * i + k) * dot(row, [turned[0]?.[k] ?? 0, turned[1]?.[k] ?? 0, turned[2]?.[k] ?? 0]),
    ),
  )
  const within = (v: number, [low, high]: readonly [number, number]): number => Math.max(low, Math.min(high, v))
  const tx = within(x / z, limitsOf(fx, cx, width))
  const ty = within(y / z, limitsOf(fy, cy, height))
  const across = [0, 1, 2].map((k) => (fx / z) * ((axes[0]?.[k] ?? 0) - tx * (axes[2]?.[k] ?? 0)))
  const down = [0, 1, 2].map((k) => (fy / z) * ((axes[1]?.[k] ?? 0) - ty * (axes[2]?.[k] ?? 0)))
  const [xx, xy, yy] = [dot(across, across), dot(across, down), dot(down, down)]
  const det = (xx + rules.lowpass) * (yy + rules.lowpass) - xy * xy
  const kept = antialiased ? Math.sqrt(Math.max(0, xx * yy - xy * xy) / det) : 1
  const opacity = kept * splats.opacities(i)

  const place = placeOf(view)
  const away = mean.map((v, k) => v - (place[k] ?? 0))
  const far3 = Math.hypot(...away) || 1
  const [dx = 0, dy = 0, dz = 0] = away.map((v) => v / far3)
  const values = harmonicsOf(splats.degree, dx, dy, dz)
  const sums = [0, 1, 2].map((k) =>
    values.reduce((sum, v, j) => sum + v * splats.sh(3 * (values.length * i + j) + k), 0.5),
  )
  const [u, v] = [(fx * x) / z + cx, (fy * y) / z + cy]
  const all = [u, v, xx, yy, det, opacity, length, ...sums]
  if (!all.every(Number.isFinite) || !(det > 0) || !(length > 0) || !(opacity >= rules.leastAlpha)) return undefined
  return {
    ...{ splat: i, x: u, y: v, z, opacity },
    conic: [(yy + rules.lowpass) / det, -xy / det, (xx + rules.lowpass) / det],
    colour: sums.map((sum) => Math.max(0, sum)),
  }
}

/** All that the camera sees, from front to back. */
export function seenSplats(splats: SplatNumbers, params: RasteriseParams): readonly Seen[] {
  const seen = Array.from({ length: splats.count }, (_, i) => see(splats, i, params)).filter((one) => one !== undefined)
  // Depths are float32, as the numbers that they come from.
  return seen.sort((a, b) => Math.fround(a.z) - Math.fround(b.z))
}

export interface Pixel {
  readonly image: readonly [number, number, number]
  readonly alpha: number
  readonly depth: number
}

export function pixelOf(seen: readonly Seen[], x: number, y: number, { background }: RasteriseParams): Pixel {
  let left = 1
  let [red, green, blue, depth, alpha] = [0, 0, 0, 0, 0]
  for (const { x: u, y: v, z, conic, opacity, colour } of seen) {
    const [dx, dy] = [x + 0.5 - u, y + 0.5 - v]
    const sigma = 0.5 * (conic[0] * dx * dx + conic[2] * dy * dy) + conic[1] * dx * dy
    const part = Math.min(rules.mostAlpha, opacity * Math.exp(-sigma))
    if (part < rules.leastAlpha) continue
    if (left * (1 - part) <= rules.leastTransmittance) break
    const weight = part * left
    red += weight * (colour[0] ?? 0)
    green += weight * (colour[1] ?? 0)
    blue += weight * (colour[2] ?? 0)
    depth += weight * z
    alpha += weight
    left *= 1 - part
  }
  const over = (sum: number, k: 0 | 1 | 2): number => sum + left * background[k]
  return { image: [over(red, 0), over(green, 1), over(blue, 2)], alpha, depth: alpha > 0 ? depth / alpha : 0 }
}
