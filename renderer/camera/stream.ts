/** One open camera: its newest picture on request, at the size that is wanted. */
import { SightlineError } from '../../engine/types/problem.ts'
import { rgbOf } from './rgb.ts'

export interface CameraWish {
  /** The name, or a part of it; empty: any. */
  readonly camera: string
  readonly width: number
  readonly height: number
}

export interface CameraFrame {
  /** Its number at the camera, from 0. */
  readonly index: number
  /** When it was taken, as `performance.now()`. */
  readonly time: number
  readonly bytes: Uint8Array
}

/** Where a picture of this size lies in one that fills the wanted size, cropped about its centre. */
export function cover(given: { width: number; height: number }, wanted: { width: number; height: number }) {
  const scale = Math.min(given.width / wanted.width, given.height / wanted.height)
  const [width, height] = [wanted.width * scale, wanted.height * scale]
  return { x: (given.width - width) / 2, y: (given.height - height) / 2, width, height }
}

/** What the browser says, in our words. */
function problemOf(error: unknown): SightlineError {
  const reason = error instanceof DOMException ? error.name : ''
  if (reason === 'NotAllowedError' || reason === 'SecurityError') return new SightlineError('camera.denied', {}, error)
  if (reason === 'NotFoundError' || reason === 'OverconstrainedError')
    return new SightlineError('camera.none', {}, error)
  return new SightlineError('camera.busy', { message: error instanceof Error ? error.message : '' }, error)
}

async function request({ width, height }: CameraWish, device?: string): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: {
      width: { ideal: width },
      height: { ideal: height },
      ...(device !== undefined && { deviceId: { exact: device } }),
    },
  })
}

const stopped = (stream: MediaStream): void => {
  for (const track of stream.getTracks()) track.stop()
}

/** The stream of the wanted camera. Names of cameras are known only once one may be used. */
async function streamOf(wish: CameraWish): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new SightlineError('camera.insecure')
  const name = wish.camera.trim()
  try {
    const first = await request(wish)
    if (name === '') return first
    const has = (label: string): boolean => label.toLowerCase().includes(name.toLowerCase())
    if (has(first.getVideoTracks()[0]?.label ?? '')) return first
    stopped(first)
    const devices = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput')
    const device = devices.find(({ label }) => has(label))
    if (!device) {
      const known = devices.map(({ label }) => `"${label}"`).join(', ')
      throw new SightlineError('camera.unknown', { name, known })
    }
    return await request(wish, device.deviceId)
  } catch (error) {
    throw error instanceof SightlineError ? error : problemOf(error)
  }
}

export class CameraStream {
  readonly #wish: CameraWish
  readonly #stream: MediaStream
  readonly #video: HTMLVideoElement
  readonly #context: OffscreenCanvasRenderingContext2D
  #first: number | undefined
  /** The newest picture that was not given yet. */
  #newest: { readonly index: number; readonly time: number } | undefined
  #waiting: ((frame: CameraFrame) => void) | undefined
  #closed = false

  /** `lost` is called when the camera is gone. Throws `camera.*`. */
  static async open(wish: CameraWish, lost: (problem: SightlineError) => void): Promise<CameraStream> {
    const stream = await streamOf(wish)
    const camera = new CameraStream(wish, stream)
    const [track] = stream.getVideoTracks()
    track?.addEventListener('ended', () => lost(new SightlineError('camera.lost', { name: track.label })))
    await camera.#video.play()
    return camera
  }

  private constructor(wish: CameraWish, stream: MediaStream) {
    this.#wish = wish
    this.#stream = stream
    this.#video = document.createElement('video')
    Object.assign(this.#video, { muted: true, playsInline: true, srcObject: stream })
    const context = new OffscreenCanvas(wish.width, wish.height).getContext('2d', {
      alpha: false,
      willReadFrequently: true,
    })
    if (!context) throw new Error('the browser gives no canvas')
    this.#context = context
    this.#listen()
  }

  #listen(): void {
    this.#video.requestVideoFrameCallback((now, { presentedFrames, captureTime }) => {
      if (this.#closed) return
      this.#first ??= presentedFrames
      this.#newest = { index: presentedFrames - this.#first, time: captureTime ?? now }
      this.#listen()
      this.#give()
    })
  }

  /** The newest picture that was not asked for before: at once, or when it comes. */
  next(): Promise<CameraFrame> {
    return new Promise((resolve) => {
      this.#waiting = resolve
      this.#give()
    })
  }

  #give(): void {
    const [newest, give] = [this.#newest, this.#waiting]
    if (!newest || !give) return
    this.#newest = undefined
    this.#waiting = undefined
    give({ ...newest, bytes: this.#read() })
  }

  #read(): Uint8Array {
    const { width, height } = this.#wish
    const { videoWidth, videoHeight } = this.#video
    const from = cover({ width: videoWidth, height: videoHeight }, { width, height })
    this.#context.drawImage(this.#video, from.x, from.y, from.width, from.height, 0, 0, width, height)
    return rgbOf(this.#context.getImageData(0, 0, width, height).data)
  }

  close(): void {
    this.#closed = true
    this.#waiting = undefined
    stopped(this.#stream)
    this.#video.srcObject = null
  }
}
