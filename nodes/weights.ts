/** Weights of a network: those that were loaded, and random ones for the rest. */
import type { NodeContext } from '../engine/graph/node.ts'
import { hashText } from '../engine/run/keys.ts'
import type { NetworkValue } from '../engine/values/index.ts'
import { totalsOf, weightsOfAll } from '../engine/values/layers/graph.ts'
import { sizeOf } from '../engine/values/layers/layer.ts'
import { initialiseWork } from './network/initialise.work.ts'

/** Names the network with its weights: the same text means the same numbers. */
export const identityOf = ({ layers, source = '' }: NetworkValue, seed: number): string =>
  hashText(JSON.stringify([layers, source, seed]))

/** All weights one after the other. */
export async function weightsFor(
  { layers, weights }: NetworkValue,
  seed: number,
  { ops, work }: Pick<NodeContext, 'ops' | 'work'>,
): Promise<Float32Array> {
  const known = weights ? ((await ops.read(weights, {})) as Float32Array) : new Float32Array(0)
  const { numbers } = totalsOf(layers)
  if (known.length >= numbers) return known
  const all = weightsOfAll(layers).map(({ name, at, shape, start }) => ({ name, at, start, count: sizeOf(shape) }))
  return work(initialiseWork, { weights: all, seed, known, numbers })
}
