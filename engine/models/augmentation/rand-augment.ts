/** RandAugment's fourteen operations (Cubuk et al. 2020), with torchvision's strengths. */
import {
  autoContrast,
  brighter,
  contrasted,
  equalised,
  posterised,
  saturated,
  sharpened,
  solarised,
} from './colours.ts'
import type { Planes } from './planes.ts'
import { type Matrix, rotation, shear, translation, warped } from './warp.ts'

/** As torchvision lists them. */
export const operations = [
  ...['identity', 'shearX', 'shearY', 'translateX', 'translateY', 'rotate', 'brightness', 'color', 'contrast'],
  ...['sharpness', 'posterize', 'solarize', 'autoContrast', 'equalize'],
] as const
export type Operation = (typeof operations)[number]

/** Strengths go from 0 to this. */
export const mostMagnitude = 30

const unsigned: ReadonlySet<Operation> = new Set(['identity', 'posterize', 'solarize', 'autoContrast', 'equalize'])
/** Whether it may go either way, which is drawn. */
export const isSigned = (operation: Operation): boolean => !unsigned.has(operation)

/** Where a move takes its pixels from; undefined: it moves nothing. */
export function matrixOf(
  sides: Pick<Planes, 'height' | 'width'>,
  operation: Operation,
  magnitude: number,
  sign: 1 | -1,
): Matrix | undefined {
  const part = (sign * magnitude) / mostMagnitude
  const pixels = (side: number): number => Math.trunc((150 / 331) * side * part)
  switch (operation) {
    case 'shearX':
      return shear(sides, 0.3 * part, 0)
    case 'shearY':
      return shear(sides, 0, 0.3 * part)
    case 'translateX':
      return translation(pixels(sides.width), 0)
    case 'translateY':
      return translation(0, pixels(sides.height))
    case 'rotate':
      return rotation(30 * part)
    default:
      return undefined
  }
}

/** torchvision.transforms.autoaugment._apply_op, of floats. */
export function operated(planes: Planes, operation: Operation, magnitude: number, sign: 1 | -1): Planes {
  const matrix = matrixOf(planes, operation, magnitude, sign)
  if (matrix) return warped(planes, matrix, 'nearest')
  const part = magnitude / mostMagnitude
  const factor = 1 + sign * 0.9 * part
  switch (operation) {
    case 'brightness':
      return brighter(planes, factor)
    case 'color':
      return saturated(planes, factor)
    case 'contrast':
      return contrasted(planes, factor)
    case 'sharpness':
      return sharpened(planes, factor)
    case 'posterize':
      return posterised(planes, 8 - Math.round(4 * part))
    case 'solarize':
      return solarised(planes, 1 - part)
    case 'autoContrast':
      return autoContrast(planes)
    case 'equalize':
      return equalised(planes)
    default:
      return planes
  }
}
