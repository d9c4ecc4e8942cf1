import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filterColours } from '../alpha.ts'

/**
 * The median of a square window. Image (H, W, C) float32 in, the same shape out. Quick previews use the nearest odd size on the
 * smaller picture: of all sizes it came closest to the reduced full result on photographs at half and quarter size.
 */
export const median = defineNode({
  type: 'filter/median',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Median',
  alias: 'cv2.medianBlur',
  keywords: ['denoise', 'salt and pepper', 'despeckle', 'rank', 'nonlinear', 'smooth'],
  summary: 'Takes away specks and keeps edges sharp.',
  basic: true,
  inputs: { image: socket.image() },
  params: {
    size: param.integer({
      default: 5,
      min: 1,
      max: 31,
      soft: [1, 15],
      step: 2,
      odd: true,
      unit: 'px',
      label: 'Size',
      help: 'Side of the window, odd. 1 changes nothing. Specks smaller than half the window vanish.',
    }),
  },
  outputs: { image: socket.image().like('image') },
  run: async ({ image, size }, { ops }) => ({
    image: await filterColours(ops, image, size >> 1, (colours) => ops.median(colours, { size })),
  }),
  explain: {
    idea: 'The numbers of a small window are put in order and the middle one is taken. A speck is never in the middle, so it vanishes; an edge stays where it is.',
    formula: String.raw`I'(y, x) = \operatorname{median}\,\{\, I(y + i,\ x + j) : |i|, |j| \le \param{size}{s} / 2 \,\}`,
    reference: 'OpenCV medianBlur; chapter 6.1, "Median Filter". Not a convolution: no weights give it.',
    code: "scipy.ndimage.median_filter(image, ({size}, {size}) + (1,) * (image.ndim - 2), mode='nearest')  # of bytes, or up to 5: cv2.medianBlur(image, {size})",
    laws: [{ change: { size: 'up' }, measure: 'edgeEnergy', expect: 'down' }],
  },
})
