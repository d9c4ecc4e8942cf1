import { defineNode } from '../../engine/graph/node.ts'
import { shapeOf, unsupported } from '../../engine/ops/check.ts'
import { resizeMethods } from '../../engine/ops/resize/axis.ts'
import { param } from '../../engine/types/param.ts'
import type { Shape } from '../../engine/values/index.ts'
import { describeShape, sizeOf } from '../../engine/values/registry.ts'
import { socket } from '../../engine/values/sockets.ts'
import { averageSeen } from '../alpha.ts'

function sizeLike(shape: Shape) {
  const size = sizeOf(shape)
  if (!size) throw unsupported('Resize to', describeShape(shape), 'something with the size of a picture')
  return size
}

/** Resizes a picture to the size of another. Image (h, w, C) float32 and a picture, mask, ... of (H, W) in; (H, W, C) out. */
export const resizeTo = defineNode({
  type: 'geometry/resize-to',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Resize to another',
  alias: 'torch.nn.functional.interpolate',
  keywords: ['size', 'same size', 'match', 'upsample', 'scale', 'bilinear', 'interpolate'],
  summary: 'Gives the picture the size of another one.',
  inputs: {
    image: socket.image(),
    like: socket.any({ help: 'What has the size that is wanted: a picture, a mask, boxes.' }),
  },
  params: {
    method: param.choice({
      default: 'bilinear',
      of: resizeMethods,
      names: { nearest: 'Nearest', bilinear: 'Bilinear', bicubic: 'Bicubic', area: 'Area average' },
      label: 'Method',
      help: 'Bilinear and bicubic for enlarging, area average for shrinking, nearest for classes.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, like }) => (image && like ? { image: { ...shapeOf(image), ...sizeLike(like) } } : {}),
  run: async ({ image, like, method }, { ops }) => ({
    image: await averageSeen(ops, image, (picture) => ops.resize(picture, { ...sizeLike(like), method })),
  }),
  explain: {
    idea: 'What a network gives is often smaller than the picture that it is about. Enlarged to its size, the two can be compared and laid over each other.',
    formula: String.raw`x_{\text{src}} = \left(x + \tfrac12\right) \frac{w}{W} - \tfrac12, \qquad I'(x) = \sum_k w_k(x_{\text{src}})\, I(k)`,
    reference: 'OpenCV resize; torch.nn.functional.interpolate with align_corners=False.',
    code: 'cv2.resize(image, like.shape[1::-1], interpolation={method})',
    words: {
      method: {
        nearest: 'cv2.INTER_NEAREST',
        bilinear: 'cv2.INTER_LINEAR',
        bicubic: 'cv2.INTER_CUBIC',
        area: 'cv2.INTER_AREA',
      },
    },
  },
})
