/** Sizes of what devices store. */
import { bytesEach, type DType } from '../values/dtype.ts'
import type { StoredShape } from './op.ts'

/** How many numbers a value has. */
export const countOf = (shape: StoredShape): number =>
  shape.kind === 'image' ? shape.height * shape.width * shape.channels : shape.shape.reduce((a, b) => a * b, 1)

/** How its numbers are stored. */
export const dtypeOf = (shape: StoredShape): DType => (shape.kind === 'tensor' && shape.dtype) || 'float32'

export const bytesOf = (shape: StoredShape): number => countOf(shape) * bytesEach(dtypeOf(shape))

/** The shape of the tensor that a value is. */
export const dimensions = (value: StoredShape): readonly number[] =>
  value.kind === 'image' ? [value.height, value.width, value.channels] : value.shape
