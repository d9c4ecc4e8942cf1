/** Sobel's derivatives, with magnitude and direction in the same pass (cv2.Sobel, cv2.cartToPolar). */
import type { Block } from '../../gpu/buffers.ts'
import { cover } from '../../gpu/device.ts'
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { type BorderMode, borderCode } from '../border.ts'
import { requireImage, shapeOf, unsupported } from '../check.ts'
import { angle } from '../expr.ts'
import { type At, defineOp, type Readable, type Site, type StoredShape, type Terms } from '../op.ts'
import { widened } from '../parts.ts'
import { around } from '../rows.ts'
import { distinct, functionOf, neighbours, recombine, sitesOf, sumOf, termAt, weigh } from '../terms.ts'
import { sobelScratch } from './scratch.ts'

export const sobelOutputs = ['x', 'y', 'magnitude', 'direction'] as const
export type SobelOutput = (typeof sobelOutputs)[number]

export interface SobelParams {
  readonly border: BorderMode
  /** What to compute; the rest costs nothing. */
  readonly outputs: readonly SobelOutput[]
}

const label = 'Sobel'

/** The 3 × 3 weights of both derivatives, as cv2.getDerivKernels has them, not normalised. */
const dx = [
  [-1, 0, 1],
  [-2, 0, 2],
  [-1, 0, 1],
]
const dy = [
  [-1, -2, -1],
  [0, 0, 0],
  [1, 2, 1],
]

/** Degrees, 0 ≤ angle < 360, clockwise from the right, as y points down; 0 where there is no gradient. */
function degrees(y: number, x: number): number {
  const turn = (angle(y, x) * 180) / Math.PI
  return turn < 0 ? turn + 360 : turn
}

function explain(at: At, inputs: readonly Readable[], border: BorderMode): Terms {
  const shape = inputs[0]?.shape
  const x = weigh(neighbours(at, shape, dx, border), inputs, 0)
  const y = weigh(neighbours(at, shape, dy, border), inputs, 0)
  if (at.output === 'x') return sumOf(x)
  if (at.output === 'y') return sumOf(y)
  const [gx, gy] = [recombine(sumOf(x)), recombine(sumOf(y))]
  const sites = window(at, shape, border).map((from) => termAt(inputs, from))
  const parts = { x: sumOf(x), y: sumOf(y) }
  return at.output === 'direction'
    ? functionOf(sites, 'atan2(y, x) in degrees', degrees(gy, gx), parts)
    : functionOf(sites, '√(x² + y²)', Math.sqrt(gx * gx + gy * gy), parts)
}

/** The sites of one derivative, or of both. */
function window(at: At, shape: StoredShape | undefined, border: BorderMode): readonly Site[] {
  const masks = at.output === 'x' ? [dx] : at.output === 'y' ? [dy] : [dx, dy]
  return distinct(masks.flatMap((mask) => sitesOf(neighbours(at, shape, mask, border))))
}

function check(image: ImageShape, outputs: readonly SobelOutput[]): void {
  requireImage(label, image)
  if (outputs.length === 0) throw unsupported(label, 'no outputs', `some of ${sobelOutputs.join(', ')}`)
}

const outputShape = (image: ImageShape, output: SobelOutput): ImageShape => {
  const { range: _, ...shape } = shapeOf(image)
  const data = { ...shape, space: 'data', alpha: false } as const
  return output === 'direction' ? { ...data, range: [0, 360] } : data
}

/**
 * The 3 × 3 Sobel operator of each channel, not normalised: `x` (to the right), `y` (down), `magnitude` √(x² + y²) and
 * `direction` atan2(y, x) in degrees, 0 ≤ direction < 360, to 0.0002°; 0 where there is no gradient.
 *
 * Image (H, W, C) float32, any C, in; for each of `outputs` an image of the same size and channels, in `data`, out. Border:
 * any of OpenCV's five (constant: 0).
 * @throws op.unsupported when no output is asked for
 * @see OpenCV Sobel (ksize 3, scale 1), cartToPolar
 */
export const sobel = defineOp<readonly [ImageValue], SobelParams, Readonly<Partial<Record<SobelOutput, ImageValue>>>>({
  name: 'sobel',
  nonFinite:
    'The sums of cv2.Sobel, whose weights of 0 read nothing; the magnitude as cv2.magnitude: √(x² + y²), NaN where either is.',
  async cpu(context, [image], { border, outputs }) {
    check(image, outputs)
    const { width, height, channels } = image
    const made: Partial<Record<SobelOutput, ImageValue>> = {}
    for (const output of outputs) made[output] = context.image(outputShape(image, output))
    const addresses = sobelOutputs.map((output) => {
      const out = made[output]
      return out ? context.address(out) : 0
    })
    await context.device.dispatch({
      kernel: 'sobel',
      args: [context.address(image), width, height, channels, borderCode(border), 0, ...addresses],
      rows: height,
      reads: [context.reading(image, around(1, 1, height, border))],
      scratch: sobelScratch(width, channels),
    })
    return made
  },
  async gpu(context, [image], { border, outputs }) {
    check(image, outputs)
    const { width, height, channels } = image
    const made: Partial<Record<SobelOutput, ImageValue>> = {}
    for (const output of outputs) made[output] = await context.image(outputShape(image, output))
    const targets: Block[] = []
    for (const output of sobelOutputs) {
      const out = made[output]
      // Of what is not wanted: somewhere else each, as what is written must not overlap.
      targets.push(out ? context.block(out) : await context.temporary(4))
    }
    const wanted = sobelOutputs.reduce((bits, output, i) => bits | (made[output] ? 1 << i : 0), 0)
    await context.dispatch({
      kernel: 'sobel/sobel',
      constants: { WANTED: wanted },
      params: [width, height, channels, borderCode(border)],
      buffers: [context.block(image), ...targets],
      groups: [cover(width, 16), cover(height, 16) * channels],
    })
    return made
  },
  reach: (at, [image], { border }) => window(at, image, border),
  local: true,
  needs: (part, [image], { border }) => widened(part, image, { x: 1, y: 1 }, border),
  terms: (at, inputs, { border }) => explain(at, inputs, border),
})
