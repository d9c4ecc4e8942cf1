import { defineNode } from '../../engine/graph/node.ts'
import { shapeOf } from '../../engine/ops/check.ts'
import { resizeMethods } from '../../engine/ops/resize/axis.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { averageSeen } from '../alpha.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** The size itself, or the largest of the picture's proportions that fits into it. */
function sizeOf(image: ImageShape, { width, height }: Size, keep: boolean): Size {
  if (!keep) return { width, height }
  const scale = Math.min(width / image.width, height / image.height)
  const side = (length: number): number => Math.max(1, Math.round(length * scale))
  return { width: side(image.width), height: side(image.height) }
}

const side = (name: string, value: number) =>
  param.integer({
    default: value,
    min: 1,
    max: 65535,
    soft: [1, 4096],
    unit: 'px',
    label: name,
    help: `${name} of the result, or the most it may be where proportions are kept.`,
  })

/** Resizes. Image (H, W, C) float32 in; (height, width, C) out. */
export const resize = defineNode({
  type: 'geometry/resize',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Resize',
  alias: 'cv2.resize',
  keywords: [
    'scale',
    'size',
    'shrink',
    'enlarge',
    'zoom',
    'interpolate',
    'resample',
    'bilinear',
    'bicubic',
    'thumbnail',
  ],
  summary: 'Gives the picture another size.',
  basic: true,
  inputs: { image: socket.image() },
  params: {
    width: side('Width', 640),
    height: side('Height', 480),
    keep: param.boolean({
      default: true,
      label: 'Keep proportions',
      help: 'The picture becomes as large as fits into width × height. Off: it is stretched to exactly that.',
    }),
    method: param.choice({
      default: 'bilinear',
      of: resizeMethods,
      names: { nearest: 'Nearest', bilinear: 'Bilinear', bicubic: 'Bicubic', area: 'Area average' },
      label: 'Method',
      help: 'Area average is best for shrinking, bicubic for enlarging, nearest for masks. Bilinear and bicubic do not smooth when they shrink.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, width, height, keep }) =>
    image ? { image: { ...shapeOf(image), ...sizeOf(image, { width, height }, keep) } } : {},
  run: async ({ image, width, height, keep, method }, { ops }) => ({
    image: await averageSeen(ops, image, (picture) =>
      ops.resize(picture, { ...sizeOf(image, { width, height }, keep), method }),
    ),
  }),
  explain: {
    idea: 'Each pixel of the new picture looks up where it comes from in the old one, which is seldom exactly on a pixel, and mixes what is around there.',
    formula: {
      by: 'keep',
      of: {
        true: String.raw`s = \min\left(\frac{\param{width}{W'}}{W},\ \frac{\param{height}{H'}}{H}\right), \qquad x_{\text{src}} = \frac{x + \tfrac12}{s} - \tfrac12, \qquad I'(x) = \sum_k w_k(x_{\text{src}})\, I(k)`,
        false: String.raw`x_{\text{src}} = \left(x + \tfrac12\right) \frac{W}{\param{width}{W'}} - \tfrac12, \qquad I'(x) = \sum_k w_k(x_{\text{src}})\, I(k)`,
      },
    },
    reference:
      'OpenCV resize: INTER_NEAREST, INTER_LINEAR, INTER_CUBIC (A = −0.75) and INTER_AREA; chapter 6.1 (T.Resize).',
    code: {
      by: 'keep',
      of: {
        true: 's = min({width} / image.shape[1], {height} / image.shape[0]); cv2.resize(image, None, fx=s, fy=s, interpolation={method})',
        false: 'cv2.resize(image, ({width}, {height}), interpolation={method})',
      },
    },
    words: {
      method: {
        nearest: 'cv2.INTER_NEAREST',
        bilinear: 'cv2.INTER_LINEAR',
        bicubic: 'cv2.INTER_CUBIC',
        area: 'cv2.INTER_AREA',
      },
    },
    laws: [{ change: { width: 'down', height: 'down' }, measure: 'pixels', expect: 'down' }],
  },
})
