// Sums and minima over rectangular windows whose cost hardly depends on their size: along a row by doubling (of 1, 2, 4 … numbers),
// down the columns by van Herk and Gil-Werman (blocks of as many rows as the window has: from a row to the end of its block, and
// from the start of the next one). Each number in a window enters once, and in an order that depends on its place only: no error
// piles up, NaN leaves with its window, and tiles give the same bits. Minima are of integers that are ordered as the floats.
import { align16, borderIndex, fillFloats } from './common.as.ts'

/** Numbers of a row that are done together, at least: few enough for the nearest caches. CHUNK of slide.ts. */
const CHUNK: i32 = 1024

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

/** The sum of floats, the smaller of integers. */
@inline
function joined<T>(a: v128, b: v128): v128 {
  return isFloat<T>() ? f32x4.add(a, b) : i32x4.min_s(a, b)
}

/**
 * `count` pixels of row y (-1: outside) from pixel `first` on, which may be negative: floats as they are, or their keys.
 * @param border, value of sums; beyond minima lies nothing
 */
export function gather<T>(
  src: usize, y: i32, width: i32, channels: i32, first: i32, count: i32, border: i32, value: f32, flip: v128, line: usize,
): void {
  const pixel = <usize>channels << 2
  const outside: f32 = isFloat<T>() ? value : reinterpret<f32>(NOTHING)
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
  if (isFloat<T>()) memory.copy(at, start, bytes)
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

/** line[i] = line[i] ⊕ line[i + step] for the bytes before `end`: of windows of one size, those of twice the size. */
@inline
function double<T>(line: usize, step: usize, end: usize): void {
  for (let i: usize = 0; i < end; i += 16) v128.store(line + i, joined<T>(v128.load(line + i), v128.load(line + i + step)))
}

/** As `double`, of integers. */
export function doubled(line: usize, step: usize, end: usize): void {
  double<i32>(line, step, end)
}

/** out[i] = ⊕ over `size` pixels from i on. `line` has `bytes` of results and what they need after them, and is used up. */
function along<T>(line: usize, out: usize, bytes: usize, size: i32, pixel: usize): void {
  if (size == 3) {
    for (let i: usize = 0; i < bytes; i += 16) {
      const p = line + i
      v128.store(out + i, joined<T>(joined<T>(v128.load(p), v128.load(p + pixel)), v128.load(p + 2 * pixel)))
    }
    return
  }
  const all = bytes + <usize>(size - 1) * pixel
  if (isFloat<T>()) {
    // The binary digits of the size: windows of 1, 2, 4 … side by side.
    let done = 0
    for (let width = 1; width <= size; width <<= 1) {
      if (size & width) {
        const from = line + <usize>done * pixel
        if (done == 0) memory.copy(out, from, bytes)
        else for (let i: usize = 0; i < bytes; i += 16) v128.store(out + i, f32x4.add(v128.load(out + i), v128.load(from + i)))
        done += width
      }
      if (width << 1 <= size) double<T>(line, <usize>width * pixel, all - <usize>width * pixel)
    }
    return
  }
  // Two windows of the largest power of two that overlap: what is in both does not matter to a minimum.
  let width = 1
  for (; width << 1 <= size; width <<= 1) double<T>(line, <usize>width * pixel, all - <usize>width * pixel)
  const second = line + <usize>(size - width) * pixel
  for (let i: usize = 0; i < bytes; i += 16) v128.store(out + i, joined<T>(v128.load(line + i), v128.load(second + i)))
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
  return isFloat<T>() ? f32x4.mul(v, scale) : floatsOfKeys(v, flip)
}

/**
 * dst[y, x, c] = ⊕ over the kw × kh pixels around: the sum times `scale` (T: f32), the minimum (T: i32, `flip` 0) or the
 * maximum (-1).
 * @param src, dst float32 (height, width, channels), not the same
 * @param kw, kh odd
 * @param scratch slideScratch(channels, kw, kh) bytes
 */
export function slide<T>(
  src: usize, dst: usize, width: i32, height: i32, channels: i32, kw: i32, kh: i32, border: i32, value: f32,
  flip: i32, scale: f32, scratch: usize, y0: i32, y1: i32,
): void {
  const pixel = <usize>channels << 2
  const together = max(CHUNK / channels, 1)
  const reach = kw >> 1
  const above = kh >> 1
  const f = i32x4.splat(flip)
  const s = f32x4.splat(scale)
  const line = align16(scratch)
  const pitch = align16(<usize>together * pixel) + 16
  const sums = line + align16(<usize>(together + kw) * pixel) + 64
  let block = sums + pitch
  let next = block + <usize>kh * pitch
  for (let x0 = 0; x0 < width; x0 += together) {
    const count = min(together, width - x0)
    const bytes = <usize>count * pixel
    // Of the rows of windows, counted from the first one above the picture: window y is rows y to y + kh - 1.
    let end = (y0 / kh + 1) * kh
    for (let t = y0; t < end; t++) {
      gather<T>(src, rowAt<T>(t - above, height, border), width, channels, x0 - reach, count + kw - 1, border, value, f, line)
      along<T>(line, block + <usize>(t % kh) * pitch, bytes, kw, pixel)
    }
    suffixes<T>(block, y0 % kh, kh, pitch, bytes)
    let t = end
    for (let y = y0; y < y1; y++) {
      const out = dst + (<usize>y * <usize>width + <usize>x0) * pixel
      if (y == end) {
        gather<T>(src, rowAt<T>(t - above, height, border), width, channels, x0 - reach, count + kw - 1, border, value, f, line)
        along<T>(line, next + <usize>(t % kh) * pitch, bytes, kw, pixel)
        t++
        const swap = block
        block = next
        next = swap
        end += kh
        suffixes<T>(block, 0, kh, pitch, bytes)
      }
      const own = block + <usize>(y % kh) * pitch
      if (y % kh == 0) {
        for (let i: usize = 0; i < bytes; i += 16) put(out + i, finished<T>(v128.load(own + i), f, s), bytes - i)
        continue
      }
      // What the first window of a tile needs of the next block, then a row for each window.
      while (t < y + kh - 1) {
        gather<T>(src, rowAt<T>(t - above, height, border), width, channels, x0 - reach, count + kw - 1, border, value, f, line)
        const row = next + <usize>(t % kh) * pitch
        along<T>(line, row, bytes, kw, pixel)
        if (t == end) memory.copy(sums, row, bytes + 16)
        else for (let i: usize = 0; i < bytes; i += 16) v128.store(sums + i, joined<T>(v128.load(sums + i), v128.load(row + i)))
        t++
      }
      gather<T>(src, rowAt<T>(t - above, height, border), width, channels, x0 - reach, count + kw - 1, border, value, f, line)
      const row = next + <usize>(t % kh) * pitch
      along<T>(line, row, bytes, kw, pixel)
      const first = t == end
      t++
      if (first) {
        for (let i: usize = 0; i < bytes; i += 16) {
          const v = v128.load(row + i)
          v128.store(sums + i, v)
          put(out + i, finished<T>(joined<T>(v128.load(own + i), v), f, s), bytes - i)
        }
        continue
      }
      for (let i: usize = 0; i < bytes; i += 16) {
        const v = joined<T>(v128.load(sums + i), v128.load(row + i))
        v128.store(sums + i, v)
        put(out + i, finished<T>(joined<T>(v128.load(own + i), v), f, s), bytes - i)
      }
    }
  }
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
