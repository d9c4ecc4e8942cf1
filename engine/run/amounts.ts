/** How much a value of a shape is, before it exists: numbers to compute with, and bytes to keep. */
import { bytesEach } from '../values/dtype.ts'
import { type Shape, sidesOf } from '../values/index.ts'
import type { TensorShape } from '../values/tensor.ts'

/** The numbers of its array, of a sequence those of all elements; 0 of a kind that is no array; undefined where it is not known. */
export function numbersOf(shape: Shape | undefined): number | undefined {
  if (!shape || shape.kind === 'unknown') return undefined
  if (shape.kind === 'sequence') {
    const each = numbersOf(shape.element)
    return each === undefined || shape.length === undefined ? undefined : each * shape.length
  }
  const sides = sidesOf(shape)
  return sides.length === 0 ? 0 : sides.reduce((product, side) => product * side, 1)
}

/** The bytes that it takes in the memory for results, without what is small; undefined where it is not known. */
export function bytesOf(shape: Shape | undefined): number | undefined {
  const numbers = numbersOf(shape)
  return numbers === undefined ? undefined : numbers * bytesEach((shape as Partial<TensorShape>).dtype ?? 'float32')
}

/** Of several; undefined where one of them is. */
export function sumOf(amounts: readonly (number | undefined)[]): number | undefined {
  let sum = 0
  for (const amount of amounts) {
    if (amount === undefined) return undefined
    sum += amount
  }
  return sum
}
