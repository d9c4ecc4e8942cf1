/** The cameras that the engine has opened in this window: each gives one picture when it is asked. */
import type { ClientMessageInput, EngineMessage } from '../../engine/protocol/messages.ts'
import { toProblem } from '../../engine/types/problem.ts'
import { allowCamera, forbidCamera } from '../desktop/camera.ts'
import { type CameraFrame, CameraStream } from './stream.ts'

type Capture = Extract<EngineMessage, { type: 'capture' }>
type Send = (message: ClientMessageInput, tails?: readonly Uint8Array[]) => boolean

interface Open {
  readonly stream: Promise<CameraStream>
  closed: boolean
}

const open = new Map<string, Open>()

function close(id: string): void {
  const capture = open.get(id)
  if (!capture) return
  open.delete(id)
  capture.closed = true
  capture.stream.then((stream) => stream.close()).catch(() => undefined)
  if (open.size === 0) void forbidCamera()
}

/** Answers with the newest picture, or with why there is none. */
export async function capture({ id, camera, width, height }: Capture, send: Send): Promise<void> {
  const fail = (error: unknown): void => {
    if (!open.has(id)) return
    close(id)
    send({ type: 'camera-failed', id, problem: toProblem(error) })
  }
  let known = open.get(id)
  if (!known) {
    const stream = allowCamera().then(() => CameraStream.open({ camera, width, height }, fail))
    known = { stream, closed: false }
    open.set(id, known)
  }
  try {
    const frame: CameraFrame = await (await known.stream).next()
    if (known.closed) return
    const { index, time, bytes } = frame
    const age = Math.max(0, performance.now() - time)
    send({ type: 'frame', id, index, age, width, height }, [bytes])
  } catch (error) {
    fail(error)
  }
}

export const release = ({ id }: { readonly id: string }): void => close(id)

/** The engine is gone, and whoever asked with it. */
export function releaseAll(): void {
  for (const id of [...open.keys()]) close(id)
}
