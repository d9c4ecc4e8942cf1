/**
 * The colour conversions of one pixel in float64, as explanations need them: OpenCV's formulas and constants for float
 * pictures. The kernels beside this file do the same for whole pictures.
 */
import type { ColourSpace } from '../../values/index.ts'

export type Colour = Exclude<ColourSpace, 'data'>
type Pixel = readonly number[]

const clip = (v: number): number => Math.min(1, Math.max(0, v))
const dot = (m: Pixel, v: Pixel): number => m.reduce((sum, w, i) => sum + w * (v[i] ?? Number.NaN), 0)
const curve = (f: (x: number) => number) => (v: number) => Math.sign(v) * f(Math.abs(v))

/** sRGB's curve; mirrored below 0, continued beyond 1. */
const linear = curve((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
/** Light to sRGB (IEC 61966-2-1). */
export const encoded = curve((v) => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055))

/** The weights of luma (BT.601). */
export const luma: Pixel = [0.299, 0.587, 0.114]

// Linear sRGB to XYZ and back, D65 white at (0.950456, 1, 1.088754).
const xyz: readonly Pixel[] = [
  [0.412453 / 0.950456, 0.35758 / 0.950456, 0.180423 / 0.950456],
  [0.212671, 0.71516, 0.072169],
  [0.019334 / 1.088754, 0.119193 / 1.088754, 0.950227 / 1.088754],
]
const inverse: readonly Pixel[] = [
  [3.240479 * 0.950456, -1.53715, -0.498535 * 1.088754],
  [-0.969256 * 0.950456, 1.875991, 0.041556 * 1.088754],
  [0.055648 * 0.950456, -0.204043, 1.057311 * 1.088754],
]
const offset = 16 / 116
const cieF = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + offset)
const cieInverse = (f: number): number => (f > 7.787 * 0.008856 + offset ? f ** 3 : (f - offset) / 7.787)

function toHsv([r = 0, g = 0, b = 0]: Pixel): Pixel {
  const epsilon = 2 ** -23
  const v = Math.max(r, g, b)
  const spread = v - Math.min(r, g, b)
  const scale = 60 / (spread + epsilon)
  const hue = v === r ? (g - b) * scale : v === g ? 120 + (b - r) * scale : 240 + (r - g) * scale
  return [hue < 0 ? hue + 360 : hue, spread / (Math.abs(v) + epsilon), v]
}

function fromHsv([h = 0, s = 0, v = 0]: Pixel): Pixel {
  return [5, 3, 1].map((n) => {
    const t = (((n + h / 60) % 6) + 6) % 6
    return v - v * s * Math.max(0, Math.min(t, 4 - t, 1))
  })
}

function toLab(rgb: Pixel): Pixel {
  const light = rgb.map((v) => linear(clip(v)))
  const [x = 0, y = 0, z = 0] = xyz.map((row) => cieF(dot(row, light)))
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

function fromLab([l = 0, a = 0, b = 0]: Pixel): Pixel {
  const low = l <= 0.008856 * 903.3
  const fy = low ? (7.787 * l) / 903.3 + offset : (l + 16) / 116
  const light = [cieInverse(fy + a / 500), low ? l / 903.3 : fy ** 3, cieInverse(fy - b / 200)]
  return inverse.map((row) => encoded(clip(dot(row, light))))
}

function toYCrCb(rgb: Pixel): Pixel {
  const y = dot(luma, rgb)
  return [y, ((rgb[0] ?? 0) - y) * 0.713 + 0.5, ((rgb[2] ?? 0) - y) * 0.564 + 0.5]
}

const fromYCrCb = ([y = 0, cr = 0, cb = 0]: Pixel): Pixel => [
  y + 1.403 * (cr - 0.5),
  y - 0.714 * (cr - 0.5) - 0.344 * (cb - 0.5),
  y + 1.773 * (cb - 0.5),
]

const swap = ([r = 0, g = 0, b = 0]: Pixel): Pixel => [b, g, r]

export const fromRgb: Readonly<Record<Colour, (rgb: Pixel) => Pixel>> = {
  rgb: (rgb) => rgb,
  bgr: swap,
  gray: (rgb) => [dot(luma, rgb)],
  hsv: toHsv,
  lab: toLab,
  linear: (rgb) => rgb.map(linear),
  ycrcb: toYCrCb,
}

export const toRgb: Readonly<Record<Colour, (pixel: Pixel) => Pixel>> = {
  rgb: (pixel) => pixel,
  bgr: swap,
  gray: ([v = 0]) => [v, v, v],
  hsv: fromHsv,
  lab: fromLab,
  linear: (pixel) => pixel.map(encoded),
  ycrcb: fromYCrCb,
}

/** The spaces that are a matrix and a constant away from RGB: conversions between them are weighted sums. */
export const affine: ReadonlySet<ColourSpace> = new Set(['rgb', 'bgr', 'gray', 'ycrcb'])
