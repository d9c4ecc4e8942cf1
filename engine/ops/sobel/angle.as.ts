// The direction of four gradients in degrees, to 0.0002°: a polynomial for the arc tangent between 0° and 45°, and reflections for
// the other eighths of the circle. Its constants are read from a table, as those of math.as.ts and for the same reason.

const QUARTER: usize = 0
const HALF: usize = 4
const WHOLE: usize = 8
const ABS: usize = 12
const TERMS: usize = 16 // 6
/** Bytes of the table. */
export const ANGLE_TABLE: usize = 48

/** The terms are fitted to atan(t) · 180° / π over 0 to 1 by least maximum error, 0.0001°. */
export function fillAngles(k: usize): void {
  store<f32>(k, 90, QUARTER)
  store<f32>(k, 180, HALF)
  store<f32>(k, 360, WHOLE)
  store<u32>(k, 0x7fffffff, ABS)
  store<f32>(k, 57.294474264409935, TERMS)
  store<f32>(k, -19.057884201779938, TERMS + 4)
  store<f32>(k, 11.089046549334059, TERMS + 8)
  store<f32>(k, -6.670745446975884, TERMS + 12)
  store<f32>(k, 3.01647027670822, TERMS + 16)
  store<f32>(k, -0.6714566859381587, TERMS + 20)
}

/** The angle of (x, y), 0 to 360: 0 at the origin, -0 counts as 0; NaN where a number is, or both are infinite. */
@inline
export function degreesOf(y: v128, x: v128, k: usize): v128 {
  const mask = v128.load32_splat(k, ABS)
  const ax = v128.and(x, mask)
  const ay = v128.and(y, mask)
  const zero = f32x4.splat(0)
  // In this order NaN ends up in one of the two, whichever number it is.
  const large = f32x4.pmax(ax, ay)
  const small = f32x4.pmin(ay, ax)
  const t = v128.andnot(f32x4.div(small, large), f32x4.eq(f32x4.add(ax, ay), zero))
  const z = f32x4.mul(t, t)
  let p = f32x4.add(f32x4.mul(v128.load32_splat(k, TERMS + 20), z), v128.load32_splat(k, TERMS + 16))
  p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(k, TERMS + 12))
  p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(k, TERMS + 8))
  p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(k, TERMS + 4))
  p = f32x4.add(f32x4.mul(p, z), v128.load32_splat(k, TERMS))
  let a = f32x4.mul(p, t)
  a = v128.bitselect(f32x4.sub(v128.load32_splat(k, QUARTER), a), a, f32x4.gt(ay, ax))
  a = v128.bitselect(f32x4.sub(v128.load32_splat(k, HALF), a), a, f32x4.lt(x, zero))
  const whole = v128.load32_splat(k, WHOLE)
  a = v128.bitselect(f32x4.sub(whole, a), a, f32x4.lt(y, zero))
  // A hair below 0 rounds to 360, which is 0.
  return v128.andnot(a, f32x4.ge(a, whole))
}
