/** Boxes in space from where their corners are seen. Plain arrays. */
import type { CameraValue } from '../engine/values/index.ts'
import { added, scaled, sub, type Vec3, vec3 } from './cameras.ts'
import { smallestEigenvector } from './eigen.ts'

/** In the space of the camera: x right, y down, z forward. */
export interface Cuboid {
  readonly middle: Vec3
  /** From the middle to the middle of the right, the upper and the front face. */
  readonly axes: readonly [Vec3, Vec3, Vec3]
}

/** On which side of the middle each corner lies, in the order of `cuboidLandmarks`. */
const sides: readonly Vec3[] = [-1, 1].flatMap((x) => [-1, 1].flatMap((y) => [-1, 1].map((z): Vec3 => [x, y, z])))

type Pinhole = Pick<CameraValue, 'fx' | 'fy' | 'cx' | 'cy'>

/**
 * The box whose corners are seen at these 8 places, in pixels. A picture does not tell how large it is: it is 1 long from the middle
 * of the box to the camera. Its edges are parallel, four by four, but need not be at right angles. Undefined where there is none.
 *
 * A corner is a weighted sum of four control points (the middle and those of three faces), which are the unknowns; that it is seen
 * at its pixel gives two linear equations. The answer is the unit vector that leaves the smallest error.
 * @see Lepetit, Moreno-Noguer and Fua, EPnP (2009); MediaPipe, modules/objectron/calculators/epnp.cc
 */
export function liftCuboid(
  corners: readonly (readonly [number, number])[],
  { fx, fy, cx, cy }: Pinhole,
): Cuboid | undefined {
  const normal = new Array<number>(144).fill(0)
  for (const [i, side] of sides.entries()) {
    const [px = Number.NaN, py = Number.NaN] = corners[i] ?? []
    const weights = [1 - side[0] - side[1] - side[2], ...side]
    const [u, v] = [(px - cx) / fx, (py - cy) / fy]
    for (const equation of [weights.flatMap((w) => [w, 0, -u * w]), weights.flatMap((w) => [0, w, -v * w])])
      for (let r = 0; r < 12; r++)
        for (let c = 0; c < 12; c++) {
          const at = 12 * r + c
          normal[at] = (normal[at] ?? 0) + (equation[r] ?? 0) * (equation[c] ?? 0)
        }
  }
  if (!normal.every(Number.isFinite)) return undefined
  const found = smallestEigenvector(normal, 12)
  const [middle, right, top, front] = [0, 3, 6, 9].map((from) => vec3(found.slice(from, from + 3))) as [
    Vec3,
    Vec3,
    Vec3,
    Vec3,
  ]
  const distance = Math.hypot(...middle)
  // What is seen lies in front of the camera.
  const by = Math.sign(middle[2]) / distance
  if (!Number.isFinite(by) || by === 0) return undefined
  const axis = (to: Vec3): Vec3 => scaled(sub(to, middle), by)
  return { middle: scaled(middle, by), axes: [axis(right), axis(top), axis(front)] }
}

/** In the order of `cuboidLandmarks`, without the middle. */
export const cornersOf = ({ middle, axes: [x, y, z] }: Cuboid): readonly Vec3[] =>
  sides.map(([i, j, k]) => added(middle, added(scaled(x, i), added(scaled(y, j), scaled(z, k)))))

/** Lengths of its edges: across, up and deep. */
export const edgesOf = ({ axes }: Cuboid): Vec3 => vec3(axes.map((axis) => 2 * Math.hypot(...axis)))

export const enlarged = ({ middle, axes: [x, y, z] }: Cuboid, by: number): Cuboid => ({
  middle: scaled(middle, by),
  axes: [scaled(x, by), scaled(y, by), scaled(z, by)],
})

/** Where it is seen, in pixels. */
export const seenAt = ([x, y, z]: Vec3, { fx, fy, cx, cy }: Pinhole): readonly [number, number] => [
  (fx * x) / z + cx,
  (fy * y) / z + cy,
]
