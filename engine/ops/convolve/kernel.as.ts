// Correlation of float32 pictures with any matrix (cv2.filter2D). Rows with their borders are kept in a ring in scratch
// memory; taps of 0 cost nothing.
import { align16, borderIndex, fillFloats, padRow, weightedSum } from '../common.as.ts'

/**
 * dst[y, x, c] = delta + Σ_i Σ_j taps[i, j] · src[y + i - kh/2, x + j - kw/2, c].
 * @param src, dst float32 (height, width, channels), not the same
 * @param taps float32 (kh, kw), any sizes; the anchor is (kh >> 1, kw >> 1)
 * @param border, value border mode in OpenCV's numbers and its constant
 * @param scratch convolveScratch(width, channels, kw, kh) bytes
 */
export function convolve(
  src: usize, dst: usize, width: i32, height: i32, channels: i32,
  taps: usize, kw: i32, kh: i32, delta: f32, border: i32, value: f32,
  scratch: usize, y0: i32, y1: i32,
): void {
  const count = width * channels
  const stride = <usize>count << 2
  const pixel = <usize>channels << 2
  // padRow pads both sides alike; of an even width the last pixel on the right goes unused.
  const side = kw >> 1
  const padded = align16(stride + <usize>(2 * side) * pixel)

  const rows = scratch
  const weights = align16(rows + (<usize>(kw * kh) << 2))
  const ring = align16(weights + (<usize>(kw * kh) << 2))
  let next = y0 - (kh >> 1)
  for (let y = y0; y < y1; y++) {
    const first = y - (kh >> 1)
    for (; next < first + kh; next++) {
      // The slot of a row is its index modulo kh; `next` starts below 0.
      const line = ring + <usize>((next + kh) % kh) * padded + <usize>side * pixel
      const from = borderIndex(next, height, border)
      if (from < 0) fillFloats(line, count, value)
      else memory.copy(line, src + <usize>from * stride, stride)
      padRow(line, width, channels, side, border, value)
    }
    let n = 0
    for (let i = 0; i < kh; i++) {
      const line = ring + <usize>((first + i + kh) % kh) * padded
      for (let j = 0; j < kw; j++) {
        const tap = load<f32>(taps + (<usize>(i * kw + j) << 2))
        if (tap == 0) continue
        store<u32>(rows + (<usize>n << 2), <u32>(line + <usize>j * pixel))
        store<f32>(weights + (<usize>n << 2), tap)
        n++
      }
    }
    weightedSum(rows, weights, n, false, delta, dst + <usize>y * stride, count)
  }
}
