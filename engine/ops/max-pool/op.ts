/** The largest number of each window (torch.nn.MaxPool2d). */
import type { Block } from '../../gpu/buffers.ts'
import { cover } from '../../gpu/device.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { requireImage, requireInteger, shapeOf, unsupported } from '../check.ts'
import { type At, defineOp, type Site, type StoredShape } from '../op.ts'
import { pixel, termAt } from '../terms.ts'
import { covered, inside, placeOf, type Windows, windowedSize } from '../windows.ts'
import { maxPoolScratch } from './scratch.ts'

type Pair = readonly [x: number, y: number]

export interface MaxPoolParams extends Omit<Windows, 'dilation'> {
  /** Side of the window, 1 to 64. `padding` may be half of it at most. */
  readonly size: number
}

const label = 'Max pooling'
/** Windows up to this are read directly: that is faster than an intermediate picture. */
const SMALL = 4

/** The shape of the op's result. Throws like the op. */
export function maxPoolShape(image: ImageShape, params: MaxPoolParams): ImageShape {
  requireImage(label, image)
  const { size, padding } = params
  requireInteger(label, 'size', size, 1, 64)
  if (padding > size / 2)
    throw unsupported(label, `padding ${padding} with a window of ${size}`, 'at most half a window of padding')
  return { ...shapeOf(image), ...windowedSize(label, image, size, size, params) }
}

/** The part of the window inside the picture. */
function window(at: At, shape: StoredShape | undefined, params: MaxPoolParams): readonly Site[] {
  if (shape?.kind !== 'image') return []
  const places = (from: number, n: number): readonly number[] =>
    Array.from({ length: params.size }, (_, i) => placeOf(from, i, params)).filter((place) => place >= 0 && place < n)
  return places(at.y, shape.height).flatMap((y) => places(at.x, shape.width).map((x) => pixel(y, x, at.c)))
}

/**
 * out[y, x, c] = max over 0 ≤ i, j < size of image[y·s − p + i, x·s − p + j, c], with stride s and padding p, which never wins.
 *
 * Image (H, W, C) float32, any C, in; (⌊(H + 2p − size)/s⌋ + 1, the same of W, C) out, of the same colour space and range.
 * @throws op.unsupported for windows that fit nowhere, and padding of more than half a window
 * @see PyTorch torch.nn.MaxPool2d
 */
export const maxPool = defineOp<readonly [ImageValue], MaxPoolParams, ImageValue>({
  name: 'maxPool',
  nonFinite: 'A window with NaN gives NaN, as torch.nn.MaxPool2d has it; infinities are numbers like others.',
  async cpu(context, [image], params) {
    const out = context.image(maxPoolShape(image, params))
    const { size, stride, padding } = params
    const { width, height, channels } = image
    await context.device.dispatch({
      kernel: 'maxPool',
      args: [
        ...[context.address(image), width, height, channels, context.address(out), out.width],
        ...[size, stride, padding],
      ],
      rows: out.height,
      reads: [context.reading(image, (y0, y1) => inside(y0, y1 - 1, size, params, height))],
      scratch: maxPoolScratch(width, channels),
    })
    return out
  },
  async gpu(context, [image], params) {
    const out = await context.image(maxPoolShape(image, params))
    const { size, stride, padding } = params
    const { width, height, channels } = image
    const pass = (from: Block, to: Block, [w, h]: Pair, [dw, dh]: Pair, ...window: readonly Pair[]) =>
      context.dispatch({
        kernel: 'max-pool/maxPool',
        params: [w, h, channels, dw, dh, ...window.flat()],
        buffers: [from, to],
        groups: [cover(dw * channels, 64), cover(dh, 4)],
      })
    const [whole, made] = [
      [width, height],
      [out.width, out.height],
    ] as const
    const [given, result] = [context.block(image), context.block(out)]
    if (size <= SMALL) {
      await pass(given, result, whole, made, [size, size], [stride, stride], [padding, padding])
      return out
    }
    // The maximum of the columns' maxima: far less work than all of a window at once.
    const tall = [width, out.height] as const
    const between = await context.temporary(width * out.height * channels * 4)
    await pass(given, between, whole, tall, [1, size], [1, stride], [0, padding])
    await pass(between, result, tall, made, [size, 1], [stride, 1], [padding, 0])
    return out
  },
  reach: (at, [image], params) => window(at, image, params),
  needs({ left, top, right, bottom }, [image], params) {
    if (image?.kind !== 'image') return []
    const [x0, x1] = inside(left, right, params.size, params, image.width)
    const [y0, y1] = inside(top, bottom, params.size, params, image.height)
    return [{ left: x0, top: y0, right: x1 - 1, bottom: y1 - 1 }]
  },
  async makePart(again, given, perform) {
    const { size } = given.params
    const image = await covered(perform, given, { rows: size, columns: size }, -Infinity)
    return again([image], { ...given.params, padding: 0 })
  },
  terms: (at, inputs, params) => ({
    combine: 'max',
    terms: window(at, inputs[0]?.shape, params).map((site) => termAt(inputs, site)),
  }),
})
