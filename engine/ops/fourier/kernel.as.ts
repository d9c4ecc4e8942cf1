// The discrete Fourier transform of any length: Stockham's form with radices 4, 2, 3, 5 and any other prime up to 31, beyond it
// Bluestein's convolution. Four lines at a time, one in each lane of the registers, so that every radix is as fast as the next.
import { align16 } from '../common.as.ts'

/** What a length needs, uploaded by plan.ts: n, m (the length of the inner transform), the number of its factors, the factors. */
const FACTORS: usize = 12

@inline
function times(re: v128, im: v128, c: v128, s: v128): v128 {
  return f32x4.sub(f32x4.mul(re, c), f32x4.mul(im, s))
}

/** Multiplies with c + is and stores. */
@inline
function turn(out: usize, re: v128, im: v128, w: usize): void {
  const c = v128.load32_splat(w), s = v128.load32_splat(w, 4)
  v128.store(out, times(re, im, c, s))
  v128.store(out, f32x4.add(f32x4.mul(re, s), f32x4.mul(im, c)), 16)
}

/**
 * n numbers of four lines, real and imaginary parts side by side (32 bytes each); the result is in what is given back, `a` or `b`.
 * @param roots n × (cos, sin) of −2π t / n
 */
function transform(a: usize, b: usize, n: i32, factors: usize, count: i32, roots: usize): usize {
  let from = a
  let to = b
  let left = n
  let stride = 1
  for (let f = 0; f < count; f++) {
    const r = load<i32>(factors + (<usize>f << 2))
    const m = left / r
    const step = <usize>stride << 5
    const apart = <usize>m * step
    for (let p = 0; p < m; p++) {
      for (let q = 0; q < stride; q++) {
        const x = from + <usize>p * step + (<usize>q << 5)
        const y = to + <usize>(r * p) * step + (<usize>q << 5)
        if (r == 4) four(x, y, apart, step, roots, p * stride)
        else if (r == 2) two(x, y, apart, step, roots, p * stride)
        else any(x, y, apart, step, roots, p * stride, r, n)
      }
    }
    const swap = from
    from = to
    to = swap
    left = m
    stride *= r
  }
  return from
}

@inline
function two(x: usize, y: usize, apart: usize, step: usize, roots: usize, t: i32): void {
  const ar = v128.load(x), ai = v128.load(x, 16)
  const br = v128.load(x + apart), bi = v128.load(x + apart, 16)
  v128.store(y, f32x4.add(ar, br))
  v128.store(y, f32x4.add(ai, bi), 16)
  turn(y + step, f32x4.sub(ar, br), f32x4.sub(ai, bi), roots + (<usize>t << 3))
}

@inline
function four(x: usize, y: usize, apart: usize, step: usize, roots: usize, t: i32): void {
  const ar = v128.load(x), ai = v128.load(x, 16)
  const br = v128.load(x + apart), bi = v128.load(x + apart, 16)
  const cr = v128.load(x + 2 * apart), ci = v128.load(x + 2 * apart, 16)
  const dr = v128.load(x + 3 * apart), di = v128.load(x + 3 * apart, 16)
  const sr = f32x4.add(ar, cr), si = f32x4.add(ai, ci)
  const ur = f32x4.sub(ar, cr), ui = f32x4.sub(ai, ci)
  const tr = f32x4.add(br, dr), ti = f32x4.add(bi, di)
  const vr = f32x4.sub(br, dr), vi = f32x4.sub(bi, di)
  v128.store(y, f32x4.add(sr, tr))
  v128.store(y, f32x4.add(si, ti), 16)
  const w = roots + (<usize>t << 3)
  turn(y + step, f32x4.add(ur, vi), f32x4.sub(ui, vr), w)
  turn(y + 2 * step, f32x4.sub(sr, tr), f32x4.sub(si, ti), w + (<usize>t << 3))
  turn(y + 3 * step, f32x4.sub(ur, vi), f32x4.add(ui, vr), w + (<usize>t << 4))
}

/** Any radix: the sums as they are written. */
function any(x: usize, y: usize, apart: usize, step: usize, roots: usize, t: i32, r: i32, n: i32): void {
  const unit = n / r
  for (let k = 0; k < r; k++) {
    let re = v128.load(x), im = v128.load(x, 16)
    let at = 0
    for (let j = 1; j < r; j++) {
      at += k
      if (at >= r) at -= r
      const w = roots + (<usize>(at * unit) << 3)
      const c = v128.load32_splat(w), s = v128.load32_splat(w, 4)
      const p = x + <usize>j * apart
      const pr = v128.load(p), pi = v128.load(p, 16)
      re = f32x4.add(re, times(pr, pi, c, s))
      im = f32x4.add(im, f32x4.add(f32x4.mul(pr, s), f32x4.mul(pi, c)))
    }
    turn(y + <usize>k * step, re, im, roots + (<usize>(t * k) << 3))
  }
}

/**
 * The transform of four lines at `a`, of any length. Needs room for the inner one at `a` and `b`.
 * @param plan as plan.ts uploads it
 * @param chirp n × (cos, sin) of −π t² / n, with Bluestein's; else 0
 * @param spectrum m × (re, im): the transform of the chirp's inverse, divided by m
 */
function whole(a: usize, b: usize, plan: usize, roots: usize, chirp: usize, spectrum: usize): usize {
  const n = load<i32>(plan)
  const m = load<i32>(plan, 4)
  const count = load<i32>(plan, 8)
  if (!chirp) return transform(a, b, n, plan + FACTORS, count, roots)
  for (let i: usize = 0; i < <usize>n; i++) {
    const p = a + (i << 5)
    turn(p, v128.load(p), v128.load(p, 16), chirp + (i << 3))
  }
  memory.fill(a + (<usize>n << 5), 0, <usize>(m - n) << 5)
  const made = transform(a, b, m, plan + FACTORS, count, roots)
  const other = made == a ? b : a
  // The transform back is that of the parts exchanged.
  for (let i: usize = 0; i < <usize>m; i++) {
    const p = made + (i << 5)
    const w = spectrum + (i << 3)
    const re = v128.load(p), im = v128.load(p, 16)
    const c = v128.load32_splat(w), s = v128.load32_splat(w, 4)
    v128.store(p, f32x4.add(f32x4.mul(re, s), f32x4.mul(im, c)))
    v128.store(p, times(re, im, c, s), 16)
  }
  const back = transform(made, other, m, plan + FACTORS, count, roots)
  for (let i: usize = 0; i < <usize>n; i++) {
    const p = back + (i << 5)
    turn(p, v128.load(p, 16), v128.load(p), chirp + (i << 3))
  }
  return back
}

/**
 * The rows, four at a time: one row of the call each.
 * @param src float32 (height, width, channels): real numbers, or real and imaginary parts
 * @param re, im float32 (height, width)
 * @param swapped whether the parts of src are exchanged, which makes it the transform back
 * @param left, top where in src the first number is: what lies before it follows after the last
 * @param flags float32 (height / 4): NaN where a row has NaN or infinity, else 0
 * @param scratch fourierScratch(m) bytes
 */
export function fourierRows(
  src: usize, channels: i32, width: i32, height: i32, re: usize, im: usize, swapped: i32, left: i32, top: i32,
  flags: usize, plan: usize, roots: usize, chirp: usize, spectrum: usize, scratch: usize, u0: i32, u1: i32,
): void {
  const a = align16(scratch)
  const b = a + (<usize>load<i32>(plan, 4) << 5)
  const pixel = <usize>channels << 2
  const real: usize = swapped ? 16 : 0
  for (let u = u0; u < u1; u++) {
    const count = min(4, height - 4 * u)
    let sum: f32 = 0
    for (let l = 0; l < 4; l++) {
      // A line too many is the last one again.
      const row = src + <usize>((4 * u + min(l, count - 1) + top) % height) * <usize>width * pixel
      const lane = a + (<usize>l << 2)
      let at: usize = left
      for (let x: usize = 0; x < <usize>width; x++) {
        const v = load<f32>(row + at * pixel)
        const w: f32 = channels == 2 ? load<f32>(row + at * pixel, 4) : 0
        if (++at == <usize>width) at = 0
        sum += (v + w) * 0
        store<f32>(lane + (x << 5) + real, v)
        store<f32>(lane + (x << 5) + 16 - real, w)
      }
    }
    store<f32>(flags + (<usize>u << 2), sum)
    const made = whole(a, b, plan, roots, chirp, spectrum)
    for (let l = 0; l < count; l++) {
      const lane = made + (<usize>l << 2)
      const row = <usize>(4 * u + l) * (<usize>width << 2)
      for (let x: usize = 0; x < <usize>width; x++) {
        store<f32>(re + row + (x << 2), load<f32>(lane + (x << 5)))
        store<f32>(im + row + (x << 2), load<f32>(lane + (x << 5), 16))
      }
    }
  }
}

/** Four registers of four numbers, rows and columns exchanged. */
@inline
function transpose(from: usize, apart: usize, to: usize, step: usize): void {
  const a = v128.load(from), b = v128.load(from + apart), c = v128.load(from + 2 * apart), d = v128.load(from + 3 * apart)
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7), gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2))
  v128.store(to + step, v128.shuffle<f64>(ab, cd, 1, 3))
  v128.store(to + 2 * step, v128.shuffle<f64>(ef, gh, 0, 2))
  v128.store(to + 3 * step, v128.shuffle<f64>(ef, gh, 1, 3))
}

/** Four rows into the lanes of one part of the numbers at `to`; returns 0, or NaN where they have NaN or infinity. */
function lanesOf(src: usize, width: i32, height: i32, y: i32, to: usize): f32 {
  const stride = <usize>width << 2
  // A row too many is the last one again.
  const rows = src + <usize>min(y, height - 1) * stride
  let sum = f32x4.splat(0)
  let x: usize = 0
  if (y + 4 <= height)
    for (; x + 4 <= <usize>width; x += 4) {
      const p = rows + (x << 2)
      const ab = f32x4.add(v128.load(p), v128.load(p + stride))
      const cd = f32x4.add(v128.load(p + 2 * stride), v128.load(p + 3 * stride))
      sum = f32x4.add(sum, f32x4.mul(f32x4.add(ab, cd), f32x4.splat(0)))
      transpose(p, stride, to + (x << 5), 32)
    }
  let rest = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)
  for (; x < <usize>width; x++)
    for (let l = 0; l < 4; l++) {
      const v = load<f32>(src + <usize>min(y + l, height - 1) * stride + (x << 2))
      rest += v * 0
      store<f32>(to + (x << 5) + (<usize>l << 2), v)
    }
  return rest
}

/**
 * The rows of a picture of real numbers, eight at a time: one row of the call each. Four rows are the real parts of what is
 * transformed and four the imaginary ones; the spectrum of either is half of what is even or odd in the result.
 * @param src float32 (height, width)
 * @param re, im float32 (height, width): the first width / 2 + 1 columns, of which the others follow
 * @param flags float32 (height / 4): as of fourierRows
 * @param scratch fourierScratch(m) bytes
 */
export function fourierRealRows(
  src: usize, width: i32, height: i32, re: usize, im: usize, flags: usize, plan: usize, roots: usize, chirp: usize,
  spectrum: usize, scratch: usize, u0: i32, u1: i32,
): void {
  const a = align16(scratch)
  const b = a + (<usize>load<i32>(plan, 4) << 5)
  const stride = <usize>width << 2
  const half = f32x4.splat(0.5)
  const last = width >> 1
  for (let u = u0; u < u1; u++) {
    const y = 8 * u
    store<f32>(flags + (<usize>(2 * u) << 2), lanesOf(src, width, height, y, a))
    const second = lanesOf(src, width, height, y + 4, a + 16)
    if (y + 4 < height) store<f32>(flags + (<usize>(2 * u) << 2), second, 4)
    const made = whole(a, b, plan, roots, chirp, spectrum)
    const parts = b + (<usize>load<i32>(plan, 4) << 5)
    for (let k = 0; k <= last; k += 4) {
      // Four columns of the spectra: real and imaginary parts of the first rows, then of the second.
      for (let j = 0; j < 4; j++) {
        const at = min(k + j, last)
        const p = made + (<usize>at << 5), q = made + (<usize>(at ? width - at : 0) << 5)
        const pr = v128.load(p), pi = v128.load(p, 16), qr = v128.load(q), qi = v128.load(q, 16)
        const to = parts + (<usize>j << 4)
        v128.store(to, f32x4.mul(f32x4.add(pr, qr), half))
        v128.store(to, f32x4.mul(f32x4.sub(pi, qi), half), 64)
        v128.store(to, f32x4.mul(f32x4.add(pi, qi), half), 128)
        v128.store(to, f32x4.mul(f32x4.sub(qr, pr), half), 192)
      }
      for (let g = 0; g < 4; g++) {
        const from = parts + (<usize>g << 6)
        const first = y + 4 * (g >> 1)
        const to = (g & 1 ? im : re) + <usize>first * stride + (<usize>k << 2)
        if (first + 4 <= height && k + 4 <= width) transpose(from, 16, to, stride)
        else
          for (let l = 0; l < 4 && first + l < height; l++)
            for (let j = 0; j < 4 && k + j < width; j++)
              store<f32>(to + <usize>l * stride + (<usize>j << 2), load<f32>(from + (<usize>j << 4) + (<usize>l << 2)))
      }
    }
  }
}

/**
 * The columns, 16 at a time: one row of the call each.
 * @param columns how many are there; those behind them are the first ones again, mirrored in both ways, the other way round
 * @param dst float32 (height, width, 2)
 * @param scale of the result
 * @param left, top where in dst the first number comes; what is too far follows at the start
 */
export function fourierColumns(
  re: usize, im: usize, width: i32, height: i32, columns: i32, dst: usize, swapped: i32, scale: f32, left: i32, top: i32,
  flags: usize, plan: usize, roots: usize, chirp: usize, spectrum: usize, scratch: usize, u0: i32, u1: i32,
): void {
  const a = align16(scratch)
  const b = a + (<usize>load<i32>(plan, 4) << 5)
  const stride = <usize>width << 2
  let factor = scale
  for (let u: usize = 0; u < <usize>((height + 3) >> 2); u++) factor += load<f32>(flags + (u << 2))
  for (let u = u0; u < u1; u++)
    for (let x = 16 * u; x < min(16 * u + 16, columns); x += 4) {
      const count = min(4, columns - x)
      for (let y: usize = 0; y < <usize>height; y++) {
        const from = y * stride + (<usize>x << 2)
        const to = a + (y << 5)
        if (count == 4) {
          v128.store(to, v128.load(re + from))
          v128.store(to, v128.load(im + from), 16)
        } else
          for (let l: usize = 0; l < 4; l++) {
            const k = min(l, <usize>count - 1) << 2
            store<f32>(to + (l << 2), load<f32>(re + from + k))
            store<f32>(to + (l << 2), load<f32>(im + from + k), 16)
          }
      }
      const made = whole(a, b, plan, roots, chirp, spectrum)
      const s = f32x4.splat(factor)
      for (let y: usize = 0; y < <usize>height; y++) {
        const p = made + (y << 5)
        const first = f32x4.mul(swapped ? v128.load(p, 16) : v128.load(p), s)
        const second = f32x4.mul(swapped ? v128.load(p) : v128.load(p, 16), s)
        const row = dst + <usize>((<i32>y + top) % height) * (<usize>width << 3)
        const lower = v128.shuffle<f32>(first, second, 0, 4, 1, 5)
        const upper = v128.shuffle<f32>(first, second, 2, 6, 3, 7)
        v128.store64_lane(row + (<usize>((x + left) % width) << 3), lower, 0)
        if (count > 1) v128.store64_lane(row + (<usize>((x + 1 + left) % width) << 3), lower, 1)
        if (count > 2) v128.store64_lane(row + (<usize>((x + 2 + left) % width) << 3), upper, 0)
        if (count > 3) v128.store64_lane(row + (<usize>((x + 3 + left) % width) << 3), upper, 1)
        if (columns == width) continue
        const other = dst + <usize>(((y ? height - <i32>y : 0) + top) % height) * (<usize>width << 3)
        for (let l = 0; l < count; l++) {
          const column = width - x - l
          if (column < columns || column == width) continue
          const to = other + (<usize>((column + left) % width) << 3)
          const from = p + (<usize>l << 2)
          store<f32>(to, load<f32>(from) * factor)
          store<f32>(to, -load<f32>(from, 16) * factor, 4)
        }
      }
    }
}
