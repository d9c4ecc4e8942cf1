// What the kernels that render splats and those that fit them share: a projected splat, the tiles that it touches, and the pixels of a
// tile that it reaches.

/** Bytes of a projected splat: 12 floats. */
export const RECORD: usize = 48
// With k² = log2(e) / 2 and Σ' = [a b; b c]: 2^-(u² + w) = exp(-σ), u = p·dx + q·dy, w = r·dy². Squares lose nothing where a long, thin
// splat makes the usual quadratic form cancel.
export const X: usize = 0
export const Y: usize = 4
export const P: usize = 8
export const Q: usize = 12
export const R: usize = 16
/** log2 of the opacity. */
export const LOG: usize = 20
export const RED: usize = 24
export const DEPTH: usize = 36
/** u² + w at the contour of 1/255, and a little more. */
export const EDGE: usize = 40
/** 1 / p */
export const WIDE: usize = 44

/** Bytes of what a splat's tiles are kept in: the first row and how many rows, then from where to where in each of seven rows. */
export const SPANS: usize = 32
const MOST_ROWS: i32 = 7

/** Keeps the tiles of a splat, so that writing the lists needs neither its record nor roots. */
@inline
function keepRows(spans: usize, first: i32, count: i32): void {
  if (spans) store<i32>(spans, count > 0 ? first | (count << 16) : 0)
}

/** From which tile to which in a row: the second is one more, in the upper half. None is from 1 to 0. */
const NONE: i32 = 1

/** Writes a splat to the lists of the tiles that `tiles` kept. Returns false where it has more rows than are kept. */
@inline
export function listKept(spans: usize, number: u32, columns: i32, table: usize, lists: usize): bool {
  const rows = load<u16>(spans, 2)
  if (<i32>rows > MOST_ROWS) return false
  let row = <i32>load<u16>(spans) * columns
  for (let k: u32 = 0; k < rows; k++, spans += 4, row += columns)
    addTiles(table, row, load<u16>(spans, 4), <i32>load<u16>(spans, 6) - 1, lists, number)
  return true
}

/**
 * Counts a block's splats into the tiles that they touch, or (`lists` not 0) writes them there. Row of tiles by row, from the exact
 * ellipse.
 * @param table u32, `columns · rows` for each block: counts, or where the block's part of each tile's list begins
 * @param spans where to keep the tiles for `listKept`, or 0 @param four room for four numbers
 */
@inline
export function tiles(
  record: usize, number: u32, columns: i32, rows: i32, table: usize, lists: usize, spans: usize, four: usize,
): void {
  const x = load<f32>(record, X), y = load<f32>(record, Y)
  const r = load<f32>(record, R), edge = load<f32>(record, EDGE), wide = load<f32>(record, WIDE)
  const slope = load<f32>(record, Q) * wide
  const over: f32 = 1 / r
  const ry = sqrt<f32>(edge * over)
  const first = max<i32>(0, <i32>floor<f32>((y - ry - 0.51) * 0.0625))
  const last = min<i32>(rows - 1, <i32>floor<f32>((y + ry - 0.49) * 0.0625))
  // Where the ellipse is widest: (rx, up), and opposite.
  const square = wide * wide + slope * slope * over
  const rx = sqrt<f32>(edge * square)
  if (first == last) {
    // All of it lies in one row of tiles, so its whole width counts.
    const left = max<i32>(0, <i32>floor<f32>((x - rx - 0.51) * 0.0625))
    const right = min<i32>(columns - 1, <i32>floor<f32>((x + rx - 0.49) * 0.0625))
    addTiles(table, first * columns, left, right, lists, number)
    keepRows(spans, first, 1)
    if (spans) store<i32>(spans, left <= right ? left | ((right + 1) << 16) : NONE, 4)
    return
  }
  const up = f32x4.splat(-slope * rx * over / square), down = f32x4.neg(up)
  const xs = f32x4.splat(x), edges = f32x4.splat(edge), rs = f32x4.splat(r), wides = f32x4.splat(wide), slopes = f32x4.splat(slope)
  const widest = f32x4.splat(rx), highest = f32x4.splat(ry), sixteenth = f32x4.splat(0.0625)
  const zero = f32x4.splat(0)
  keepRows(spans, first, last - first + 1)
  // Four rows at a time.
  for (let row = first; row <= last; row += 4) {
    let low = f32x4.add(f32x4.splat(<f32>(row << 4) + 0.49 - y), f32x4(0, 16, 32, 48))
    const high = f32x4.pmin(f32x4.add(low, f32x4.splat(15.02)), highest)
    low = f32x4.pmax(low, f32x4.neg(highest))
    const d = f32x4.pmin(f32x4.pmax(up, low), high), e = f32x4.pmin(f32x4.pmax(down, low), high)
    const dd = f32x4.pmax(f32x4.sub(edges, f32x4.mul(rs, f32x4.mul(d, d))), zero)
    const ee = f32x4.pmax(f32x4.sub(edges, f32x4.mul(rs, f32x4.mul(e, e))), zero)
    let to = f32x4.sub(f32x4.mul(f32x4.sqrt(dd), wides), f32x4.mul(slopes, d))
    let from = f32x4.add(f32x4.mul(f32x4.sqrt(ee), wides), f32x4.mul(slopes, e))
    to = v128.bitselect(widest, to, f32x4.eq(d, up))
    from = v128.bitselect(widest, from, f32x4.eq(e, down))
    const leftmost = f32x4.mul(f32x4.sub(f32x4.sub(xs, from), f32x4.splat(0.51)), sixteenth)
    const rightmost = f32x4.mul(f32x4.sub(f32x4.add(xs, to), f32x4.splat(0.49)), sixteenth)
    const left = i32x4.max_s(i32x4.trunc_sat_f32x4_s(f32x4.floor(leftmost)), i32x4.splat(0))
    const right = i32x4.min_s(i32x4.trunc_sat_f32x4_s(f32x4.floor(rightmost)), i32x4.splat(columns - 1))
    const some = v128.and(i32x4.le_s(left, right), f32x4.le(low, high))
    const packed = v128.or(left, i32x4.shl(i32x4.add(right, i32x4.splat(1)), 16))
    v128.store(four, v128.bitselect(packed, i32x4.splat(NONE), some))
    const end = min(4, last - row + 1)
    for (let k = 0; k < end; k++) {
      const span = load<u32>(four + (<usize>k << 2))
      addTiles(table, (row + k) * columns, span & 0xffff, <i32>(span >> 16) - 1, lists, number)
      const own = row - first + k
      if (spans && own < MOST_ROWS) store<u32>(spans + (<usize>own << 2), span, 4)
    }
  }
}

@inline
function addTiles(table: usize, row: i32, left: i32, right: i32, lists: usize, number: u32): void {
  let at = table + (<usize>(row + left) << 2)
  for (let column = left; column <= right; column++, at += 4) {
    const place = load<u32>(at)
    store<u32>(at, place + 1)
    if (lists) store<u32>(lists + (<usize>place << 2), number)
  }
}

/** Copies records side by side, `step` bytes apart: memory delivers many at a time faster than one after the other. */
@inline
export function gather(records: usize, numbers: usize, stride: usize, count: u32, to: usize, step: usize): void {
  for (let j: u32 = 0; j < count; j++, numbers += stride, to += step) {
    const from = records + <usize>load<u32>(numbers) * RECORD
    v128.store(to, v128.load(from))
    v128.store(to, v128.load(from, 16), 16)
    v128.store(to, v128.load(from, 32), 32)
  }
}

// What blending keeps of a group of four pixels, in scratch memory: transmittance (negative once the pixel has ended), red, green,
// blue, depth, weight.
export const GROUP: usize = 96
/** After the 64 groups: q·dy and log2(o) − w of the 16 rows, constants, then copies of records. */
export const ROWS_Q: usize = 64 * GROUP
export const ROWS_W: usize = ROWS_Q + 64
const TABLE: usize = ROWS_W + 64
/** The centres of the columns of each group. */
export const CENTRES: usize = TABLE + 192
export const COPIES: usize = CENTRES + 64
export const BATCH: u32 = 32

// Constants of inner loops come from memory, four times each: that is faster than from the code, and than to spread them there.
/** Added to a small number, it leaves the nearest whole one in the lowest bits. */
const MAGIC: usize = TABLE
const E0: usize = TABLE + 16
const E1: usize = TABLE + 32
const E2: usize = TABLE + 48
const E3: usize = TABLE + 64
const E4: usize = TABLE + 80
const QUARTER: usize = TABLE + 96
const FROM: usize = TABLE + 112
const TO: usize = TABLE + 128
const FOUR: usize = TABLE + 144
const BYTE: usize = TABLE + 160

export function fillTable(scratch: usize): void {
  v128.store(scratch, f32x4.splat(12582912), MAGIC)
  v128.store(scratch, f32x4.splat(0.9999992614392341), E0)
  v128.store(scratch, f32x4.splat(0.6931218145829677), E1)
  v128.store(scratch, f32x4.splat(0.24024744837984588), E2)
  v128.store(scratch, f32x4.splat(0.05591786158553248), E3)
  v128.store(scratch, f32x4.splat(0.009570101946807179), E4)
  v128.store(scratch, f32x4.splat(0.25), QUARTER)
  // A pixel's centre lies half a pixel right of its edge. Rounded to the nearest group, less and more than half a group decide; a
  // hundredth of a pixel is for rounding.
  v128.store(scratch, f32x4.splat(-0.3775), FROM)
  v128.store(scratch, f32x4.splat(0.3875), TO)
  v128.store(scratch, f32x4.splat(4), FOUR)
  v128.store(scratch, i32x4.splat(0xff), BYTE)
  for (let k: usize = 0; k < 16; k++) store<f32>(scratch + (k << 2), <f32>k + 0.5, CENTRES)
}

/** 2^x of x from -120 to 120: the whole part goes to the exponent, the rest is a polynomial of degree 4, exact to 2.6e-6. */
@inline
export function exp2(x: v128, scratch: usize): v128 {
  const magic = v128.load(scratch, MAGIC)
  const n = f32x4.add(x, magic)
  const f = f32x4.sub(x, f32x4.sub(n, magic))
  let y = f32x4.add(f32x4.mul(f, v128.load(scratch, E4)), v128.load(scratch, E3))
  y = f32x4.add(f32x4.mul(y, f), v128.load(scratch, E2))
  y = f32x4.add(f32x4.mul(y, f), v128.load(scratch, E1))
  y = f32x4.add(f32x4.mul(y, f), v128.load(scratch, E0))
  return i32x4.add(y, i32x4.shl(n, 23))
}

/**
 * What is the same for all pixels of a row, for four rows of a tile: q·dy - shift to `to`, log2(o) - w 64 bytes behind. Returns in
 * the lowest byte of each: the first group of four pixels that the ellipse reaches, and 16 times the one after the last.
 */
@inline
function rows4(
  x: v128, dy: v128, q: v128, r: v128, edge: v128, log: v128, wide: v128, shift: v128, scratch: usize, to: usize,
): v128 {
  const zero = f32x4.splat(0)
  const magic = v128.load(scratch, MAGIC)
  const four = v128.load(scratch, FOUR)
  const quarter = v128.load(scratch, QUARTER)
  const w = f32x4.mul(r, f32x4.mul(dy, dy))
  const qd = f32x4.mul(q, dy)
  v128.store(to, f32x4.sub(qd, shift))
  v128.store(to, f32x4.sub(log, w), 64)
  const left = f32x4.sub(edge, w)
  const half = f32x4.mul(f32x4.sqrt(f32x4.pmax(left, zero)), wide)
  const centre = f32x4.sub(x, f32x4.mul(qd, wide))
  let from = f32x4.add(f32x4.mul(f32x4.sub(centre, half), quarter), v128.load(scratch, FROM))
  let end = f32x4.add(f32x4.mul(f32x4.add(centre, half), quarter), v128.load(scratch, TO))
  from = f32x4.add(f32x4.pmin(f32x4.pmax(from, zero), four), magic)
  end = f32x4.add(f32x4.pmin(f32x4.pmax(end, zero), four), magic)
  // Rows beyond the ellipse end before they begin.
  end = v128.and(i32x4.shl(end, 4), f32x4.ge(left, zero))
  return v128.and(i32x4.add(from, end), v128.load(scratch, BYTE))
}

/**
 * The groups of four pixels of a tile that the ellipse reaches, a bit each.
 * @param to what `rows4` says of the 16 rows, 128 bytes @param shifted whether p·x is subtracted from q·dy: u is then p·column + that
 */
@inline
export function rowsOf(
  record: usize, scratch: usize, tx: i32, ty: i32, firstRows: v128, to: usize, shifted: bool,
): u64 {
  const x = f32x4.splat(load<f32>(record, X) - <f32>tx)
  const r = v128.load32_splat(record, R)
  const q = v128.load32_splat(record, Q)
  const edge = v128.load32_splat(record, EDGE)
  const log = v128.load32_splat(record, LOG)
  const wide = v128.load32_splat(record, WIDE)
  const shift = shifted ? f32x4.mul(x, v128.load32_splat(record, P)) : f32x4.splat(0)
  const four = v128.load(scratch, FOUR)
  let dy = f32x4.sub(firstRows, f32x4.splat(load<f32>(record, Y) - <f32>ty))
  const a = rows4(x, dy, q, r, edge, log, wide, shift, scratch, to)
  dy = f32x4.add(dy, four)
  const b = rows4(x, dy, q, r, edge, log, wide, shift, scratch, to + 16)
  dy = f32x4.add(dy, four)
  const c = rows4(x, dy, q, r, edge, log, wide, shift, scratch, to + 32)
  dy = f32x4.add(dy, four)
  const d = rows4(x, dy, q, r, edge, log, wide, shift, scratch, to + 48)
  const all = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d))
  const low = i8x16.splat(15)
  // The lowest n bits of four.
  const bits = i8x16(0, 1, 3, 7, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15)
  const ends = i8x16.swizzle(bits, v128.and(i16x8.shr_u(all, 4), low))
  const own = v128.andnot(ends, i8x16.swizzle(bits, v128.and(all, low)))
  const both = v128.and(v128.or(own, i16x8.shr_u(own, 4)), i16x8.splat(0xff))
  return <u64>i64x2.extract_lane(i8x16.narrow_i16x8_u(both, both), 0)
}
