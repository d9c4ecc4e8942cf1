/** The convolution of networks, each channel by itself (torch.nn.functional.conv2d with groups = C), by TensorFlow.js. */
import type { Tensor3D } from '@tensorflow/tfjs-core'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { requireFinite, requireImage, unsupported, weightedShape } from '../check.ts'
import type { At, StoredShape } from '../op.ts'
import { defineTensorOp } from '../tensor-op.ts'
import { type Neighbour, pixel, sitesOf, sumOf, weigh } from '../terms.ts'
import { covered, inside, placeOf, type Windows, windowedSize } from '../windows.ts'

export interface Conv2dParams extends Windows {
  /** Rows of weights, 1 to 31 on a side, odd or even. */
  readonly kernel: readonly (readonly number[])[]
  /** Added to every sum. Default 0. */
  readonly bias?: number
}

const label = 'The convolution'
const limit = 31
function check({ kernel, bias = 0 }: Conv2dParams): void {
  const width = kernel[0]?.length ?? 0
  const side = (n: number): boolean => n >= 1 && n <= limit
  if (!side(kernel.length) || !side(width) || kernel.some((row) => row.length !== width))
    throw unsupported(label, `a matrix of ${kernel.length} × ${width}`, `a full matrix of sides 1 to ${limit}`)
  requireFinite(label, 'weights', kernel.flat())
  requireFinite(label, 'a constant', [bias])
}

/** The shape of the op's result. Throws like the op. */
export function conv2dShape(image: ImageShape, params: Conv2dParams): ImageShape {
  requireImage(label, image)
  check(params)
  const { kernel } = params
  const sum = kernel.flat().reduce((a, b) => a + b, 0)
  return { ...weightedShape(image, sum), ...windowedSize(label, image, kernel.length, kernel[0]?.length ?? 0, params) }
}

function neighbours(at: At, shape: StoredShape | undefined, params: Conv2dParams): readonly Neighbour[] {
  if (shape?.kind !== 'image') return []
  return params.kernel.flatMap((row, i) =>
    row.map((weight, j): Neighbour => {
      const [y, x] = [placeOf(at.y, i, params), placeOf(at.x, j, params)]
      const inside = y >= 0 && x >= 0 && y < shape.height && x < shape.width
      return inside ? { weight, from: pixel(y, x, at.c) } : { weight }
    }),
  )
}

/**
 * out[y, x, c] = bias + Σ_i Σ_j kernel[i][j] · image[y·s − p + i·d, x·s − p + j·d, c], with stride s, padding p (zeros) and
 * dilation d: correlation, the matrix is not flipped.
 *
 * Image (H, W, C) float32, any C, in; (⌊(H + 2p − d(kh − 1) − 1)/s⌋ + 1, the same of W, C) out. If the weights sum to 1 the
 * colour space and the nominal range stay; otherwise the output is `data` without range.
 * @throws op.unsupported for matrices that are empty, too long or ragged, non-finite numbers, and windows that fit nowhere
 * @see PyTorch torch.nn.Conv2d
 */
export const conv2d = defineTensorOp<readonly [ImageValue], Conv2dParams, ImageValue>({
  name: 'conv2d',
  nonFinite: 'The sum as torch.nn.Conv2d makes it: 0 · NaN and 0 · ∞ are NaN, so a weight of 0 reads too.',
  shape: ([image], params) => conv2dShape(image, params),
  tensorflow: {
    reads: (y0, y1, params) => [placeOf(y0, 0, params), placeOf(y1 - 1, params.kernel.length - 1, params) + 1],
    // A number has to be moved as well, and SIMD takes four channels at a time. Every column of the input counts, because XNNPACK
    // stores addresses for it.
    work: ([, width = 0, channels = 0], { kernel, stride, dilation = 1 }) =>
      width * stride * (dilation === 1 ? 1 : stride) * 4 * Math.ceil(channels / 4) * (kernel.flat().length + 8),
    make(tf, [image], { kernel, bias = 0, stride, padding, dilation = 1 }, beyond) {
      const given = image as Tensor3D
      const channels = given.shape[2]
      const [kh, kw] = [kernel.length, kernel[0]?.length ?? 0]
      const weights = kernel.flat()
      // TensorFlow supports either strides or dilation: with both, the positions in between are dropped afterwards.
      const both = stride > 1 && dilation > 1
      const step = both ? 1 : stride
      const [above, below] = beyond
      const sides: [number, number] = [padding, padding]
      const slide = (): Tensor3D => {
        // A single weight is a product: XNNPACK's own kernel for it turns NaN into −∞.
        if (weights.length === 1) {
          const padded = tf.pad(given, [[above, below], sides, [0, 0]])
          return tf.mul(tf.stridedSlice(padded, [0, 0, 0], padded.shape, [step, step, 1]), weights[0] ?? 0)
        }
        const spread = weights.flatMap((weight) => new Array<number>(channels).fill(weight))
        const filter = tf.tensor4d(spread, [kh, kw, channels, 1])
        return tf.depthwiseConv2d(given, filter, step, [[0, 0], [above, below], sides, [0, 0]], 'NHWC', dilation)
      }
      const sums = slide()
      const kept = both ? tf.stridedSlice(sums, [0, 0, 0], sums.shape, [stride, stride, 1]) : sums
      return bias === 0 ? kept : tf.add(kept, bias)
    },
  },
  reach: (at, [image], params) => sitesOf(neighbours(at, image, params)),
  needs({ left, top, right, bottom }, [image], params) {
    if (image?.kind !== 'image') return []
    const { kernel } = params
    const [x0, x1] = inside(left, right, kernel[0]?.length ?? 0, params, image.width)
    const [y0, y1] = inside(top, bottom, kernel.length, params, image.height)
    return [{ left: x0, top: y0, right: x1 - 1, bottom: y1 - 1 }]
  },
  async makePart(again, given, perform) {
    const { kernel } = given.params
    const image = await covered(perform, given, { rows: kernel.length, columns: kernel[0]?.length ?? 0 }, 0)
    return again([image], { ...given.params, padding: 0 })
  },
  terms(at, inputs, params) {
    const { bias = 0 } = params
    const terms = weigh(neighbours(at, inputs[0]?.shape, params), inputs, 0)
    return sumOf(bias === 0 ? terms : [...terms, { weight: 1, value: bias, says: 'added' }])
  },
})
