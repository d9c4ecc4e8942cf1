// What is Canny's own: thinning edges to one pixel. (hysteresis.as.ts links them.)
import { align16 } from '../common.as.ts'
import { hysteresisLink, hysteresisNumbers, hysteresisStrips } from './hysteresis.as.ts'

export { hysteresisLink, hysteresisNumbers, hysteresisStrips }

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
  // Three rows of squares with a 0 at both ends, then the gradients of the channel that slopes most, three rows each.
  const slopesX = base + 3 * row
  const slopesY = base + 6 * row
  for (let y = y0 - 1; y <= y1; y++) {
    const slot = <usize>((y + 3) % 3) * row
    squares(gradX, gradY, width, height, channels, y, base + slot, slopesX + slot, slopesY + slot)
    if (y <= y0) continue
    const mid = <usize>((y + 2) % 3) * row
    const up = base + <usize>((y + 1) % 3) * row
    thin(up, base + mid, base + slot, slopesX + mid, slopesY + mid, width, dst + (<usize>(y - 1) * <usize>width << 2))
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
    memory.copy(toX, gradX + first, bytes)
    memory.copy(toY, gradY + first, bytes)
    let i: usize = 0
    for (; i + 16 <= bytes; i += 16) {
      const gx = v128.load(toX + i), gy = v128.load(toY + i)
      v128.store(to + i, f32x4.add(f32x4.mul(gx, gx), f32x4.mul(gy, gy)))
    }
    for (; i < bytes; i += 4) {
      const gx = load<f32>(toX + i), gy = load<f32>(toY + i)
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

/** One row. Groups of four reach past the end of the scratch rows, which have room for it, but not past the end of `out`. */
function thin(up: usize, mid: usize, down: usize, slopesX: usize, slopesY: usize, width: i32, out: usize): void {
  const zero = f32x4.splat(0)
  const low = f32x4.splat(TAN22), high = f32x4.splat(TAN67)
  for (let i = 0; i < width; i += 4) {
    const at = <usize>i << 2
    const gx = v128.load(slopesX + at), gy = v128.load(slopesY + at)
    const ax = f32x4.abs(gx), ay = f32x4.abs(gy)
    const level = f32x4.lt(ay, f32x4.mul(ax, low))
    const upright = f32x4.gt(ay, f32x4.mul(ax, high))
    const falling = v128.xor(f32x4.lt(gx, zero), f32x4.lt(gy, zero))
    const m = v128.load(mid + at)
    const p = up + at, n = down + at
    let before = v128.bitselect(v128.load(p + 4), v128.load(p - 4), falling)
    let after = v128.bitselect(v128.load(n - 4), v128.load(n + 4), falling)
    before = v128.bitselect(v128.load(p), before, upright)
    after = v128.bitselect(v128.load(n), after, upright)
    before = v128.bitselect(v128.load(mid + at - 4), before, level)
    after = v128.bitselect(v128.load(mid + at + 4), after, level)
    const straight = v128.or(level, upright)
    const largest = v128.or(f32x4.gt(m, after), v128.and(straight, f32x4.ge(m, after)))
    const kept = v128.and(f32x4.sqrt(m), v128.and(f32x4.gt(m, before), largest))
    if (i + 4 <= width) v128.store(out + at, kept)
    else {
      store<f32>(out + at, f32x4.extract_lane(kept, 0))
      if (i + 1 < width) store<f32>(out + at, f32x4.extract_lane(kept, 1), 4)
      if (i + 2 < width) store<f32>(out + at, f32x4.extract_lane(kept, 2), 8)
    }
  }
}
