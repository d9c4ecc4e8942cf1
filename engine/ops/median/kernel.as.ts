// The median of square windows, borders replicated (cv2.medianBlur, which knows float32 only up to 5 × 5). Always
// exact.
import { align16 } from '../common.as.ts'
import { median3, median5, sortColumns3, sortColumns5 } from './network.as.ts'
import { medianRows } from './window.as.ts'

export { medianRows }

@inline
function row(src: usize, y: i32, height: i32, stride: usize): usize {
  return src + <usize>min(max(y, 0), height - 1) * stride
}

/** Whether a row contains NaN: its product with 0 is NaN, as is that of an infinity, which only costs time. */
function isBroken(p: usize, length: usize): bool {
  const zero = f32x4.splat(0)
  let sum = zero
  let i: usize = 0
  for (; i + 16 <= length; i += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(p + i), zero))
  let rest: f32 = 0
  for (; i < length; i += 4) rest += load<f32>(p + i) * 0
  return rest != rest || v128.any_true(f32x4.ne(sum, sum))
}

/** Sorts the columns of three rows, and says whether the last of them may contain NaN, as isBroken. */
@inline
function sortRow3<T>(r0: usize, r1: usize, r2: usize, line: usize, plane: usize, length: usize): bool {
  const zero = f32x4.splat(0)
  let sum = zero
  for (let i: usize = 0; i < length; i += 16) {
    if (i > length - 16) i = length - 16
    if (isFloat<T>()) sum = f32x4.add(sum, f32x4.mul(v128.load(r2 + i), zero))
    sortColumns3<T>(r0 + i, r1 + i, r2 + i, line + i, plane)
  }
  return v128.any_true(f32x4.ne(sum, sum))
}

/** Writes NaN wherever the window has NaN: `size` rows from `top` on, repeating the edge rows. */
function breakRow(
  src: usize, out: usize, top: i32, size: i32, width: i32, height: i32, channels: i32,
): void {
  const pixel = <usize>channels << 2
  const stride = <usize>width * pixel
  const radius = size >> 1
  for (let c: usize = 0; c < pixel; c += 4) {
    // How far to the right of x the window of the last NaN ends.
    let until = -1
    for (let x = -radius; x < width; x++) {
      const column = min(max(x + radius, 0), width - 1)
      let broken = false
      for (let k = 0; k < size; k++) {
        const v = load<f32>(row(src, top + k, height, stride) + <usize>column * pixel + c)
        if (v != v) broken = true
      }
      if (broken) until = x + size
      if (x >= 0 && x < until) store<f32>(out + <usize>x * pixel + c, NaN)
    }
  }
}

/**
 * @param src, dst float32 (height, width, channels), not the same. Of a window with NaN: NaN.
 * @param size 3 or 5; beyond it is medianRows that is fast
 * @param scratch medianScratch(size, width, channels) bytes
 */
export function median(
  src: usize, dst: usize, width: i32, height: i32, channels: i32, size: i32, scratch: usize, y0: i32, y1: i32,
): void {
  medianOf<f32>(src, dst, width, height, channels, size, scratch, y0, y1)
}

/** The same of bytes. */
export function medianBytes(
  src: usize, dst: usize, width: i32, height: i32, channels: i32, size: i32, scratch: usize, y0: i32, y1: i32,
): void {
  medianOf<u8>(src, dst, width, height, channels, size, scratch, y0, y1)
}

function medianOf<T>(
  src: usize, dst: usize, width: i32, height: i32, channels: i32, size: i32, scratch: usize, y0: i32, y1: i32,
): void {
  const pixel = <usize>channels * sizeof<T>()
  const stride = <usize>width * pixel
  const side = <usize>(size >> 1) * pixel
  // Rows narrower than a register are copied to where there is room after them.
  const narrow = stride < 16
  const length: usize = narrow ? 16 : stride
  const plane = align16(length + 2 * side + 16)
  const copies = scratch
  const result = copies + 80
  const planes = result + 16

  // One bit per row of the window, set if it may contain NaN: most rows do not, and cost nothing.
  const window: i32 = (1 << size) - 1
  let bits: i32 = 0
  if (isFloat<T>()) for (let k = 0; k < size - 1; k++)
    bits = (bits << 1) | i32(isBroken(row(src, y0 - (size >> 1) + k, height, stride), stride))

  for (let y = y0; y < y1; y++) {
    // Of 3 × 3 the last row is looked at while its columns are sorted.
    const apart = size > 3 || narrow
    bits = (bits << 1) & window
    if (isFloat<T>() && apart) bits |= i32(isBroken(row(src, y + (size >> 1), height, stride), stride))
    let r0 = row(src, y - (size >> 1), height, stride)
    let r1 = row(src, y - (size >> 1) + 1, height, stride)
    let r2 = row(src, y - (size >> 1) + 2, height, stride)
    let r3 = row(src, y + 1, height, stride)
    let r4 = row(src, y + 2, height, stride)
    let out = dst + <usize>y * stride
    if (narrow) {
      memory.copy(copies, r0, stride)
      memory.copy(copies + 16, r1, stride)
      memory.copy(copies + 32, r2, stride)
      memory.copy(copies + 48, r3, stride)
      memory.copy(copies + 64, r4, stride)
      r0 = copies
      r1 = copies + 16
      r2 = copies + 32
      r3 = copies + 48
      r4 = copies + 64
      out = result
    }
    const line = planes + side
    if (apart) {
      for (let i: usize = 0; i < length; i += 16) {
        // The last register overlaps the one before.
        if (i > length - 16) i = length - 16
        if (size == 3) sortColumns3<T>(r0 + i, r1 + i, r2 + i, line + i, plane)
        else sortColumns5<T>(r0 + i, r1 + i, r2 + i, r3 + i, r4 + i, line + i, plane)
      }
    } else if (sortRow3<T>(r0, r1, r2, line, plane, length)) bits |= 1
    for (let k = 0; k < size; k++) {
      const first = line + <usize>k * plane
      const last = first + stride - pixel
      for (let s: usize = pixel; s <= side; s += pixel) {
        memory.copy(first - s, first, pixel)
        memory.copy(last + s, last, pixel)
      }
    }
    for (let i: usize = 0; i < length; i += 16) {
      if (i > length - 16) i = length - 16
      const p = planes + i
      v128.store(out + i, size == 3 ? median3<T>(p, pixel, plane) : median5<T>(p, pixel, plane))
    }
    if (narrow) memory.copy(dst + <usize>y * stride, result, stride)
    if (isFloat<T>() && bits) breakRow(src, dst + <usize>y * stride, y - (size >> 1), size, width, height, channels)
  }
}
