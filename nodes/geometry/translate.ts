import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { shift } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type Warp, warped, warpedShape, warpFlags, warpParams, warpWords } from '../warp.ts'

interface Given extends Pick<Warp, 'method' | 'border' | 'fill'> {
  readonly x: number
  readonly y: number
}

const warpOf = ({ width, height }: ImageShape, { x, y, ...how }: Given): Warp => ({
  ...{ matrix: shift(-x, -y), width, height, ...how },
})

const by = (label: string, help: string) =>
  param.number({ default: 16, min: -65535, max: 65535, soft: [-256, 256], step: 1, unit: 'px', label, help })

/** Moves a picture. Image (H, W, C) in, the same shape out. */
export const translate = defineNode({
  type: 'geometry/translate',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Translate',
  alias: 'cv2.warpAffine, np.roll',
  keywords: ['move', 'shift', 'offset', 'displace', 'roll', 'pan', 'subpixel', 'augment'],
  summary: 'Moves the picture, by whole pixels or parts of them.',
  inputs: { image: socket.image() },
  params: {
    x: by('To the right', 'How far it moves; a negative number moves it to the left.'),
    y: by('Down', 'How far it moves; a negative number moves it up.'),
    ...warpParams,
  },
  outputs: { image: socket.image() },
  shape: ({ image, ...given }) => (image ? { image: warpedShape(image, warpOf(image, given)) } : {}),
  run: async ({ image, ...given }, { ops }) => ({ image: await warped(ops, image, warpOf(image, given)) }),
  explain: {
    idea: 'Each pixel of the new picture is read a little to the left and above. By parts of a pixel it mixes what is around that place.',
    formula: String.raw`I'(y, x) = I(y - \param{y}{d_y},\ x - \param{x}{d_x})`,
    reference: 'OpenCV warpAffine; np.roll for whole pixels with border "wrap around".',
    code: `h, w = image.shape[:2]; M = np.float64([[1, 0, {x}], [0, 1, {y}]]); cv2.warpAffine(image, M, (w, h), ${warpFlags})`,
    words: warpWords,
  },
})
