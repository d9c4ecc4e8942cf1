// Resampling of pictures (cv2.resize): for each row of the result the source's rows are summed into one line, then the
// line is resampled.
import { align16, floatsOf, weightedSum } from '../common.as.ts'
import { AREA, AREA_LINEAR, NEAREST, nearestOf, ratio, tapsOf, weightsOf } from './axis.as.ts'

/**
 * @param src float32 (height, width, channels)
 * @param dst float32 (dh, dw, channels); rows are its rows
 * @param method OpenCV's: 0 nearest, 1 linear, 2 cubic, 3 area (which is a kind of linear where either axis grows)
 * @param scratch resizeScratch(width, height, channels, dw, dh) bytes
 */
export function resize(
  src: usize, width: i32, height: i32, channels: i32, dst: usize, dw: i32, dh: i32, method: i32,
  scratch: usize, y0: i32, y1: i32,
): void {
  if (method == NEAREST) nearestRows(src, width, height, channels, dst, dw, dh, scratch, y0, y1)
  else resample(false, src, width, height, channels, dst, dw, dh, method, scratch, y0, y1)
}

/** The same of bytes that stand for v / 255, not nearest. @param scratch with room for the rows of a place as floats more */
export function resizeOfBytes(
  src: usize, width: i32, height: i32, channels: i32, dst: usize, dw: i32, dh: i32, method: i32,
  scratch: usize, y0: i32, y1: i32,
): void {
  resample(true, src, width, height, channels, dst, dw, dh, method, scratch, y0, y1)
}

function nearestRows(
  src: usize, width: i32, height: i32, channels: i32, dst: usize, dw: i32, dh: i32, starts: usize, y0: i32, y1: i32,
): void {
  const pixel = <usize>channels << 2
  const sx = ratio(width, dw)
  const sy = ratio(height, dh)
  for (let x = 0; x < dw; x++) store<u32>(starts + (<usize>x << 2), <u32>(<usize>nearestOf(x, width, sx) * pixel))
  for (let y = y0; y < y1; y++) {
    const line = src + <usize>nearestOf(y, height, sy) * <usize>width * pixel
    let q = dst + <usize>y * <usize>dw * pixel
    for (let at = starts, end = starts + (<usize>dw << 2); at < end; at += 4, q += pixel) {
      const p = line + <usize>load<u32>(at)
      store<f32>(q, load<f32>(p))
      if (channels == 3) store<u64>(q, load<u64>(p, 4), 4)
      else for (let c: usize = 4; c < pixel; c += 4) store<f32>(q + c, load<f32>(p + c))
    }
  }
}

function resample(
  eightBit: bool, src: usize, width: i32, height: i32, channels: i32, dst: usize, dw: i32, dh: i32, asked: i32,
  scratch: usize, y0: i32, y1: i32,
): void {
  const method = asked == AREA && (dw > width || dh > height) ? AREA_LINEAR : asked
  const nx = tapsOf(method, width, dw)
  const ny = tapsOf(method, height, dh)
  const numbers = width * channels
  const stride = <usize>numbers << 2
  const pixel = <usize>channels << 2

  const starts = scratch
  const weights = starts + (<usize>dw << 2)
  const rows = weights + (<usize>(dw * nx) << 2)
  const taps = rows + (<usize>ny << 2)
  const line = align16(taps + (<usize>ny << 2))
  // Behind the line, which has room for a register past its end: rows of bytes as floats.
  const floats = align16(line + stride + 16)

  const sx = ratio(width, dw)
  const sy = ratio(height, dh)
  for (let x = 0; x < dw; x++) {
    const start = weightsOf(x, method, width, dw, sx, nx, weights + (<usize>(x * nx) << 2))
    store<u32>(starts + (<usize>x << 2), <u32>(<usize>start * pixel))
  }
  for (let y = y0; y < y1; y++) {
    const start = weightsOf(y, method, height, dh, sy, ny, taps)
    for (let k = 0; k < ny; k++) {
      let row = src + <usize>(start + k) * stride
      if (eightBit) {
        row = floats + <usize>k * stride
        floatsOf(src + <usize>((start + k) * numbers), row, numbers, 255)
      }
      store<u32>(rows + (<usize>k << 2), <u32>row)
    }
    weightedSum(rows, taps, ny, false, 0, line, numbers)
    across(line, starts, weights, nx, dst + <usize>y * <usize>dw * pixel, dw, channels)
  }
}

/** One row of the result. The line has room for a register past its end. */
function across(line: usize, starts: usize, weights: usize, n: i32, out: usize, dw: i32, channels: i32): void {
  const pixel = <usize>channels << 2
  const bytes = <usize>n << 2
  let x = 0
  if (channels == 3 || channels == 4) {
    // Of three channels the fourth number is the next pixel's first, which is written after it; not so in the last.
    const whole = channels == 4 ? dw : dw - 1
    for (; x < whole; x++, out += pixel, weights += bytes)
      v128.store(out, pixelOf(line + <usize>load<u32>(starts + (<usize>x << 2)), weights, n, pixel))
    if (x == dw) return
    const last = pixelOf(line + <usize>load<u32>(starts + (<usize>x << 2)), weights, n, pixel)
    v128.store64_lane(out, last, 0)
    v128.store32_lane(out, last, 2, 8)
    return
  }
  for (; x < dw; x++, out += pixel, weights += bytes) {
    const p = line + <usize>load<u32>(starts + (<usize>x << 2))
    for (let c: usize = 0; c < pixel; c += 4) {
      let sum: f32 = 0
      for (let k: usize = 0, q = p + c; k < bytes; k += 4, q += pixel) {
        const weight = load<f32>(weights + k)
        if (weight != 0) sum += load<f32>(q) * weight
      }
      store<f32>(out + c, sum)
    }
  }
}

/** The weighted sum of n neighbouring pixels of up to four channels. A pixel of weight 0 is not read. */
@inline
function pixelOf(p: usize, weights: usize, n: i32, pixel: usize): v128 {
  let sum = load<f32>(weights) == 0 ? f32x4.splat(0) : f32x4.mul(v128.load(p), v128.load32_splat(weights))
  for (let k: usize = 4; k < <usize>n << 2; k += 4) {
    p += pixel
    if (load<f32>(weights + k) == 0) continue
    sum = f32x4.add(sum, f32x4.mul(v128.load(p), v128.load32_splat(weights + k)))
  }
  return sum
}
