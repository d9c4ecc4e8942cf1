/** Names for a model's axes: a guess, since few files name them. */

import type { Layout } from '../graph/models.ts'

type Length = number | string | null

const mayBeChannels = (length: Length | undefined): boolean => length === 1 || length === 3 || length === 4

const first: readonly (readonly string[])[] = [[], ['N'], ['N', 'C'], ['N', 'L', 'C'], ['N', 'C', 'H', 'W']]
const last: readonly (readonly string[])[] = [[], ['N'], ['N', 'C'], ['N', 'L', 'C'], ['N', 'H', 'W', 'C']]

/** The order that these shapes are in, those that come first first; `usual` where none of them tells. */
export function guessLayout(shapes: readonly (readonly Length[] | undefined)[], usual: Layout): Layout {
  // Where the third is 1 there is hardly a picture: (1, 1, 1, 1024) are features, not one row of 1,024 pixels.
  for (const shape of shapes)
    if (shape?.length === 4 && shape[2] !== 1 && mayBeChannels(shape[1]) !== mayBeChannels(shape[3]))
      return mayBeChannels(shape[1]) ? 'channels-first' : 'channels-last'
  return usual
}

/** @param layout where the lengths do not tell */
export function guessAxes(shape: readonly Length[], layout: Layout): readonly string[] {
  const names = (guessLayout([shape], layout) === 'channels-first' ? first : last)[shape.length]
  return names ?? shape.map((_, axis) => (axis === 0 ? 'N' : `D${axis}`))
}

/** Names for the axes of weights: of a convolution, of a matrix, of one number a channel. */
export function weightAxes(shape: readonly number[], layout: Layout): readonly string[] {
  const names = (layout === 'channels-first' ? weightsFirst : weightsLast)[shape.length]
  return names ?? shape.map((_, axis) => `D${axis}`)
}

/** PyTorch and ONNX. */
const weightsFirst: readonly (readonly string[] | undefined)[] = [
  [],
  ['C'],
  ['O', 'I'],
  undefined,
  ['O', 'I', 'H', 'W'],
]
/** TensorFlow. */
const weightsLast: readonly (readonly string[] | undefined)[] = [[], ['C'], ['I', 'O'], undefined, ['H', 'W', 'I', 'O']]
