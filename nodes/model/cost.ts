import { costOf } from '../../engine/graph/network-cost.ts'
import { defineNode } from '../../engine/graph/node.ts'
import { socket } from '../../engine/values/sockets.ts'
import { modelFile } from '../model-sockets.ts'

/** With three digits after the point. */
const millions = (count: number): number => Math.round(count / 1e3) / 1e3

/**
 * What a network costs: the numbers that it has learned, and the multiplications of one run, counted from the structure in its file
 * without running it. Nothing in; numbers and a table by type of operator out.
 */
export const modelCost = defineNode({
  type: 'model/cost',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Cost of a network',
  alias: 'torchinfo.summary',
  keywords: [
    'parameters',
    'FLOPs',
    'MACs',
    'multiply-accumulate',
    'size',
    'complexity',
    'efficiency',
    'layers',
    'count',
  ],
  summary: 'Counts the weights of a network and the multiplications of one run, from its file.',
  inputs: {},
  params: {
    path: modelFile(
      ['onnx', 'ort', 'json', 'tflite'],
      'An .onnx or .tflite file, or the model.json of a TensorFlow.js model.',
    ),
  },
  outputs: {
    table: socket.table({
      help: 'By type of operator: millions of weights and of multiplications, and how many there are.',
    }),
    parameters: socket.number({ help: 'Numbers that it has learned, or that were measured while it learned.' }),
    multiplies: socket.number({ help: 'Multiplications, each with an addition, for one picture.' }),
    unknown: socket.number({ help: 'Operators that are not counted, because the file does not say their shapes.' }),
  },
  network: { file: 'path' },
  shape: () => ({
    table: { kind: 'table' },
    parameters: { kind: 'number' },
    multiplies: { kind: 'number' },
    unknown: { kind: 'number' },
  }),
  identity: ({ path }, { models }) => models.identity(path),
  watches: ({ path }) => (path ? [path] : []),
  run: async ({ path }, { models }) => {
    const costs = costOf(await models.network(path))
    const sum = (of: 'count' | 'parameters' | 'multiplies' | 'unknown') =>
      costs.reduce((all, cost) => all + cost[of], 0)
    const total = (of: 'parameters' | 'multiplies' | 'unknown') => ({ kind: 'number' as const, value: sum(of) })
    const all = { type: 'all', count: sum('count'), parameters: sum('parameters'), multiplies: sum('multiplies') }
    return {
      table: {
        kind: 'table',
        columns: ['Operator', 'M weights', 'M mult.', 'Count'],
        rows: [all, ...costs].map(({ type, count, parameters, multiplies }) => [
          ...[type, millions(parameters), millions(multiplies)],
          count,
        ]),
      },
      parameters: total('parameters'),
      multiplies: total('multiplies'),
      unknown: total('unknown'),
    }
  },
  explain: {
    idea: 'Nearly all the work of a network is multiplying: each number that a layer gives is a sum of products, one for each weight of its filter. Counting them says what a network costs before it has run.',
    formula: String.raw`\sum_{\text{layers}} H W C_{out} \cdot \frac{k_h k_w C_{in}}{g}`,
    reference: 'torchinfo.summary, torch.utils.flop_counter; MobileNets (Howard et al. 2017), table 8; chapter 6.2.',
    code: "torchinfo.summary(model, (1, 3, 224, 224), col_names=['num_params', 'mult_adds'])",
  },
})
