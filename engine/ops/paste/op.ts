/** A picture laid over another. */
import { SightlineError } from '../../types/problem.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { requireImage, requireInteger, shapeOf, unsupported } from '../check.ts'
import { copyBox, interleaved } from '../layout/box.ts'
import { defineOp } from '../op.ts'
import { moved, needed, within } from '../parts.ts'
import { same } from '../rows.ts'
import { pixel, sumOf, termAt } from '../terms.ts'

export interface PasteParams {
  /** Where the left upper corner of the second picture goes, in pixels, from 0. */
  readonly x: number
  readonly y: number
}

const label = 'Paste'

function check(base: ImageShape, image: ImageShape, { x, y }: PasteParams): void {
  requireImage(label, base)
  requireImage(label, image)
  for (const [name, value] of Object.entries({ x, y })) requireInteger(label, name, value, 0, 2 ** 30)
  if (base.channels !== image.channels)
    throw unsupported(label, `${image.channels} channels on ${base.channels}`, 'the same number of channels')
  if (x + image.width > base.width || y + image.height > base.height)
    throw new SightlineError('shape.out-of-bounds', {
      what: 'The picture',
      given: `${image.width} × ${image.height} at x ${x}, y ${y}`,
      size: `${base.width} × ${base.height} pixels`,
    })
}

/** The site in the second picture that covers this one of the first, if any. */
function covering(image: ImageShape | undefined, { x, y }: PasteParams, at: { y: number; x: number; c: number }) {
  const [row, column] = [at.y - y, at.x - x]
  const inside = image && row >= 0 && column >= 0 && row < image.height && column < image.width
  return inside ? pixel(row, column, at.c, 1) : pixel(at.y, at.x, at.c, 0)
}

/**
 * out = base; out[y : y + h, x : x + w] = image.
 *
 * Images (H, W, C) and (h, w, C) float32 in, (H, W, C) out, of the first's colour space and range.
 * @throws shape.out-of-bounds if the second leaves the first; op.unsupported for other channels and for fractions
 */
export const paste = defineOp<readonly [ImageValue, ImageValue], PasteParams, ImageValue>({
  name: 'paste',
  nonFinite: 'Copied bit by bit, as a numpy slice that is written.',
  async cpu(context, [base, image], params) {
    check(base, image, params)
    const out = context.image(shapeOf(base))
    const stride = base.width * base.channels * 4
    const bytes = image.width * image.channels * 4
    const corner = context.address(out) + params.y * stride + params.x * image.channels * 4
    const copies = [
      {
        args: [context.address(base), stride, context.address(out), stride, stride],
        rows: base.height,
        reads: [context.reading(base, same)],
      },
      {
        args: [context.address(image), bytes, corner, stride, bytes],
        rows: image.height,
        reads: [context.reading(image, same)],
      },
    ]
    for (const copy of copies) await context.device.dispatch({ kernel: 'copyRegion', ...copy })
    return out
  },
  async gpu(context, [base, image], params) {
    check(base, image, params)
    const out = await context.image(shapeOf(base))
    const strides = interleaved(base.width, base.channels)
    const start = params.y * strides[0] + params.x * strides[1]
    await copyBox(context, base, { block: context.block(base), strides }, { block: context.block(out), strides })
    await copyBox(
      context,
      image,
      { block: context.block(image), strides: interleaved(image.width, image.channels) },
      { block: context.block(out), start, strides },
    )
    return out
  },
  reach: (at, [, image], params) => [covering(image?.kind === 'image' ? image : undefined, params, at)],
  needs: (part, [base, image], { x, y }) => (base && image ? [part, within(moved(part, -x, -y), image)] : []),
  async makePart(again, { part, inputs: [base, image], params: { x, y } }) {
    const under = needed(base)
    if (!image) return under
    return again([under, image], { x: Math.max(0, x - part.left), y: Math.max(0, y - part.top) })
  },
  terms(at, inputs, params) {
    const shape = inputs[1]?.shape
    return sumOf([termAt(inputs, covering(shape?.kind === 'image' ? shape : undefined, params, at))])
  },
})
