/** A camera that orbits a point. Angles are measured from the front, the view along the scene's depth. */
import type { Pose, Sphere, Vec3 } from './view.ts'

export const upAxes = ['y', '-y', 'z', '-z'] as const
export type UpAxis = (typeof upAxes)[number]

export interface Orbit {
  readonly target: Vec3
  readonly distance: number
  /** Right of the front and above it, in radians. */
  readonly yaw: number
  readonly pitch: number
  readonly up: UpAxis
}

export const fov = 50
export const room = 1.06

/** Which way is up, and where the front is; x is to its right, so no choice mirrors the scene. */
const frames: Readonly<Record<UpAxis, { readonly up: Vec3; readonly front: Vec3 }>> = {
  y: { up: [0, 1, 0], front: [0, 0, 1] },
  '-y': { up: [0, -1, 0], front: [0, 0, -1] },
  z: { up: [0, 0, 1], front: [0, -1, 0] },
  '-z': { up: [0, 0, -1], front: [0, 1, 0] },
}
const right: Vec3 = [1, 0, 0]
/** Straight above, right and left have no meaning. */
const steepest = (89.5 * Math.PI) / 180

const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const add = (a: Vec3, b: Vec3, by = 1): Vec3 => [a[0] + by * b[0], a[1] + by * b[1], a[2] + by * b[2]]
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))
const zero: Vec3 = [0, 0, 0]

/** Unit vector from the target to the eye. */
function outward({ yaw, pitch, up }: Orbit): Vec3 {
  const frame = frames[up]
  const level = add(add(zero, right, Math.sin(yaw)), frame.front, Math.cos(yaw))
  return add(add(zero, level, Math.cos(pitch)), frame.up, Math.sin(pitch))
}

export function poseOf(orbit: Orbit): Pose {
  const { target, distance, up } = orbit
  return { eye: add(target, outward(orbit), distance), target, up: frames[up].up, fov }
}

export const turn = (orbit: Orbit, yaw: number, pitch: number): Orbit => ({
  ...orbit,
  yaw: orbit.yaw + yaw,
  pitch: clamp(orbit.pitch + pitch, -steepest, steepest),
})

/** Pans by fractions of the window's height: right and up. */
export function pan(orbit: Orbit, x: number, y: number): Orbit {
  const size = 2 * orbit.distance * Math.tan((fov * Math.PI) / 360)
  const out = outward(orbit)
  const across = cross(frames[orbit.up].up, out)
  const side = add(zero, across, 1 / Math.hypot(...across))
  return { ...orbit, target: add(add(orbit.target, side, -x * size), cross(out, side), -y * size) }
}

/** `by` 2: twice as close. Limited, so that there is always something to see. */
export const zoom = (orbit: Orbit, by: number, { radius }: Sphere): Orbit => ({
  ...orbit,
  distance: clamp(orbit.distance / by, radius / 1000, radius * 100),
})

/** Fits everything with a margin, from the same side. `aspect`: width / height. */
export function inSight(orbit: Orbit, { centre, radius }: Sphere, aspect: number): Orbit {
  const half = (fov * Math.PI) / 360
  const narrow = Math.min(half, Math.atan(Math.tan(half) * aspect))
  return { ...orbit, target: centre, distance: (room * radius) / Math.sin(narrow) }
}

/** The same view with another axis up. */
export function withUp(orbit: Orbit, up: UpAxis): Orbit {
  const out = outward(orbit)
  const frame = frames[up]
  const pitch = Math.asin(clamp(dot(out, frame.up), -1, 1))
  return {
    ...orbit,
    up,
    pitch: clamp(pitch, -steepest, steepest),
    yaw: Math.atan2(dot(out, right), dot(out, frame.front)),
  }
}

const upside: Readonly<Record<UpAxis, UpAxis>> = { y: '-y', '-y': 'y', z: '-z', '-z': 'z' }
export const upsideDown = (orbit: Orbit): Orbit => withUp(orbit, upside[orbit.up])
