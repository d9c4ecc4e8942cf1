/** Flood fill over colours, as cv2.floodFill. Plain functions. */

export interface FloodPixels {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly numbers: Float32Array
}

export interface FloodParams {
  /** Whole pixels, inside the picture. */
  readonly x: number
  readonly y: number
  /** How much darker and brighter a channel may be than what it is compared with. */
  readonly lower: number
  readonly upper: number
  /** Compared with the seed, not with the neighbour that the flood comes from. */
  readonly fixed: boolean
  readonly eight: boolean
}

/** 1 where the flood comes, else 0. NaN is never reached. */
export function floodFill(pixels: FloodPixels, params: FloodParams, cancelled: () => boolean): Float32Array {
  const { width, height, channels, numbers } = pixels
  const { x, y, lower, upper, fixed, eight } = params
  const mask = new Float32Array(width * height)
  const seed = y * width + x
  const open = new Int32Array(width * height)
  let waiting = 0
  const reach = (at: number): void => {
    mask[at] = 1
    open[waiting++] = at
  }
  const alike = (next: number, from: number): boolean => {
    for (let c = 0; c < channels; c++) {
      const [v, of] = [numbers[next * channels + c] ?? 0, numbers[from * channels + c] ?? 0]
      // In float32, as OpenCV has the bounds.
      if (!(v >= Math.fround(of - lower) && v <= Math.fround(of + upper))) return false
    }
    return true
  }
  reach(seed)
  for (let done = 0; waiting > 0; done++) {
    if (done % 65536 === 0 && cancelled()) break
    const at = open[--waiting] ?? 0
    const [row, column] = [Math.floor(at / width), at % width]
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        if ((dy === 0 && dx === 0) || (!eight && dy !== 0 && dx !== 0)) continue
        if (row + dy < 0 || column + dx < 0 || row + dy >= height || column + dx >= width) continue
        const next = at + dy * width + dx
        if (mask[next] === 0 && alike(next, fixed ? seed : at)) reach(next)
      }
  }
  return mask
}
