// Rasterises Gaussians in tiles of 16 × 16 pixels: project (float64), sort by depth (radix, three times 11 bits), list the splats
// of each tile from front to back, blend. What is computed: rules.ts. Each step writes what no other reads, in blocks whose size
// does not depend on the number of threads, so pictures are the same to the bit on any number.

import {
  BATCH, COPIES, DEPTH, EDGE, GROUP, LOG, P, Q, R, RECORD, RED, SHAPES, SPANS, WIDE, X, Y, blocksOf, countTiles, exp2, fillTable, gather,
  listTiles, shapes4, sumTiles,
} from './tile.as.ts'
/** Bits of a digit of the radix sort. */
const DIGIT: u32 = 11
const BINS: i32 = 2048

/** log2 of a positive number: exponent, and the series of atanh for the rest. */
@inline
function log2(x: f64): f64 {
  const bits = reinterpret<u64>(x)
  let e = <f64>(<i32>(bits >> 52) - 1023)
  let m = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000)
  if (m > 1.4142135623730951) {
    m *= 0.5
    e += 1
  }
  const t = (m - 1) / (m + 1)
  const s = t * t
  const sum = 1 + s * (0.3333333333333333 + s * (0.2 + s * (0.14285714285714285 + s * (0.1111111111111111 + s * 0.09090909090909091))))
  return e + t * sum * 2.8853900817779268
}

/**
 * Projects chunks of 1024 splats; those that can be seen are written to the start of the chunk's part of `records`.
 * @param camera float64: 12 numbers of the view, fx, fy, cx, cy, width, height, near, far, the camera's place, the limits of x / z and
 *   y / z, lowpass, the least alpha, 1 for antialiased
 * @param counts u32, one for each chunk
 * @param numbers if not 0, u32: which splat a record is of
 */
export function splatsProject(
  means: usize, quats: usize, scales: usize, opacities: usize, sh: usize, degree: i32, n: i32, camera: usize,
  records: usize, counts: usize, numbers: usize, c0: i32, c1: i32,
): void {
  const v00 = v128.load64_splat(camera), v01 = v128.load64_splat(camera, 8), v02 = v128.load64_splat(camera, 16)
  const v10 = v128.load64_splat(camera, 32), v11 = v128.load64_splat(camera, 40), v12 = v128.load64_splat(camera, 48)
  const v20 = v128.load64_splat(camera, 64), v21 = v128.load64_splat(camera, 72), v22 = v128.load64_splat(camera, 80)
  const width = load<f64>(camera, 128), height = load<f64>(camera, 136)
  const near = v128.load64_splat(camera, 144), far = v128.load64_splat(camera, 152)
  const px = load<f64>(camera, 160), py = load<f64>(camera, 168), pz = load<f64>(camera, 176)
  const lowpass = v128.load64_splat(camera, 216), least = load<f64>(camera, 224)
  const antialiased = load<f64>(camera, 232) != 0
  const edge = -log2(least)
  const farthest = edge * 1.3862943611198906 + 1e-9
  const stride = <usize>((degree + 1) * (degree + 1) * 12)
  const one = f64x2.splat(1), two = f64x2.splat(2)
  for (let chunk = c0; chunk < c1; chunk++) {
    const end = min((chunk + 1) << 10, n)
    let out = records + <usize>(chunk << 10) * RECORD
    let count: u32 = 0
    // Two splats at a time; of the last one twice the same, and one of them is left out.
    for (let i = chunk << 10; i < end; i += 2) {
      const next = i + 1 < end ? 1 : 0
      let from = means + <usize>i * 12, to = from + <usize>next * 12
      const mx = lowPair(from, to), my = lowPair(from + 4, to + 4), mz = lowPair(from + 8, to + 8)
      const z = f64x2.add(row(v20, v21, v22, mx, my, mz), v128.load64_splat(camera, 88))
      let seen = v128.and(f64x2.ge(z, near), f64x2.le(z, far))
      from = opacities + (<usize>i << 2)
      let o = lowPair(from, from + (<usize>next << 2))
      seen = v128.and(seen, f64x2.ge(o, f64x2.splat(least)))
      if (!i64x2.bitmask(seen)) continue
      const x = f64x2.add(row(v00, v01, v02, mx, my, mz), v128.load64_splat(camera, 24))
      const y = f64x2.add(row(v10, v11, v12, mx, my, mz), v128.load64_splat(camera, 56))
      const iz = f64x2.div(one, z)
      const sx = f64x2.mul(x, iz), sy = f64x2.mul(y, iz)
      const fx = v128.load64_splat(camera, 96), fy = v128.load64_splat(camera, 104)
      const u = f64x2.add(f64x2.mul(fx, sx), v128.load64_splat(camera, 112))
      const v = f64x2.add(f64x2.mul(fy, sy), v128.load64_splat(camera, 120))

      from = quats + (<usize>i << 4)
      to = from + (<usize>next << 4)
      const w = lowPair(from, to), a = lowPair(from + 4, to + 4), b = lowPair(from + 8, to + 8), c = lowPair(from + 12, to + 12)
      const aa = f64x2.mul(a, a), bb = f64x2.mul(b, b), cc = f64x2.mul(c, c)
      const squares = f64x2.add(f64x2.add(f64x2.add(f64x2.mul(w, w), aa), bb), cc)
      // Divisions and roots are what takes longest here. A rotation has products of two of the four only.
      const twice = f64x2.div(two, squares)
      // The rows of J·W: what a step in the world does to the place in the picture.
      const tx = within(sx, v128.load64_splat(camera, 184), v128.load64_splat(camera, 192))
      const ty = within(sy, v128.load64_splat(camera, 200), v128.load64_splat(camera, 208))
      const jx = f64x2.mul(fx, iz), jy = f64x2.mul(fy, iz)
      const a0 = turned(jx, v00, tx, v20), a1 = turned(jx, v01, tx, v21), a2 = turned(jx, v02, tx, v22)
      const d0 = turned(jy, v10, ty, v20), d1 = turned(jy, v11, ty, v21), d2 = turned(jy, v12, ty, v22)
      from = scales + <usize>i * 12
      to = from + <usize>next * 12
      const s0 = lowPair(from, to), s1 = lowPair(from + 4, to + 4), s2 = lowPair(from + 8, to + 8)
      const ab = f64x2.mul(a, b), ac = f64x2.mul(a, c), bc = f64x2.mul(b, c)
      const wa = f64x2.mul(w, a), wb = f64x2.mul(w, b), wc = f64x2.mul(w, c)
      const r00 = axis(s0, twice, bb, cc), r10 = f64x2.mul(s0, f64x2.mul(twice, f64x2.add(ab, wc)))
      const r20 = f64x2.mul(s0, f64x2.mul(twice, f64x2.sub(ac, wb)))
      const r01 = f64x2.mul(s1, f64x2.mul(twice, f64x2.sub(ab, wc))), r11 = axis(s1, twice, aa, cc)
      const r21 = f64x2.mul(s1, f64x2.mul(twice, f64x2.add(bc, wa)))
      const r02 = f64x2.mul(s2, f64x2.mul(twice, f64x2.add(ac, wb)))
      const r12 = f64x2.mul(s2, f64x2.mul(twice, f64x2.sub(bc, wa))), r22 = axis(s2, twice, aa, bb)
      const g0 = row(a0, a1, a2, r00, r10, r20), g1 = row(a0, a1, a2, r01, r11, r21), g2 = row(a0, a1, a2, r02, r12, r22)
      const h0 = row(d0, d1, d2, r00, r10, r20), h1 = row(d0, d1, d2, r01, r11, r21), h2 = row(d0, d1, d2, r02, r12, r22)
      const plainXx = row(g0, g1, g2, g0, g1, g2), plainYy = row(h0, h1, h2, h0, h1, h2)
      const xy = row(g0, g1, g2, h0, h1, h2)
      const xx = f64x2.add(plainXx, lowpass), yy = f64x2.add(plainYy, lowpass)
      const square = f64x2.mul(xy, xy)
      const det = f64x2.sub(f64x2.mul(xx, yy), square)
      seen = v128.and(seen, f64x2.gt(det, f64x2.splat(0)))
      if (antialiased) {
        const before = f64x2.pmax(f64x2.sub(f64x2.mul(plainXx, plainYy), square), f64x2.splat(0))
        o = f64x2.mul(o, f64x2.sqrt(f64x2.div(before, det)))
        seen = v128.and(seen, f64x2.ge(o, f64x2.splat(least)))
      }
      // Infinite or NaN: their difference is not 0.
      const all = f64x2.add(f64x2.add(f64x2.add(f64x2.add(u, v), det), o), squares)
      seen = v128.and(seen, f64x2.eq(f64x2.sub(all, all), f64x2.splat(0)))
      seen = v128.and(seen, f64x2.gt(squares, f64x2.splat(0)))
      const both = i64x2.bitmask(seen)
      if (!both) continue
      const k2 = 0.7213475204444817
      const ratio = f64x2.div(f64x2.mul(f64x2.splat(k2), yy), det), over = f64x2.div(one, yy)
      const p = f64x2.sqrt(ratio)
      const q = f64x2.mul(f64x2.mul(f64x2.neg(xy), p), over), r = f64x2.mul(f64x2.splat(k2), over)
      const wide = f64x2.mul(f64x2.mul(f64x2.mul(p, det), over), f64x2.splat(1.3862943611198906))
      for (let lane = 0; lane <= next; lane++) {
        if (!((both >> lane) & 1)) continue
        const ownU = lane ? f64x2.extract_lane(u, 1) : f64x2.extract_lane(u, 0)
        const ownV = lane ? f64x2.extract_lane(v, 1) : f64x2.extract_lane(v, 0)
        const ownO = lane ? f64x2.extract_lane(o, 1) : f64x2.extract_lane(o, 0)
        const ownXx = lane ? f64x2.extract_lane(xx, 1) : f64x2.extract_lane(xx, 0)
        const ownYy = lane ? f64x2.extract_lane(yy, 1) : f64x2.extract_lane(yy, 0)
        // How far its centre is outside the picture, and how far it reaches. The farthest that any does comes first.
        const besides = ownU < 0 ? ownU : ownU > width ? ownU - width : 0
        const above = ownV < 0 ? ownV : ownV > height ? ownV - height : 0
        if (ownO <= 1 && (besides * besides >= farthest * ownXx || above * above >= farthest * ownYy)) continue
        const log = log2(ownO)
        const t = log + edge
        // 2 ln(255 o), from log2.
        const reach = t * 1.3862943611198906
        if ((besides != 0 && besides * besides >= reach * ownXx) || (above != 0 && above * above >= reach * ownYy)) continue

        const number = i + lane
        let dx = 0.0, dy = 0.0, dz = 0.0, toUnit = 1.0
        if (degree > 0) {
          const mean = means + <usize>number * 12
          dx = <f64>load<f32>(mean) - px
          dy = <f64>load<f32>(mean, 4) - py
          dz = <f64>load<f32>(mean, 8) - pz
          const distance = Math.sqrt(dx * dx + dy * dy + dz * dz)
          toUnit = distance > 0 ? 1 / distance : 1
        }
        const coefficients = sh + <usize>number * stride
        colourOf(coefficients, degree, <f32>(dx * toUnit), <f32>(dy * toUnit), <f32>(dz * toUnit), out + RED)
        const sum = load<f32>(out, RED) + load<f32>(out, RED + 4) + load<f32>(out, RED + 8)
        if (sum - sum != 0) continue
        for (let k: usize = 0; k < 12; k += 4) {
          const level = load<f32>(out + RED + k)
          store<f32>(out + RED + k, level > 0 ? level : 0)
        }
        store<f32>(out, <f32>ownU, X)
        store<f32>(out, <f32>ownV, Y)
        store<f32>(out, <f32>(lane ? f64x2.extract_lane(p, 1) : f64x2.extract_lane(p, 0)), P)
        store<f32>(out, <f32>(lane ? f64x2.extract_lane(q, 1) : f64x2.extract_lane(q, 0)), Q)
        store<f32>(out, <f32>(lane ? f64x2.extract_lane(r, 1) : f64x2.extract_lane(r, 0)), R)
        store<f32>(out, <f32>log, LOG)
        store<f32>(out, <f32>(lane ? f64x2.extract_lane(z, 1) : f64x2.extract_lane(z, 0)), DEPTH)
        store<f32>(out, <f32>(t * 1.0001 + 0.0001), EDGE)
        // 1 / p
        store<f32>(out, <f32>(lane ? f64x2.extract_lane(wide, 1) : f64x2.extract_lane(wide, 0)), WIDE)
        if (numbers) store<i32>(numbers + (<usize>((chunk << 10) + count) << 2), number)
        out += RECORD
        count++
      }
    }
    store<u32>(counts + (<usize>chunk << 2), count)
  }
}

/** Two floats as doubles. */
@inline
function lowPair(a: usize, b: usize): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(v128.load32_zero(a), v128.load32_zero(b), 0, 4, 1, 5))
}

/** a·x + b·y + c·z */
@inline
function row(a: v128, b: v128, c: v128, x: v128, y: v128, z: v128): v128 {
  return f64x2.add(f64x2.add(f64x2.mul(a, x), f64x2.mul(b, y)), f64x2.mul(c, z))
}

/** j·(v − t·d) */
@inline
function turned(j: v128, v: v128, t: v128, d: v128): v128 {
  return f64x2.mul(j, f64x2.sub(v, f64x2.mul(t, d)))
}

/** s·(1 − twice·(a + b)) */
@inline
function axis(s: v128, twice: v128, a: v128, b: v128): v128 {
  return f64x2.mul(s, f64x2.sub(f64x2.splat(1), f64x2.mul(twice, f64x2.add(a, b))))
}

@inline
function within(v: v128, low: v128, high: v128): v128 {
  return f64x2.pmin(f64x2.pmax(v, low), high)
}

/** 0.5 + the sum of the harmonics, three floats. Four coefficients are three vectors: r g b r, g b r g, b r g b. */
function colourOf(sh: usize, degree: i32, x: f32, y: f32, z: f32, out: usize): void {
  const c0: f32 = 0.28209479177387814
  if (degree == 0) {
    for (let k: usize = 0; k < 12; k += 4) store<f32>(out + k, 0.5 + c0 * load<f32>(sh + k))
    return
  }
  const c1: f32 = 0.4886025119029199
  let basis = f32x4(0, 0, 0, 0)
  basis = f32x4.replace_lane(basis, 0, c0)
  basis = f32x4.replace_lane(basis, 1, -c1 * y)
  basis = f32x4.replace_lane(basis, 2, c1 * z)
  basis = f32x4.replace_lane(basis, 3, -c1 * x)
  let s = f32x4.mul(v128.load(sh), v128.shuffle<i32>(basis, basis, 0, 0, 0, 1))
  let t = f32x4.mul(v128.load(sh, 16), v128.shuffle<i32>(basis, basis, 1, 1, 2, 2))
  let u = f32x4.mul(v128.load(sh, 32), v128.shuffle<i32>(basis, basis, 2, 3, 3, 3))
  let last: f32 = 0
  const xx = x * x, yy = y * y, zz = z * z
  if (degree > 1) {
    basis = f32x4.replace_lane(basis, 0, <f32>1.0925484305920792 * x * y)
    basis = f32x4.replace_lane(basis, 1, <f32>-1.0925484305920792 * y * z)
    basis = f32x4.replace_lane(basis, 2, <f32>0.31539156525252005 * (2 * zz - xx - yy))
    basis = f32x4.replace_lane(basis, 3, <f32>-1.0925484305920792 * x * z)
    s = f32x4.add(s, f32x4.mul(v128.load(sh, 48), v128.shuffle<i32>(basis, basis, 0, 0, 0, 1)))
    t = f32x4.add(t, f32x4.mul(v128.load(sh, 64), v128.shuffle<i32>(basis, basis, 1, 1, 2, 2)))
    u = f32x4.add(u, f32x4.mul(v128.load(sh, 80), v128.shuffle<i32>(basis, basis, 2, 3, 3, 3)))
    last = <f32>0.5462742152960396 * (xx - yy)
  }
  if (degree > 2) {
    const fifth = last
    basis = f32x4.replace_lane(basis, 0, fifth)
    basis = f32x4.replace_lane(basis, 1, <f32>-0.5900435899266435 * y * (3 * xx - yy))
    basis = f32x4.replace_lane(basis, 2, <f32>2.890611442640554 * x * y * z)
    basis = f32x4.replace_lane(basis, 3, <f32>-0.4570457994644658 * y * (4 * zz - xx - yy))
    s = f32x4.add(s, f32x4.mul(v128.load(sh, 96), v128.shuffle<i32>(basis, basis, 0, 0, 0, 1)))
    t = f32x4.add(t, f32x4.mul(v128.load(sh, 112), v128.shuffle<i32>(basis, basis, 1, 1, 2, 2)))
    u = f32x4.add(u, f32x4.mul(v128.load(sh, 128), v128.shuffle<i32>(basis, basis, 2, 3, 3, 3)))
    basis = f32x4.replace_lane(basis, 0, <f32>0.3731763325901154 * z * (2 * zz - 3 * xx - 3 * yy))
    basis = f32x4.replace_lane(basis, 1, <f32>-0.4570457994644658 * x * (4 * zz - xx - yy))
    basis = f32x4.replace_lane(basis, 2, <f32>1.445305721320277 * z * (xx - yy))
    basis = f32x4.replace_lane(basis, 3, <f32>-0.5900435899266435 * x * (xx - 3 * yy))
    s = f32x4.add(s, f32x4.mul(v128.load(sh, 144), v128.shuffle<i32>(basis, basis, 0, 0, 0, 1)))
    t = f32x4.add(t, f32x4.mul(v128.load(sh, 160), v128.shuffle<i32>(basis, basis, 1, 1, 2, 2)))
    u = f32x4.add(u, f32x4.mul(v128.load(sh, 176), v128.shuffle<i32>(basis, basis, 2, 3, 3, 3)))
    last = 0
  }
  let red = f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 3) + f32x4.extract_lane(t, 2) + f32x4.extract_lane(u, 1)
  let green = f32x4.extract_lane(s, 1) + f32x4.extract_lane(t, 0) + f32x4.extract_lane(t, 3) + f32x4.extract_lane(u, 2)
  let blue = f32x4.extract_lane(s, 2) + f32x4.extract_lane(t, 1) + f32x4.extract_lane(u, 0) + f32x4.extract_lane(u, 3)
  if (degree == 2) {
    // The ninth coefficient.
    red += last * load<f32>(sh, 96)
    green += last * load<f32>(sh, 100)
    blue += last * load<f32>(sh, 104)
  }
  store<f32>(out, 0.5 + red)
  store<f32>(out, 0.5 + green, 4)
  store<f32>(out, 0.5 + blue, 8)
}

/**
 * For each splat that is seen its depth's bits and its number, one chunk after the other. Bits of positive floats are in the order of
 * the floats.
 * @param starts u32: where the chunk's begin among all
 * @param pairs u64: depth above, number below
 */
export function splatsGather(records: usize, counts: usize, starts: usize, pairs: usize, c0: i32, c1: i32): void {
  for (let chunk = c0; chunk < c1; chunk++) {
    const count = load<u32>(counts + (<usize>chunk << 2))
    let at = pairs + (<usize>load<u32>(starts + (<usize>chunk << 2)) << 3)
    const first = <u32>(chunk << 10)
    for (let j: u32 = 0; j < count; j++, at += 8) {
      store<u32>(at, first + j)
      store<u32>(at, load<u32>(records + <usize>(first + j) * RECORD, DEPTH), 4)
    }
  }
}

/** How often each digit occurs in a block. @param table u32, 2048 for each block */
export function splatsDigits(pairs: usize, n: i32, block: i32, shift: i32, table: usize, b0: i32, b1: i32): void {
  for (let b = b0; b < b1; b++) {
    const bins = table + <usize>(b * BINS) * 4
    memory.fill(bins, 0, BINS * 4)
    const end = pairs + (<usize>min((b + 1) * block, n) << 3)
    for (let at = pairs + (<usize>(b * block) << 3); at < end; at += 8) {
      const bin = bins + (<usize>((load<u32>(at, 4) >> shift) & (BINS - 1)) << 2)
      store<u32>(bin, load<u32>(bin) + 1)
    }
  }
}

/** Moves a block's pairs to where their digits begin (`table`), those of equal digits in their order. */
export function splatsSort(
  pairs: usize, out: usize, n: i32, block: i32, shift: i32, table: usize, scratch: usize, b0: i32, b1: i32,
): void {
  for (let b = b0; b < b1; b++) {
    memory.copy(scratch, table + <usize>(b * BINS) * 4, BINS * 4)
    const end = pairs + (<usize>min((b + 1) * block, n) << 3)
    for (let at = pairs + (<usize>(b * block) << 3); at < end; at += 8) {
      const pair = load<u64>(at)
      const bin = scratch + (<usize>((<u32>(pair >> 32) >> shift) & (BINS - 1)) << 2)
      const to = load<u32>(bin)
      store<u32>(bin, to + 1)
      store<u64>(out + (<usize>to << 3), pair)
    }
  }
}

/**
 * Counts the tiles of a block of sorted splats.
 * @param spans 32 bytes for each splat: its tiles, for `splatsList`
 */
export function splatsCount(
  records: usize, pairs: usize, n: i32, block: i32, columns: i32, rows: i32, table: usize, spans: usize, scratch: usize,
  b0: i32, b1: i32,
): void {
  const bytes = <usize>(columns * rows) << 2
  const counts = scratch + <usize>BATCH * RECORD + SHAPES
  for (let b = b0; b < b1; b++) {
    memory.fill(counts, 0, bytes + 4)
    const end = min((b + 1) * block, n)
    for (let i = b * block; i < end; i += <i32>BATCH) {
      const batch = min(<i32>BATCH, end - i)
      gather(records, pairs + (<usize>i << 3), 8, batch, scratch, RECORD)
      for (let j = 0; j < batch; j += 4) {
        shapes4(scratch + <usize>j * RECORD, RECORD, columns, rows, scratch + <usize>BATCH * RECORD)
        for (let k = 0; k < min(4, batch - j); k++)
          countTiles(scratch + <usize>BATCH * RECORD + (<usize>k << 2), columns, counts, spans + <usize>(i + j + k) * SPANS)
      }
    }
    sumTiles(counts, columns * rows)
    memory.copy(table + <usize>b * bytes, counts, bytes)
  }
}

/** Writes a block of sorted splats to the lists of their tiles. @param table where the block's part of each list begins */
export function splatsList(
  records: usize, pairs: usize, n: i32, block: i32, columns: i32, rows: i32, table: usize, spans: usize, lists: usize,
  scratch: usize, b0: i32, b1: i32,
): void {
  const bytes = <usize>(columns * rows) << 2
  for (let b = b0; b < b1; b++) {
    memory.copy(scratch, table + <usize>b * bytes, bytes)
    const end = min((b + 1) * block, n)
    for (let i = b * block; i < end; i++) {
      const number = load<u32>(pairs + (<usize>i << 3))
      const record = records + <usize>number * RECORD
      listTiles(record, spans + <usize>i * SPANS, number, columns, rows, scratch, lists, scratch + bytes)
    }
  }
}

// What blending keeps in scratch memory behind constants (`tile.as.ts`): copies of 64 records, which of them reach each block, and for
// each, 256 bytes apart, what is the same in each of its rows, then p, its colour and its depth, four times each; then x of the pixels
// of each block in a row of them. Pixels of a block: left above, left below, right above, right below.
const TOGETHER: u32 = 64
const REACHED: usize = COPIES + 64 * RECORD
const ROWS: usize = REACHED + 512
const OWN_P: usize = ROWS + 128
const OWN_RED: usize = OWN_P + 16
const OWN_GREEN: usize = OWN_P + 32
const OWN_BLUE: usize = OWN_P + 48
const OWN_DEPTH: usize = OWN_P + 64
const COLUMNS: usize = ROWS + 64 * 256

/** Turns 64 words of 64 bits over: bit b of word a becomes bit a of word b. */
function transpose(words: usize): void {
  let keep: u64 = 0x00000000ffffffff
  for (let j: usize = 32; j > 1; j >>= 1, keep ^= keep << j) {
    const low = i64x2.splat(keep)
    const bits = <i32>j
    for (let k: usize = 0; k < 64; k = (k + j + 2) & ~j) {
      const a = v128.load(words + (k << 3)), b = v128.load(words + ((k + j) << 3))
      const t = v128.and(v128.xor(i64x2.shr_u(a, bits), b), low)
      v128.store(words + ((k + j) << 3), v128.xor(b, t))
      v128.store(words + (k << 3), v128.xor(a, i64x2.shl(t, bits)))
    }
  }
  for (let at = words; at < words + 512; at += 16) {
    const a = load<u64>(at), b = load<u64>(at, 8)
    const t = ((a >> 1) ^ b) & 0x5555555555555555
    store<u64>(at, b ^ t, 8)
    store<u64>(at, a ^ (t << 1))
  }
}

/**
 * The pixels of tiles. Of 64 splats it is found first which blocks of four pixels each reaches; then each block takes those that reach
 * it, two at a time, so that its sums stay in registers and the loop costs half.
 * @param starts u32: where each tile's list begins, and the end of the last
 * @param rules float32: the most and the least alpha, the least transmittance, the background's three
 */
export function splatsBlend(
  records: usize, lists: usize, starts: usize, columns: i32, width: i32, height: i32, rules: usize,
  image: usize, alphas: usize, depths: usize, scratch: usize, t0: i32, t1: i32,
): void {
  const most = v128.load32_splat(rules)
  const least = v128.load32_splat(rules, 4)
  const lowest = v128.load32_splat(rules, 8)
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  const signs = i32x4.splat(<i32>0x80000000)
  const columnsOf = f32x4(0.5, 1.5, 2.5, 3.5)
  fillTable(scratch)
  for (let at: usize = 0; at < 128; at += 16)
    v128.store(scratch + at, f32x4.add(f32x4.splat(<f32>(at >> 3)), f32x4(0.5, 0.5, 1.5, 1.5)), COLUMNS)
  for (let t = t0; t < t1; t++) {
    const tx = (t % columns) << 4, ty = (t / columns) << 4
    for (let g: usize = 0; g < 64 * GROUP; g += GROUP) {
      v128.store(scratch + g, one)
      v128.store(scratch + g, zero, 16)
      v128.store(scratch + g, zero, 32)
      v128.store(scratch + g, zero, 48)
      v128.store(scratch + g, zero, 64)
      v128.store(scratch + g, zero, 80)
    }
    // Blocks beyond the picture have ended.
    const groups = min(4, (width - tx + 3) >> 2), lines = min(16, height - ty)
    let alive: u64 = 0
    for (let line = 0; line < lines; line += 2) alive |= <u64>((1 << min(8, (width - tx + 1) >> 1)) - 1) << (line << 2)
    let at = load<u32>(starts + (<usize>t << 2))
    const end = load<u32>(starts + (<usize>t << 2), 4)
    while (at < end && alive) {
      const batch = min(TOGETHER, end - at)
      gather(records, lists + (<usize>at << 2), 4, batch, scratch + COPIES, RECORD)
      let reached: u64 = 0
      for (let j: usize = 0; j < <usize>batch; j++) {
        const record = scratch + COPIES + j * RECORD
        const own = scratch + (j << 8)
        const mask = blocksOf(record, scratch, tx, ty, columnsOf, own + ROWS)
        reached |= mask
        store<u64>(scratch + (j << 3), mask, REACHED)
        v128.store(own, v128.load32_splat(record, P), OWN_P)
        v128.store(own, v128.load32_splat(record, RED), OWN_RED)
        v128.store(own, v128.load32_splat(record, RED + 4), OWN_GREEN)
        v128.store(own, v128.load32_splat(record, RED + 8), OWN_BLUE)
        v128.store(own, v128.load32_splat(record, DEPTH), OWN_DEPTH)
      }
      if (batch < TOGETHER) memory.fill(scratch + REACHED + (<usize>batch << 3), 0, <usize>(TOGETHER - batch) << 3)
      transpose(scratch + REACHED)
      for (let left = reached & alive; left; left &= left - 1) {
        const bit = ctz<u64>(left)
        const group = scratch + <usize>bit * GROUP
        const line = <usize>bit & 56
        const centres = v128.load(scratch + ((<usize>bit & 7) << 4), COLUMNS)
        let before = v128.load(group)
        let reds = v128.load(group, 16), greens = v128.load(group, 32), blues = v128.load(group, 48)
        let away = v128.load(group, 64), weights = v128.load(group, 80)
        let splats = load<u64>(scratch + (<usize>bit << 3), REACHED)
        while (splats) {
          const own = scratch + (<usize>ctz<u64>(splats) << 8)
          splats &= splats - 1
          const alpha = alphaOf(own, line, centres, most, least, scratch)
          let two = own, other = zero
          if (splats) {
            two = scratch + (<usize>ctz<u64>(splats) << 8)
            splats &= splats - 1
            other = alphaOf(two, line, centres, most, least, scratch)
          }
          let weight = f32x4.mul(alpha, before)
          let after = f32x4.sub(before, weight)
          let second = f32x4.mul(other, after)
          let last = f32x4.sub(after, second)
          // Pixels that end with one of the two, and those that have ended, whose sign says so; nothing is added to them.
          if (i32x4.bitmask(f32x4.le(last, lowest))) {
            let ends = f32x4.le(after, lowest)
            weight = v128.andnot(weight, ends)
            after = v128.bitselect(v128.or(before, signs), after, ends)
            second = f32x4.mul(other, after)
            last = f32x4.sub(after, second)
            ends = f32x4.le(last, lowest)
            second = v128.andnot(second, ends)
            last = v128.bitselect(v128.or(after, signs), last, ends)
            if (i32x4.bitmask(last) == 15) {
              alive &= ~((<u64>1) << bit)
              splats = 0
            }
          }
          before = last
          reds = f32x4.add(reds, f32x4.mul(weight, v128.load(own, OWN_RED)))
          reds = f32x4.add(reds, f32x4.mul(second, v128.load(two, OWN_RED)))
          greens = f32x4.add(greens, f32x4.mul(weight, v128.load(own, OWN_GREEN)))
          greens = f32x4.add(greens, f32x4.mul(second, v128.load(two, OWN_GREEN)))
          blues = f32x4.add(blues, f32x4.mul(weight, v128.load(own, OWN_BLUE)))
          blues = f32x4.add(blues, f32x4.mul(second, v128.load(two, OWN_BLUE)))
          away = f32x4.add(away, f32x4.mul(weight, v128.load(own, OWN_DEPTH)))
          away = f32x4.add(away, f32x4.mul(second, v128.load(two, OWN_DEPTH)))
          weights = f32x4.add(f32x4.add(weights, weight), second)
        }
        v128.store(group, before)
        v128.store(group, reds, 16)
        v128.store(group, greens, 32)
        v128.store(group, blues, 48)
        v128.store(group, away, 64)
        v128.store(group, weights, 80)
      }
      at += batch
    }
    write(scratch, tx, ty, groups, lines, width, rules, image, alphas, depths)
  }
}

/** The alpha of a splat in the pixels of a block; 0 below the least. @param own what is prepared of it @param line of the block's rows */
@inline
function alphaOf(own: usize, line: usize, centres: v128, most: v128, least: v128, scratch: usize): v128 {
  const row = own + line
  const u = f32x4.add(f32x4.mul(v128.load(own, OWN_P), centres), v128.load64_splat(row, ROWS))
  const e = exp2(f32x4.sub(v128.load64_splat(row, ROWS + 64), f32x4.mul(u, u)), scratch)
  const alpha = f32x4.pmin(e, most)
  return v128.and(alpha, f32x4.ge(alpha, least))
}

/** Two rows of two blocks: the upper, or the lower. */
@inline
function rowOf(block: usize, at: usize, lower: bool): v128 {
  const a = v128.load(block + at), b = v128.load(block + GROUP + at)
  return lower ? v128.shuffle<i32>(a, b, 1, 3, 5, 7) : v128.shuffle<i32>(a, b, 0, 2, 4, 6)
}

function write(
  scratch: usize, tx: i32, ty: i32, groups: i32, lines: i32, width: i32, rules: usize,
  image: usize, alphas: usize, depths: usize,
): void {
  for (let line = 0; line < lines; line++) {
    let pixel = <usize>((ty + line) * width + tx)
    for (let column = 0; column < groups; column++, pixel += 4) {
      const block = scratch + <usize>(((line >> 1) << 3) + (column << 1)) * GROUP
      const count = min(4, width - tx - (column << 2))
      if (line & 1) writeFour(block, true, pixel, count, scratch, rules, image, alphas, depths)
      else writeFour(block, false, pixel, count, scratch, rules, image, alphas, depths)
    }
  }
}

/** Four pixels of a row, or fewer at its end. */
@inline
function writeFour(
  block: usize, lower: bool, pixel: usize, count: i32, scratch: usize, rules: usize, image: usize, alphas: usize, depths: usize,
): void {
  const left = f32x4.abs(rowOf(block, 0, lower))
  const red = f32x4.add(rowOf(block, 16, lower), f32x4.mul(left, v128.load32_splat(rules, 12)))
  const green = f32x4.add(rowOf(block, 32, lower), f32x4.mul(left, v128.load32_splat(rules, 16)))
  const blue = f32x4.add(rowOf(block, 48, lower), f32x4.mul(left, v128.load32_splat(rules, 20)))
  const weight = rowOf(block, 80, lower)
  const depth = v128.and(f32x4.div(rowOf(block, 64, lower), weight), f32x4.gt(weight, f32x4.splat(0)))
  const ends = v128.shuffle<i32>(red, green, 2, 6, 3, 7)
  const a = v128.shuffle<i32>(v128.shuffle<i32>(red, green, 0, 4, 1, 5), blue, 0, 1, 4, 2)
  const b = v128.shuffle<i32>(v128.shuffle<i32>(green, blue, 1, 5, 1, 5), ends, 0, 1, 4, 5)
  const c = v128.shuffle<i32>(blue, ends, 2, 6, 7, 3)
  const full = count == 4
  // Fewer go by way of the place of copies, which are done with.
  const to = full ? image + pixel * 12 : scratch + COPIES
  v128.store(to, a)
  v128.store(to, b, 16)
  v128.store(to, c, 32)
  if (full) {
    v128.store(alphas + (pixel << 2), weight)
    v128.store(depths + (pixel << 2), depth)
    return
  }
  v128.store(to, weight, 48)
  v128.store(to, depth, 64)
  memory.copy(image + pixel * 12, to, <usize>count * 12)
  memory.copy(alphas + (pixel << 2), to + 48, <usize>count << 2)
  memory.copy(depths + (pixel << 2), to + 64, <usize>count << 2)
}
