// Statistics of float32 pictures, as partial results for every `grain` rows: tiles never share one, and the sum of all
// is the same to the last bit however many threads there are. Call with the same `grain` for the tiles.

/** Numbers of a channel's record in moments: min, max, sum, sum of squares, NaN count, infinity count. */
const RECORD: usize = 6

/**
 * For each group of `grain` rows and each channel six float64: min, max, sum and sum of squares of the finite values
 * (min is +∞ and max -∞ where there is none), then how many are NaN and how many infinite.
 * @param src float32 (height, width, channels)
 * @param out float64 (ceil(height / grain), channels, 6)
 */
export function moments(src: usize, width: i32, channels: i32, out: usize, grain: i32, y0: i32, y1: i32): void {
  const stride = <usize>(width * channels) << 2
  for (let y = y0; y < y1; y += grain) {
    const rows = min(grain, y1 - y)
    const from = src + <usize>y * stride
    const count = rows * width * channels
    const record = out + <usize>(y / grain) * <usize>channels * (RECORD << 3)
    for (let c = 0; c < channels; c++) clear(record + <usize>c * (RECORD << 3))
    // Four lanes hold the same channels every `period` floats.
    const period = channels == 3 ? 12 : 4
    const whole = channels <= 4 ? count - (count % period) : 0
    const groups = whole ? period : 0
    for (let lane = 0; lane != groups; lane += 4) lanes(from, whole, period, lane, channels, record)
    for (let i = whole; i < count; i++) {
      const v = load<f32>(from + (<usize>i << 2))
      const r = record + <usize>(i % channels) * (RECORD << 3)
      if (isFinite(v)) add(r, v, v, v, <f64>v * <f64>v)
      else if (isNaN(v)) store<f64>(r, load<f64>(r, 32) + 1, 32)
      else store<f64>(r, load<f64>(r, 40) + 1, 40)
    }
  }
}

function clear(r: usize): void {
  store<f64>(r, Infinity)
  store<f64>(r, -Infinity, 8)
  memory.fill(r + 16, 0, 32)
}

function add(r: usize, low: f64, high: f64, sum: f64, squares: f64): void {
  store<f64>(r, min(load<f64>(r), low))
  store<f64>(r, max(load<f64>(r, 8), high), 8)
  store<f64>(r, load<f64>(r, 16) + sum, 16)
  store<f64>(r, load<f64>(r, 24) + squares, 24)
}

@inline
function lane4(v: v128, i: i32): f64 {
  const a = i & 1 ? f32x4.extract_lane(v, 1) : f32x4.extract_lane(v, 0)
  const b = i & 1 ? f32x4.extract_lane(v, 3) : f32x4.extract_lane(v, 2)
  return i & 2 ? b : a
}

@inline
function lane2(a: v128, b: v128, i: i32): f64 {
  const v = i < 2 ? a : b
  return i & 1 ? f64x2.extract_lane(v, 1) : f64x2.extract_lane(v, 0)
}

/** Every `period`th group of four floats, starting at float `lane`. */
function lanes(from: usize, count: i32, period: i32, lane: i32, channels: i32, record: usize): void {
  let low = f32x4.splat(Infinity), high = f32x4.splat(-Infinity)
  let sumA = f64x2.splat(0), sumB = sumA, squareA = sumA, squareB = sumA
  let nans = i32x4.splat(0), infinities = i32x4.splat(0)
  const infinity = f32x4.splat(Infinity)
  const step = <usize>period << 2
  const end = from + (<usize>count << 2)
  for (let p = from + (<usize>lane << 2); p < end; p += step) {
    const v = v128.load(p)
    const finite = f32x4.lt(f32x4.abs(v), infinity)
    const x = v128.and(v, finite)
    low = f32x4.pmin(low, v128.bitselect(v, infinity, finite))
    high = f32x4.pmax(high, v128.bitselect(v, f32x4.neg(infinity), finite))
    const a = f64x2.promote_low_f32x4(x)
    const b = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3))
    sumA = f64x2.add(sumA, a)
    sumB = f64x2.add(sumB, b)
    squareA = f64x2.add(squareA, f64x2.mul(a, a))
    squareB = f64x2.add(squareB, f64x2.mul(b, b))
    // Comparisons are -1 where they hold.
    const nan = f32x4.ne(v, v)
    nans = i32x4.sub(nans, nan)
    infinities = i32x4.sub(infinities, v128.andnot(v128.not(finite), nan))
  }
  for (let i = 0; i < 4; i++) {
    const r = record + <usize>((lane + i) % channels) * (RECORD << 3)
    add(r, lane4(low, i), lane4(high, i), lane2(sumA, sumB, i), lane2(squareA, squareB, i))
    const n = lane4(f32x4.convert_i32x4_s(nans), i)
    const f = lane4(f32x4.convert_i32x4_s(infinities), i)
    store<f64>(r, load<f64>(r, 32) + n, 32)
    store<f64>(r, load<f64>(r, 40) + f, 40)
  }
}

/**
 * Counts values in `bins` equal bins over [lo, hi], hi itself in the last, as numpy.histogram does; what lies outside
 * and NaN is not counted.
 * @param src float32 (height, width, channels)
 * @param out u32 (ceil(height / grain), channels, bins)
 */
export function histogram(
  src: usize, width: i32, channels: i32, out: usize, bins: i32, lo: f32, hi: f32, grain: i32, y0: i32, y1: i32,
): void {
  const count = width * channels
  const scale = <f64>bins / (<f64>hi - <f64>lo)
  for (let y = y0; y < y1; y++) {
    const record = out + <usize>(y / grain) * <usize>(channels * bins) * 4
    if (y % grain == 0) memory.fill(record, 0, <usize>(channels * bins) << 2)
    const row = src + <usize>y * (<usize>count << 2)
    let channel: usize = record
    const past = record + (<usize>(channels * bins) << 2)
    for (let i = 0; i < count; i++) {
      const v = load<f32>(row + (<usize>i << 2))
      if (v >= lo && v <= hi) {
        const bin = channel + (<usize>min(bins - 1, <i32>((<f64>v - <f64>lo) * scale)) << 2)
        store<u32>(bin, load<u32>(bin) + 1)
      }
      channel += <usize>bins << 2
      if (channel == past) channel = record
    }
  }
}
