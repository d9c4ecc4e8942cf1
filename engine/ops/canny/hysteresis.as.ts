// Linking weak pixels to strong ones, 64 pixels at a time. A row is words of 64 bits, the first pixel in the lowest bit, with a
// word of 0 before and behind them; there is one set of rows for the weak pixels, one for those found. Found ones only grow, up to
// the weak ones that they lead to: whatever the order, the end is the same, and an interrupted pass may begin again.
import { align16 } from '../common.as.ts'

/**
 * Rows of bits from numbers, then each strip of `grain` rows linked by itself. NaN is above nothing.
 * @param src float32 (height, width, 1)
 * @param weak u64 (height, pitch): numbers above `low`
 * @param found u64 (height, pitch): those above `high`, and the weak ones that they lead to inside the strip
 * @param pitch words of a row, with the two that are 0
 * @param scratch linkScratch(pitch * grain) bytes
 */
export function hysteresisStrips(
  src: usize, width: i32, low: f32, high: f32, weak: usize, found: usize, pitch: i32, grain: i32,
  scratch: usize, y0: i32, y1: i32,
): void {
  for (let y = y0; y < y1; y++) {
    const row = src + (<usize>y * <usize>width << 2)
    const to = <usize>y * <usize>pitch << 3
    bitsOf(row, width, low, high, weak + to, found + to, pitch)
  }
  for (let y = y0; y < y1; y += grain) link(weak, found, pitch, y, min(y + grain, y1), scratch)
}

/** Links over the whole picture, after its strips. One row of the call is all of it. @param room linkScratch(pitch * height) bytes */
export function hysteresisLink(
  weak: usize, found: usize, pitch: i32, height: i32, room: usize, _from: i32, _to: i32,
): void {
  link(weak, found, pitch, 0, height, room)
}

/** dst u8 (height, width, 1): 255 where the bit is set, else 0. */
export function hysteresisBytes(found: usize, width: i32, pitch: i32, dst: usize, y0: i32, y1: i32): void {
  const bits = i64x2.splat(0x8040201008040201), zero = i8x16.splat(0)
  for (let y = y0; y < y1; y++) {
    const from = found + (<usize>y * <usize>pitch + 1 << 3)
    const to = dst + <usize>y * <usize>width
    let x = 0
    for (; x + 16 <= width; x += 16) {
      // Eight times the byte of eight pixels, and of the next eight.
      const two = i16x8.splat(load<i16>(from + (<usize>x >> 3)))
      const bytes = v128.shuffle<i8>(two, two, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1)
      v128.store(to + x, i8x16.ne(v128.and(bytes, bits), zero))
    }
    for (; x < width; x++) store<u8>(to + x, load<u8>(from + (<usize>x >> 3)) >> <u8>(x & 7) & 1 ? 255 : 0)
  }
}

/** One row of bits. */
function bitsOf(row: usize, width: i32, low: f32, high: f32, weak: usize, found: usize, pitch: i32): void {
  const lows = f32x4.splat(low), highs = f32x4.splat(high)
  const last = <usize>(pitch - 1) << 3
  store<u64>(weak, 0)
  store<u64>(found, 0)
  store<u64>(weak + last, 0)
  store<u64>(found + last, 0)
  for (let x = 0; x < width; x += 64) {
    let w: u64 = 0, s: u64 = 0
    const end = min(x + 64, width)
    let i = x
    for (; i + 16 <= end; i += 16) {
      const p = row + (<usize>i << 2)
      const some = above(p, lows)
      if (!some) continue
      w |= <u64>some << (i - x)
      s |= <u64>above(p, highs) << (i - x)
    }
    for (; i < end; i++) {
      const v = load<f32>(row + (<usize>i << 2))
      w |= <u64>(v > low) << (i - x)
      s |= <u64>(v > high) << (i - x)
    }
    const at = <usize>(x >> 6) + 1 << 3
    store<u64>(weak + at, w)
    store<u64>(found + at, s)
  }
}

/** Of 16 numbers, a bit for each that is above the limit. */
@inline
function above(p: usize, limit: v128): u32 {
  const ab = i16x8.narrow_i32x4_s(f32x4.gt(v128.load(p), limit), f32x4.gt(v128.load(p, 16), limit))
  const cd = i16x8.narrow_i32x4_s(f32x4.gt(v128.load(p, 32), limit), f32x4.gt(v128.load(p, 48), limit))
  return i8x16.bitmask(i8x16.narrow_i16x8_s(ab, cd))
}

/** Grows what is found in the rows y0 to y1 until it holds all weak pixels that it leads to there. */
function link(weak: usize, found: usize, pitch: i32, y0: i32, y1: i32, room: usize): void {
  const from = y0 * pitch, to = y1 * pitch
  // Words whose neighbours are to be looked at, each there once.
  const listed = align16(room)
  const list = align16(listed + <usize>(to - from))
  memory.fill(listed, 0, <usize>(to - from))
  for (let i = from; i < to; i++) {
    if (!grow(weak, found, pitch, i, from, to)) continue
    let n = put(list, 0, listed, i, from)
    while (n) {
      const at = load<i32>(list + (<usize>--n << 2))
      store<u8>(listed + <usize>(at - from), 0)
      for (let row = at - pitch; row <= at + pitch; row += pitch)
        if (row >= from && row < to)
          for (let k = row - 1; k <= row + 1; k++) if (grow(weak, found, pitch, k, from, to)) n = put(list, n, listed, k, from)
    }
  }
}

/** Puts a word at the end of the list unless it is there already; returns the list's length. */
@inline
function put(list: usize, n: i32, listed: usize, i: i32, from: i32): i32 {
  const mark = listed + <usize>(i - from)
  if (load<u8>(mark)) return n
  store<u8>(mark, 1)
  store<i32>(list + (<usize>n << 2), i)
  return n + 1
}

/** Grows one word from itself and the eight around it, in the words `from` to `to`. Whether it became more. */
@inline
function grow(weak: usize, found: usize, pitch: i32, i: i32, from: i32, to: i32): bool {
  const at = <usize>i << 3
  const w = load<u64>(weak + at)
  const before = load<u64>(found + at)
  if (w == before) return false
  const row = <usize>pitch << 3
  let near = beside(found + at)
  if (i - pitch >= from) near |= beside(found + at - row)
  if (i + pitch < to) near |= beside(found + at + row)
  const seeds = near & w
  if (!seeds) return false
  // Along runs of weak pixels: to higher bits a sum carries, to lower ones in six doublings.
  let all = w & ((w + seeds) ^ w | seeds)
  let run = w
  all |= run & all >> 1
  run &= run >> 1
  all |= run & all >> 2
  run &= run >> 2
  all |= run & all >> 4
  run &= run >> 4
  all |= run & all >> 8
  run &= run >> 8
  all |= run & all >> 16
  run &= run >> 16
  all |= run & all >> 32
  if (all == before) return false
  store<u64>(found + at, all)
  return true
}

/** The found pixels of a word, and those beside them: of a row's words, those before and behind as well. */
@inline
function beside(p: usize): u64 {
  const v = load<u64>(p)
  return v | v << 1 | v >> 1 | load<u64>(p - 8) >> 63 | load<u64>(p + 8) << 63
}
