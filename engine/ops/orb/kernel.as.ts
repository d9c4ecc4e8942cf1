// FAST corners of pictures of bytes (Rosten and Drummond 2006), 16 pixels at a time, and ORB's descriptors of them (Rublee et al.
// 2011).
import { align16 } from '../common.as.ts'
import { sin64 } from '../functions.as.ts'
import { ANGLE_TABLE, degreesOf, fillAngles } from '../sobel/angle.as.ts'
import { bytesOfNumbers, bytesResized, numbersOfBytes } from './bytes.as.ts'

export { bytesOfNumbers, bytesResized, numbersOfBytes }

const RING: i32 = 16
/** How many neighbours in a row must differ. */
const ARC: i32 = 9
/** The radius of the patch around a corner. */
const HALF: i32 = 15
const BLOCK: i32 = 7
const RADIANS: f64 = 0.017453292519943295

/** Where ring pixel k lies, counted from the one in the middle. */
@inline
function ringAt(k: i32, width: i32): i32 {
  k &= RING - 1
  // x: 0 1 2 3 3 3 2 1 0 -1 -2 -3 -3 -3 -2 -1, y a quarter of the way round further.
  const x = across(k), y = across(k + 4)
  return y * width + x
}

@inline
function across(k: i32): i32 {
  k &= RING - 1
  const half = k & 7
  const far = half == 0 ? 0 : half == 1 || half == 7 ? 1 : half == 2 || half == 6 ? 2 : 3
  return k < 8 ? far : -far
}

/**
 * dst u8 (height, width): the largest threshold with which a pixel would be a corner, 0 where it is none with this one.
 * @param threshold 1 to 255
 * @param scratch fastScratch bytes
 */
export function fastScores(
  src: usize, width: i32, height: i32, threshold: i32, dst: usize, scratch: usize, y0: i32, y1: i32,
): void {
  const ring = align16(scratch)
  const differences = ring + 64
  for (let k = 0; k < RING; k++) store<i32>(ring + (<usize>k << 2), ringAt(k, width))
  const limit = i8x16.splat(<i8>threshold), zero = i8x16.splat(0), one = i8x16.splat(1)
  for (let y = y0; y < y1; y++) {
    const row = src + <usize>(y * width), out = dst + <usize>(y * width)
    memory.fill(out, 0, width)
    if (y < 3 || y >= height - 3) continue
    for (let x = 3; x < width - 3; x += 16) {
      // The last group reaches past the end of the row: such lanes are not stored.
      const p = row + x
      const v = v128.load(p)
      const high = i8x16.add_sat_u(v, limit), low = i8x16.sub_sat_u(v, limit)
      // Of nine in a row at least one of two opposite ones is there: of two pairs first, then of all others. By how much it differs
      // more than the limit says whether it does.
      let up = i8x16.splat(-1), down = up
      for (let k = 0; k < 8; k += 4) {
        const a = ringLoad(p, ring, k), b = ringLoad(p, ring, k + 8)
        up = i8x16.min_u(up, i8x16.sub_sat_u(i8x16.max_u(a, b), high))
        down = i8x16.min_u(down, i8x16.sub_sat_u(low, i8x16.min_u(a, b)))
      }
      if (!v128.any_true(v128.or(up, down))) continue
      for (let k = 1; k < 8; k++) {
        if (k == 4) continue
        const a = ringLoad(p, ring, k), b = ringLoad(p, ring, k + 8)
        up = i8x16.min_u(up, i8x16.sub_sat_u(i8x16.max_u(a, b), high))
        down = i8x16.min_u(down, i8x16.sub_sat_u(low, i8x16.min_u(a, b)))
      }
      const rises = v128.any_true(up), falls = v128.any_true(down)
      if (!rises && !falls) continue
      let score = zero
      if (rises) {
        for (let k = 0; k < RING; k++) v128.store(differences + (<usize>k << 4), i8x16.sub_sat_u(ringLoad(p, ring, k), v))
        score = bestArc(differences)
      }
      if (falls) {
        for (let k = 0; k < RING; k++) v128.store(differences + (<usize>k << 4), i8x16.sub_sat_u(v, ringLoad(p, ring, k)))
        score = i8x16.max_u(score, bestArc(differences))
      }
      // The largest threshold that is passed is one less than the smallest difference of the best arc.
      const kept = v128.and(i8x16.sub_sat_u(score, one), i8x16.gt_u(score, limit))
      if (v128.any_true(v128.xor(kept, zero))) putBytes(out + x, kept, width - 3 - x)
    }
  }
}

/** Sixteen pixels' neighbours at ring pixel k. */
@inline
function ringLoad(p: usize, ring: usize, k: i32): v128 {
  return v128.load(p + <usize>load<i32>(ring + (<usize>k << 2)))
}

@inline
function putBytes(p: usize, v: v128, n: i32): void {
  if (n >= 16) {
    v128.store(p, v)
    return
  }
  let low = i64x2.extract_lane(v, 0), high = i64x2.extract_lane(v, 1)
  for (let k = 0; k < n; k++) {
    store<u8>(p + k, <u8>low)
    low = low >>> 8
    if (k == 7) low = high
  }
}

/** Of all arcs the largest of their smallest differences. @param p 16 × 16 bytes, with room for nine more */
function bestArc(p: usize): v128 {
  for (let k: usize = 0; k < <usize>ARC << 4; k += 16) v128.store(p + k, v128.load(p + k), 256)
  let best = i8x16.splat(0)
  for (let k: usize = 0; k < 256; k += 32) {
    // Two arcs share eight of their nine.
    let inner = i8x16.min_u(v128.load(p + k, 16), v128.load(p + k, 32))
    inner = i8x16.min_u(inner, i8x16.min_u(v128.load(p + k, 48), v128.load(p + k, 64)))
    inner = i8x16.min_u(inner, i8x16.min_u(v128.load(p + k, 80), v128.load(p + k, 96)))
    inner = i8x16.min_u(inner, i8x16.min_u(v128.load(p + k, 112), v128.load(p + k, 128)))
    best = i8x16.max_u(best, i8x16.min_u(inner, i8x16.max_u(v128.load(p + k), v128.load(p + k, 144))))
  }
  return best
}

/**
 * Corners in the order of their places. Counted first, then listed.
 * @param scores u8 (height, width)
 * @param suppress only those with the largest score of the nine around them
 * @param margin how far they stay from the edges, at least 1
 * @param counts u32 (height): written if `list` is 0
 * @param firsts u32 (height): where those of each row go
 * @param list i32 (n, 3): x, y, score
 */
export function fastCorners(
  scores: usize, width: i32, height: i32, suppress: i32, margin: i32, counts: usize, firsts: usize, list: usize,
  y0: i32, y1: i32,
): void {
  for (let y = y0; y < y1; y++) {
    let n: u32 = 0
    const row = scores + <usize>(y * width)
    if (y >= margin && y < height - margin)
      for (let x = margin; x < width - margin; x += 8) {
        if (x + 32 <= width - margin && !v128.any_true(v128.or(v128.load(row + x), v128.load(row + x, 16)))) {
          x += 24
          continue
        }
        let eight = load<u64>(row + x)
        if (x + 8 > width - margin) eight &= ((<u64>1) << (<u64>(width - margin - x) << 3)) - 1
        for (; eight; eight &= ~(<u64>255 << (ctz(eight) & ~7))) {
          const u = x + <i32>(ctz(eight) >> 3)
          const p = row + u
          const score = load<u8>(p)
          if (suppress && passed(p - width, p, p + width, score)) continue
          if (list) {
            const to = list + <usize>(load<u32>(firsts + (<usize>y << 2)) + n) * 12
            store<i32>(to, u)
            store<i32>(to, y, 4)
            store<i32>(to, score, 8)
          }
          n++
        }
      }
    if (!list) store<u32>(counts + (<usize>y << 2), n)
  }
}

/** Whether one of the eight around has at least this score. */
@inline
function passed(up: usize, p: usize, down: usize, score: u8): bool {
  return load<u8>(p - 1) >= score || load<u8>(p + 1) >= score || load<u8>(up - 1) >= score || load<u8>(up) >= score ||
    load<u8>(up + 1) >= score || load<u8>(down - 1) >= score || load<u8>(down) >= score || load<u8>(down + 1) >= score
}

/** Harris' response of the block around each corner. @param corners i32 (n, 3) @param responses f64 (n) */
export function orbResponses(src: usize, width: i32, corners: usize, responses: usize, n0: i32, n1: i32): void {
  for (let n = n0; n < n1; n++) {
    const from = corners + <usize>n * 12
    let xx: f64 = 0, yy: f64 = 0, xy: f64 = 0
    for (let v = -(BLOCK >> 1); v <= BLOCK >> 1; v++)
      for (let u = -(BLOCK >> 1); u <= BLOCK >> 1; u++) {
        const p = src + <usize>((load<i32>(from, 4) + v) * width + load<i32>(from) + u)
        const nw = at(p - width - 1), ne = at(p - width + 1), sw = at(p + width - 1), se = at(p + width + 1)
        const dx = 2 * (at(p + 1) - at(p - 1)) + ne - nw + se - sw
        const dy = 2 * (at(p + width) - at(p - width)) + sw - nw + se - ne
        xx += <f64>(dx * dx)
        yy += <f64>(dy * dy)
        xy += <f64>(dx * dy)
      }
    const scale: f64 = 4 * BLOCK * 255
    store<f64>(responses + (<usize>n << 3), (xx * yy - xy * xy - 0.04 * (xx + yy) * (xx + yy)) / (scale * scale * scale * scale))
  }
}

@inline
function at(p: usize): i32 {
  return load<u8>(p)
}

/**
 * Directions and descriptors, one corner a row of the call.
 * @param src u8 (height, width), smooth the same blurred, as float32
 * @param corners i32 (n, 3), responses f64 (n)
 * @param reach i32 (16): how far a row of the patch reaches to either side
 * @param pattern i32 (256, 4)
 * @param points float32 (n, 5), descriptors u8 (n, 32)
 * @param scratch fastScratch bytes
 */
export function orbDescribe(
  src: usize, smooth: usize, width: i32, scale: f64, corners: usize, responses: usize, reach: usize, pattern: usize,
  points: usize, descriptors: usize, scratch: usize, n0: i32, n1: i32,
): void {
  fillAngles(scratch)
  for (let n = n0; n < n1; n++) {
    const from = corners + <usize>n * 12
    const x = load<i32>(from), y = load<i32>(from, 4)
    let mx = 0, my = 0
    for (let v = -HALF; v <= HALF; v++) {
      const wide = load<i32>(reach + (<usize>abs(v) << 2))
      const row = src + <usize>((y + v) * width + x)
      let sum = 0
      for (let u = -wide; u <= wide; u++) {
        const value = at(row + u)
        mx += u * value
        sum += value
      }
      my += v * sum
    }
    const angle = f32x4.extract_lane(degreesOf(f32x4.splat(<f32>my), f32x4.splat(<f32>mx), scratch), 0)
    const to = points + <usize>n * 20
    store<f32>(to, <f32>(<f64>x * scale))
    store<f32>(to, <f32>(<f64>y * scale), 4)
    store<f32>(to, <f32>(<f64>(2 * HALF + 1) * scale), 8)
    store<f32>(to, angle, 12)
    store<f32>(to, <f32>load<f64>(responses + (<usize>n << 3)), 16)
    const cos = sin64(<f64>angle * RADIANS + 1.5707963267948966), sin = sin64(<f64>angle * RADIANS)
    const middle = smooth + (<usize>(y * width + x) << 2)
    for (let i = 0; i < 32; i++) {
      let byte = 0
      for (let bit = 0; bit < 8; bit++) {
        const pair = pattern + (<usize>(8 * i + bit) << 4)
        if (turned(middle, width, pair, cos, sin) < turned(middle, width, pair + 8, cos, sin)) byte |= 1 << bit
      }
      store<u8>(descriptors + (<usize>n << 5) + i, <u8>byte)
    }
  }
}

@inline
function turned(middle: usize, width: i32, p: usize, cos: f64, sin: f64): f32 {
  const u = <f64>load<i32>(p), v = <f64>load<i32>(p, 4)
  const row = <i32>floor(u * sin + v * cos + 0.5), column = <i32>floor(u * cos - v * sin + 0.5)
  return load<f32>(middle + (<usize>(row * width + column) << 2))
}

/** Corners as keypoints. @param list i32 (n, 3) @param points float32 (n, 5): x, y, 7, −1, score / 255 */
export function fastPoints(list: usize, points: usize, n0: i32, n1: i32): void {
  for (let n = n0; n < n1; n++) {
    const from = list + <usize>n * 12, to = points + <usize>n * 20
    store<f32>(to, <f32>load<i32>(from))
    store<f32>(to, <f32>load<i32>(from, 4), 4)
    store<f32>(to, 7, 8)
    store<f32>(to, -1, 12)
    store<f32>(to, <f32>load<i32>(from, 8) / 255, 16)
  }
}
