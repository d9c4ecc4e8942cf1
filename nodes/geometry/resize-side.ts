import { defineNode } from '../../engine/graph/node.ts'
import { shapeOf } from '../../engine/ops/check.ts'
import { resizeMethods } from '../../engine/ops/resize/axis.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape, Size } from '../../engine/values/index.ts'
import { placedIn, stretch } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { averageSeen } from '../alpha.ts'

interface Wanted {
  readonly side: 'shorter' | 'longer'
  readonly length: number
  readonly multiple: number
  readonly shrink: boolean
}

/** The size of the result: both sides to the nearest multiple, as PaddleOCR has it. */
function sizeOf({ width, height }: ImageShape, { side, length, multiple, shrink }: Wanted) {
  const given = side === 'shorter' ? Math.min(width, height) : Math.max(width, height)
  const scale = shrink ? Math.min(1, length / given) : length / given
  const fitted = (from: number): number => Math.max(multiple, Math.round((from * scale) / multiple) * multiple)
  return { width: fitted(width), height: fitted(height) }
}

/** All of the picture lies in the result, so that boxes that are found there can be mapped back. */
const placementOf = (image: ImageShape, { width, height }: Size) =>
  placedIn(image, stretch(image.width / width, image.height / height))

/**
 * Resizes so that one side has a given length. Image (H, W, C) float32 in; (H', W', C) out, both sides multiples of `multiple`, so
 * that proportions change by up to half of that. The result remembers its source (`placement`).
 */
export const resizeSide = defineNode({
  type: 'geometry/resize-side',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Resize a side',
  alias: 'torchvision.transforms.Resize',
  keywords: ['shorter side', 'longer side', 'multiple', 'divisible', 'stride', 'scale', 'preprocess', 'network', 'fit'],
  summary: 'Resizes so that the shorter or the longer side has a given length, in steps that a network can take.',
  inputs: { image: socket.image() },
  params: {
    side: param.choice({
      default: 'shorter',
      of: ['shorter', 'longer'],
      names: { shorter: 'Shorter side', longer: 'Longer side' },
      label: 'Side',
      help: 'The side that gets the length. The other one follows in proportion.',
    }),
    length: param.integer({
      default: 512,
      min: 1,
      max: 8192,
      soft: [32, 2048],
      unit: 'px',
      label: 'Length',
      help: 'How long that side becomes.',
    }),
    multiple: param.integer({
      default: 1,
      min: 1,
      max: 256,
      soft: [1, 64],
      label: 'Multiple of',
      help: 'Both sides become multiples of it. A network that halves a picture five times takes multiples of 32.',
    }),
    shrink: param.boolean({
      default: false,
      label: 'Only make smaller',
      help: 'A picture whose side is shorter than the length keeps its size, but for the multiple.',
    }),
    method: param.choice({
      default: 'area',
      of: resizeMethods,
      names: { nearest: 'Nearest', bilinear: 'Bilinear', bicubic: 'Bicubic', area: 'Area average' },
      label: 'Method',
      help: 'Area average is best for shrinking, bicubic for enlarging, nearest for masks.',
    }),
  },
  // What is found in the result is shown over the picture itself.
  outputs: { image: socket.image({ over: 'image' }) },
  shape: ({ image, ...wanted }) => {
    if (!image) return {}
    const size = sizeOf(image, wanted)
    return { image: { ...shapeOf(image), ...size, placement: placementOf(image, size) } }
  },
  run: async ({ image, method, ...wanted }, { ops }) => {
    const size = sizeOf(image, wanted)
    const resized = await averageSeen(ops, image, (picture) => ops.resize(picture, { ...size, method }))
    return { image: { ...resized, placement: placementOf(image, size) } }
  },
  explain: {
    idea: 'Some networks take pictures of any size, as long as each side can be halved several times without a remainder. The picture is brought to the size on which the network was trained, then each side to the nearest multiple.',
    formula: {
      by: 'side',
      of: {
        shorter: String.raw`s = \frac{\param{length}{L}}{\min(W, H)}, \qquad W' = \param{multiple}{m} \left\lfloor \frac{s\,W}{\param{multiple}{m}} \right\rceil, \qquad H' = \param{multiple}{m} \left\lfloor \frac{s\,H}{\param{multiple}{m}} \right\rceil`,
        longer: String.raw`s = \frac{\param{length}{L}}{\max(W, H)}, \qquad W' = \param{multiple}{m} \left\lfloor \frac{s\,W}{\param{multiple}{m}} \right\rceil, \qquad H' = \param{multiple}{m} \left\lfloor \frac{s\,H}{\param{multiple}{m}} \right\rceil`,
      },
    },
    reference: 'torchvision.transforms.Resize with one number; PaddleOCR, DetResizeForTest; OpenCV resize.',
    code: {
      by: 'shrink',
      of: {
        false:
          'h, w = image.shape[:2]; s = {length} / {side}(h, w); fit = lambda v: max({multiple}, int(v * s / {multiple} + 0.5) * {multiple}); image = cv2.resize(image, (fit(w), fit(h)), interpolation={method})',
        true: 'h, w = image.shape[:2]; s = min(1, {length} / {side}(h, w)); fit = lambda v: max({multiple}, int(v * s / {multiple} + 0.5) * {multiple}); image = cv2.resize(image, (fit(w), fit(h)), interpolation={method})',
      },
    },
    words: {
      side: { shorter: 'min', longer: 'max' },
      method: {
        nearest: 'cv2.INTER_NEAREST',
        bilinear: 'cv2.INTER_LINEAR',
        bicubic: 'cv2.INTER_CUBIC',
        area: 'cv2.INTER_AREA',
      },
    },
    laws: [{ change: { length: 'down' }, measure: 'pixels', expect: 'down' }],
  },
})
