import { defineNode } from '../../engine/graph/node.ts'
import { channelRange } from '../../engine/ops/ranges.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'

const ports = ['first', 'second', 'third', 'fourth'] as const

/** One channel by itself: gray of a gray picture, else data. */
function planeShape(image: ImageShape, index: number): ImageShape {
  if (image.channels === 1) return image
  const { kind, height, width } = image
  const range = channelRange(image, index)
  const space = image.space === 'gray' && index === 0 ? 'gray' : 'data'
  return { kind, height, width, channels: 1, space, alpha: false, ...(range && { range }) }
}

/** Splits a picture into its channels. Image (H, W, 1..4) in; up to four images (H, W, 1) out. */
export const split = defineNode({
  type: 'colour/split',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Split channels',
  alias: 'cv2.split',
  keywords: ['separate', 'extract', 'red', 'green', 'blue', 'hue', 'alpha', 'opacity', 'plane'],
  summary: 'Gives each channel as a picture of its own.',
  basic: true,
  inputs: { image: socket.image({ channels: [1, 2, 3, 4] }) },
  params: {},
  outputs: {
    first: socket.image({ channels: [1], help: 'Red, hue, L or Y, as the colour space has them.' }),
    second: socket.image({ channels: [1], help: 'Green, saturation, a or Cr. Nothing where there is one channel.' }),
    third: socket.image({ channels: [1], help: 'Blue, value, b or Cb. Nothing where there are fewer channels.' }),
    fourth: socket.image({
      channels: [1],
      help: 'Opacity. Nothing where there is none. The other channels have hidden colours too.',
    }),
  },
  shape: ({ image }) =>
    image ? Object.fromEntries(ports.slice(0, image.channels).map((port, c) => [port, planeShape(image, c)])) : {},
  run: ({ image }, { ops, wants }) =>
    Object.fromEntries(
      ports
        .slice(0, image.channels)
        .flatMap((port, index) => (wants(port) ? [[port, ops.channel(image, { index })]] : [])),
    ),
  explain: {
    idea: 'A colour picture is a stack of plain ones, one for each channel. Looked at alone, each shows where its colour is strong.',
    formula: `P_c(y, x) = I(y, x, c)`,
    reference: 'OpenCV split; chapter 6.1, "RGB Image as 3D Tensor".',
    code: 'first, second, third = cv2.split(image)',
  },
})
