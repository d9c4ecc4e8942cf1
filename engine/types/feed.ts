/**
 * Live sources: nodes whose frames arrive by themselves once a person has pressed Play. The newest frame wins: the engine asks
 * for one when it has shown the last, and what came in between is dropped and counted.
 */
import type { Clock } from './clock.ts'
import type { Services } from './services.ts'

/** One frame of a live source. */
export interface FeedFrame<D = unknown> {
  /** Its number at the source since Play, from 0. Numbers that are left out are dropped frames. */
  readonly index: number
  /** When it was made, by the context's clock: latency counts from here. */
  readonly time: number
  /** What the node's `run` makes its outputs from. */
  readonly data: D
}

/** A picture of a camera: row-major RGB, 8 bits. */
export interface CameraPicture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

export interface CameraWish {
  /** The camera's name, or a part of it; empty: the one that the system prefers. */
  readonly camera: string
  /** The size of the pictures. What the camera gives is scaled until it fills this size, and cropped about its centre. */
  readonly width: number
  readonly height: number
}

/** The cameras that the window sees. */
export interface Cameras {
  /** Frames until the signal is aborted. Throws `camera.*`. */
  open(wish: CameraWish, signal: AbortSignal): AsyncIterable<FeedFrame<CameraPicture>>
}

export interface FeedContext {
  /** Aborted when the source is to stop. */
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly services: Services
  readonly cameras: Cameras
}
