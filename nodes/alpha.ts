/**
 * What nodes do with opacity, so that an opaque picture gives what its colours alone give, and the colours under an opacity of 0,
 * which nobody sees, make no difference to what is seen.
 */
import type { Ops } from '../engine/ops/calls.ts'
import { div, expr, greater, max, mul, select } from '../engine/ops/expr.ts'
import type { ImageShape, ImageValue } from '../engine/values/index.ts'

export const opaqueShape = (image: ImageShape): ImageShape =>
  image.alpha ? { ...image, channels: image.channels - 1, alpha: false } : image

/** The colour channels as they are, not blended with any background. */
export async function opaque(ops: Ops, image: ImageValue): Promise<ImageValue> {
  if (!image.alpha) return image
  if (image.channels === 2) return ops.channel(image, { index: 0 })
  const { space, range } = image
  return ops.merge(...(await planesOf(ops, image)), { space, ...(range && { range }) })
}

const planesOf = (ops: Ops, image: ImageValue): Promise<readonly ImageValue[]> =>
  Promise.all(
    Array.from({ length: image.channels - (image.alpha ? 1 : 0) }, (_, index) => ops.channel(image, { index })),
  )

/** The opacity of a picture that has one, as a picture of one channel. */
export const coverOf = (ops: Ops, image: ImageValue): Promise<ImageValue> =>
  ops.channel(image, { index: image.channels - 1 })

/** The opacity; 1 everywhere where a picture has none. */
export async function opacityOf(ops: Ops, image: ImageValue): Promise<ImageValue> {
  if (image.alpha) return coverOf(ops, image)
  const plane = await ops.channel(image, { index: 0 })
  return ops.pointwise(plane, { formula: expr((_) => 1), space: 'data', range: [0, 1] })
}

/** The colours, infinite where nothing is seen: statistics leave those out. */
export async function seenColours(ops: Ops, image: ImageValue): Promise<ImageValue> {
  if (!image.alpha) return image
  const formula = expr((colour, cover) => select(greater(cover, 0), colour, Infinity))
  return ops.pointwise(await opaque(ops, image), await coverOf(ops, image), { formula, range: null })
}

/** The shape of colours with the opacity of `image`, if it has one. */
export const coveredShape = (image: ImageShape, colours: ImageShape): ImageShape =>
  image.alpha ? { ...colours, channels: colours.channels + 1, alpha: true } : colours

/** Up to three colours with an opacity. */
export async function covered(ops: Ops, colours: ImageValue, cover: ImageValue): Promise<ImageValue> {
  const { space, range } = colours
  return ops.merge(...(await planesOf(ops, colours)), cover, { space, alpha: true, ...(range && { range }) })
}

/** Colours times opacity, so black where nothing is seen. A picture without opacity is given back. */
export async function premultiplied(ops: Ops, image: ImageValue): Promise<ImageValue> {
  if (!image.alpha) return image
  const product = expr((colour, cover) => select(greater(cover, 0), mul(colour, cover), 0))
  return ops.pointwise(await opaque(ops, image), await coverOf(ops, image), { formula: product })
}

/** The most taps of a separable filter. */
const mostTaps = 513

/** The colours, with those under an opacity of 0 replaced by the average of what is seen up to `reach` pixels away. */
export async function filledColours(ops: Ops, image: ImageValue, reach: number): Promise<ImageValue> {
  if (!image.alpha) return image
  const [colours, cover] = [await opaque(ops, image), await coverOf(ops, image)]
  const seen = await ops.pointwise(cover, { formula: expr((a) => greater(a, 0)) })
  const shown = await ops.pointwise(colours, seen, { formula: expr((colour, s) => select(s, colour, 0)), range: null })
  const taps = new Array<number>(Math.min(mostTaps, 2 * Math.ceil(reach) + 1)).fill(1)
  const box = { x: taps, y: taps, border: 'constant' } as const
  const [sum, count] = [await ops.separable(shown, box), await ops.separable(seen, box)]
  const filled = expr((colour, s, total, n) => select(s, colour, select(greater(n, 0), div(total, n), 0)))
  const { space, range } = colours
  return ops.pointwise(colours, seen, sum, count, { formula: filled, space, range: range ?? null })
}

/** Filters the colours, and leaves the opacity alone. @param reach how far the filter looks, in pixels */
export async function filterColours(
  ops: Ops,
  image: ImageValue,
  reach: number,
  filter: (colours: ImageValue) => ImageValue | Promise<ImageValue>,
): Promise<ImageValue> {
  if (!image.alpha) return filter(image)
  return covered(ops, await filter(await filledColours(ops, image, reach)), await coverOf(ops, image))
}

/**
 * Averages colours and opacity together: each colour counts as much as it is seen.
 * @param average of a picture and of what lies outside of it, where the border is a constant
 */
export async function averageSeen(
  ops: Ops,
  image: ImageValue,
  average: (picture: ImageValue, outside: 0 | 1) => ImageValue | Promise<ImageValue>,
): Promise<ImageValue> {
  if (!image.alpha) return average(image, 0)
  const sums = await average(await premultiplied(ops, image), 0)
  const cover = await average(await coverOf(ops, image), 1)
  const straight = expr((sum, weight) => select(greater(weight, least), div(sum, weight), 0))
  // Taps add up to 1 only to the last bit.
  const whole = expr((weight) =>
    select(greater(weight, 1 - least), 1, select(greater(weight, least), max(weight, 0), 0)),
  )
  return covered(
    ops,
    await ops.pointwise(sums, cover, { formula: straight }),
    await ops.pointwise(cover, { formula: whole }),
  )
}

/** Less opacity than this is none. */
const least = 1e-6

/** The colours, 0 where nothing is seen. For numbers that are no colours, such as derivatives: those half seen count in full. */
export async function shownColours(ops: Ops, image: ImageValue): Promise<ImageValue> {
  if (!image.alpha) return image
  const shown = expr((colour, cover) => select(greater(cover, 0), colour, 0))
  const { range } = image
  return ops.pointwise(await opaque(ops, image), await coverOf(ops, image), { formula: shown, range: range ?? null })
}
