import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { shift } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type Warp, warped, warpedShape, warpParams, warpWords } from '../warp.ts'

interface Given extends Pick<Warp, 'border' | 'fill'> {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const warpOf = ({ width, height }: ImageShape, { left, right, top, bottom, ...how }: Given): Warp => ({
  ...{ matrix: shift(-left, -top), width: width + left + right, height: height + top + bottom, method: 'nearest' },
  ...how,
})

const side = (label: string, help: string) =>
  param.integer({ default: 32, min: 0, max: 16384, soft: [0, 256], unit: 'px', label, help })

/** Puts a border around a picture. Image (H, W, C) in; (top + H + bottom, left + W + right, C) out. */
export const pad = defineNode({
  type: 'geometry/pad',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Pad',
  alias: 'cv2.copyMakeBorder',
  keywords: ['border', 'margin', 'frame', 'extend', 'canvas', 'np.pad', 'reflect', 'enlarge', 'letterbox'],
  summary: 'Puts a border around the picture.',
  inputs: { image: socket.image() },
  params: {
    left: side('Left', 'Pixels that are added on the left.'),
    right: side('Right', 'Pixels that are added on the right.'),
    top: side('Top', 'Pixels that are added at the top.'),
    bottom: side('Bottom', 'Pixels that are added at the bottom.'),
    border: warpParams.border,
    fill: warpParams.fill,
  },
  outputs: { image: socket.image() },
  shape: ({ image, ...given }) => (image ? { image: warpedShape(image, warpOf(image, given)) } : {}),
  run: async ({ image, ...given }, { ops }) => ({ image: await warped(ops, image, warpOf(image, given)) }),
  explain: {
    idea: 'The picture becomes larger, and the room around it is filled: with one shade, with its own edge, mirrored, or with what is at the other end.',
    formula: String.raw`I'(y, x) = I(y - \param{top}{t},\ x - \param{left}{l}) \quad \text{inside, outside as the border says}`,
    reference: 'OpenCV copyMakeBorder; np.pad.',
    code: 'cv2.copyMakeBorder(image, {top}, {bottom}, {left}, {right}, {border}, value=({fill},) * 4)',
    words: { border: warpWords.border },
  },
})
