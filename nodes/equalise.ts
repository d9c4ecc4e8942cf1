/** Tables that even out histograms, with the arithmetic of OpenCV: 256 steps of 0..1, as a picture of 8 bits has. */
import type { Ops } from '../engine/ops/calls.ts'
import { roundEven } from '../engine/ops/expr.ts'
import type { LookupParams } from '../engine/ops/lookup/table.ts'
import type { ImageValue } from '../engine/values/index.ts'
import { covered, coverOf, opaque } from './alpha.ts'

export const steps = 256

/** Each of the 256 numbers is the middle of its bin. */
const bins = { bins: steps, range: [-0.5 / 255, 255.5 / 255] } as const

/** How often each of the 256 numbers occurs in every channel. NaN and infinite numbers do not count. */
export const stepsIn = async (ops: Ops, image: ImageValue): Promise<readonly (readonly number[])[]> =>
  (await ops.statistics(image, bins)).map(({ histogram }) => histogram)

/** A table of one or several channels over 0..1. */
export const stepTable = (tables: readonly (readonly number[])[]): LookupParams => ({
  ...{ tables: tables.flat(), channels: tables.length, entries: steps, range: [0, 1], outRange: [0, 1] },
  method: 'nearest',
})

/** @see OpenCV equalizeHist: the first number that occurs becomes 0, the last 1 */
export function equalised(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((a, b) => a + b, 0)
  const first = counts.findIndex((count) => count > 0)
  const rest = total - (counts[first] ?? 0)
  if (rest === 0) return counts.map((_, i) => i / 255)
  const scale = Math.fround(255 / rest)
  let sum = 0
  return counts.map((count, i) => {
    if (i > first) sum += count
    return Math.min(255, roundEven(Math.fround(sum * scale))) / 255
  })
}

/** The table of one tile, whose counts are cut off at a limit and what is cut off spread over all. @see OpenCV CLAHE */
export function limited(given: readonly number[], clip: number): readonly number[] {
  const total = given.reduce((a, b) => a + b, 0)
  if (total === 0) return given.map((_, i) => i / 255)
  const most = clip > 0 ? Math.max(Math.trunc((clip * total) / steps), 1) : total
  const counts = given.map((count) => Math.min(count, most))
  const cut = total - counts.reduce((a, b) => a + b, 0)
  const each = Math.floor(cut / steps)
  const left = cut - each * steps
  const stride = left > 0 ? Math.max(Math.floor(steps / left), 1) : 1
  const scale = Math.fround(255 / total)
  let sum = 0
  return counts.map((count, i) => {
    const one = i % stride === 0 && i / stride < left ? 1 : 0
    sum += count + each + one
    return Math.min(255, roundEven(Math.fround(sum * scale))) / 255
  })
}

/**
 * Changes the lightness of a picture: of a gray one its numbers, of a colour picture the Y of YCrCb. Opacity stays.
 * @param change of one channel; infinite where nothing is seen
 */
export async function changeLightness(
  ops: Ops,
  image: ImageValue,
  change: (plane: ImageValue) => Promise<ImageValue>,
): Promise<ImageValue> {
  const colours = await opaque(ops, image)
  const made = colours.channels === 1 ? await change(colours) : await throughY(ops, colours, change)
  return image.alpha ? covered(ops, made, await coverOf(ops, image)) : made
}

async function throughY(
  ops: Ops,
  colours: ImageValue,
  change: (plane: ImageValue) => Promise<ImageValue>,
): Promise<ImageValue> {
  const { space } = colours
  if (space !== 'rgb' && space !== 'bgr') throw new Error('a picture of RGB or BGR')
  const ycrcb = await ops.convertColour(colours, { to: 'ycrcb' })
  const [y, cr, cb] = await Promise.all([0, 1, 2].map((index) => ops.channel(ycrcb, { index })))
  if (!y || !cr || !cb) throw new Error('three channels')
  const merged = await ops.merge(await change(y), cr, cb, { space: 'ycrcb', range: [0, 1] })
  return { ...(await ops.convertColour(merged, { to: space })), range: [0, 1] }
}
