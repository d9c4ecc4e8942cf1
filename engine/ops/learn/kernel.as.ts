// What learning from rows of features spends its time on, in float64 over rows of float32: sums and products of rows, distances to
// centres, and dual coordinate descent of linear support vector machines (Hsieh et al. 2008).

@inline
function low(p: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(p))
}

@inline
function both(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1)
}

/** The sum of each column, 64 columns a row of the call. @param src float32 (n, d) @param dst float64 (d) */
export function columnSums(src: usize, n: i32, d: i32, dst: usize, u0: i32, u1: i32): void {
  const from = 64 * u0, to = min(64 * u1, d)
  memory.fill(dst + (<usize>from << 3), 0, <usize>(to - from) << 3)
  for (let i = 0; i < n; i++) addRow(src + (<usize>i * <usize>d + <usize>from << 2), dst + (<usize>from << 3), to - from)
}

@inline
function addRow(row: usize, sums: usize, count: i32): void {
  let k = 0
  for (; k + 2 <= count; k += 2, row += 8, sums += 16) v128.store(sums, f64x2.add(v128.load(sums), low(row)))
  if (k < count) store<f64>(sums, load<f64>(sums) + <f64>load<f32>(row))
}

/** Sums of the rows of each group, 64 columns a row of the call. @param sums float64 (k, d) */
export function groupSums(src: usize, n: i32, d: i32, groups: usize, k: i32, sums: usize, u0: i32, u1: i32): void {
  const from = 64 * u0, to = min(64 * u1, d)
  const line = <usize>d << 3, first = sums + (<usize>from << 3)
  for (let c = 0; c < k; c++) memory.fill(first + <usize>c * line, 0, <usize>(to - from) << 3)
  for (let i = 0; i < n; i++) {
    const own = first + <usize>load<i32>(groups + (<usize>i << 2)) * line
    addRow(src + (<usize>i * <usize>d + <usize>from << 2), own, to - from)
  }
}

/** The nearest centre of each row, the first of equal ones. @param centres float64 (k, d) @param gaps float64 (n): squared distances */
export function nearestCentres(
  src: usize, d: i32, centres: usize, k: i32, groups: usize, gaps: usize, n0: i32, n1: i32,
): void {
  const line = <usize>d << 3
  for (let n = n0; n < n1; n++) {
    const row = src + (<usize>n * <usize>d << 2)
    let best = 0
    let least = Infinity
    let c = 0
    for (; c + 4 <= k; c += 4) {
      const p = centres + <usize>c * line, q = p + line, r = q + line, s = r + line
      let a = f64x2.splat(0), b = a, e = a, f = a
      let i: usize = 0
      for (; i + 16 <= line; i += 16) {
        const v = low(row + (i >> 1))
        a = squareAt(a, v, p + i)
        b = squareAt(b, v, q + i)
        e = squareAt(e, v, r + i)
        f = squareAt(f, v, s + i)
      }
      let pa = both(a), pb = both(b), pe = both(e), pf = both(f)
      if (i < line) {
        const v = <f64>load<f32>(row + (i >> 1))
        pa += square(v - load<f64>(p + i))
        pb += square(v - load<f64>(q + i))
        pe += square(v - load<f64>(r + i))
        pf += square(v - load<f64>(s + i))
      }
      if (pa < least) {
        least = pa
        best = c
      }
      if (pb < least) {
        least = pb
        best = c + 1
      }
      if (pe < least) {
        least = pe
        best = c + 2
      }
      if (pf < least) {
        least = pf
        best = c + 3
      }
    }
    for (; c < k; c++) {
      const p = centres + <usize>c * line
      let a = f64x2.splat(0)
      let i: usize = 0
      for (; i + 16 <= line; i += 16) a = squareAt(a, low(row + (i >> 1)), p + i)
      let gap = both(a)
      if (i < line) gap += square(<f64>load<f32>(row + (i >> 1)) - load<f64>(p + i))
      if (gap < least) {
        least = gap
        best = c
      }
    }
    store<i32>(groups + (<usize>n << 2), best)
    store<f64>(gaps + (<usize>n << 3), least)
  }
}

@inline
function squareAt(sum: v128, v: v128, p: usize): v128 {
  const d = f64x2.sub(v, v128.load(p))
  return f64x2.add(sum, f64x2.mul(d, d))
}
@inline
function square(v: f64): f64 {
  return v * v
}

/**
 * Rows less the means of their columns, or the columns so as rows: one a row of the call.
 * @param dst float64 (n, d), or of columns (d, n)
 */
export function centredRows(src: usize, n: i32, d: i32, means: usize, columns: i32, dst: usize, y0: i32, y1: i32): void {
  for (let y = y0; y < y1; y++) {
    if (columns) {
      const mean = load<f64>(means + (<usize>y << 3))
      let to = dst + (<usize>y * <usize>n << 3), from = src + (<usize>y << 2)
      for (let i = 0; i < n; i++, to += 8, from += <usize>d << 2) store<f64>(to, <f64>load<f32>(from) - mean)
    } else {
      const to = dst + (<usize>y * <usize>d << 3), from = src + (<usize>y * <usize>d << 2)
      for (let i: usize = 0; i < <usize>d; i++)
        store<f64>(to + (i << 3), <f64>load<f32>(from + (i << 2)) - load<f64>(means + (i << 3)))
    }
  }
}

/** Rows of the other side that stay in the nearer caches. */
const BLOCK: i32 = 16

/** Products of each row with those up to it and a few more: four rows a row of the call. @param rows float64 (m, length) @param dst float64 (m, m) */
export function rowProducts(rows: usize, m: i32, length: i32, dst: usize, y0: i32, y1: i32): void {
  const line = <usize>length << 3
  const end = min(4 * y1, m)
  for (let from = 0; from < end; from += BLOCK)
    for (let i = 4 * y0; i < end; i += 4)
      for (let j = from; j < min(from + BLOCK, min(i + 4, m)); j += 2) fourByTwo(rows, m, line, i, j, dst)
}

function fourByTwo(rows: usize, m: i32, line: usize, i: i32, j: i32, dst: usize): void {
  const last = m - 1
  const p = rows + <usize>i * line, q = rows + <usize>min(i + 1, last) * line
  const r = rows + <usize>min(i + 2, last) * line, s = rows + <usize>min(i + 3, last) * line
  const x = rows + <usize>j * line, y = rows + <usize>min(j + 1, last) * line
  let px = f64x2.splat(0), qx = px, rx = px, sx = px, py = px, qy = px, ry = px, sy = px
  let k: usize = 0
  for (; k + 16 <= line; k += 16) {
    const u = v128.load(x + k), v = v128.load(y + k)
    let one = v128.load(p + k)
    px = f64x2.add(px, f64x2.mul(one, u))
    py = f64x2.add(py, f64x2.mul(one, v))
    one = v128.load(q + k)
    qx = f64x2.add(qx, f64x2.mul(one, u))
    qy = f64x2.add(qy, f64x2.mul(one, v))
    one = v128.load(r + k)
    rx = f64x2.add(rx, f64x2.mul(one, u))
    ry = f64x2.add(ry, f64x2.mul(one, v))
    one = v128.load(s + k)
    sx = f64x2.add(sx, f64x2.mul(one, u))
    sy = f64x2.add(sy, f64x2.mul(one, v))
  }
  let u: f64 = 0, v: f64 = 0
  if (k < line) {
    u = load<f64>(x + k)
    v = load<f64>(y + k)
  }
  putTwo(dst, m, i, j, both(px) + rest(p, k, line) * u, both(py) + rest(p, k, line) * v)
  putTwo(dst, m, i + 1, j, both(qx) + rest(q, k, line) * u, both(qy) + rest(q, k, line) * v)
  putTwo(dst, m, i + 2, j, both(rx) + rest(r, k, line) * u, both(ry) + rest(r, k, line) * v)
  putTwo(dst, m, i + 3, j, both(sx) + rest(s, k, line) * u, both(sy) + rest(s, k, line) * v)
}

@inline
function rest(p: usize, k: usize, line: usize): f64 {
  return k < line ? load<f64>(p + k) : 0
}

@inline
function putTwo(dst: usize, m: i32, i: i32, j: i32, a: f64, b: f64): void {
  if (i >= m) return
  const at = dst + (<usize>i * <usize>m + <usize>j << 3)
  store<f64>(at, a)
  if (j + 1 < m) store<f64>(at, b, 8)
}

/** What lies right of the diagonal, from below it. */
export function mirrored(dst: usize, m: i32, y0: i32, y1: i32): void {
  for (let y = y0; y < y1; y++) {
    const row = dst + (<usize>y * <usize>m << 3)
    for (let x = y + 1; x < m; x++) store<f64>(row + (<usize>x << 3), load<f64>(dst + (<usize>x * <usize>m + <usize>y << 3)))
  }
}

// Support vector machines: the state of a class.
const PASS: usize = 0
const LEFT: usize = 4
/** The next example of the pass; −1: it has not begun. */
const AT: usize = 8
const DONE: usize = 12
const ABOVE: usize = 16
const BELOW: usize = 24
const MOST: usize = 32
const LEAST: usize = 40
const BIAS: usize = 48
const CHANCE: usize = 56
/** HEAD of svm.ts: after it weights and alphas in float64, then the order of the examples. */
const HEAD: usize = 64

/** Of each row 1, the squares of its numbers and `more` together. @param norms float64 (n) */
export function svmNorms(src: usize, d: i32, more: f64, norms: usize, n0: i32, n1: i32): void {
  for (let n = n0; n < n1; n++) {
    let at = src + (<usize>n * <usize>d << 2)
    let sum: f64 = 1
    for (const end = at + (<usize>d << 2); at < end; at += 4) sum += square(<f64>load<f32>(at))
    store<f64>(norms + (<usize>n << 3), sum + more)
  }
}

/** Four sums at once, in the lanes of two registers. @param weights float64 (d) */
@inline
function dot(weights: usize, row: usize, d: i32): f64 {
  let a = f64x2.splat(0), b = a
  let i = 0
  for (; i + 4 <= d; i += 4) {
    const at = <usize>i << 3, from = row + (<usize>i << 2)
    a = f64x2.add(a, f64x2.mul(v128.load(weights + at), low(from)))
    b = f64x2.add(b, f64x2.mul(v128.load(weights + at, 16), low(from + 8)))
  }
  let first = f64x2.extract_lane(a, 0)
  for (; i < d; i++) first += load<f64>(weights + (<usize>i << 3)) * <f64>load<f32>(row + (<usize>i << 2))
  return first + f64x2.extract_lane(a, 1) + f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1)
}

@inline
function swap(list: usize, a: i32, b: i32): void {
  const p = list + (<usize>a << 2), q = list + (<usize>b << 2)
  const one = load<i32>(p)
  store<i32>(p, load<i32>(q))
  store<i32>(q, one)
}

/**
 * A part of the descent of each class, one a row of the call. It reads one state and writes another, so that it may be run again.
 * @param n, d rows and their length
 * @param targets i32 (n): the class of each row @param ids i32: the class that each row of the call is about
 * @param norms float64 (n) of svmNorms @param order i32 (used): the rows that are learned from
 * @param budget about how many numbers of rows a class may read @param bytes of a state
 */
export function svmDescent(
  src: usize, n: i32, d: i32, targets: usize, ids: usize, norms: usize, order: usize, used: i32, diagonal: f64,
  bound: f64, passes: i32, tolerance: f64, budget: f64, from: usize, to: usize, bytes: usize, c0: i32, c1: i32,
): void {
  for (let c = c0; c < c1; c++) {
    const state = to + <usize>c * bytes
    const weights = state + HEAD, alphas = weights + (<usize>d << 3), list = alphas + (<usize>n << 3)
    if (from) memory.copy(state, from + <usize>c * bytes, bytes)
    else {
      memory.fill(state, 0, bytes)
      memory.copy(list, order, <usize>used << 2)
      store<i32>(state, used, LEFT)
      store<i32>(state, -1, AT)
      store<f64>(state, Infinity, ABOVE)
      store<f64>(state, -Infinity, BELOW)
    }
    const id = load<i32>(ids + (<usize>c << 2))
    let left = load<i32>(state, LEFT), at = load<i32>(state, AT), pass = load<i32>(state, PASS)
    let above = load<f64>(state, ABOVE), below = load<f64>(state, BELOW), bias = load<f64>(state, BIAS)
    let most = load<f64>(state, MOST), least = load<f64>(state, LEAST)
    let chance = load<u32>(state, CHANCE)
    let done = load<i32>(state, DONE)
    let spent = budget
    while (!done && spent > 0) {
      if (pass >= passes) {
        done = 1
        break
      }
      if (at < 0) {
        most = -Infinity
        least = Infinity
        // In another order each time, or neighbours undo what each other did. Chance as randomFrom gives it.
        for (let i = 0; i < left; i++) {
          chance += 0x6d2b79f5
          let mixed = (chance ^ (chance >>> 15)) * (1 | chance)
          mixed = (mixed + (mixed ^ (mixed >>> 7)) * (61 | mixed)) ^ mixed
          swap(list, i, i + <i32>floor(<f64>(mixed ^ (mixed >>> 14)) / 4294967296 * <f64>(left - i)))
        }
        at = 0
      }
      for (; at < left && spent > 0; at++) {
        const row = load<i32>(list + (<usize>at << 2))
        const sign: f64 = load<i32>(targets + (<usize>row << 2)) == id ? 1 : -1
        const numbers = src + (<usize>row * <usize>d << 2), own = alphas + (<usize>row << 3)
        const alpha = load<f64>(own)
        const gradient = sign * (bias + dot(weights, numbers, d)) - 1 + diagonal * alpha
        spent -= <f64>d
        // Examples whose alpha has come to rest at a bound are left out of a pass, until the rest is done.
        if ((alpha == 0 && gradient > above) || (alpha == bound && gradient < below)) {
          left--
          swap(list, at, left)
          at--
          continue
        }
        const projected = alpha == 0 ? min<f64>(gradient, 0) : alpha == bound ? max<f64>(gradient, 0) : gradient
        most = max<f64>(most, projected)
        least = min<f64>(least, projected)
        if (abs<f64>(projected) < 1e-12) continue
        const next = min<f64>(max<f64>(alpha - gradient / load<f64>(norms + (<usize>row << 3)), 0), bound)
        store<f64>(own, next)
        const step = (next - alpha) * sign
        addTimes(weights, numbers, d, step)
        bias += step
        spent -= <f64>d
      }
      if (at < left) break
      at = -1
      pass++
      if (left == 0 || most - least < tolerance) {
        if (left == used) done = 1
        else {
          left = used
          above = Infinity
          below = -Infinity
        }
      } else {
        above = most > 0 ? most : Infinity
        below = least < 0 ? least : -Infinity
      }
    }
    store<i32>(state, pass, PASS)
    store<i32>(state, left, LEFT)
    store<i32>(state, at, AT)
    store<i32>(state, done, DONE)
    store<f64>(state, above, ABOVE)
    store<f64>(state, below, BELOW)
    store<f64>(state, most, MOST)
    store<f64>(state, least, LEAST)
    store<f64>(state, bias, BIAS)
    store<u32>(state, chance, CHANCE)
  }
}

@inline
function addTimes(weights: usize, row: usize, d: i32, by: f64): void {
  const step = f64x2.splat(by)
  let i = 0
  for (; i + 2 <= d; i += 2) {
    const at = weights + (<usize>i << 3)
    v128.store(at, f64x2.add(v128.load(at), f64x2.mul(step, low(row + (<usize>i << 2)))))
  }
  if (i < d) {
    const at = weights + (<usize>i << 3)
    store<f64>(at, load<f64>(at) + by * <f64>load<f32>(row + (<usize>i << 2)))
  }
}

/** The score of each row for each class. @param scores float64 (classes, n) */
export function svmScores(
  src: usize, n: i32, d: i32, states: usize, bytes: usize, classes: i32, scores: usize, n0: i32, n1: i32,
): void {
  for (let i = n0; i < n1; i++)
    for (let c = 0; c < classes; c++) {
      const state = states + <usize>c * bytes
      const score = load<f64>(state, BIAS) + dot(state + HEAD, src + (<usize>i * <usize>d << 2), d)
      store<f64>(scores + (<usize>c * <usize>n + <usize>i << 3), score)
    }
}
