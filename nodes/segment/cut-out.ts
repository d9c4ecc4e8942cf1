import { defineNode } from '../../engine/graph/node.ts'
import { expr, mul, sub } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { pictureOfMask } from '../../engine/values/mask.ts'
import { socket } from '../../engine/values/sockets.ts'
import { covered, coveredShape, coverOf, opaque, opaqueShape } from '../alpha.ts'

/**
 * Cuts out what a mask marks: the mask becomes the picture's opacity. Gray or RGB image (H, W, C) and a mask in; the same colours
 * with opacity out. A mask of another size is stretched to the picture.
 */
export const cutOut = defineNode({
  type: 'segment/cut-out',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Cut out',
  alias: 'np.dstack([image, mask])',
  keywords: ['alpha', 'transparent', 'remove background', 'matting', 'extract', 'sticker', 'putalpha', 'isolate'],
  summary: 'Keeps what the mask marks, and makes the rest transparent.',
  inputs: { image: socket.image({ spaces: ['gray', 'rgb'] }), mask: socket.mask() },
  params: {
    invert: param.boolean({ default: false, label: 'Invert', help: 'Keeps what the mask does not mark.' }),
  },
  outputs: { image: socket.image({ spaces: ['gray', 'rgb'] }) },
  shape: ({ image }) => (image ? { image: coveredShape({ ...image, alpha: true }, opaqueShape(image)) } : {}),
  run: async ({ image, mask, invert }, { ops }) => {
    const { width, height } = image
    const given = pictureOfMask(mask)
    const marked =
      given.width === width && given.height === height
        ? given
        : await ops.resize(given, { width, height, method: 'bilinear' })
    const kept = invert ? await ops.pointwise(marked, { formula: expr((m) => sub(1, m)) }) : marked
    const cover = image.alpha
      ? await ops.pointwise(await coverOf(ops, image), kept, { formula: expr((a, m) => mul(a, m)) })
      : kept
    return { image: await covered(ops, await opaque(ops, image), cover) }
  },
  explain: {
    idea: 'The mask becomes the opacity of the picture: 1 is seen, 0 is not, and in between it lets through what lies behind. The colours stay as they are.',
    formula: String.raw`\alpha'(y, x) = \alpha(y, x)\, M(y, x)`,
    reference: 'PIL.Image.putalpha; Porter and Duff 1984, operator "in".',
    code: {
      by: 'invert',
      of: { false: 'image = np.dstack([image, mask])', true: 'image = np.dstack([image, 1 - mask])' },
    },
  },
})
