import { defineNode } from '../../engine/graph/node.ts'
import { flattenedShape } from '../../engine/ops/layout/flatten.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'

/** Neighbouring axes as one: a tensor (N, C, H, W) becomes (N, C·H·W). The numbers stay in their order, and share their memory. */
export const flatten = defineNode({
  type: 'tensor/flatten',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Flatten',
  alias: 'torch.flatten',
  keywords: ['reshape', 'view', 'ravel', 'vector', 'features', 'fully connected', 'Keras'],
  summary: 'Makes one axis of several: a grid of features becomes one row of numbers.',
  inputs: { tensor: socket.tensor({ dtypes: ['float32', 'uint8', 'int32'] }) },
  params: {
    start: param.integer({
      default: 1,
      min: -8,
      max: 8,
      soft: [0, 3],
      label: 'First axis',
      help: 'Counted from 0. With 1, each picture of a batch keeps its row. Negative: from the end.',
    }),
    end: param.integer({
      default: -1,
      min: -8,
      max: 8,
      soft: [-1, 3],
      label: 'Last axis',
      help: 'Counted from 0; −1 is the last one.',
    }),
  },
  outputs: { tensor: socket.tensor() },
  shape: ({ tensor, start, end }) => (tensor ? { tensor: flattenedShape(tensor, { start, end }) } : {}),
  run: async ({ tensor, start, end }, { ops }) => ({ tensor: await ops.flatten(tensor, { start, end }) }),
  explain: {
    idea: 'A fully connected layer takes a row of numbers, not a grid. Flattening writes the rows of the grid behind each other; where a number was is then known by its place in the row alone.',
    formula: String.raw`y_{n,\, (c H + i) W + j} = x_{n, c, i, j}`,
    reference: 'torch.flatten, torch.nn.Flatten; numpy.reshape.',
    code: 'torch.flatten(torch.as_tensor(tensor), {start}, {end})',
  },
})
