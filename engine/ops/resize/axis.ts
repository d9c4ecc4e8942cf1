/** How one axis is resampled, in float64 where the kernel (axis.as.ts) is: the weights of cv2.resize. */

export const resizeMethods = ['nearest', 'bilinear', 'bicubic', 'area'] as const
export type ResizeMethod = (typeof resizeMethods)[number]
/** With what OpenCV does when area is asked for and either axis grows. */
type AxisMethod = ResizeMethod | 'area-linear'

export interface Weighted {
  /** Place in the source. */
  readonly at: number
  readonly weight: number
}

const f = Math.fround
const ratio = (from: number, to: number): number => 1 / (to / from)

function areaWeights(i: number, from: number, to: number): readonly Weighted[] {
  const scale = ratio(from, to)
  const [a, b] = [i * scale, i * scale + scale]
  const cell = Math.min(scale, from - a)
  const last = Math.min(Math.floor(b), from - 1)
  const first = Math.min(Math.ceil(a), last)
  const weights: Weighted[] = []
  if (first - a > 1e-3) weights.push({ at: first - 1, weight: (first - a) / cell })
  for (let at = first; at < last; at++) weights.push({ at, weight: 1 / cell })
  if (b - last > 1e-3) weights.push({ at: last, weight: Math.min(b - last, 1, cell) / cell })
  return weights
}

/** A = −0.75, as OpenCV's. */
function cubicWeights(t: number): readonly number[] {
  const A = -0.75
  const near = (u: number) => ((A + 2) * u - (A + 3)) * u * u + 1
  const before = ((A * (t + 1) - 5 * A) * (t + 1) + 8 * A) * (t + 1) - 4 * A
  return [before, near(t), near(1 - t), 1 - before - near(t) - near(1 - t)]
}

/** The places of the source that place `i` of the result is made of; each once, weights of 0 left out. */
export function axisWeights(i: number, method: AxisMethod, from: number, to: number): readonly Weighted[] {
  const scale = ratio(from, to)
  if (method === 'nearest') return [{ at: Math.min(from - 1, Math.floor(i * scale)), weight: 1 }]
  if (method === 'area') return areaWeights(i, from, to)
  let at = Math.floor(i * scale)
  let t = f(i + 1 - (at + 1) * (to / from))
  if (method === 'area-linear') t = t <= 0 ? 0 : t - Math.floor(t)
  else {
    const x = f((i + 0.5) * scale - 0.5)
    at = Math.floor(x)
    t = f(x - at)
  }
  const weights = method === 'bicubic' ? cubicWeights(t) : [1 - t, t]
  const start = method === 'bicubic' ? at - 1 : at
  const places = new Map<number, number>()
  for (const [k, weight] of weights.entries()) {
    const place = Math.min(Math.max(start + k, 0), from - 1)
    places.set(place, (places.get(place) ?? 0) + weight)
  }
  return [...places].flatMap(([at, weight]) => (weight === 0 ? [] : [{ at, weight }]))
}
