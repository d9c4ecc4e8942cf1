import { defineNode } from '../../engine/graph/node.ts'
import { networkInput } from '../../engine/models/onnx.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape, ImageValue, NetworkShape, TensorValue, Value } from '../../engine/values/index.ts'
import { factsOfAll } from '../../engine/values/layers/graph.ts'
import { layerType } from '../../engine/values/layers/index.ts'
import { sizeOf } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { pictureOf, preparationParams, prepared } from '../prepare-picture.ts'
import { placeOfLayer, runNetwork, seedParam } from '../run-network.ts'
import { activationsWork, type LayerNumbers } from './activations.work.ts'

/** Types of layers that do nothing to single numbers but move them, or leave them as they are while the network runs. */
const moving = ['input', 'reshape', 'permute', 'slice', 'dropout', 'stochasticDepth', 'flatten']
/** Numbers that are taken out of the network at a time: 128 MB. */
const mostNumbers = 2 ** 25
/** Pixels of a row and of a step of the picture of all layers. */
const rowHeight = 8
const stepWidth = 3

const groups = ['weighted', 'activations', 'all'] as const

function isIn({ layers }: NetworkShape, at: number, group: (typeof groups)[number]): boolean {
  const { type = '' } = layers[at] ?? {}
  if (moving.includes(type)) return false
  if (group === 'all') return true
  const { weights = [], output = [] } = factsOfAll(layers)[at] ?? {}
  if (group === 'weighted') return weights.length > 0 && (factsOfAll(layers)[at]?.multiplyAdds ?? 0) > 0
  // A function of single numbers: no weights, one input, and each place sees only itself.
  const kind = layerType(type)
  return weights.length === 0 && kind.takes === undefined && kind.sees === undefined && output.length > 0
}

function placesIn(network: NetworkShape, group: (typeof groups)[number], layer: string): readonly number[] {
  const places = network.layers.flatMap((_, at) => (isIn(network, at, group) ? [at] : []))
  const chosen = layer === '' ? undefined : placeOfLayer(network.layers, layer)
  const all = chosen === undefined || places.includes(chosen) ? places : [...places, chosen].sort((a, b) => a - b)
  if (all.length > 0) return all
  throw new SightlineError('network.no-layers', { layers: network.layers.length })
}

const pictureShape = (count: number, bins: number): ImageShape => ({
  ...{ kind: 'image', height: count * rowHeight, width: bins * stepWidth, channels: 1, space: 'data', alpha: false },
  range: [0, 1],
})

/**
 * What the numbers are like that layers give for a picture. Network of pictures and image in; a table with a row for each layer
 * (mean, standard deviation, smallest, largest, part that is 0), the histogram of one layer as a plot, and those of all as a picture
 * (layers, bins, 1) from 0 to 1 over one axis, out.
 */
export const networkActivations = defineNode({
  type: 'network/activations',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Activations by layer',
  alias: 'torch.nn.Module.register_forward_hook',
  keywords: [
    ...[
      'histogram',
      'statistics',
      'dead units',
      'ReLU',
      'sparsity',
      'vanishing',
      'exploding',
      'TensorBoard',
      'inspect',
    ],
    ...['distribution', 'mean', 'deviation'],
  ],
  summary: 'Shows how large the numbers of each layer are, and how many of them are 0.',
  inputs: {
    network: socket.network(),
    image: socket.image({ help: 'Brought to the size of the network’s input.' }),
  },
  params: {
    of: param.choice({
      default: 'activations',
      of: groups,
      names: { weighted: 'Convolutions, linear layers and attention', activations: 'Activations', all: 'All' },
      label: 'Layers',
      help: 'Which layers are counted.',
    }),
    layer: param.text({
      default: '',
      label: 'Layer in the plot',
      help: 'Its name as the table has it. Empty: the last one. A click on a row chooses it.',
    }),
    bins: param.integer({
      default: 64,
      min: 2,
      max: 512,
      label: 'Bins',
      help: 'Into how many steps the numbers are sorted.',
    }),
    ...preparationParams,
    seed: seedParam,
  },
  outputs: {
    table: socket.table(),
    histogram: socket.plot({ help: 'Of one layer, from its smallest number to its largest.' }),
    picture: socket.image({
      channels: [1],
      spaces: ['data'],
      range: [0, 1],
      help: 'All layers, the first at the top; left to right the numbers over one axis, which the notes state. 1 is where most numbers of a layer are.',
    }),
  },
  preview: 'picture',
  picks: [{ kind: 'row', in: 'table', columns: { layer: 'layer' } }],
  shape: ({ network, of, layer, bins }) => {
    if (!network) return { table: { kind: 'table' }, histogram: { kind: 'plot' } }
    pictureOf(network)
    const { length } = placesIn(network, of, layer.trim())
    return { table: { kind: 'table' }, histogram: { kind: 'plot' }, picture: pictureShape(length, bins) }
  },
  run: async ({ network, image, of, layer, bins, seed, ...how }, context): Promise<Record<string, Value>> => {
    const { ops, work, note, wants } = context
    const { layers } = network
    const facts = factsOfAll(layers)
    const places = placesIn(network, of, layer.trim())
    const input = await prepared(ops, image, network, how)
    const nameOf = (at: number): string => layers[at]?.name ?? ''
    const made = new Map<number, LayerNumbers>()
    const visit = async (each: (at: number, numbers: Float32Array) => Promise<void>): Promise<void> => {
      for (const part of parted(places, (at) => sizeOf(facts[at]?.output ?? []))) {
        const { taps } = await runNetwork(network, { [networkInput]: input }, { seed, taps: part }, context)
        for (const [i, at] of part.entries())
          await each(at, (await ops.read(taps[i] as TensorValue, {})) as Float32Array)
      }
    }
    await visit(async (at, numbers) => void made.set(at, await work(activationsWork, { numbers, bins })))
    const results: Record<string, Value> = {
      table: {
        kind: 'table',
        columns: ['layer', 'numbers', 'mean', 'deviation', 'least', 'most', 'zeros'],
        rows: places.map((at) => {
          const { count = 0, mean = 0, std = 0, least = 0, most = 0, zeros = 0 } = made.get(at) ?? {}
          return [nameOf(at), count, mean, std, least, most, zeros]
        }),
      },
    }
    const broken = places.filter((at) => (made.get(at)?.broken ?? 0) > 0)
    if (broken.length > 0)
      note(`Layers with numbers that are infinite or none, from "${nameOf(broken[0] ?? 0)}" on: ${broken.length}.`)
    const chosen = layer.trim() === '' ? (places.at(-1) ?? 0) : placeOfLayer(layers, layer.trim())
    const { counts = [], range = [0, 1] as const } = made.get(chosen) ?? {}
    results.histogram = {
      kind: 'plot',
      x: { label: nameOf(chosen), range },
      series: [{ name: 'Numbers', values: [...counts] }],
    }
    if (wants('picture')) {
      // An axis for all: what lies within three standard deviations in any layer.
      const told = [...made.values()].filter(({ count }) => count > 0)
      const low = Math.min(...told.map(({ mean, std, least }) => Math.max(least, mean - 3 * std)))
      const high = Math.max(...told.map(({ mean, std, most }) => Math.min(most, mean + 3 * std)))
      const axis = high > low ? ([low, high] as const) : ([low - 0.5, low + 0.5] as const)
      note(`The picture’s axis goes from ${axis[0].toPrecision(3)} to ${axis[1].toPrecision(3)}.`)
      const rows = new Map<number, Float64Array>()
      await visit(
        async (at, numbers) => void rows.set(at, (await work(activationsWork, { numbers, bins, range: axis })).counts),
      )
      results.picture = await drawn(
        places.map((at) => rows.get(at) ?? new Float64Array(bins)),
        bins,
        ops,
      )
    }
    return results
  },
  explain: {
    idea: 'Numbers that shrink or grow from layer to layer stop learning, and a ReLU that gives 0 for everything has died. Counted layer by layer, both can be seen at a glance.',
    formula: String.raw`\mu = \tfrac1n \sum_i a_i, \qquad \sigma^2 = \tfrac1n \sum_i (a_i - \mu)^2, \qquad \text{zeros} = \tfrac1n\,|\{i : a_i = 0\}|`,
    reference:
      'Understanding the difficulty of training deep feedforward neural networks (Glorot and Bengio 2010), figures 2 to 4; TensorBoard’s histograms.',
    code: 'counts, edges = np.histogram(activation, {bins}); mean, deviation, zeros = activation.mean(), activation.std(), (activation == 0).mean()',
  },
})

/** Layers in groups that together have no more numbers than are taken out at a time. */
function parted(places: readonly number[], count: (at: number) => number): readonly (readonly number[])[] {
  const parts: number[][] = []
  let sum = Number.POSITIVE_INFINITY
  for (const at of places) {
    sum += count(at)
    if (sum > mostNumbers) {
      parts.push([])
      sum = count(at)
    }
    parts.at(-1)?.push(at)
  }
  return parts
}

/** A row for each layer, in which the most frequent number is 1. */
async function drawn(
  rows: readonly Float64Array[],
  bins: number,
  ops: Parameters<typeof prepared>[0],
): Promise<ImageValue> {
  const shape = pictureShape(rows.length, bins)
  const numbers = new Float32Array(shape.height * shape.width)
  for (const [row, counts] of rows.entries()) {
    const most = counts.reduce((a, b) => Math.max(a, b), 0) || 1
    for (let y = row * rowHeight; y < (row + 1) * rowHeight - 1; y++)
      for (let x = 0; x < shape.width; x++)
        numbers[y * shape.width + x] = (counts[Math.floor(x / stepWidth)] ?? 0) / most
  }
  return (await ops.fromNumbers({ shape, numbers })) as ImageValue
}
