// Nearest rows by brute force: of four rows at a time, so that each of the others is read once for four.

/** Of numbers, of whole numbers from 0 to 255 as 16 bits, of bits: KINDS of op.ts. */
const NUMBERS: i32 = 0
const WHOLE: i32 = 1

/** Bytes of a result: distance of the nearest and of the second (f64), which the nearest is (i32; −1: none). */
const FOUND: usize = 24

/** Rows of float32 as 16 bits. @param flags u8 (rows): whether all numbers of a row are whole, from 0 to 255 */
export function matchWhole(src: usize, length: i32, dst: usize, flags: usize, y0: i32, y1: i32): void {
  for (let y = y0; y < y1; y++) {
    const from = src + (<usize>(y * length) << 2), to = dst + (<usize>(y * length) << 1)
    let whole: u8 = 1
    for (let i = 0; i < length; i++) {
      const v = load<f32>(from + (<usize>i << 2))
      const n = v >= 0 && v <= 255 ? <i32>v : 0
      if (<f32>n != v) whole = 0
      store<i16>(to + (<usize>i << 1), <i16>n)
    }
    store<u8>(flags + <usize>y, whole)
  }
}

/**
 * The two nearest rows of `b` for each row of `a`: squared distances, or how many bits differ.
 * @param list i32: which rows of `a` are meant; 0: all
 * @param count rows of `b`
 * @param length numbers of a row; of bits its bytes
 */
export function matchRows(
  kind: i32, a: usize, b: usize, count: i32, length: i32, list: usize, found: usize, n0: i32, n1: i32,
): void {
  const size = <usize>length << (kind == NUMBERS ? 2 : kind == WHOLE ? 1 : 0)
  for (let n = n0; n < n1; n += 4) {
    const p = rowAt(a, list, n, size), q = rowAt(a, list, min(n + 1, n1 - 1), size)
    const r = rowAt(a, list, min(n + 2, n1 - 1), size), s = rowAt(a, list, min(n + 3, n1 - 1), size)
    const out = found + <usize>n * FOUND
    const rows = min(n1 - n, 4)
    for (let k = 0; k < rows; k++) {
      store<f64>(out + <usize>k * FOUND, Infinity)
      store<f64>(out + <usize>k * FOUND, Infinity, 8)
      store<i32>(out + <usize>k * FOUND, -1, 16)
    }
    let row = b
    for (let j = 0; j < count; j++, row += size) {
      if (kind == NUMBERS) {
        const d = squares(p, q, r, s, row, size)
        keep(out, <f64>f32x4.extract_lane(d, 0), j)
        if (rows > 1) keep(out + FOUND, <f64>f32x4.extract_lane(d, 1), j)
        if (rows > 2) keep(out + 2 * FOUND, <f64>f32x4.extract_lane(d, 2), j)
        if (rows > 3) keep(out + 3 * FOUND, <f64>f32x4.extract_lane(d, 3), j)
      } else {
        const d = kind == WHOLE ? wholeSquares(p, q, r, s, row, size)
          : i32x4(bits(p, row, size), bits(q, row, size), bits(r, row, size), bits(s, row, size))
        keep(out, <f64>i32x4.extract_lane(d, 0), j)
        if (rows > 1) keep(out + FOUND, <f64>i32x4.extract_lane(d, 1), j)
        if (rows > 2) keep(out + 2 * FOUND, <f64>i32x4.extract_lane(d, 2), j)
        if (rows > 3) keep(out + 3 * FOUND, <f64>i32x4.extract_lane(d, 3), j)
      }
    }
  }
}

@inline
function rowAt(a: usize, list: usize, n: i32, size: usize): usize {
  return a + <usize>(list ? load<i32>(list + (<usize>n << 2)) : n) * size
}

/** The first of equal ones stays. NaN is nearer than nothing. */
@inline
function keep(out: usize, d: f64, j: i32): void {
  if (!(d < load<f64>(out, 8))) return
  const best = load<f64>(out)
  if (d < best) {
    store<f64>(out, best, 8)
    store<f64>(out, d)
    store<i32>(out, j, 16)
  } else store<f64>(out, d, 8)
}

/** The sums of four registers, in the lanes of one. */
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7))
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7))
  return f32x4.add(v128.shuffle<f64>(ab, cd, 0, 2), v128.shuffle<f64>(ab, cd, 1, 3))
}
@inline
function wholeSums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7))
  const cd = i32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7))
  return i32x4.add(v128.shuffle<f64>(ab, cd, 0, 2), v128.shuffle<f64>(ab, cd, 1, 3))
}

@inline
function squaresAt(sum: v128, p: usize, v: v128): v128 {
  const d = f32x4.sub(v128.load(p), v)
  return f32x4.add(sum, f32x4.mul(d, d))
}

@inline
function squares(p: usize, q: usize, r: usize, s: usize, row: usize, size: usize): v128 {
  let a = f32x4.splat(0), b = a, c = a, d = a
  let i: usize = 0
  for (; i + 16 <= size; i += 16) {
    const v = v128.load(row + i)
    a = squaresAt(a, p + i, v)
    b = squaresAt(b, q + i, v)
    c = squaresAt(c, r + i, v)
    d = squaresAt(d, s + i, v)
  }
  let sum = sums(a, b, c, d)
  for (; i < size; i += 4) {
    const v = v128.load32_splat(row + i)
    const four = f32x4(load<f32>(p + i), load<f32>(q + i), load<f32>(r + i), load<f32>(s + i))
    const apart = f32x4.sub(four, v)
    sum = f32x4.add(sum, f32x4.mul(apart, apart))
  }
  return sum
}

@inline
function wholeAt(sum: v128, p: usize, v: v128): v128 {
  const d = i16x8.sub(v128.load(p), v)
  return i32x4.add(sum, i32x4.dot_i16x8_s(d, d))
}

@inline
function wholeSquares(p: usize, q: usize, r: usize, s: usize, row: usize, size: usize): v128 {
  let a = i32x4.splat(0), b = a, c = a, d = a
  let i: usize = 0
  for (; i + 16 <= size; i += 16) {
    const v = v128.load(row + i)
    a = wholeAt(a, p + i, v)
    b = wholeAt(b, q + i, v)
    c = wholeAt(c, r + i, v)
    d = wholeAt(d, s + i, v)
  }
  let sum = wholeSums(a, b, c, d)
  for (; i < size; i += 2) {
    const v = i32x4.splat(load<i16>(row + i))
    const apart = i32x4.sub(i32x4(load<i16>(p + i), load<i16>(q + i), load<i16>(r + i), load<i16>(s + i)), v)
    sum = i32x4.add(sum, i32x4.mul(apart, apart))
  }
  return sum
}

/** How many bits differ. */
@inline
function bits(p: usize, row: usize, size: usize): i32 {
  let count: i64 = 0
  let i: usize = 0
  for (; i + 8 <= size; i += 8) count += popcnt<u64>(load<u64>(p + i) ^ load<u64>(row + i))
  for (; i < size; i++) count += <i64>popcnt<u32>(load<u8>(p + i) ^ load<u8>(row + i))
  return <i32>count
}
