/** In the desktop program, a camera may be opened only while somebody plays it. A browser asks the person itself. */
import { SightlineError } from '../../engine/types/problem.ts'
import { desktop } from './bridge.ts'

/** Throws `camera.denied`. */
export async function allowCamera(): Promise<void> {
  if (desktop && !(await desktop.camera(true))) throw new SightlineError('camera.denied')
}

export async function forbidCamera(): Promise<void> {
  await desktop?.camera(false)
}
