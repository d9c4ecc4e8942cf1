/** The interface of a viewer of 3D scenes, whatever draws it. There is one adapter, `spark.ts`, loaded on first use. */
import type { SceneHead } from '../../engine/protocol/scene.ts'
import type { SplatArrays } from '../../engine/values/index.ts'
import type { Cloud } from './cloud.ts'
import type { UpAxis } from './orbit.ts'
import type { Pose, Size, Sphere } from './pose.ts'

/** What is drawn, against what there is. */
export interface Loaded {
  readonly splats: number
  /** Of the harmonics that the scene has. */
  readonly degree: number
  /** Trained with opacities that make up for the low-pass filter; undefined: not known. */
  readonly antialiased: boolean | undefined
  readonly space: 'rgb' | 'linear' | undefined
  /** Splats whose colour or harmonics are cut off, because they are drawn with 8 bits or fewer; undefined: not counted. */
  readonly clipped: number | undefined
}

/** How a scene is drawn. */
export interface Style {
  /** Each splat as a small dot. */
  readonly points: boolean
  /** Of all sizes; 1: as they are. */
  readonly scale: number
  /** The highest degree of harmonics that is drawn, 0 to 3. */
  readonly degree: number
  readonly antialiased: boolean
  /** Lines along x, y and z, from the origin. */
  readonly axes: boolean
  /** A floor below the scene. */
  readonly grid: boolean
  /** Draws fewer splats while the camera moves, so that frames keep up. */
  readonly budget: boolean
}

export const usualStyle: Style = {
  points: false,
  scale: 1,
  degree: 3,
  antialiased: false,
  axes: false,
  grid: false,
  budget: true,
}

export interface Drawn {
  readonly splats: number
  /** Between two frames while the camera moves, in ms; 0: nothing has moved yet. */
  readonly ms: number
}

/** Takes a scene's numbers, part by part. */
export interface Filling {
  /** The next splats. */
  add(part: SplatArrays): void
  /** Shows them instead of what was shown. */
  end(): Loaded
}

export interface SceneView {
  /** Replaces the current scene with this file; the bytes are those from `plainScene`. Throws `scene.*`. */
  load(bytes: Uint8Array, name: string): Promise<Loaded>
  /** Replaces it with these numbers. */
  fill(head: SceneHead): Filling
  /** The region that holds most of it. */
  frame(): Sphere
  /** Where its splats are. */
  cloud(): Cloud
  style(style: Style, up: UpAxis): void
  /** Colours these splats, by their places in the cloud, until others are; none: all as they are. */
  mark(splats: readonly number[] | Uint32Array): void
  /** Draws it from there. `moving`: another frame follows soon, so use fewer pixels. */
  look(pose: Pose, moving: boolean): void
  /** Resolves once some of the scene has been drawn. */
  drawn(): Promise<void>
  /** The current view on a transparent background, with all of its splats. `size`: in pixels; absent: as on the screen. */
  snapshot(size?: Size): Promise<HTMLCanvasElement>
  /** The longest side of a snapshot. */
  readonly longest: number
  dispose(): void
}

export interface SceneViewOptions {
  readonly canvas: HTMLCanvasElement
  /** The graphics context is lost, and this view with it. */
  readonly onLost: () => void
  readonly onDrawn?: (drawn: Drawn) => void
}
