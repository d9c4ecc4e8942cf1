/** From where a scene is seen, and where it is. */
import type { Place } from '../../engine/values/index.ts'

export type { Sphere } from '../../engine/values/index.ts'
export type Vec3 = Place

/** The eye and the target, in scene units. */
export interface Pose {
  readonly eye: Vec3
  readonly target: Vec3
  readonly up: Vec3
  /** Vertical field of view, in degrees. */
  readonly fov: number
}

/** In pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}
