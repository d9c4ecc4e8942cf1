/** Sizes of what devices store. */
import type { StoredShape } from './op.ts'

/** How many numbers a value has. */
export const countOf = (shape: StoredShape): number =>
  shape.kind === 'image' ? shape.height * shape.width * shape.channels : shape.shape.reduce((a, b) => a * b, 1)

/** The shape of the tensor that a value is. */
export const dimensions = (value: StoredShape): readonly number[] =>
  value.kind === 'image' ? [value.height, value.width, value.channels] : value.shape
