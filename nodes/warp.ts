/** What the nodes that turn, shear and straighten pictures have in common. Matrices go from places of the result to the picture. */
import { borderModes } from '../engine/ops/border.ts'
import { type WarpParams, warpShape } from '../engine/ops/warp/op.ts'
import { warpMethods } from '../engine/ops/warp/place.ts'
import type { Ops } from '../engine/types/ops.ts'
import { param } from '../engine/types/param.ts'
import type { ImageShape, ImageValue } from '../engine/values/index.ts'
import { type Homography, product, shift } from '../engine/values/placement.ts'
import { averageSeen } from './alpha.ts'

export const warpParams = {
  method: param.choice({
    default: 'bilinear',
    of: warpMethods,
    names: { nearest: 'Nearest', bilinear: 'Bilinear' },
    label: 'Method',
    help: 'Nearest takes one pixel, for masks; bilinear mixes the four around a place. Neither smooths what becomes smaller.',
  }),
  border: param.choice({
    default: 'constant',
    of: borderModes,
    names: {
      constant: 'One shade',
      replicate: 'Repeat the edge',
      reflect: 'Mirror',
      wrap: 'Wrap around',
      reflect101: 'Mirror, edge once',
    },
    label: 'Beyond the edge',
    help: 'What stands where the result reaches outside the picture.',
  }),
  fill: param.number({
    default: 0,
    min: 0,
    max: 1,
    label: 'Shade',
    help: 'What stands there, in every channel: 0 black, 1 white.',
    when: { param: 'border', is: ['constant'] },
  }),
}

export const warpWords = {
  method: { nearest: 'cv2.INTER_NEAREST', bilinear: 'cv2.INTER_LINEAR' },
  border: {
    constant: 'cv2.BORDER_CONSTANT',
    replicate: 'cv2.BORDER_REPLICATE',
    reflect: 'cv2.BORDER_REFLECT',
    wrap: 'cv2.BORDER_WRAP',
    reflect101: 'cv2.BORDER_REFLECT_101',
  },
} as const
/** The last arguments of OpenCV's calls, after the size. */
export const warpFlags = 'flags={method}, borderMode={border}, borderValue=({fill},) * 4'

export interface Warp extends Pick<WarpParams, 'width' | 'height' | 'method' | 'border'> {
  readonly matrix: Homography
  readonly fill: number
}

/** Places count from the corner of the first pixel, an op's from its middle. */
const paramsOf = ({ matrix, fill, width, height, method, border }: Warp): WarpParams => ({
  ...{ width, height, method, border, value: fill },
  matrix: product(shift(-0.5, -0.5), product(matrix, shift(0.5, 0.5))),
})

export const warpedShape = (image: ImageShape, warp: Warp): ImageShape => warpShape(image, paramsOf(warp))

/** What stands outside is opaque. */
export const warped = (ops: Ops, image: ImageValue, warp: Warp): Promise<ImageValue> =>
  averageSeen(ops, image, (picture, outside) =>
    ops.warp(picture, { ...paramsOf(warp), value: outside === 1 ? 1 : warp.fill }),
  )

/** Clockwise about (0, 0); quarter turns to the last bit. */
export function turn(degrees: number): Homography {
  const quarter = degrees / 90
  const whole = Number.isInteger(quarter) ? ((quarter % 4) + 4) % 4 : undefined
  const angle = (degrees * Math.PI) / 180
  const cos = whole === undefined ? Math.cos(angle) : ([1, 0, -1, 0][whole] ?? 1)
  const sin = whole === undefined ? Math.sin(angle) : ([0, 1, 0, -1][whole] ?? 0)
  return [cos, -sin, 0, sin, cos, 0, 0, 0, 1]
}

/** A rectangle that may be turned: its middle, its sides, and how far it is turned clockwise. As cv2.RotatedRect. */
export interface RotatedBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** In degrees. */
  readonly angle: number
}

/** From the places of a picture of `width` × `height` to those that the box covers. */
export function cutOut(
  box: RotatedBox,
  { width, height }: { readonly width: number; readonly height: number },
): Homography {
  const [sx, sy] = [box.width / width, box.height / height]
  const sized: Homography = [sx, 0, -box.width / 2, 0, sy, -box.height / 2, 0, 0, 1]
  return product(shift(box.x, box.y), product(turn(box.angle), sized))
}
