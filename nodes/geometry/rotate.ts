import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { product, shift } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { turn, type Warp, warped, warpedShape, warpFlags, warpParams, warpWords } from '../warp.ts'

interface Given extends Pick<Warp, 'method' | 'border' | 'fill'> {
  readonly angle: number
  readonly size: 'keep' | 'fit'
}

function warpOf(image: ImageShape, { angle, size, ...how }: Given): Warp {
  // Anticlockwise; from the result back to the picture it is clockwise.
  const back = turn(angle)
  const [cos, sin] = [Math.abs(back[0]), Math.abs(back[3])]
  const least = (length: number): number => Math.ceil(length - 1e-6)
  const [width, height] =
    size === 'keep'
      ? [image.width, image.height]
      : [least(cos * image.width + sin * image.height), least(sin * image.width + cos * image.height)]
  const matrix = product(shift(image.width / 2, image.height / 2), product(back, shift(-width / 2, -height / 2)))
  return { matrix, width, height, ...how }
}

/** Turns a picture about its middle. Image (H, W, C) float32 in; the same size, or as large as all of it needs, out. */
export const rotate = defineNode({
  type: 'geometry/rotate',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Rotate',
  alias: 'cv2.getRotationMatrix2D',
  keywords: ['turn', 'rotation', 'angle', 'straighten', 'degrees', 'augment', '90', 'tilt'],
  summary: 'Turns the picture about its middle by any angle.',
  basic: true,
  inputs: { image: socket.image() },
  params: {
    angle: param.number({
      default: 15,
      min: -3600,
      max: 3600,
      soft: [-180, 180],
      step: 1,
      unit: '°',
      label: 'Angle',
      help: 'Anticlockwise, as in OpenCV.',
    }),
    size: param.choice({
      default: 'keep',
      of: ['keep', 'fit'],
      names: { keep: 'Stays, corners are cut off', fit: 'Grows, so that all is seen' },
      label: 'Size',
      help: 'A turned picture needs more room than it had.',
    }),
    ...warpParams,
  },
  outputs: { image: socket.image() },
  shape: ({ image, ...given }) => (image ? { image: warpedShape(image, warpOf(image, given)) } : {}),
  run: async ({ image, ...given }, { ops }) => ({ image: await warped(ops, image, warpOf(image, given)) }),
  explain: {
    idea: 'Each pixel of the new picture is turned back to where it was in the old one, seldom exactly on a pixel, and mixes what is around there.',
    formula: String.raw`\begin{pmatrix} x \\ y \end{pmatrix} = \begin{pmatrix} \cos \param{angle}{\alpha} & -\sin \alpha \\ \sin \alpha & \cos \alpha \end{pmatrix} \begin{pmatrix} x' - c_x' \\ y' - c_y' \end{pmatrix} + \begin{pmatrix} c_x \\ c_y \end{pmatrix}`,
    reference: 'OpenCV getRotationMatrix2D and warpAffine; chapter 6.1 (T.RandomRotation).',
    code: {
      by: 'size',
      of: {
        keep: `h, w = image.shape[:2]; M = cv2.getRotationMatrix2D(((w - 1) / 2, (h - 1) / 2), {angle}, 1); cv2.warpAffine(image, M, (w, h), ${warpFlags})`,
        fit: `h, w = image.shape[:2]; M = cv2.getRotationMatrix2D(((w - 1) / 2, (h - 1) / 2), {angle}, 1); c, s = abs(M[0, 0]), abs(M[0, 1]); W, H = (int(np.ceil(v - 1e-6)) for v in (c * w + s * h, s * w + c * h)); M[:, 2] += (W - w) / 2, (H - h) / 2; cv2.warpAffine(image, M, (W, H), ${warpFlags})`,
      },
    },
    words: warpWords,
  },
})
