// A picture through a matrix (cv2.warpAffine, cv2.warpPerspective). Places are computed in float64, weights in float32.
import { borderIndex, CONSTANT, REFLECT, REPLICATE, WRAP } from '../common.as.ts'

/** Farther away than any picture reaches, and still a whole number of 32 bits. */
const FARTHEST: f64 = 1e9

/** Where index i is read, however far outside it lies. */
@inline
function indexOf(i: i32, n: i32, mode: i32): i32 {
  if (<u32>i < <u32>n || mode == CONSTANT || mode == REPLICATE) return borderIndex(i, n, mode)
  const period = mode == WRAP ? n : mode == REFLECT ? 2 * n : max(2 * n - 2, 1)
  const r = i % period
  return borderIndex(r < 0 ? r + period : r, n, mode)
}

/** The address of a pixel of the larger picture; 0: the constant outside. */
@inline
function addressOf(
  src: usize, stride: usize, pixel: usize, x: i32, y: i32, fullWidth: i32, fullHeight: i32, left: i32, top: i32, border: i32,
): usize {
  const column = indexOf(x, fullWidth, border)
  const row = indexOf(y, fullHeight, border)
  return column < 0 || row < 0 ? 0 : src + <usize>(row - top) * stride + <usize>(column - left) * pixel
}

@inline
function copyPixel(p: usize, out: usize, pixel: usize, value: f32): void {
  for (let c: usize = 0; c < pixel; c += 4) store<f32>(out + c, p == 0 ? value : load<f32>(p + c))
}

@inline
function term(sum: f32, p: usize, weight: f32, value: f32): f32 {
  return weight == 0 ? sum : sum + weight * (p == 0 ? value : load<f32>(p))
}

/** One pixel from up to four: those of weight 0 are not read. */
function mixPixel(
  src: usize, stride: usize, pixel: usize, i: i32, j: i32, tx: f32, ty: f32,
  fullWidth: i32, fullHeight: i32, left: i32, top: i32, border: i32, value: f32, out: usize,
): void {
  const sx: f32 = 1 - tx
  const sy: f32 = 1 - ty
  const p00 = addressOf(src, stride, pixel, i, j, fullWidth, fullHeight, left, top, border)
  if (sy * sx == 1) return copyPixel(p00, out, pixel, value)
  const p01 = addressOf(src, stride, pixel, i + 1, j, fullWidth, fullHeight, left, top, border)
  const p10 = addressOf(src, stride, pixel, i, j + 1, fullWidth, fullHeight, left, top, border)
  const p11 = addressOf(src, stride, pixel, i + 1, j + 1, fullWidth, fullHeight, left, top, border)
  for (let c: usize = 0; c < pixel; c += 4) {
    let sum = term(0, p00 == 0 ? 0 : p00 + c, sy * sx, value)
    sum = term(sum, p01 == 0 ? 0 : p01 + c, sy * tx, value)
    sum = term(sum, p10 == 0 ? 0 : p10 + c, ty * sx, value)
    store<f32>(out + c, term(sum, p11 == 0 ? 0 : p11 + c, ty * tx, value))
  }
}

/** One pixel from four that lie inside and all count. @param p the upper left one */
@inline
function blend(p: usize, stride: usize, pixel: usize, channels: i32, tx: f32, ty: f32, out: usize): void {
  const q = p + stride
  const sx: f32 = 1 - tx
  const sy: f32 = 1 - ty
  if (channels == 3 || channels == 4) {
    let sum = f32x4.mul(v128.load(p), f32x4.splat(sy * sx))
    sum = f32x4.add(sum, f32x4.mul(v128.load(p + pixel), f32x4.splat(sy * tx)))
    sum = f32x4.add(sum, f32x4.mul(v128.load(q), f32x4.splat(ty * sx)))
    sum = f32x4.add(sum, f32x4.mul(v128.load(q + pixel), f32x4.splat(ty * tx)))
    if (channels == 4) v128.store(out, sum)
    else {
      v128.store64_lane(out, sum, 0)
      v128.store32_lane(out, sum, 2, 8)
    }
    return
  }
  for (let c: usize = 0; c < pixel; c += 4) {
    const upper = sy * sx * load<f32>(p + c) + sy * tx * load<f32>(p + pixel + c)
    store<f32>(out + c, upper + ty * sx * load<f32>(q + c) + ty * tx * load<f32>(q + pixel + c))
  }
}

/** The first x from which on a·x + b ≥ 0 and a·x + b < length hold for sure, within from and to. */
@inline
function firstInside(a: f64, b: f64, length: f64, from: f64, to: f64): f64 {
  if (Math.abs(a) < 1e-6) return b > 1e-3 && b + a * to > 1e-3 && b < length - 1e-3 && b + a * to < length - 1e-3 ? from : to
  return ceil<f64>((a > 0 ? -b : length - b) / a) + 1
}
/** The x before which they do. */
@inline
function endInside(a: f64, b: f64, length: f64, to: f64): f64 {
  return Math.abs(a) < 1e-6 ? to : floor<f64>((a > 0 ? length - b : -b) / a) - 1
}

/**
 * dst[y, x, c] = src at matrix · (ox + x, oy + y, 1).
 * @param src float32 (any, width, channels): the part from (left, top) on of a picture of fullWidth × fullHeight
 * @param dst float32 (any, dw, channels); rows are its rows. It is the part from (ox, oy) on of the whole result.
 * @param matrix float64, 3 × 3, from the result to the larger picture
 * @param method 0 nearest, 1 bilinear
 * @param value the constant of the border
 */
export function warp(
  src: usize, width: i32, channels: i32, fullWidth: i32, fullHeight: i32, left: i32, top: i32,
  dst: usize, dw: i32, ox: i32, oy: i32, matrix: usize, method: i32, border: i32, value: f32, y0: i32, y1: i32,
): void {
  const pixel = <usize>channels << 2
  const stride = <usize>width * pixel
  const a = load<f64>(matrix)
  const d = load<f64>(matrix, 24)
  const g = load<f64>(matrix, 48)
  const affine = g == 0 && load<f64>(matrix, 56) == 0 && load<f64>(matrix, 64) == 1
  const start = <f64>ox
  const end = <f64>(ox + dw)
  for (let row = y0; row < y1; row++) {
    const y = <f64>(oy + row)
    const b = load<f64>(matrix, 8) * y + load<f64>(matrix, 16)
    const e = load<f64>(matrix, 32) * y + load<f64>(matrix, 40)
    const h = load<f64>(matrix, 56) * y + load<f64>(matrix, 64)
    let out = dst + <usize>row * <usize>dw * pixel
    // Of parallel lines it is known beforehand where they enter the picture and leave it.
    let inFrom = dw
    let inTo = 0
    if (affine) {
      const w = <f64>(fullWidth - 1)
      const l = <f64>(fullHeight - 1)
      let from = Math.max(Math.max(firstInside(a, b, w, start, end), firstInside(d, e, l, start, end)), start)
      let to = Math.min(Math.min(endInside(a, b, w, end), endInside(d, e, l, end)), end)
      if (from < to) {
        inFrom = <i32>from - ox
        inTo = <i32>to - ox
      }
    }
    for (let column = 0; column < dw; column++, out += pixel) {
      const x = <f64>(ox + column)
      let u = a * x + b
      let v = d * x + e
      if (column >= inFrom && column < inTo) {
        if (method == 0) {
          const i = <i32>(u + 0.5)
          const j = <i32>(v + 0.5)
          const p = src + <usize>(j - top) * stride + <usize>(i - left) * pixel
          if (channels == 3) {
            store<u64>(out, load<u64>(p))
            store<u32>(out, load<u32>(p, 8), 8)
          } else copyPixel(p, out, pixel, value)
          continue
        }
        const i = <i32>u
        const j = <i32>v
        const tx = <f32>(u - <f64>i)
        const ty = <f32>(v - <f64>j)
        if (tx * ty * (1 - tx) * (1 - ty) != 0)
          blend(src + <usize>(j - top) * stride + <usize>(i - left) * pixel, stride, pixel, channels, tx, ty, out)
        else mixPixel(src, stride, pixel, i, j, tx, ty, fullWidth, fullHeight, left, top, border, value, out)
        continue
      }
      if (!affine) {
        const w = g * x + h
        u = w == 0 ? 0 : u / w
        v = w == 0 ? 0 : v / w
      }
      u = u < -FARTHEST ? -FARTHEST : u > FARTHEST ? FARTHEST : u
      v = v < -FARTHEST ? -FARTHEST : v > FARTHEST ? FARTHEST : v
      if (method == 0) {
        const i = <i32>floor<f64>(u + 0.5)
        const j = <i32>floor<f64>(v + 0.5)
        copyPixel(addressOf(src, stride, pixel, i, j, fullWidth, fullHeight, left, top, border), out, pixel, value)
        continue
      }
      const fu = floor<f64>(u)
      const fv = floor<f64>(v)
      const i = <i32>fu
      const j = <i32>fv
      const tx = <f32>(u - fu)
      const ty = <f32>(v - fv)
      const inside = <u32>i < <u32>(fullWidth - 1) && <u32>j < <u32>(fullHeight - 1)
      if (inside && tx * ty * (1 - tx) * (1 - ty) != 0)
        blend(src + <usize>(j - top) * stride + <usize>(i - left) * pixel, stride, pixel, channels, tx, ty, out)
      else mixPixel(src, stride, pixel, i, j, tx, ty, fullWidth, fullHeight, left, top, border, value, out)
    }
  }
}
