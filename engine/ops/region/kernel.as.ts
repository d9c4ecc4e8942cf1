// A part of a picture at another, lower resolution, from tables: which rows and which columns make each number. Reads
// straight from the source, and only the rows that the tables name, so that a small view of a large picture costs little.
// And what such a part looks like, as bytes.
import { align16, weightedSum } from '../common.as.ts'

/**
 * dst[y, x, c] = Σ_k Σ_j rowWeights[k] · columnWeights[j] · src[rowAt[k], column + j, first + c], c < count.
 * @param src float32 (any, width, channels)
 * @param dst float32, pixels `dstChannels` apart: `count` of them are written, from dst on
 * @param columns i32 (dw, 3): first column of the source, how many, and where their weights begin; rising
 * @param rows i32 (dh, 2): how many rows, and where they and their weights begin
 * @param rowAt u32, rowWeights float32: rows of the source and their weights
 * @param mostRows the most rows that any row of dst has
 * @param scratch regionScratch(width, channels, mostRows) bytes
 */
export function region(
  src: usize, width: i32, channels: i32, first: i32, count: i32, dst: usize, dw: i32, dstChannels: i32,
  columns: usize, columnWeights: usize, rows: usize, rowAt: usize, rowWeights: usize, mostRows: i32,
  scratch: usize, y0: i32, y1: i32,
): void {
  const pixel = <usize>channels << 2
  const last = columns + <usize>(dw - 1) * 12
  const left = <usize>load<i32>(columns) * pixel
  const numbers = (load<i32>(last) + load<i32>(last, 4) - load<i32>(columns)) * channels
  const addresses = scratch
  const line = align16(addresses + (<usize>mostRows << 2))
  for (let y = y0; y < y1; y++) {
    const n = load<i32>(rows + (<usize>y << 3))
    const at = <usize>load<i32>(rows + (<usize>y << 3), 4) << 2
    for (let k: usize = 0; k < <usize>n << 2; k += 4)
      store<u32>(addresses + k, <u32>(src + <usize>load<u32>(rowAt + at + k) * <usize>width * pixel + left))
    weightedSum(addresses, rowWeights + at, n, false, 0, line, numbers)

    let out = dst + <usize>y * <usize>(dw * dstChannels << 2)
    for (let column = columns; column <= last; column += 12, out += <usize>dstChannels << 2) {
      const weights = columnWeights + (<usize>load<i32>(column, 8) << 2)
      const bytes = <usize>load<i32>(column, 4) << 2
      const from = line + <usize>load<i32>(column) * pixel - left + (<usize>first << 2)
      if (count == 3 || count == 4) {
        let sum = f32x4.splat(0)
        for (let k: usize = 0, p = from; k < bytes; k += 4, p += pixel)
          sum = f32x4.add(sum, f32x4.mul(v128.load(p), v128.load32_splat(weights + k)))
        // Of three channels the fourth number is the next pixel's first, which is written after it; not so in the last.
        if (count == 4 || (dstChannels == 3 && column != last)) v128.store(out, sum)
        else {
          v128.store64_lane(out, sum, 0)
          v128.store32_lane(out, sum, 2, 8)
        }
      } else
        for (let c: usize = 0; c < <usize>count << 2; c += 4) {
          let sum: f32 = 0
          for (let k: usize = 0, p = from + c; k < bytes; k += 4, p += pixel) sum += load<f32>(p) * load<f32>(weights + k)
          store<f32>(out + c, sum)
        }
    }
  }
}

const MAGENTA: u32 = 0xffff00ff

/**
 * RGBA bytes of a picture, lo to hi clipped to 0..255: gray of one channel, colours of three, of four with alpha (0..1,
 * straight). The same as `preview` of its own size without table, channel and flag, several times faster.
 * @param src float32 (height, width, channels), channels 1, 3 or 4
 * @param dst u8 (height, width, 4)
 */
export function paint(src: usize, dst: usize, width: i32, channels: i32, lo: f32, hi: f32, y0: i32, y1: i32): void {
  const scale: f32 = 1 / (hi - lo)
  const pixel = <usize>channels << 2
  let low = f32x4.splat(lo), factor = f32x4.splat(scale)
  if (channels == 4) {
    low = f32x4.replace_lane(low, 3, 0)
    factor = f32x4.replace_lane(factor, 3, 1)
  }
  const opaque = i8x16.splat(-1)
  let p = src + <usize>(y0 * width) * pixel
  const end = src + <usize>(y1 * width) * pixel
  let out = dst + (<usize>(y0 * width) << 2)
  for (; p + 4 * pixel <= end; p += 4 * pixel, out += 16) {
    const a = v128.load(p)
    const b = channels == 1 ? a : v128.load(p, 16)
    const c = channels == 1 ? a : v128.load(p, 32)
    const d = channels == 4 ? v128.load(p, 48) : c
    const broken = v128.or(v128.or(f32x4.ne(a, a), f32x4.ne(b, b)), v128.or(f32x4.ne(c, c), f32x4.ne(d, d)))
    if (v128.any_true(broken)) {
      for (let k: usize = 0; k < 4; k++) paintOne(p + k * pixel, out + (k << 2), channels, lo, scale)
      continue
    }
    const first = i16x8.narrow_i32x4_s(light(a, low, factor), light(b, low, factor))
    const second = i16x8.narrow_i32x4_s(light(c, low, factor), light(d, low, factor))
    const bytes = i8x16.narrow_i16x8_u(first, second)
    if (channels == 4) v128.store(out, bytes)
    else if (channels == 3)
      v128.store(out, v128.shuffle<u8>(bytes, opaque, 0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11, 16))
    else v128.store(out, v128.shuffle<u8>(bytes, opaque, 0, 0, 0, 16, 1, 1, 1, 16, 2, 2, 2, 16, 3, 3, 3, 16))
  }
  for (; p < end; p += pixel, out += 4) paintOne(p, out, channels, lo, scale)
}

/** 0..255 as i32, halves to even. */
@inline
function light(v: v128, low: v128, factor: v128): v128 {
  const x = f32x4.pmin(f32x4.mul(f32x4.sub(v, low), factor), f32x4.splat(1))
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(f32x4.pmax(x, f32x4.splat(0)), f32x4.splat(255))))
}

function paintOne(p: usize, out: usize, channels: i32, lo: f32, scale: f32): void {
  const r = load<f32>(p)
  const g = channels == 1 ? r : load<f32>(p, 4)
  const b = channels == 1 ? r : load<f32>(p, 8)
  if (r != r || g != g || b != b) {
    store<u32>(out, MAGENTA)
    return
  }
  store<u8>(out, byteOf((r - lo) * scale))
  store<u8>(out, byteOf((g - lo) * scale), 1)
  store<u8>(out, byteOf((b - lo) * scale), 2)
  store<u8>(out, channels == 4 ? byteOf(load<f32>(p, 12)) : 255, 3)
}

@inline
function byteOf(v: f32): u8 {
  return v > 0 ? <u8>nearest(min<f32>(v, 1) * 255) : 0
}
