/** Features of examples: rows of numbers, or maps whose mean is taken. */
import { unsupported } from '../engine/ops/check.ts'
import type { TensorShape } from '../engine/values/index.ts'

/**
 * How many rows of how many features there are, of how many places each is the mean.
 * @throws op.unsupported
 */
export function featureSides(label: string, { shape, axes }: TensorShape) {
  const [count = 0, a = 0, b = 0, c = 0] = shape
  if (shape.length === 2) return { count, channels: a, places: 1, first: false }
  const first = axes[1] === 'C'
  if (shape.length === 4)
    return first ? { count, channels: a, places: b * c, first } : { count, channels: c, places: a * b, first }
  throw unsupported(label, `features of ${shape.join(' × ')}`, 'rows of features, or feature maps NHWC or NCHW')
}
