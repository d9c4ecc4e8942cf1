/** The region that holds most of a cloud of splats: captures have a few outliers far away. */

export type Place = readonly [x: number, y: number, z: number]

export interface Sphere {
  readonly centre: Place
  readonly radius: number
}

/** The centre lies between the numbers of this quantile and its opposite on each axis: what is further out does not move it. */
const middle = 0.98
/** The sphere holds this part of the splats, or `many` of them in `background` times their radius, whichever is smaller. */
const most = 0.998
const many = 0.8
const background = 1.5
/** At most about this many splats are looked at; they are enough to tell where the scene is. */
const sampled = 50_000
/** Fainter splats count as fog. */
const faintest = 0.1

const quantile = (sorted: Float64Array, part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? 0

/** @param splats x, y, z and extent of each, consecutively */
export function sphereOf(splats: Float64Array): Sphere {
  const n = splats.length / 4
  // Among few splats none is an outlier.
  const few = n < 100
  const axis = (i: number): number => {
    const sorted = Float64Array.from({ length: n }, (_, at) => splats[4 * at + i] ?? 0).sort()
    const part = few ? 1 : middle
    return (quantile(sorted, 1 - part) + quantile(sorted, part)) / 2
  }
  const centre = [axis(0), axis(1), axis(2)] as const
  const reaches = Float64Array.from({ length: n }, (_, at) => {
    const [x = 0, y = 0, z = 0, reach = 0] = splats.subarray(4 * at, 4 * at + 4)
    return Math.hypot(x - centre[0], y - centre[1], z - centre[2]) + reach
  }).sort()
  const radius = few ? quantile(reaches, 1) : Math.min(quantile(reaches, most), background * quantile(reaches, many))
  return { centre, radius: radius || 1 }
}

/** One splat: its centre, its largest standard deviation, and its opacity. */
export type Sample = readonly [x: number, y: number, z: number, size: number, opacity: number]

/** The same of `count` splats, of which some are looked at; those that are nearly invisible, or not finite, do not count. */
export function coreOf(count: number, at: (index: number) => Sample): Sphere {
  const step = Math.max(1, Math.floor(count / sampled))
  const found: number[] = []
  const all: number[] = []
  for (let i = 0; i < count; i += step) {
    const [x, y, z, size, opacity] = at(i)
    const splat = [x, y, z, 2 * size]
    if (!splat.every(Number.isFinite)) continue
    all.push(...splat)
    if (opacity >= faintest) found.push(...splat)
  }
  return sphereOf(Float64Array.from(found.length > 0 ? found : all))
}

/** Air around what is fitted into a picture. */
const room = 1.06

/**
 * How far from its centre a camera sees all of a sphere, in its unit.
 * @param fov vertical, in degrees
 * @param aspect width / height
 */
export function distanceTo({ radius }: Sphere, fov: number, aspect: number): number {
  const half = (fov * Math.PI) / 360
  const narrow = Math.min(half, Math.atan(Math.tan(half) * aspect))
  return (room * radius) / Math.sin(narrow)
}
