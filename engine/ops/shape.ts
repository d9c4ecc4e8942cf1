/** Sizes of what devices store. */
import type { StoredShape } from './op.ts'

/** How many numbers a value has. */
export const countOf = (shape: StoredShape): number =>
  shape.kind === 'image' ? shape.height * shape.width * shape.channels : shape.shape.reduce((a, b) => a * b, 1)
