import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { expr, sub } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { opaque, opaqueShape, premultiplied } from '../alpha.ts'
import { asData } from '../derivatives.ts'

const taps = [1, 4, 6, 4, 1].map((tap) => tap / 16)
/** Of a picture whose pixels stand twice side by side: with zeros between them, and twice the taps, it would be the same. */
const doubledTaps = [0, 1, 3, 3, 1].map((tap) => tap / 8)
const half = (length: number): number => (length + 1) >> 1

/** cv2.pyrDown: smoothed, then every second pixel. */
async function down(ops: Ops, image: ImageValue): Promise<ImageValue> {
  const smooth = await ops.separable(image, { x: taps, y: taps, border: 'reflect101' })
  return ops.warp(smooth, {
    ...{ matrix: [2, 0, 0, 0, 2, 0, 0, 0, 1], width: half(image.width), height: half(image.height) },
    ...{ method: 'nearest', border: 'replicate' },
  })
}

/** cv2.pyrUp to this size: mirrored at the start, with the last pixel repeated at the end. */
async function up(ops: Ops, image: ImageValue, { width, height }: ImageShape): Promise<ImageValue> {
  const nearest = { method: 'nearest' } as const
  const led = await ops.warp(image, {
    ...{ matrix: [1, 0, -1, 0, 1, -1, 0, 0, 1], width: image.width + 1, height: image.height + 1 },
    ...{ ...nearest, border: 'reflect101' },
  })
  // Two pixels of the one before, and two after the end.
  const twice = await ops.warp(led, {
    ...{ matrix: [0.5, 0, -0.25, 0, 0.5, -0.25, 0, 0, 1], width: width + 4, height: height + 4 },
    ...{ ...nearest, border: 'replicate' },
  })
  const smooth = await ops.separable(twice, { x: doubledTaps, y: doubledTaps, border: 'replicate' })
  return ops.crop(smooth, { x: 2, y: 2, width, height })
}

interface Choice {
  readonly kind: 'gaussian' | 'laplacian'
  readonly levels: number
}

/** The sizes, from the picture's own on, down to one pixel. */
function sizesOf({ width, height }: ImageShape, levels: number): readonly { width: number; height: number }[] {
  const sizes = [{ width, height }]
  for (let last = sizes[0]; last && sizes.length < levels && last.width * last.height > 1; last = sizes.at(-1))
    sizes.push({ width: half(last.width), height: half(last.height) })
  return sizes
}

const isDifference = ({ kind }: Choice, index: number, count: number): boolean =>
  kind === 'laplacian' && index < count - 1

/** A picture at half, a quarter, … of its size. Image (H, W, C) in; a sequence of images, each half as wide and high, out. */
export const pyramid = defineNode({
  type: 'filter/pyramid',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Pyramid',
  alias: 'cv2.pyrDown, pyrUp',
  keywords: [
    'Gaussian pyramid',
    'Laplacian pyramid',
    'scale space',
    'octave',
    'downsample',
    'multiscale',
    'levels',
    'mipmap',
  ],
  summary: 'Halves a picture again and again, or keeps what each halving loses.',
  inputs: { image: socket.image() },
  params: {
    kind: param.choice({
      default: 'gaussian',
      of: ['gaussian', 'laplacian'],
      names: { gaussian: 'Gaussian: the pictures', laplacian: 'Laplacian: the details' },
      label: 'Kind',
      help: 'The Laplacian one keeps of each level what the next one cannot show, and the smallest picture.',
    }),
    levels: param.integer({
      default: 5,
      min: 1,
      max: 16,
      soft: [2, 8],
      label: 'Levels',
      help: 'With the picture itself. It ends at a single pixel.',
    }),
  },
  outputs: { image: socket.sequence({ type: 'image' }) },
  shape: ({ image, levels }) =>
    image ? { image: { kind: 'sequence', element: { kind: 'unknown' }, length: sizesOf(image, levels).length } } : {},
  run: async ({ image, ...choice }, { ops }) => {
    const sizes = sizesOf(image, choice.levels)
    const base = image.alpha ? await premultiplied(ops, image) : image
    const level = async (index: number): Promise<ImageValue> => {
      let made = await opaque(ops, base)
      for (let i = 0; i < index; i++) made = await down(ops, made)
      return made
    }
    return {
      image: {
        kind: 'sequence',
        length: sizes.length,
        element: { kind: 'unknown' },
        labels: sizes.map(({ width, height }) => `${width} × ${height}`),
        at: async (index) => {
          const own = await level(index)
          if (!isDifference(choice, index, sizes.length)) return own
          const coarse = await up(ops, await down(ops, own), opaqueShape(own))
          return ops.pointwise(own, coarse, { formula: expr((a, b) => sub(a, b)), ...asData })
        },
      },
    }
  },
  explain: {
    idea: 'Smoothed a little, every second pixel is enough. Halved a few times, the whole of a picture is a handful of pixels, and what is large becomes small: a detector of one size then finds things of all sizes. The differences between the levels add up to the picture again.',
    formula: String.raw`G_{k+1} = (w * G_k)\downarrow_2, \qquad L_k = G_k - (4\,w * G_{k+1}\uparrow_2), \qquad w = \tfrac{1}{16}\begin{bmatrix} 1 & 4 & 6 & 4 & 1 \end{bmatrix}`,
    reference: 'OpenCV pyrDown and pyrUp; Burt and Adelson, "The Laplacian Pyramid as a Compact Image Code", 1983.',
    code: {
      by: 'kind',
      of: {
        gaussian:
          'levels = [image]\nwhile len(levels) < {levels} and levels[-1].shape[:2] != (1, 1): levels.append(cv2.pyrDown(levels[-1]))',
        laplacian:
          'levels = [image]\nwhile len(levels) < {levels} and levels[-1].shape[:2] != (1, 1): levels.append(cv2.pyrDown(levels[-1]))\nlevels[:-1] = [a - cv2.pyrUp(b, dstsize=a.shape[1::-1]) for a, b in zip(levels, levels[1:])]',
      },
    },
  },
})
