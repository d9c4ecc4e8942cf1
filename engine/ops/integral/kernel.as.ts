// Sums over everything above and to the left (summed area table), added up in float64, in strips of rows that do not wait for each other.
import { align16 } from '../common.as.ts'

/** Four numbers, or their squares: the first two, and the last two. */
@inline
function lowOf(v: v128, squared: i32): v128 {
  const p = f64x2.promote_low_f32x4(v)
  return squared ? f64x2.mul(p, p) : p
}
@inline
function highOf(v: v128, squared: i32): v128 {
  return lowOf(v128.shuffle<f64>(v, v, 1, 1), squared)
}
@inline
function numberAt(src: usize, squared: i32): f64 {
  const v = <f64>load<f32>(src)
  return squared ? v * v : v
}

/** Adds `n` numbers, or their squares, to sums in float64. */
function addRow(src: usize, squared: i32, sums: usize, n: i32): void {
  let i = 0
  for (; i + 4 <= n; i += 4, src += 16, sums += 32) {
    const v = v128.load(src)
    v128.store(sums, f64x2.add(v128.load(sums), lowOf(v, squared)))
    v128.store(sums, f64x2.add(v128.load(sums, 16), highOf(v, squared)), 16)
  }
  for (; i < n; i++, src += 4, sums += 8) store<f64>(sums, load<f64>(sums) + numberAt(src, squared))
}

/** The sum of each column over each strip. @param sums float64 (strips, count) */
export function integralStrips(src: usize, count: i32, height: i32, squared: i32, strip: i32, sums: usize, s0: i32, s1: i32): void {
  for (let s = s0; s < s1; s++) {
    const own = sums + (<usize>s * <usize>count << 3)
    memory.fill(own, 0, <usize>count << 3)
    for (let y = s * strip; y < min((s + 1) * strip, height); y++)
      addRow(src + (<usize>y * <usize>count << 2), squared, own, count)
  }
}

/** Of each strip the sums of the columns over all strips above, 64 columns a row of the call. @param above float64 (strips, count) */
export function integralAbove(sums: usize, above: usize, count: i32, strips: i32, u0: i32, u1: i32): void {
  for (let i = 64 * u0; i < min(64 * u1, count); i++) {
    let sum: f64 = 0
    for (let s = 0; s < strips; s++) {
      const at = <usize>(s * count + i) << 3
      store<f64>(above + at, sum)
      sum += load<f64>(sums + at)
    }
  }
}

/**
 * The table, strip by strip; the first strip makes the zeros at the top too.
 * @param above float64 (strips, count) of integralAbove; 0: there is one strip
 * @param dst float32 (height + 1, width + 1, channels)
 * @param scratch two rows of float64
 */
export function integralRows(
  src: usize, width: i32, channels: i32, height: i32, squared: i32, strip: i32, above: usize, dst: usize, scratch: usize,
  s0: i32, s1: i32,
): void {
  const count = width * channels
  const line = <usize>(count + channels) << 2
  const columns = align16(scratch)
  const running = columns + (<usize>count << 3)
  for (let s = s0; s < s1; s++) {
    if (s == 0) memory.fill(dst, 0, line)
    if (above) memory.copy(columns, above + (<usize>s * <usize>count << 3), <usize>count << 3)
    else memory.fill(columns, 0, <usize>count << 3)
    for (let y = s * strip; y < min((s + 1) * strip, height); y++) {
      const row = src + (<usize>y * <usize>count << 2)
      const out = dst + <usize>(y + 1) * line
      memory.fill(out, 0, <usize>channels << 2)
      if (channels == 1) {
        if (squared) addAlongOne(row, 1, columns, count, out + 4)
        else addAlongOne(row, 0, columns, count, out + 4)
      } else {
        addRow(row, squared, columns, count)
        along(columns, count, channels, running, out + (<usize>channels << 2))
      }
    }
  }
}

/** Adds a row to the sums of the columns, and out[i] = Σ_{k ≤ i} columns[k]. */
@inline
function addAlongOne(src: usize, squared: i32, columns: usize, n: i32, out: usize): void {
  let sum = f64x2.splat(0)
  const zero = f64x2.splat(0)
  let i = 0
  for (; i + 4 <= n; i += 4, src += 16, columns += 32, out += 16) {
    const v = v128.load(src)
    const a = f64x2.add(v128.load(columns), lowOf(v, squared)), b = f64x2.add(v128.load(columns, 16), highOf(v, squared))
    v128.store(columns, a)
    v128.store(columns, b, 16)
    const first = f64x2.add(a, v128.shuffle<f64>(zero, a, 0, 2)), second = f64x2.add(b, v128.shuffle<f64>(zero, b, 0, 2))
    const low = f64x2.add(sum, first)
    // From the same sum as the first two: the next four wait for one addition only.
    const high = f64x2.add(sum, f64x2.add(v128.shuffle<f64>(first, first, 1, 1), second))
    sum = v128.shuffle<f64>(high, high, 1, 1)
    v128.store(out, v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2))
  }
  let last = f64x2.extract_lane(sum, 0)
  for (; i < n; i++, src += 4, columns += 8, out += 4) {
    const column = load<f64>(columns) + numberAt(src, squared)
    store<f64>(columns, column)
    last += column
    store<f32>(out, <f32>last)
  }
}

/** The same of pixels of several channels. @param running float64 (channels) */
function along(columns: usize, n: i32, channels: i32, running: usize, out: usize): void {
  const pixel = <usize>channels << 3
  memory.fill(running, 0, pixel)
  for (const end = columns + (<usize>n << 3); columns < end; ) {
    for (let c: usize = 0; c < pixel; c += 8, columns += 8, out += 4) {
      const sum = load<f64>(running + c) + load<f64>(columns)
      store<f64>(running + c, sum)
      store<f32>(out, <f32>sum)
    }
  }
}
