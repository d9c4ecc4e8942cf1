/** Where the splats of a scene are, for everything that is pointed at: what lies under the pointer, in a box, under a brush. */
import type { Pose, Size, Vec3 } from './pose.ts'

export interface Cloud {
  readonly count: number
  /** x, y, z of each, in scene units. */
  readonly centres: Float32Array
  /** The largest standard deviation of each. */
  readonly sizes: Float32Array
  /** 0 to 1. */
  readonly opacities: Float32Array
}

export const noCloud: Cloud = {
  count: 0,
  centres: new Float32Array(0),
  sizes: new Float32Array(0),
  opacities: new Float32Array(0),
}

export const placeAt = ({ centres }: Cloud, index: number): Vec3 => [
  centres[3 * index] ?? 0,
  centres[3 * index + 1] ?? 0,
  centres[3 * index + 2] ?? 0,
]

const sub = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
const unit = (a: Vec3): Vec3 => {
  const length = Math.hypot(...a) || 1
  return [a[0] / length, a[1] / length, a[2] / length]
}

/** A pinhole camera of a picture: pixels from its top left corner. */
export interface Lens {
  readonly eye: Vec3
  readonly right: Vec3
  readonly down: Vec3
  readonly forward: Vec3
  /** In pixels. */
  readonly focal: number
  readonly size: Size
}

export function lensOf({ eye, target, up, fov }: Pose, size: Size): Lens {
  const forward = unit(sub(target, eye))
  const right = unit(cross(forward, up))
  const focal = size.height / (2 * Math.tan((fov * Math.PI) / 360))
  return { eye, right, down: cross(forward, right), forward, focal, size }
}

/** Undefined behind the camera. */
export function pixelOf({ eye, right, down, forward, focal, size }: Lens, place: Vec3) {
  const away = sub(place, eye)
  const depth = dot(away, forward)
  if (!(depth > 0)) return undefined
  return {
    x: size.width / 2 + (focal * dot(away, right)) / depth,
    y: size.height / 2 + (focal * dot(away, down)) / depth,
    depth,
  }
}

/** The direction from the eye through a pixel, with a depth of 1. */
function rayOf({ right, down, forward, focal, size }: Lens, x: number, y: number): Vec3 {
  const [a, b] = [(x - size.width / 2) / focal, (y - size.height / 2) / focal]
  return [0, 1, 2].map((i) => (forward[i] ?? 0) + a * (right[i] ?? 0) + b * (down[i] ?? 0)) as unknown as Vec3
}

/** Below this share of a splat's own opacity its edge is not pointed at. */
const faintest = 0.05
/** What is pointed at is as deep as half of the light comes from. */
const half = 0.5
/** A splat that is smaller on the screen can be pointed at as if it were this large, in pixels. */
const smallest = 1.5

/**
 * The place that is seen under a pixel, in scene units: on the ray through it, at the median depth of the splats along it.
 * Undefined where there is nothing. Splats count as balls of their largest size, cut short at the ellipsoids' middle.
 */
export function placeUnder(cloud: Cloud, lens: Lens, x: number, y: number): Vec3 | undefined {
  const { centres, sizes, opacities, count } = cloud
  const { eye, right, down, forward, focal, size } = lens
  const [u, v] = [x - size.width / 2, y - size.height / 2]
  const hits: { depth: number; alpha: number }[] = []
  for (let i = 0; i < count; i++) {
    const ax = (centres[3 * i] ?? 0) - eye[0]
    const ay = (centres[3 * i + 1] ?? 0) - eye[1]
    const az = (centres[3 * i + 2] ?? 0) - eye[2]
    const depth = ax * forward[0] + ay * forward[1] + az * forward[2]
    if (!(depth > 0)) continue
    const scale = focal / depth
    const dx = (ax * right[0] + ay * right[1] + az * right[2]) * scale - u
    const dy = (ax * down[0] + ay * down[1] + az * down[2]) * scale - v
    const reach = Math.max(smallest, (sizes[i] ?? 0) * scale)
    const square = (dx * dx + dy * dy) / (reach * reach)
    if (square > 9) continue
    const alpha = (opacities[i] ?? 0) * Math.exp(-square / 2)
    if (alpha > faintest) hits.push({ depth, alpha })
  }
  hits.sort((a, b) => a.depth - b.depth)
  const seen = 1 - hits.reduce((left, { alpha }) => left * (1 - alpha), 1)
  let left = 1
  for (const { depth, alpha } of hits) {
    left *= 1 - alpha
    if (1 - left < half * seen) continue
    const ray = rayOf(lens, x, y)
    return [eye[0] + ray[0] * depth, eye[1] + ray[1] * depth, eye[2] + ray[2] * depth]
  }
  return undefined
}
