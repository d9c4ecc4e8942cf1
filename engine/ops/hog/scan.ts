/** A linear classifier on HOG, asked at every place of a picture and at every size. Plain functions over arrays, as the op explains it. */
import { resizedBytes } from '../orb/bytes.ts'
import { rint } from '../rint.ts'
import { type HogParams, hog, hogSize } from './plain.ts'

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

export interface Sides {
  readonly width: number
  readonly height: number
}

interface Bytes extends Sides {
  readonly channels: number
  /** Whole numbers from 0 to 255, channels last. */
  readonly pixels: Uint8Array
}

/** No picture is scanned at more sizes, as in OpenCV. */
const mostLevels = 64

/** The sizes at which the window is asked: at scale 1 first, as long as it fits. */
export function scanScales(picture: Sides, scan: HogScan): number[] {
  const scales: number[] = []
  for (let scale = 1; scales.length < mostLevels; scale *= scan.scale) {
    const { width, height } = sizeAt(picture, scale)
    if (width < scan.width || height < scan.height) break
    scales.push(scale)
  }
  return scales
}

/** The picture's size at a scale. */
export const sizeAt = ({ width, height }: Sides, scale: number): Sides => ({
  width: rint(width / scale),
  height: rint(height / scale),
})

/** In pixels of the picture, of a window at a place of the picture at a scale. */
export function boxAt(scan: Sides, x: number, y: number, scale: number): Hit['box'] {
  const [left, top] = [rint(x * scale), rint(y * scale)]
  return [left, top, left + rint(scan.width * scale), top + rint(scan.height * scale)]
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
): readonly Hit[] {
  const { cell, block, bins } = params
  const window = hogSize(scan.width, scan.height, params)
  const length = block * block * bins
  const hits: Hit[] = []
  for (const scale of scanScales(picture, scan)) {
    const { width, height } = sizeAt(picture, scale)
    const small = resizedBytes(picture, width, height, picture.channels)
    const numbers = Float32Array.from(small.pixels, (v) => v / 255)
    const { down, across } = hogSize(width, height, params)
    const blocks = hog({ width, height, channels: picture.channels, numbers }, params)
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
        if (margin >= scan.threshold) hits.push({ box: boxAt(scan, x, y, scale), margin })
      }
  }
  return hits.sort((a, b) => b.margin - a.margin)
}
