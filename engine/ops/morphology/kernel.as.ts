// Erosion and dilation (cv2.erode, cv2.dilate) of rectangles and of any structuring element. What lies outside the picture never
// counts.
import { align16 } from '../common.as.ts'
import { CHUNK, doubled, floatsOfKeys, gather, isOdd, NOTHING, put, slide } from '../slide.as.ts'

/**
 * dst[y, x, c] = the smallest of the kw × kh pixels around; the largest if `flip` is -1, not 0.
 * @param src, dst float32 (height, width, channels), not the same
 * @param scratch slideScratch(channels, kw, kh) bytes
 */
export function morphologyBox(
  src: usize, dst: usize, width: i32, height: i32, channels: i32, kw: i32, kh: i32, flip: i32,
  scratch: usize, y0: i32, y1: i32,
): void {
  const together = max(CHUNK / channels, 1)
  const stride = <usize>(width * channels) << 2
  const top = max(y0 - (kh >> 1), 0)
  const bottom = min(y1 + (kh >> 1), height)
  for (let x0 = 0; x0 < width; x0 += together) {
    const x1 = min(x0 + together, width)
    const from = <usize>max(x0 - (kw >> 1), 0) * channels
    const to = <usize>min(x1 + (kw >> 1), width) * channels
    if (isOdd(src, stride, top, bottom, from, to))
      slide<i32>(src, dst, width, height, channels, kw, kh, 0, 0, flip, 0, x0, x1, scratch, y0, y1)
    else if (flip) slide<u64>(src, dst, width, height, channels, kw, kh, 0, 0, 0, 0, x0, x1, scratch, y0, y1)
    else slide<u32>(src, dst, width, height, channels, kw, kh, 0, 0, 0, 0, x0, x1, scratch, y0, y1)
  }
}

/**
 * The same over an element of any form: of each row of the picture the minima over its runs are brought to all rows of the
 * result that they belong to.
 * @param runs n × i32 (largest power of two in it, row, first column, last column): counted from the middle, in the order of the first
 * @param rx, ry how far the element reaches
 * @param scratch elementScratch(channels, rx, ry) bytes
 */
export function morphologyElement(
  src: usize, dst: usize, width: i32, height: i32, channels: i32, runs: usize, n: i32, rx: i32, ry: i32, flip: i32,
  scratch: usize, y0: i32, y1: i32,
): void {
  const pixel = <usize>channels << 2
  const together = max(CHUNK / channels, 1)
  const f = i32x4.splat(flip)
  const rows = 2 * ry + 1
  const line = align16(scratch)
  const pitch = align16(<usize>together * pixel) + 16
  const ring = line + align16(<usize>(together + 2 * rx + 1) * pixel) + 64
  const nothing = i32x4.splat(NOTHING)
  const stop = runs + (<usize>n << 4)
  for (let x0 = 0; x0 < width; x0 += together) {
    const count = min(together, width - x0)
    const bytes = <usize>count * pixel
    const all = bytes + <usize>(2 * rx) * pixel
    for (let i: usize = 0; i < <usize>rows * pitch; i += 16) v128.store(ring + i, nothing)
    for (let t = y0 - ry; t < y1 + ry; t++) {
      if (<u32>t < <u32>height) {
        gather<i32>(src, t, width, channels, x0 - rx, count + 2 * rx, 0, 0, f, line)
        let size = 1
        for (let run = runs; run < stop; run += 16) {
          const y = t - load<i32>(run, 4)
          if (y < y0 || y >= y1) continue
          const power = load<i32>(run)
          for (; size < power; size <<= 1) doubled(line, <usize>size * pixel, all - <usize>size * pixel)
          const a = line + <usize>(load<i32>(run, 8) + rx) * pixel
          const b = line + <usize>(load<i32>(run, 12) + rx + 1 - power) * pixel
          const sum = ring + <usize>(y % rows) * pitch
          for (let i: usize = 0; i < bytes; i += 16)
            v128.store(sum + i, i32x4.min_s(v128.load(sum + i), i32x4.min_s(v128.load(a + i), v128.load(b + i))))
        }
      }
      const done = t - ry
      if (done < y0) continue
      const sum = ring + <usize>(done % rows) * pitch
      const out = dst + (<usize>done * <usize>width + <usize>x0) * pixel
      for (let i: usize = 0; i < bytes; i += 16) {
        put(out + i, floatsOfKeys(v128.load(sum + i), f), bytes - i)
        v128.store(sum + i, nothing)
      }
    }
  }
}
