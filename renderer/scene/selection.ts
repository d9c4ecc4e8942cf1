/** Choosing splats in the picture of a scene: by a rectangle that is dragged, or a ball that grows from what is under the pointer. */
import { type Cloud, type Lens, placeUnder } from './cloud.ts'
import type { Vec3 } from './pose.ts'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What `splat/crop` takes. */
export type Region =
  | { readonly shape: 'box'; readonly centre: Vec3; readonly size: Vec3 }
  | { readonly shape: 'sphere'; readonly centre: Vec3; readonly radius: number }

/** Fainter splats are not what one points at. */
const faintest = 0.1
/** The share of many splats on each side of an axis that counts as outliers. */
const apart = 0.01
const many = 200

/** Of two corners in any order. */
export const rectangleOf = (a: readonly [number, number], b: readonly [number, number]): Rectangle => ({
  x: Math.min(a[0], b[0]),
  y: Math.min(a[1], b[1]),
  width: Math.abs(a[0] - b[0]),
  height: Math.abs(a[1] - b[1]),
})

/** The splats whose centres are seen inside a rectangle, in pixels. */
export function seenIn({ centres, opacities, count }: Cloud, lens: Lens, rectangle: Rectangle): readonly number[] {
  const { eye, right, down, forward, focal, size } = lens
  const [left, top] = [rectangle.x - size.width / 2, rectangle.y - size.height / 2]
  const [end, bottom] = [left + rectangle.width, top + rectangle.height]
  const found: number[] = []
  for (let i = 0; i < count; i++) {
    if ((opacities[i] ?? 0) < faintest) continue
    const x = (centres[3 * i] ?? 0) - eye[0]
    const y = (centres[3 * i + 1] ?? 0) - eye[1]
    const z = (centres[3 * i + 2] ?? 0) - eye[2]
    const depth = x * forward[0] + y * forward[1] + z * forward[2]
    if (!(depth > 0)) continue
    const scale = focal / depth
    const u = (x * right[0] + y * right[1] + z * right[2]) * scale
    const v = (x * down[0] + y * down[1] + z * down[2]) * scale
    if (u >= left && u <= end && v >= top && v <= bottom) found.push(i)
  }
  return found
}

/** The box around these splats, along the axes; of many without the few that lie apart. Undefined of none. */
export function boxAround({ centres }: Cloud, splats: readonly number[]): Region | undefined {
  if (splats.length === 0) return undefined
  const part = splats.length < many ? 0 : apart
  const ends = [0, 1, 2].map((axis) => {
    const sorted = Float64Array.from(splats, (i) => centres[3 * i + axis] ?? 0).sort()
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0
    return [at(part), at(1 - part)] as const
  })
  // Centres on the surface count as inside; rounding must not put them out.
  const vector = (of: (low: number, high: number) => number): Vec3 =>
    ends.map(([low, high]) => of(low, high)) as unknown as Vec3
  const largest = Math.max(...ends.map(([low, high]) => high - low))
  return {
    shape: 'box',
    centre: vector((low, high) => (low + high) / 2),
    size: vector((low, high) => (high - low) * 1.001 + 1e-6 * largest),
  }
}

/** The ball about what is seen at `from`, that reaches as far as `to`. Undefined where nothing is seen. */
export function ballAt(
  cloud: Cloud,
  lens: Lens,
  from: readonly [number, number],
  to: readonly [number, number],
): Region | undefined {
  const centre = placeUnder(cloud, lens, ...from)
  if (!centre) return undefined
  const { eye, forward, focal } = lens
  const depth = forward.reduce((sum, v, i) => sum + v * ((centre[i] ?? 0) - (eye[i] ?? 0)), 0)
  return { shape: 'sphere', centre, radius: (Math.hypot(to[0] - from[0], to[1] - from[1]) * depth) / focal }
}

/** The splats whose centres lie in a region, as `splat/crop` has it. */
export function within({ centres, count }: Cloud, region: Region): Uint32Array {
  const found: number[] = []
  const [x, y, z] = region.centre
  for (let i = 0; i < count; i++) {
    const [a, b, c] = [(centres[3 * i] ?? 0) - x, (centres[3 * i + 1] ?? 0) - y, (centres[3 * i + 2] ?? 0) - z]
    const is =
      region.shape === 'sphere'
        ? Math.hypot(a, b, c) <= region.radius
        : Math.abs(a) <= region.size[0] / 2 && Math.abs(b) <= region.size[1] / 2 && Math.abs(c) <= region.size[2] / 2
    if (is) found.push(i)
  }
  return Uint32Array.from(found)
}
