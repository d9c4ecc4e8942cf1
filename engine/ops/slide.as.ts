// Sums and minima over rectangular windows whose cost hardly depends on their size: along a row from windows of 4, 16, 64 pixels,
// down the columns by van Herk and Gil-Werman (blocks of as many rows as the window has: from a row to the end of its block, and
// from the start of the next one). Each number in a window enters once, and in an order that depends on its place only: no error
// piles up, NaN leaves with its window, and tiles give the same bits. Minima are of integers that are ordered as the floats.
import { align16, borderIndex, fillFloats } from './common.as.ts'

/** Numbers of a row that are done together, at least: few enough for the nearest caches. CHUNK of slide.ts. */
export const CHUNK: i32 = 1024

/** The tallest window that is joined row by row. FEW of slide.ts. */
const FEW: i32 = 7
/** Windows of 4, 16 and 64 pixels, of which larger ones are made: LEVELS of slide.ts counts the picture's own pixels too. */
const LEVELS: i32 = 4
/** The largest number of parts that make up a window along a row. */
const PARTS: i32 = 24

/** The key of what lies outside: that of infinity, which never wins. */
export const NOTHING: i32 = 0x7f800000

/**
 * Integers in the order of four floats (`flip` 0) or in the opposite order (-1), so that the smallest is the answer. NaN is the
 * smallest of all.
 */
@inline
export function keysOf(v: v128, flip: v128): v128 {
  const ordered = v128.xor(v128.xor(v, v128.and(i32x4.shr_s(v, 31), i32x4.splat(i32.MAX_VALUE))), flip)
  return v128.bitselect(ordered, i32x4.splat(i32.MIN_VALUE), f32x4.eq(v, v))
}

@inline
export function floatsOfKeys(keys: v128, flip: v128): v128 {
  const k = v128.xor(keys, flip)
  return v128.xor(k, v128.and(i32x4.shr_s(k, 31), i32x4.splat(i32.MAX_VALUE)))
}

/** What T stands for: f32 the sum of floats, i32 the smaller of two keys, u32 the smaller and u64 the larger of two floats. */
@inline
function joined<T>(a: v128, b: v128): v128 {
  if (isFloat<T>()) return f32x4.add(a, b)
  if (isSigned<T>()) return i32x4.min_s(a, b)
  return sizeof<T>() == 4 ? f32x4.pmin(a, b) : f32x4.pmax(a, b)
}

/** Whether a rectangle of floats has NaN or -0, which only keys have in order. Columns are counted in floats. */
export function isOdd(src: usize, stride: usize, y0: i32, y1: i32, from: usize, to: usize): bool {
  const zero = i32x4.splat(i32.MIN_VALUE)
  for (let y = y0; y < y1; y++) {
    const row = src + <usize>y * stride
    let odd = i32x4.splat(0)
    let i = from << 2
    for (; i + 16 <= to << 2; i += 16) {
      const v = v128.load(row + i)
      odd = v128.or(odd, v128.or(f32x4.ne(v, v), i32x4.eq(v, zero)))
    }
    for (; i < to << 2; i += 4) {
      const v = v128.load32_splat(row + i)
      odd = v128.or(odd, v128.or(f32x4.ne(v, v), i32x4.eq(v, zero)))
    }
    if (v128.any_true(odd)) return true
  }
  return false
}

/**
 * `count` pixels of row y (-1: outside) from pixel `first` on, which may be negative: floats as they are, or their keys.
 * @param border, value of sums; beyond minima lies nothing
 */
export function gather<T>(
  src: usize, y: i32, width: i32, channels: i32, first: i32, count: i32, border: i32, value: f32, flip: v128, line: usize,
): void {
  const pixel = <usize>channels << 2
  const outside: f32 = isFloat<T>() ? value : sizeof<T>() == 4 ? reinterpret<f32>(NOTHING) : -Infinity
  if (y < 0) {
    fillFloats(line, count * channels, outside)
    return
  }
  const row = src + <usize>y * <usize>width * pixel
  const from = min(max(-first, 0), count)
  const to = max(min(width - first, count), from)
  const start = row + <usize>(first + from) * pixel
  const at = line + <usize>from * pixel
  const bytes = <usize>(to - from) * pixel
  if (!isSigned<T>() || isFloat<T>()) memory.copy(at, start, bytes)
  else {
    let i: usize = 0
    for (; i + 16 <= bytes; i += 16) v128.store(at + i, keysOf(v128.load(start + i), flip))
    for (; i < bytes; i += 4) v128.store32_lane(at + i, keysOf(v128.load32_splat(start + i), flip), 0)
  }
  for (let i = 0; i < count; i++) {
    if (i == from) i = to
    if (i >= count) break
    const x = isFloat<T>() ? borderIndex(first + i, width, border) : -1
    if (x < 0) fillFloats(line + <usize>i * pixel, channels, outside)
    else memory.copy(line + <usize>i * pixel, row + <usize>x * pixel, pixel)
  }
}

/** At most four numbers: as many as `bytes` holds. */
@inline
export function put(p: usize, v: v128, bytes: usize): void {
  if (bytes >= 16) {
    v128.store(p, v)
    return
  }
  v128.store32_lane(p, v, 0)
  if (bytes > 4) v128.store32_lane(p, v, 1, 4)
  if (bytes > 8) v128.store32_lane(p, v, 2, 8)
}

@inline
function finished<T>(v: v128, flip: v128, scale: v128): v128 {
  if (isFloat<T>()) return f32x4.mul(v, scale)
  return isSigned<T>() ? floatsOfKeys(v, flip) : v
}

/** out[i] = ⊕ of the n lines whose addresses are in `table`. Reads and writes up to 60 bytes more. */
export function join<T>(table: usize, n: i32, out: usize, bytes: usize): void {
  const end = table + (<usize>n << 2)
  for (let i: usize = 0; i < bytes; i += 64) {
    let p = <usize>load<u32>(table) + i
    let a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48)
    for (let q = table + 4; q < end; q += 4) {
      p = <usize>load<u32>(q) + i
      a = joined<T>(a, v128.load(p))
      b = joined<T>(b, v128.load(p, 16))
      c = joined<T>(c, v128.load(p, 32))
      d = joined<T>(d, v128.load(p, 48))
    }
    v128.store(out + i, a)
    v128.store(out + i, b, 16)
    v128.store(out + i, c, 32)
    v128.store(out + i, d, 48)
  }
}

/** As `join`, but writes exactly `bytes` finished bytes to the result. Reads beyond the ends of the lines. */
function joinOut<T>(table: usize, n: i32, out: usize, bytes: usize, flip: v128, scale: v128): void {
  const end = table + (<usize>n << 2)
  let i: usize = 0
  for (; i + 64 <= bytes; i += 64) {
    let p = <usize>load<u32>(table) + i
    let a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48)
    for (let q = table + 4; q < end; q += 4) {
      p = <usize>load<u32>(q) + i
      a = joined<T>(a, v128.load(p))
      b = joined<T>(b, v128.load(p, 16))
      c = joined<T>(c, v128.load(p, 32))
      d = joined<T>(d, v128.load(p, 48))
    }
    v128.store(out + i, finished<T>(a, flip, scale))
    v128.store(out + i, finished<T>(b, flip, scale), 16)
    v128.store(out + i, finished<T>(c, flip, scale), 32)
    v128.store(out + i, finished<T>(d, flip, scale), 48)
  }
  for (; i < bytes; i += 16) {
    let a = v128.load(<usize>load<u32>(table) + i)
    for (let q = table + 4; q < end; q += 4) a = joined<T>(a, v128.load(<usize>load<u32>(q) + i))
    put(out + i, finished<T>(a, flip, scale), bytes - i)
  }
}

/**
 * dst[y, x, c] = ⊕ over the kw × kh pixels around, for the columns from `first` up to `last`: the sum times `scale` (T: f32), the minimum
 * (T: i32 with `flip` 0, u32) or the maximum (i32 with -1, u64).
 * @param src, dst float32 (height, width, channels), not the same
 * @param kw, kh odd
 * @param scratch slideScratch(channels, kw, kh) bytes
 */
export function slide<T>(
  src: usize, dst: usize, width: i32, height: i32, channels: i32, kw: i32, kh: i32, border: i32, value: f32,
  flip: i32, scale: f32, first: i32, last: i32, scratch: usize, y0: i32, y1: i32,
): void {
  const pixel = <usize>channels << 2
  const together = max(CHUNK / channels, 1)
  const reach = kw >> 1
  const above = kh >> 1
  const f = i32x4.splat(flip)
  const s = f32x4.splat(scale)
  const table = align16(scratch)
  const lines = table + align16(<usize>(2 * PARTS + kh) << 2)
  const long = align16(<usize>(together + kw) * pixel) + 128
  const rows = lines + <usize>LEVELS * long
  const pitch = align16(<usize>together * pixel) + 64
  const sums = rows + <usize>(2 * kh) * pitch
  for (let x0 = first; x0 < last; x0 += together) {
    const count = min(together, last - x0)
    const bytes = <usize>count * pixel
    // Where a line lies inside the picture, it is read there.
    const direct = (isFloat<T>() || !isSigned<T>()) && x0 >= reach && <usize>(x0 + count + reach) * pixel + 128 <= <usize>width * pixel
    if (kh <= FEW) {
      const list = table + (<usize>(2 * PARTS) << 2)
      for (let t = y0; t < y1 + kh - 1; t++) {
        const row = rows + <usize>(t % kh) * pitch
        along<T>(
          src, rowAt<T>(t - above, height, border), width, channels, x0, count, kw, border, value, f, direct, table, lines, long,
          row)
        const y = t - kh + 1
        if (y < y0) continue
        for (let k = 0; k < kh; k++) store<u32>(list + (<usize>k << 2), <u32>(rows + <usize>((y + k) % kh) * pitch))
        joinOut<T>(list, kh, dst + (<usize>y * <usize>width + <usize>x0) * pixel, bytes, f, s)
      }
      continue
    }
    // Of the rows of windows, counted from the first one above the picture: window y is rows y to y + kh - 1.
    const list = table + (<usize>(2 * PARTS) << 2)
    let block = rows
    let next = rows + <usize>kh * pitch
    let end = (y0 / kh + 1) * kh
    let t = y0
    for (; t < end; t++)
      along<T>(
        src, rowAt<T>(t - above, height, border), width, channels, x0, count, kw, border, value, f, direct, table, lines, long,
        block + <usize>(t % kh) * pitch)
    suffixes<T>(block, y0 % kh, kh, pitch, bytes)
    for (let y = y0; y < y1; y++) {
      if (y == end) {
        along<T>(
          src, rowAt<T>(t - above, height, border), width, channels, x0, count, kw, border, value, f, direct, table, lines, long,
          next + <usize>(t % kh) * pitch)
        t++
        const swap = block
        block = next
        next = swap
        end += kh
        suffixes<T>(block, 0, kh, pitch, bytes)
      }
      store<u32>(list, <u32>(block + <usize>(y % kh) * pitch))
      store<u32>(list, <u32>sums, 4)
      for (; y % kh && t < y + kh; t++) {
        const row = next + <usize>(t % kh) * pitch
        along<T>(
          src, rowAt<T>(t - above, height, border), width, channels, x0, count, kw, border, value, f, direct, table, lines, long,
          row)
        if (t == end) memory.copy(sums, row, bytes)
        else for (let i: usize = 0; i < bytes; i += 16) v128.store(sums + i, joined<T>(v128.load(sums + i), v128.load(row + i)))
      }
      joinOut<T>(list, y % kh ? 2 : 1, dst + (<usize>y * <usize>width + <usize>x0) * pixel, bytes, f, s)
    }
  }
}

/** The windows of one row: out[i] = ⊕ over `size` pixels from i on, of `count` pixels from x0 - size / 2 on. */
function along<T>(
  src: usize, y: i32, width: i32, channels: i32, x0: i32, count: i32, size: i32, border: i32, value: f32, flip: v128,
  direct: bool, table: usize, lines: usize, long: usize, out: usize,
): void {
  const pixel = <usize>channels << 2
  const first = x0 - (size >> 1)
  let line = lines
  if (direct && y >= 0) line = src + (<usize>y * <usize>width + <usize>first) * pixel
  else gather<T>(src, y, width, channels, first, count + size - 1, border, value, flip, lines)
  const bytes = <usize>count * pixel
  // From each pixel on, the windows of four of those of the level before, while two of them fit.
  let wide = 1
  let level = line
  let parts = 0
  const steps = table + (<usize>PARTS << 2)
  for (let l = 1; l < LEVELS && 8 * wide <= size; l++) {
    for (let k = 0; k < 4; k++) store<u32>(steps + (<usize>k << 2), <u32>(level + <usize>(k * wide) * pixel))
    const made = lines + <usize>l * long
    join<T>(steps, 4, made, bytes + <usize>(size - 4 * wide) * pixel)
    wide *= 4
    level = made
  }
  let done = 0
  for (; done + wide <= size; done += wide) store<u32>(table + (<usize>(parts++) << 2), <u32>(level + <usize>done * pixel))
  if (isFloat<T>()) {
    // What is left over, of ever narrower windows.
    while (done < size) {
      wide /= 4
      level = wide == 1 ? line : level - long
      for (; done + wide <= size; done += wide) store<u32>(table + (<usize>(parts++) << 2), <u32>(level + <usize>done * pixel))
    }
  } else if (done < size) {
    // To a minimum it does not matter what is in two windows.
    store<u32>(table + (<usize>(parts++) << 2), <u32>(level + <usize>(size - wide) * pixel))
  }
  join<T>(table, parts, out, bytes)
}

@inline
function rowAt<T>(y: i32, height: i32, border: i32): i32 {
  if (isFloat<T>()) return borderIndex(y, height, border)
  return <u32>y < <u32>height ? y : -1
}

/** Makes of each row of a block what it is together with all rows after it. */
@inline
function suffixes<T>(block: usize, from: i32, kh: i32, pitch: usize, bytes: usize): void {
  for (let k = kh - 2; k >= from; k--) {
    const row = block + <usize>k * pitch
    for (let i: usize = 0; i < bytes; i += 16)
      v128.store(row + i, joined<T>(v128.load(row + i), v128.load(row + i + pitch)))
  }
}

/** line[i] = min(line[i], line[i + step]) for the bytes before `end`: of windows of one size, those of twice the size. */
export function doubled(line: usize, step: usize, end: usize): void {
  for (let i: usize = 0; i < end; i += 16) v128.store(line + i, i32x4.min_s(v128.load(line + i), v128.load(line + i + step)))
}
