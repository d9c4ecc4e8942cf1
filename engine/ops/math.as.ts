// Elementary functions on four floats: polynomials fitted to float64 by least maximum error, good to about 1e-7
// relative (pow: 1e-7 times |y ln x|). Their constants are read from a table in scratch memory that fillMath writes,
// because engines rebuild a constant in the code at every use, instruction by instruction. (Only offsets
// written as constants become part of the load: hence the spelled-out steps of Horner's rule.)

const LOG2E: usize = 0
const LN2_HIGH: usize = 4
const LN2_LOW: usize = 8
const EXP_LOW: usize = 12
const EXP_HIGH: usize = 16
const EXP: usize = 20 // 6 coefficients
const ONE: usize = 44
const HALF: usize = 48
const LOG: usize = 52 // 9 coefficients
const ROOT_HALF: usize = 88
const TINY: usize = 92
const TWO_23: usize = 96
const MANTISSA: usize = 100
const BIAS: usize = 104
const ABS: usize = 108
const INFINITE: usize = 112
const TWO_OVER_PI: usize = 116
const PI_2_A: usize = 120
const PI_2_B: usize = 124
const PI_2_C: usize = 128
const SIN: usize = 132 // 3
const COS: usize = 144 // 3
const ATAN: usize = 156 // 5
const TAN_PI_8: usize = 176
const PI_4: usize = 180
const PI_2: usize = 184
const PI: usize = 188
const TWENTY_THREE: usize = 192
/** Bytes of the table. */
export const MATH_TABLE: usize = 208

export function fillMath(k: usize): void {
  store<f32>(k, 1.4426950408889634, LOG2E)
  store<f32>(k, 0.693359375, LN2_HIGH)
  store<f32>(k, -2.12194440054690583e-4, LN2_LOW)
  store<f32>(k, -104, EXP_LOW)
  store<f32>(k, 89, EXP_HIGH)
  store<f32>(k, 0.5000000078236518, EXP)
  store<f32>(k, 0.16666666856866734, EXP + 4)
  store<f32>(k, 0.04166626873469695, EXP + 8)
  store<f32>(k, 0.008333265205459765, EXP + 12)
  store<f32>(k, 0.0013946163591280712, EXP + 16)
  store<f32>(k, 0.0001991795282132889, EXP + 20)
  store<f32>(k, 1, ONE)
  store<f32>(k, 0.5, HALF)
  store<f32>(k, 0.333333118329279, LOG)
  store<f32>(k, -0.24999986876442357, LOG + 4)
  store<f32>(k, 0.20002151431025003, LOG + 8)
  store<f32>(k, -0.16669197511385636, LOG + 12)
  store<f32>(k, 0.1421991803810094, LOG + 16)
  store<f32>(k, -0.12385796967508662, LOG + 20)
  store<f32>(k, 0.11866038159652566, LOG + 24)
  store<f32>(k, -0.11779678143243913, LOG + 28)
  store<f32>(k, 0.06917990455280909, LOG + 32)
  store<f32>(k, 0.7071067811865476, ROOT_HALF)
  store<f32>(k, 1.1754943508222875e-38, TINY)
  store<f32>(k, 8388608, TWO_23)
  store<u32>(k, 0x807fffff, MANTISSA)
  store<i32>(k, 127, BIAS)
  store<u32>(k, 0x7fffffff, ABS)
  store<f32>(k, Infinity, INFINITE)
  store<f32>(k, 0.6366197723675814, TWO_OVER_PI)
  store<f32>(k, 1.5703125, PI_2_A)
  store<f32>(k, 4.837512969970703e-4, PI_2_B)
  store<f32>(k, 7.549789948768648e-8, PI_2_C)
  store<f32>(k, -0.16666664545527393, SIN)
  store<f32>(k, 0.008332725388774572, SIN + 4)
  store<f32>(k, -0.00019582953397204712, SIN + 8)
  store<f32>(k, 0.04166666454147746, COS)
  store<f32>(k, -0.0013888279977769488, COS + 4)
  store<f32>(k, 2.454297352386952e-05, COS + 8)
  store<f32>(k, -0.33333331795147536, ATAN)
  store<f32>(k, 0.19999543289054783, ATAN + 4)
  store<f32>(k, -0.14263937673209523, ATAN + 8)
  store<f32>(k, 0.10742652783613359, ATAN + 12)
  store<f32>(k, -0.06446168578623072, ATAN + 16)
  store<f32>(k, 0.41421356237309503, TAN_PI_8)
  store<f32>(k, 0.7853981633974483, PI_4)
  store<f32>(k, 1.5707963267948966, PI_2)
  store<f32>(k, 3.141592653589793, PI)
  store<f32>(k, 23, TWENTY_THREE)
}

@inline
export function abs4(x: v128, k: usize): v128 {
  return v128.and(x, v128.load32_splat(k, ABS))
}

export function exp4(x: v128, k: usize): v128 {
  const v = f32x4.pmax(f32x4.pmin(x, v128.load32_splat(k, EXP_HIGH)), v128.load32_splat(k, EXP_LOW))
  const n = f32x4.nearest(f32x4.mul(v, v128.load32_splat(k, LOG2E)))
  let r = f32x4.sub(v, f32x4.mul(n, v128.load32_splat(k, LN2_HIGH)))
  r = f32x4.sub(r, f32x4.mul(n, v128.load32_splat(k, LN2_LOW)))
  let p = v128.load32_splat(k, EXP + 20)
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(k, EXP + 16))
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(k, EXP + 12))
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(k, EXP + 8))
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(k, EXP + 4))
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(k, EXP))
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), v128.load32_splat(k, ONE))
  // 2^n in two factors, so that n may exceed the range of one exponent, at both ends.
  const e = i32x4.trunc_sat_f32x4_s(n)
  const half = i32x4.shr_s(e, 1)
  const bias = v128.load32_splat(k, BIAS)
  const first = i32x4.shl(i32x4.add(half, bias), 23)
  const second = i32x4.shl(i32x4.add(i32x4.sub(e, half), bias), 23)
  return f32x4.mul(f32x4.mul(p, first), second)
}

export function log4(x: v128, k: usize): v128 {
  const one = v128.load32_splat(k, ONE)
  const tiny = f32x4.lt(x, v128.load32_splat(k, TINY))
  const v = v128.bitselect(f32x4.mul(x, v128.load32_splat(k, TWO_23)), x, tiny)
  let m = v128.or(v128.and(v, v128.load32_splat(k, MANTISSA)), v128.load32_splat(k, HALF))
  // x = m · 2^e, m in [√½, √2)
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_s(v, 23), i32x4.sub(v128.load32_splat(k, BIAS), i32x4.splat(1))))
  e = f32x4.sub(e, v128.and(v128.load32_splat(k, TWENTY_THREE), tiny))
  const low = f32x4.lt(m, v128.load32_splat(k, ROOT_HALF))
  e = f32x4.sub(e, v128.and(one, low))
  m = f32x4.sub(f32x4.add(m, v128.and(m, low)), one)
  let p = v128.load32_splat(k, LOG + 32)
  p = f32x4.add(f32x4.mul(p, m), v128.load32_splat(k, LOG + 28))
  p = f32x4.add(f32x4.mul(p, m), v128.load32_splat(k, LOG + 24))
  p = f32x4.add(f32x4.mul(p, m), v128.load32_splat(k, LOG + 20))
  p = f32x4.add(f32x4.mul(p, m), v128.load32_splat(k, LOG + 16))
  p = f32x4.add(f32x4.mul(p, m), v128.load32_splat(k, LOG + 12))
  p = f32x4.add(f32x4.mul(p, m), v128.load32_splat(k, LOG + 8))
  p = f32x4.add(f32x4.mul(p, m), v128.load32_splat(k, LOG + 4))
  p = f32x4.add(f32x4.mul(p, m), v128.load32_splat(k, LOG))
  const z = f32x4.mul(m, m)
  p = f32x4.add(f32x4.mul(f32x4.mul(p, m), z), f32x4.mul(e, v128.load32_splat(k, LN2_LOW)))
  p = f32x4.sub(p, f32x4.mul(z, v128.load32_splat(k, HALF)))
  let r = f32x4.add(f32x4.add(m, p), f32x4.mul(e, v128.load32_splat(k, LN2_HIGH)))
  const infinite = v128.load32_splat(k, INFINITE)
  const zero = f32x4.splat(0)
  r = v128.bitselect(infinite, r, f32x4.eq(x, infinite))
  r = v128.bitselect(f32x4.neg(infinite), r, f32x4.eq(x, zero))
  // NaN where x is negative or NaN: all bits set.
  return v128.or(r, v128.not(f32x4.ge(x, zero)))
}

export function pow4(x: v128, y: v128, k: usize): v128 {
  const zero = f32x4.splat(0)
  const one = v128.load32_splat(k, ONE)
  const r = exp4(f32x4.mul(y, log4(abs4(x, k), k)), k)
  // For a negative base: NaN except for integer exponents, negative for odd ones.
  const negative = i32x4.shr_s(x, 31)
  const whole = f32x4.eq(y, f32x4.trunc(y))
  const half = f32x4.mul(y, v128.load32_splat(k, HALF))
  const odd = v128.and(v128.and(negative, whole), f32x4.ne(half, f32x4.trunc(half)))
  // Not for -0 and -∞, which have a power of 0 or ∞.
  const infinite = v128.load32_splat(k, INFINITE)
  const finite = v128.and(f32x4.lt(x, zero), f32x4.gt(x, f32x4.neg(infinite)))
  const broken = v128.andnot(finite, whole)
  const signed = v128.or(v128.xor(r, v128.andnot(odd, v128.load32_splat(k, ABS))), broken)
  // 1 to any power, anything to the power of 0, and -1 to an infinite one.
  const endless = v128.and(f32x4.eq(abs4(y, k), infinite), f32x4.eq(abs4(x, k), one))
  return v128.bitselect(one, signed, v128.or(v128.or(f32x4.eq(y, zero), f32x4.eq(x, one)), endless))
}

/** sin(x + shift · π/2), |x| up to about 1e4. */
function wave(x: v128, shift: i32, k: usize): v128 {
  const q = f32x4.nearest(f32x4.mul(x, v128.load32_splat(k, TWO_OVER_PI)))
  let r = f32x4.sub(x, f32x4.mul(q, v128.load32_splat(k, PI_2_A)))
  r = f32x4.sub(r, f32x4.mul(q, v128.load32_splat(k, PI_2_B)))
  r = f32x4.sub(r, f32x4.mul(q, v128.load32_splat(k, PI_2_C)))
  const n = i32x4.add(i32x4.trunc_sat_f32x4_s(q), i32x4.splat(shift))
  const z = f32x4.mul(r, r)
  let s = v128.load32_splat(k, SIN + 8)
  s = f32x4.add(f32x4.mul(s, z), v128.load32_splat(k, SIN + 4))
  s = f32x4.add(f32x4.mul(s, z), v128.load32_splat(k, SIN))
  s = f32x4.add(f32x4.mul(f32x4.mul(s, z), r), r)
  let c = v128.load32_splat(k, COS + 8)
  c = f32x4.add(f32x4.mul(c, z), v128.load32_splat(k, COS + 4))
  c = f32x4.add(f32x4.mul(c, z), v128.load32_splat(k, COS))
  c = f32x4.mul(c, f32x4.mul(z, z))
  c = f32x4.add(f32x4.sub(c, f32x4.mul(z, v128.load32_splat(k, HALF))), v128.load32_splat(k, ONE))
  const turned = i32x4.shr_s(i32x4.shl(n, 31), 31)
  const sign = i32x4.shl(i32x4.shr_s(n, 1), 31)
  return v128.xor(v128.bitselect(c, s, turned), sign)
}

export function sin4(x: v128, k: usize): v128 {
  return wave(x, 0, k)
}

export function cos4(x: v128, k: usize): v128 {
  return wave(x, 1, k)
}

/** The angle of (x, y) in radians, -π to π, as `angle` of expr.ts: 0 at the origin, -0 counts as 0, two infinities give NaN. */
export function atan2of4(y: v128, x: v128, k: usize): v128 {
  const mask = v128.load32_splat(k, ABS)
  const ax = v128.and(x, mask)
  const ay = v128.and(y, mask)
  const large = f32x4.pmax(ax, ay)
  const small = f32x4.pmin(ax, ay)
  // Beyond tan(π/8) around π/4, where the polynomial stays short; one division either way.
  const outer = f32x4.gt(small, f32x4.mul(large, v128.load32_splat(k, TAN_PI_8)))
  const over = v128.bitselect(f32x4.sub(small, large), small, outer)
  const under = v128.bitselect(f32x4.add(small, large), large, outer)
  const zero = f32x4.splat(0)
  const t = v128.bitselect(zero, f32x4.div(over, under), f32x4.eq(large, zero))
  const z = f32x4.mul(t, t)
  let p = v128.load32_splat(k, ATAN + 16)
  p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(k, ATAN + 12))
  p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(k, ATAN + 8))
  p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(k, ATAN + 4))
  p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(k, ATAN))
  let a = f32x4.add(f32x4.mul(f32x4.mul(p, z), t), t)
  a = f32x4.add(a, v128.and(v128.load32_splat(k, PI_4), outer))
  a = v128.bitselect(f32x4.sub(v128.load32_splat(k, PI_2), a), a, f32x4.gt(ay, ax))
  a = v128.bitselect(f32x4.sub(v128.load32_splat(k, PI), a), a, f32x4.lt(x, zero))
  a = v128.xor(a, v128.andnot(f32x4.lt(y, zero), mask))
  const sum = f32x4.add(ax, ay)
  return v128.or(a, f32x4.ne(sum, sum))
}
