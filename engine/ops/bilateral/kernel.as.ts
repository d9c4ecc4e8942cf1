// The bilateral filter (cv2.bilateralFilter) of one or three channels, four pixels at a time. Rows lie channel by channel in a
// ring, so that a neighbour of four pixels is one load. A weight is a single power of two: the distance's share is added to the
// exponent.
import { align16, borderIndex, channel0, channel1, channel2, fillFloats, storePixels } from '../common.as.ts'

/** Constants, splat from memory as constants in a hot loop are slow: the coefficient of the difference, then these. */
const LOW: usize = 4
const MAGIC: usize = 8
const SIGN: usize = 12
const POLYNOMIAL: usize = 16

@inline
function fill(k: usize, coefficient: f32): void {
  store<f32>(k, coefficient)
  store<f32>(k, -125, LOW)
  // Adding 1.5 · 2²³ leaves the whole number in the last bits.
  store<f32>(k, 12582912, MAGIC)
  store<u32>(k, 0x7fffffff, SIGN)
  // 2^f for |f| ≤ 1/2, to 3e-6.
  store<f32>(k, 0.9999991908565827, POLYNOMIAL)
  store<f32>(k, 0.693121967696061, POLYNOMIAL + 4)
  store<f32>(k, 0.24024981109537458, POLYNOMIAL + 8)
  store<f32>(k, 0.05591703917486543, POLYNOMIAL + 12)
  store<f32>(k, 0.00956051020647182, POLYNOMIAL + 16)
}

/** 2^y of four, y ≤ 0. */
@inline
function power(y0: v128, k: usize): v128 {
  const y = f32x4.pmax(v128.load32_splat(k, LOW), y0)
  const magic = v128.load32_splat(k, MAGIC)
  const t = f32x4.add(y, magic)
  const f = f32x4.sub(y, f32x4.sub(t, magic))
  let p = f32x4.add(f32x4.mul(f, v128.load32_splat(k, POLYNOMIAL + 16)), v128.load32_splat(k, POLYNOMIAL + 12))
  p = f32x4.add(f32x4.mul(p, f), v128.load32_splat(k, POLYNOMIAL + 8))
  p = f32x4.add(f32x4.mul(p, f), v128.load32_splat(k, POLYNOMIAL + 4))
  p = f32x4.add(f32x4.mul(p, f), v128.load32_splat(k, POLYNOMIAL))
  return i32x4.add(p, i32x4.shl(t, 23))
}

/**
 * dst[p] = Σ w·src[q] / Σ w over the places q around p, w = 2^(e_q + coefficient · d²), d the sum of the absolute differences of
 * all channels. NaN and infinity: as breakRow says.
 * @param src, dst float32 (height, width, channels), not the same, of 1 or 3 channels
 * @param places n × (row i32, column i32, e f32), counted from the middle, which is not among them
 * @param radius how far they reach
 * @param scratch bilateralScratch(width, channels, radius, n) bytes
 */
export function bilateral(
  src: usize, dst: usize, width: i32, height: i32, channels: i32, places: usize, n: i32, radius: i32, coefficient: f32,
  border: i32, scratch: usize, y0: i32, y1: i32,
): void {
  const k = align16(scratch)
  fill(k, coefficient)
  const table = k + 64
  const rows = 2 * radius + 1
  const plane = align16(<usize>(width + 2 * radius) << 2) + 32
  const pitch = <usize>channels * plane
  const flags = align16(table + (<usize>n << 3))
  const ring = align16(flags + (<usize>rows << 2))
  const line = ring + <usize>rows * pitch
  const stride = <usize>(width * channels) << 2
  const middle = <usize>radius << 2

  for (let t = y0 - radius; t < y1 + radius; t++) {
    const slot = (t + rows) % rows
    const to = ring + <usize>slot * pitch
    const y = borderIndex(t, height, border)
    // Separate planes, with what lies beyond the edge.
    const broken = y < 0 ? zeros(to, plane, channels) : apart(src + <usize>y * stride, to, plane, width, channels, radius, border)
    store<i32>(flags + (<usize>slot << 2), i32(broken))
    const at = t - radius
    if (at < y0) continue

    for (let q: usize = 0; q < <usize>n; q++) {
      const place = places + q * 12
      const row = ring + <usize>((at + load<i32>(place) + rows) % rows) * pitch
      store<u32>(table + (q << 3), <u32>(row + (<usize>(radius + load<i32>(place, 4)) << 2)))
      store<f32>(table + (q << 3), load<f32>(place, 8), 4)
    }
    const end = table + (<usize>n << 3)
    const own = ring + <usize>((at + rows) % rows) * pitch + middle
    const out = dst + <usize>at * stride
    if (channels == 1) {
      for (let i: usize = 0; i < stride; i += 32) {
        gray(own + i, i, table, end, k, line)
        put(out + i, v128.load(line), stride - i)
        if (i + 16 < stride) put(out + i + 16, v128.load(line, 16), stride - i - 16)
      }
    } else {
      for (let x = 0; x < width; x += 4) {
        colour(own + (<usize>x << 2), <usize>x << 2, table, end, plane, k, line)
        const a = v128.load(line), b = v128.load(line, 16), c = v128.load(line, 32)
        const p = out + <usize>x * 12
        if (x + 4 <= width) storePixels(p, a, b, c)
        else {
          storePixels(line + 64, a, b, c)
          memory.copy(p, line + 64, <usize>(width - x) * 12)
        }
      }
    }
    let any = 0
    for (let r = 0; r < rows; r++) any |= load<i32>(flags + (<usize>r << 2))
    if (any) breakRow(out, own, table, end, plane, width, channels)
  }
}

@inline
function put(p: usize, v: v128, bytes: usize): void {
  if (bytes >= 16) {
    v128.store(p, v)
    return
  }
  v128.store32_lane(p, v, 0)
  if (bytes > 4) v128.store32_lane(p, v, 1, 4)
  if (bytes > 8) v128.store32_lane(p, v, 2, 8)
}

/** Eight pixels of one channel, to two registers at `out`. */
function gray(own: usize, i: usize, table: usize, end: usize, k: usize, out: usize): void {
  const a = v128.load(own), b = v128.load(own, 16)
  let sumA = a, sumB = b
  let weightsA = f32x4.splat(1)
  let weightsB = weightsA
  for (let q = table; q < end; q += 8) {
    const p = <usize>load<u32>(q) + i
    const u = v128.load(p), v = v128.load(p, 16)
    const d = f32x4.sub(u, a), e = f32x4.sub(v, b)
    const coefficient = v128.load32_splat(k), exponent = v128.load32_splat(q, 4)
    const w = power(f32x4.add(f32x4.mul(f32x4.mul(d, d), coefficient), exponent), k)
    const x = power(f32x4.add(f32x4.mul(f32x4.mul(e, e), coefficient), exponent), k)
    sumA = f32x4.add(sumA, f32x4.mul(w, u))
    sumB = f32x4.add(sumB, f32x4.mul(x, v))
    weightsA = f32x4.add(weightsA, w)
    weightsB = f32x4.add(weightsB, x)
  }
  v128.store(out, f32x4.div(sumA, weightsA))
  v128.store(out, f32x4.div(sumB, weightsB), 16)
}

/** Four pixels of three channels, to three registers at `out`. */
function colour(own: usize, i: usize, table: usize, end: usize, plane: usize, k: usize, out: usize): void {
  const r = v128.load(own), g = v128.load(own + plane), b = v128.load(own + 2 * plane)
  let red = r, green = g, blue = b
  let weights = f32x4.splat(1)
  for (let q = table; q < end; q += 8) {
    const p = <usize>load<u32>(q) + i
    const u = v128.load(p), v = v128.load(p + plane), t = v128.load(p + 2 * plane)
    const sign = v128.load32_splat(k, SIGN)
    const d = f32x4.add(
      f32x4.add(v128.and(f32x4.sub(u, r), sign), v128.and(f32x4.sub(v, g), sign)), v128.and(f32x4.sub(t, b), sign))
    const y = f32x4.add(f32x4.mul(f32x4.mul(d, d), v128.load32_splat(k)), v128.load32_splat(q, 4))
    const w = power(y, k)
    red = f32x4.add(red, f32x4.mul(w, u))
    green = f32x4.add(green, f32x4.mul(w, v))
    blue = f32x4.add(blue, f32x4.mul(w, t))
    weights = f32x4.add(weights, w)
  }
  v128.store(out, f32x4.div(red, weights))
  v128.store(out, f32x4.div(green, weights), 16)
  v128.store(out, f32x4.div(blue, weights), 32)
}

/** Outside where the border is black. */
function zeros(to: usize, plane: usize, channels: i32): bool {
  memory.fill(to, 0, <usize>channels * plane)
  return false
}

/** A row by channels, with the border on both sides; whether it has NaN or infinity. */
function apart(row: usize, to: usize, plane: usize, width: i32, channels: i32, radius: i32, border: i32): bool {
  const start = to + (<usize>radius << 2)
  let x = 0
  if (channels == 1) memory.copy(start, row, <usize>width << 2)
  else {
    for (; x <= width - 4; x += 4) {
      const p = row + <usize>x * 12
      const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32)
      const out = start + (<usize>x << 2)
      v128.store(out, channel0(a, b, c))
      v128.store(out + plane, channel1(a, b, c))
      v128.store(out + 2 * plane, channel2(a, b, c))
    }
    for (; x < width; x++)
      for (let c: usize = 0; c < 3; c++)
        store<f32>(start + (<usize>x << 2) + c * plane, load<f32>(row + <usize>x * 12 + (c << 2)))
  }
  let rest: f32 = 0
  for (let c: usize = 0; c < <usize>channels; c++) {
    const line = start + c * plane
    let sum = f32x4.splat(0)
    let i: usize = 0
    for (; i + 16 <= <usize>width << 2; i += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(line + i), f32x4.splat(0)))
    for (; i < <usize>width << 2; i += 4) rest += load<f32>(line + i) * 0
    rest += f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)
    for (let j = 1; j <= radius; j++) {
      const left = borderIndex(-j, width, border)
      const right = borderIndex(width - 1 + j, width, border)
      store<f32>(line - (<usize>j << 2), left < 0 ? 0 : load<f32>(line + (<usize>left << 2)))
      store<f32>(line + (<usize>(width - 1 + j) << 2), right < 0 ? 0 : load<f32>(line + (<usize>right << 2)))
    }
    fillFloats(line + (<usize>(width + radius) << 2), 8, 0)
  }
  return rest != rest
}

/**
 * Writes NaN where the formula does: of a disc with NaN in any channel, of a pixel that is not finite itself, and of infinity in
 * the same channel; in another one it takes a place's weight away, as it does above.
 */
function breakRow(out: usize, own: usize, table: usize, end: usize, plane: usize, width: i32, channels: i32): void {
  for (let x = 0; x < width; x++) {
    const i = <usize>x << 2
    let all: f32 = 0
    for (let c: usize = 0; c < <usize>channels; c++) all += load<f32>(own + i + c * plane) * 0
    for (let c: usize = 0; c < <usize>channels; c++) {
      let sum: f32 = 0
      for (let q = table; q < end; q += 8) {
        const v = load<f32>(<usize>load<u32>(q) + i + c * plane)
        sum += v * 0
        if (v != v) all = NaN
      }
      if (sum != sum) store<f32>(out + (<usize>(x * channels) << 2) + (c << 2), NaN)
    }
    if (all != all) fillFloats(out + (<usize>(x * channels) << 2), channels, NaN)
  }
}
