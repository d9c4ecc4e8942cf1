/** The largest number of each window (torch.nn.MaxPool2d), by TensorFlow.js. */
import type { Tensor3D } from '@tensorflow/tfjs-core'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { requireImage, requireInteger, shapeOf, unsupported } from '../check.ts'
import type { At, Site, StoredShape } from '../op.ts'
import { defineTensorOp } from '../tensor-op.ts'
import { pixel, termAt } from '../terms.ts'
import { placeOf, type Windows, windowedSize } from '../windows.ts'

export interface MaxPoolParams extends Omit<Windows, 'dilation'> {
  /** Side of the window, 1 to 64. `padding` may be half of it at most. */
  readonly size: number
}

const label = 'Max pooling'
/** Windows up to this are read whole: that takes less than a picture in between. */
const SMALL = 4

/** As the op makes it. Throws as it does. */
export function maxPoolShape(image: ImageShape, params: MaxPoolParams): ImageShape {
  requireImage(label, image)
  const { size, padding } = params
  requireInteger(label, 'size', size, 1, 64)
  if (padding > size / 2)
    throw unsupported(label, `padding ${padding} with a window of ${size}`, 'at most half a window of padding')
  return { ...shapeOf(image), ...windowedSize(label, image, size, size, params) }
}

/** What of the window lies in the picture. */
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
export const maxPool = defineTensorOp<readonly [ImageValue], MaxPoolParams, ImageValue>({
  name: 'maxPool',
  shape: ([image], params) => maxPoolShape(image, params),
  tensorflow(tf, [image], { size, stride, padding }) {
    const side: [number, number] = [padding, padding]
    if (size <= SMALL) return tf.maxPool(image as Tensor3D, size, stride, padding, 'floor')
    // The largest of the columns' largest: far less work than all of a window at once.
    const none: [number, number] = [0, 0]
    const down = tf.maxPool(image as Tensor3D, [size, 1], [stride, 1], [none, side, none, none])
    return tf.maxPool(down, [1, size], [1, stride], [none, none, side, none])
  },
  reach: (at, [image], params) => window(at, image, params),
  terms: (at, inputs, params) => ({
    combine: 'max',
    terms: window(at, inputs[0]?.shape, params).map((site) => termAt(inputs, site)),
  }),
})
