// Distances to the nearest pixel that is 0, exactly: down the columns by two scans, then along each row by the lower envelope of
// parabolas (Felzenszwalb and Huttenlocher), or for city blocks by two more scans.
import { align16 } from '../common.as.ts'

/**
 * Distances along the columns, of 64 columns at a time: one row of the call each.
 * @param src float32 (height, width, 1)
 * @param dst float32 (height, width): ∞ where a column has no 0
 */
export function distanceColumns(src: usize, dst: usize, width: i32, height: i32, b0: i32, b1: i32): void {
  const stride = <usize>width << 2
  const one = f32x4.splat(1)
  const zero = f32x4.splat(0)
  const far = f32x4.splat(Infinity)
  for (let b = b0; b < b1; b++) {
    const from = b * 64
    const to = min(from + 64, width)
    const start = <usize>from << 2
    const count = to - from
    for (let y = 0; y < height; y++) {
      const at = <usize>y * stride + start
      let i = 0
      for (; i <= count - 4; i += 4) {
        const p = at + (<usize>i << 2)
        const above = y == 0 ? far : f32x4.add(v128.load(dst + p - stride), one)
        v128.store(dst + p, v128.andnot(above, f32x4.eq(v128.load(src + p), zero)))
      }
      for (; i < count; i++) {
        const p = at + (<usize>i << 2)
        const above: f32 = y == 0 ? Infinity : load<f32>(dst + p - stride) + 1
        store<f32>(dst + p, load<f32>(src + p) == 0 ? 0 : above)
      }
    }
    for (let y = height - 2; y >= 0; y--) {
      const at = <usize>y * stride + start
      let i = 0
      for (; i <= count - 4; i += 4) {
        const p = dst + at + (<usize>i << 2)
        v128.store(p, f32x4.pmin(v128.load(p), f32x4.add(v128.load(p + stride), one)))
      }
      for (; i < count; i++) {
        const p = dst + at + (<usize>i << 2)
        store<f32>(p, min(load<f32>(p), load<f32>(p + stride) + 1))
      }
    }
  }
}

/** From the distances along the columns, those over the picture, in place. City blocks: |dx| + |dy|. */
export function distanceBlocks(dst: usize, width: i32, y0: i32, y1: i32): void {
  for (let y = y0; y < y1; y++) {
    const row = dst + (<usize>(y * width) << 2)
    let least: f32 = Infinity
    for (let x = 0; x < width; x++) {
      const p = row + (<usize>x << 2)
      least = min(least + 1, load<f32>(p))
      store<f32>(p, least)
    }
    least = Infinity
    for (let x = width - 1; x >= 0; x--) {
      const p = row + (<usize>x << 2)
      least = min(least + 1, load<f32>(p))
      store<f32>(p, least)
    }
  }
}

/**
 * The same, straight: √(dx² + dy²).
 * @param halves f64 (width): 1 / (2 i), from i = 0 on
 * @param scratch distanceScratch(width) bytes
 */
export function distanceRows(dst: usize, width: i32, halves: usize, scratch: usize, y0: i32, y1: i32): void {
  // The parabolas of the envelope: where each has its lowest point, its number there, and from where on it is the lowest.
  const places = align16(scratch)
  const lows = places + align16(<usize>width << 2)
  const starts = lows + (<usize>width << 3)
  for (let y = y0; y < y1; y++) {
    const row = dst + (<usize>(y * width) << 2)
    let k = -1
    for (let x = 0; x < width; x++) {
      const d = <f64>load<f32>(row + (<usize>x << 2))
      if (d == Infinity) continue
      const low = d * d + <f64>x * <f64>x
      let start: f64 = -Infinity
      while (k >= 0) {
        const at = <usize>k
        const place = load<i32>(places + (at << 2))
        start = (low - load<f64>(lows + (at << 3))) * load<f64>(halves + (<usize>(x - place) << 3))
        if (start > load<f64>(starts + (at << 3))) break
        k--
        start = -Infinity
      }
      k++
      store<i32>(places + (<usize>k << 2), x)
      store<f64>(lows + (<usize>k << 3), low)
      store<f64>(starts + (<usize>k << 3), start)
    }
    if (k < 0) continue
    const last = k
    k = 0
    for (let x = 0; x < width; x++) {
      while (k < last && load<f64>(starts + (<usize>(k + 1) << 3)) < <f64>x) k++
      const place = <f64>load<i32>(places + (<usize>k << 2))
      // low − place² is what the column gave, squared.
      const square = load<f64>(lows + (<usize>k << 3)) + <f64>x * (<f64>x - 2 * place)
      store<f32>(row + (<usize>x << 2), <f32>sqrt(square))
    }
  }
}
