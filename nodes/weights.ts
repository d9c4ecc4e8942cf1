/** Weights of a network: those that were loaded, and random ones for the rest. */
import type { NodeContext } from '../engine/graph/node.ts'
import { hashText } from '../engine/run/keys.ts'
import type { NetworkValue, TensorShape, TensorValue } from '../engine/values/index.ts'
import { type PlacedWeight, totalsOf, weightsOfAll } from '../engine/values/layers/graph.ts'
import { sizeOf } from '../engine/values/layers/layer.ts'
import { initialiseWork } from './network/initialise.work.ts'
import { placeRow } from './trainer.ts'

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

/** Names the numbers: SHA-256. */
async function nameOf(numbers: Float32Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', numbers.slice().buffer)
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

interface TrainedRows {
  readonly learned?: Float32Array
  readonly fixed?: Float32Array
}

/** The network with trained weights: rows of those that were learned and of those that were measured, and where each of them lies. */
export async function trainedNetwork(
  { layers, name }: NetworkValue,
  at: { readonly learned: readonly PlacedWeight[]; readonly fixed: readonly PlacedWeight[] },
  rows: TrainedRows,
  { ops }: Pick<NodeContext, 'ops'>,
): Promise<NetworkValue> {
  const numbers = new Float32Array(totalsOf(layers).numbers)
  placeRow(at.learned, rows.learned ?? new Float32Array(0), numbers)
  placeRow(at.fixed, rows.fixed ?? new Float32Array(0), numbers)
  const shape = { kind: 'tensor', shape: [numbers.length], axes: ['N'] } satisfies TensorShape
  return {
    ...{ kind: 'network', ...(name !== undefined && { name }), layers },
    weights: (await ops.fromNumbers({ shape, numbers })) as TensorValue,
    source: await nameOf(numbers),
  }
}
