// The largest number of each window (torch.nn.MaxPool2d): of each column of the window first, into one line, then along the
// line. A window with NaN gives NaN.
import { align16 } from '../common.as.ts'

/** The greater of each four, NaN where either is. */
@inline
function most(a: v128, b: v128): v128 {
  return v128.bitselect(b, f32x4.pmax(a, b), f32x4.ne(b, b))
}

/**
 * dst[y, x, c] = max over 0 ≤ i, j < size of src[y·stride - padding + i, x·stride - padding + j, c] within the picture.
 * @param src float32 (height, width, channels)
 * @param dst float32 (any, dw, channels); rows are its rows. Every window holds a pixel of the picture.
 * @param scratch maxPoolScratch(width, channels) bytes
 */
export function maxPool(
  src: usize, width: i32, height: i32, channels: i32, dst: usize, dw: i32, size: i32, stride: i32, padding: i32,
  scratch: usize, y0: i32, y1: i32,
): void {
  const line = align16(scratch)
  const count = <usize>(width * channels) << 2
  const pixel = <usize>channels << 2
  for (let y = y0; y < y1; y++) {
    const top = y * stride - padding
    const first = max(top, 0)
    memory.copy(line, src + <usize>first * count, count)
    for (let k = first + 1; k < min(top + size, height); k++) mostOf(line, src + <usize>k * count, count)

    let out = dst + <usize>y * <usize>dw * pixel
    for (let x = 0; x < dw; x++, out += pixel) {
      const left = x * stride - padding
      const from = line + <usize>max(left, 0) * pixel
      const end = line + <usize>min(left + size, width) * pixel
      for (let c: usize = 0; c < pixel; c += 16) {
        // The line has room for a register past its end.
        let v = v128.load(from + c)
        for (let p = from + c + pixel; p < end; p += pixel) v = most(v, v128.load(p))
        put(out + c, v, pixel - c)
      }
    }
  }
}

/** line = the greater of line and row. */
function mostOf(line: usize, row: usize, bytes: usize): void {
  let i: usize = 0
  for (; i + 16 <= bytes; i += 16) v128.store(line + i, most(v128.load(line + i), v128.load(row + i)))
  for (; i < bytes; i += 4) {
    const a = load<f32>(line + i)
    const b = load<f32>(row + i)
    store<f32>(line + i, a > b || a != a ? a : b)
  }
}

/** At most four numbers, as many as are left of a pixel. */
@inline
function put(p: usize, v: v128, bytes: usize): void {
  if (bytes >= 16) v128.store(p, v)
  else if (bytes == 4) v128.store32_lane(p, v, 0)
  else {
    v128.store64_lane(p, v, 0)
    if (bytes == 12) v128.store32_lane(p, v, 2, 8)
  }
}
