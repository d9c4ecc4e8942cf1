/** Every type of layer, by its name. */
import { activations, leakyRelu, moreActivations, stochasticDepth } from './activations.ts'
import { attention, dotAttention, windowAttention } from './attention.ts'
import { conv, conv1d, conv3d, convTranspose, convTranspose1d, convTranspose3d, linear } from './convolution.ts'
import { add, concatenate, multiply, times } from './joins.ts'
import type { AnyLayerKind } from './layer.ts'
import { scale, shift, token } from './learned.ts'
import { batchNorm, groupNorm, instanceNorm, layerNorm, responseNorm } from './norms.ts'
import { adaptiveAvgPool, avgPool, globalMaxPool, maxPool } from './pools.ts'
import { pad, pixelShuffle, upsample } from './resampling.ts'
import { flatten, input, permute, reshape, slice } from './shapes.ts'

const all: readonly AnyLayerKind[] = [
  ...[input, conv, convTranspose, linear, batchNorm, layerNorm, groupNorm, responseNorm, ...activations],
  ...[maxPool, avgPool, adaptiveAvgPool, add, multiply, concatenate, flatten, reshape, permute, slice],
  ...[token, shift, scale, attention, windowAttention, dotAttention],
  ...[conv1d, conv3d, convTranspose1d, convTranspose3d, instanceNorm, globalMaxPool, upsample, pixelShuffle, pad],
  ...[leakyRelu, ...moreActivations, stochasticDepth, times],
]

export const layerTypes: ReadonlyMap<string, AnyLayerKind> = new Map(all.map((kind) => [kind.type, kind]))

/** Throws where there is none: a fault of ours. */
export function layerType(type: string): AnyLayerKind {
  const kind = layerTypes.get(type)
  if (!kind) throw new Error(`there is no layer "${type}"`)
  return kind
}
