/** The interface of a viewer of 3D scenes, whatever draws it. There is one adapter, `spark.ts`, loaded on first use. */

export type Vec3 = readonly [number, number, number]

/** The eye and the target, in scene units. */
export interface Pose {
  readonly eye: Vec3
  readonly target: Vec3
  readonly up: Vec3
  /** Vertical field of view, in degrees. */
  readonly fov: number
}

export interface Sphere {
  readonly centre: Vec3
  readonly radius: number
}

export interface Loaded {
  readonly splats: number
}

export interface SceneView {
  /** Replaces the current scene with this file; the bytes are those from `plainScene`. Throws `scene.*`. */
  load(bytes: Uint8Array, name: string): Promise<Loaded>
  /** The region that holds most of it. */
  frame(): Sphere
  /** Draws it from there. `moving`: another frame follows soon, so use fewer pixels. */
  look(pose: Pose, moving: boolean): void
  /** The current view on a transparent background, once it is at rest. */
  snapshot(): Promise<HTMLCanvasElement>
  dispose(): void
}

export interface SceneViewOptions {
  readonly canvas: HTMLCanvasElement
  /** The graphics context is lost, and this view with it. */
  readonly onLost: () => void
}
