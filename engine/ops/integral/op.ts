/** Sums over everything above and to the left: integral images (cv2.integral). */
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { requireImage } from '../check.ts'
import { SCRATCH_SLACK } from '../cpu.ts'
import { type At, defineOp, type Site, type StoredShape } from '../op.ts'
import { pixel, sumOf, termAt } from '../terms.ts'
import { workspace } from '../workspace.ts'

export interface IntegralParams {
  /** Whether the squares are added up. Default false. */
  readonly squared?: boolean
}

/** The least numbers of a strip. A picture with fewer is one strip. */
const stripNumbers = 1 << 18

/** The shape of the op's result. Throws like the op. */
export function integralShape(image: ImageShape): ImageShape {
  requireImage('An integral image', image)
  const { height, width, channels } = image
  return { kind: 'image', height: height + 1, width: width + 1, channels, space: 'data', alpha: false }
}

const sitesOf = ({ y, x, c }: At, image: StoredShape | undefined): readonly Site[] =>
  image?.kind === 'image' ? Array.from({ length: y * x }, (_, i) => pixel(Math.floor(i / x), i % x, c)) : []

/**
 * out[y, x, c] = Σ image[i, j, c] over i < y and j < x, or of the squares. Added up in float64, rounded to float32 at the end.
 *
 * Image (H, W, C) float32, any C, in; (H + 1, W + 1, C) of data out, its first row and column 0. It has no GPU kernel.
 * @throws op.unsupported for what is no picture
 * @see OpenCV integral; F. Crow, Summed-area tables for texture mapping, 1984
 */
export const integral = defineOp<readonly [ImageValue], IntegralParams, ImageValue>({
  name: 'integral',
  nonFinite: 'In every sum that has it, as in numpy.cumsum; ∞ − ∞ is NaN.',
  async cpu(context, [image], { squared = false }) {
    const out = context.image(integralShape(image))
    const { width, height, channels } = image
    const count = width * channels
    const strip = Math.min(height, Math.ceil(stripNumbers / count))
    const strips = Math.ceil(height / strip)
    const [src, square] = [context.address(image), squared ? 1 : 0]
    let above = 0
    if (strips > 1) {
      const sums = workspace(context, 8 * strips * count)
      above = workspace(context, 8 * strips * count)
      const { device } = context
      await device.dispatch({ kernel: 'integralStrips', args: [src, count, height, square, strip, sums], rows: strips })
      const columns = Math.ceil(count / 64)
      await device.dispatch({ kernel: 'integralAbove', args: [sums, above, count, strips], rows: columns })
    }
    await context.device.dispatch({
      kernel: 'integralRows',
      args: [src, width, channels, height, square, strip, above, context.address(out)],
      rows: strips,
      scratch: 8 * (count + channels) + SCRATCH_SLACK,
    })
    return out
  },
  reach: (at, [image]) => sitesOf(at, image),
  extent: ({ y, x }) => ({ left: 0, top: 0, right: Math.max(0, x - 1), bottom: Math.max(0, y - 1) }),
  terms(at, inputs, { squared = false }) {
    const sites = sitesOf(at, inputs[0]?.shape)
    if (sites.length === 0) return sumOf([{ weight: 1, value: 0, says: 'nothing lies above and to the left' }])
    return sumOf(
      sites.map((site) => {
        const term = termAt(inputs, site)
        return squared ? { ...term, weight: term.value } : term
      }),
    )
  },
})
