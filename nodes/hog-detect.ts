/** A linear classifier on HOG, asked at every place of a picture and at every size. Plain functions over arrays. */
import { type HogParams, hog, hogSize } from './hog.ts'

export interface HogScan {
  /** The window in pixels at scale 1: whole cells. */
  readonly width: number
  readonly height: number
  /** How many times larger the window is from size to size. */
  readonly scale: number
  /** Cells from window to window. */
  readonly step: number
  /** The least margin of a window that counts. */
  readonly threshold: number
}

export interface Hit {
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number]
  /** How far on the positive side of the plane it lies. */
  readonly margin: number
}

interface Bytes {
  readonly width: number
  readonly height: number
  readonly channels: number
  /** Whole numbers from 0 to 255, channels last. */
  readonly pixels: Uint8Array
}

/** No picture is scanned at more sizes, as in OpenCV. */
const mostLevels = 64

/** Half to even, as cvRound. */
function rounded(v: number): number {
  const low = Math.floor(v)
  const rest = v - low
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low
}

/** The sizes at which the window is asked: at scale 1 first, as long as it fits. */
export function scanScales(picture: { readonly width: number; readonly height: number }, scan: HogScan): number[] {
  const scales: number[] = []
  for (let scale = 1; scales.length < mostLevels; scale *= scan.scale) {
    if (rounded(picture.width / scale) < scan.width || rounded(picture.height / scale) < scan.height) break
    scales.push(scale)
  }
  return scales
}

/** Bilinear between the middles of pixels, rounded to bytes (cv2.INTER_LINEAR_EXACT). */
function resized({ width, height, channels, pixels }: Bytes, w: number, h: number): Bytes {
  if (w === width && h === height) return { width, height, channels, pixels }
  const along = (from: number, to: number) =>
    Array.from({ length: to }, (_, i) => {
      const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5))
      const low = Math.floor(at)
      return { low, high: Math.min(from - 1, low + 1), part: at - low }
    })
  const [columns, rows] = [along(width, w), along(height, h)]
  const made = new Uint8Array(w * h * channels)
  let at = 0
  for (const y of rows)
    for (const x of columns)
      for (let c = 0; c < channels; c++) {
        const of = (row: number, column: number): number => pixels[(row * width + column) * channels + c] ?? 0
        const top = of(y.low, x.low) + (of(y.low, x.high) - of(y.low, x.low)) * x.part
        const bottom = of(y.high, x.low) + (of(y.high, x.high) - of(y.high, x.low)) * x.part
        made[at++] = Math.round(top + (bottom - top) * y.part)
      }
  return { width: w, height: h, channels, pixels: made }
}

/**
 * Every window whose margin w · x + b is at least the threshold, in pixels of the picture, best first.
 * @param weights as many as HOG of one window has numbers, in its order
 * @see OpenCV HOGDescriptor::detectMultiScale without grouping and padding; Dalal and Triggs 2005
 */
export function hogDetect(
  picture: Bytes,
  model: { readonly weights: Float32Array; readonly bias: number },
  scan: HogScan,
  params: HogParams,
  cancelled: () => boolean = () => false,
  progress: (part: number) => void = () => undefined,
): readonly Hit[] {
  const { cell, block, bins } = params
  const window = hogSize(scan.width, scan.height, params)
  const length = block * block * bins
  const hits: Hit[] = []
  const scales = scanScales(picture, scan)
  for (const [level, scale] of scales.entries()) {
    if (cancelled()) return hits
    const small = resized(picture, rounded(picture.width / scale), rounded(picture.height / scale))
    const numbers = Float32Array.from(small.pixels, (v) => v / 255)
    const { down, across } = hogSize(small.width, small.height, params)
    const blocks = hog({ ...small, numbers }, params, cancelled)
    const step = cell * scan.step
    for (let y = 0; y + scan.height <= small.height; y += step)
      for (let x = 0; x + scan.width <= small.width; x += step) {
        const [bx, by] = [x / cell, y / cell]
        if (bx + window.across > across || by + window.down > down) continue
        let margin = model.bias
        for (let u = 0; u < window.across; u++) {
          // The blocks of a column lie behind each other, in the picture as in the window.
          const from = ((bx + u) * down + by) * length
          const at = u * window.down * length
          for (let i = 0; i < window.down * length; i++)
            margin += (blocks[from + i] as number) * (model.weights[at + i] as number)
        }
        if (!(margin >= scan.threshold)) continue
        const [left, top] = [rounded(x * scale), rounded(y * scale)]
        hits.push({
          box: [left, top, left + rounded(scan.width * scale), top + rounded(scan.height * scale)],
          margin,
        })
      }
    // Each size has fewer windows than the one before.
    progress(1 - scale ** -2 * (1 - (level + 1) / scales.length))
  }
  return hits.sort((a, b) => b.margin - a.margin)
}
