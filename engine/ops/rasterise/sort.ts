/** Prefix sums and a stable sort on the GPU: `sort.wgsl` says how. */
import type { Block } from '../../gpu/buffers.ts'
import { cover, type GpuCall } from '../../gpu/device.ts'
import type { GpuContext } from '../op.ts'

/** Numbers of an invocation, of 256 in a block. */
const EACH = 8
const DIGIT_BITS = 4
const DIGITS = 1 << DIGIT_BITS
/** Workgroups of a row: calls are cut between rows. */
const ACROSS = 64

/** Workgroups in rows, at least as many as wanted. */
export const spread = (groups: number): readonly [x: number, y: number] => {
  const x = Math.max(1, Math.min(ACROSS, groups))
  return [x, cover(groups, x)]
}

/**
 * What replaces each of the first `count` numbers (u32) by the sum of those before it, which must stay below 2³².
 * @param each numbers of an invocation: fewer make more blocks
 */
export async function scanCalls(
  context: GpuContext,
  numbers: Block,
  count: number,
  each = EACH,
): Promise<readonly GpuCall[]> {
  if (count === 0) return []
  const blocks = cover(count, 256 * each)
  const sums = await context.temporary(4 * blocks)
  const call = {
    ...{ params: [count], constants: { EACH: each }, pace: '' },
    ...{ buffers: [numbers, sums], groups: spread(blocks) },
  }
  const last = { ...call, kernel: 'rasterise.sort/scanBlocks' }
  if (blocks === 1) return [last]
  return [{ ...call, kernel: 'rasterise.sort/sumBlocks' }, ...(await scanCalls(context, sums, blocks, each)), last]
}

/** Keys and what belongs to them, u32 each. */
export interface Pairs {
  readonly keys: Block
  readonly values: Block
}

/**
 * Sorts pairs by key; those of equal keys keep their order. Both `pairs` and `spare` are overwritten.
 * @param differing a bit is 1 where keys may differ: digits in which none does are left out
 * @returns whichever of the two has the result
 */
export async function sortPairs(
  context: GpuContext,
  { pairs, spare, count, differing }: { pairs: Pairs; spare: Pairs; count: number; differing: number },
): Promise<Pairs> {
  const blocks = cover(count, 256 * EACH)
  if (blocks === 0) return pairs
  const counts = await context.temporary(4 * DIGITS * blocks)
  const adding = await scanCalls(context, counts, DIGITS * blocks)
  const calls: GpuCall[] = []
  let [from, to] = [pairs, spare]
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    if (((differing >>> shift) & (DIGITS - 1)) === 0) continue
    const call = { params: [count, shift], groups: spread(blocks), pace: '' }
    calls.push({ ...call, kernel: 'rasterise.sort/countDigits', buffers: [from.keys, counts] }, ...adding, {
      ...{ ...call, kernel: 'rasterise.sort/moveDigits' },
      buffers: [from.keys, from.values, counts, to.keys, to.values],
    })
    ;[from, to] = [to, from]
  }
  await context.dispatchAll(calls)
  return from
}
