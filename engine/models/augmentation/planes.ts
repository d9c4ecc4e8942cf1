/** What augmentations work on: one picture, and the class of each of its pixels where there is one. */

/** Numbers from 0 to 1. */
export interface Planes {
  readonly channels: number
  readonly height: number
  readonly width: number
  /** (channels, height, width) */
  readonly numbers: Float32Array
}

/** Where a masked picture shows nothing: this class does not count. */
export const nowhere = 255

/** The same sides, other numbers. */
export function mapped(planes: Planes, of: (value: number, index: number) => number): Planes {
  const numbers = new Float32Array(planes.numbers.length)
  for (let i = 0; i < numbers.length; i++) numbers[i] = of(planes.numbers[i] as number, i)
  return { ...planes, numbers }
}

export const clamped = (value: number): number => Math.min(1, Math.max(0, value))
