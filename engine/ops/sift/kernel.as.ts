// SIFT over a doubled picture and its octaves (Lowe 2004, as OpenCV's): the doubling, extrema of the differences of neighbouring
// blurs, their exact places and directions, their order. describe.as.ts has the descriptors. Blurs are those of `separable`.
//
// A plane is a picture of float32 numbers. `planes` is a list of 3 × u32 for each: address, width, height; an octave has layers + 3
// of them, one after the other. A record (RECORD bytes) is a spot, found once:
//   f64 x, y, size, response (in pixels of the doubled picture), i32 column, row (of its octave), plane, and how many angles,
//   then the angles, f64, in degrees.
import { align16 } from '../common.as.ts'
import { ANGLE_TABLE, degreesOf, fillAngles } from '../sobel/angle.as.ts'
import { siftDescribe } from './describe.as.ts'
import { exp64 } from '../functions.as.ts'
import { ANGLES, COLUMN, COUNT, PLANE, RECORD, RESPONSE, ROW, SIZE, X, Y } from './record.as.ts'

export { siftDescribe }

/** No extremum lies so near to an edge. */
const MARGIN: i32 = 5
const MOVES: i32 = 5
const DIRECTIONS: i32 = 36

/** Numbers from 0 to 1 as whole ones from 0 to 255; what is not finite is 0. @param dst float32 (height, width) */
export function siftBytes(src: usize, width: i32, dst: usize, y0: i32, y1: i32): void {
  const scale = f32x4.splat(255), half = f32x4.splat(0.5), zero = f32x4.splat(0)
  const end = <usize>(y1 * width) << 2
  let i = <usize>(y0 * width) << 2
  for (; i + 16 <= end; i += 16) {
    const v = v128.load(src + i)
    const whole = f32x4.floor(f32x4.add(f32x4.mul(v, scale), half))
    const kept = f32x4.pmin(f32x4.pmax(whole, zero), scale)
    v128.store(dst + i, v128.and(kept, f32x4.eq(f32x4.sub(v, v), zero)))
  }
  for (; i < end; i += 4) {
    const v = load<f32>(src + i)
    const whole = floor<f32>(v * 255 + 0.5)
    store<f32>(dst + i, v - v == 0 ? min<f32>(max<f32>(whole, 0), 255) : 0)
  }
}

/** dst float32 (2 height, 2 width): between the four nearest pixels, centres at halves. Its rows are those of the call. */
export function siftDoubled(src: usize, width: i32, height: i32, dst: usize, y0: i32, y1: i32): void {
  const stride = <usize>width << 2
  const near = f32x4.splat(0.75), far = f32x4.splat(0.25)
  for (let y = y0; y < y1; y++) {
    // Three quarters of the row that it lies in, one of the next one on its side.
    const a = src + <usize>(y >> 1) * stride
    const b = src + <usize>min(max(y & 1 ? (y >> 1) + 1 : (y >> 1) - 1, 0), height - 1) * stride
    const out = dst + <usize>y * (stride << 1)
    store<f32>(out, blend(a, b))
    store<f32>(out + (stride << 1) - 4, blend(a + stride - 4, b + stride - 4))
    let x = 0
    for (; x + 5 <= width; x += 4) {
      const at = <usize>x << 2
      const p = f32x4.add(f32x4.mul(v128.load(a + at), near), f32x4.mul(v128.load(b + at), far))
      const q = f32x4.add(f32x4.mul(v128.load(a + at, 4), near), f32x4.mul(v128.load(b + at, 4), far))
      const odd = f32x4.add(f32x4.mul(p, near), f32x4.mul(q, far))
      const even = f32x4.add(f32x4.mul(p, far), f32x4.mul(q, near))
      const to = out + (at << 1) + 4
      v128.store(to, v128.shuffle<f32>(odd, even, 0, 4, 1, 5))
      v128.store(to, v128.shuffle<f32>(odd, even, 2, 6, 3, 7), 16)
    }
    for (; x + 1 < width; x++) {
      const at = <usize>x << 2
      const p = blend(a + at, b + at), q = blend(a + at + 4, b + at + 4)
      const to = out + (at << 1) + 4
      store<f32>(to, p * 0.75 + q * 0.25)
      store<f32>(to, p * 0.25 + q * 0.75, 4)
    }
  }
}

@inline
function blend(a: usize, b: usize): f32 {
  return load<f32>(a) * 0.75 + load<f32>(b) * 0.25
}

/** dst float32 (height, width): every second number of every second row. @param stride numbers in a row of src */
export function siftHalved(src: usize, stride: i32, dst: usize, width: i32, y0: i32, y1: i32): void {
  for (let y = y0; y < y1; y++) {
    const row = src + (<usize>(2 * y) * <usize>stride << 2)
    const out = dst + (<usize>y * <usize>width << 2)
    for (let x = 0; x < width; x++) store<f32>(out + (<usize>x << 2), load<f32>(row + (<usize>x << 3)))
  }
}

/** The difference of two neighbouring blurs at four pixels. */
@inline
function difference(low: usize, high: usize): v128 {
  return f32x4.sub(v128.load(high), v128.load(low))
}

/**
 * Pixels whose difference of blurs is further from 0 than `threshold` and not passed by any of the 26 around it. A row of the call is a
 * row of one layer: layer 1 from the top down, then layer 2.
 * @param planes the planes of one octave
 * @param counts u32 (layers × height): how many there are in each row; written if `list` is 0
 * @param firsts u32 (layers × height): where those of each row go
 * @param list i32 (n, 3): column, row, layer; 0: they are only counted
 */
export function siftExtrema(
  planes: usize, width: i32, height: i32, threshold: f32, counts: usize, firsts: usize, list: usize, y0: i32, y1: i32,
): void {
  const limit = f32x4.splat(threshold), zero = f32x4.splat(0)
  const stride = <usize>width << 2
  for (let r = y0; r < y1; r++) {
    const y = r % height
    const layer = r / height + 1
    let n: u32 = 0
    if (y >= MARGIN && y < height - MARGIN) {
      const row = <usize>y * stride
      const g0 = <usize>load<u32>(planes + <usize>(layer - 1) * 12) + row
      const g1 = <usize>load<u32>(planes + <usize>layer * 12) + row
      const g2 = <usize>load<u32>(planes + <usize>(layer + 1) * 12) + row
      const g3 = <usize>load<u32>(planes + <usize>(layer + 2) * 12) + row
      for (let x = MARGIN; x < width - MARGIN; x += 4) {
        const at = <usize>x << 2
        const v = difference(g1 + at, g2 + at)
        let left = f32x4.gt(f32x4.abs(v), limit)
        if (!v128.any_true(left)) continue
        const up = f32x4.gt(v, zero)
        left = unpassed(g1 + at, g2 + at, stride, v, up, left)
        if (!v128.any_true(left)) continue
        left = unpassed(g0 + at, g1 + at, stride, v, up, left)
        if (!v128.any_true(left)) continue
        left = unpassed(g2 + at, g3 + at, stride, v, up, left)
        let bits = i32x4.bitmask(left)
        for (let k = x; bits; k++, bits >>= 1) {
          if (!(bits & 1) || k >= width - MARGIN) continue
          if (list) {
            const to = list + <usize>(load<u32>(firsts + (<usize>r << 2)) + n) * 12
            store<i32>(to, k)
            store<i32>(to, y, 4)
            store<i32>(to, layer, 8)
          }
          n++
        }
      }
    }
    if (!list) store<u32>(counts + (<usize>r << 2), n)
  }
}

/** What is left of `left`: where none of the nine differences around is larger, or smaller where the number is not above 0. */
@inline
function unpassed(low: usize, high: usize, stride: usize, v: v128, up: v128, left: v128): v128 {
  let most = difference(low, high), least = most
  for (let k = 0; k < 3; k++) {
    const a = low + <usize>k * stride - stride, b = high + <usize>k * stride - stride
    const p = difference(a - 4, b - 4), q = difference(a, b), r = difference(a + 4, b + 4)
    most = f32x4.pmax(f32x4.pmax(most, p), f32x4.pmax(q, r))
    least = f32x4.pmin(f32x4.pmin(least, p), f32x4.pmin(q, r))
  }
  return v128.and(left, v128.bitselect(f32x4.le(most, v), f32x4.ge(least, v), up))
}

/** The difference at pixel i of a layer. */
@inline
function at(planes: usize, layer: i32, i: i32): f64 {
  const low = <usize>load<u32>(planes + <usize>layer * 12), high = <usize>load<u32>(planes + <usize>layer * 12, 12)
  return <f64>(load<f32>(high + (<usize>i << 2)) - load<f32>(low + (<usize>i << 2)))
}

/**
 * Of each extremum its exact place, and the directions of the slopes around it. A row of the call is one of them.
 * @param planes those of one octave; the number of the first of them is `first`
 * @param list i32 (n, 3), as above
 * @param records (n) of RECORD bytes: with no angle where it is none after all
 * @param scratch siftScratch bytes
 */
export function siftPlaces(
  planes: usize, first: i32, width: i32, height: i32, layers: i32, octave: i32, contrast: f64, edge: f64, sigma: f64,
  list: usize, records: usize, scratch: usize, y0: i32, y1: i32,
): void {
  fillAngles(scratch)
  const room = align16(scratch + ANGLE_TABLE)
  for (let n = y0; n < y1; n++) {
    const from = list + <usize>n * 12
    const record = records + <usize>n * RECORD
    store<i32>(record, 0, COUNT)
    if (!placed(planes, width, height, layers, octave, contrast, edge, sigma, from, record)) continue
    const layer = load<i32>(record, PLANE)
    store<i32>(record, first + layer, PLANE)
    const plane = <usize>load<u32>(planes + <usize>layer * 12)
    directions(plane, width, height, record, load<f64>(record, SIZE) * 0.5 / <f64>(1 << octave), scratch, room)
  }
}

/** Moves to where the parabola through the neighbours has its extremum. False where there is none that counts. */
function placed(
  planes: usize, width: i32, height: i32, layers: i32, octave: i32, contrast: f64, edge: f64, sigma: f64,
  from: usize, record: usize,
): bool {
  let x = load<i32>(from), y = load<i32>(from, 4), layer = load<i32>(from, 8)
  for (let move = 0; move < MOVES; move++) {
    const i = y * width + x
    const value = at(planes, layer, i) / 255
    const dx = (at(planes, layer, i + 1) - at(planes, layer, i - 1)) / 510
    const dy = (at(planes, layer, i + width) - at(planes, layer, i - width)) / 510
    const ds = (at(planes, layer + 1, i) - at(planes, layer - 1, i)) / 510
    const xx = (at(planes, layer, i + 1) + at(planes, layer, i - 1)) / 255 - 2 * value
    const yy = (at(planes, layer, i + width) + at(planes, layer, i - width)) / 255 - 2 * value
    const ss = (at(planes, layer + 1, i) + at(planes, layer - 1, i)) / 255 - 2 * value
    const xy = (at(planes, layer, i + width + 1) - at(planes, layer, i + width - 1) - at(planes, layer, i + 1 - width) +
      at(planes, layer, i - width - 1)) / 1020
    const xs = (at(planes, layer + 1, i + 1) - at(planes, layer + 1, i - 1) - at(planes, layer - 1, i + 1) +
      at(planes, layer - 1, i - 1)) / 1020
    const ys = (at(planes, layer + 1, i + width) - at(planes, layer + 1, i - width) - at(planes, layer - 1, i + width) +
      at(planes, layer - 1, i - width)) / 1020
    // The system of three, by its adjugate.
    const a = yy * ss - ys * ys, b = xs * ys - xy * ss, c = xy * ys - xs * yy
    const det = xx * a + xy * b + xs * c
    if (!(abs(det) > 1e-20)) return false
    const d = xx * ss - xs * xs, e = xy * xs - xx * ys, k = xx * yy - xy * xy
    const ox = -(a * dx + b * dy + c * ds) / det
    const oy = -(b * dx + d * dy + e * ds) / det
    const os = -(c * dx + e * dy + k * ds) / det
    if (!(abs(ox) <= 1e9 && abs(oy) <= 1e9 && abs(os) <= 1e9)) return false
    if (abs(ox) < 0.5 && abs(oy) < 0.5 && abs(os) < 0.5) {
      const response = value + 0.5 * (dx * ox + dy * oy + ds * os)
      if (abs(response) * <f64>layers < contrast) return false
      const trace = xx + yy, area = xx * yy - xy * xy
      if (area <= 0 || trace * trace * edge >= (edge + 1) * (edge + 1) * area) return false
      const grown = <f64>(1 << octave)
      store<f64>(record, (<f64>x + ox) * grown, X)
      store<f64>(record, (<f64>y + oy) * grown, Y)
      store<f64>(record, sigma * exp64((<f64>layer + os) / <f64>layers * 0.6931471805599453) * grown * 2, SIZE)
      store<f64>(record, abs(response), RESPONSE)
      store<i32>(record, x, COLUMN)
      store<i32>(record, y, ROW)
      store<i32>(record, layer, PLANE)
      return true
    }
    x += <i32>floor(ox + 0.5)
    y += <i32>floor(oy + 0.5)
    layer += <i32>floor(os + 0.5)
    const inside = x >= MARGIN && y >= MARGIN && x < width - MARGIN && y < height - MARGIN
    if (layer < 1 || layer > layers || !inside) return false
  }
  return false
}

/** The directions in which most slopes around a place point, in degrees, clockwise. */
function directions(plane: usize, width: i32, height: i32, record: usize, scale: f64, angles: usize, room: usize): void {
  const column = load<i32>(record, COLUMN), row = load<i32>(record, ROW)
  const radius = <i32>floor(4.5 * scale + 0.5)
  const spread = 2 * (1.5 * scale) * (1.5 * scale)
  // Counts and their smoothed form, four lengths and bins, weights by distance.
  const raw = room, smooth = raw + (<usize>DIRECTIONS << 3)
  const lengths = smooth + (<usize>DIRECTIONS << 3), bins = lengths + 16
  const weights = bins + 16
  memory.fill(raw, 0, <usize>DIRECTIONS << 3)
  for (let k = 0; k <= radius; k++) store<f64>(weights + (<usize>k << 3), exp64(-<f64>(k * k) / spread))
  const stride = <usize>width << 2
  const tenth = f32x4.splat(<f32>DIRECTIONS / 360), half = f32x4.splat(0.5)
  const from = max(-radius, 1 - column), to = min(radius, width - 2 - column)
  for (let v = max(-radius, 1 - row); v <= min(radius, height - 2 - row); v++) {
    const line = plane + <usize>(row + v) * stride
    const weight = load<f64>(weights + (<usize>abs(v) << 3))
    for (let u = from; u <= to; u += 4) {
      const p = line + (<usize>(column + u) << 2)
      const dx = f32x4.sub(v128.load(p, 4), v128.load(p - 4))
      const dy = f32x4.sub(v128.load(p - stride), v128.load(p + stride))
      v128.store(lengths, f32x4.sqrt(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy))))
      const bin = f32x4.floor(f32x4.add(f32x4.mul(degreesOf(dy, dx, angles), tenth), half))
      v128.store(bins, i32x4.trunc_sat_f32x4_s(bin))
      for (let k = 0, n = min(4, to - u + 1); k < n; k++) {
        let b = load<i32>(bins + (<usize>k << 2))
        if (b == DIRECTIONS) b = 0
        const share = <f64>load<f32>(lengths + (<usize>k << 2)) * (weight * load<f64>(weights + (<usize>abs(u + k) << 3)))
        const count = raw + (<usize>b << 3)
        store<f64>(count, load<f64>(count) + share)
      }
    }
  }
  let most: f64 = 0
  for (let i = 0; i < DIRECTIONS; i++) {
    const value = (binOf(raw, i - 2) + binOf(raw, i + 2)) / 16 + (binOf(raw, i - 1) + binOf(raw, i + 1)) / 4 + binOf(raw, i) * 6 / 16
    store<f64>(smooth + (<usize>i << 3), value)
    most = max(most, value)
  }
  let n = 0
  for (let i = 0; i < DIRECTIONS; i++) {
    const left = binOf(smooth, i - 1), value = binOf(smooth, i), right = binOf(smooth, i + 1)
    if (value <= left || value <= right || value < 0.8 * most) continue
    let bin = <f64>i + 0.5 * (left - right) / (left - 2 * value + right)
    if (bin < 0) bin += DIRECTIONS
    else if (bin >= DIRECTIONS) bin -= DIRECTIONS
    const angle = 360 - 360 / <f64>DIRECTIONS * bin
    store<f64>(record + ANGLES + (<usize>n << 3), abs(angle - 360) < 1e-5 ? 0 : angle)
    n++
  }
  store<i32>(record, n, COUNT)
}

@inline
function binOf(list: usize, i: i32): f64 {
  return load<f64>(list + (<usize>((i + DIRECTIONS) % DIRECTIONS) << 3))
}

/**
 * All spots with all their directions, strongest first, each once. One row of the call is all of them.
 * @param records of `count` extrema
 * @param most the largest number kept; 0: all
 * @param order, spare u32 (all angles): record × 32 + angle
 * @param kept u32: how many there are
 */
export function siftSorted(
  records: usize, count: i32, most: i32, order: usize, spare: usize, kept: usize, _from: i32, _to: i32,
): void {
  let n = 0
  for (let i = 0; i < count; i++)
    for (let k = 0, angles = load<i32>(records + <usize>i * RECORD, COUNT); k < angles; k++)
      store<u32>(order + (<usize>(n++) << 2), <u32>(32 * i + k))
  // Merged in runs of twice the length each time.
  let from = order, to = spare
  for (let run = 1; run < n; run *= 2) {
    for (let start = 0; start < n; start += 2 * run) {
      const middle = min(start + run, n), end = min(start + 2 * run, n)
      let a = start, b = middle
      for (let i = start; i < end; i++) {
        const right = a >= middle || (b < end && before(records, load<u32>(from + (<usize>b << 2)), load<u32>(from + (<usize>a << 2))))
        store<u32>(to + (<usize>i << 2), load<u32>(from + (<usize>(right ? b++ : a++) << 2)))
      }
    }
    const swap = from
    from = to
    to = swap
  }
  let left = 0
  for (let i = 0; i < n && (most == 0 || left < most); i++) {
    const one = load<u32>(from + (<usize>i << 2))
    // What is the same lies side by side.
    if (left && !before(records, load<u32>(order + (<usize>(left - 1) << 2)), one)) continue
    store<u32>(order + (<usize>(left++) << 2), one)
  }
  store<u32>(kept, left)
}

/** Whether one comes before another: by response, then by place, size and angle. */
function before(records: usize, one: u32, other: u32): bool {
  const a = records + <usize>(one >> 5) * RECORD, b = records + <usize>(other >> 5) * RECORD
  if (load<f64>(a, RESPONSE) != load<f64>(b, RESPONSE)) return load<f64>(a, RESPONSE) > load<f64>(b, RESPONSE)
  if (load<f64>(a, Y) != load<f64>(b, Y)) return load<f64>(a, Y) < load<f64>(b, Y)
  if (load<f64>(a, X) != load<f64>(b, X)) return load<f64>(a, X) < load<f64>(b, X)
  if (load<f64>(a, SIZE) != load<f64>(b, SIZE)) return load<f64>(a, SIZE) < load<f64>(b, SIZE)
  return load<f64>(a + ANGLES + (<usize>(one & 31) << 3)) < load<f64>(b + ANGLES + (<usize>(other & 31) << 3))
}
