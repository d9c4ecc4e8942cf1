/** What the nodes of box regression have in common. */
import { param } from '../engine/types/param.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { CoderWeights } from './box-coder.ts'

export const weightsParam = param.vector({
  default: [1, 1, 1, 1],
  minLength: 4,
  maxLength: 4,
  label: 'Weights',
  help: 'What dx, dy, dw and dh are multiplied with. Fast and Faster R-CNN learn with 10, 10, 5, 5; R-CNN with 1.',
})

/** @throws param.invalid where one is not above 0 */
export function coderWeights(weights: readonly number[]): CoderWeights {
  const [x = 1, y = 1, width = 1, height = 1] = weights
  if (weights.some((weight) => weight <= 0))
    throw new SightlineError('param.invalid', {
      param: 'weights',
      given: weights.join(', '),
      wanted: 'four numbers above 0',
    })
  return [x, y, width, height]
}
