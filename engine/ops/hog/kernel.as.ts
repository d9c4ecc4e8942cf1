// Histograms of oriented gradients (Dalal and Triggs 2005, as OpenCV's HOGDescriptor): what each pixel votes for, four at a time, then
// the histograms of blocks.
import { align16, borderIndex, REFLECT101 } from '../common.as.ts'
import { ANGLE_TABLE, degreesOf, fillAngles } from '../sobel/angle.as.ts'

/** What no number of a block may exceed. */
const CLIP: f32 = 0.2
/** Bytes of what a pixel votes: two lengths (f32) and their bins (i32). */
const VOTE: usize = 16

/** Numbers in steps of 8 bits, or their roots; what is not finite or below 0 is 0. @param dst float32 (height, count) */
export function hogNumbers(src: usize, count: i32, root: i32, dst: usize, y0: i32, y1: i32): void {
  const end = <usize>(y1 * count) << 2
  const scale = f32x4.splat(255), zero = f32x4.splat(0)
  let i = <usize>(y0 * count) << 2
  for (; i + 16 <= end; i += 16) {
    const v = v128.load(src + i)
    const whole = v128.and(f32x4.pmax(f32x4.mul(v, scale), zero), f32x4.eq(f32x4.sub(v, v), zero))
    v128.store(dst + i, root ? f32x4.sqrt(whole) : whole)
  }
  for (; i < end; i += 4) {
    const v = load<f32>(src + i)
    const whole: f32 = v - v == 0 ? max<f32>(v * 255, 0) : 0
    store<f32>(dst + i, root ? sqrt(whole) : whole)
  }
}

/** Bytes as floats, or their roots. @param dst float32 (height, count) */
export function hogBytes(src: usize, count: i32, root: i32, dst: usize, y0: i32, y1: i32): void {
  const end = <usize>(y1 * count)
  let i = <usize>(y0 * count)
  for (; i + 4 <= end; i += 4) {
    const v = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(src + i))))
    v128.store(dst + (i << 2), root ? f32x4.sqrt(v) : v)
  }
  for (; i < end; i++) {
    const v = <f32>load<u8>(src + i)
    store<f32>(dst + (i << 2), root ? sqrt(v) : v)
  }
}

/**
 * What each pixel of the window votes. Beyond its edges the picture is mirrored. Of several channels the one that slopes most.
 * @param src float32 (height, width, channels), as hogNumbers makes it
 * @param w the window's width
 * @param degrees that the bins share: 180 or 360
 * @param votes (h, w), VOTE bytes each
 * @param scratch hogScratch(w) bytes
 */
export function hogVotes(
  src: usize, width: i32, height: i32, channels: i32, w: i32, bins: i32, degrees: f32, votes: usize, scratch: usize,
  y0: i32, y1: i32,
): void {
  fillAngles(scratch)
  const dx = align16(scratch + ANGLE_TABLE)
  const dy = dx + align16(<usize>w << 2) + 16
  const stride = <usize>(width * channels) << 2
  const scale = f32x4.splat(<f32>bins / degrees), half = f32x4.splat(0.5)
  const count = i32x4.splat(bins), zero = i32x4.splat(0), one = i32x4.splat(1)
  for (let y = y0; y < y1; y++) {
    const up = src + <usize>borderIndex(y - 1, height, REFLECT101) * stride
    const row = src + <usize>borderIndex(y, height, REFLECT101) * stride
    const down = src + <usize>borderIndex(y + 1, height, REFLECT101) * stride
    for (let x = 0; x < w; x++) {
      if (channels == 1 && x > 0 && x + 5 <= min(w, width)) {
        const at = <usize>x << 2
        v128.store(dx + at, f32x4.sub(v128.load(row + at, 4), v128.load(row + at - 4)))
        v128.store(dy + at, f32x4.sub(v128.load(down + at), v128.load(up + at)))
        x += 3
        continue
      }
      slopeAt(up, row, down, width, channels, x, dx, dy)
    }
    const out = votes + <usize>(y * w) * VOTE
    for (let x = 0; x < w; x += 4) {
      const gx = v128.load(dx + (<usize>x << 2)), gy = v128.load(dy + (<usize>x << 2))
      const length = f32x4.sqrt(f32x4.add(f32x4.mul(gx, gx), f32x4.mul(gy, gy)))
      const place = f32x4.sub(f32x4.mul(degreesOf(gy, gx, scratch), scale), half)
      const low = f32x4.floor(place)
      const second = f32x4.mul(length, f32x4.sub(place, low))
      const first = f32x4.sub(length, second)
      // From −1 to twice the bins: around the circle.
      let a = i32x4.trunc_sat_f32x4_s(low)
      a = i32x4.add(a, v128.and(count, i32x4.lt_s(a, zero)))
      a = i32x4.sub(a, v128.and(count, i32x4.ge_s(a, count)))
      let b = i32x4.add(a, one)
      b = v128.andnot(b, i32x4.eq(b, count))
      // Four pixels, each with its two lengths and its two bins.
      const p = v128.shuffle<f32>(first, second, 0, 4, 1, 5), q = v128.shuffle<f32>(first, second, 2, 6, 3, 7)
      const r = v128.shuffle<f32>(a, b, 0, 4, 1, 5), s = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
      const to = out + <usize>x * VOTE
      v128.store(to, v128.shuffle<f64>(p, r, 0, 2))
      if (x + 1 < w) v128.store(to, v128.shuffle<f64>(p, r, 1, 3), 16)
      if (x + 2 < w) v128.store(to, v128.shuffle<f64>(q, s, 0, 2), 32)
      if (x + 3 < w) v128.store(to, v128.shuffle<f64>(q, s, 1, 3), 48)
    }
  }
}

/** The slope at one pixel, wherever it lies. */
function slopeAt(up: usize, row: usize, down: usize, width: i32, channels: i32, x: i32, dx: usize, dy: usize): void {
  const left = <usize>(borderIndex(x - 1, width, REFLECT101) * channels) << 2
  const here = <usize>(borderIndex(x, width, REFLECT101) * channels) << 2
  const right = <usize>(borderIndex(x + 1, width, REFLECT101) * channels) << 2
  let most: f32 = -1
  for (let c: usize = 0; c < <usize>channels << 2; c += 4) {
    const u = load<f32>(row + right + c) - load<f32>(row + left + c)
    const v = load<f32>(down + here + c) - load<f32>(up + here + c)
    const square = u * u + v * v
    if (!(square > most)) continue
    most = square
    store<f32>(dx + (<usize>x << 2), u)
    store<f32>(dy + (<usize>x << 2), v)
  }
}

/**
 * Blocks, downwards and then to the right: one a row of the call.
 * @param places (side × side) × 4 × (i32, f32): the first bin of each of four cells in bytes, and how much a vote counts there
 * @param dst float32 (blocks, length)
 * @param length numbers of a block
 */
export function hogBlocks(
  votes: usize, w: i32, cell: i32, side: i32, down: i32, places: usize, dst: usize, length: i32, n0: i32, n1: i32,
): void {
  const bytes = <usize>length << 2
  for (let n = n0; n < n1; n++) {
    const block = dst + <usize>n * bytes
    memory.fill(block, 0, bytes)
    const x = n / down * cell, y = n % down * cell
    let place = places
    for (let v = 0; v < side; v++) {
      let vote = votes + <usize>((y + v) * w + x) * VOTE
      for (const end = vote + <usize>side * VOTE; vote < end; vote += VOTE, place += 32) {
        const first = load<f32>(vote), second = load<f32>(vote, 4)
        const a = block + (<usize>load<i32>(vote, 8) << 2), b = block + (<usize>load<i32>(vote, 12) << 2)
        for (let k: usize = 0; k < 32; k += 8) {
          const weight = load<f32>(place + k, 4)
          // Cells that count come first.
          if (weight == 0) break
          const from = <usize>load<i32>(place + k)
          store<f32>(a + from, load<f32>(a + from) + first * weight)
          store<f32>(b + from, load<f32>(b + from) + second * weight)
        }
      }
    }
    // L2Hys: to length 1, cut off, and to length 1 again.
    const scale = 1 / (lengthOf(block, bytes) + 0.1 * <f64>length)
    for (let i: usize = 0; i < bytes; i += 4) store<f32>(block + i, min(<f32>(<f64>load<f32>(block + i) * scale), CLIP))
    const again = 1 / (lengthOf(block, bytes) + 1e-3)
    for (let i: usize = 0; i < bytes; i += 4) store<f32>(block + i, <f32>(<f64>load<f32>(block + i) * again))
  }
}

function lengthOf(p: usize, bytes: usize): f64 {
  let sum: f64 = 0
  for (let i: usize = 0; i < bytes; i += 4) sum += <f64>load<f32>(p + i) * <f64>load<f32>(p + i)
  return sqrt(sum)
}

/**
 * The margin w · x + b of each window, row by row of windows: one a row of the call.
 * @param blocks float32 (columns of blocks, down, length), as hogBlocks makes them
 * @param across, high blocks of a window
 * @param step blocks from window to window; `places` windows in a row
 * @param weights float32 (across, high, length)
 * @param margins float64 (rows, places)
 */
export function hogMargins(
  blocks: usize, down: i32, length: i32, across: i32, high: i32, step: i32, places: i32, weights: usize, bias: f64,
  margins: usize, y0: i32, y1: i32,
): void {
  // The blocks of a column lie behind each other, in the picture as in the window.
  const run = <usize>(high * length) << 2, column = <usize>(down * length) << 2
  for (let y = y0; y < y1; y++)
    for (let x = 0; x < places; x++) {
      const from = blocks + (<usize>(x * step) * column) + (<usize>(y * step * length) << 2)
      let margin = bias
      for (let u = 0; u < across; u++) margin += <f64>dot(from + <usize>u * column, weights + <usize>u * run, run)
      store<f64>(margins + (<usize>(y * places + x) << 3), margin)
    }
}

@inline
function dot(p: usize, q: usize, bytes: usize): f32 {
  let a = f32x4.splat(0), b = a
  let i: usize = 0
  for (; i + 32 <= bytes; i += 32) {
    a = f32x4.add(a, f32x4.mul(v128.load(p + i), v128.load(q + i)))
    b = f32x4.add(b, f32x4.mul(v128.load(p + i, 16), v128.load(q + i, 16)))
  }
  a = f32x4.add(a, b)
  let sum = f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3)
  for (; i < bytes; i += 4) sum += load<f32>(p + i) * load<f32>(q + i)
  return sum
}
