// Colour conversions of float32 pictures, with OpenCV's formulas for float: RGB 0..1, H in degrees, S and V 0..1,
// L 0..100, Cr and Cb around 0.5. Lab follows the formula where OpenCV reads a table, and clips RGB to 0..1 as OpenCV
// does.
//
// Pixels of three channels are read and written in place; everything else (a fourth channel, the last few pixels)
// goes through strips of 256 pixels in scratch memory.
import { channel0, channel1, channel2, storePixels, TURN_PIXELS } from '../common.as.ts'
import { abs4, exp4, fillMath, log4, MATH_TABLE } from '../math.as.ts'

const STRIP: i32 = 256
const STRIP_BYTES: usize = 3072

const TO_BGR: i32 = 0
const TO_HSV: i32 = 1
const FROM_HSV: i32 = 2
const TO_LAB: i32 = 3
const FROM_LAB: i32 = 4
const TO_LINEAR: i32 = 5
const FROM_LINEAR: i32 = 6
const TO_YCRCB: i32 = 7
const FROM_YCRCB: i32 = 8

// Constants, behind those of math.as.ts (see there why they lie in memory).
const K: usize = MATH_TABLE
const R_GRAY: usize = K
const G_GRAY: usize = K + 4
const B_GRAY: usize = K + 8
const HALF: usize = K + 12
const CR: usize = K + 16
const CB: usize = K + 20
const R_CR: usize = K + 24
const G_CR: usize = K + 28
const G_CB: usize = K + 32
const B_CB: usize = K + 36
const EPSILON: usize = K + 40
const SIXTY: usize = K + 44
const TURN_3: usize = K + 48
const TURN: usize = K + 56
const ONE: usize = K + 60
const THREE: usize = K + 64
const FOUR: usize = K + 68
const FIVE: usize = K + 72
const SIX: usize = K + 76
const SIXTH: usize = K + 80
const INV_60: usize = K + 84
const SRGB_EDGE: usize = K + 88
const SRGB_SLOPE: usize = K + 92
const SRGB: usize = K + 96 // 8 coefficients
const XYZ: usize = K + 128 // 9: linear RGB to X/Xn, Y, Z/Zn
const CBRT_EDGE: usize = K + 164
const CBRT_SLOPE: usize = K + 168
const CBRT_START: usize = K + 172
const CBRT: usize = K + 176 // 7
const L_SCALE: usize = K + 208
const L_START: usize = K + 212
const A_SCALE: usize = K + 216
const B_SCALE: usize = K + 220
const L_EDGE: usize = K + 224
const L_INV: usize = K + 228
const Y_LOW: usize = K + 232
const A_INV: usize = K + 236
const B_INV: usize = K + 240
const F_EDGE: usize = K + 244
const F_INV: usize = K + 248
const RGB: usize = K + 252 // 9: X/Xn, Y, Z/Zn to linear RGB
const LINEAR_EDGE: usize = K + 288
const LINEAR_SLOPE: usize = K + 292
const GAMMA: usize = K + 296 // 8
const SRGB_OFFSET: usize = K + 328
const SRGB_SCALE: usize = K + 332
const SRGB_POWER: usize = K + 336
const SRGB_UNSCALE: usize = K + 340
const SRGB_ROOT: usize = K + 344
const LAB_SRGB: usize = K + 348 // 7
/** Where the two strips begin. */
const STRIPS: usize = 592

function fillConstants(k: usize): void {
  fillMath(k)
  store<f32>(k, 0.299, R_GRAY)
  store<f32>(k, 0.587, G_GRAY)
  store<f32>(k, 0.114, B_GRAY)
  store<f32>(k, 0.5, HALF)
  store<f32>(k, 0.713, CR)
  store<f32>(k, 0.564, CB)
  store<f32>(k, 1.403, R_CR)
  store<f32>(k, -0.714, G_CR)
  store<f32>(k, -0.344, G_CB)
  store<f32>(k, 1.773, B_CB)
  store<f32>(k, 1.1920929e-7, EPSILON)
  store<f32>(k, 60, SIXTY)
  store<f32>(k, 120, TURN_3)
  store<f32>(k, 360, TURN)
  store<f32>(k, 1, ONE)
  store<f32>(k, 3, THREE)
  store<f32>(k, 4, FOUR)
  store<f32>(k, 5, FIVE)
  store<f32>(k, 6, SIX)
  store<f32>(k, 1.0 / 6.0, SIXTH)
  store<f32>(k, 1.0 / 60.0, INV_60)
  store<f32>(k, 0.04045, SRGB_EDGE)
  store<f32>(k, 1.0 / 12.92, SRGB_SLOPE)
  // ((s² + 0.055) / 1.055)^2.4 of s in [√0.04045, 1], to 1.4e-7
  store<f32>(k, 0.0008044232524484635, SRGB)
  store<f32>(k, 0.0008095678512841376, SRGB + 4)
  store<f32>(k, 0.026704885773187748, SRGB + 8)
  store<f32>(k, 0.06643670574418548, SRGB + 12)
  store<f32>(k, 0.1748615808755522, SRGB + 16)
  store<f32>(k, 0.7946496674713894, SRGB + 20)
  store<f32>(k, -0.07340838639912076, SRGB + 24)
  store<f32>(k, 0.009141565946071083, SRGB + 28)
  store<f32>(k, 0.412453 / 0.950456, XYZ)
  store<f32>(k, 0.35758 / 0.950456, XYZ + 4)
  store<f32>(k, 0.180423 / 0.950456, XYZ + 8)
  store<f32>(k, 0.212671, XYZ + 12)
  store<f32>(k, 0.71516, XYZ + 16)
  store<f32>(k, 0.072169, XYZ + 20)
  store<f32>(k, 0.019334 / 1.088754, XYZ + 24)
  store<f32>(k, 0.119193 / 1.088754, XYZ + 28)
  store<f32>(k, 0.950227 / 1.088754, XYZ + 32)
  store<f32>(k, 0.008856, CBRT_EDGE)
  store<f32>(k, 7.787, CBRT_SLOPE)
  store<f32>(k, 16.0 / 116.0, CBRT_START)
  // s^(4/3) of s in [0.008856^(1/4), 1], to 7e-7
  store<f32>(k, -0.010792414566965225, CBRT)
  store<f32>(k, 0.46619949648519826, CBRT + 4)
  store<f32>(k, 1.0180173829246, CBRT + 8)
  store<f32>(k, -0.9211478831322759, CBRT + 12)
  store<f32>(k, 0.7122314730439713, CBRT + 16)
  store<f32>(k, -0.3327514888405553, CBRT + 20)
  store<f32>(k, 0.06824414034988872, CBRT + 24)
  store<f32>(k, 116, L_SCALE)
  store<f32>(k, -16, L_START)
  store<f32>(k, 500, A_SCALE)
  store<f32>(k, 200, B_SCALE)
  store<f32>(k, 0.008856 * 903.3, L_EDGE)
  store<f32>(k, 1.0 / 903.3, L_INV)
  store<f32>(k, 1.0 / 116.0, Y_LOW)
  store<f32>(k, 1.0 / 500.0, A_INV)
  store<f32>(k, 1.0 / 200.0, B_INV)
  store<f32>(k, 7.787 * 0.008856 + 16.0 / 116.0, F_EDGE)
  store<f32>(k, 1.0 / 7.787, F_INV)
  store<f32>(k, 3.240479 * 0.950456, RGB)
  store<f32>(k, -1.53715, RGB + 4)
  store<f32>(k, -0.498535 * 1.088754, RGB + 8)
  store<f32>(k, -0.969256 * 0.950456, RGB + 12)
  store<f32>(k, 1.875991, RGB + 16)
  store<f32>(k, 0.041556 * 1.088754, RGB + 20)
  store<f32>(k, 0.055648 * 0.950456, RGB + 24)
  store<f32>(k, -0.204043, RGB + 28)
  store<f32>(k, 1.057311 * 1.088754, RGB + 32)
  store<f32>(k, 0.0031308, LINEAR_EDGE)
  store<f32>(k, 12.92, LINEAR_SLOPE)
  // 1.055 · s^(4/2.4) - 0.055 of s in [0.0031308^(1/4), 1], to 6e-7
  store<f32>(k, -0.05844661829513931, GAMMA)
  store<f32>(k, 0.12357629152781602, GAMMA + 4)
  store<f32>(k, 1.4615233680993585, GAMMA + 8)
  store<f32>(k, -1.1558881344825838, GAMMA + 12)
  store<f32>(k, 1.209136394238461, GAMMA + 16)
  store<f32>(k, -0.8983981764818172, GAMMA + 20)
  store<f32>(k, 0.394704842088424, GAMMA + 24)
  store<f32>(k, -0.07620828908073904, GAMMA + 28)
  store<f32>(k, 0.055, SRGB_OFFSET)
  store<f32>(k, 1.0 / 1.055, SRGB_SCALE)
  store<f32>(k, 2.4, SRGB_POWER)
  store<f32>(k, 1.055, SRGB_UNSCALE)
  store<f32>(k, 1.0 / 2.4, SRGB_ROOT)
  // As SRGB, to 5e-7 of the cube root that follows: Lab is within 1e-3 with both
  store<f32>(k, 0.0008489367372142842, LAB_SRGB)
  store<f32>(k, 0.00002924719051586311, LAB_SRGB + 4)
  store<f32>(k, 0.03226979163350108, LAB_SRGB + 8)
  store<f32>(k, 0.04554594506340765, LAB_SRGB + 12)
  store<f32>(k, 0.2194399986841531, LAB_SRGB + 16)
  store<f32>(k, 0.7404948639884144, LAB_SRGB + 20)
  store<f32>(k, -0.03863013873800865, LAB_SRGB + 24)
}

@inline
function dot(r: v128, g: v128, b: v128, c: usize): v128 {
  const two = f32x4.add(f32x4.mul(r, v128.load32_splat(c)), f32x4.mul(g, v128.load32_splat(c, 4)))
  return f32x4.add(two, f32x4.mul(b, v128.load32_splat(c, 8)))
}

@inline
function clip(x: v128, k: usize): v128 {
  return f32x4.pmax(f32x4.pmin(x, v128.load32_splat(k, ONE)), f32x4.splat(0))
}

/** The coefficients 2i and 2i + 1 at `c`. */
@inline
function line(x: v128, c: usize): v128 {
  return f32x4.add(v128.load32_splat(c), f32x4.mul(x, v128.load32_splat(c, 4)))
}

/** Evaluated in pairs (Estrin's scheme) rather than Horner's long chain, because latency is what counts here. */
@inline
function polynomial7(x: v128, c: usize): v128 {
  const x2 = f32x4.mul(x, x)
  const low = f32x4.add(line(x, c), f32x4.mul(x2, line(x, c + 8)))
  const high = f32x4.add(line(x, c + 16), f32x4.mul(x2, line(x, c + 24)))
  return f32x4.add(low, f32x4.mul(f32x4.mul(x2, x2), high))
}

@inline
function polynomial6(x: v128, c: usize): v128 {
  const x2 = f32x4.mul(x, x)
  const low = f32x4.add(line(x, c), f32x4.mul(x2, line(x, c + 8)))
  const high = f32x4.add(line(x, c + 16), f32x4.mul(x2, v128.load32_splat(c, 24)))
  return f32x4.add(low, f32x4.mul(f32x4.mul(x2, x2), high))
}

/** sRGB to linear for Lab, of values clipped to 0..1. */
@inline
function linearOf(value: v128, k: usize): v128 {
  const x = clip(value, k)
  const curve = polynomial6(f32x4.sqrt(x), k + LAB_SRGB)
  const straight = f32x4.mul(x, v128.load32_splat(k, SRGB_SLOPE))
  return v128.bitselect(curve, straight, f32x4.gt(x, v128.load32_splat(k, SRGB_EDGE)))
}

/** Linear to sRGB, of values clipped to 0..1. */
@inline
function encoded(value: v128, k: usize): v128 {
  const x = clip(value, k)
  const curve = polynomial7(f32x4.sqrt(f32x4.sqrt(x)), k + GAMMA)
  const straight = f32x4.mul(x, v128.load32_splat(k, LINEAR_SLOPE))
  return v128.bitselect(curve, straight, f32x4.gt(x, v128.load32_splat(k, LINEAR_EDGE)))
}

/** CIE's f: the cube root, with a line near 0. */
@inline
function cieF(x: v128, k: usize): v128 {
  const curve = polynomial6(f32x4.sqrt(f32x4.sqrt(x)), k + CBRT)
  const line = f32x4.add(f32x4.mul(x, v128.load32_splat(k, CBRT_SLOPE)), v128.load32_splat(k, CBRT_START))
  return v128.bitselect(curve, line, f32x4.gt(x, v128.load32_splat(k, CBRT_EDGE)))
}

@inline
function cieInverse(f: v128, k: usize): v128 {
  const line = f32x4.mul(f32x4.sub(f, v128.load32_splat(k, CBRT_START)), v128.load32_splat(k, F_INV))
  return v128.bitselect(f32x4.mul(f32x4.mul(f, f), f), line, f32x4.gt(f, v128.load32_splat(k, F_EDGE)))
}

function toBgr(src: usize, dst: usize, n: i32): void {
  for (const end = src + <usize>n * 12; src < end; src += 48, dst += 48) {
    const a = v128.load(src), b = v128.load(src, 16), c = v128.load(src, 32)
    storePixels(dst, channel2(a, b, c), channel1(a, b, c), channel0(a, b, c))
  }
}

function toHsv(src: usize, dst: usize, n: i32, k: usize): void {
  const epsilon = v128.load32_splat(k, EPSILON), sixty = v128.load32_splat(k, SIXTY)
  const third = v128.load32_splat(k, TURN_3), whole = v128.load32_splat(k, TURN)
  for (const end = src + <usize>n * 12; src < end; src += 48, dst += 48) {
    const x = v128.load(src), y = v128.load(src, 16), z = v128.load(src, 32)
    const r = channel0(x, y, z), g = channel1(x, y, z), b = channel2(x, y, z)
    // Sorting the channels, with a turn for each exchange, gives h = |turn + 60 (second - third) / spread|.
    const p = f32x4.pmax(g, b), q = f32x4.pmin(g, b)
    const turned = v128.and(f32x4.lt(g, b), whole)
    const other = f32x4.lt(r, p)
    const value = f32x4.pmax(r, p)
    const spread = f32x4.sub(value, f32x4.pmin(r, q))
    // 0, -360, and past the red sector -120, 240; signs are turned here and taken off below.
    const turn = f32x4.sub(turned, v128.and(other, f32x4.sub(f32x4.add(turned, turned), third)))
    const scale = f32x4.div(sixty, f32x4.add(spread, epsilon))
    const h = f32x4.abs(f32x4.sub(f32x4.mul(f32x4.sub(f32x4.pmin(r, p), q), scale), turn))
    const s = f32x4.div(spread, f32x4.add(f32x4.abs(value), epsilon))
    const sum = f32x4.add(f32x4.add(r, g), b)
    // The exchanges treat NaN differently by its place, so it makes the whole pixel NaN.
    if (v128.any_true(f32x4.ne(sum, sum))) {
      const broken = v128.or(v128.or(f32x4.ne(r, r), f32x4.ne(g, g)), f32x4.ne(b, b))
      storePixels(dst, v128.or(h, broken), v128.or(s, broken), v128.or(value, broken))
    } else storePixels(dst, h, s, value)
  }
}

/** v - v·s·max(0, min(t, 4 - t, 1)), t = (n + h/60) mod 6. */
@inline
function hsvChannel(n: usize, h: v128, vs: v128, v: v128, k: usize): v128 {
  const sum = f32x4.add(h, v128.load32_splat(k + n))
  const turns = f32x4.floor(f32x4.mul(sum, v128.load32_splat(k, SIXTH)))
  const t = f32x4.sub(sum, f32x4.mul(turns, v128.load32_splat(k, SIX)))
  const up = f32x4.pmin(f32x4.pmin(t, f32x4.sub(v128.load32_splat(k, FOUR), t)), v128.load32_splat(k, ONE))
  return f32x4.sub(v, f32x4.mul(vs, f32x4.pmax(up, f32x4.splat(0))))
}

function fromHsv(src: usize, dst: usize, n: i32, k: usize): void {
  for (const end = src + <usize>n * 12; src < end; src += 48, dst += 48) {
    const x = v128.load(src), y = v128.load(src, 16), z = v128.load(src, 32)
    const h = f32x4.mul(channel0(x, y, z), v128.load32_splat(k, INV_60))
    const v = channel2(x, y, z)
    const vs = f32x4.mul(v, channel1(x, y, z))
    storePixels(dst, hsvChannel(FIVE, h, vs, v, k), hsvChannel(THREE, h, vs, v, k), hsvChannel(ONE, h, vs, v, k))
  }
}

function toLab(src: usize, dst: usize, n: i32, k: usize): void {
  for (const end = src + <usize>n * 12; src < end; src += 48, dst += 48) {
    const x = v128.load(src), y = v128.load(src, 16), z = v128.load(src, 32)
    const r = linearOf(channel0(x, y, z), k)
    const g = linearOf(channel1(x, y, z), k)
    const b = linearOf(channel2(x, y, z), k)
    const fx = cieF(dot(r, g, b, k + XYZ), k)
    const fy = cieF(dot(r, g, b, k + XYZ + 12), k)
    const fz = cieF(dot(r, g, b, k + XYZ + 24), k)
    const lightness = f32x4.add(f32x4.mul(fy, v128.load32_splat(k, L_SCALE)), v128.load32_splat(k, L_START))
    const greenRed = f32x4.mul(f32x4.sub(fx, fy), v128.load32_splat(k, A_SCALE))
    storePixels(dst, lightness, greenRed, f32x4.mul(f32x4.sub(fy, fz), v128.load32_splat(k, B_SCALE)))
  }
}

function fromLab(src: usize, dst: usize, n: i32, k: usize): void {
  for (const end = src + <usize>n * 12; src < end; src += 48, dst += 48) {
    const p = v128.load(src), q = v128.load(src, 16), s = v128.load(src, 32)
    const l = channel0(p, q, s)
    const high = f32x4.gt(l, v128.load32_splat(k, L_EDGE))
    const lowY = f32x4.mul(l, v128.load32_splat(k, L_INV))
    const lowF = f32x4.add(f32x4.mul(lowY, v128.load32_splat(k, CBRT_SLOPE)), v128.load32_splat(k, CBRT_START))
    const highF = f32x4.mul(f32x4.sub(l, v128.load32_splat(k, L_START)), v128.load32_splat(k, Y_LOW))
    const fy = v128.bitselect(highF, lowF, high)
    const y = v128.bitselect(f32x4.mul(f32x4.mul(fy, fy), fy), lowY, high)
    const x = cieInverse(f32x4.add(fy, f32x4.mul(channel1(p, q, s), v128.load32_splat(k, A_INV))), k)
    const z = cieInverse(f32x4.sub(fy, f32x4.mul(channel2(p, q, s), v128.load32_splat(k, B_INV))), k)
    const r = encoded(dot(x, y, z, k + RGB), k)
    const g = encoded(dot(x, y, z, k + RGB + 12), k)
    const b = encoded(dot(x, y, z, k + RGB + 24), k)
    storePixels(dst, r, g, b)
  }
}

/** x^y for x > 0. */
@inline
function power(x: v128, y: usize, k: usize): v128 {
  return exp4(f32x4.mul(log4(x, k), v128.load32_splat(y)), k)
}

/** The curve on all numbers: continued beyond 1, mirrored below 0. */
function toLinear(src: usize, dst: usize, n: i32, k: usize): void {
  for (const end = src + <usize>n * 12; src < end; src += 16, dst += 16) {
    const v = v128.load(src)
    const x = abs4(v, k)
    let curve = polynomial7(f32x4.sqrt(x), k + SRGB)
    // Lane by lane, so that no pixel depends on its neighbours.
    const beyond = f32x4.gt(x, v128.load32_splat(k, ONE))
    if (v128.any_true(beyond)) {
      const base = f32x4.add(x, v128.load32_splat(k, SRGB_OFFSET))
      curve = v128.bitselect(power(f32x4.mul(base, v128.load32_splat(k, SRGB_SCALE)), k + SRGB_POWER, k), curve, beyond)
    }
    const straight = f32x4.mul(x, v128.load32_splat(k, SRGB_SLOPE))
    const r = v128.bitselect(straight, curve, f32x4.le(x, v128.load32_splat(k, SRGB_EDGE)))
    v128.store(dst, v128.or(r, v128.xor(v, x)))
  }
}

function fromLinear(src: usize, dst: usize, n: i32, k: usize): void {
  for (const end = src + <usize>n * 12; src < end; src += 16, dst += 16) {
    const v = v128.load(src)
    const x = abs4(v, k)
    let curve = polynomial7(f32x4.sqrt(f32x4.sqrt(x)), k + GAMMA)
    const beyond = f32x4.gt(x, v128.load32_splat(k, ONE))
    if (v128.any_true(beyond)) {
      const scaled = f32x4.mul(power(x, k + SRGB_ROOT, k), v128.load32_splat(k, SRGB_UNSCALE))
      curve = v128.bitselect(f32x4.sub(scaled, v128.load32_splat(k, SRGB_OFFSET)), curve, beyond)
    }
    const straight = f32x4.mul(x, v128.load32_splat(k, LINEAR_SLOPE))
    const r = v128.bitselect(straight, curve, f32x4.le(x, v128.load32_splat(k, LINEAR_EDGE)))
    v128.store(dst, v128.or(r, v128.xor(v, x)))
  }
}

function toYCrCb(src: usize, dst: usize, n: i32, k: usize): void {
  const kr = v128.load32_splat(k, R_GRAY), kg = v128.load32_splat(k, G_GRAY), kb = v128.load32_splat(k, B_GRAY)
  const cr = v128.load32_splat(k, CR), cb = v128.load32_splat(k, CB), half = v128.load32_splat(k, HALF)
  for (const end = src + <usize>n * 12; src < end; src += 48, dst += 48) {
    const x = v128.load(src), y = v128.load(src, 16), z = v128.load(src, 32)
    const r = channel0(x, y, z), g = channel1(x, y, z), b = channel2(x, y, z)
    const luma = f32x4.add(f32x4.add(f32x4.mul(r, kr), f32x4.mul(g, kg)), f32x4.mul(b, kb))
    const red = f32x4.add(f32x4.mul(f32x4.sub(r, luma), cr), half)
    storePixels(dst, luma, red, f32x4.add(f32x4.mul(f32x4.sub(b, luma), cb), half))
  }
}

function fromYCrCb(src: usize, dst: usize, n: i32, k: usize): void {
  for (const end = src + <usize>n * 12; src < end; src += 48, dst += 48) {
    const x = v128.load(src), y = v128.load(src, 16), z = v128.load(src, 32)
    const half = v128.load32_splat(k, HALF)
    const luma = channel0(x, y, z)
    const cr = f32x4.sub(channel1(x, y, z), half)
    const cb = f32x4.sub(channel2(x, y, z), half)
    const r = f32x4.add(luma, f32x4.mul(cr, v128.load32_splat(k, R_CR)))
    const b = f32x4.add(luma, f32x4.mul(cb, v128.load32_splat(k, B_CB)))
    const less = f32x4.add(f32x4.mul(cr, v128.load32_splat(k, G_CR)), f32x4.mul(cb, v128.load32_splat(k, G_CB)))
    storePixels(dst, r, f32x4.add(luma, less), b)
  }
}

/** n pixels, a multiple of 4. */
function convert(mode: i32, src: usize, dst: usize, n: i32, k: usize): void {
  switch (mode) {
    case TO_BGR: toBgr(src, dst, n); break
    case TO_HSV: toHsv(src, dst, n, k); break
    case FROM_HSV: fromHsv(src, dst, n, k); break
    case TO_LAB: toLab(src, dst, n, k); break
    case FROM_LAB: fromLab(src, dst, n, k); break
    case TO_LINEAR: toLinear(src, dst, n, k); break
    case FROM_LINEAR: fromLinear(src, dst, n, k); break
    case TO_YCRCB: toYCrCb(src, dst, n, k); break
    default: fromYCrCb(src, dst, n, k)
  }
}

/** Copies the first three channels of n pixels of `from` channels to pixels of `to` channels. */
function repack(src: usize, from: i32, dst: usize, to: i32, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<u64>(dst, load<u64>(src))
    store<u32>(dst, load<u32>(src, 8), 8)
    src += <usize>from << 2
    dst += <usize>to << 2
  }
}

function run(mode: i32, src: usize, sc: i32, dst: usize, dc: i32, width: i32, scratch: usize, y0: i32, y1: i32): void {
  fillConstants(scratch)
  const first = scratch + STRIPS
  const second = first + STRIP_BYTES
  const end = y1 * width
  let i = y0 * width
  if (sc == 3 && dc == 3) {
    // Alternates between the upper and the lower half of the tile.
    const half = <usize>(end - i >> 1 & ~3)
    const from = src + <usize>i * 12
    const to = dst + <usize>i * 12
    for (let j: usize = 0; j < half; j += TURN_PIXELS) {
      const n = <i32>min(TURN_PIXELS, half - j)
      convert(mode, from + j * 12, to + j * 12, n, scratch)
      convert(mode, from + (half + j) * 12, to + (half + j) * 12, n, scratch)
    }
    i += <i32>(2 * half)
  }
  while (i < end) {
    const n = min(STRIP, end - i)
    // Whole groups of four are processed in place; the rest of a tile goes through the strips, padded.
    const whole = n >= 4 ? n & ~3 : n
    const from = src + <usize>i * <usize>(sc << 2)
    const to = dst + <usize>i * <usize>(dc << 2)
    const inPlace = sc == 3 && whole >= 4
    const outPlace = dc == 3 && whole >= 4
    if (!inPlace) repack(from, sc, first, 3, whole)
    convert(mode, inPlace ? from : first, outPlace ? to : second, (whole + 3) & ~3, scratch)
    if (!outPlace) repack(second, 3, to, dc, whole)
    if (dc == 4)
      for (let j: usize = 0; j < <usize>whole; j++)
        store<f32>(to + (j << 4), sc == 4 ? load<f32>(from + (j << 4), 12) : 1, 12)
    i += whole
  }
}

// The kernels. src: float32 (height, width, sc), dst: (height, width, dc), sc and dc 3 or 4; a fourth channel is copied
// where both have one, skipped where only src has, and 1 where only dst has. scratch: 8192 bytes.

/** RGB to BGR, and back. */
export function rgbToBgr(
  src: usize, sc: i32, dst: usize, dc: i32, width: i32, scratch: usize, y0: i32, y1: i32,
): void {
  run(TO_BGR, src, sc, dst, dc, width, scratch, y0, y1)
}

export function rgbToHsv(
  src: usize, sc: i32, dst: usize, dc: i32, width: i32, scratch: usize, y0: i32, y1: i32,
): void {
  run(TO_HSV, src, sc, dst, dc, width, scratch, y0, y1)
}

export function hsvToRgb(
  src: usize, sc: i32, dst: usize, dc: i32, width: i32, scratch: usize, y0: i32, y1: i32,
): void {
  run(FROM_HSV, src, sc, dst, dc, width, scratch, y0, y1)
}

/** sRGB (D65) to CIE L*a*b*. Clips RGB to 0..1. */
export function rgbToLab(
  src: usize, sc: i32, dst: usize, dc: i32, width: i32, scratch: usize, y0: i32, y1: i32,
): void {
  run(TO_LAB, src, sc, dst, dc, width, scratch, y0, y1)
}

/** CIE L*a*b* to sRGB, clipped to 0..1. */
export function labToRgb(
  src: usize, sc: i32, dst: usize, dc: i32, width: i32, scratch: usize, y0: i32, y1: i32,
): void {
  run(FROM_LAB, src, sc, dst, dc, width, scratch, y0, y1)
}

/** sRGB to linear light. Values beyond 0..1 are kept. */
export function rgbToLinear(
  src: usize, sc: i32, dst: usize, dc: i32, width: i32, scratch: usize, y0: i32, y1: i32,
): void {
  run(TO_LINEAR, src, sc, dst, dc, width, scratch, y0, y1)
}

export function linearToRgb(
  src: usize, sc: i32, dst: usize, dc: i32, width: i32, scratch: usize, y0: i32, y1: i32,
): void {
  run(FROM_LINEAR, src, sc, dst, dc, width, scratch, y0, y1)
}

export function rgbToYCrCb(
  src: usize, sc: i32, dst: usize, dc: i32, width: i32, scratch: usize, y0: i32, y1: i32,
): void {
  run(TO_YCRCB, src, sc, dst, dc, width, scratch, y0, y1)
}

export function yCrCbToRgb(
  src: usize, sc: i32, dst: usize, dc: i32, width: i32, scratch: usize, y0: i32, y1: i32,
): void {
  run(FROM_YCRCB, src, sc, dst, dc, width, scratch, y0, y1)
}

/** n pixels of three channels, a multiple of 4. */
function toGray(src: usize, dst: usize, n: usize, k: usize): void {
  for (const end = dst + (n << 2); dst < end; src += 48, dst += 16) {
    const x = v128.load(src), y = v128.load(src, 16), z = v128.load(src, 32)
    v128.store(dst, dot(channel0(x, y, z), channel1(x, y, z), channel2(x, y, z), k + R_GRAY))
  }
}

/** dst (height, width, 1) = 0.299 R + 0.587 G + 0.114 B. No alpha. scratch: 8192 bytes. */
export function rgbToGray(src: usize, sc: i32, dst: usize, width: i32, scratch: usize, y0: i32, y1: i32): void {
  fillConstants(scratch)
  const pixel = <usize>sc << 2
  const count = <usize>((y1 - y0) * width)
  src += <usize>(y0 * width) * pixel
  dst += <usize>(y0 * width) << 2
  let i: usize = 0
  if (sc == 3) {
    const half = count >> 1 & ~3
    for (; i < half; i += TURN_PIXELS) {
      const n = min(TURN_PIXELS, half - i)
      toGray(src + i * 12, dst + (i << 2), n, scratch)
      toGray(src + (half + i) * 12, dst + (half + i << 2), n, scratch)
    }
    i = 2 * half
  }
  for (; i < count; i++) {
    const p = src + i * pixel
    const luma = load<f32>(p) * load<f32>(scratch, R_GRAY) + load<f32>(p, 4) * load<f32>(scratch, G_GRAY)
    store<f32>(dst + (i << 2), luma + load<f32>(p, 8) * load<f32>(scratch, B_GRAY))
  }
}

/** Gray (height, width, 1) to RGB: dst (height, width, dc), dc 3 or 4 with an alpha of 1. */
export function grayToRgb(src: usize, dst: usize, dc: i32, width: i32, y0: i32, y1: i32): void {
  const end = y1 * width
  for (let i = y0 * width; i < end; i++) {
    const v = load<f32>(src + (<usize>i << 2))
    const p = dst + <usize>i * (<usize>dc << 2)
    store<f32>(p, v)
    store<f32>(p, v, 4)
    store<f32>(p, v, 8)
    if (dc == 4) store<f32>(p, 1, 12)
  }
}
