import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { colouredLabels } from '../label-colours.ts'

/** A label map as a picture. Label map (H, W) in; RGB image (H, W, 3), 0..1, out, in the colours of the viewer. */
export const colours = defineNode({
  type: 'segment/colours',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Colour labels',
  alias: 'skimage.color.label2rgb',
  keywords: ['palette', 'colormap', 'segmentation', 'label2rgb', 'decode_segmap', 'categorical'],
  summary: 'Gives each number of a label map a colour of its own.',
  inputs: { labels: socket.labelmap() },
  params: {
    background: param.colour({ default: [0.07, 0.08, 0.09], label: 'Background', help: 'The colour of label 0.' }),
  },
  outputs: { image: socket.image({ channels: [3], spaces: ['rgb'] }) },
  shape: ({ labels }) => {
    if (!labels) return {}
    const { width, height } = labels
    return { image: { kind: 'image', width, height, channels: 3, space: 'rgb', alpha: false, range: [0, 1] } }
  },
  run: async ({ labels, background }, context) => ({ image: await colouredLabels(labels, background, context) }),
  explain: {
    idea: 'Labels are names, not amounts: 2 is no more than 1. So each gets a colour that looks as different as possible from all before it.',
    reference: 'Glasbey et al. 2007, Colour displays for categorical images; skimage.color.label2rgb.',
    code: 'image = np.vstack([{background}, colours])[labels]',
  },
})
