import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { felzenszwalbWork } from './felzenszwalb.work.ts'

/**
 * Regions of similar colour, without a network. Image (H, W, C) in; label map (H, W) of regions from 0, and their number out.
 */
export const segmentFelzenszwalb = defineNode({
  type: 'segment/felzenszwalb',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Graph segmentation',
  alias: 'skimage.segmentation.felzenszwalb',
  keywords: [
    'Felzenszwalb',
    'Huttenlocher',
    'superpixels',
    'regions',
    'over-segmentation',
    'graph',
    'selective search',
  ],
  summary: 'Divides a picture into regions of similar colour, larger ones where it is smooth.',
  inputs: { image: socket.image({ help: 'Colours are compared as they are: RGB, Lab or gray.' }) },
  params: {
    scale: param.number({
      default: 100,
      min: 0,
      max: 1e5,
      soft: [0, 1000],
      label: 'Scale',
      help: 'The larger, the larger the regions. Selective search uses 50 to 200.',
    }),
    sigma: param.number({
      default: 0.8,
      min: 0,
      max: 16,
      soft: [0, 4],
      label: 'Sigma',
      help: 'The picture is smoothed by a Gaussian of this standard deviation first.',
    }),
    least: param.integer({
      default: 50,
      min: 0,
      max: 1e6,
      soft: [0, 1000],
      label: 'Least pixels',
      help: 'Smaller regions are joined with a neighbour.',
    }),
  },
  outputs: { labels: socket.labelmap(), count: socket.number({ help: 'How many regions there are.' }) },
  shape: ({ image }) => ({
    ...(image && { labels: { kind: 'labelmap', width: image.width, height: image.height } }),
    count: { kind: 'number' },
  }),
  run: async ({ image, scale, sigma, least }, { ops, work }) => {
    const { width, height, channels } = image
    const numbers = Float64Array.from(await ops.read(image, {}))
    const pixels = { width, height, channels, numbers }
    const made = await work(felzenszwalbWork, { pixels, params: { scale, sigma, least } })
    const shape = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], dtype: 'int32' } as const
    const labels = (await ops.fromNumbers({ shape, numbers: made.labels })) as TensorValue
    return {
      labels: { kind: 'labelmap', width, height, names: [], labels },
      count: { kind: 'number', value: made.count },
    }
  },
  explain: {
    idea: 'Neighbouring pixels are joined in the order of their difference. Two regions grow together where the step between them is no larger than the steps within them, with an allowance for small ones.',
    formula: String.raw`w(C_1, C_2) < \min\!\left(\mathrm{Int}(C_1) + \frac{\param{scale}{k}}{|C_1|},\ \mathrm{Int}(C_2) + \frac{\param{scale}{k}}{|C_2|}\right)`,
    reference:
      'Felzenszwalb and Huttenlocher, "Efficient Graph-Based Image Segmentation", IJCV 2004; skimage.segmentation.felzenszwalb (8 neighbours, scale / 255).',
    code: 'labels = skimage.segmentation.felzenszwalb(image, scale={scale}, sigma={sigma}, min_size={least})',
  },
})
