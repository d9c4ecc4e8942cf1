import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { Layer } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { checkLengths } from '../layers.ts'

function network(shape: readonly number[]) {
  checkLengths('shape', shape)
  const layers: readonly Layer[] = [{ name: 'input', type: 'input', from: [], set: { shape } }]
  return { network: { kind: 'network', layers } as const }
}

/** Where a network that is built from layers begins: the shape of one example, without the batch. Network out. */
export const networkInput = defineNode({
  type: 'network/input',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Network input',
  alias: 'keras.Input',
  keywords: ['layers', 'model', 'architecture', 'build', 'functional', 'shape', 'deep learning'],
  summary: 'Begins a network: says what one example looks like.',
  inputs: {},
  params: {
    shape: param.vector({
      default: [3, 224, 224],
      minLength: 1,
      maxLength: 4,
      label: 'Shape',
      help: 'Of one example, without the batch: channels, height, width for pictures.',
    }),
  },
  outputs: { network: socket.network() },
  shape: ({ shape }) => network(shape),
  run: ({ shape }) => network(shape),
  explain: {
    idea: 'A network is a chain of layers. Each knows from the shape before it what shape it gives, so everything follows from the first one.',
    reference: 'Keras functional API: keras.Input; PyTorch leaves the input out.',
    code: 'x = torch.zeros(1, *{shape})',
  },
})
