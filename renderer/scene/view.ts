/** What a viewer of 3D scenes can do, whatever draws it. There is one adapter, `spark.ts`; it comes when it is first needed. */

export type Vec3 = readonly [number, number, number]

/** Where one looks from and to, in the scene's own units. */
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
  /** Draws this file instead of what was there. Throws `scene.*`. */
  load(bytes: Uint8Array, name: string): Promise<Loaded>
  /** Where most of it is. */
  frame(): Sphere
  /** Draws it from there. `moving`: soon again, so fewer pixels do. */
  look(pose: Pose, moving: boolean): void
  /** What is drawn now, with nothing behind it, once it has come to rest. */
  snapshot(): Promise<HTMLCanvasElement>
  dispose(): void
}

export interface SceneViewOptions {
  readonly canvas: HTMLCanvasElement
  /** The graphics are gone, and this view with them. */
  readonly onLost: () => void
}
