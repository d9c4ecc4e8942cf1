import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { add, clamp, div, expr, greater, mul, select, sub } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { type Homography, product, shift } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { opaque } from '../alpha.ts'
import { inverted, type Matrix3, moved } from '../homography.ts'

/** Of the result. */
const mostPixels = 64_000_000

interface Canvas {
  /** Where the first picture's corner lies in it. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The rectangle around both pictures. @param back from places of the other picture to those of the first */
function canvasOf(image: ImageShape, other: ImageShape, back: Matrix3): Canvas {
  const corners = [0, other.width].flatMap((x) => [0, other.height].map((y) => [x, y] as const))
  const [, , , , , , g = 0, h = 0, l = 0] = back
  // On the other side of the horizon a corner would come out mirrored.
  const sides = corners.map(([x, y]) => Math.sign(g * x + h * y + l))
  const places = corners.map(([x, y]) => moved(back, x, y))
  if (new Set(sides).size > 1 || sides[0] === 0 || !places.flat().every(Number.isFinite))
    throw new SightlineError('stitch.horizon', {})
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)]
  const [left, top] = [Math.floor(Math.min(0, ...xs)), Math.floor(Math.min(0, ...ys))]
  const width = Math.ceil(Math.max(image.width, ...xs)) - left
  const height = Math.ceil(Math.max(image.height, ...ys)) - top
  if (width * height > mostPixels || width > 65535 || height > 65535)
    throw new SightlineError('stitch.size', { width, height, most: mostPixels / 1e6 })
  return { x: -left, y: -top, width, height }
}

/** How far each pixel is from the nearest edge of its picture, at least 1. */
async function depthOf(ops: Ops, { width, height }: ImageShape): Promise<ImageValue> {
  const shape = { kind: 'image', width, height, channels: 1, space: 'data', alpha: false } as const
  const numbers = new Float32Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) numbers[y * width + x] = 1 + Math.min(x, y, width - 1 - x, height - 1 - y)
  return (await ops.fromNumbers({ shape, numbers })) as ImageValue
}

/**
 * Two pictures of one plane, or from one place, as one. Images (H, W, C) and (h, w, C), and the matrix (3, 3) from places of the first
 * to those of the other, in; an image that holds both, black where neither is, out.
 */
export const stitch = defineNode({
  type: 'geometry/stitch',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Stitch',
  alias: 'cv2.Stitcher',
  keywords: ['panorama', 'mosaic', 'homography', 'join', 'blend', 'warpPerspective', 'overlap', 'seam'],
  summary: 'Lays a second picture over the first as a homography says, and blends them.',
  inputs: {
    image: socket.image(),
    other: socket.image({ help: 'With the same channels. Its size may be another.' }),
    matrix: socket.tensor({ axes: ['HW'], help: 'From "Homography", whose first keypoints are those of "image".' }),
  },
  params: {
    blend: param.number({
      default: 40,
      min: 0,
      max: 10_000,
      soft: [0, 200],
      unit: 'px',
      label: 'Blend',
      help: 'How wide the passage from one picture to the other is. 0: a hard seam.',
    }),
  },
  outputs: { image: socket.image() },
  run: async ({ image, other, matrix, blend }, { ops }) => {
    if (matrix.shape.join() !== '3,3') throw unsupported('Stitch', `a matrix of ${matrix.shape.join(' × ')}`, '3 × 3')
    const there = Array.from(await ops.read(matrix, {}))
    const back = inverted(there)
    if (!back) throw new SightlineError('stitch.horizon', {})
    const canvas = canvasOf(image, other, back)
    const size = { width: canvas.width, height: canvas.height, method: 'bilinear', border: 'constant' } as const
    const toFirst = shift(-canvas.x, -canvas.y)
    const toOther = product(there as unknown as Homography, toFirst)
    const [a, b] = [await opaque(ops, image), await opaque(ops, other)]
    const [first, second] = [
      await ops.warp(a, { ...size, matrix: toFirst }),
      await ops.warp(b, { ...size, matrix: toOther }),
    ]
    // Nearest, so that outside it is exactly 0, and inside at least 1.
    const sharp = { ...size, method: 'nearest' } as const
    const near = await ops.warp(await depthOf(ops, image), { ...sharp, matrix: toFirst })
    const far = await ops.warp(await depthOf(ops, other), { ...sharp, matrix: toOther })
    // Along the line that is as deep in the one as in the other.
    const mixed = expr((u, v, p, q) => {
      const part = clamp(add(div(sub(p, q), Math.max(blend, 1)), 0.5), 0, 1)
      const both = add(mul(u, part), mul(v, sub(1, part)))
      return select(greater(p, 0), select(greater(q, 0), both, u), select(greater(q, 0), v, 0))
    })
    const { range } = image
    return {
      image: ops.pointwise(first, second, near, far, { formula: mixed, space: image.space, range: range ?? null }),
    }
  },
  explain: {
    idea: 'The matrix says where each pixel of the second picture lies on the first. A canvas around both is filled: where only one picture is, with that one; where both are, with the one whose edge is further away, and gently in between.',
    formula: String.raw`I = t\,A + (1 - t)\,B(Hp), \qquad t = \operatorname{clip}\Bigl(\tfrac12 + \frac{d_A - d_B}{\param{blend}{w}},\ 0,\ 1\Bigr), \quad d: \text{distance to its edge}`,
    reference:
      'R. Szeliski, Image alignment and stitching, 2006, sections 2 and 6; OpenCV warpPerspective; Hartley and Zisserman, Multiple View Geometry.',
    code: 'h, w = image.shape[:2]; panorama = cv2.warpPerspective(other, np.linalg.inv(matrix), (2 * w, h)); panorama[:, :w] = image',
  },
})
