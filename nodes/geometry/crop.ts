import { defineNode } from '../../engine/graph/node.ts'
import { shapeOf } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The rectangle with its open sides filled in. Throws `shape.out-of-bounds` if it leaves the picture. */
function rectangleOf(image: ImageShape, { x, y, width, height }: Rectangle): Rectangle {
  const whole = { x, y, width: width || image.width - x, height: height || image.height - y }
  if (x >= image.width || y >= image.height || x + whole.width > image.width || y + whole.height > image.height)
    throw new SightlineError('shape.out-of-bounds', {
      what: 'The rectangle',
      given: `${whole.width} × ${whole.height} from x ${x}, y ${y}`,
      size: `${image.width} × ${image.height} pixels`,
    })
  return whole
}

/** In a smaller picture the sides are rounded, and may end up one pixel outside. */
function drafted(image: ImageShape, { x, y, width, height }: Rectangle): Rectangle {
  const left = Math.min(x, image.width - 1)
  const top = Math.min(y, image.height - 1)
  return { x: left, y: top, width: Math.min(width, image.width - left), height: Math.min(height, image.height - top) }
}

const edge = (label: string, help: string) =>
  param.integer({ default: 0, min: 0, max: 65535, soft: [0, 4096], unit: 'px', label, help })

/** A rectangle of the picture. Image (H, W, C) float32 in; (height, width, C) out. */
export const crop = defineNode({
  type: 'geometry/crop',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Crop',
  alias: 'image[y:y+h, x:x+w]',
  keywords: ['cut', 'slice', 'region', 'roi', 'trim', 'window', 'patch', 'rectangle'],
  summary: 'Cuts a rectangle out of the picture.',
  basic: true,
  inputs: { image: socket.image() },
  params: {
    x: edge('Left', 'Pixels that are left out on the left.'),
    y: edge('Top', 'Pixels that are left out at the top.'),
    width: edge('Width', 'Of the rectangle; 0 goes as far as the picture does.'),
    height: edge('Height', 'Of the rectangle; 0 goes as far as the picture does.'),
  },
  outputs: { image: socket.image() },
  handles: [{ kind: 'box', over: 'image', params: { x: 'x', y: 'y', width: 'width', height: 'height' }, open: true }],
  shape: ({ image, ...rectangle }) => {
    if (!image) return {}
    const { width, height } = rectangleOf(image, rectangle)
    return { image: { ...shapeOf(image), width, height } }
  },
  run: async ({ image, ...rectangle }, { ops, scale }) => ({
    image: await ops.crop(image, rectangleOf(image, scale < 1 ? drafted(image, rectangle) : rectangle)),
  }),
  explain: {
    idea: 'Only the rows and columns of the rectangle are kept; their numbers stay as they are.',
    formula: String.raw`I'(y, x) = I(y + \param{y}{y_0},\ x + \param{x}{x_0}), \qquad 0 \le y < h,\ 0 \le x < w`,
    reference: 'NumPy slicing; chapter 6.1: an image is an array.',
    code: 'image[{y}:, {x}:][:{height} or None, :{width} or None]',
    laws: [{ change: { x: 'up', y: 'up' }, measure: 'pixels', expect: 'down' }],
  },
})
