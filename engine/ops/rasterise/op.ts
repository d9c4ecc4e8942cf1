/** Renders 3D Gaussians as a camera sees them (gsplat's rasterization). */
import type { ImageShape, ImageValue, TensorShape, TensorValue } from '../../values/index.ts'
import { requireFinite, requireInteger, unsupported } from '../check.ts'
import { SCRATCH_SLACK } from '../cpu.ts'
import { type At, type CpuContext, defineOp, type Readable, type Site, type StoredShape, type Terms } from '../op.ts'
import { functionOf, pixel, termAt } from '../terms.ts'
import { drawOnGpu } from './gpu.ts'
import { pixelOf, seenSplats } from './plain.ts'
import { limitsOf, placeOf, type RasteriseParams, rules, tile } from './rules.ts'

const label = 'Render splats'
/** Splats that are projected at a time, as the kernels count them. */
const CHUNK = 1024
/** Floats of a projected splat. */
const RECORD = 12
const BINS = 2048
/** Of the sort and of the lists: the most blocks, and the fewest splats of a block. */
const BLOCKS = 32
const SMALLEST = 16384
/** 32 copies of projected splats. */
const COPIES = 32 * 48
/** Of the tiles of four splats. */
export const SHAPES = 224
/** Bytes that keep the tiles of a splat. */
export const SPANS = 32
/**
 * Of blending: blocks of four pixels with six numbers, 16 rows twice, constants, columns; for each of 64 splats a copy, the blocks
 * that it reaches, and what is prepared; columns of blocks.
 */
export const BLEND_SCRATCH = 64 * 96 + 128 + 256 + 64 + 64 * (48 + 8 + 256) + 128 + SCRATCH_SLACK

export interface RasteriseResult {
  readonly image: ImageValue
  readonly alpha: ImageValue
  readonly depth: ImageValue
}

/** The number of splats, and the degree of their harmonics. Throws `op.unsupported`. */
function check(shapes: readonly TensorShape[], params: RasteriseParams): { count: number; degree: number } {
  const { width, height, fx, fy, cx, cy, view, near, far, background } = params
  const [means, quats, scales, opacities, sh] = shapes.map(({ shape }) => shape)
  const count = means?.[0] ?? 0
  const given = shapes.map(({ shape }) => shape.join(' × ')).join(', ')
  const fits = (shape: readonly number[] | undefined, ...wanted: readonly number[]): boolean =>
    shape?.length === wanted.length && wanted.every((side, i) => shape[i] === side)
  const degree = Math.sqrt(sh?.[1] ?? 0) - 1
  const right =
    fits(means, count, 3) &&
    fits(quats, count, 4) &&
    fits(scales, count, 3) &&
    fits(opacities, count) &&
    fits(sh, count, (degree + 1) ** 2, 3) &&
    [0, 1, 2, 3].includes(degree)
  if (!right) throw unsupported(label, given, 'N × 3, N × 4, N × 3, N and N × 1, 4, 9 or 16 × 3 numbers')
  requireInteger(label, 'a width of', width, 1, 32768)
  requireInteger(label, 'a height of', height, 1, 32768)
  requireFinite(label, 'a camera', [fx, fy, cx, cy, ...view, near, ...background])
  if (!(fx > 0 && fy > 0)) throw unsupported(label, `focal lengths of ${fx} and ${fy}`, 'lengths above 0')
  if (!(near > 0 && far >= near)) throw unsupported(label, `planes at ${near} and ${far}`, 'a near plane above 0')
  if (view.length !== 16) throw unsupported(label, `a view of ${view.length} numbers`, '16 numbers')
  requireFinite(label, 'a view', placeOf(view))
  return { count, degree }
}

function planes({ width, height, space }: RasteriseParams): Readonly<Record<keyof RasteriseResult, ImageShape>> {
  const plane = { kind: 'image', width, height, channels: 1, alpha: false, space: 'data' } as const
  return { image: { ...plane, channels: 3, space }, alpha: { ...plane, range: [0, 1] }, depth: plane }
}

function siteList(shapes: readonly StoredShape[]): readonly Site[] {
  return shapes.flatMap((shape, input) =>
    shape.kind === 'tensor'
      ? Array.from({ length: shape.shape.reduce((a, b) => a * b, 1) }, (_, i) => pixel(0, i, 0, input))
      : [],
  )
}

function explain(at: At, inputs: readonly Readable[], params: RasteriseParams): Terms {
  const shapes = inputs.map(({ shape }) => shape as TensorShape)
  const { count, degree } = check(shapes, params)
  const [means, quats, scales, opacities, sh] = inputs.map((input) => (i: number) => input.at(0, i, 0))
  if (!means || !quats || !scales || !opacities || !sh) return functionOf([], label, Number.NaN)
  const seen = seenSplats({ count, degree, means, quats, scales, opacities, sh }, params)
  const made = pixelOf(seen, at.x, at.y, params)
  const result = at.output === 'alpha' ? made.alpha : at.output === 'depth' ? made.depth : made.image[at.c as 0 | 1 | 2]
  return functionOf(
    siteList(shapes).map((site) => termAt(inputs, site)),
    'splats from front to back',
    result,
  )
}

/** Room for 32-bit numbers that a kernel fills. Not zeroed, unlike `temporary`. */
const room = (context: CpuContext, length: number): number =>
  context.address(context.tensor({ kind: 'tensor', shape: [Math.max(1, length)], axes: ['N'], dtype: 'int32' }))

const words = ({ device }: CpuContext, address: number, length: number): Uint32Array =>
  new Uint32Array(device.memory.buffer, address, length)

/** Turns counts of blocks into where each block's part of each bin begins. Returns the sum. */
function place(table: Uint32Array, bins: number, starts?: Uint32Array): number {
  let sum = 0
  for (let bin = 0; bin < bins; bin++) {
    if (starts) starts[bin] = sum
    for (let at = bin; at < table.length; at += bins) {
      const count = table[at] ?? 0
      table[at] = sum
      sum += count
    }
  }
  if (starts) starts[bins] = sum
  return sum
}

async function draw(
  context: CpuContext,
  inputs: readonly TensorValue[],
  params: RasteriseParams,
  { count, degree }: { readonly count: number; readonly degree: number },
): Promise<RasteriseResult> {
  const { width, height, fx, fy, cx, cy, view, near, far, background, antialiased } = params
  const of = planes(params)
  const [image, alpha, depth] = [context.image(of.image), context.image(of.alpha), context.image(of.depth)]
  const { device } = context
  const camera = context.upload(
    Float64Array.from([
      ...[...view.slice(0, 12), fx, fy, cx, cy, width, height, near, far, ...placeOf(view)],
      ...[...limitsOf(fx, cx, width), ...limitsOf(fy, cy, height)],
      ...[rules.lowpass, rules.leastAlpha, antialiased ? 1 : 0],
    ]),
  )
  const chunks = Math.ceil(count / CHUNK)
  const records = room(context, chunks * CHUNK * RECORD)
  const counts = room(context, chunks)
  await device.dispatch({
    kernel: 'splatsProject',
    args: [...inputs.map((input) => context.address(input)), degree, count, camera, records, counts, 0],
    rows: chunks,
  })
  const starts = room(context, chunks + 1)
  words(context, starts, chunks).set(words(context, counts, chunks))
  const seen = place(words(context, starts, chunks), chunks)

  // Sorted by depth: there and back and there again.
  let pairs = room(context, 2 * seen)
  let other = room(context, 2 * seen)
  await device.dispatch({ kernel: 'splatsGather', args: [records, counts, starts, pairs], rows: chunks })
  const block = Math.max(SMALLEST, Math.ceil(seen / BLOCKS))
  const blocks = Math.ceil(seen / block)
  const digits = room(context, BINS * blocks)
  for (const shift of [0, 11, 22]) {
    await device.dispatch({ kernel: 'splatsDigits', args: [pairs, seen, block, shift, digits], rows: blocks })
    place(words(context, digits, BINS * blocks), BINS)
    const args = [pairs, other, seen, block, shift, digits]
    await device.dispatch({ kernel: 'splatsSort', args, rows: blocks, scratch: BINS * 4 })
    ;[pairs, other] = [other, pairs]
  }

  const [columns, rows] = [Math.ceil(width / tile), Math.ceil(height / tile)]
  const tiles = columns * rows
  const table = room(context, tiles * blocks)
  const spans = room(context, (SPANS / 4) * seen)
  const own = [records, pairs, seen, block, columns, rows, table, spans]
  await device.dispatch({
    kernel: 'splatsCount',
    args: own,
    rows: blocks,
    scratch: COPIES + SHAPES + 4 * (tiles + 1) + SCRATCH_SLACK,
  })
  const firsts = room(context, tiles + 1)
  const total = place(words(context, table, tiles * blocks), tiles, words(context, firsts, tiles + 1))
  const lists = room(context, total)
  const scratch = 4 * tiles + SHAPES + SCRATCH_SLACK
  await device.dispatch({ kernel: 'splatsList', args: [...own, lists], rows: blocks, scratch })
  const numbers = context.upload([rules.mostAlpha, rules.leastAlpha, rules.leastTransmittance, ...background])
  const out = [image, alpha, depth].map((value) => context.address(value))
  await device.dispatch({
    kernel: 'splatsBlend',
    args: [records, lists, firsts, columns, width, height, numbers, ...out],
    rows: tiles,
    scratch: BLEND_SCRATCH,
  })
  return { image, alpha, depth }
}

/**
 * What a camera sees of splats, by the rules of `rules.ts`. Means (N, 3), quaternions (N, 4; w, x, y, z), standard deviations (N, 3),
 * opacities (N) and harmonics (N, (degree + 1)², 3), all float32, in; image (H, W, 3), alpha (H, W, 1) and the expected depth
 * (H, W, 1) out. On the GPU splats are projected in float32 (on the CPU in float64): there a splat within about 1e-5 of a cut, or two
 * whose depths differ in the last bit, may come out the other way.
 * @throws op.unsupported for other shapes, and cameras that are none
 * @see Kerbl et al., 3D Gaussian Splatting for Real-Time Radiance Field Rendering (2023); gsplat, rasterization
 */
export const rasterise = defineOp<
  readonly [TensorValue, TensorValue, TensorValue, TensorValue, TensorValue],
  RasteriseParams,
  RasteriseResult
>({
  name: 'rasterise',
  nonFinite: 'Splats with a number that is not finite are not drawn: gsplat leaves out what has no finite radius.',
  cpu: (context, inputs, params) => draw(context, inputs, params, check(inputs, params)),
  async gpu(context, inputs, params) {
    const given = check(inputs, params)
    const of = planes(params)
    const [image, alpha, depth] = [
      await context.image(of.image),
      await context.image(of.alpha),
      await context.image(of.depth),
    ]
    const result = { image, alpha, depth }
    await drawOnGpu(context, inputs, result, params, given)
    return result
  },
  whole: true,
  reach: (_, shapes) => siteList(shapes),
  terms: (at, inputs, params) => explain(at, inputs, params),
})
