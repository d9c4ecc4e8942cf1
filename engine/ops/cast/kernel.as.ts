// Between stored pictures (u8, u16) and float32 ones. A row is `count` numbers (width × channels); strides are in
// bytes, so that a part of a picture can be used.
import { floatsOf } from '../common.as.ts'

/** dst = src / divisor (255 gives 0..1). dst is contiguous. */
export function u8ToF32(src: usize, srcStride: usize, dst: usize, count: i32, divisor: f32, y0: i32, y1: i32): void {
  for (let y = y0; y < y1; y++)
    floatsOf(src + <usize>y * srcStride, dst + <usize>y * (<usize>count << 2), count, divisor)
}

/** dst = src / divisor (65535 gives 0..1). dst is contiguous. */
export function u16ToF32(src: usize, srcStride: usize, dst: usize, count: i32, divisor: f32, y0: i32, y1: i32): void {
  const d = f32x4.splat(divisor)
  for (let y = y0; y < y1; y++) {
    let p = src + <usize>y * srcStride
    let q = dst + <usize>y * (<usize>count << 2)
    let i = 0
    for (; i <= count - 4; i += 4, p += 8, q += 16)
      v128.store(q, f32x4.div(f32x4.convert_i32x4_u(v128.load16x4_u(p)), d))
    for (; i < count; i++, p += 2, q += 4) store<f32>(q, <f32>load<u16>(p) / divisor)
  }
}

/** x · scale + offset to the nearest whole number (halves to even), as i32. */
@inline
function scaled(p: usize, scale: v128, offset: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.add(f32x4.mul(v128.load(p), scale), offset)))
}

/** dst = round(src · scale + offset), halves to even, saturated to 0..255; NaN is 0. Both contiguous. */
export function f32ToU8(src: usize, dst: usize, count: i32, scale: f32, offset: f32, y0: i32, y1: i32): void {
  const s = f32x4.splat(scale)
  const o = f32x4.splat(offset)
  const end = y1 * count
  let i = y0 * count
  for (; i <= end - 16; i += 16) {
    const p = src + (<usize>i << 2)
    const low = i16x8.narrow_i32x4_s(scaled(p, s, o), scaled(p + 16, s, o))
    const high = i16x8.narrow_i32x4_s(scaled(p + 32, s, o), scaled(p + 48, s, o))
    v128.store(dst + <usize>i, i8x16.narrow_i16x8_u(low, high))
  }
  for (; i < end; i++) {
    const v = nearest(load<f32>(src + (<usize>i << 2)) * scale + offset)
    store<u8>(dst + <usize>i, v > 0 ? <u8>min<f32>(v, 255) : 0)
  }
}

/** dst = round(src · scale + offset), halves to even, saturated to 0..65535; NaN is 0. Both contiguous. */
export function f32ToU16(src: usize, dst: usize, count: i32, scale: f32, offset: f32, y0: i32, y1: i32): void {
  const s = f32x4.splat(scale)
  const o = f32x4.splat(offset)
  const end = y1 * count
  let i = y0 * count
  for (; i <= end - 8; i += 8) {
    const p = src + (<usize>i << 2)
    v128.store(dst + (<usize>i << 1), i16x8.narrow_i32x4_u(scaled(p, s, o), scaled(p + 16, s, o)))
  }
  for (; i < end; i++) {
    const v = nearest(load<f32>(src + (<usize>i << 2)) * scale + offset)
    store<u16>(dst + (<usize>i << 1), v > 0 ? <u16>min<f32>(v, 65535) : 0)
  }
}

/** dst = src, whole numbers to the nearest float32. Both contiguous. */
export function i32ToF32(src: usize, dst: usize, count: i32, y0: i32, y1: i32): void {
  const end = <usize>(y1 * count) << 2
  let i = <usize>(y0 * count) << 2
  for (; i + 16 <= end; i += 16) v128.store(dst + i, f32x4.convert_i32x4_s(v128.load(src + i)))
  for (; i < end; i += 4) store<f32>(dst + i, <f32>load<i32>(src + i))
}
