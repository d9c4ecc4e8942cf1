import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape, ImageValue, TensorShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filtersOf, sidesOfFilters } from '../kernels.ts'

/** Pixels between two filters, before they are enlarged. */
const gap = 1

const layoutOf = (weights: TensorShape, zoom: number) => {
  const { height, width, channels, count } = sidesOfFilters(weights)
  const columns = Math.ceil(Math.sqrt(count))
  const rows = Math.ceil(count / columns)
  const colours = channels === 3
  const shape: ImageShape = {
    ...{ kind: 'image', alpha: false, range: [0, 1] },
    height: (rows * (height + gap) - gap) * zoom,
    width: (columns * (width + gap) - gap) * zoom,
    channels: colours ? 3 : 1,
    space: colours ? 'rgb' : 'gray',
  }
  return { columns, colours, shape }
}

/**
 * The filters of a convolution layer as small pictures in a grid. Weights HWIO or OIHW in; image out, in colour where the layer takes
 * three channels, else each filter's sum over its channels. A weight of 0 is gray; each filter is scaled by its largest weight.
 */
export const networkFilters = defineNode({
  type: 'network/filters',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Grid of filters',
  alias: 'torchvision.utils.make_grid',
  keywords: [
    'weights',
    'kernel',
    'first layer',
    'visualise',
    'visualize',
    'learned',
    'Gabor',
    'AlexNet',
    'convolution',
  ],
  summary: 'Shows the filters of a layer side by side as small pictures.',
  inputs: { weights: socket.tensor({ axes: ['HWIO', 'OIHW'], help: 'Of a convolution layer.' }) },
  params: {
    order: param.choice({
      default: 'RGB',
      of: ['RGB', 'BGR'],
      names: { RGB: 'Red first (RGB)', BGR: 'Blue first (BGR)' },
      label: 'Order of the channels',
      help: 'As the network takes pictures. Only for layers of three channels.',
    }),
    zoom: param.integer({ default: 8, min: 1, max: 32, label: 'Zoom', help: 'Pixels for each weight.' }),
  },
  outputs: { image: socket.image({ channels: [1, 3], spaces: ['gray', 'rgb'], range: [0, 1] }) },
  shape: ({ weights, zoom }) => (weights ? { image: layoutOf(weights, zoom).shape } : {}),
  run: async ({ weights, order, zoom }, { ops }) => {
    const { columns, colours, shape } = layoutOf(weights, zoom)
    const { height, width, channels, count, at } = filtersOf(weights, await ops.read(weights, {}))
    const numbers = new Float32Array(shape.height * shape.width * shape.channels).fill(1)
    const weightAt = (of: number, y: number, x: number, c: number): number => {
      if (colours) return at(of, y, x, order === 'BGR' ? 2 - c : c)
      let sum = 0
      for (let i = 0; i < channels; i++) sum += at(of, y, x, i)
      return sum
    }
    for (let of = 0; of < count; of++) {
      const [top, left] = [Math.floor(of / columns) * (height + gap) * zoom, (of % columns) * (width + gap) * zoom]
      let most = 0
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          for (let c = 0; c < shape.channels; c++) most = Math.max(most, Math.abs(weightAt(of, y, x, c)))
      for (let y = 0; y < height * zoom; y++)
        for (let x = 0; x < width * zoom; x++)
          for (let c = 0; c < shape.channels; c++) {
            const weight = weightAt(of, Math.floor(y / zoom), Math.floor(x / zoom), c)
            const place = ((top + y) * shape.width + left + x) * shape.channels + c
            numbers[place] = most > 0 ? 0.5 + weight / (2 * most) : 0.5
          }
    }
    return { image: (await ops.fromNumbers({ shape, numbers })) as ImageValue }
  },
  explain: {
    idea: 'A filter of the first layer has as many colours as a picture, so it can be looked at as one. Networks that were trained on photographs learn edges, stripes and blobs of colour, whoever trains them.',
    formula: String.raw`v = \tfrac12 + \frac{w}{2 \max |w|}`,
    reference: 'ImageNet Classification with Deep Convolutional Neural Networks (Krizhevsky et al. 2012), figure 3.',
    code: 'tiles = 0.5 + weights / (2 * np.abs(weights).max(axis=(0, 1, 2)))',
  },
})
