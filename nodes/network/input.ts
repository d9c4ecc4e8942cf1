import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { Layer } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { checkLengths } from '../layers.ts'
import { withMaps } from '../live-maps.ts'
import { preparationParams, prepared } from '../prepare-picture.ts'

function network(shape: readonly number[]) {
  checkLengths('shape', shape)
  const layers: readonly Layer[] = [{ name: 'input', type: 'input', from: [], set: { shape } }]
  return { network: { kind: 'network', layers } as const }
}

/**
 * Where a network that is built from layers begins: the shape of one example, without the batch. A picture in, which may be left
 * out; network out.
 */
export const networkInput = defineNode({
  type: 'network/input',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Network input',
  alias: 'keras.Input',
  keywords: ['layers', 'model', 'architecture', 'build', 'functional', 'shape', 'deep learning'],
  summary: 'Begins a network: says what one example looks like.',
  inputs: {
    image: socket.image({
      optional: true,
      help: 'A picture to look at: then every layer shows what it makes of it.',
    }),
  },
  params: {
    shape: param.vector({
      default: [3, 224, 224],
      minLength: 1,
      maxLength: 4,
      label: 'Shape',
      help: 'Of one example, without the batch: channels, height, width for pictures.',
    }),
    ...preparationParams,
  },
  outputs: { network: socket.network() },
  shape: ({ shape }) => network(shape),
  run: async ({ shape, image, ...how }, context) => {
    const made = network(shape).network
    if (!image) return { network: made }
    const picture = await prepared(context.ops, image, made, how)
    return { network: await withMaps({ ...made, picture }, [], context) }
  },
  explain: {
    idea: 'A network is a chain of layers. Each knows from the shape before it what shape it gives, so everything follows from the first one. With a picture wired to it, every layer shows what it makes of that picture: first edges and colours, later parts of things.',
    reference: 'Keras functional API: keras.Input; PyTorch leaves the input out.',
    code: 'x = torch.zeros(1, *{shape})',
  },
})
