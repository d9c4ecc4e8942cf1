/** A camera that orbits a point, or flies. Angles are measured from the front, the view along the scene's depth. */
import { distanceTo } from '../../engine/values/index.ts'
import type { Pose, Sphere, Vec3 } from './pose.ts'

export const upAxes = ['y', '-y', 'z', '-z'] as const
export type UpAxis = (typeof upAxes)[number]

export interface Orbit {
  readonly target: Vec3
  readonly distance: number
  /** Right of the front and above it, in radians. */
  readonly yaw: number
  readonly pitch: number
  readonly up: UpAxis
  /** Vertical field of view, in degrees. */
  readonly fov: number
}

/** Of the first look. */
export const fov = 50
export const fovs = [5, 120] as const

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
  const { target, distance, up, fov } = orbit
  return { eye: add(target, outward(orbit), distance), target, up: frames[up].up, fov }
}

export const turn = (orbit: Orbit, yaw: number, pitch: number): Orbit => ({
  ...orbit,
  yaw: orbit.yaw + yaw,
  pitch: clamp(orbit.pitch + pitch, -steepest, steepest),
})

/** Pans by fractions of the window's height: right and up. */
export function pan(orbit: Orbit, x: number, y: number): Orbit {
  const size = 2 * orbit.distance * Math.tan((orbit.fov * Math.PI) / 360)
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
  return { ...orbit, target: centre, distance: distanceTo({ centre, radius }, orbit.fov, aspect) }
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

/** The opposite direction. */
export const upsideOf: Readonly<Record<UpAxis, UpAxis>> = { y: '-y', '-y': 'y', z: '-z', '-z': 'z' }
export const upsideDown = (orbit: Orbit): Orbit => withUp(orbit, upsideOf[orbit.up])

const eyeOf = (orbit: Orbit): Vec3 => add(orbit.target, outward(orbit), orbit.distance)

/** The camera's own directions, each of length 1. */
function axesOf(orbit: Orbit): { readonly right: Vec3; readonly up: Vec3; readonly forward: Vec3 } {
  const out = outward(orbit)
  const across = cross(frames[orbit.up].up, out)
  const side = add(zero, across, 1 / Math.hypot(...across))
  return { right: side, up: cross(out, side), forward: add(zero, out, -1) }
}

/** Turns the head: the eye stays where it is. Radians: to the right and up. */
export function lookAround(orbit: Orbit, right: number, up: number): Orbit {
  const turned = turn(orbit, -right, -up)
  return { ...turned, target: add(eyeOf(orbit), outward(turned), -orbit.distance) }
}

/** Moves the eye and what it looks at, in units of the scene: to the right, up and forward, as the camera sees them. */
export function fly(orbit: Orbit, x: number, y: number, z: number): Orbit {
  const { right, up, forward } = axesOf(orbit)
  return { ...orbit, target: add(add(add(orbit.target, right, x), up, y), forward, z) }
}

/** Turns about this place from now on, and looks at it. */
export function focusOn(orbit: Orbit, target: Vec3): Orbit {
  return { ...orbit, target }
}

/** The same picture size of the target with another field of view. */
export function withFov(orbit: Orbit, next: number): Orbit {
  const [least, most] = fovs
  const wanted = clamp(next, least, most)
  const half = (degrees: number): number => Math.tan((degrees * Math.PI) / 360)
  return { ...orbit, fov: wanted, distance: (orbit.distance * half(orbit.fov)) / half(wanted) }
}

/** World to camera, row by row, in OpenCV's axes: x right, y down, z forward. */
export function viewOf(orbit: Orbit): readonly number[] {
  const { right, up, forward } = axesOf(orbit)
  const eye = eyeOf(orbit)
  const down = add(zero, up, -1)
  return [right, down, forward].flatMap((axis) => [...axis, -dot(axis, eye)]).concat([0, 0, 0, 1])
}

/**
 * The nearest orbit to a camera: it stands where that stands and looks where that looks, but upright.
 * @param view world to camera, 16 numbers, row by row
 * @param distance to what it turns about
 */
export function orbitOf(view: readonly number[], fov: number, up: UpAxis, distance: number): Orbit {
  const row = (at: number): Vec3 => [view[at] ?? 0, view[at + 1] ?? 0, view[at + 2] ?? 0]
  const rows = [row(0), row(4), row(8)] as const
  const moved = [view[3] ?? 0, view[7] ?? 0, view[11] ?? 0] as const
  // The rows are a rotation: its inverse is its transpose.
  const eye = [0, 1, 2].map((i) => -rows.reduce((sum, axis, k) => sum + (axis[i] ?? 0) * (moved[k] ?? 0), 0))
  return orbitBetween(eye as unknown as Vec3, add(eye as unknown as Vec3, rows[2], distance), up, fov)
}

/** The orbit of a camera at `eye` that looks at `target`. */
export function orbitBetween(eye: Vec3, target: Vec3, up: UpAxis, fov: number): Orbit {
  const away = add(eye, target, -1)
  const distance = Math.hypot(...away) || 1
  const out = add(zero, away, 1 / distance)
  const frame = frames[up]
  return {
    ...{ target, distance, up, fov },
    pitch: clamp(Math.asin(clamp(dot(out, frame.up), -1, 1)), -steepest, steepest),
    yaw: Math.atan2(dot(out, right), dot(out, frame.front)),
  }
}
