/** Two parameters of which the second must be larger. */
import { SightlineError } from '../engine/types/problem.ts'

/** @throws param.invalid if `high` is not above `low` */
export function rising(low: number, high: number, name = 'high'): readonly [number, number] {
  if (low < high) return [low, high]
  throw new SightlineError('param.invalid', { param: name, given: `${high}`, wanted: `a number above ${low}` })
}
