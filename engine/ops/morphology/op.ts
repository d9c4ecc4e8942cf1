/** Erosion and dilation: the smallest or the largest number under a structuring element (cv2.erode, cv2.dilate). */
import type { Block } from '../../gpu/buffers.ts'
import { cover } from '../../gpu/device.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { inPlace, requireImage, unsupported } from '../check.ts'
import { defineOp } from '../op.ts'
import { widened } from '../parts.ts'
import { around } from '../rows.ts'
import { slideGrain, slideScratch } from '../slide.ts'
import { neighbours, sitesOf, termAt } from '../terms.ts'
import { type Element, runsOf } from './element.ts'
import { elementScratch } from './scratch.ts'

export interface MorphologyParams {
  readonly operation: 'erode' | 'dilate'
  /** Rows of 0 and 1 of odd sides, 1 to 99, with the anchor in the middle: what is not 0 belongs to it. */
  readonly element: Element
}

const label = 'Morphology'
const most = 99

const sidesOf = (element: Element): readonly [width: number, height: number] => [
  element[0]?.length ?? 0,
  element.length,
]

function check(image: ImageShape, element: Element): void {
  requireImage(label, image)
  const [width, height] = sidesOf(element)
  const even = width % 2 !== 1 || height % 2 !== 1 || element.some((row) => row.length !== width)
  if (even || Math.max(width, height) > most)
    throw unsupported(label, `a structuring element of ${width} × ${height}`, `odd sides, 1 to ${most}`)
  if (!element.some((row) => row.some((v) => v !== 0)))
    throw unsupported(label, 'an empty structuring element', 'one with at least one pixel')
}

const isFull = (element: Element): boolean => element.every((row) => row.every((v) => v !== 0))
/** What belongs to the element counts alike. */
const weightsOf = (element: Element): Element => element.map((row) => row.map((v) => (v === 0 ? 0 : 1)))

/**
 * out[y, x, c] = min (erode) or max (dilate) of image[y + i, x + j, c] over all (i, j) in the structuring element, which is not
 * turned round for dilation. What lies outside the picture does not count; where nothing is left, erosion gives ∞ and dilation −∞.
 *
 * Image (H, W, C) float32, any C, in; the same shape out.
 * @throws op.unsupported for elements that are empty, have even sides or are too large
 * @see OpenCV erode, dilate (with their default border); van Herk 1992, Gil and Werman 1993
 */
export const morphology = defineOp<readonly [ImageValue], MorphologyParams, ImageValue>({
  name: 'morphology',
  nonFinite:
    'NaN under the element gives NaN, as numpy.min and numpy.max have it; infinities are numbers like others, -0 is below 0.',
  async cpu(context, [image], { operation, element }) {
    check(image, element)
    const [kw, kh] = sidesOf(element)
    if (kw === 1 && kh === 1) return image
    const { width, height, channels } = image
    const out = context.image(inPlace(image))
    const given = [context.address(image), context.address(out), width, height, channels]
    const flip = operation === 'erode' ? 0 : -1
    const common = { rows: height, reads: [context.reading(image, around(kh >> 1, kh >> 1, height, 'constant'))] }
    if (isFull(element)) {
      await context.device.dispatch({
        ...common,
        kernel: 'morphologyBox',
        args: [...given, kw, kh, flip],
        grain: slideGrain(kh),
        scratch: slideScratch(channels, kw, kh),
      })
      return out
    }
    const runs = runsOf(element)
    const numbers = Int32Array.from(runs.flatMap(({ power, y, from, to }) => [power, y, from, to]))
    await context.device.dispatch({
      ...common,
      kernel: 'morphologyElement',
      args: [...given, context.upload(numbers), runs.length, kw >> 1, kh >> 1, flip],
      scratch: elementScratch(channels, kw >> 1, kh >> 1),
    })
    return out
  },
  async gpu(context, [image], { operation, element }) {
    check(image, element)
    const [kw, kh] = sidesOf(element)
    if (kw === 1 && kh === 1) return image
    const { width, height, channels } = image
    const out = await context.image(inPlace(image))
    const flip = operation === 'erode' ? 0 : 0xffffffff
    const pass = (kernel: string, columns: number, rows: number, buffers: readonly Block[]) =>
      context.dispatch({
        kernel,
        params: [width, height, channels, columns, rows, flip],
        buffers,
        groups: [cover(width * channels, 64), cover(height, 4)],
      })
    const [given, result] = [context.block(image), context.block(out)]
    if (isFull(element)) {
      const between = await context.temporary(given.bytes)
      await pass('morphology/box', kw, 1, [given, between])
      await pass('morphology/box', 1, kh, [between, result])
      return out
    }
    const places = element.flatMap((row, y) => row.flatMap((v, x) => (v === 0 ? [] : [y - (kh >> 1), x - (kw >> 1)])))
    const list = await context.upload(Int32Array.from(places))
    await pass('morphology/element', places.length / 2, 1, [given, result, list])
    return out
  },
  reach: (at, [image], { element }) => sitesOf(neighbours(at, image, weightsOf(element), 'constant')),
  local: true,
  needs: (part, [image], { element }) =>
    widened(part, image, { x: (element[0]?.length ?? 0) >> 1, y: element.length >> 1 }, 'constant'),
  terms: (at, inputs, { operation, element }) => ({
    combine: operation === 'erode' ? 'min' : 'max',
    terms: sitesOf(neighbours(at, inputs[0]?.shape, weightsOf(element), 'constant')).map((from) =>
      termAt(inputs, from),
    ),
  }),
})
