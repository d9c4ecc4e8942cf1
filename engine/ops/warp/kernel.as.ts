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
  for (let row = y0; row < y1; row++) {
    const y = <f64>(oy + row)
    const b = load<f64>(matrix, 8) * y + load<f64>(matrix, 16)
    const e = load<f64>(matrix, 32) * y + load<f64>(matrix, 40)
    const h = load<f64>(matrix, 56) * y + load<f64>(matrix, 64)
    let out = dst + <usize>row * <usize>dw * pixel
    for (let column = 0; column < dw; column++, out += pixel) {
      const x = <f64>(ox + column)
      let u = a * x + b
      let v = d * x + e
      if (!affine) {
        const w = g * x + h
        u = w == 0 ? 0 : u / w
        v = w == 0 ? 0 : v / w
      }
      u = min<f64>(max<f64>(u, -FARTHEST), FARTHEST)
      v = min<f64>(max<f64>(v, -FARTHEST), FARTHEST)
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
      const sx: f32 = 1 - tx
      const sy: f32 = 1 - ty
      const w00 = sy * sx
      const w01 = sy * tx
      const w10 = ty * sx
      const w11 = ty * tx
      const inside = <u32>i < <u32>(fullWidth - 1) && <u32>j < <u32>(fullHeight - 1)
      if (inside && w00 != 0 && w01 != 0 && w10 != 0 && w11 != 0) {
        const p = src + <usize>(j - top) * stride + <usize>(i - left) * pixel
        const q = p + stride
        if (channels == 3 || channels == 4) {
          let sum = f32x4.mul(v128.load(p), f32x4.splat(w00))
          sum = f32x4.add(sum, f32x4.mul(v128.load(p + pixel), f32x4.splat(w01)))
          sum = f32x4.add(sum, f32x4.mul(v128.load(q), f32x4.splat(w10)))
          sum = f32x4.add(sum, f32x4.mul(v128.load(q + pixel), f32x4.splat(w11)))
          if (channels == 4) v128.store(out, sum)
          else {
            v128.store64_lane(out, sum, 0)
            v128.store32_lane(out, sum, 2, 8)
          }
          continue
        }
        for (let c: usize = 0; c < pixel; c += 4) {
          const upper = w00 * load<f32>(p + c) + w01 * load<f32>(p + pixel + c)
          store<f32>(out + c, upper + w10 * load<f32>(q + c) + w11 * load<f32>(q + pixel + c))
        }
        continue
      }
      const p00 = addressOf(src, stride, pixel, i, j, fullWidth, fullHeight, left, top, border)
      if (w00 == 1) {
        copyPixel(p00, out, pixel, value)
        continue
      }
      const p01 = addressOf(src, stride, pixel, i + 1, j, fullWidth, fullHeight, left, top, border)
      const p10 = addressOf(src, stride, pixel, i, j + 1, fullWidth, fullHeight, left, top, border)
      const p11 = addressOf(src, stride, pixel, i + 1, j + 1, fullWidth, fullHeight, left, top, border)
      for (let c: usize = 0; c < pixel; c += 4) {
        let sum = term(0, p00 == 0 ? 0 : p00 + c, w00, value)
        sum = term(sum, p01 == 0 ? 0 : p01 + c, w01, value)
        sum = term(sum, p10 == 0 ? 0 : p10 + c, w10, value)
        store<f32>(out + c, term(sum, p11 == 0 ? 0 : p11 + c, w11, value))
      }
    }
  }
}
