/** Runs networks of layers: each is written as ONNX in memory and computed by ONNX Runtime. */

import type { MadeRuntime } from '../engine/graph/models.ts'
import type { NodeContext } from '../engine/graph/node.ts'
import { networkOutput, type onnxOf } from '../engine/models/onnx.ts'
import { param } from '../engine/types/param.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { NetworkShape, NetworkValue, TensorValue } from '../engine/values/index.ts'
import { factsOfAll, totalsOf } from '../engine/values/layers/graph.ts'
import type { Dims, Layer } from '../engine/values/layers/layer.ts'
import { portOf } from '../engine/values/layers/shapes.ts'
import { writeWork } from './network/write.work.ts'
import { identityOf, weightsFor } from './weights.ts'

export const seedParam = param.integer({
  default: 0,
  min: 0,
  max: 2 ** 31 - 1,
  label: 'Seed',
  help: 'Of the random weights of layers that have none.',
})

type Written = ReturnType<typeof onnxOf>
const graphs = new WeakMap<NetworkShape['layers'], Written>()

/** A network is written once, however often it runs. */
async function written({ layers, name }: NetworkShape, { work }: Pick<NodeContext, 'work'>): Promise<Written> {
  const model = graphs.get(layers) ?? (await work(writeWork, { layers, ...(name !== undefined && { name }) }))
  graphs.set(layers, model)
  return model
}

/** N, then what each axis of a result is. */
export const axesOf = (dims: Dims): readonly string[] =>
  dims.length === 1
    ? ['N', 'C']
    : dims.length === 3
      ? ['N', 'C', 'H', 'W']
      : ['N', ...['A', 'B', 'D', 'E'].slice(0, dims.length)]

/** The shape of a layer's result for one example. */
export const resultShape = (output: Dims) => ({ kind: 'tensor', shape: [1, ...output], axes: axesOf(output) }) as const

/** The place of the layer of this name. Throws `network.layer-unknown`. */
export function placeOfLayer(layers: readonly Layer[], name: string): number {
  const place = layers.findIndex((layer) => layer.name === name)
  if (place >= 0) return place
  const alike = layers.filter((layer) => layer.name.includes(name) || name.includes(layer.name))
  const known = (alike.length > 0 ? alike : layers).slice(0, 5).map((layer) => layer.name)
  throw new SightlineError('network.layer-unknown', { given: name, known: known.join(', ') })
}

export interface RunNetwork {
  /** Of the random weights of layers that have none. */
  readonly seed: number
  /** Places of layers whose results are wanted besides. */
  readonly taps?: readonly number[]
  /** Places of attention layers whose shares are wanted besides. */
  readonly shares?: readonly number[]
  /** What computes it. Default: ONNX Runtime. */
  readonly runtime?: MadeRuntime
  /** All weights one after the other. Default: the network's own, random where it has none. */
  readonly weights?: () => Promise<Float32Array>
}

export interface Computed {
  /** (N, ...) of the last layer. */
  readonly output: TensorValue
  /** In the order of `taps`. */
  readonly taps: readonly TensorValue[]
  /** In the order of `shares`: (1, heads, queries, keys), of windows (windows, heads, queries, keys). */
  readonly shares: readonly TensorValue[]
}

/**
 * What the network makes of tensors (N, ...) by the ports of its inputs ("input").
 * @throws `model.*`, `memory.full`
 */
export async function runNetwork(
  network: NetworkValue,
  inputs: Readonly<Record<string, TensorValue>>,
  { seed, taps = [], shares = [], weights, runtime = 'onnxruntime' }: RunNetwork,
  context: NodeContext,
): Promise<Computed> {
  const { layers } = network
  const facts = factsOfAll(layers)
  const { output, numbers } = totalsOf(layers)
  const { bytes, opset, operators, results, shares: shared } = await written(network, context)
  const ports = layers.flatMap(({ type, set }, i) => {
    const shape = ['N', ...(facts[i]?.output ?? [])]
    return type === 'input' ? [{ name: portOf(set), dtype: 'float32', shape }] : []
  })
  const inner = (at: number): string => results[at] ?? ''
  const isPort = (at: number): boolean => layers[at]?.type === 'input'
  const made = await context.models.runMade(
    {
      id: runtime === 'onnxruntime' ? identityOf(network, seed) : `${identityOf(network, seed)} ${runtime}`,
      name: network.name ?? 'Network of layers',
      runtime,
      graph: runtime === 'onnxruntime' ? bytes : new TextEncoder().encode(JSON.stringify(layers)),
      ...{ opset, operators, bytes: numbers * 4 },
      inputs: ports,
      outputs: [{ name: networkOutput, dtype: 'float32', shape: ['N', ...output], axes: axesOf(output) }],
      weights: weights ?? (() => weightsFor(network, seed, context)),
    },
    inputs,
    { taps: [...taps.filter((at) => !isPort(at)).map(inner), ...shares.map((at) => shared[at] ?? '')] },
  )
  const tapped = (at: number): TensorValue => {
    const tensor = (isPort(at) ? inputs : made)[inner(at)] as TensorValue
    return { ...tensor, axes: axesOf(facts[at]?.output ?? []) }
  }
  const looked = (at: number): TensorValue => made[shared[at] ?? ''] as TensorValue
  return { output: made[networkOutput] as TensorValue, taps: taps.map(tapped), shares: shares.map(looked) }
}
