/**
 * The cameras that a window sees. The engine asks it for one picture at a time, always the newest: no picture waits here, and the
 * window drops those that nobody asked for.
 */
import type { ClientMessage, EngineMessage } from '../protocol/messages.ts'
import type { Clock } from '../types/clock.ts'
import type { CameraPicture, Cameras, CameraWish, FeedFrame } from '../types/feed.ts'
import { type Problem, SightlineError } from '../types/problem.ts'
import { until } from './obtain.ts'

type Message<T extends ClientMessage['type']> = Extract<ClientMessage, { type: T }>
type Capture = Extract<EngineMessage, { type: 'capture' | 'release' }>

/** For an engine without a window. */
export const noCameras: Cameras = {
  open() {
    throw new SightlineError('camera.no-window')
  },
}

interface Asking {
  readonly give: (frame: FeedFrame<CameraPicture>) => void
  readonly fail: (problem: Problem) => void
}

export class WindowCameras implements Cameras {
  readonly #clock: Clock
  readonly #send: (message: Capture) => void
  /** By capture: who waits for a picture. */
  readonly #asking = new Map<string, Asking>()
  #opened = 0

  constructor(clock: Clock, send: (message: Capture) => void) {
    this.#clock = clock
    this.#send = send
  }

  async *open(wish: CameraWish, signal: AbortSignal): AsyncGenerator<FeedFrame<CameraPicture>> {
    const id = `camera-${++this.#opened}`
    try {
      for (;;) {
        signal.throwIfAborted()
        const picture = new Promise<FeedFrame<CameraPicture>>((give, fail) => {
          this.#asking.set(id, { give, fail: ({ code, params }) => fail(new SightlineError(code, params)) })
        })
        this.#send({ type: 'capture', id, ...wish })
        yield await until(picture, signal)
      }
    } finally {
      this.#asking.delete(id)
      this.#send({ type: 'release', id })
    }
  }

  /** A picture from the window: `tail` holds its RGB bytes. One that nobody waits for is dropped. */
  take({ id, index, age, width, height }: Message<'frame'>, tail: Uint8Array): void {
    const asking = this.#asking.get(id)
    if (!asking) return
    if (tail.length !== 3 * width * height)
      throw new SightlineError('protocol.bad-message', {
        message: `a picture of ${width} × ${height} pixels has ${3 * width * height} bytes, not ${tail.length}`,
      })
    this.#asking.delete(id)
    asking.give({ index, time: this.#clock.now() - age, data: { width, height, data: tail } })
  }

  /** The window could not open the camera, or has lost it. */
  fail({ id, problem }: Message<'camera-failed'>): void {
    const asking = this.#asking.get(id)
    this.#asking.delete(id)
    asking?.fail(problem as Problem)
  }
}
