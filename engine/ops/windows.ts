/** Windows as the layers of networks slide them over a picture: in strides, over padding, with gaps (torch.nn.Conv2d). */
import type { ImageShape, ImageValue } from '../values/index.ts'
import { fromNumbers } from './array/op.ts'
import { requireInteger, shapeOf, unsupported } from './check.ts'
import type { PartGiven, PerformOp } from './op.ts'
import { needed, rectangleOf, sameExtent } from './parts.ts'
import { paste } from './paste/op.ts'

export interface Windows {
  /** Pixels from one window to the next, 1 to 64. */
  readonly stride: number
  /** Rows and columns added on each side. */
  readonly padding: number
  /** From one number of the window to the next, 1 to 64. Default 1: no gaps. */
  readonly dilation?: number
}

/** How many windows fit: ⌊(n + 2·padding − dilation·(size − 1) − 1) / stride⌋ + 1. */
export const countOfWindows = (n: number, size: number, { stride, padding, dilation = 1 }: Windows): number =>
  Math.floor((n + 2 * padding - dilation * (size - 1) - 1) / stride) + 1

/** The picture of one number a window. Throws `op.unsupported` where none fits. */
export function windowedSize(
  label: string,
  { height, width }: Pick<ImageShape, 'height' | 'width'>,
  rows: number,
  columns: number,
  windows: Windows,
): { readonly height: number; readonly width: number } {
  const { stride, padding, dilation = 1 } = windows
  requireInteger(label, 'stride', stride, 1, 64)
  requireInteger(label, 'padding', padding, 0, 1024)
  requireInteger(label, 'dilation', dilation, 1, 64)
  const size = { height: countOfWindows(height, rows, windows), width: countOfWindows(width, columns, windows) }
  if (size.height >= 1 && size.width >= 1) return size
  const [tall, wide] = [rows, columns].map((n) => dilation * (n - 1) + 1)
  throw unsupported(
    label,
    `a window of ${wide} × ${tall} on a picture of ${width} × ${height} pixels with ${padding} of padding`,
    'a picture that the window fits into',
  )
}

/** Where the window of output place `at` has its number `i`; outside where it lies on the padding. */
export const placeOf = (at: number, i: number, { stride, padding, dilation = 1 }: Windows): number =>
  at * stride - padding + i * dilation

/** The places [from, to) of an axis of `length` that the windows of the output places `first` to `last` cover. */
export function inside(
  first: number,
  last: number,
  size: number,
  windows: Windows,
  length: number,
): readonly [from: number, to: number] {
  const from = Math.min(Math.max(placeOf(first, 0, windows), 0), length - 1)
  return [from, Math.min(Math.max(placeOf(last, size - 1, windows), from) + 1, length)]
}

/**
 * What the windows of a part of the output cover, with the padding as pixels: on it the part is made without padding.
 * @param fill of the padding
 */
export async function covered(
  perform: PerformOp,
  { part, inputs, needs, params }: PartGiven<Windows>,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  fill: number,
): Promise<ImageValue> {
  const [image, need] = [needed(inputs[0]), needed(needs[0] ?? undefined)]
  const all = {
    left: placeOf(part.left, 0, params),
    top: placeOf(part.top, 0, params),
    right: placeOf(part.right, columns - 1, params),
    bottom: placeOf(part.bottom, rows - 1, params),
  }
  if (sameExtent(all, need)) return image
  const { width, height } = rectangleOf(all)
  const shape = { ...shapeOf(image), width, height }
  const numbers = new Float32Array(width * height * image.channels).fill(fill)
  const base = (await perform(fromNumbers, [], { shape, numbers })) as ImageValue
  const outside = need.right < all.left || need.left > all.right || need.bottom < all.top || need.top > all.bottom
  return outside ? base : perform(paste, [base, image], { x: need.left - all.left, y: need.top - all.top })
}
