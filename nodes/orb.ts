/** ORB: FAST corners over several scales with a direction, and 256 comparisons each. Plain arrays. @see Rublee et al. 2011 */

import type { Feature } from '../engine/ops/sift/plain.ts'
import { bilinear, gaussian, type Plane } from '../engine/ops/sift/pyramid.ts'
import { fastCorners } from './fast.ts'
import { orbPattern } from './orb-pattern.ts'

export interface OrbParams {
  readonly most: number
  /** How much smaller each level is than the one before. */
  readonly factor: number
  readonly levels: number
  /** Of FAST, in steps of 8 bits. */
  readonly threshold: number
}

/** The diameter of what is looked at around a corner, and how far from an edge it stays. */
const patch = 31
const half = patch >> 1
/** Of the block whose slopes rank the corners. */
const block = 7
export const orbLength = orbPattern.length / 4 / 8

/** How far a row of the circular patch reaches to either side, by its distance from the middle. */
const reach = Array.from({ length: half + 1 }, (_, v) => Math.round(Math.sqrt(half * half - v * v)))

/** Harris' response of a block. */
function ranked({ width, numbers }: Plane, x: number, y: number): number {
  const at = (u: number, v: number): number => numbers[v * width + u] ?? 0
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
function directionAt({ width, numbers }: Plane, x: number, y: number): number {
  let [mx, my] = [0, 0]
  for (let v = -half; v <= half; v++) {
    const wide = reach[Math.abs(v)] ?? 0
    for (let u = -wide; u <= wide; u++) {
      const value = numbers[(y + v) * width + x + u] ?? 0
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

/** @param numbers of a gray picture, 0 to 1; what is not finite counts as 0 */
export function orb(
  { width, height, numbers }: Plane,
  { most, factor, levels, threshold }: OrbParams,
  cancelled: () => boolean = () => false,
): { readonly features: readonly Feature[]; readonly descriptors: Uint8Array } {
  const bytes = numbers.map((v) => (Number.isFinite(v) ? Math.max(0, Math.min(255, Math.round(v * 255))) : 0))
  const features: Feature[] = []
  const descriptors: Uint8Array[] = []
  let plane: Plane = { width, height, numbers: bytes }
  // Each level gets its share by its length, the last one the rest.
  const first = (most * (1 - 1 / factor)) / (1 - factor ** -levels)
  for (let level = 0, left = most; level < levels && !cancelled(); level++) {
    const scale = factor ** level
    const [wide, high] = [Math.round(width / scale), Math.round(height / scale)]
    if (Math.min(wide, high) <= 2 * patch) break
    if (level > 0) {
      const smaller = bilinear(plane, wide, high)
      plane = { ...smaller, numbers: smaller.numbers.map((v) => Math.round(v)) }
    }
    const share = level === levels - 1 ? left : Math.min(left, Math.round(first * factor ** -level))
    left -= share
    const here = plane
    const corners = fastCorners({ width: wide, height: high, pixels: Uint8Array.from(here.numbers) }, threshold, true)
      .filter(({ x, y }) => x >= patch && y >= patch && x < wide - patch && y < high - patch)
      .sort((a, b) => b.score - a.score)
      .slice(0, 2 * share)
      .map(({ x, y }) => ({ x, y, response: ranked(here, x, y) }))
      .sort((a, b) => b.response - a.response)
      .slice(0, share)
    if (corners.length === 0) continue
    const smooth = gaussian(here, 2, 7)
    for (const { x, y, response } of corners) {
      const angle = directionAt(here, x, y)
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
