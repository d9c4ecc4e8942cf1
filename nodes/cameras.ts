/** What the nodes of cameras share: parameters, and where a camera is put. */
import { param } from '../engine/types/param.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { CameraValue } from '../engine/values/index.ts'

export type Vec3 = readonly [number, number, number]

export const vec3 = (of: readonly number[]): Vec3 => [of[0] ?? 0, of[1] ?? 0, of[2] ?? 0]
export const sub = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
export const scaled = (a: Vec3, by: number): Vec3 => [a[0] * by, a[1] * by, a[2] * by]
export const added = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]

const smallest = 1e-9

function unit(a: Vec3, name: string, wanted: string): Vec3 {
  const length = Math.hypot(...a)
  if (!(length > smallest)) throw new SightlineError('param.invalid', { param: name, given: 'a length of 0', wanted })
  return scaled(a, 1 / length)
}

/** World to camera, row by row, of a camera at `eye` that looks at `target`. Throws `param.invalid`. */
export function lookAt(eye: Vec3, target: Vec3, up: Vec3): readonly number[] {
  const forward = unit(sub(target, eye), 'target', 'another place than the camera’s')
  const right = unit(cross(forward, unit(up, 'up', 'a direction')), 'up', 'another direction than the camera looks in')
  const down = cross(forward, right)
  return [right, down, forward].flatMap((axis) => [...axis, -dot(axis, eye)]).concat([0, 0, 0, 1])
}

export const pictureSizeParams = {
  width: param.integer({
    default: 512,
    min: 1,
    max: 16384,
    soft: [64, 2048],
    unit: 'px',
    label: 'Width',
    help: 'Of the picture.',
  }),
  height: param.integer({
    default: 512,
    min: 1,
    max: 16384,
    soft: [64, 2048],
    unit: 'px',
    label: 'Height',
    help: 'Of the picture.',
  }),
}

/** The field of view and the size of the picture. */
export const lensParams = {
  fov: param.number({
    default: 50,
    min: 1,
    max: 170,
    soft: [10, 120],
    step: 1,
    unit: '°',
    label: 'Field of view',
    help: 'From the upper to the lower edge of the picture.',
  }),
  ...pictureSizeParams,
}

/** How near and far is drawn. */
export const usualNear = 0.01
export const usualFar = 1e10

interface Lens {
  readonly fov: number
  readonly width: number
  readonly height: number
}

export function cameraOf({ fov, width, height }: Lens, view: readonly number[]): CameraValue {
  const focal = height / (2 * Math.tan((fov * Math.PI) / 360))
  return {
    ...{ kind: 'camera', width, height, fx: focal, fy: focal, cx: width / 2, cy: height / 2 },
    ...{ view, near: usualNear, far: usualFar },
  }
}

/** The same camera with a picture of another size. */
export function resized(camera: CameraValue, width: number, height: number): CameraValue {
  const [x, y] = [width / camera.width, height / camera.height]
  return { ...camera, width, height, fx: camera.fx * x, cx: camera.cx * x, fy: camera.fy * y, cy: camera.cy * y }
}
