/** Renders splats on the GPU: the steps of `kernel.wgsl` and `sort.wgsl`, in their order. */
import type { Block } from '../../gpu/buffers.ts'
import { cover, f32, type GpuCall } from '../../gpu/device.ts'
import { GpuError } from '../../gpu/error.ts'
import type { ImageValue, TensorValue } from '../../values/index.ts'
import type { GpuContext } from '../op.ts'
import { harmonics, limitsOf, placeOf, type RasteriseParams, rules, tile } from './rules.ts'
import { scanCalls, sortPairs, spread } from './sort.ts'

/** Splats of a workgroup. */
const CHUNK = 256
/** Bytes of a projected splat. */
const RECORD = 48
/** Numbers that a chunk says of itself. */
const SAID = 5

const constants = {
  LOWPASS: rules.lowpass,
  MOST_ALPHA: rules.mostAlpha,
  LEAST_ALPHA: rules.leastAlpha,
  LEAST_TRANSMITTANCE: rules.leastTransmittance,
  C0: harmonics.c0,
  C1: harmonics.c1,
  ...Object.fromEntries(harmonics.c2.map((c, i) => [`C2${i}`, c])),
  ...Object.fromEntries(harmonics.c3.map((c, i) => [`C3${i}`, c])),
}

const scratch = new DataView(new ArrayBuffer(4))
/** The float32 next to a positive number that is not below it (1) or not above it (-1). */
function beside(value: number, way: 1 | -1): number {
  const nearest = Math.fround(value)
  if (!Number.isFinite(nearest)) return 3.4028234663852886e38
  if (way * (nearest - value) >= 0) return nearest
  scratch.setFloat32(0, nearest)
  scratch.setInt32(0, scratch.getInt32(0) + way)
  return scratch.getFloat32(0)
}

/** The words of `Camera` behind `first`. */
function cameraOf(params: RasteriseParams, count: number, degree: number): readonly number[] {
  const { width, height, fx, fy, cx, cy, view, near, far, antialiased } = params
  const place = placeOf(view)
  const floats = [
    ...[width, height, fx, fy, cx, cy, beside(near, 1), beside(far, -1)],
    ...[...limitsOf(fx, cx, width), ...limitsOf(fy, cy, height)],
    ...[0, 4, 8].flatMap((row) => view.slice(row, row + 3)),
    ...[...place, ...place.map((v) => v - Math.fround(v))],
  ]
  const whole = [count, degree, antialiased ? 1 : 0, Math.ceil(width / tile), Math.ceil(height / tile)]
  return [...whole, ...floats.map(f32)]
}

/** What all chunks say: where the seen splats of each begin, how many pairs with tiles there are, and which bits of depths differ. */
export function sumOf(said: Uint32Array): { starts: Uint32Array<ArrayBuffer>; pairs: number; differing: number } {
  const starts = new Uint32Array(said.length / SAID + 1)
  let [pairs, set, clear] = [0, 0, 0]
  for (let chunk = 0; chunk + 1 < starts.length; chunk++) {
    const [count = 0, low = 0, high = 0, ones = 0, zeros = 0] = said.subarray(chunk * SAID, (chunk + 1) * SAID)
    starts[chunk + 1] = (starts[chunk] ?? 0) + count
    pairs += low + 65536 * high
    set |= ones
    clear |= zeros
  }
  return { starts, pairs, differing: set & clear }
}

/**
 * The same as on the CPU, except that projecting is in float32. It takes 72 bytes a splat, 16 a pair of a splat and a tile, and the
 * result. The number of pairs is read back, so that none is ever left out.
 * @throws GpuError `limit` where it does not fit
 */
export async function drawOnGpu(
  context: GpuContext,
  inputs: readonly TensorValue[],
  results: { readonly image: ImageValue; readonly alpha: ImageValue; readonly depth: ImageValue },
  params: RasteriseParams,
  { count, degree }: { readonly count: number; readonly degree: number },
): Promise<void> {
  const { width, height, background } = params
  const [columns, rows] = [Math.ceil(width / tile), Math.ceil(height / tile)]
  const chunks = cover(count, CHUNK)
  const records = await context.temporary(count * RECORD)
  const touched = await context.temporary(count * 4)
  const said = await context.temporary(chunks * SAID * 4)
  await context.dispatch({
    ...{ kernel: 'rasterise/projectChunk', constants, params: cameraOf(params, count, degree), pace: `${degree}` },
    buffers: [...inputs.map((input) => context.block(input)), records, touched, said],
    groups: spread(chunks),
  })
  const { starts, pairs, differing } = sumOf(new Uint32Array(await context.read(said)))
  const seen = starts.at(-1) ?? 0
  if (pairs >= 2 ** 32) throw new GpuError('limit', `${pairs} pairs of a splat and a tile, of ${2 ** 32 - 1} at most`)

  const both = async (length: number): Promise<{ keys: Block; values: Block }> => ({
    keys: await context.temporary(4 * length),
    values: await context.temporary(4 * length),
  })
  const step = (kernel: string, length: number, buffers: readonly Block[], pace = ''): GpuCall => ({
    ...{ kernel: `rasterise/${kernel}`, constants, pace, buffers },
    params: [length, columns, rows, width, height, ...background.map(f32)],
    groups: kernel === 'blend' ? [columns, rows] : spread(cover(length, CHUNK)),
  })

  const near = await both(seen)
  await context.dispatch(step('gatherDepths', count, [records, await context.upload(starts), near.keys, near.values]))
  const byDepth = await sortPairs(context, { pairs: near, spare: await both(seen), count: seen, differing })
  const offsets = await context.temporary(4 * seen)
  const listed = await both(pairs)
  await context.dispatchAll([
    step('gatherCounts', seen, [touched, byDepth.values, offsets]),
    ...(await scanCalls(context, offsets, seen)),
    step('writePairs', seen, [records, byDepth.values, offsets, listed.keys, listed.values, touched]),
  ])
  // The bits of the largest number: the one after the last tile's stands for no tile.
  const bits = 2 ** (32 - Math.clz32(columns * rows)) - 1
  const byTile = await sortPairs(context, { pairs: listed, spare: await both(pairs), count: pairs, differing: bits })
  const ranges = await context.zeroed(8 * columns * rows)
  const out = [results.image, results.alpha, results.depth].map((value) => context.block(value))
  // Rows take longer the longer the lists are.
  const length = Math.round(Math.log2(1 + pairs / rows))
  await context.dispatchAll([
    step('findRanges', pairs, [byTile.keys, ranges]),
    step('blend', pairs, [records, byTile.values, ranges, ...out], `${length}`),
  ])
}
