/** The checks that ops share, with their messages. */
import { SightlineError } from '../types/problem.ts'
import { describeShape, type ImageShape } from '../values/index.ts'
import type { StoredShape } from './op.ts'

/** "{op} does not take {given}; it takes {wanted}." */
export const unsupported = (op: string, given: string, wanted: string): SightlineError =>
  new SightlineError('op.unsupported', { op, given, wanted })

/** Throws unless it is a picture. */
export function requireImage(op: string, shape: StoredShape): asserts shape is ImageShape {
  if (shape.kind !== 'image') throw unsupported(op, describeShape(shape), 'a picture')
}

export function requireInteger(op: string, name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max)
    throw unsupported(op, `${name} ${value}`, `a whole number from ${min} to ${max}`)
}

export function requireFinite(op: string, name: string, values: readonly number[]): void {
  const bad = values.find((value) => !Number.isFinite(value))
  if (bad !== undefined) throw unsupported(op, `${name} with ${bad}`, 'finite numbers')
}

/** Throws `shape.mismatch` unless both pictures have the same height and width. */
export function requireSameSize(a: ImageShape, b: ImageShape): void {
  if (a.height === b.height && a.width === b.width) return
  throw new SightlineError('shape.mismatch', {
    what: 'size',
    a: `${a.width} × ${a.height} pixels`,
    b: `${b.width} × ${b.height} pixels`,
    advice: 'Resize one of them first.',
  })
}

/** A shape without the store, so that an output can be described from an input. */
export function shapeOf({ kind, height, width, channels, space, alpha, range }: ImageShape): ImageShape {
  return { kind, height, width, channels, space, alpha, ...(range && { range }) }
}

/** The shape of a picture whose pixels stay where they are: with where it lies in its source. */
export const inPlace = (image: ImageShape): ImageShape => ({
  ...shapeOf(image),
  ...(image.placement && { placement: image.placement }),
})

/**
 * The kind of a weighted sum of a picture's pixels: the same kind of picture if the weights sum to 1, otherwise data without
 * a nominal range (a derivative).
 */
export function weightedShape(image: ImageShape, sum: number): ImageShape {
  if (Math.abs(sum - 1) < 1e-3) return inPlace(image)
  const { range: _, ...shape } = inPlace(image)
  return { ...shape, space: 'data', alpha: false }
}
