/** Where a pixel of a warped picture comes from: in float64, as the kernel (kernel.as.ts) has it. */
import type { Homography } from '../../values/placement.ts'
import type { Extent } from '../op.ts'

export const warpMethods = ['nearest', 'bilinear'] as const
export type WarpMethod = (typeof warpMethods)[number]

interface Place {
  readonly x: number
  readonly y: number
}

/** Farther away than any picture reaches, and still a whole number of 32 bits. */
const farthest = 1e9
const near = (v: number): number => Math.min(Math.max(v, -farthest), farthest)

/** The divisor of (x, y): it has one sign on the side of the plane that a camera sees. */
const divisor = ([, , , , , , g, h, i]: Homography, { x, y }: Place): number => g * x + (h * y + i)

/** The place that (x, y) comes from. Where the divisor is 0 it is (0, 0), as in OpenCV. */
export function placeOf(matrix: Homography, { x, y }: Place): Place {
  const [a, b, c, d, e, f] = matrix
  const w = divisor(matrix, { x, y })
  const [u, v] = [a * x + (b * y + c), d * x + (e * y + f)]
  return w === 0 ? { x: 0, y: 0 } : { x: near(u / w), y: near(v / w) }
}

/** The index of a pixel and the weight of the next one. */
export function pixelAt(place: number, method: WarpMethod): { readonly at: number; readonly part: number } {
  if (method === 'nearest') return { at: Math.floor(place + 0.5), part: 0 }
  const at = Math.floor(place)
  return { at, part: Math.fround(place - at) }
}

/**
 * A rectangle around everything that a part of the result comes from, in pixels that may lie outside of the picture; undefined
 * where the part crosses the horizon, so that it may come from anywhere.
 */
export function comesFrom(matrix: Homography, { left, top, right, bottom }: Extent): Extent | undefined {
  const corners = [left, right].flatMap((x) => [top, bottom].map((y) => ({ x, y })))
  const signs = new Set(corners.map((corner) => Math.sign(divisor(matrix, corner))))
  if (signs.size !== 1 || signs.has(0)) return undefined
  const places = corners.map((corner) => placeOf(matrix, corner))
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)]
  // A quotient is rounded: between the corners it may be a little farther out than there.
  const margin = isAffine(matrix) ? 0 : 1
  return {
    left: Math.floor(Math.min(...xs)) - margin,
    top: Math.floor(Math.min(...ys)) - margin,
    right: Math.floor(Math.max(...xs)) + 1 + margin,
    bottom: Math.floor(Math.max(...ys)) + 1 + margin,
  }
}

export const isAffine = ([, , , , , , g, h, i]: Homography): boolean => g === 0 && h === 0 && i === 1
