/** The bilateral filter (cv2.bilateralFilter). */
import { cover, f32 } from '../../gpu/device.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { type BorderMode, borderCode, borderIndex } from '../border.ts'
import { inPlace, requireImage, unsupported } from '../check.ts'
import { type At, defineOp, type Readable, type Site, type StoredShape, type Term, type Terms } from '../op.ts'
import { widened } from '../parts.ts'
import { around } from '../rows.ts'
import { distinct, functionOf, gather, pixel, recombine, sumOf, termAt } from '../terms.ts'
import { bilateralScratch } from './scratch.ts'

export interface BilateralParams {
  /** Of the disc around each pixel, up to 63; 0: three times `sigmaSpace`. */
  readonly diameter: number
  /** Standard deviation of the difference in colour: the sum of the channels' absolute differences. Above 0. */
  readonly sigmaColour: number
  /** Standard deviation of the distance, in pixels. Above 0. */
  readonly sigmaSpace: number
  readonly border: BorderMode
}

const label = 'The bilateral filter'
const most = 63

/** The nearest whole number, the even one of two (OpenCV's cvRound). */
const rounded = (v: number): number => (v % 1 === 0.5 ? 2 * Math.round(v / 2) : Math.round(v))
export const bilateralRadius = ({ diameter, sigmaSpace }: Pick<BilateralParams, 'diameter' | 'sigmaSpace'>): number =>
  Math.max(1, diameter > 0 ? Math.floor(diameter / 2) : rounded(sigmaSpace * 1.5))

interface Place {
  readonly y: number
  readonly x: number
  /** The logarithm to base 2 of its weight, if it has the same colour. */
  readonly exponent: number
}

/** The disc without its middle. */
function placesOf(params: BilateralParams): readonly Place[] {
  const radius = bilateralRadius(params)
  const offsets = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius)
  return offsets.flatMap((y) =>
    offsets
      .filter((x) => (x !== 0 || y !== 0) && Math.hypot(x, y) <= radius)
      .map((x) => ({ y, x, exponent: (-(x * x + y * y) / (2 * params.sigmaSpace ** 2)) * Math.LOG2E })),
  )
}

const coefficientOf = ({ sigmaColour }: BilateralParams): number => -Math.LOG2E / (2 * sigmaColour ** 2)

function check(image: ImageShape, params: BilateralParams): void {
  requireImage(label, image)
  if (image.channels !== 1 && image.channels !== 3)
    throw unsupported(label, `${image.channels} channels`, 'a picture of one or three channels')
  const { diameter, sigmaColour, sigmaSpace } = params
  if (!(sigmaColour > 0) || !(sigmaSpace > 0))
    throw unsupported(label, `sigmas of ${sigmaColour} and ${sigmaSpace}`, 'sigmas above 0')
  const across = 2 * bilateralRadius(params) + 1
  if (!(diameter >= 0) || across > most)
    throw unsupported(label, `a diameter of ${across}`, `up to ${most}: set the diameter, or lower the sigma in space`)
}

/** A place of the picture that stands for one of the disc; undefined: black. */
function siteOf(at: At, shape: ImageShape, { y, x }: Place, border: BorderMode, c: number): Site | undefined {
  const row = borderIndex(at.y + y, shape.height, border)
  const column = borderIndex(at.x + x, shape.width, border)
  return row < 0 || column < 0 ? undefined : pixel(row, column, c)
}

function sites(at: At, shape: StoredShape | undefined, params: BilateralParams): readonly Site[] {
  if (shape?.kind !== 'image') return []
  const all = [{ y: 0, x: 0, exponent: 0 }, ...placesOf(params)]
  const channels = Array.from({ length: shape.channels }, (_, c) => c)
  return distinct(all.flatMap((place) => channels.flatMap((c) => siteOf(at, shape, place, params.border, c) ?? [])))
}

function explain(at: At, inputs: readonly Readable[], params: BilateralParams): Terms {
  const [image] = inputs
  if (image?.shape.kind !== 'image') return sumOf([])
  const { shape } = image
  const all = [{ y: 0, x: 0, exponent: 0 }, ...placesOf(params)]
  const numberOf = (site: Site | undefined): number => (site ? image.at(site.y, site.x, site.c) : 0)
  const weights = all.map((place) => {
    let apart = 0
    for (let c = 0; c < shape.channels; c++)
      apart += Math.abs(numberOf(siteOf(at, shape, place, params.border, c)) - image.at(at.y, at.x, c))
    return 2 ** (place.exponent + coefficientOf(params) * apart ** 2)
  })
  const total = weights.reduce((a, b) => a + b, 0)
  // The other channels count for the weights only.
  const channels = Array.from({ length: shape.channels }, (_, c) => c)
  const terms = all.flatMap((place, i) =>
    channels.flatMap((c): readonly Term[] => {
      const weight = c === at.c ? (weights[i] ?? 0) / total : 0
      const from = siteOf(at, shape, place, params.border, c)
      if (from) return [termAt(inputs, from, weight)]
      return c === at.c ? [{ weight, value: 0, says: 'beyond the edge' }] : []
    }),
  )
  const merged = gather(terms)
  if (merged.every(({ value }) => Number.isFinite(value))) return sumOf(merged)
  // No weight of 0 takes infinity away, where it stands for another channel's.
  const own = terms.filter(({ from }) => (from?.c ?? at.c) === at.c)
  const named = distinct(terms.flatMap(({ from }) => from ?? [])).map((from) => termAt(inputs, from))
  return functionOf(named, 'the weighted average of its disc', recombine(sumOf(own)))
}

/**
 * out[p] = Σ w(p, q)·image[q] / Σ w(p, q) over the disc around p, w = exp(−|p − q|² / 2σs² − d(p, q)² / 2σc²), where d is the sum
 * of the absolute differences of all channels.
 *
 * Image (H, W, C) float32 of one or three channels in; the same shape out. Border: any of OpenCV's five (constant: 0).
 * @throws op.unsupported for other channels, sigmas that are not above 0, and discs of more than 63 pixels
 * @see OpenCV bilateralFilter (which reads the weights off a table); Tomasi and Manduchi 1998
 */
export const bilateral = defineOp<readonly [ImageValue], BilateralParams, ImageValue>({
  name: 'bilateral',
  nonFinite:
    'The formula as NumPy computes it. NaN in the disc gives NaN, in all channels; an infinite neighbour has no weight, but 0 · ∞ is NaN.',
  async cpu(context, [image], params) {
    check(image, params)
    const { width, height, channels } = image
    const out = context.image(inPlace(image))
    const places = placesOf(params)
    const table = new ArrayBuffer(places.length * 12)
    const [numbers, floats] = [new Int32Array(table), new Float32Array(table)]
    for (const [i, { y, x, exponent }] of places.entries()) {
      numbers[3 * i] = y
      numbers[3 * i + 1] = x
      floats[3 * i + 2] = exponent
    }
    const radius = bilateralRadius(params)
    await context.device.dispatch({
      kernel: 'bilateral',
      args: [
        ...[context.address(image), context.address(out), width, height, channels, context.upload(numbers)],
        ...[places.length, radius, coefficientOf(params), borderCode(params.border)],
      ],
      rows: height,
      reads: [context.reading(image, around(radius, radius, height, params.border))],
      scratch: bilateralScratch(width, channels, radius, places.length),
    })
    return out
  },
  async gpu(context, [image], params) {
    check(image, params)
    const { width, height, channels } = image
    const out = await context.image(inPlace(image))
    const places = placesOf(params)
    const list = await context.upload(places.flatMap(({ y, x, exponent }) => [y, x, exponent, 0]))
    await context.dispatch({
      kernel: 'bilateral/bilateral',
      params: [width, height, channels, places.length, borderCode(params.border), f32(coefficientOf(params))],
      buffers: [context.block(image), list, context.block(out)],
      groups: [cover(width, 16), cover(height, 16)],
    })
    return out
  },
  reach: (at, [image], params) => sites(at, image, params),
  local: true,
  needs(part, [image], params) {
    const radius = bilateralRadius(params)
    return widened(part, image, { x: radius, y: radius }, params.border)
  },
  terms: (at, inputs, params) => explain(at, inputs, params),
})
