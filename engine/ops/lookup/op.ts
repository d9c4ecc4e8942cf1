/** Numbers replaced by those of a table (cv2.LUT), for the whole picture or tile by tile (cv2.CLAHE). */
import { cover, f32 } from '../../gpu/device.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { inPlace, requireFinite, requireImage, requireInteger, unsupported } from '../check.ts'
import { defineOp } from '../op.ts'
import { alike, needed } from '../parts.ts'
import { same } from '../rows.ts'
import { functionOf, pixel, termAt } from '../terms.ts'
import { type LookupParams, lookedUp, lookupMethods, stepsOf } from './table.ts'

const label = 'The table'

const gridOf = ({ grid }: LookupParams) =>
  grid
    ? { left: 0, top: 0, ...grid }
    : // One tile: every pixel mixes the one table with itself.
      { left: 0, top: 0, columns: 1, rows: 1, width: 1, height: 1 }

/** The shape of the op's result. Throws like the op. */
export function lookupShape(image: ImageShape, params: LookupParams): ImageShape {
  requireImage(label, image)
  const { tables, channels, entries, range, grid, space, outRange } = params
  if (image.alpha) throw unsupported(label, 'a picture with opacity', 'its colours alone')
  requireInteger(label, 'entries', entries, 2, 65536)
  requireInteger(label, 'channels', channels, 1, 4)
  if (image.channels !== 1 && channels !== 1 && channels !== image.channels)
    throw unsupported(label, `${channels} tables for ${image.channels} channels`, '1, or one for each channel')
  if (!(Number.isFinite(range[0]) && Number.isFinite(range[1]) && range[0] < range[1]))
    throw unsupported(label, `a range from ${range[0]} to ${range[1]}`, 'a range that rises')
  const { columns, rows, width, height } = gridOf(params)
  for (const [name, value] of Object.entries({ columns, rows })) requireInteger(label, name, value, 1, 1024)
  for (const [name, value] of Object.entries({ width, height })) requireInteger(label, name, value, 1, 65535)
  const count = columns * rows * channels * entries
  if (tables.length !== count)
    throw unsupported(label, `${tables.length} numbers`, `${count}${grid ? ' for its tiles' : ''}`)
  requireFinite(label, 'a table', Array.from(tables))
  const { range: _, ...shape } = inPlace(image)
  const made = image.channels === 1 ? channels : image.channels
  return {
    ...shape,
    channels: made,
    space: space ?? (made === image.channels ? image.space : 'data'),
    ...(outRange && { range: outRange }),
  }
}

/** The table of an output channel. */
const tableOf = ({ channels }: LookupParams, c: number): number => (channels === 1 ? 0 : c)

/**
 * out[y, x, c] = the table's number for image[y, x, c].
 *
 * Image (H, W, C) float32 without opacity in; (H, W, C) out, or (H, W, tables) of one channel. Numbers beyond the range get the
 * first or last entry.
 * @throws op.unsupported for opacity, for tables of another size, and for numbers in them that are not finite
 * @see OpenCV LUT, numpy.interp; Zuiderveld, Contrast Limited Adaptive Histogram Equalization, 1994 (tiles)
 */
export const lookup = defineOp<readonly [ImageValue], LookupParams, ImageValue>({
  name: 'lookup',
  nonFinite: 'As numpy.interp: NaN stays NaN, infinite numbers get the first or last entry.',
  async cpu(context, [image], params) {
    const shape = lookupShape(image, params)
    const out = context.image(shape)
    const { columns, rows, width, height, left, top } = gridOf(params)
    await context.device.dispatch({
      kernel: 'lookup',
      args: [
        ...[context.address(image), image.channels, context.address(out), shape.channels],
        ...[context.upload(Float32Array.from(params.tables)), params.channels, params.entries],
        ...[params.range[0], stepsOf(params), lookupMethods.indexOf(params.method)],
        ...[columns, rows, 1 / width, 1 / height, left, top, image.width],
      ],
      rows: image.height,
      reads: [context.reading(image, same)],
    })
    return out
  },
  async gpu(context, [image], params) {
    const shape = lookupShape(image, params)
    const out = await context.image(shape)
    const { columns, rows, width, height, left, top } = gridOf(params)
    await context.dispatch({
      kernel: 'lookup/lookup',
      params: [
        ...[image.width, image.height, image.channels, shape.channels, params.channels, params.entries],
        ...[f32(params.range[0]), f32(stepsOf(params)), lookupMethods.indexOf(params.method)],
        ...[columns, rows, f32(1 / width), f32(1 / height), left, top],
      ],
      buffers: [context.block(image), await context.upload(Float32Array.from(params.tables)), context.block(out)],
      groups: [cover(image.width, 64), cover(image.height, 4)],
    })
    return out
  },
  reach: (at, [image]) => [pixel(at.y, at.x, image?.kind === 'image' && image.channels === 1 ? 0 : at.c)],
  needs: alike,
  makePart(again, { part, inputs: [image], params }) {
    const { grid } = params
    const moved = grid && { ...grid, left: (grid.left ?? 0) + part.left, top: (grid.top ?? 0) + part.top }
    return again([needed(image)], moved ? { ...params, grid: moved } : params)
  },
  terms(at, inputs, params) {
    const shape = inputs[0]?.shape
    const from = termAt(inputs, pixel(at.y, at.x, shape?.kind === 'image' && shape.channels === 1 ? 0 : at.c))
    return functionOf([from], 'looked up in a table', lookedUp(params, from.value, tableOf(params, at.c), at.x, at.y))
  },
})
