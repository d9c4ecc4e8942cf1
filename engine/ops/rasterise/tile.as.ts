// What the kernels that render splats and those that fit them share: a projected splat, the tiles that it touches, and the pixels of a
// tile that it reaches.

/** Bytes of a projected splat: 12 floats. */
export const RECORD: usize = 48
// With k² = log2(e) / 2 and Σ' = [a b; b c]: 2^-(u² + w) = exp(-σ), u = p·dx + q·dy, w = r·dy². Squares lose nothing where a long,
// thin splat makes the usual quadratic form cancel.
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

// What shapes4 finds, four numbers (one for each splat) at each place: the rows of tiles, and the columns of those in one row only;
// half the width and height of the ellipse, how far below its centre it is widest to the right, and numbers of the record.
const FIRST: usize = 0
const LAST: usize = 16
const LEFT: usize = 32
const RIGHT: usize = 48
const WIDEST: usize = 64
const HIGHEST: usize = 80
const UP: usize = 96
const SLOPE: usize = 112
const OWN_X: usize = 128
const OWN_Y: usize = 144
const OWN_R: usize = 160
const OWN_EDGE: usize = 176
const OWN_WIDE: usize = 192
/** Where listTiles keeps four rows at a time. */
const FOUR_SPANS: usize = 208
/** Bytes of all of it. */
export const SHAPES: usize = 224

/** The numbers at the same place of four records, side by side. @param low of each record its lanes 0 and 1, else 2 and 3 */
@inline
function sideBySide(a: v128, b: v128, c: v128, d: v128, low: bool, second: bool): v128 {
  const ab = low ? v128.shuffle<i32>(a, b, 0, 4, 1, 5) : v128.shuffle<i32>(a, b, 2, 6, 3, 7)
  const cd = low ? v128.shuffle<i32>(c, d, 0, 4, 1, 5) : v128.shuffle<i32>(c, d, 2, 6, 3, 7)
  return second ? v128.shuffle<i32>(ab, cd, 2, 3, 6, 7) : v128.shuffle<i32>(ab, cd, 0, 1, 4, 5)
}

/** Finds rows and columns of tiles of four splats from their records, `step` bytes apart. @param to `SHAPES` bytes */
export function shapes4(record: usize, step: usize, columns: i32, rows: i32, to: usize): void {
  const two = record + step, three = two + step, four = three + step
  let a = v128.load(record), b = v128.load(two), c = v128.load(three), d = v128.load(four)
  const x = sideBySide(a, b, c, d, true, false), y = sideBySide(a, b, c, d, true, true)
  const q = sideBySide(a, b, c, d, false, true)
  a = v128.load(record, 16); b = v128.load(two, 16); c = v128.load(three, 16); d = v128.load(four, 16)
  const r = sideBySide(a, b, c, d, true, false)
  a = v128.load(record, 32); b = v128.load(two, 32); c = v128.load(three, 32); d = v128.load(four, 32)
  const edge = sideBySide(a, b, c, d, false, false), wide = sideBySide(a, b, c, d, false, true)
  const slope = f32x4.mul(q, wide)
  const over = f32x4.div(f32x4.splat(1), r)
  const highest = f32x4.sqrt(f32x4.mul(edge, over))
  const square = f32x4.add(f32x4.mul(wide, wide), f32x4.mul(f32x4.mul(slope, slope), over))
  const widest = f32x4.sqrt(f32x4.mul(edge, square))
  const up = f32x4.neg(f32x4.div(f32x4.mul(f32x4.mul(slope, widest), over), square))
  // A pixel's centre lies half a pixel from its edge; a hundredth of a pixel is for rounding.
  const before = f32x4.splat(0.51), behind = f32x4.splat(0.49), sixteenth = f32x4.splat(0.0625)
  const zero = i32x4.splat(0)
  v128.store(to, i32x4.max_s(zero, tileAt(f32x4.sub(f32x4.sub(y, highest), before), sixteenth)), FIRST)
  v128.store(to, i32x4.min_s(i32x4.splat(rows - 1), tileAt(f32x4.sub(f32x4.add(y, highest), behind), sixteenth)), LAST)
  v128.store(to, i32x4.max_s(zero, tileAt(f32x4.sub(f32x4.sub(x, widest), before), sixteenth)), LEFT)
  v128.store(to, i32x4.min_s(i32x4.splat(columns - 1), tileAt(f32x4.sub(f32x4.add(x, widest), behind), sixteenth)), RIGHT)
  v128.store(to, widest, WIDEST)
  v128.store(to, highest, HIGHEST)
  v128.store(to, up, UP)
  v128.store(to, slope, SLOPE)
  v128.store(to, x, OWN_X)
  v128.store(to, y, OWN_Y)
  v128.store(to, r, OWN_R)
  v128.store(to, edge, OWN_EDGE)
  v128.store(to, wide, OWN_WIDE)
}

@inline
function tileAt(pixel: v128, sixteenth: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.mul(pixel, sixteenth)))
}

/** From which tile to before which in four rows of tiles, in the lower and the upper half, from the exact ellipse; 0 is none. */
@inline
function rowSpans(shape: usize, row: i32, columns: i32): v128 {
  const up = v128.load32_splat(shape, UP), down = f32x4.neg(up)
  const x = v128.load32_splat(shape, OWN_X), edge = v128.load32_splat(shape, OWN_EDGE), r = v128.load32_splat(shape, OWN_R)
  const wide = v128.load32_splat(shape, OWN_WIDE), slope = v128.load32_splat(shape, SLOPE)
  const widest = v128.load32_splat(shape, WIDEST), highest = v128.load32_splat(shape, HIGHEST)
  const zero = f32x4.splat(0), sixteenth = f32x4.splat(0.0625)
  let low = f32x4.add(f32x4.splat(<f32>(row << 4) + 0.49 - load<f32>(shape, OWN_Y)), f32x4(0, 16, 32, 48))
  const high = f32x4.pmin(f32x4.add(low, f32x4.splat(15.02)), highest)
  low = f32x4.pmax(low, f32x4.neg(highest))
  const d = f32x4.pmin(f32x4.pmax(up, low), high), e = f32x4.pmin(f32x4.pmax(down, low), high)
  const dd = f32x4.pmax(f32x4.sub(edge, f32x4.mul(r, f32x4.mul(d, d))), zero)
  const ee = f32x4.pmax(f32x4.sub(edge, f32x4.mul(r, f32x4.mul(e, e))), zero)
  let to = f32x4.sub(f32x4.mul(f32x4.sqrt(dd), wide), f32x4.mul(slope, d))
  let from = f32x4.add(f32x4.mul(f32x4.sqrt(ee), wide), f32x4.mul(slope, e))
  to = v128.bitselect(widest, to, f32x4.eq(d, up))
  from = v128.bitselect(widest, from, f32x4.eq(e, down))
  const left = i32x4.max_s(tileAt(f32x4.sub(f32x4.sub(x, from), f32x4.splat(0.51)), sixteenth), i32x4.splat(0))
  const right = i32x4.min_s(
    tileAt(f32x4.sub(f32x4.add(x, to), f32x4.splat(0.49)), sixteenth), i32x4.splat(columns - 1),
  )
  const some = v128.and(i32x4.le_s(left, right), f32x4.le(low, high))
  return v128.and(v128.or(left, i32x4.shl(i32x4.add(right, i32x4.splat(1)), 16)), some)
}

/**
 * Counts a splat into the tiles that it touches, as differences: 1 where it begins in a row of tiles, -1 where it has ended.
 * @param shape its place in what `shapes4` found @param table i32, one for each tile and one more: `sumTiles` makes counts of them
 * @param spans where to keep the tiles for `listTiles`
 */
@inline
export function countTiles(shape: usize, columns: i32, table: usize, spans: usize): void {
  const first = load<i32>(shape, FIRST), last = load<i32>(shape, LAST)
  const count = last - first + 1
  if (count <= 0) {
    store<i32>(spans, 0)
    return
  }
  store<i32>(spans, first | (count << 16))
  if (count == 1) {
    // All of it lies in one row of tiles, so its whole width counts.
    const left = load<i32>(shape, LEFT), right = load<i32>(shape, RIGHT)
    const span = left <= right ? <u32>(left | ((right + 1) << 16)) : 0
    store<u32>(spans, span, 4)
    addDifference(table + (<usize>(first * columns) << 2), span)
    return
  }
  let row = table + (<usize>(first * columns) << 2)
  const line = <usize>columns << 2
  for (let done = 0; done < count; done += 4) {
    const four = rowSpans(shape, first + done, columns)
    addDifference(row, i32x4.extract_lane(four, 0))
    const left = count - done
    if (left > 1) addDifference(row + line, i32x4.extract_lane(four, 1))
    if (left > 2) addDifference(row + 2 * line, i32x4.extract_lane(four, 2))
    if (left > 3) addDifference(row + 3 * line, i32x4.extract_lane(four, 3))
    row += 4 * line
    if (done == 0) v128.store(spans, four, 4)
    else if (count <= MOST_ROWS) {
      v128.store64_lane(spans, four, 0, 20)
      v128.store32_lane(spans, four, 2, 28)
    }
  }
}

@inline
function addDifference(row: usize, span: u32): void {
  const from = row + (<usize>(span & 0xffff) << 2), end = row + (<usize>(span >> 16) << 2)
  store<i32>(from, load<i32>(from) + 1)
  store<i32>(end, load<i32>(end) - 1)
}

/** Makes counts of what `countTiles` wrote for n tiles. */
export function sumTiles(table: usize, n: i32): void {
  let sum: i32 = 0
  for (const end = table + (<usize>n << 2); table < end; table += 4) {
    sum += load<i32>(table)
    store<i32>(table, sum)
  }
}

/**
 * Writes a splat to the lists of its tiles, from what `countTiles` kept; of one with more rows than are kept, from its record.
 * @param table u32: where the block's part of each tile's list goes on @param room `SHAPES` bytes
 */
@inline
export function listTiles(
  record: usize, spans: usize, number: u32, columns: i32, rows: i32, table: usize, lists: usize, room: usize,
): void {
  const count = <i32>load<u16>(spans, 2), first = <i32>load<u16>(spans)
  if (count <= MOST_ROWS) listRows(spans + 4, count, first * columns, number, columns, table, lists)
  else {
    shapes4(record, 0, columns, rows, room)
    for (let done = 0; done < count; done += 4) {
      v128.store(room, rowSpans(room, first + done, columns), FOUR_SPANS)
      listRows(room + FOUR_SPANS, min(4, count - done), (first + done) * columns, number, columns, table, lists)
    }
  }
}

@inline
function listRows(spans: usize, count: i32, row: i32, number: u32, columns: i32, table: usize, lists: usize): void {
  for (let k = 0; k < count; k++, spans += 4, row += columns) {
    const left = <i32>load<u16>(spans), end = <i32>load<u16>(spans, 2)
    let at = table + (<usize>(row + left) << 2)
    for (let column = left; column < end; column++, at += 4) {
      const place = load<u32>(at)
      store<u32>(at, place + 1)
      store<u32>(lists + (<usize>place << 2), number)
    }
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

// What blending keeps of a group or block of four pixels, in scratch memory: transmittance (negative once the pixel has ended), red, green,
// blue, depth, weight.
export const GROUP: usize = 96
/** After the 64 groups: q·dy and log2(o) − w of the 16 rows, constants, then copies of records. */
export const ROWS_Q: usize = 64 * GROUP
export const ROWS_W: usize = ROWS_Q + 64
const TABLE: usize = ROWS_W + 64
/** The centres of the columns of each group. */
export const CENTRES: usize = TABLE + 256
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
const HALF: usize = TABLE + 176
const FROM_BLOCK: usize = TABLE + 192
const TO_BLOCK: usize = TABLE + 208
const EIGHT: usize = TABLE + 224
const FIFTEEN: usize = TABLE + 240

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
  v128.store(scratch, f32x4.splat(0.5), HALF)
  v128.store(scratch, f32x4.splat(-0.255), FROM_BLOCK)
  v128.store(scratch, f32x4.splat(0.255), TO_BLOCK)
  v128.store(scratch, f32x4.splat(8), EIGHT)
  v128.store(scratch, i32x4.splat(15), FIFTEEN)
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
 * the lowest byte of each: the first group of pixels that the ellipse reaches, and 16 times the one after the last; 15 and 0 where it
 * reaches none.
 * @param first the splat's centre in groups, shifted so that rounding gives the first that is reached; `last` likewise for the end @param wide 1 / p, in groups @param most groups
 */
@inline
function rows4(
  first: v128, last: v128, dy: v128, q: v128, r: v128, edge: v128, log: v128, wide: v128, shift: v128, most: v128, scratch: usize,
  to: usize,
): v128 {
  const zero = f32x4.splat(0)
  const magic = v128.load(scratch, MAGIC)
  const w = f32x4.mul(r, f32x4.mul(dy, dy))
  const qd = f32x4.mul(q, dy)
  v128.store(to, f32x4.sub(qd, shift))
  v128.store(to, f32x4.sub(log, w), 64)
  const left = f32x4.sub(edge, w)
  const half = f32x4.mul(f32x4.sqrt(f32x4.pmax(left, zero)), wide)
  const aside = f32x4.mul(qd, wide)
  let from = f32x4.sub(f32x4.sub(first, aside), half)
  let end = f32x4.add(f32x4.sub(last, aside), half)
  from = f32x4.add(f32x4.pmin(f32x4.pmax(from, zero), most), magic)
  end = f32x4.add(f32x4.pmin(f32x4.pmax(end, zero), most), magic)
  // Rows beyond the ellipse end before they begin.
  const reached = f32x4.ge(left, zero)
  from = v128.and(v128.or(from, v128.not(reached)), v128.load(scratch, FIFTEEN))
  end = v128.and(i32x4.shl(end, 4), reached)
  return v128.and(v128.or(from, end), v128.load(scratch, BYTE))
}

/**
 * `rows4` of all 16 rows, a byte each.
 * @param to what it says of the rows, 128 bytes @param shifted whether p·x is subtracted from q·dy: u is then p·column + that
 * @param blocks groups are two pixels wide, not four
 */
@inline
function rows16(record: usize, scratch: usize, tx: i32, ty: i32, firstRows: v128, to: usize, shifted: bool, blocks: bool): v128 {
  const x = f32x4.splat(load<f32>(record, X) - <f32>tx)
  const r = v128.load32_splat(record, R)
  const q = v128.load32_splat(record, Q)
  const edge = v128.load32_splat(record, EDGE)
  const log = v128.load32_splat(record, LOG)
  const unit = v128.load(scratch + (blocks ? HALF : QUARTER))
  const wide = f32x4.mul(v128.load32_splat(record, WIDE), unit)
  const groups = f32x4.mul(x, unit)
  const first = f32x4.add(groups, v128.load(scratch + (blocks ? FROM_BLOCK : FROM)))
  const last = f32x4.add(groups, v128.load(scratch + (blocks ? TO_BLOCK : TO)))
  const shift = shifted ? f32x4.mul(x, v128.load32_splat(record, P)) : f32x4.splat(0)
  const four = v128.load(scratch, FOUR)
  const most = v128.load(scratch + (blocks ? EIGHT : FOUR))
  let dy = f32x4.sub(firstRows, f32x4.splat(load<f32>(record, Y) - <f32>ty))
  const a = rows4(first, last, dy, q, r, edge, log, wide, shift, most, scratch, to)
  dy = f32x4.add(dy, four)
  const b = rows4(first, last, dy, q, r, edge, log, wide, shift, most, scratch, to + 16)
  dy = f32x4.add(dy, four)
  const c = rows4(first, last, dy, q, r, edge, log, wide, shift, most, scratch, to + 32)
  dy = f32x4.add(dy, four)
  const d = rows4(first, last, dy, q, r, edge, log, wide, shift, most, scratch, to + 48)
  return i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d))
}

/** The groups of four pixels in a row that the ellipse reaches, a bit each. @param to what `rows4` says of the 16 rows, 128 bytes */
@inline
export function rowsOf(record: usize, scratch: usize, tx: i32, ty: i32, firstRows: v128, to: usize): u64 {
  const all = rows16(record, scratch, tx, ty, firstRows, to, false, false)
  const low = i8x16.splat(15)
  // The lowest n bits of four.
  const bits = i8x16(0, 1, 3, 7, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15)
  const ends = i8x16.swizzle(bits, v128.and(i16x8.shr_u(all, 4), low))
  const own = v128.andnot(ends, i8x16.swizzle(bits, v128.and(all, low)))
  const both = v128.and(v128.or(own, i16x8.shr_u(own, 4)), i16x8.splat(0xff))
  return <u64>i64x2.extract_lane(i8x16.narrow_i16x8_u(both, both), 0)
}

/**
 * The blocks of two by two pixels that the ellipse reaches, a bit each, eight for each two rows. They fit an ellipse better than rows
 * of four: a tenth fewer are reached.
 * @param to what `rows4` says of the 16 rows, shifted, 128 bytes
 */
@inline
export function blocksOf(record: usize, scratch: usize, tx: i32, ty: i32, firstRows: v128, to: usize): u64 {
  const all = rows16(record, scratch, tx, ty, firstRows, to, true, true)
  const low = i8x16.splat(15)
  const firsts = v128.and(all, low), ends = v128.and(i16x8.shr_u(all, 4), low)
  // Of two rows, what either reaches: in the lower byte.
  const first = i8x16.min_u(firsts, i16x8.shr_u(firsts, 8)), end = i8x16.max_u(ends, i16x8.shr_u(ends, 8))
  // The lowest n bits of eight.
  const bits = i8x16(0, 1, 3, 7, 15, 31, 63, 127, -1, -1, -1, -1, -1, -1, -1, -1)
  const own = v128.and(v128.andnot(i8x16.swizzle(bits, end), i8x16.swizzle(bits, first)), i16x8.splat(0xff))
  return <u64>i64x2.extract_lane(i8x16.narrow_i16x8_u(own, own), 0)
}
