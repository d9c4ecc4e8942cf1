/** The colours of numbers that are not colours: 256 of them, as bytes R, G, B. */
import { fromRgb, toRgb } from '../colour/formulas.ts'

const table = (colour: (t: number) => readonly number[]): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, i) => i).reduce((bytes, i) => {
    for (const [c, v] of colour(i / 255).entries()) bytes[i * 3 + c] = Math.round(255 * Math.min(1, Math.max(0, v)))
    return bytes
  }, new Uint8Array(768))

/** Polynomials through the viridis map of matplotlib, within 2 of 255. */
const viridisCurves = [
  [0.263, 0.691, -6.433, 14.897, 13.134, -151.62, 319.611, -274.859, 85.319],
  [0.002, 1.621, -3.395, 18.528, -69.473, 146.425, -168.065, 98.094, -22.833],
  [0.334, 1.116, 7.25, -86.379, 353.536, -762.069, 917.957, -587.53, 155.934],
]

/** Blue, almost white in the middle, red: straight lines in Lab, equally light on both sides. */
const ends = [
  [0.23, 0.3, 0.75],
  [0.96, 0.96, 0.96],
  [0.71, 0.02, 0.15],
].map((rgb) => fromRgb.lab(rgb))

export const viridis = table((t) => viridisCurves.map((curve) => curve.reduceRight((sum, a) => sum * t + a, 0)))

export const diverging = table((t) => {
  const [from, to, u] = t < 0.5 ? [ends[0], ends[1], t * 2] : [ends[1], ends[2], t * 2 - 1]
  return toRgb.lab((from ?? []).map((a, c) => a + ((to?.[c] ?? a) - a) * u))
})
