/**
 * How small pictures may be in a quick preview: the largest k at which sources reduced by 2^-k still have as many pixels as the
 * views show of them.
 */
import type { Analysis } from '../graph/analyse.ts'
import type { FlatOutput } from '../graph/topology.ts'
import { type Size, sizeOf } from '../values/index.ts'
import type { Sight } from './sights.ts'

/** Small pictures are not reduced to nothing: the longer side keeps at least this many pixels. */
const least = 32
const smallest = 2 ** -6

/** 2^-k, at most 1. `seen`: the size of what was shown last of an output, for those of which nothing is known beforehand. */
export function scaleFor(
  sights: readonly Sight[],
  analysis: Analysis,
  seen: (output: FlatOutput) => Size | undefined,
): number {
  const sources = sourceSizes(analysis)
  let needed = smallest
  for (const { view, output } of sights) {
    const shape = analysis.nodes.get(output.node)?.outputs[output.port]?.shape
    const value = (shape && sizeOf(shape)) ?? seen(output) ?? sources.get(output.node)
    const source = sources.get(output.node) ?? value
    if (!value || !source) return 1
    const region = view.region ?? { width: value.width, height: value.height }
    const density = Math.min(1, view.width / region.width, view.height / region.height)
    const share = Math.max(value.width / source.width, value.height / source.height)
    const kept = Math.min(1, least / Math.max(value.width, value.height))
    needed = Math.max(needed, Math.min(1, density * share), kept)
  }
  // Rounded up to a power of two, ignoring rounding errors.
  return Math.min(1, 2 ** Math.ceil(Math.log2(needed) - 1e-6))
}

const known = new WeakMap<Analysis, ReadonlyMap<string, Size>>()

/** Node → the size of the largest picture that it depends on. */
function sourceSizes(analysis: Analysis): ReadonlyMap<string, Size> {
  const cached = known.get(analysis)
  if (cached) return cached
  const sizes = new Map<string, Size>()
  for (const id of analysis.flat.order) {
    const check = analysis.nodes.get(id)
    if (!check) continue
    let largest: Size | undefined
    const take = (size: Size | undefined): void => {
      if (size && (!largest || size.width * size.height > largest.width * largest.height)) largest = size
    }
    for (const input of Object.values(check.inputs)) take(sizes.get(input.node))
    if (!largest) for (const offer of Object.values(check.outputs)) take(offer.shape && sizeOf(offer.shape))
    if (largest) sizes.set(id, largest)
  }
  known.set(analysis, sizes)
  return sizes
}
