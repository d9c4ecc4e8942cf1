// The 3 × 3 Sobel operator, unnormalised as cv2.Sobel's, with everything made from it in one pass over the picture.
import { align16, borderIndex, fillFloats } from '../common.as.ts'
import { ANGLE_TABLE, degreesOf, fillAngles } from './angle.as.ts'

/**
 * Gradients of a float32 picture (height, width, channels), each output of its shape and written only when its address
 * is not 0: x (to the right), y (down), magnitude √(x² + y²), direction atan2(y, x) in degrees, 0..360.
 * @param border, value border mode in OpenCV's numbers and its constant
 * @param scratch sobelScratch(width, channels) bytes
 */
export function sobel(
  src: usize, width: i32, height: i32, channels: i32, border: i32, value: f32,
  gradX: usize, gradY: usize, magnitude: usize, direction: usize,
  scratch: usize, y0: i32, y1: i32,
): void {
  const count = width * channels
  const stride = <usize>count << 2
  const pixel = <usize>channels << 2
  fillAngles(scratch)
  const constant = align16(scratch + ANGLE_TABLE)
  // Three rows of three pixels, and of one group of four floats more: the neighbourhood of a pixel at the edge.
  const edge = align16(constant + stride)
  if (border == 0) fillFloats(constant, count, value)

  for (let y = y0; y < y1; y++) {
    const up = borderIndex(y - 1, height, border)
    const down = borderIndex(y + 1, height, border)
    const a = up < 0 ? constant : src + <usize>up * stride
    const b = src + <usize>y * stride
    const c = down < 0 ? constant : src + <usize>down * stride
    const row = <usize>y * stride
    const x = gradX ? gradX + row : 0
    const v = gradY ? gradY + row : 0
    const m = magnitude ? magnitude + row : 0
    const d = direction ? direction + row : 0
    // The middle; groups overlap at its end. What is too narrow for a group goes pixel by pixel.
    const middle = count - 2 * channels
    if (middle >= 4) {
      if (m && !x && !v && !d) magnitudes(a + pixel, b + pixel, c + pixel, pixel, middle, m + pixel)
      else
        several(a + pixel, b + pixel, c + pixel, pixel, middle, pixel, x, v, m, d, scratch)
    }
    for (let i = 0; i < width; i++) {
      if (i == 1 && middle >= 4) i = width - 1
      const left = borderIndex(i - 1, width, border)
      const right = borderIndex(i + 1, width, border)
      for (let k: usize = 0; k < 3; k++) {
        const line = k == 0 ? a : k == 1 ? b : c
        const to = edge + k * (3 * pixel + 16)
        if (left < 0) fillFloats(to, channels, value)
        else memory.copy(to, line + <usize>left * pixel, pixel)
        memory.copy(to + pixel, line + <usize>i * pixel, pixel)
        if (right < 0) fillFloats(to + 2 * pixel, channels, value)
        else memory.copy(to + 2 * pixel, line + <usize>right * pixel, pixel)
      }
      for (let j = 0; j < channels; j += 4) {
        const p = edge + pixel + (<usize>j << 2)
        const at = <usize>i * pixel + (<usize>j << 2)
        const next: usize = 3 * pixel + 16
        group(p, p + next, p + 2 * next, pixel, at, min(4, channels - j), x, v, m, d, scratch)
      }
    }
  }
}

/** The magnitude from the eight neighbours' addresses: above, beside, below. */
@inline
function strength(al: usize, am: usize, ar: usize, bl: usize, br: usize, cl: usize, cm: usize, cr: usize): v128 {
  const nw = v128.load(al), ne = v128.load(ar), sw = v128.load(cl), se = v128.load(cr)
  const main = f32x4.sub(se, nw)
  const other = f32x4.sub(ne, sw)
  const across = f32x4.sub(v128.load(br), v128.load(bl))
  const along = f32x4.sub(v128.load(cm), v128.load(am))
  const x = f32x4.add(f32x4.add(main, other), f32x4.add(across, across))
  const y = f32x4.add(f32x4.sub(main, other), f32x4.add(along, along))
  return f32x4.sqrt(f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y)))
}

/** The commonest use: nothing but the magnitude of `count` >= 4 numbers, 16 at a time so that addresses cost little. */
function magnitudes(a: usize, b: usize, c: usize, pixel: usize, count: i32, m: usize): void {
  let i = 0
  for (; i <= count - 16; i += 16) {
    const at = <usize>i << 2
    const am = a + at, bm = b + at, cm = c + at, to = m + at
    const al = am - pixel, ar = am + pixel, bl = bm - pixel, br = bm + pixel, cl = cm - pixel, cr = cm + pixel
    v128.store(to, strength(al, am, ar, bl, br, cl, cm, cr))
    v128.store(to, strength(al + 16, am + 16, ar + 16, bl + 16, br + 16, cl + 16, cm + 16, cr + 16), 16)
    v128.store(to, strength(al + 32, am + 32, ar + 32, bl + 32, br + 32, cl + 32, cm + 32, cr + 32), 32)
    v128.store(to, strength(al + 48, am + 48, ar + 48, bl + 48, br + 48, cl + 48, cm + 48, cr + 48), 48)
  }
  for (; i < count; i += 4) {
    if (i > count - 4) i = count - 4
    const at = <usize>i << 2
    const am = a + at, bm = b + at, cm = c + at
    const v = strength(am - pixel, am, am + pixel, bm - pixel, bm + pixel, cm - pixel, cm, cm + pixel)
    v128.store(m + at, v)
  }
}

/** Whatever is wanted of `count` >= 4 numbers, from `at` on in each row of results. */
function several(
  a: usize, b: usize, c: usize, pixel: usize, count: i32, at: usize,
  gradX: usize, gradY: usize, m: usize, d: usize, k: usize,
): void {
  for (let i = 0; i < count; i += 4) {
    if (i > count - 4) i = count - 4
    const from = <usize>i << 2
    group(a + from, b + from, c + from, pixel, at + from, 4, gradX, gradY, m, d, k)
  }
}

/** The first `n` of four results at `at` in each row that is wanted. */
@inline
function group(
  a: usize, b: usize, c: usize, pixel: usize, at: usize, n: i32,
  gradX: usize, gradY: usize, m: usize, d: usize, k: usize,
): void {
  const nw = v128.load(a - pixel), ne = v128.load(a + pixel), sw = v128.load(c - pixel), se = v128.load(c + pixel)
  const main = f32x4.sub(se, nw)
  const other = f32x4.sub(ne, sw)
  const across = f32x4.sub(v128.load(b + pixel), v128.load(b - pixel))
  const along = f32x4.sub(v128.load(c), v128.load(a))
  const x = f32x4.add(f32x4.add(main, other), f32x4.add(across, across))
  const y = f32x4.add(f32x4.sub(main, other), f32x4.add(along, along))
  if (gradX) put(gradX + at, x, n)
  if (gradY) put(gradY + at, y, n)
  if (m) put(m + at, f32x4.sqrt(f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y))), n)
  if (d) put(d + at, degreesOf(y, x, k), n)
}

@inline
function put(p: usize, v: v128, n: i32): void {
  if (n == 4) {
    v128.store(p, v)
    return
  }
  store<f32>(p, f32x4.extract_lane(v, 0))
  if (n > 1) store<f32>(p, f32x4.extract_lane(v, 1), 4)
  if (n > 2) store<f32>(p, f32x4.extract_lane(v, 2), 8)
}
