// Moving numbers about: regions, channels, planes. A tile's rows are rows of dst, unless said otherwise.
import { channel0, channel1, channel2, storePixels, TURN_PIXELS } from '../common.as.ts'

/** Copies `bytes` of each row; a crop where src points into a larger picture. Strides in bytes. */
export function copyRegion(
  src: usize, srcStride: usize, dst: usize, dstStride: usize, bytes: usize, y0: i32, y1: i32,
): void {
  for (let y = y0; y < y1; y++) memory.copy(dst + <usize>y * dstStride, src + <usize>y * srcStride, bytes)
}

/** Channel c of n pixels of three, a multiple of 4. */
function takeChannel(src: usize, c: i32, dst: usize, n: usize): void {
  for (const end = dst + (n << 2); dst < end; dst += 16, src += 48) {
    const x = v128.load(src), y = v128.load(src, 16), z = v128.load(src, 32)
    v128.store(dst, c == 0 ? channel0(x, y, z) : c == 1 ? channel1(x, y, z) : channel2(x, y, z))
  }
}

/** dst (height, width, 1) = channel c of src (height, width, channels). */
export function splitChannel(src: usize, channels: i32, c: i32, dst: usize, width: i32, y0: i32, y1: i32): void {
  const pixel = <usize>channels << 2
  const count = <usize>((y1 - y0) * width)
  src += <usize>(y0 * width) * pixel
  dst += <usize>(y0 * width) << 2
  let i: usize = 0
  if (channels == 3) {
    const half = count >> 1 & ~3
    for (; i < half; i += TURN_PIXELS) {
      const n = min(TURN_PIXELS, half - i)
      takeChannel(src + i * 12, c, dst + (i << 2), n)
      takeChannel(src + (half + i) * 12, c, dst + (half + i << 2), n)
    }
    i = 2 * half
  }
  for (let p = src + i * pixel + (<usize>c << 2); i < count; i++, p += pixel) store<f32>(dst + (i << 2), load<f32>(p))
}

/** dst (height, width, channels) of up to four planes of (height, width, 1). */
export function mergePlanes(
  a: usize, b: usize, c: usize, d: usize, channels: i32, dst: usize, width: i32, y0: i32, y1: i32,
): void {
  const pixel = <usize>channels << 2
  let i = <usize>(y0 * width)
  const end = <usize>(y1 * width)
  if (channels == 3)
    for (; i + 4 <= end; i += 4) {
      const at = i << 2
      storePixels(dst + i * 12, v128.load(a + at), v128.load(b + at), v128.load(c + at))
    }
  for (; i < end; i++) {
    const q = dst + i * pixel
    const at = i << 2
    store<f32>(q, load<f32>(a + at))
    if (channels > 1) store<f32>(q, load<f32>(b + at), 4)
    if (channels > 2) store<f32>(q, load<f32>(c + at), 8)
    if (channels > 3) store<f32>(q, load<f32>(d + at), 12)
  }
}

/** src (height, width, channels) to dst (channels, height, width). Rows are those of each plane. */
export function hwcToChw(src: usize, width: i32, height: i32, channels: i32, dst: usize, y0: i32, y1: i32): void {
  for (let c = 0; c < channels; c++)
    splitChannel(src, channels, c, dst + (<usize>c * <usize>width * <usize>height << 2), width, y0, y1)
}

/** src (channels, height, width) to dst (height, width, channels). */
export function chwToHwc(src: usize, width: i32, height: i32, channels: i32, dst: usize, y0: i32, y1: i32): void {
  const pixel = <usize>channels << 2
  const plane = <usize>width * <usize>height << 2
  for (let c = 0; c < channels; c++) {
    let p = src + <usize>c * plane + (<usize>(y0 * width) << 2)
    let q = dst + <usize>(y0 * width) * pixel + (<usize>c << 2)
    for (const end = src + <usize>c * plane + (<usize>(y1 * width) << 2); p < end; p += 4, q += pixel)
      store<f32>(q, load<f32>(p))
  }
}
