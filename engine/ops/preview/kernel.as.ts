// What float32 numbers look like, as bytes. NaN is magenta.

const MAGENTA: u32 = 0xffff00ff
/** Below and above the range, when flagged: blue and red (as bytes R, G, B, A, the first lowest). */
const BELOW: u32 = 0xffff3000
const ABOVE: u32 = 0xff0030ff

/**
 * RGBA bytes of a picture, lo to hi as 0..255, clipped beyond: gray of one channel, RG of two, RGB of three, RGBA of four
 * and more (alpha straight, 0..1 whatever lo and hi).
 * @param src float32 (height, width, channels)
 * @param dst u8 (height, width, 4)
 * @param lo, hi lo < hi. For a stretched view give the least and the greatest value, for a signed one -m and m.
 * @param table 0, or u8 (256, 3): the colours of the first channel
 * @param lookup how the table is read: 1 from lo to hi, 2 by labels (`entryOf`)
 * @param flag 1 marks what is below lo (blue) and above hi (red) in any channel shown
 */
export function paint(
  src: usize, dst: usize, width: i32, channels: i32, lo: f32, hi: f32, table: usize, lookup: i32, flag: i32,
  y0: i32, y1: i32,
): void {
  const scale: f32 = 1 / (hi - lo)
  const pixel = <usize>channels << 2
  let p = src + <usize>(y0 * width) * pixel
  const end = src + <usize>(y1 * width) * pixel
  let out = dst + (<usize>(y0 * width) << 2)
  if (!table && !flag && (channels == 1 || channels == 3 || channels == 4)) {
    let low = f32x4.splat(lo), factor = f32x4.splat(scale)
    if (channels == 4) {
      low = f32x4.replace_lane(low, 3, 0)
      factor = f32x4.replace_lane(factor, 3, 1)
    }
    for (; p + 4 * pixel <= end; p += 4 * pixel, out += 16)
      if (!paintFour(p, out, channels, low, factor))
        for (let k: usize = 0; k < 4; k++)
          store<u32>(out + (k << 2), colour(p + k * pixel, channels, lo, hi, scale, 0, 0, 0))
  }
  for (; p < end; p += pixel, out += 4) store<u32>(out, colour(p, channels, lo, hi, scale, table, lookup, flag))
}

/** Four pixels at once; false, and nothing is written, where one is NaN. */
@inline
function paintFour(p: usize, out: usize, channels: i32, low: v128, factor: v128): bool {
  const a = v128.load(p)
  const b = channels == 1 ? a : v128.load(p, 16)
  const c = channels == 1 ? a : v128.load(p, 32)
  const d = channels == 4 ? v128.load(p, 48) : c
  const broken = v128.or(v128.or(f32x4.ne(a, a), f32x4.ne(b, b)), v128.or(f32x4.ne(c, c), f32x4.ne(d, d)))
  if (v128.any_true(broken)) return false
  const opaque = i8x16.splat(-1)
  const first = i16x8.narrow_i32x4_s(light(a, low, factor), light(b, low, factor))
  const second = i16x8.narrow_i32x4_s(light(c, low, factor), light(d, low, factor))
  const bytes = i8x16.narrow_i16x8_u(first, second)
  if (channels == 4) v128.store(out, bytes)
  else if (channels == 3)
    v128.store(out, v128.shuffle<u8>(bytes, opaque, 0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11, 16))
  else v128.store(out, v128.shuffle<u8>(bytes, opaque, 0, 0, 0, 16, 1, 1, 1, 16, 2, 2, 2, 16, 3, 3, 3, 16))
  return true
}

/** 0..255 as i32, halves to even. */
@inline
function light(v: v128, low: v128, factor: v128): v128 {
  const x = f32x4.pmin(f32x4.mul(f32x4.sub(v, low), factor), f32x4.splat(1))
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(f32x4.pmax(x, f32x4.splat(0)), f32x4.splat(255))))
}

/** One pixel. */
function colour(
  p: usize, channels: i32, lo: f32, hi: f32, scale: f32, table: usize, lookup: i32, flag: i32,
): u32 {
  const alone = table != 0 || channels == 1
  const shown = alone ? 1 : min(channels, 3)
  let pixel: u32 = 0xff000000
  let under = false
  let over = false
  for (let c = 0; c < shown; c++) {
    const v = load<f32>(p + (<usize>c << 2))
    if (v != v) return MAGENTA
    under = under || v < lo
    over = over || v > hi
    const byte = lookup == 2 ? entryOf(v) : toByte((v - lo) * scale)
    if (table) {
      const t = table + <usize>byte * 3
      pixel |= <u32>load<u8>(t) | (<u32>load<u8>(t, 1) << 8) | (<u32>load<u8>(t, 2) << 16)
    } else pixel |= alone ? byte * 0x010101 : byte << (c << 3)
  }
  if (flag && over) return ABOVE
  if (flag && under) return BELOW
  return !alone && channels > 3 ? (pixel & 0xffffff) | (toByte(load<f32>(p, 12)) << 24) : pixel
}

/** The entry of a label: 0 for 0, then 1 to 255 again and again. */
@inline
function entryOf(v: f32): u32 {
  const label = <i32>nearest(max<f32>(min<f32>(v, 1073741824), -1073741824))
  if (label == 0) return 0
  const place = (label - 1) % 255
  return <u32>(place < 0 ? place + 256 : place + 1)
}

/** 0..1 to 0..255, halves to even; NaN is 0. */
@inline
function toByte(v: f32): u32 {
  return v > 0 ? <u32>nearest(min<f32>(v, 1) * 255) : 0
}
