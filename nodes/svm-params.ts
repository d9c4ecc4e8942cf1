import { svmLosses } from '../engine/ops/learn/svm-plain.ts'
import { param } from '../engine/types/param.ts'

/** What a linear support vector machine is trained by. */
export const svmParams = {
  c: param.number({
    default: 1,
    min: 1e-6,
    max: 1e6,
    soft: [0.001, 10],
    label: 'Cost',
    help: 'Of a mistake: the larger, the closer it follows the examples. R-CNN uses 0.001.',
  }),
  loss: param.choice({
    default: 'squared',
    of: svmLosses,
    names: { squared: 'Squared hinge', hinge: 'Hinge' },
    label: 'Loss',
    help: 'How the cost of a mistake grows with how far it is off.',
  }),
}
