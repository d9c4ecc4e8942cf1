/**
 * What each layer makes of the picture that is wired to the input of its network. A network value carries the result of its last
 * layer, so a node that adds a layer computes no more than that layer.
 */
import type { NodeContext } from '../engine/graph/node.ts'
import type { NetworkValue, TensorValue } from '../engine/values/index.ts'
import { factsOfAll, weightsOfAll } from '../engine/values/layers/graph.ts'
import { type Layer, sizeOf } from '../engine/values/layers/layer.ts'
import { gridOf } from './map-grid.ts'
import { runNetwork } from './run-network.ts'
import { weightsFor } from './weights.ts'

/** Of random weights, as everywhere by default. */
const seed = 0

/** The result of a network's last layer, and where that layer is in the list that is computed. */
export interface Known {
  readonly at: number
  readonly maps: TensorValue
}

/** The layers from those that are known to the last; what is known comes in as inputs "in0", "in1", ... */
function restOf(layers: readonly Layer[], known: ReadonlyMap<number, TensorValue>) {
  const facts = factsOfAll(layers)
  const inputs: Record<string, TensorValue> = {}
  const rest: Layer[] = []
  const places = new Map<number, number>()
  const needed = new Set<number>()
  const visit = (at: number): void => {
    if (needed.has(at)) return
    needed.add(at)
    if (!known.has(at)) for (const from of layers[at]?.from ?? []) visit(from)
  }
  visit(layers.length - 1)
  for (const at of [...needed].sort((a, b) => a - b)) {
    const layer = layers[at] as Layer
    const maps = known.get(at)
    places.set(at, rest.length)
    if (maps) {
      const port = `in${Object.keys(inputs).length}`
      inputs[port] = maps
      rest.push({ name: port, type: 'input', from: [], set: { shape: facts[at]?.output ?? [], port } })
      continue
    }
    const weighted = (facts[at]?.weights.length ?? 0) > 0
    // Layers without weights that do the same are one model, whatever they are called.
    const name = weighted ? layer.name : `layer${rest.length}`
    rest.push({ ...layer, name, from: layer.from.map((from) => places.get(from) ?? 0) })
  }
  return { inputs, rest }
}

/** The weights of some layers of a network. */
async function weightsOf(
  { weights }: NetworkValue,
  layers: readonly Layer[],
  rest: readonly Layer[],
  context: NodeContext,
) {
  const random = await weightsFor({ kind: 'network', layers: rest }, seed, context)
  if (!weights) return random
  const loaded = await context.ops.read(weights, {})
  const places = new Map(weightsOfAll(layers).map(({ name, at }) => [name, at]))
  for (const { name, at, shape } of weightsOfAll(rest)) {
    const [from, length] = [places.get(name) ?? loaded.length, sizeOf(shape)]
    if (from + length <= loaded.length) random.set(loaded.subarray(from, from + length), at)
  }
  return random
}

/**
 * The network with the result of its last layer, where there is a picture.
 * @param known results of layers before it, by their places in the network
 * @throws `model.*`, `memory.full`
 */
export async function withMaps(
  network: NetworkValue,
  known: readonly Known[],
  context: NodeContext,
): Promise<NetworkValue> {
  const { picture, maps: _, grid: __, ...bare } = network
  if (!picture) return bare
  const { layers } = bare
  const results = new Map([[0, picture], ...known.map(({ at, maps }) => [at, maps] as const)])
  results.delete(layers.length - 1)
  if (layers.length === 1) return { ...bare, picture, maps: picture, grid: await gridOf(picture, context.ops) }
  const { inputs, rest } = restOf(layers, results)
  const { source } = bare
  const part: NetworkValue = {
    kind: 'network',
    name: 'Feature maps',
    layers: rest,
    ...(source !== undefined && { source }),
  }
  const weights = () => weightsOf(network, layers, rest, context)
  const { output } = await runNetwork(part, inputs, { seed, weights }, context)
  return { ...bare, picture, maps: output, grid: await gridOf(output, context.ops) }
}

/** What is known of a network by itself. */
export const knownOf = ({ layers, maps }: NetworkValue): readonly Known[] =>
  maps ? [{ at: layers.length - 1, maps }] : []
