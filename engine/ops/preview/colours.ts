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

/** Of label 0. */
const background = [0.07, 0.08, 0.09]
/** NaN. */
const magenta = [1, 0, 1]

/**
 * Colours of labels: of 0 almost black, then 255 that are chosen one by one, each as far in Lab from all before it as can be
 * (Glasbey et al. 2007, Colour displays for categorical images). All have a contrast of at least 3 to the background.
 */
function chosenApart(): Uint8Array {
  const levels = Array.from({ length: 8 }, (_, i) => i / 7)
  const candidates = levels
    .flatMap((r) => levels.flatMap((g) => levels.map((b) => [r, g, b])))
    .filter((rgb) => brightness(rgb) >= 3 * brightness(background))
  const places = Float64Array.from(candidates.flatMap((rgb) => fromRgb.lab(rgb)))
  /** Squared distances to the nearest colour so far. */
  const gaps = new Float64Array(candidates.length).fill(Infinity)
  /** Returns the candidate that is now the farthest. */
  const choose = (rgb: readonly number[]): readonly number[] => {
    const [l = 0, a = 0, b = 0] = fromRgb.lab(rgb)
    let farthest = 0
    for (let i = 0; i < gaps.length; i++) {
      const square =
        ((places[3 * i] ?? 0) - l) ** 2 + ((places[3 * i + 1] ?? 0) - a) ** 2 + ((places[3 * i + 2] ?? 0) - b) ** 2
      if (square < (gaps[i] ?? 0)) gaps[i] = square
      if ((gaps[i] ?? 0) > (gaps[farthest] ?? 0)) farthest = i
    }
    return candidates[farthest] ?? []
  }
  choose(background)
  const chosen = [choose(magenta)]
  for (let rgb = chosen[0] ?? []; chosen.length < 255; chosen.push(rgb)) rgb = choose(rgb)
  return table((t) => (t === 0 ? background : (chosen[Math.round(t * 255) - 1] ?? [])))
}

/** Relative luminance + 0.05: WCAG's contrast is the ratio of two of them. */
const brightness = (rgb: readonly number[]): number => {
  const [r = 0, g = 0, b = 0] = rgb.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
}

let apart: Uint8Array | undefined
/** Entry 0 is that of the background; label n has entry `entryOfLabel(n)`. */
export function labelColours(): Uint8Array {
  apart ??= chosenApart()
  return apart
}

/** After 255 labels the colours begin again. */
export function entryOfLabel(label: number): number {
  if (label === 0) return 0
  return 1 + ((((label - 1) % 255) + 255) % 255)
}

export const viridis = table((t) => viridisCurves.map((curve) => curve.reduceRight((sum, a) => sum * t + a, 0)))

export const diverging = table((t) => {
  const [from, to, u] = t < 0.5 ? [ends[0], ends[1], t * 2] : [ends[1], ends[2], t * 2 - 1]
  return toRgb.lab((from ?? []).map((a, c) => a + ((to?.[c] ?? a) - a) * u))
})
