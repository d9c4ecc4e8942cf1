// What is Canny's own: thinning edges to one pixel. (hysteresis.as.ts links them.)
import { align16 } from '../common.as.ts'
import { hysteresisBytes, hysteresisLink, hysteresisStrips } from './hysteresis.as.ts'

export { hysteresisBytes, hysteresisLink, hysteresisStrips }

const TAN22: f32 = 0.41421356237309503
const TAN67: f32 = 2.414213562373095

/**
 * Magnitudes √(x² + y²) that are the largest of three across the edge, else 0; outside the picture they are 0. As cv2.Canny: along
 * rows and columns the second of two equal ones goes, along the diagonals both do. Of several channels the one that slopes most.
 * @param gradX, gradY float32 (height, width, channels)
 * @param dst float32 (height, width, 1)
 * @param scratch nonMaximumScratch(width) bytes
 */
export function nonMaximum(
  gradX: usize, gradY: usize, width: i32, height: i32, channels: i32, dst: usize, scratch: usize, y0: i32, y1: i32,
): void {
  const row = (<usize>width << 2) + 48
  const base = align16(scratch) + 16
  // Three rows of squares with a 0 at both ends, then of several channels the gradients of the one that slopes most, three rows each.
  const slopesX = base + 3 * row
  const slopesY = base + 6 * row
  for (let y = y0 - 1; y <= y1; y++) {
    const slot = <usize>((y + 3) % 3) * row
    squares(gradX, gradY, width, height, channels, y, base + slot, slopesX + slot, slopesY + slot)
    if (y <= y0) continue
    const mid = <usize>((y + 2) % 3) * row
    const up = base + <usize>((y + 1) % 3) * row
    const row = <usize>(y - 1) * <usize>width << 2
    const x = channels == 1 ? gradX + row : slopesX + mid
    const v = channels == 1 ? gradY + row : slopesY + mid
    thin(up, base + mid, base + slot, x, v, width, dst + row)
  }
}

function squares(
  gradX: usize, gradY: usize, width: i32, height: i32, channels: i32, y: i32, to: usize, toX: usize, toY: usize,
): void {
  const bytes = <usize>width << 2
  store<f32>(to - 4, 0)
  store<f32>(to + bytes, 0)
  if (y < 0 || y >= height) {
    memory.fill(to, 0, bytes)
    return
  }
  const first = <usize>y * bytes * channels
  if (channels == 1) {
    const fromX = gradX + first, fromY = gradY + first
    let i: usize = 0
    for (; i + 16 <= bytes; i += 16) {
      const gx = v128.load(fromX + i), gy = v128.load(fromY + i)
      v128.store(to + i, f32x4.add(f32x4.mul(gx, gx), f32x4.mul(gy, gy)))
    }
    for (; i < bytes; i += 4) {
      const gx = load<f32>(fromX + i), gy = load<f32>(fromY + i)
      store<f32>(to + i, gx * gx + gy * gy)
    }
    return
  }
  let from = first
  for (let i: usize = 0; i < bytes; i += 4) {
    let gx = load<f32>(gradX + from), gy = load<f32>(gradY + from)
    let best = gx * gx + gy * gy
    from += 4
    for (let c = 1; c < channels; c++, from += 4) {
      const u = load<f32>(gradX + from), v = load<f32>(gradY + from)
      const square = u * u + v * v
      if (!(square > best)) continue
      best = square
      gx = u
      gy = v
    }
    store<f32>(to + i, best)
    store<f32>(toX + i, gx)
    store<f32>(toY + i, gy)
  }
}

/**
 * One row: the first of two equal ones stays along rows and columns, none along the diagonals. Groups of four reach past the end of
 * the rows that are read, which have room for it, but not past the end of `out`.
 */
function thin(up: usize, mid: usize, down: usize, slopesX: usize, slopesY: usize, width: i32, out: usize): void {
  const zero = f32x4.splat(0)
  const low = f32x4.splat(TAN22), high = f32x4.splat(TAN67)
  const last = <usize>(width & ~3) << 2
  for (let at: usize = 0; at < last; at += 16)
    v128.store(out + at, kept(up + at, mid + at, down + at, v128.load(slopesX + at), v128.load(slopesY + at), low, high, zero))
  const rest = width & 3
  if (!rest) return
  const gx = some(slopesX + last, rest), gy = some(slopesY + last, rest)
  const v = kept(up + last, mid + last, down + last, gx, gy, low, high, zero)
  v128.store32_lane(out + last, v, 0)
  if (rest > 1) v128.store32_lane(out + last, v, 1, 4)
  if (rest > 2) v128.store32_lane(out + last, v, 2, 8)
}

/** The first `n` < 4 numbers. */
@inline
function some(p: usize, n: i32): v128 {
  let v = v128.load32_zero(p)
  if (n > 1) v = v128.load32_lane(p, v, 1, 4)
  return n > 2 ? v128.load32_lane(p, v, 2, 8) : v
}

/** Four magnitudes where they are the largest across the edge, else 0. The addresses are those of squares. */
@inline
function kept(up: usize, mid: usize, down: usize, gx: v128, gy: v128, low: v128, high: v128, zero: v128): v128 {
  const ax = f32x4.abs(gx), ay = f32x4.abs(gy)
  const m = v128.load(mid)
  const beside = v128.and(f32x4.gt(m, v128.load(mid - 4)), f32x4.ge(m, v128.load(mid, 4)))
  const above = v128.and(f32x4.gt(m, v128.load(up)), f32x4.ge(m, v128.load(down)))
  const falls = v128.and(f32x4.gt(m, v128.load(up - 4)), f32x4.gt(m, v128.load(down, 4)))
  const rises = v128.and(f32x4.gt(m, v128.load(up, 4)), f32x4.gt(m, v128.load(down - 4)))
  let largest = v128.bitselect(rises, falls, v128.xor(f32x4.lt(gx, zero), f32x4.lt(gy, zero)))
  largest = v128.bitselect(above, largest, f32x4.gt(ay, f32x4.mul(ax, high)))
  largest = v128.bitselect(beside, largest, f32x4.lt(ay, f32x4.mul(ax, low)))
  return v128.and(f32x4.sqrt(m), largest)
}
