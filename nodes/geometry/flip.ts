import { defineNode } from '../../engine/graph/node.ts'
import { shapeOf } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { warped } from '../warp.ts'

/** Mirrors a picture. Image (H, W, C) float32 in, the same shape out; the numbers are copied as they are. */
export const flip = defineNode({
  type: 'geometry/flip',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Flip',
  alias: 'cv2.flip',
  keywords: ['mirror', 'reflect', 'left', 'right', 'upside down', 'augment', 'selfie'],
  summary: 'Mirrors the picture: left and right, or top and bottom.',
  basic: true,
  inputs: { image: socket.image() },
  params: {
    direction: param.choice({
      default: 'horizontal',
      of: ['horizontal', 'vertical', 'both'],
      names: { horizontal: 'Left and right', vertical: 'Top and bottom', both: 'Both' },
      label: 'What changes places',
      help: 'Both is the same as half a turn.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image }) => (image ? { image: shapeOf(image) } : {}),
  run: async ({ image, direction }, { ops }) => {
    const { width, height } = image
    const [a, c] = direction === 'vertical' ? [1, 0] : [-1, width]
    const [e, f] = direction === 'horizontal' ? [1, 0] : [-1, height]
    const matrix = [a, 0, c, 0, e, f, 0, 0, 1] as const
    const how = { width, height, method: 'nearest', border: 'replicate', fill: 0 } as const
    return { image: await warped(ops, image, { matrix, ...how }) }
  },
  explain: {
    idea: 'Every row is read from its other end, or the rows from the last to the first; the numbers stay as they are.',
    formula: {
      by: 'direction',
      of: {
        horizontal: String.raw`I'(y, x) = I(y,\ W - 1 - x)`,
        vertical: String.raw`I'(y, x) = I(H - 1 - y,\ x)`,
        both: String.raw`I'(y, x) = I(H - 1 - y,\ W - 1 - x)`,
      },
    },
    reference: 'OpenCV flip; chapter 6.1 (T.RandomHorizontalFlip).',
    code: 'cv2.flip(image, {direction})',
    words: { direction: { horizontal: '1', vertical: '0', both: '-1' } },
  },
})
