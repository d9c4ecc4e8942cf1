/** Edges thinned to one pixel, from the two derivatives of a picture: the second step of cv2.Canny. */
import { cover } from '../../gpu/device.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { requireImage, requireSameSize, shapeOf, unsupported } from '../check.ts'
import { type At, defineOp, type Readable, type Site, type StoredShape } from '../op.ts'
import { widened } from '../parts.ts'
import { around } from '../rows.ts'
import { functionOf, pixel, termAt } from '../terms.ts'
import { nonMaximumScratch } from './scratch.ts'

const label = 'Non-maximum suppression'

export function nonMaximumShape(x: ImageShape, y: ImageShape): ImageShape {
  requireImage(label, x)
  requireImage(label, y)
  requireSameSize(x, y)
  if (x.channels !== y.channels)
    throw unsupported(
      label,
      `derivatives of ${x.channels} and ${y.channels} channels`,
      'two pictures of the same channels: "x" and "y" of one Sobel node',
    )
  const { range: _, ...shape } = shapeOf(x)
  return { ...shape, channels: 1, space: 'data', alpha: false }
}

/** All channels of both derivatives, of the pixel and its eight neighbours. */
function sitesOf({ y, x }: At, shape: StoredShape | undefined): readonly Site[] {
  if (shape?.kind !== 'image') return []
  const sites: Site[] = []
  for (let v = Math.max(0, y - 1); v <= Math.min(shape.height - 1, y + 1); v++)
    for (let u = Math.max(0, x - 1); u <= Math.min(shape.width - 1, x + 1); u++)
      for (let c = 0; c < shape.channels; c++) sites.push(pixel(v, u, c, 0), pixel(v, u, c, 1))
  return sites
}

const f = Math.fround

/** The result at one pixel, in the arithmetic of the kernel: equal neighbours decide. */
function thinned({ y, x }: At, gradX: Readable | undefined, gradY: Readable | undefined): number {
  const shape = gradX?.shape
  if (shape?.kind !== 'image' || !gradX || !gradY) return Number.NaN
  const slope = (v: number, u: number): readonly [gx: number, gy: number, square: number] => {
    if (v < 0 || u < 0 || v >= shape.height || u >= shape.width) return [0, 0, 0]
    const of = (c: number) => {
      const [gx, gy] = [gradX.at(v, u, c), gradY.at(v, u, c)]
      return [gx, gy, f(f(gx * gx) + f(gy * gy))] as const
    }
    let best = of(0)
    for (let c = 1; c < shape.channels; c++) if (of(c)[2] > best[2]) best = of(c)
    return best
  }
  const [gx, gy, m] = slope(y, x)
  const [ax, ay] = [Math.abs(gx), Math.abs(gy)]
  const level = ay < f(ax * f(0.41421356237309503))
  const upright = ay > f(ax * f(2.414213562373095))
  const [dx, dy] = level ? [1, 0] : upright ? [0, 1] : gx < 0 !== gy < 0 ? [-1, 1] : [1, 1]
  const before = slope(y - dy, x - dx)[2]
  const after = slope(y + dy, x + dx)[2]
  return m > before && (m > after || ((level || upright) && m >= after)) ? Math.sqrt(m) : 0
}

/**
 * The magnitude √(x² + y²) where it is the largest of the three pixels across the edge, else 0; outside the picture there is no
 * slope. Of several channels the one that slopes most counts. Of two equal ones in a row or column the first stays, on a diagonal
 * neither does.
 *
 * Two images (H, W, C) float32, the derivatives to the right and down, in; an image (H, W, 1) of data out.
 * @throws shape.mismatch, op.unsupported for pictures of other sizes or channels
 * @see OpenCV Canny (L2gradient); J. Canny 1986
 */
export const nonMaximum = defineOp<readonly [ImageValue, ImageValue], object, ImageValue>({
  name: 'nonMaximum',
  nonFinite:
    'Comparisons as those of C and NumPy: nothing is larger than NaN, and NaN than nothing; one infinity stays.',
  async cpu(context, [x, y]) {
    const out = context.image(nonMaximumShape(x, y))
    const { width, height, channels } = x
    const rows = around(1, 1, height, 'constant')
    await context.device.dispatch({
      kernel: 'nonMaximum',
      args: [context.address(x), context.address(y), width, height, channels, context.address(out)],
      rows: height,
      reads: [context.reading(x, rows), context.reading(y, rows)],
      scratch: nonMaximumScratch(width),
    })
    return out
  },
  async gpu(context, [x, y]) {
    const out = await context.image(nonMaximumShape(x, y))
    const { width, height, channels } = x
    await context.dispatch({
      kernel: 'canny/nonMaximum',
      params: [width, height, channels],
      buffers: [context.block(x), context.block(y), context.block(out)],
      groups: [cover(width, 16), cover(height, 16)],
    })
    return out
  },
  reach: (at, [shape]) => sitesOf(at, shape),
  local: true,
  needs: (part, [image]) => [0, 1].flatMap(() => widened(part, image, { x: 1, y: 1 }, 'constant')),
  terms: (at, inputs) =>
    functionOf(
      sitesOf(at, inputs[0]?.shape).map((site) => termAt(inputs, site)),
      '√(x² + y²) if it is the largest across the edge, else 0',
      thinned(at, inputs[0], inputs[1]),
    ),
})
