/** Which features of two pictures belong together (cv2.BFMatcher). */
import type { TensorValue } from '../../values/index.ts'
import { requireInteger, unsupported } from '../check.ts'
import { type CpuContext, defineOp } from '../op.ts'
import { dtypeOf } from '../shape.ts'
import { everyNumberOf, explainInputs } from '../whole.ts'
import { workspace } from '../workspace.ts'
import { type MatchParams, pairsOf } from './plain.ts'

export type { MatchParams } from './plain.ts'

const label = 'Matching'
/** As in kernel.as.ts. */
const KINDS = { numbers: 0, whole: 1, bits: 2 } as const
const FOUND = 24
/** More rows have no place in a number beside their distance. */
const mostRows = 2 ** 21
/** The longest row of bytes whose sum of squares fits into 32 bits. */
const mostWhole = 2 ** 15

interface Rows {
  readonly kind: (typeof KINDS)[keyof typeof KINDS]
  readonly a: number
  readonly b: number
}

const sides = ({ shape }: TensorValue) => ({ count: shape[0] ?? 0, length: shape[1] ?? 0 })

function check(a: TensorValue, b: TensorValue, { ratio, most }: MatchParams): void {
  for (const value of [a, b]) {
    if (value.kind !== 'tensor' || value.shape.length !== 2)
      throw unsupported(label, 'a value that is no (N, D) tensor', 'rows of numbers')
    const { count } = sides(value)
    if (count > mostRows) throw unsupported(label, `${count} rows`, `at most ${mostRows}`)
  }
  const alike = sides(a).length === sides(b).length && dtypeOf(a) === dtypeOf(b)
  if (!alike && sides(a).count > 0 && sides(b).count > 0)
    throw unsupported(label, `rows of ${sides(a).length} and of ${sides(b).length}`, 'rows of one kind')
  if (!(ratio > 0)) throw unsupported(label, `a ratio of ${ratio}`, 'one above 0')
  requireInteger(label, 'how many', most, 1, mostRows)
}

/** Where the rows are, as 16 bits where all of them are whole numbers from 0 to 255. */
async function rowsOf(context: CpuContext, a: TensorValue, b: TensorValue): Promise<Rows> {
  const given = { a: context.address(a), b: context.address(b) }
  if (dtypeOf(a) === 'uint8') return { kind: KINDS.bits, ...given }
  const { length } = sides(a)
  if (length > mostWhole) return { kind: KINDS.numbers, ...given }
  const packed = [a, b].map(async (value) => {
    const { count } = sides(value)
    const [rows, flags] = [workspace(context, 2 * count * length), workspace(context, count)]
    await context.device.dispatch({
      kernel: 'matchWhole',
      args: [context.address(value), length, rows, flags],
      rows: count,
    })
    return { rows, whole: !context.uint8(flags, count).includes(0) }
  })
  const [p, q] = await Promise.all(packed)
  return p?.whole && q?.whole ? { kind: KINDS.whole, a: p.rows, b: q.rows } : { kind: KINDS.numbers, ...given }
}

/** The nearest row of `b` for some rows of `a`, and the distances of it and of the second nearest. */
async function nearest(
  context: CpuContext,
  { kind, a, b }: Rows,
  count: number,
  length: number,
  rows: number,
  list?: Int32Array,
) {
  const found = workspace(context, FOUND * rows)
  const args = [kind, a, b, count, length, list ? context.upload(list) : 0, found]
  await context.device.dispatch({ kernel: 'matchRows', args, rows, grain: 4 })
  const { buffer, byteOffset } = context.uint8(found, FOUND * rows)
  const view = new DataView(buffer.slice(byteOffset, byteOffset + FOUND * rows))
  const real = (d: number): number => (kind === KINDS.bits ? d : Math.sqrt(d))
  return {
    at: (n: number): number => view.getInt32(FOUND * n + 16, true),
    best: (n: number): number => real(view.getFloat64(FOUND * n, true)),
    second: (n: number): number => real(view.getFloat64(FOUND * n + 8, true)),
  }
}

/** The numbers 0 to count − 1 by their distances as float32, the first of equal ones first. */
function byDistance(distances: ArrayLike<number>): number[] {
  const bits = new Uint32Array(Float32Array.from(distances).buffer)
  // Floats from 0 on are in the order of their bits; beside them there is room for the place.
  const keys = Float64Array.from(bits, (key, i) => key * mostRows + i).sort()
  return Array.from(keys, (key) => key % mostRows)
}

const explain = explainInputs(
  ([a, b], params: MatchParams) => {
    const described = [a, b].map((input) => {
      const bytes = input?.shape.kind === 'tensor' && input.shape.dtype === 'uint8'
      const numbers = input?.numbers ?? new Float32Array(0)
      const count = input?.shape.kind === 'tensor' ? (input.shape.shape[0] ?? 0) : 0
      return { rows: bytes ? Uint8Array.from(numbers) : numbers, count }
    })
    const [first, second] = described
    return first && second ? pairsOf(first, second, params) : []
  },
  (pairs, { x }) => {
    const pair = pairs[Math.floor(x / 4)]
    const numbers = pair ? [pair.first, pair.second, pair.distance, pair.ratio] : []
    return {
      says: 'which rows belong together, their distance, or its ratio to the second best',
      value: numbers[x % 4],
    }
  },
)

/**
 * For each row of the first the nearest row of the second, by all distances; those that pass the ratio test and the cross check, nearest
 * first. Bytes are compared bit by bit (Hamming), numbers by the length of their difference. It has no GPU kernel.
 *
 * Rows (N, D) and (M, D), both float32 or both uint8, in; (K, 4) float32 out: which row of the first, which of the second, distance,
 * ratio to the distance of the second nearest.
 * @throws op.unsupported for rows that are not of one kind
 * @see OpenCV BFMatcher (knnMatch, crossCheck); D. Lowe 2004, section 7.1
 */
export const matchFeatures = defineOp<readonly [TensorValue, TensorValue], MatchParams, TensorValue>({
  name: 'matchFeatures',
  dtypes: ['float32', 'uint8'],
  nonFinite:
    'A row with NaN is no partner of any, as comparisons with NaN fail in NumPy; nor is one that is infinitely far.',
  async cpu(context, [a, b], params) {
    check(a, b, params)
    const { ratio, cross, most } = params
    const [{ count: n, length }, { count: m }] = [sides(a), sides(b)]
    const out = (rows: ArrayLike<number>) => {
      const made = context.tensor({ kind: 'tensor', shape: [rows.length / 4, 4], axes: ['N', 'C'] })
      context.float32(context.address(made), rows.length).set(rows)
      return made
    }
    if (n === 0 || m === 0) return out([])
    const rows = await rowsOf(context, a, b)
    const forth = await nearest(context, rows, m, length, n)
    const part = (i: number): number => (forth.second(i) === 0 ? 1 : forth.best(i) / forth.second(i))
    let kept: number[] = []
    for (let i = 0; i < n; i++) if (forth.at(i) >= 0 && (ratio >= 1 || part(i) < ratio)) kept.push(i)
    if (cross && kept.length > 0) {
      const partners = Int32Array.from(new Set(kept.map(forth.at)))
      const back = await nearest(context, { ...rows, a: rows.b, b: rows.a }, n, length, partners.length, partners)
      const partnerOf = new Map(Array.from(partners, (j, k) => [j, back.at(k)]))
      kept = kept.filter((i) => partnerOf.get(forth.at(i)) === i)
    }
    const distances = Float64Array.from(kept, forth.best)
    const order = byDistance(distances).slice(0, most)
    return out(
      Float32Array.from(
        order.flatMap((k) => {
          const i = kept[k] ?? 0
          return [i, forth.at(i), distances[k] ?? 0, part(i)]
        }),
      ),
    )
  },
  whole: true,
  reach: (_, shapes) => everyNumberOf(shapes),
  terms: explain,
})
