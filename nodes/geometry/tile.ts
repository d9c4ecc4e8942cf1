import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type Warp, warped, warpedShape } from '../warp.ts'

interface Given {
  readonly columns: number
  readonly rows: number
  readonly mirror: boolean
}

const warpOf = ({ width, height }: ImageShape, { columns, rows, mirror }: Given): Warp => ({
  ...{ matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], width: width * columns, height: height * rows },
  ...{ method: 'nearest', border: mirror ? 'reflect' : 'wrap', fill: 0 },
})

const times = (label: string, help: string) => param.integer({ default: 2, min: 1, max: 64, soft: [1, 8], label, help })

/** Repeats a picture. Image (H, W, C) in; (rows · H, columns · W, C) out. */
export const tile = defineNode({
  type: 'geometry/tile',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Tile',
  alias: 'np.tile, cv2.repeat',
  keywords: ['repeat', 'texture', 'pattern', 'seamless', 'wallpaper', 'mirror', 'mosaic'],
  summary: 'Repeats the picture side by side and below itself.',
  inputs: { image: socket.image() },
  params: {
    columns: times('Across', 'How many times side by side.'),
    rows: times('Down', 'How many times below each other.'),
    mirror: param.boolean({
      default: false,
      label: 'Mirror every other one',
      help: 'So that no edges show where they meet.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, ...given }) => (image ? { image: warpedShape(image, warpOf(image, given)) } : {}),
  run: async ({ image, ...given }, { ops }) => ({ image: await warped(ops, image, warpOf(image, given)) }),
  explain: {
    idea: 'The picture is laid down again and again like tiles on a floor. Where its edges do not match, one sees them; mirrored, they always do.',
    formula: {
      by: 'mirror',
      of: {
        false: String.raw`I'(y, x) = I(y \bmod H,\ x \bmod W)`,
        true: String.raw`I'(y, x) = I(m_H(y),\ m_W(x)), \qquad m_n(i) = \min(i \bmod 2n,\ 2n - 1 - i \bmod 2n)`,
      },
    },
    reference: 'numpy.tile; OpenCV repeat.',
    code: {
      by: 'mirror',
      of: {
        false: 'np.tile(image, ({rows}, {columns}, 1))',
        true: 'h, w = image.shape[:2]; np.pad(image, ((0, h * ({rows} - 1)), (0, w * ({columns} - 1)), (0, 0)), "symmetric")',
      },
    },
  },
})
