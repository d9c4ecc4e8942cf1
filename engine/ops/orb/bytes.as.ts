// Gray pictures of bytes, which detectors of 8 bits work on.
import { align16 } from '../common.as.ts'

/** Numbers from 0 to 1 as bytes; NaN is 0. @param dst u8 (height, width) */
export function bytesOfNumbers(src: usize, width: i32, dst: usize, y0: i32, y1: i32): void {
  const scale = f32x4.splat(255), half = f32x4.splat(0.5), zero = f32x4.splat(0)
  const end = <usize>(y1 * width)
  for (let i = <usize>(y0 * width); i < end; i += 16) {
    if (i + 16 > end) {
      for (; i < end; i++) {
        const v = load<f32>(src + (i << 2))
        store<u8>(dst + i, v == v ? <u8>min<f32>(max<f32>(floor(v * 255 + 0.5), 0), 255) : 0)
      }
      return
    }
    const p = src + (i << 2)
    const a = whole(v128.load(p), scale, half, zero), b = whole(v128.load(p, 16), scale, half, zero)
    const c = whole(v128.load(p, 32), scale, half, zero), d = whole(v128.load(p, 48), scale, half, zero)
    v128.store(dst + i, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)))
  }
}

@inline
function whole(v: v128, scale: v128, half: v128, zero: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.pmin(f32x4.pmax(f32x4.floor(f32x4.add(f32x4.mul(v, scale), half)), zero), scale))
}

/** Bytes as float32. */
export function numbersOfBytes(src: usize, width: i32, dst: usize, y0: i32, y1: i32): void {
  const end = <usize>(y1 * width)
  let i = <usize>(y0 * width)
  for (; i + 4 <= end; i += 4)
    v128.store(dst + (i << 2), f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(src + i)))))
  for (; i < end; i++) store<f32>(dst + (i << 2), <f32>load<u8>(src + i))
}

/**
 * A smaller or larger picture of bytes: between the two nearest rows and columns, shares in 256ths, rounded once.
 * @param columns, rows i32 (w, 2), (h, 2): the lower place and the share of the next one, as placesOf of bytes.ts
 * @param scratch resizedScratch(width * channels) bytes
 */
export function bytesResized(
  src: usize, width: i32, height: i32, channels: i32, dst: usize, w: i32, columns: usize, rows: usize, scratch: usize,
  y0: i32, y1: i32,
): void {
  const line = align16(scratch)
  const count = width * channels
  for (let y = y0; y < y1; y++) {
    const low = load<i32>(rows + (<usize>y << 3))
    const part = load<i32>(rows + (<usize>y << 3), 4)
    const a = src + <usize>(low * count), b = src + <usize>(min(low + 1, height - 1) * count)
    const far = i16x8.splat(<i16>part), near = i16x8.splat(<i16>(256 - part))
    let x = 0
    for (; x + 8 <= count; x += 8) {
      const p = i16x8.extend_low_i8x16_u(v128.load64_zero(a + x)), q = i16x8.extend_low_i8x16_u(v128.load64_zero(b + x))
      v128.store(line + (<usize>x << 1), i16x8.add(i16x8.mul(p, near), i16x8.mul(q, far)))
    }
    for (; x < count; x++)
      store<u16>(line + (<usize>x << 1), <u16>(<i32>load<u8>(a + x) * (256 - part) + <i32>load<u8>(b + x) * part))
    // Where there is no next column, its share is 0.
    memory.fill(line + (<usize>count << 1), 0, <usize>channels << 1)
    let out = dst + <usize>(y * w * channels)
    const next = <usize>channels << 1
    for (x = 0; x < w; x++) {
      const place = columns + (<usize>x << 3)
      const share = load<u32>(place, 4)
      let at = line + <usize>load<i32>(place) * next
      if (channels == 1) {
        store<u8>(out++, between(at, 2, share))
        continue
      }
      for (const end = at + next; at < end; at += 2) store<u8>(out++, between(at, next, share))
    }
  }
}

@inline
function between(at: usize, next: usize, share: u32): u8 {
  return <u8>((<u32>load<u16>(at) * (256 - share) + <u32>load<u16>(at + next) * share + 32768) >> 16)
}
