import { defineNode } from '../../engine/graph/node.ts'
import { type Field, fieldsOfAll, sizeOfSeen } from '../../engine/values/layers/field.ts'
import { factsOfAll, totalsOf } from '../../engine/values/layers/graph.ts'
import { sizeOf } from '../../engine/values/layers/layer.ts'
import { rowsOf } from '../../engine/values/network.ts'
import { socket } from '../../engine/values/sockets.ts'

const grouped = (count: number): string => Math.round(count).toLocaleString('en-US')

/** How many pixels of the input one place of the result is made of, padding included. */
const wordsOfField = (field: Field): string =>
  field === undefined ? '' : field === 'all' ? 'all' : `${sizeOfSeen(field[0])} × ${sizeOfSeen(field[1])}`

/**
 * What each layer of a network gives and costs. Network in; table with a row for each layer out: the shape of its result for one
 * example, parameters, multiply-adds, bytes of the result (float32), and its receptive field in pixels of the input.
 */
export const networkSummary = defineNode({
  type: 'network/summary',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Network summary',
  alias: 'torchinfo.summary',
  keywords: [
    'parameters',
    'FLOPs',
    'MACs',
    'multiply-adds',
    'GFLOPS',
    'cost',
    'layers',
    'model.summary',
    'ptflops',
    'memory',
    'receptive field',
  ],
  summary: 'Lists the layers of a network: shapes, parameters, multiply-adds, memory, receptive fields.',
  inputs: { network: socket.network() },
  params: {},
  outputs: { table: socket.table() },
  shape: () => ({ table: { kind: 'table' } }),
  run: ({ network }, { note }) => {
    const { parameters, multiplyAdds } = totalsOf(network.layers)
    note(`${grouped(parameters)} parameters, ${grouped(multiplyAdds)} multiply-adds for one example.`)
    const [facts, fields] = [factsOfAll(network.layers), fieldsOfAll(network.layers)]
    const rows = rowsOf(network.layers).map((row, i) => [
      `${row.name} (${row.layer})`,
      ...[row.output, row.parameters, row.multiplyAdds],
      ...[4 * sizeOf(facts[i]?.output ?? []), wordsOfField(fields[i])],
    ])
    const columns = ['layer', 'output', 'parameters', 'multiplyAdds', 'memory', 'receptiveField']
    return { table: { kind: 'table', columns, rows } }
  },
  explain: {
    idea: 'Parameters are the numbers that are learned and kept; multiply-adds are the work for one picture. A convolution has few of the first and many of the second, a linear layer the other way round.',
    formula: String.raw`\text{parameters} = K_h K_w \tfrac{C_\text{in}}{g} C_\text{out} + C_\text{out}, \quad \text{multiply-adds} = H W K_h K_w \tfrac{C_\text{in}}{g} C_\text{out}`,
    reference:
      'torchinfo.summary, ptflops. Multiply-adds of convolutions, linear layers and attention, as papers count.',
    code: 'torchinfo.summary(model)',
  },
})
