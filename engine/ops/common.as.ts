// Shared by kernels: borders, padded rows, the weighted sum of rows, and three-channel pixels in SIMD registers.
// Kernels are AssemblyScript: pointers are usize, every picture is row-major with its channels last.

/** Border modes, numbered as OpenCV numbers them. */
export const CONSTANT: i32 = 0
export const REPLICATE: i32 = 1
export const REFLECT: i32 = 2
export const WRAP: i32 = 3
export const REFLECT101: i32 = 4

/** Where index i of an axis of length n is read: cv2.borderInterpolate; -1 is the constant. */
export function borderIndex(i: i32, n: i32, mode: i32): i32 {
  if (<u32>i < <u32>n) return i
  if (mode == REPLICATE) return i < 0 ? 0 : n - 1
  if (mode == CONSTANT) return -1
  if (mode == WRAP) {
    const r = i % n
    return r < 0 ? r + n : r
  }
  if (n == 1) return 0
  const delta = mode == REFLECT101 ? 1 : 0
  while (<u32>i >= <u32>n) i = i < 0 ? -i - 1 + delta : 2 * n - 1 - i - delta
  return i
}

/**
 * Memory delivers more from two places at a time than from one: kernels that do little per pixel alternate between both halves
 * of a tile, this many pixels at a time.
 */
export const TURN_PIXELS: usize = 64

/** The next address that is a multiple of 16. */
@inline
export function align16(p: usize): usize {
  return (p + 15) & ~15
}

/** n bytes divided by `divisor`, as float32. */
export function floatsOf(src: usize, dst: usize, n: i32, divisor: f32): void {
  const d = f32x4.splat(divisor)
  let i = 0
  for (; i <= n - 8; i += 8, src += 8, dst += 32) {
    const v = v128.load8x8_u(src)
    v128.store(dst, f32x4.div(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(v)), d))
    v128.store(dst, f32x4.div(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(v)), d), 16)
  }
  for (; i < n; i++, src += 1, dst += 4) store<f32>(dst, <f32>load<u8>(src) / divisor)
}

export function fillFloats(dst: usize, n: i32, value: f32): void {
  const v = f32x4.splat(value)
  let i = 0
  for (; i <= n - 4; i += 4) v128.store(dst + ((<usize>i) << 2), v)
  for (; i < n; i++) store<f32>(dst + ((<usize>i) << 2), value)
}

/**
 * Fills the `pad` pixels on both sides of a row of `width` pixels at `row` (which starts at its first pixel, with room
 * before it).
 */
export function padRow(row: usize, width: i32, channels: i32, pad: i32, mode: i32, value: f32): void {
  const pixel = <usize>channels << 2
  for (let i = 1; i <= pad; i++) {
    const left = borderIndex(-i, width, mode)
    const right = borderIndex(width - 1 + i, width, mode)
    const before = row - <usize>i * pixel
    const after = row + <usize>(width - 1 + i) * pixel
    if (left < 0) fillFloats(before, channels, value)
    else memory.copy(before, row + <usize>left * pixel, pixel)
    if (right < 0) fillFloats(after, channels, value)
    else memory.copy(after, row + <usize>right * pixel, pixel)
  }
}

/**
 * out[i] = start + Σ_k taps[k] · rows[k][i] for i < count, where `rows` is a table of n addresses. A tap of 0 reads
 * nothing, so NaN or infinity there has no effect.
 * For taps that are equal around the middle one (`symmetric`, n odd) the values are added first: half the products.
 * This is where convolutions spend their time: 32 floats in eight registers, the last block overlapping the one before.
 */
export function weightedSum(
  rows: usize, taps: usize, n: i32, symmetric: bool, start: f32, out: usize, count: i32,
): void {
  let i = 0
  if (count >= 32) {
    while (i < count) {
      if (i > count - 32) i = count - 32
      block32(rows, taps, n, symmetric, start, out, <usize>i << 2)
      i += 32
    }
    return
  }
  for (; i <= count - 4; i += 4) block4(rows, taps, n, start, out, <usize>i << 2)
  for (; i < count; i++) {
    const offset = <usize>i << 2
    let sum = start
    for (let k = 0; k < n; k++) {
      const at = <usize>k << 2
      const tap = load<f32>(taps + at)
      if (tap != 0) sum += load<f32>(<usize>load<u32>(rows + at) + offset) * tap
    }
    store<f32>(out + offset, sum)
  }
}

/**
 * The same from two places at a time, which memory delivers faster: for few rows, far apart. Not symmetric.
 */
export function weightedSumInTurns(rows: usize, taps: usize, n: i32, out: usize, count: i32): void {
  const half = (count >> 1) & ~31
  for (let i = 0; i < half; i += 32) {
    block32(rows, taps, n, false, 0, out, <usize>i << 2)
    block32(rows, taps, n, false, 0, out, <usize>(half + i) << 2)
  }
  if (count < 32) return weightedSum(rows, taps, n, false, 0, out, count)
  for (let i = 2 * half; i < count; i += 32) block32(rows, taps, n, false, 0, out, <usize>min(i, count - 32) << 2)
}

function block4(rows: usize, taps: usize, n: i32, start: f32, out: usize, offset: usize): void {
  let sum = f32x4.splat(start)
  for (let k = 0; k < n; k++) {
    const at = <usize>k << 2
    if (load<f32>(taps + at) == 0) continue
    sum = f32x4.add(sum, f32x4.mul(v128.load(<usize>load<u32>(rows + at) + offset), v128.load32_splat(taps + at)))
  }
  v128.store(out + offset, sum)
}

@inline
function pair(p: usize, q: usize, t: v128): v128 {
  return f32x4.mul(f32x4.add(v128.load(p), v128.load(q)), t)
}

function block32(rows: usize, taps: usize, n: i32, symmetric: bool, start: f32, out: usize, offset: usize): void {
  let a = f32x4.splat(start)
  let b = a, c = a, d = a, e = a, f = a, g = a, h = a
  const to = out + offset
  // Offsets of the taps that are applied alone: the middle one, or all.
  const middle: usize = symmetric ? <usize>(n >> 1) << 2 : 0
  const end: usize = symmetric ? middle + 4 : <usize>n << 2
  for (let at: usize = middle; at < end; at += 4) {
    if (load<f32>(taps + at) == 0) continue
    const t = v128.load32_splat(taps + at)
    const p = <usize>load<u32>(rows + at) + offset
    a = f32x4.add(a, f32x4.mul(v128.load(p), t))
    b = f32x4.add(b, f32x4.mul(v128.load(p, 16), t))
    c = f32x4.add(c, f32x4.mul(v128.load(p, 32), t))
    d = f32x4.add(d, f32x4.mul(v128.load(p, 48), t))
    e = f32x4.add(e, f32x4.mul(v128.load(p, 64), t))
    f = f32x4.add(f, f32x4.mul(v128.load(p, 80), t))
    g = f32x4.add(g, f32x4.mul(v128.load(p, 96), t))
    h = f32x4.add(h, f32x4.mul(v128.load(p, 112), t))
  }
  if (symmetric) {
    for (let k: usize = 4; k <= middle; k += 4) {
      if (load<f32>(taps + middle + k) == 0) continue
      const t = v128.load32_splat(taps + middle + k)
      const p = <usize>load<u32>(rows + middle - k) + offset
      const q = <usize>load<u32>(rows + middle + k) + offset
      a = f32x4.add(a, pair(p, q, t))
      b = f32x4.add(b, pair(p + 16, q + 16, t))
      c = f32x4.add(c, pair(p + 32, q + 32, t))
      d = f32x4.add(d, pair(p + 48, q + 48, t))
      e = f32x4.add(e, pair(p + 64, q + 64, t))
      f = f32x4.add(f, pair(p + 80, q + 80, t))
      g = f32x4.add(g, pair(p + 96, q + 96, t))
      h = f32x4.add(h, pair(p + 112, q + 112, t))
    }
  }
  v128.store(to, a)
  v128.store(to, b, 16)
  v128.store(to, c, 32)
  v128.store(to, d, 48)
  v128.store(to, e, 64)
  v128.store(to, f, 80)
  v128.store(to, g, 96)
  v128.store(to, h, 112)
}

/** Whether taps[k] == taps[n-1-k] for all k. */
export function isSymmetric(taps: usize, n: i32): bool {
  if (!(n & 1)) return false
  for (let k = 0; k < n >> 1; k++)
    if (load<f32>(taps + (<usize>k << 2)) != load<f32>(taps + (<usize>(n - 1 - k) << 2))) return false
  return true
}

// Four pixels of three channels fill three registers a, b, c. Every shuffle here takes two numbers of one register and two
// of another, which engines turn into a single instruction (shufps): five take the channels out, six put them together.
// Engines compute the common parts of channel0 and channel1, and of channel1 and channel2, once.

@inline
function upper01(b: v128, c: v128): v128 {
  return v128.shuffle<f32>(b, c, 2, 3, 5, 6)
}

@inline
function lower12(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 1, 2, 4, 5)
}

@inline
export function channel0(a: v128, b: v128, c: v128): v128 {
  return v128.shuffle<f32>(a, upper01(b, c), 0, 3, 4, 6)
}

@inline
export function channel1(a: v128, b: v128, c: v128): v128 {
  return v128.shuffle<f32>(lower12(a, b), upper01(b, c), 0, 2, 5, 7)
}

@inline
export function channel2(a: v128, b: v128, c: v128): v128 {
  return v128.shuffle<f32>(lower12(a, b), c, 1, 3, 4, 7)
}

/** Stores four pixels of three channels. */
@inline
export function storePixels(out: usize, x: v128, y: v128, z: v128): void {
  const xy = v128.shuffle<f32>(x, y, 0, 2, 4, 6)
  const yz = v128.shuffle<f32>(y, z, 1, 3, 5, 7)
  const zx = v128.shuffle<f32>(z, x, 0, 2, 5, 7)
  v128.store(out, v128.shuffle<f32>(xy, zx, 0, 2, 4, 6))
  v128.store(out, v128.shuffle<f32>(yz, xy, 0, 2, 5, 7), 16)
  v128.store(out, v128.shuffle<f32>(zx, yz, 1, 3, 5, 7), 32)
}
