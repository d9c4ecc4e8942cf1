import { defineNode } from '../../engine/graph/node.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { covered, coverOf, opaque, seenColours } from '../alpha.ts'
import { changeLightness, equalised, stepsIn, stepTable } from '../equalise.ts'

/** Evens out the histogram, in 256 steps. Image (H, W, C) of 0..1 in, the same shape out. */
export const equalise = defineNode({
  type: 'colour/equalise',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Equalise histogram',
  alias: 'cv2.equalizeHist',
  keywords: ['equalize', 'histogram equalization', 'contrast', 'enhance', 'autocontrast', 'CLAHE', 'stretch'],
  summary: 'Spreads the tones so that each is about as frequent as any other.',
  basic: true,
  inputs: { image: socket.image({ spaces: ['gray', 'rgb', 'bgr'] }) },
  params: {
    of: param.choice({
      default: 'lightness',
      of: ['lightness', 'channels'],
      names: { lightness: 'Lightness (Y of YCrCb)', channels: 'Each channel' },
      label: 'Of a colour picture',
      help: 'Each channel by itself changes the colours as well.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image }) => (image ? { image: pointwiseShape([image], { range: [0, 1] }) } : {}),
  run: async ({ image, of }, { ops }) => {
    const cover = image.alpha ? await coverOf(ops, image) : undefined
    const even = async (colours: ImageValue): Promise<ImageValue> => {
      const seen = cover ? await seenColours(ops, await covered(ops, colours, cover)) : colours
      return ops.lookup(colours, stepTable((await stepsIn(ops, seen)).map(equalised)))
    }
    if (of === 'lightness') return { image: await changeLightness(ops, image, even) }
    const made = await even(await opaque(ops, image))
    return { image: cover ? await covered(ops, made, cover) : made }
  },
  explain: {
    idea: 'The histogram is added up from black on; how many pixels are darker says how light a tone becomes. Where many pixels share few tones, those move apart.',
    formula: String.raw`y = \frac{\#\{p : I(p) \le x\} - n_0}{N - n_0}, \qquad n_0: \text{pixels of the darkest tone}`,
    reference: 'OpenCV equalizeHist, to the last bit for pictures of 8 bits; others are rounded to 256 steps first.',
    code: {
      by: 'of',
      of: {
        lightness:
          'image = cv2.equalizeHist(np.uint8(np.rint(255 * image))) / 255  # of a gray picture; of colours the Y of YCrCb',
        channels: 'image = np.dstack([cv2.equalizeHist(c) for c in cv2.split(np.uint8(np.rint(255 * image)))]) / 255',
      },
    },
  },
})
