/** What the nodes that build networks share: a network in, a longer one out, with shapes known before anything runs. */
import type { NodeContext } from '../engine/graph/node.ts'
import { param } from '../engine/types/param.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { NetworkShape, NetworkValue } from '../engine/values/index.ts'
import { factsOfAll, freeName, joined, mostLayers } from '../engine/values/layers/graph.ts'
import type { Layer, Settings } from '../engine/values/layers/layer.ts'
import { knownOf, withMaps } from './live-maps.ts'

export const nameParam = param.text({
  default: '',
  label: 'Name',
  help: 'Of the layer, as its weights are named: conv1 for conv1.weight. Empty: its type and a number. Layers of one name, settings and inputs are one.',
})

/** A layer without its place. */
export interface NewLayer {
  readonly type: string
  readonly set?: Settings
}

/** What the layers of a name without a number are called: "conv" of "conv1". */
const counted = (layers: readonly Layer[], type: string): string =>
  `${type}${1 + layers.filter((layer) => layer.type === type).length}`

function checked(layers: readonly Layer[]): readonly Layer[] {
  if (layers.length > mostLayers)
    throw new SightlineError('network.too-many', { given: layers.length, limit: mostLayers })
  factsOfAll(layers)
  return layers
}

/** The network with one more layer after its last. Of values and of shapes. Throws `network.*`. */
export function withLayer<N extends NetworkShape>(network: N, { type, set = {} }: NewLayer, name: string): N {
  const { layers } = network
  const called = freeName(layers, name.trim() || counted(layers, type))
  return {
    ...network,
    layers: checked([...layers, { name: called, type, from: [layers.length - 1], set }]),
  }
}

/** Two networks whose results meet in one more layer. Throws `network.*`. */
export function withJoin<N extends NetworkShape>(a: N, b: N, { type, set = {} }: NewLayer, name: string): N {
  const { layers, ends } = joined([a.layers, b.layers])
  const called = freeName(layers, name.trim() || counted(layers, type))
  const [own, other] = [a, b].map((network) => (network as Partial<NetworkValue>).source)
  if (other !== undefined && own !== other) throw new SightlineError('network.several-weights', { layer: called })
  return { ...a, layers: checked([...layers, { name: called, type, from: ends, set }]) }
}

/** The longer network, with what its last layer makes of the picture, if there is one. */
export const grown = async (before: NetworkValue, network: NetworkValue, context: NodeContext) => ({
  network: await withMaps(network, knownOf(before), context),
})

/** What is known of the longer network before anything runs, and what comes. */
export const grow = {
  shape: (network: NetworkShape | undefined, layer: NewLayer, name: string) =>
    network ? { network: withLayer(network, layer, name) } : {},
  run: async (network: NetworkValue, layer: NewLayer, name: string, context: NodeContext) =>
    grown(network, withLayer(network, layer, name), context),
}

/** Throws `param.invalid` where they are no whole numbers above 0. */
export function checkLengths(name: string, lengths: readonly number[]): void {
  if (lengths.every((length) => Number.isInteger(length) && length > 0 && length <= 65536)) return
  throw new SightlineError('param.invalid', {
    param: name,
    given: `[${lengths.join(', ')}]`,
    wanted: 'whole numbers from 1 to 65536',
  })
}
