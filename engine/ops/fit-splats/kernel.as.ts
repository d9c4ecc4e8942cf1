// One step of fitting Gaussians to a picture, after they are drawn: order and list them, go back through the blending and the
// projection, and move every number by Adam. Each pair of a splat and a tile has gradients of its own, which are summed splat by splat
// in the order of tiles, so results are the same to the bit on any number of threads.
import {
  BATCH, CENTRES, COPIES, DEPTH, GROUP, P, RECORD, RED, ROWS_Q, ROWS_W, SHAPES, SPANS, X, Y, countTiles, exp2, fillTable, gather,
  listTiles, rowsOf, shapes4, sumTiles,
} from '../rasterise/tile.as.ts'

/** Splats that are done together. */
const BLOCK: i32 = 64
/** Floats of a pair: Σh, Σh·dx, Σh·dy, Σh·dx², Σh·dx·dy, Σh·dy², and of red, green and blue. */
const PAIR: usize = 48
const BINS: u32 = 2048

/** e^x of two numbers, to about 1e-14: 2^n times a series for |r| ≤ ln 2 / 2. x is clamped to ±700. */
@inline
function exp(x: v128): v128 {
  const within = f64x2.pmin(f64x2.pmax(x, f64x2.splat(-700)), f64x2.splat(700))
  const n = f64x2.nearest(f64x2.mul(within, f64x2.splat(1.4426950408889634)))
  let r = f64x2.sub(within, f64x2.mul(n, f64x2.splat(0.6931471803691238)))
  r = f64x2.sub(r, f64x2.mul(n, f64x2.splat(1.9082149292705877e-10)))
  let sum = f64x2.add(f64x2.mul(r, f64x2.splat(1 / 39916800)), f64x2.splat(1 / 3628800))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1 / 362880))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1 / 40320))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1 / 5040))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1 / 720))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1 / 120))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1 / 24))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1 / 6))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(0.5))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1))
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1))
  // 1.5 · 2^52 leaves n in the lowest bits.
  const whole = f64x2.add(n, f64x2.splat(6755399441055744))
  return f64x2.mul(sum, i64x2.shl(i64x2.add(whole, i64x2.splat(1023)), 52))
}

/**
 * What is drawn of what is fitted: sizes are the exponentials of their logarithms, opacities the logistic of their logits.
 * @param params (n, width): mean, quaternion, log sizes, logit, harmonics
 */
export function fitActivate(
  params: usize, n: i32, width: i32, means: usize, quats: usize, scales: usize, opacities: usize, sh: usize, b0: i32, b1: i32,
): void {
  const rest = <usize>(width - 11) << 2
  const end = min(b1 * BLOCK, n)
  for (let i = b0 * BLOCK; i < end; i++) {
    const row = params + (<usize>i * <usize>width << 2)
    // A few numbers each: `memory.copy` is a call.
    const mean = means + <usize>i * 12
    store<u64>(mean, load<u64>(row))
    store<u32>(mean, load<u32>(row, 8), 8)
    v128.store(quats + (<usize>i << 4), v128.load(row, 12))
    const sizes = scales + <usize>i * 12
    v128.store64_lane(sizes, f32x4.demote_f64x2_zero(exp(f64x2.promote_low_f32x4(v128.load64_zero(row, 28)))), 0)
    // The third size, and the logit's opposite.
    const others = exp(f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(row, 36)), f64x2(1, -1)))
    store<f32>(sizes, <f32>f64x2.extract_lane(others, 0), 8)
    store<f32>(opacities + (<usize>i << 2), <f32>(1 / (1 + f64x2.extract_lane(others, 1))))
    const own = sh + <usize>i * rest
    for (let k: usize = 0; k < rest; k += 4) store<u32>(own + k, load<u32>(row + k, 44))
  }
}

/**
 * Sorts what is seen by depth, lists it for each tile from front to back, and tells where the pairs of each splat are.
 * @param spans room for the tiles of each splat @param numbers which splat a record is of; @param slotOf the record of a splat, or -1
 * @param starts u32: where each tile's list begins; @param firsts u32, as many as records and two: where each record's `places` begin
 * @param total u32: how many pairs there are; where that is more than `capacity`, there are no lists
 */
export function fitOrder(
  records: usize, numbers: usize, counts: usize, chunks: i32, n: i32, columns: i32, rows: i32, capacity: i32, pairs: usize,
  other: usize, table: usize, spans: usize, starts: usize, lists: usize, firsts: usize, places: usize, slotOf: usize, total: usize,
  scratch: usize, r0: i32, r1: i32,
): void {
  memory.fill(slotOf, 0xff, <usize>n << 2)
  let seen: usize = 0
  for (let chunk = 0; chunk < chunks; chunk++) {
    const first = <u32>chunk << 10
    const end = first + load<u32>(counts + (<usize>chunk << 2))
    for (let slot = first; slot < end; slot++, seen++) {
      store<u32>(pairs + (seen << 3), slot)
      store<u32>(pairs + (seen << 3), load<u32>(records + <usize>slot * RECORD, DEPTH), 4)
      store<u32>(slotOf + (<usize>load<u32>(numbers + (<usize>slot << 2)) << 2), slot)
    }
  }
  let from = pairs, to = other
  for (let shift: u32 = 0; shift < 33; shift += 11) {
    memory.fill(scratch, 0, BINS << 2)
    for (let i: usize = 0; i < seen; i++) {
      const bin = scratch + (<usize>((load<u32>(from + (i << 3), 4) >> shift) & (BINS - 1)) << 2)
      store<u32>(bin, load<u32>(bin) + 1)
    }
    let sum: u32 = 0
    for (let bin: usize = 0; bin < BINS; bin++) {
      const count = load<u32>(scratch + (bin << 2))
      store<u32>(scratch + (bin << 2), sum)
      sum += count
    }
    for (let i: usize = 0; i < seen; i++) {
      const pair = load<u64>(from + (i << 3))
      const bin = scratch + (<usize>((<u32>(pair >> 32) >> shift) & (BINS - 1)) << 2)
      const place = load<u32>(bin)
      store<u32>(bin, place + 1)
      store<u64>(to + (<usize>place << 3), pair)
    }
    const swap = from
    from = to
    to = swap
  }
  const all = <usize>(columns * rows)
  memory.fill(table, 0, (all + 1) << 2)
  for (let i: usize = 0; i < seen; i += 4) {
    const four = <u32>min<usize>(4, seen - i)
    gather(records, from + (i << 3), 8, four, scratch + SHAPES, RECORD)
    shapes4(scratch + SHAPES, RECORD, columns, rows, scratch)
    for (let k: usize = 0; k < <usize>four; k++) countTiles(scratch + (k << 2), columns, table, spans + (i + k) * SPANS)
  }
  sumTiles(table, <i32>all)
  let sum: u32 = 0
  for (let t: usize = 0; t < all; t++) {
    const count = load<u32>(table + (t << 2))
    store<u32>(table + (t << 2), sum)
    store<u32>(starts + (t << 2), sum)
    sum += count
  }
  store<u32>(starts + (all << 2), sum)
  store<u32>(total, sum)
  if (sum > <u32>capacity) return
  for (let i: usize = 0; i < seen; i++) {
    const slot = load<u32>(from + (i << 3))
    listTiles(records + <usize>slot * RECORD, spans + i * SPANS, slot, columns, rows, table, lists, scratch)
  }
  // By record, in the order of tiles: counted two ahead, so that where a record's begin is where the next one's did.
  const slots = <usize>chunks << 10
  memory.fill(firsts, 0, (slots + 2) << 2)
  for (let place: u32 = 0; place < sum; place++) {
    const at = firsts + (<usize>load<u32>(lists + (<usize>place << 2)) << 2)
    store<u32>(at, load<u32>(at, 8) + 1, 8)
  }
  for (let slot: usize = 1; slot < slots + 2; slot++)
    store<u32>(firsts + (slot << 2), load<u32>(firsts + (slot << 2)) + load<u32>(firsts + ((slot - 1) << 2)))
  for (let place: u32 = 0; place < sum; place++) {
    const at = firsts + (<usize>load<u32>(lists + (<usize>place << 2)) << 2)
    const next = load<u32>(at, 4)
    store<u32>(at, next + 1, 4)
    store<u32>(places + (<usize>next << 2), place)
  }
}

/** A row of numbers with zeros before and behind, so that windows reach beyond the picture. */
const MARGIN: i32 = 16
/** Numbers of the window to each side. */
const REACH: i32 = 5

@inline
function finite(v: f32): f32 {
  return v - v == 0 ? v : 0
}

/** Σ taps[k]·from[k·step], of four numbers, and of sixteen: that takes each tap once for all of them. */
@inline
function window4(from: usize, step: usize, taps: usize, count: usize): v128 {
  let sum = f32x4.splat(0)
  for (let k: usize = 0; k < count << 2; k += 4, from += step)
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(taps + k), v128.load(from)))
  return sum
}

@inline
function window16(from: usize, step: usize, taps: usize, count: usize, out: usize): void {
  let a = f32x4.splat(0), b = a, c = a, d = a
  for (let k: usize = 0; k < count << 2; k += 4, from += step) {
    const tap = v128.load32_splat(taps + k)
    a = f32x4.add(a, f32x4.mul(tap, v128.load(from)))
    b = f32x4.add(b, f32x4.mul(tap, v128.load(from, 16)))
    c = f32x4.add(c, f32x4.mul(tap, v128.load(from, 32)))
    d = f32x4.add(d, f32x4.mul(tap, v128.load(from, 48)))
  }
  v128.store(out, a)
  v128.store(out, b, 16)
  v128.store(out, c, 32)
  v128.store(out, d, 48)
}

/** Windows of `bytes` bytes, a multiple of 16. */
@inline
function windows(from: usize, step: usize, taps: usize, count: usize, bytes: usize, out: usize): void {
  let at: usize = 0
  for (; at + 64 <= bytes; at += 64) window16(from + at, step, taps, count, out + at)
  for (; at < bytes; at += 16) v128.store(out + at, window4(from + at, step, taps, count))
}

/** Windows along rows: out[i] = Σ taps[k]·row[i + 3 (k - 5)]. */
function along(row: usize, taps: usize, stride: i32, out: usize): void {
  // The first of the window is 15 numbers before.
  windows(row + ((MARGIN - 3 * REACH) << 2), 12, taps, 2 * REACH + 1, <usize>stride << 2, out)
}

/** Windows along columns, of row y. */
function down(map: usize, bytes: usize, height: i32, y: i32, taps: usize, out: usize): void {
  const first = max(0, y - REACH), last = min(height - 1, y + REACH)
  const own = taps + (<usize>(first - y + REACH) << 2)
  windows(map + <usize>first * bytes, bytes, own, <usize>(last - first + 1), bytes, out)
}

/**
 * a, a² and a·b, blurred along rows.
 * @param a, b (height, numbers) @param out three maps (height, stride) @param stride `numbers`, rounded up to four
 */
export function fitBlur(
  a: usize, b: usize, numbers: i32, stride: i32, height: i32, taps: usize, out: usize, scratch: usize, y0: i32, y1: i32,
): void {
  const width = <usize>(stride + 2 * MARGIN) << 2
  const map = <usize>stride * <usize>height << 2
  memory.fill(scratch, 0, 3 * width)
  for (let y = y0; y < y1; y++) {
    const from = <usize>y * <usize>numbers << 2
    const to = scratch + (MARGIN << 2)
    for (let i: usize = 0; i < <usize>numbers << 2; i += 4) {
      const v = finite(load<f32>(a + from + i)), w = finite(load<f32>(b + from + i))
      store<f32>(to + i, v)
      store<f32>(to + width + i, v * v)
      store<f32>(to + 2 * width + i, v * w)
    }
    const row = out + (<usize>y * <usize>stride << 2)
    for (let m: usize = 0; m < 3; m++) along(scratch + m * width, taps, stride, row + m * map)
  }
}

/** The first two maps, blurred along columns. */
export function fitBlurDown(maps: usize, stride: i32, height: i32, taps: usize, out: usize, y0: i32, y1: i32): void {
  const bytes = <usize>stride << 2
  const map = bytes * <usize>height
  for (let y = y0; y < y1; y++)
    for (let m: usize = 0; m < 2; m++) down(maps + m * map, bytes, height, y, taps, out + m * map + <usize>y * bytes)
}

/**
 * The structural similarity of rows, and its derivatives by the three blurred maps, blurred along rows for the way back.
 * @param maps of the drawn picture, from fitBlur @param wanted the mean and the mean square of the other
 * @param sums float64, one a row: Σ of the similarity
 */
export function fitSimilarity(
  maps: usize, wanted: usize, numbers: i32, stride: i32, height: i32, taps: usize, out: usize, sums: usize, scratch: usize,
  y0: i32, y1: i32,
): void {
  const bytes = <usize>stride << 2
  const map = bytes * <usize>height
  const width = <usize>(stride + 2 * MARGIN) << 2
  const c1 = f32x4.splat(0.0001), c2 = f32x4.splat(0.0009)
  const two = f32x4.splat(2)
  memory.fill(scratch, 0, 3 * width)
  for (let y = y0; y < y1; y++) {
    const row = <usize>y * bytes
    let sum: f64 = 0
    const to = scratch + (MARGIN << 2)
    for (let m: usize = 0; m < 3; m++) down(maps + m * map, bytes, height, y, taps, to + m * width)
    for (let at: usize = 0; at < bytes; at += 16) {
      const m = v128.load(to + at)
      const square = v128.load(to + width + at)
      const product = v128.load(to + 2 * width + at)
      const n = v128.load(wanted + row + at)
      const nn = v128.load(wanted + map + row + at)
      const mm2 = f32x4.mul(m, m), mn = f32x4.mul(m, n), nn2 = f32x4.mul(n, n)
      const a1 = f32x4.add(f32x4.mul(two, mn), c1)
      const a2 = f32x4.add(f32x4.mul(two, f32x4.sub(product, mn)), c2)
      const b1 = f32x4.add(f32x4.add(mm2, nn2), c1)
      const b2 = f32x4.add(f32x4.add(f32x4.sub(square, mm2), f32x4.sub(nn, nn2)), c2)
      const under = f32x4.mul(b1, b2)
      const s = f32x4.div(f32x4.mul(a1, a2), under)
      const byProduct = f32x4.div(f32x4.mul(two, a1), under)
      const bySquare = f32x4.neg(f32x4.div(s, b2))
      // 2n·a2 / (b1 b2) - 2m·s / b1, and what the variances and the covariance have of the mean.
      let byMean = f32x4.div(f32x4.mul(f32x4.mul(two, n), a2), under)
      byMean = f32x4.sub(byMean, f32x4.div(f32x4.mul(f32x4.mul(two, m), s), b1))
      byMean = f32x4.sub(byMean, f32x4.mul(n, byProduct))
      byMean = f32x4.sub(byMean, f32x4.mul(f32x4.mul(two, m), bySquare))
      v128.store(to + at, byMean)
      v128.store(to + width + at, bySquare)
      v128.store(to + 2 * width + at, byProduct)
      const left = numbers - <i32>(at >> 2)
      sum += f32x4.extract_lane(s, 0)
      if (left > 1) sum += f32x4.extract_lane(s, 1)
      if (left > 2) sum += f32x4.extract_lane(s, 2)
      if (left > 3) sum += f32x4.extract_lane(s, 3)
    }
    // Beyond the picture there is nothing.
    for (let m: usize = 0; m < 3; m++) memory.fill(to + m * width + (<usize>numbers << 2), 0, (stride - numbers) << 2)
    store<f64>(sums + (<usize>y << 3), sum)
    for (let m: usize = 0; m < 3; m++) along(scratch + m * width, taps, stride, out + m * map + row)
  }
}

/**
 * The gradient of the loss by each number of the picture, (1 - part)·|drawn - wanted| + part·(1 - similarity), averaged over all.
 * @param sums float64, one a row: Σ of |drawn - wanted|
 */
export function fitLoss(
  maps: usize, drawn: usize, wanted: usize, numbers: i32, stride: i32, height: i32, taps: usize, part: f32, gradients: usize,
  sums: usize, scratch: usize, y0: i32, y1: i32,
): void {
  const bytes = <usize>stride << 2
  const map = bytes * <usize>height
  const each: f32 = 1 / <f32>(numbers * height)
  const first = (<f32>1 - part) * each, second = part * each
  for (let y = y0; y < y1; y++) {
    for (let m: usize = 0; m < 3; m++) down(maps + m * map, bytes, height, y, taps, scratch + m * bytes)
    let sum: f64 = 0
    const row = <usize>y * <usize>numbers << 2
    for (let i: usize = 0; i < <usize>numbers << 2; i += 4) {
      const v = load<f32>(drawn + row + i), w = finite(load<f32>(wanted + row + i))
      const d = v - w
      sum += abs<f32>(d)
      let byApart: f32 = 0
      if (d > 0) byApart = first
      if (d < 0) byApart = -first
      const similar: f32 = load<f32>(scratch + i) + 2 * v * load<f32>(scratch + bytes + i) + w * load<f32>(scratch + 2 * bytes + i)
      store<f32>(gradients + row + i, byApart - second * similar)
    }
    store<f64>(sums + (<usize>y << 3), sum)
  }
}

@inline
function total4(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
}

/**
 * Goes through the splats of tiles from front to back once more. With T before a splat and A the part of what is seen up to it, what
 * is behind it is the pixel less A, so the derivative by its alpha is T·colour - (pixel - A) / (1 - alpha), each times the gradient.
 * @param image what was drawn; @param gradients of it; @param pairs what each pair of the lists adds up to
 */
export function fitBack(
  records: usize, lists: usize, starts: usize, columns: i32, width: i32, height: i32, rules: usize, image: usize,
  gradients: usize, pairs: usize, scratch: usize, t0: i32, t1: i32,
): void {
  const most = v128.load32_splat(rules)
  const least = v128.load32_splat(rules, 4)
  const lowest = v128.load32_splat(rules, 8)
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  const signs = i32x4.splat(<i32>0x80000000)
  const columnsOf = f32x4(0.5, 1.5, 2.5, 3.5)
  fillTable(scratch)
  for (let t = t0; t < t1; t++) {
    const tx = (t % columns) << 4, ty = (t / columns) << 4
    const groups = min(4, (width - tx + 3) >> 2), lines = min(16, height - ty)
    let alive: u64 = 0
    for (let line = 0; line < 16; line++)
      for (let column = 0; column < 16; column++) {
        // Transmittance, what is seen so far, the gradient's three, and what is seen in all.
        const to = scratch + <usize>((line << 2) + (column >> 2)) * GROUP + (<usize>(column & 3) << 2)
        const inside = line < lines && tx + column < width
        const pixel = <usize>((ty + line) * width + tx + column) * 12
        let r: f32 = 0, g: f32 = 0, b: f32 = 0, all: f32 = 0
        if (inside) {
          r = load<f32>(gradients + pixel)
          g = load<f32>(gradients + pixel, 4)
          b = load<f32>(gradients + pixel, 8)
          all = r * load<f32>(image + pixel) + g * load<f32>(image + pixel, 4) + b * load<f32>(image + pixel, 8)
        }
        store<f32>(to, inside ? 1 : -1)
        store<f32>(to, 0, 16)
        store<f32>(to, r, 32)
        store<f32>(to, g, 48)
        store<f32>(to, b, 64)
        store<f32>(to, all, 80)
      }
    for (let line = 0; line < lines; line++) alive |= (((<u64>1) << groups) - 1) << (line << 2)
    let at = load<u32>(starts + (<usize>t << 2))
    const end = load<u32>(starts + (<usize>t << 2), 4)
    while (at < end && alive) {
      const batch = min(BATCH, end - at)
      gather(records, lists + (<usize>at << 2), 4, batch, scratch + COPIES, RECORD)
      for (let j: u32 = 0; j < batch; j++) {
        const out = pairs + <usize>(at + j) * PAIR
        const record = scratch + COPIES + <usize>j * RECORD
        let mask = rowsOf(record, scratch, tx, ty, columnsOf, scratch + ROWS_Q) & alive
        if (!mask) {
          v128.store(out, zero)
          v128.store(out, zero, 16)
          v128.store(out, zero, 32)
          continue
        }
        const p = v128.load32_splat(record, P)
        const x = f32x4.splat(load<f32>(record, X) - <f32>tx)
        const top = <f32>0.5 - (load<f32>(record, Y) - <f32>ty)
        const red = v128.load32_splat(record, RED)
        const green = v128.load32_splat(record, RED + 4)
        const blue = v128.load32_splat(record, RED + 8)
        let s = zero, sx = zero, sy = zero, sxx = zero, sxy = zero, syy = zero, sr = zero, sg = zero, sb = zero
        do {
          const bit = ctz<u64>(mask)
          mask &= mask - 1
          const line = <usize>(bit >> 2) << 2
          const group = scratch + <usize>bit * GROUP
          const dx = f32x4.sub(v128.load(scratch + (<usize>(bit & 3) << 4), CENTRES), x)
          const u = f32x4.add(f32x4.mul(p, dx), v128.load32_splat(scratch + line, ROWS_Q))
          const e = exp2(f32x4.sub(v128.load32_splat(scratch + line, ROWS_W), f32x4.mul(u, u)), scratch)
          let alpha = f32x4.pmin(e, most)
          alpha = v128.and(alpha, f32x4.ge(alpha, least))
          const before = v128.load(group)
          let weight = f32x4.mul(alpha, before)
          let after = f32x4.sub(before, weight)
          const ends = f32x4.le(after, lowest)
          if (i32x4.bitmask(ends)) {
            weight = v128.andnot(weight, ends)
            alpha = v128.andnot(alpha, ends)
            after = v128.bitselect(v128.or(before, signs), after, ends)
            if (i32x4.bitmask(after) == 15) alive &= ~((<u64>1) << bit)
          }
          v128.store(group, after)
          const gr = v128.load(group, 32), gg = v128.load(group, 48), gb = v128.load(group, 64)
          sr = f32x4.add(sr, f32x4.mul(weight, gr))
          sg = f32x4.add(sg, f32x4.mul(weight, gg))
          sb = f32x4.add(sb, f32x4.mul(weight, gb))
          const colour = f32x4.add(f32x4.add(f32x4.mul(red, gr), f32x4.mul(green, gg)), f32x4.mul(blue, gb))
          const so = f32x4.add(v128.load(group, 16), f32x4.mul(weight, colour))
          v128.store(group, so, 16)
          const behind = f32x4.div(f32x4.sub(v128.load(group, 80), so), f32x4.sub(one, alpha))
          let h = f32x4.mul(f32x4.sub(f32x4.mul(before, colour), behind), alpha)
          // The most an alpha may be does not depend on anything.
          h = v128.and(h, f32x4.le(e, most))
          const dy = f32x4.splat(top + <f32>(bit >> 2))
          const hx = f32x4.mul(h, dx), hy = f32x4.mul(h, dy)
          s = f32x4.add(s, h)
          sx = f32x4.add(sx, hx)
          sy = f32x4.add(sy, hy)
          sxx = f32x4.add(sxx, f32x4.mul(hx, dx))
          sxy = f32x4.add(sxy, f32x4.mul(hx, dy))
          syy = f32x4.add(syy, f32x4.mul(hy, dy))
        } while (mask)
        store<f32>(out, total4(s))
        store<f32>(out, total4(sx), 4)
        store<f32>(out, total4(sy), 8)
        store<f32>(out, total4(sxx), 12)
        store<f32>(out, total4(sxy), 16)
        store<f32>(out, total4(syy), 20)
        store<f32>(out, total4(sr), 24)
        store<f32>(out, total4(sg), 28)
        store<f32>(out, total4(sb), 32)
      }
      at += batch
    }
    // Behind what can be seen.
    if (at < end) memory.fill(pairs + <usize>at * PAIR, 0, <usize>(end - at) * PAIR)
  }
}

/** Of a splat's row: where its quaternion, log sizes, logit and harmonics are, in bytes. */
const QUAT: usize = 12
const SIZES: usize = 28
const LOGIT: usize = 40
const SH: usize = 44

/**
 * Sums up each splat's pairs, goes back through its projection, and moves its numbers by Adam.
 * @param params, first, second (n, width): what is fitted, and Adam's moments @param gradients (n, width) of this step
 * @param seen (n, 2): Σ of the gradient by the place in the picture, whose sides count as 2, and how often it was seen
 * @param camera as in splatsProject
 * @param scales, opacities as `fitActivate` made them
 * @param rates float32: β₁, 1 - β₁, β₂, 1 - β₂, ε, 1 / (1 - β₂ᵗ); then, divided by 1 - β₁ᵗ, the rate of each number of a splat, and of
 *   the first three once more
 */
export function fitMove(
  params: usize, first: usize, second: usize, gradients: usize, seen: usize, n: i32, width: i32, degree: i32, camera: usize,
  scales: usize, opacities: usize, records: usize, slotOf: usize, firsts: usize, places: usize, pairs: usize, rates: usize,
  b0: i32, b1: i32,
): void {
  const v00 = load<f64>(camera), v01 = load<f64>(camera, 8), v02 = load<f64>(camera, 16), v03 = load<f64>(camera, 24)
  const v10 = load<f64>(camera, 32), v11 = load<f64>(camera, 40), v12 = load<f64>(camera, 48), v13 = load<f64>(camera, 56)
  const v20 = load<f64>(camera, 64), v21 = load<f64>(camera, 72), v22 = load<f64>(camera, 80), v23 = load<f64>(camera, 88)
  const fx = load<f64>(camera, 96), fy = load<f64>(camera, 104)
  const wide = load<f64>(camera, 128), high = load<f64>(camera, 136)
  const px = load<f64>(camera, 160), py = load<f64>(camera, 168), pz = load<f64>(camera, 176)
  const left = load<f64>(camera, 184), right = load<f64>(camera, 192), top = load<f64>(camera, 200), bottom = load<f64>(camera, 208)
  const lowpass = load<f64>(camera, 216)
  const antialiased = load<f64>(camera, 232) != 0
  const bytes = <usize>width << 2
  const coefficients = (degree + 1) * (degree + 1)
  const end = min(b1 * BLOCK, n)
  for (let i = b0 * BLOCK; i < end; i++) {
    const row = params + <usize>i * bytes
    const out = gradients + <usize>i * bytes
    const slot = load<i32>(slotOf + (<usize>i << 2))
    if (slot < 0) memory.fill(out, 0, bytes)
    else {
      let s: f64 = 0, sx: f64 = 0, sy: f64 = 0, sxx: f64 = 0, sxy: f64 = 0, syy: f64 = 0, sr: f64 = 0, sg: f64 = 0, sb: f64 = 0
      const last = load<u32>(firsts + (<usize>slot << 2), 4)
      for (let at = load<u32>(firsts + (<usize>slot << 2)); at < last; at++) {
        const pair = pairs + <usize>load<u32>(places + (<usize>at << 2)) * PAIR
        s += <f64>load<f32>(pair)
        sx += <f64>load<f32>(pair, 4)
        sy += <f64>load<f32>(pair, 8)
        sxx += <f64>load<f32>(pair, 12)
        sxy += <f64>load<f32>(pair, 16)
        syy += <f64>load<f32>(pair, 20)
        sr += <f64>load<f32>(pair, 24)
        sg += <f64>load<f32>(pair, 28)
        sb += <f64>load<f32>(pair, 32)
      }
      const mx = <f64>load<f32>(row), my = <f64>load<f32>(row, 4), mz = <f64>load<f32>(row, 8)
      const x = v00 * mx + v01 * my + v02 * mz + v03
      const y = v10 * mx + v11 * my + v12 * mz + v13
      const iz = 1 / (v20 * mx + v21 * my + v22 * mz + v23)
      const ux = x * iz, uy = y * iz
      const tx = ux < left ? left : ux > right ? right : ux
      const ty = uy < top ? top : uy > bottom ? bottom : uy
      const jx = fx * iz, jy = fy * iz
      let w = <f64>load<f32>(row, QUAT), a = <f64>load<f32>(row, QUAT + 4), b = <f64>load<f32>(row, QUAT + 8), c = <f64>load<f32>(row, QUAT + 12)
      const by = 1 / Math.sqrt(w * w + a * a + b * b + c * c)
      w *= by
      a *= by
      b *= by
      c *= by
      const q00 = 1 - 2 * (b * b + c * c), q01 = 2 * (a * b - w * c), q02 = 2 * (a * c + w * b)
      const q10 = 2 * (a * b + w * c), q11 = 1 - 2 * (a * a + c * c), q12 = 2 * (b * c - w * a)
      const q20 = 2 * (a * c - w * b), q21 = 2 * (b * c + w * a), q22 = 1 - 2 * (a * a + b * b)
      const size = scales + <usize>i * 12
      const s0 = <f64>load<f32>(size), s1 = <f64>load<f32>(size, 4), s2 = <f64>load<f32>(size, 8)
      const a0 = jx * (v00 - tx * v20), a1 = jx * (v01 - tx * v21), a2 = jx * (v02 - tx * v22)
      const d0 = jy * (v10 - ty * v20), d1 = jy * (v11 - ty * v21), d2 = jy * (v12 - ty * v22)
      // The own axes in the picture, each as long as its size: Σ' = H Hᵀ + lowpass.
      const g0 = s0 * (a0 * q00 + a1 * q10 + a2 * q20), g1 = s1 * (a0 * q01 + a1 * q11 + a2 * q21), g2 = s2 * (a0 * q02 + a1 * q12 + a2 * q22)
      const h0 = s0 * (d0 * q00 + d1 * q10 + d2 * q20), h1 = s1 * (d0 * q01 + d1 * q11 + d2 * q21), h2 = s2 * (d0 * q02 + d1 * q12 + d2 * q22)
      const plainXx = g0 * g0 + g1 * g1 + g2 * g2, plainYy = h0 * h0 + h1 * h1 + h2 * h2
      const xx = plainXx + lowpass, yy = plainYy + lowpass
      const xy = g0 * h0 + g1 * h1 + g2 * h2
      const inverse = 1 / (xx * yy - xy * xy)
      const ca = yy * inverse, cb = -xy * inverse, cc = xx * inverse
      // By the place in the picture.
      const du = ca * sx + cb * sy, dv = cb * sx + cc * sy
      // By Σ': ½ M V M, V the sums of h d dᵀ; twice that, because H is there twice.
      const n00 = ca * sxx + cb * sxy, n01 = ca * sxy + cb * syy, n10 = cb * sxx + cc * sxy, n11 = cb * sxy + cc * syy
      let e00 = n00 * ca + n01 * cb, e01 = n00 * cb + n01 * cc, e11 = n10 * cb + n11 * cc
      if (antialiased) {
        // The opacity has the factor √(det before the low-pass filter / det after it); s is the derivative by its logarithm.
        const before = 1 / (plainXx * plainYy - xy * xy)
        e00 += s * (plainYy * before - ca)
        e01 += s * (-xy * before - cb)
        e11 += s * (plainXx * before - cc)
      }
      const dg0 = e00 * g0 + e01 * h0, dg1 = e00 * g1 + e01 * h1, dg2 = e00 * g2 + e01 * h2
      const dh0 = e01 * g0 + e11 * h0, dh1 = e01 * g1 + e11 * h1, dh2 = e01 * g2 + e11 * h2
      store<f32>(out, <f32>(dg0 * g0 + dh0 * h0), SIZES)
      store<f32>(out, <f32>(dg1 * g1 + dh1 * h1), SIZES + 4)
      store<f32>(out, <f32>(dg2 * g2 + dh2 * h2), SIZES + 8)
      // By the rotation: its own entry in row j and column k.
      const k0 = s0 * dg0, k1 = s1 * dg1, k2 = s2 * dg2, l0 = s0 * dh0, l1 = s1 * dh1, l2 = s2 * dh2
      const r00 = a0 * k0 + d0 * l0, r01 = a0 * k1 + d0 * l1, r02 = a0 * k2 + d0 * l2
      const r10 = a1 * k0 + d1 * l0, r11 = a1 * k1 + d1 * l1, r12 = a1 * k2 + d1 * l2
      const r20 = a2 * k0 + d2 * l0, r21 = a2 * k1 + d2 * l1, r22 = a2 * k2 + d2 * l2
      const dw = 2 * (c * (r10 - r01) + b * (r02 - r20) + a * (r21 - r12))
      const da = 2 * (b * (r01 + r10) + c * (r02 + r20) + w * (r21 - r12) - 2 * a * (r11 + r22))
      const db = 2 * (a * (r01 + r10) + c * (r12 + r21) + w * (r02 - r20) - 2 * b * (r00 + r22))
      const dc = 2 * (a * (r02 + r20) + b * (r12 + r21) + w * (r10 - r01) - 2 * c * (r00 + r11))
      // Its length makes no difference.
      const radial = w * dw + a * da + b * db + c * dc
      store<f32>(out, <f32>(by * (dw - w * radial)), QUAT)
      store<f32>(out, <f32>(by * (da - a * radial)), QUAT + 4)
      store<f32>(out, <f32>(by * (db - b * radial)), QUAT + 8)
      store<f32>(out, <f32>(by * (dc - c * radial)), QUAT + 12)
      // By the rows of J W.
      const p0 = q00 * k0 + q01 * k1 + q02 * k2, p1 = q10 * k0 + q11 * k1 + q12 * k2, p2 = q20 * k0 + q21 * k1 + q22 * k2
      const o0 = q00 * l0 + q01 * l1 + q02 * l2, o1 = q10 * l0 + q11 * l1 + q12 * l2, o2 = q20 * l0 + q21 * l1 + q22 * l2
      const byJx = p0 * (v00 - tx * v20) + p1 * (v01 - tx * v21) + p2 * (v02 - tx * v22)
      const byJy = o0 * (v10 - ty * v20) + o1 * (v11 - ty * v21) + o2 * (v12 - ty * v22)
      const byTx = tx == ux ? -jx * (p0 * v20 + p1 * v21 + p2 * v22) : 0
      const byTy = ty == uy ? -jy * (o0 * v20 + o1 * v21 + o2 * v22) : 0
      const cx = (fx * du + byTx) * iz, cy = (fy * dv + byTy) * iz
      const cz = -(cx * ux + cy * uy) - (byJx * jx + byJy * jy) * iz
      let bx = v00 * cx + v10 * cy + v20 * cz, byy = v01 * cx + v11 * cy + v21 * cz, bz = v02 * cx + v12 * cy + v22 * cz
      const o = <f64>load<f32>(opacities + (<usize>i << 2))
      store<f32>(out, <f32>((1 - o) * s), LOGIT)

      // By the colour, and by the direction that it depends on. What was below 0 was drawn as 0.
      const record = records + <usize>slot * RECORD
      if (!(load<f32>(record, RED) > 0)) sr = 0
      if (!(load<f32>(record, RED + 4) > 0)) sg = 0
      if (!(load<f32>(record, RED + 8) > 0)) sb = 0
      const ex = mx - px, ey = my - py, ez = mz - pz
      const distance = Math.sqrt(ex * ex + ey * ey + ez * ez)
      const unit = distance > 0 ? 1 / distance : 1
      const dx = ex * unit, dy = ey * unit, dz = ez * unit
      let wx: f64 = 0, wy: f64 = 0, wz: f64 = 0
      for (let j = 0; j < coefficients; j++) {
        const at = SH + <usize>j * 12
        const basis = harmonic(j, dx, dy, dz, 0)
        store<f32>(out + at, <f32>(basis * sr))
        store<f32>(out + at, <f32>(basis * sg), 4)
        store<f32>(out + at, <f32>(basis * sb), 8)
        if (j == 0) continue
        const tint = sr * <f64>load<f32>(row + at) + sg * <f64>load<f32>(row + at, 4) + sb * <f64>load<f32>(row + at, 8)
        wx += tint * harmonic(j, dx, dy, dz, 1)
        wy += tint * harmonic(j, dx, dy, dz, 2)
        wz += tint * harmonic(j, dx, dy, dz, 3)
      }
      const outwards = wx * dx + wy * dy + wz * dz
      bx += unit * (wx - outwards * dx)
      byy += unit * (wy - outwards * dy)
      bz += unit * (wz - outwards * dz)
      store<f32>(out, <f32>bx)
      store<f32>(out, <f32>byy, 4)
      store<f32>(out, <f32>bz, 8)
      const counts = seen + (<usize>i << 3)
      const gu = 0.5 * wide * du, gv = 0.5 * high * dv
      store<f32>(counts, load<f32>(counts) + <f32>Math.sqrt(gu * gu + gv * gv))
      store<f32>(counts, load<f32>(counts, 4) + 1, 4)
    }
  }
  adam(params, first, second, gradients, <usize>width, rates, <usize>(b0 * BLOCK) * bytes, <usize>end * bytes)
}

/** Moves numbers by Adam, those from byte `from` to byte `to`. What is not finite of a gradient would stay for ever: it becomes 0. */
function adam(
  params: usize, first: usize, second: usize, gradients: usize, width: usize, rates: usize, from: usize, to: usize,
): void {
  const beta1 = v128.load32_splat(rates), rest1 = v128.load32_splat(rates, 4)
  const beta2 = v128.load32_splat(rates, 8), rest2 = v128.load32_splat(rates, 12)
  const epsilon = v128.load32_splat(rates, 16), step2 = v128.load32_splat(rates, 20)
  const zero = f32x4.splat(0)
  const own = rates + 24
  let column: usize = 0
  let at = from
  for (; at + 16 <= to; at += 16) {
    let g = v128.load(gradients + at)
    g = v128.and(g, f32x4.eq(f32x4.sub(g, g), zero))
    v128.store(gradients + at, g)
    const m1 = f32x4.add(f32x4.mul(beta1, v128.load(first + at)), f32x4.mul(rest1, g))
    const m2 = f32x4.add(f32x4.mul(beta2, v128.load(second + at)), f32x4.mul(rest2, f32x4.mul(g, g)))
    v128.store(first + at, m1)
    v128.store(second + at, m2)
    const move = f32x4.div(f32x4.mul(v128.load(own + (column << 2)), m1), f32x4.add(f32x4.sqrt(f32x4.mul(m2, step2)), epsilon))
    v128.store(params + at, f32x4.sub(v128.load(params + at), move))
    column += 4
    while (column >= width) column -= width
  }
  for (; at < to; at += 4, column = column + 1 == width ? 0 : column + 1) {
    let g = load<f32>(gradients + at)
    if (g - g != 0) g = 0
    store<f32>(gradients + at, g)
    const m1 = load<f32>(rates) * load<f32>(first + at) + load<f32>(rates, 4) * g
    const m2 = load<f32>(rates, 8) * load<f32>(second + at) + load<f32>(rates, 12) * (g * g)
    store<f32>(first + at, m1)
    store<f32>(second + at, m2)
    const move = (load<f32>(own + (column << 2)) * m1) / (sqrt<f32>(m2 * load<f32>(rates, 20)) + load<f32>(rates, 16))
    store<f32>(params + at, load<f32>(params + at) - move)
  }
}

/** A harmonic in a direction (`by` 0), or its derivative by x, y or z (1, 2, 3). Their order and signs are those of rules.ts. */
function harmonic(j: i32, x: f64, y: f64, z: f64, by: i32): f64 {
  const xx = x * x, yy = y * y, zz = z * z
  switch (j) {
    case 0: return by == 0 ? 0.28209479177387814 : 0
    case 1: return -0.4886025119029199 * (by == 0 ? y : by == 2 ? 1 : 0)
    case 2: return 0.4886025119029199 * (by == 0 ? z : by == 3 ? 1 : 0)
    case 3: return -0.4886025119029199 * (by == 0 ? x : by == 1 ? 1 : 0)
    case 4: return 1.0925484305920792 * (by == 0 ? x * y : by == 1 ? y : by == 2 ? x : 0)
    case 5: return -1.0925484305920792 * (by == 0 ? y * z : by == 2 ? z : by == 3 ? y : 0)
    case 6: return 0.31539156525252005 * (by == 0 ? 2 * zz - xx - yy : by == 1 ? -2 * x : by == 2 ? -2 * y : 4 * z)
    case 7: return -1.0925484305920792 * (by == 0 ? x * z : by == 1 ? z : by == 3 ? x : 0)
    case 8: return 0.5462742152960396 * (by == 0 ? xx - yy : by == 1 ? 2 * x : by == 2 ? -2 * y : 0)
    case 9: return -0.5900435899266435 * (by == 0 ? y * (3 * xx - yy) : by == 1 ? 6 * x * y : by == 2 ? 3 * (xx - yy) : 0)
    case 10: return 2.890611442640554 * (by == 0 ? x * y * z : by == 1 ? y * z : by == 2 ? x * z : x * y)
    case 11: return -0.4570457994644658 * (by == 0 ? y * (4 * zz - xx - yy) : by == 1 ? -2 * x * y : by == 2 ? 4 * zz - xx - 3 * yy : 8 * y * z)
    case 12: return 0.3731763325901154 * (by == 0 ? z * (2 * zz - 3 * xx - 3 * yy) : by == 1 ? -6 * x * z : by == 2 ? -6 * y * z : 6 * zz - 3 * xx - 3 * yy)
    case 13: return -0.4570457994644658 * (by == 0 ? x * (4 * zz - xx - yy) : by == 1 ? 4 * zz - 3 * xx - yy : by == 2 ? -2 * x * y : 8 * x * z)
    case 14: return 1.445305721320277 * (by == 0 ? z * (xx - yy) : by == 1 ? 2 * x * z : by == 2 ? -2 * y * z : xx - yy)
    default: return -0.5900435899266435 * (by == 0 ? x * (xx - 3 * yy) : by == 1 ? 3 * (xx - yy) : by == 2 ? -6 * x * y : 0)
  }
}
