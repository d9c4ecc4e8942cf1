/** Y, Cb, Cr of 8 bits as red, green, blue, with the arithmetic of libtiff (TIFFYCbCrToRGBInit and TIFFYCbCrtoRGB). */
import { breathe } from '../../engine/memory/breathe.ts'

export interface Luma {
  /** YCbCrCoefficients, the parts of red, green and blue in Y. Default: those of CCIR 601. */
  readonly coefficients?: readonly number[]
  /** ReferenceBlackWhite: the codes of black and white of Y, Cb and Cr. Default: the full range. */
  readonly blackWhite?: readonly number[]
}

/** Fixed point with 16 bits after the point. */
const fixed = (value: number): number => Math.trunc(value * 65536 + 0.5)
const half = 32768

const within = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))

interface Tables {
  readonly y: Int32Array
  readonly redOfCr: Int32Array
  readonly blueOfCb: Int32Array
  /** Both with 16 bits after the point. */
  readonly greenOfCr: Int32Array
  readonly greenOfCb: Int32Array
}

function tablesOf({ coefficients = [], blackWhite = [] }: Luma): Tables {
  const [red = 0.299, green = 0.587, blue = 0.114] = coefficients.map(Math.fround)
  const [y0 = 0, y1 = 255, b0 = 128, b1 = 255, r0 = 128, r1 = 255] = blackWhite
  const [toRed, toBlue] = [2 - 2 * red, 2 - 2 * blue]
  const parts = [toRed, (red * toRed) / green, toBlue, (blue * toBlue) / green].map((part) => fixed(within(part, 0, 2)))
  const [d1 = 0, d2 = 0, d3 = 0, d4 = 0] = parts
  /** A code as a number from 0 to `top`, which black and white are. */
  const value = (code: number, black: number, white: number, top: number): number =>
    Math.trunc(within(((code - Math.trunc(black)) * top) / (white === black ? 1 : white - black), -128 * 32, 128 * 32))
  const table = (of: (i: number) => number): Int32Array => Int32Array.from({ length: 256 }, (_, i) => of(i))
  const cb = (i: number): number => value(i - 128, b0 - 128, b1 - 128, 127)
  const cr = (i: number): number => value(i - 128, r0 - 128, r1 - 128, 127)
  return {
    y: table((i) => value(i, y0, y1, 255)),
    redOfCr: table((i) => (d1 * cr(i) + half) >> 16),
    blueOfCb: table((i) => (d3 * cb(i) + half) >> 16),
    greenOfCr: table((i) => -d2 * cr(i)),
    greenOfCb: table((i) => -d4 * cb(i) + half),
  }
}

/** Pixels between two breaths: some milliseconds. */
const stretch = 1 << 19

/**
 * Overwrites Y, Cb, Cr of every pixel by red, green, blue.
 * @param data (N, 3) u8
 */
export async function toRgb(data: Uint8Array, luma: Luma, signal: AbortSignal): Promise<void> {
  const { y, redOfCr, blueOfCb, greenOfCr, greenOfCb } = tablesOf(luma)
  const clamped = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length)
  for (let from = 0; from < data.length; from += 3 * stretch) {
    const to = Math.min(data.length, from + 3 * stretch)
    for (let i = from; i < to; i += 3) {
      const light = y[clamped[i] ?? 0] ?? 0
      const [b, r] = [clamped[i + 1] ?? 0, clamped[i + 2] ?? 0]
      clamped[i] = light + (redOfCr[r] ?? 0)
      clamped[i + 1] = light + (((greenOfCb[b] ?? 0) + (greenOfCr[r] ?? 0)) >> 16)
      clamped[i + 2] = light + (blueOfCb[b] ?? 0)
    }
    await breathe()
    signal.throwIfAborted()
  }
}
