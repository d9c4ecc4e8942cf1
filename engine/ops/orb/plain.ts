/**
 * ORB in plain arrays, as the kernels compute it: FAST corners over several scales with a direction, and 256 comparisons each.
 * @see Rublee et al. 2011; OpenCV ORB
 */

import type { Feature } from '../sift/plain.ts'
import { gaussian, type Plane } from '../sift/pyramid.ts'
import { type Gray, resizedBytes } from './bytes.ts'
import { bytesOf, fastCorners } from './fast.ts'
import { orbPattern } from './pattern.ts'

export interface OrbParams {
  readonly most: number
  /** How much smaller each level is than the one before. */
  readonly factor: number
  readonly levels: number
  /** Of FAST, in steps of 8 bits. */
  readonly threshold: number
}

/** The diameter of what is looked at around a corner, and how far from an edge it stays. */
export const patch = 31
const half = patch >> 1
/** Of the block whose slopes rank the corners. */
const block = 7
export const orbLength = orbPattern.length / 4 / 8

/** How far a row of the circular patch reaches to either side, by its distance from the middle. */
export const patchReach: readonly number[] = Array.from({ length: half + 1 }, (_, v) =>
  Math.round(Math.sqrt(half * half - v * v)),
)

/** Harris' response of a block. */
function ranked({ width, pixels }: Gray, x: number, y: number): number {
  const at = (u: number, v: number): number => pixels[v * width + u] ?? 0
  let [xx, yy, xy] = [0, 0, 0]
  for (let v = y - (block >> 1); v <= y + (block >> 1); v++)
    for (let u = x - (block >> 1); u <= x + (block >> 1); u++) {
      const dx =
        2 * (at(u + 1, v) - at(u - 1, v)) + at(u + 1, v - 1) - at(u - 1, v - 1) + at(u + 1, v + 1) - at(u - 1, v + 1)
      const dy =
        2 * (at(u, v + 1) - at(u, v - 1)) + at(u - 1, v + 1) - at(u - 1, v - 1) + at(u + 1, v + 1) - at(u + 1, v - 1)
      xx += dx * dx
      yy += dy * dy
      xy += dx * dy
    }
  return (xx * yy - xy * xy - 0.04 * (xx + yy) ** 2) / (4 * block * 255) ** 4
}

/** From the middle to the centre of brightness of the patch, in degrees. */
function directionAt({ width, pixels }: Gray, x: number, y: number): number {
  let [mx, my] = [0, 0]
  for (let v = -half; v <= half; v++) {
    const wide = patchReach[Math.abs(v)] ?? 0
    for (let u = -wide; u <= wide; u++) {
      const value = pixels[(y + v) * width + x + u] ?? 0
      mx += u * value
      my += v * value
    }
  }
  const angle = (Math.atan2(my, mx) * 180) / Math.PI
  return angle < 0 ? angle + 360 : angle
}

function describe({ width, numbers }: Plane, x: number, y: number, angle: number, into: Uint8Array): void {
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]
  const at = (k: number): number => {
    const [u, v] = [orbPattern[k] ?? 0, orbPattern[k + 1] ?? 0]
    return numbers[(y + Math.round(u * sin + v * cos)) * width + x + Math.round(u * cos - v * sin)] ?? 0
  }
  for (let i = 0; i < into.length; i++) {
    let byte = 0
    for (let bit = 0; bit < 8; bit++) if (at(4 * (8 * i + bit)) < at(4 * (8 * i + bit) + 2)) byte |= 1 << bit
    into[i] = byte
  }
}

export interface OrbLevel {
  readonly scale: number
  readonly width: number
  readonly height: number
  /** The largest number of corners taken from it. */
  readonly share: number
}

/** The sizes at which corners are looked for. Each gets its share by its length, the last one the rest. */
export function orbLevels(width: number, height: number, { most, factor, levels }: OrbParams): readonly OrbLevel[] {
  const first = (most * (1 - 1 / factor)) / (1 - factor ** -levels)
  const made: OrbLevel[] = []
  for (let level = 0, left = most; level < levels; level++) {
    const scale = factor ** level
    const [wide, high] = [Math.round(width / scale), Math.round(height / scale)]
    if (Math.min(wide, high) <= 2 * patch) break
    const share = level === levels - 1 ? left : Math.min(left, Math.round(first * factor ** -level))
    left -= share
    made.push({ scale, width: wide, height: high, share })
  }
  return made
}

/** @param numbers of a gray picture, 0 to 1; what is not finite counts as 0 or 255 */
export function orb(
  { width, height, numbers }: Plane,
  params: OrbParams,
): { readonly features: readonly Feature[]; readonly descriptors: Uint8Array } {
  const features: Feature[] = []
  const descriptors: Uint8Array[] = []
  let here: Gray = { width, height, pixels: bytesOf(numbers) }
  for (const { scale, width: wide, height: high, share } of orbLevels(width, height, params)) {
    here = resizedBytes(here, wide, high)
    const picture = here
    const corners = fastCorners(picture, params.threshold, true)
      .filter(({ x, y }) => x >= patch && y >= patch && x < wide - patch && y < high - patch)
      .sort((a, b) => b.score - a.score)
      .slice(0, 2 * share)
      .map(({ x, y }) => ({ x, y, response: ranked(picture, x, y) }))
      .sort((a, b) => b.response - a.response)
      .slice(0, share)
    if (corners.length === 0) continue
    const smooth = gaussian({ width: wide, height: high, numbers: Float32Array.from(picture.pixels) }, 2, 7)
    for (const { x, y, response } of corners) {
      const angle = directionAt(picture, x, y)
      const into = new Uint8Array(orbLength)
      describe(smooth, x, y, angle, into)
      features.push({ x: x * scale, y: y * scale, size: patch * scale, angle, response })
      descriptors.push(into)
    }
  }
  const all = new Uint8Array(orbLength * descriptors.length)
  for (const [i, one] of descriptors.entries()) all.set(one, i * orbLength)
  return { features, descriptors: all }
}
