import { defineNode } from '../../engine/graph/node.ts'
import { expr, greater, mix, mul, select } from '../../engine/ops/expr.ts'
import type { Ops } from '../../engine/types/ops.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { pictureOfMask } from '../../engine/values/mask.ts'
import { socket } from '../../engine/values/sockets.ts'
import { colouredLabels } from '../label-colours.ts'

/** In the size of the picture. */
const sized = (ops: Ops, value: ImageValue, { width, height }: ImageShape, method: 'nearest' | 'bilinear') =>
  value.width === width && value.height === height ? value : ops.resize(value, { width, height, method })

/**
 * Colours what a mask or a label map marks. RGB image (H, W, 3) with a mask, a label map or both in; the image out. Masks of
 * another size are stretched to the picture.
 */
export const overlay = defineNode({
  type: 'draw/overlay',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Overlay',
  alias: 'torchvision.utils.draw_segmentation_masks',
  keywords: ['mask', 'segmentation', 'highlight', 'tint', 'label map', 'alpha', 'label2rgb', 'transparent'],
  summary: 'Lays a mask or a label map over the picture, in colour.',
  inputs: {
    image: socket.image({ channels: [3], spaces: ['rgb'] }),
    mask: socket.mask({ optional: true, help: 'Gets the colour below.' }),
    labels: socket.labelmap({ optional: true, help: 'Each label but 0 gets a colour of its own.' }),
  },
  params: {
    colour: param.colour({ default: [0.12, 0.47, 1], label: 'Colour', help: 'Of the mask.' }),
    opacity: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      step: 0.01,
      label: 'Opacity',
      help: '0 shows the picture alone, 1 the colours alone.',
    }),
  },
  outputs: { image: socket.image().like('image') },
  run: async ({ image, mask, labels, colour, opacity }, context) => {
    const { ops } = context
    let made = image
    if (labels) {
      const colours = await sized(ops, await colouredLabels(labels, [0, 0, 0], context), image, 'nearest')
      const numbers = await ops.toImage(await ops.toFloat(labels.labels, {}), { space: 'data' })
      const marked = await sized(ops, numbers, image, 'nearest')
      made = await ops.pointwise(made, colours, marked, {
        formula: expr((under, over, label) => select(label, mix(under, over, opacity), under)),
      })
    }
    if (mask) {
      const marked = await sized(ops, pictureOfMask(mask), image, 'bilinear')
      const formula = expr((under, m) => select(greater(m, 0), mix(under, [...colour], mul(m, opacity)), under))
      made = await ops.pointwise(made, marked, { formula })
    }
    return { image: made }
  },
  explain: {
    idea: 'Where the mask is, the picture and a colour are mixed, so that one sees both: what was found, and what is there.',
    formula: String.raw`I' = (1 - \param{opacity}{\alpha} M)\, I + \param{opacity}{\alpha} M\, C`,
    reference: 'torchvision.utils.draw_segmentation_masks; skimage.color.label2rgb.',
    code: 'a = {opacity} * mask[..., np.newaxis]; image = (1 - a) * image + a * np.array({colour})',
  },
})
