/** Every type of layer, by its name. */
import { activations } from './activations.ts'
import { attention, windowAttention } from './attention.ts'
import { conv, convTranspose, linear } from './convolution.ts'
import { add, concatenate, multiply } from './joins.ts'
import type { AnyLayerKind } from './layer.ts'
import { scale, shift, token } from './learned.ts'
import { batchNorm, groupNorm, layerNorm, responseNorm } from './norms.ts'
import { adaptiveAvgPool, avgPool, maxPool } from './pools.ts'
import { flatten, input, permute, reshape, slice } from './shapes.ts'

const all: readonly AnyLayerKind[] = [
  ...[input, conv, convTranspose, linear, batchNorm, layerNorm, groupNorm, responseNorm, ...activations],
  ...[maxPool, avgPool, adaptiveAvgPool, add, multiply, concatenate, flatten, reshape, permute, slice],
  ...[token, shift, scale, attention, windowAttention],
]

export const layerTypes: ReadonlyMap<string, AnyLayerKind> = new Map(all.map((kind) => [kind.type, kind]))

/** Throws where there is none: a fault of ours. */
export function layerType(type: string): AnyLayerKind {
  const kind = layerTypes.get(type)
  if (!kind) throw new Error(`there is no layer "${type}"`)
  return kind
}
