/** Gray pictures of bytes, resized as OpenCV's detectors resize them. */

export interface Gray {
  readonly width: number
  readonly height: number
  /** From 0 to 255. */
  readonly pixels: Uint8Array
}

/** Of each place of a shorter axis the lower of the two it lies between, and the share of the upper one in 256ths. */
export const placesOf = (from: number, to: number): readonly { readonly low: number; readonly part: number }[] =>
  Array.from({ length: to }, (_, i) => {
    const at = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1)
    const low = Math.min(Math.floor(at), Math.max(0, from - 2))
    return { low, part: Math.round((at - low) * 256) }
  })

/** OpenCV's INTER_LINEAR_EXACT for bytes: weights in 256ths, rounded once. Of several channels each by itself. */
export function resizedBytes({ width, height, pixels }: Gray, w: number, h: number, channels = 1): Gray {
  if (w === width && h === height) return { width, height, pixels }
  const [across, down] = [placesOf(width, w), placesOf(height, h)]
  const out = new Uint8Array(w * h * channels)
  let to = 0
  for (const { low, part } of down) {
    const below = Math.min(low + 1, height - 1)
    for (const column of across) {
      const right = Math.min(column.low + 1, width - 1)
      for (let c = 0; c < channels; c++) {
        const row = (line: number): number =>
          (pixels[(line * width + column.low) * channels + c] as number) * (256 - column.part) +
          (pixels[(line * width + right) * channels + c] as number) * column.part
        out[to++] = (row(low) * (256 - part) + row(below) * part + 32768) >> 16
      }
    }
  }
  return { width: w, height: h, pixels: out }
}
