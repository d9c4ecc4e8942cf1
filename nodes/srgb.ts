/** The curve of sRGB as formulas: numbers as stored to light, and back. As `to: 'linear'` of convertColour, for any channels. */
import { add, div, type Expr, lessEqual, max, mul, pow, select, sub } from '../engine/ops/expr.ts'

export const decoded = (v: Expr): Expr =>
  select(lessEqual(v, 0.04045), div(v, 12.92), pow(div(add(max(v, 0), 0.055), 1.055), 2.4))

export const encoded = (light: Expr): Expr =>
  select(lessEqual(light, 0.0031308), mul(light, 12.92), sub(mul(pow(max(light, 0), 1 / 2.4), 1.055), 0.055))
