/** The cameras of an engine without a window. */
import type { Cameras } from '../types/feed.ts'
import { SightlineError } from '../types/problem.ts'

export const noCameras: Cameras = {
  open() {
    throw new SightlineError('camera.no-window')
  },
}
