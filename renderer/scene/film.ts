/** A fly-through as files: pictures one by one, or a film. */
import { SightlineError } from '../../engine/types/problem.ts'
import { mp4Of } from './mp4.ts'
import { webmOf } from './webm.ts'

export type FilmFormat = 'webm' | 'mp4'

export interface FilmOptions {
  readonly frames: number
  readonly fps: number
  /** Draws a frame, on a transparent background. */
  readonly draw: (frame: number) => Promise<HTMLCanvasElement>
  /** Behind the frames of a film, which has no transparency. */
  readonly background: string
  readonly onPart: (done: number) => void
  readonly signal: AbortSignal
}

/** Frames as PNG files, named in order, with alpha. Throws `scene.no-picture`. */
export async function picturesOf({
  frames,
  draw,
  onPart,
  signal,
}: FilmOptions): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  const digits = String(frames).length
  for (let i = 0; i < frames; i++) {
    signal.throwIfAborted()
    const canvas = await draw(i)
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve))
    if (!blob) throw new SightlineError('scene.no-picture')
    files.set(`${String(i + 1).padStart(digits, '0')}.png`, new Uint8Array(await blob.arrayBuffer()))
    onPart((i + 1) / frames)
  }
  return files
}

/** Bits for each pixel of a frame: good, and a tenth of what the pictures take. */
const bitsEach = 0.15
/** Seconds between key frames, to which a player can jump. */
const keyEvery = 2
/** Frames that wait for the encoder. */
const mostWaiting = 4
/** H.264's levels: the most macroblocks of 16 × 16 pixels of a frame, and a second. ITU-T H.264, table A-1. */
const levels = [
  { code: '1f', frame: 3600, second: 108_000 },
  { code: '28', frame: 8192, second: 245_760 },
  { code: '2a', frame: 8704, second: 522_240 },
  { code: '33', frame: 36_864, second: 983_040 },
  { code: '34', frame: 36_864, second: 2_073_600 },
] as const

interface Codec {
  readonly codec: string
  /** As a WebM names it; absent in an MP4. */
  readonly id?: 'V_VP8' | 'V_VP9'
}

function codecsOf(format: FilmFormat, width: number, height: number, fps: number): readonly Codec[] {
  if (format === 'webm')
    return [
      { codec: 'vp09.00.41.08', id: 'V_VP9' },
      { codec: 'vp8', id: 'V_VP8' },
    ]
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16)
  const level = levels.find(({ frame, second }) => blocks <= frame && blocks * fps <= second) ?? levels[4]
  // High, then what every device plays.
  return ['6400', '42e0'].map((profile) => ({ codec: `avc1.${profile}${level.code}` }))
}

/** The frames as a film. Throws `scene.no-film` where the browser cannot encode one. */
export async function filmOf(
  { frames, fps, draw, background, onPart, signal }: FilmOptions,
  format: FilmFormat,
): Promise<Uint8Array<ArrayBuffer>> {
  const first = await draw(0)
  const [width, height] = [first.width - (first.width % 2), first.height - (first.height % 2)]
  const chosen = await supported(format, width, height, fps)
  if (!chosen) throw new SightlineError('scene.no-film', { format: format === 'mp4' ? 'MP4' : 'WebM' })
  const chunks: { data: Uint8Array; time: number; key: boolean }[] = []
  let config: Uint8Array | undefined
  let failure: unknown
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      const told = metadata?.decoderConfig?.description
      if (told && !config) config = bytesOf(told)
      const data = new Uint8Array(chunk.byteLength)
      chunk.copyTo(data)
      chunks.push({ data, time: Math.round(chunk.timestamp / 1000), key: chunk.type === 'key' })
    },
    error(error) {
      failure = error
    },
  })
  try {
    encoder.configure(chosen.config)
    const sheet = Object.assign(document.createElement('canvas'), { width, height })
    const context = sheet.getContext('2d')
    for (let i = 0; i < frames; i++) {
      signal.throwIfAborted()
      const canvas = i === 0 ? first : await draw(i)
      // A waiting frame holds all of its pixels.
      while (encoder.encodeQueueSize > mostWaiting && !failure) await new Promise((resolve) => setTimeout(resolve, 5))
      if (failure) throw failure
      if (context) {
        context.fillStyle = background
        context.fillRect(0, 0, width, height)
        context.drawImage(canvas, 0, 0)
      }
      const frame = new VideoFrame(sheet, { timestamp: (i * 1e6) / fps, duration: 1e6 / fps })
      encoder.encode(frame, { keyFrame: i % Math.max(1, Math.round(keyEvery * fps)) === 0 })
      frame.close()
      onPart((i + 1) / frames)
    }
    await encoder.flush()
    if (failure) throw failure
  } finally {
    if (encoder.state !== 'closed') encoder.close()
  }
  if (chosen.id) return webmOf(chunks, { width, height, codec: chosen.id, duration: (1000 * frames) / fps })
  if (!config) throw new SightlineError('scene.no-film', { format: 'MP4' })
  const shown = chunks.map(({ data, time, key }) => ({ data, key, shown: Math.round((time * fps) / 1000) }))
  return mp4Of(shown, { width, height, fps, config })
}

const bytesOf = (source: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
    : new Uint8Array(source.slice(0))

async function supported(format: FilmFormat, width: number, height: number, fps: number) {
  if (typeof VideoEncoder === 'undefined') return undefined
  for (const { codec, id } of codecsOf(format, width, height, fps)) {
    const config: VideoEncoderConfig = {
      ...(format === 'mp4' && { avc: { format: 'avc' } }),
      codec,
      width,
      height,
      framerate: fps,
      bitrate: Math.round(bitsEach * width * height * fps),
    }
    const answer = await VideoEncoder.isConfigSupported(config).catch(() => undefined)
    if (answer?.supported) return { config, id }
  }
  return undefined
}
