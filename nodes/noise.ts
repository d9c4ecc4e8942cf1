/** Noise as pictures, from random numbers. */
import type { Ops } from '../engine/ops/calls.ts'
import { cos, expr, log, mul, sqrt, sub } from '../engine/ops/expr.ts'
import { param } from '../engine/types/param.ts'
import type { ImageValue } from '../engine/values/index.ts'

export const seedParam = param.integer({
  default: 1,
  min: 0,
  max: 2 ** 31 - 1,
  soft: [0, 100],
  label: 'Seed',
  help: 'Another seed gives other noise; the same one always the same.',
})

interface Size {
  readonly width: number
  readonly height: number
  readonly channels: number
}

/** Two pictures of independent random numbers. */
const pairOf = (ops: Ops, { width, height, channels }: Size, seed: number): Promise<readonly ImageValue[]> =>
  Promise.all([0, 1].map((k) => ops.random({ width, height, channels, seed: 2 * seed + k })))

/** Evenly spread from 0 to 1. */
export const uniformNoise = ({ ops, size, seed }: Given): Promise<ImageValue> => {
  const { width, height, channels } = size
  return ops.random({ width, height, channels, seed: 2 * seed })
}

interface Given {
  readonly ops: Ops
  readonly size: Size
  readonly seed: number
}

/** Normally distributed: mean 0, deviation 1, and at most 5.8. @see Box and Muller, 1958 */
export async function normalNoise({ ops, size, seed }: Given): Promise<ImageValue> {
  const [first, second] = await pairOf(ops, size, seed)
  if (!first || !second) throw new Error('two pictures')
  const formula = expr((a, b) => mul(sqrt(mul(log(sub(1, a)), -2)), cos(mul(b, 2 * Math.PI))))
  return ops.pointwise(first, second, { formula, range: null })
}
