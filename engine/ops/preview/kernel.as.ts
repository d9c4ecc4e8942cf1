// What a float32 picture looks like: scaled down by area averages (up: by nearest), mapped to 0..255, as RGBA bytes.
// NaN is magenta, in an average too: one NaN shows.
import { align16, weightedSum } from '../common.as.ts'
import { AREA, nearestOf, tapsOf, weightsOf } from '../resize/axis.as.ts'

const MAGENTA: u32 = 0xffff00ff
/** Below and above the range, when flagged: blue and red (as bytes R, G, B, A, the first lowest). */
const BELOW: u32 = 0xffff3000
const ABOVE: u32 = 0xff0030ff

/**
 * @param src float32 (height, width, channels)
 * @param dst u8 (dh, dw, 4), alpha straight
 * @param lo, hi shown as darkest and brightest, clipped beyond; lo < hi. For a stretched view give the least and the
 *   greatest value, for a signed one -m and m.
 * @param table 0: gray of one channel, RG of two, RGB of three, RGBA of four and more (alpha is 0..1, whatever lo and
 *   hi); else u8 (256, 3): the colours of one channel from lo to hi
 * @param channel which one to show alone; -1: all (with a table: the first)
 * @param flag 1 marks what is below lo (blue) and above hi (red) in any channel shown
 * @param scratch previewScratch(width, height, channels, dw, dh) bytes
 */
export function preview(
  src: usize, width: i32, height: i32, channels: i32, dst: usize, dw: i32, dh: i32,
  lo: f32, hi: f32, table: usize, channel: i32, flag: i32,
  scratch: usize, y0: i32, y1: i32,
): void {
  const stride = <usize>(width * channels) << 2
  const nx = dw < width ? tapsOf(AREA, width, dw) : 1
  const ny = dh < height ? tapsOf(AREA, height, dh) : 1
  const starts = scratch
  const weights = starts + (<usize>dw << 2)
  const rows = weights + (<usize>(dw * nx) << 2)
  const taps = rows + (<usize>ny << 2)
  const sums = align16(taps + (<usize>ny << 2))
  for (let x = 0; x < dw; x++) {
    const w = weights + (<usize>(x * nx) << 2)
    store<f32>(w, 1)
    store<u32>(starts + (<usize>x << 2), dw < width ? weightsOf(x, AREA, width, dw, nx, w) : nearestOf(x, width, dw))
  }

  const alone = channel >= 0 || table != 0 || channels == 1
  const first = alone ? max(channel, 0) : 0
  const shown = alone ? 1 : min(channels, 3)
  const alpha = !alone && channels > 3
  const scale: f32 = <f32>1 / (hi - lo)
  for (let y = y0; y < y1; y++) {
    let line = sums
    if (dh < height) {
      const start = weightsOf(y, AREA, height, dh, ny, taps)
      for (let k = 0; k < ny; k++) store<u32>(rows + (<usize>k << 2), <u32>(src + <usize>(start + k) * stride))
      weightedSum(rows, taps, ny, false, 0, sums, width * channels)
    } else line = src + <usize>nearestOf(y, height, dh) * stride
    let out = dst + (<usize>(y * dw) << 2)
    for (let x = 0; x < dw; x++, out += 4) {
      const p = line + (<usize>(load<i32>(starts + (<usize>x << 2)) * channels + first) << 2)
      const w = weights + (<usize>(x * nx) << 2)
      let pixel: u32 = 0xff000000
      let under = false
      let over = false
      let broken = false
      for (let c = 0; c < shown; c++) {
        const v = average(p + (<usize>c << 2), channels, w, nx)
        under = under || v < lo
        over = over || v > hi
        broken = broken || v != v
        const byte = toByte((v - lo) * scale)
        if (table) {
          const t = table + <usize>byte * 3
          pixel |= <u32>load<u8>(t) | (<u32>load<u8>(t, 1) << 8) | (<u32>load<u8>(t, 2) << 16)
        } else pixel |= alone ? byte * 0x010101 : byte << (c << 3)
      }
      if (alpha) pixel = (pixel & 0xffffff) | (toByte(average(p + 12, channels, w, nx)) << 24)
      if (flag && under) pixel = BELOW
      if (flag && over) pixel = ABOVE
      store<u32>(out, broken ? MAGENTA : pixel)
    }
  }
}

@inline
function average(p: usize, channels: i32, weights: usize, n: i32): f32 {
  let sum = load<f32>(p) * load<f32>(weights)
  for (let k = 1; k < n; k++) {
    p += <usize>channels << 2
    sum += load<f32>(p) * load<f32>(weights + (<usize>k << 2))
  }
  return sum
}

/** 0..1 to 0..255, halves to even; NaN is 0. */
@inline
function toByte(v: f32): u32 {
  return v > 0 ? <u32>nearest(min<f32>(v, 1) * 255) : 0
}
