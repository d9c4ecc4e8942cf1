/**
 * Small masks of boxes put into the picture: what Mask R-CNN does with the 28 × 28 numbers that it gives for each box. As
 * torchvision does it (models/detection/roi_heads.py, paste_masks_in_image).
 */

export interface SmallMasks {
  /** (N, side, side), 0..1, one after the other. */
  readonly masks: Float32Array
  readonly side: number
  /** (N, 4): left, top, right, bottom in pixels of the picture. */
  readonly boxes: ArrayLike<number>
  /** The masks are as large as the picture, and lie over all of it. */
  readonly whole?: boolean
}

interface Size {
  readonly width: number
  readonly height: number
}

/** A ring of zeros around each mask, so that it fades out at the border of its box. */
const padding = 1

/** Where a mask lies in the picture, and its numbers there. Half pixels as in interpolate(align_corners=False). */
export interface Pasted {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly numbers: Float32Array
}

/** What a place along an axis is made of: two places of the padded mask, and the weight of the second. */
function placesAlong(length: number, side: number): readonly (readonly [number, number, number])[] {
  const scale = Math.fround(side / length)
  return Array.from({ length }, (_, i) => {
    const at = Math.max(0, Math.fround(Math.fround(scale * (i + 0.5)) - 0.5))
    const low = Math.min(Math.floor(at), side - 1)
    return [low, Math.min(low + 1, side - 1), Math.fround(at - low)]
  })
}

/** The mask of box `index`, enlarged to its box; only what is inside the picture. Undefined where that is nothing. */
export function pasteMask(
  { masks, side, boxes }: SmallMasks,
  index: number,
  { width, height }: Size,
): Pasted | undefined {
  const padded = side + 2 * padding
  const grown = padded / side
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = Array.from({ length: 4 }, (_, i) => boxes[4 * index + i] ?? Number.NaN)
  if (![x0, y0, x1, y1].every(Number.isFinite)) return undefined
  const grow = (a: number, b: number): readonly [from: number, to: number] => {
    const [centre, half] = [Math.fround((a + b) * 0.5), Math.fround(Math.fround((b - a) * 0.5) * grown)]
    // torch's .to(int64) cuts the fraction off.
    return [Math.trunc(Math.fround(centre - half)), Math.trunc(Math.fround(centre + half))]
  }
  const [left, right] = grow(x0, x1)
  const [top, bottom] = grow(y0, y1)
  const columns = placesAlong(Math.max(right - left + 1, 1), padded)
  const rows = placesAlong(Math.max(bottom - top + 1, 1), padded)
  const from = { x: Math.max(left, 0), y: Math.max(top, 0) }
  const to = { x: Math.min(right + 1, width), y: Math.min(bottom + 1, height) }
  if (to.x <= from.x || to.y <= from.y) return undefined
  const at = (row: number, column: number): number => {
    const [y, x] = [row - padding, column - padding]
    return y < 0 || x < 0 || y >= side || x >= side ? 0 : (masks[(index * side + y) * side + x] ?? 0)
  }
  const numbers = new Float32Array((to.x - from.x) * (to.y - from.y))
  let i = 0
  for (let y = from.y; y < to.y; y++) {
    const [r0, r1, v] = rows[y - top] ?? [0, 0, 0]
    for (let x = from.x; x < to.x; x++) {
      const [c0, c1, u] = columns[x - left] ?? [0, 0, 0]
      numbers[i++] = (1 - v) * ((1 - u) * at(r0, c0) + u * at(r0, c1)) + v * ((1 - u) * at(r1, c0) + u * at(r1, c1))
    }
  }
  return { left: from.x, top: from.y, width: to.x - from.x, height: to.y - from.y, numbers }
}

/** Which pixels of the picture belong to box `index`: 1 where its mask is at least `threshold`. */
export function maskIn(given: SmallMasks, index: number, size: Size, threshold: number): Uint8Array {
  const count = size.width * size.height
  if (given.whole)
    return Uint8Array.from(given.masks.subarray(index * count, (index + 1) * count), (v) => (v >= threshold ? 1 : 0))
  const mask = new Uint8Array(count)
  const pasted = pasteMask(given, index, size)
  if (!pasted) return mask
  const { left, top, width, numbers } = pasted
  for (const [i, number] of numbers.entries())
    if (number >= threshold) mask[(top + Math.floor(i / width)) * size.width + left + (i % width)] = 1
  return mask
}

/**
 * One label a pixel, 0 for none: that of the box with the best score whose mask is at least `threshold` there; labels are the
 * order of the boxes, from 1.
 * @param cancelled is asked after each mask
 */
export function pasteLabels(
  given: SmallMasks,
  {
    scores,
    threshold,
    size,
    cancelled = () => false,
  }: {
    readonly scores: ArrayLike<number>
    readonly threshold: number
    readonly size: Size
    readonly cancelled?: () => boolean
  },
): Int32Array {
  const labels = new Int32Array(size.width * size.height)
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
  for (const index of order) {
    if (cancelled()) break
    const pasted = pasteMask(given, index, size)
    if (!pasted) continue
    const { left, top, width, numbers } = pasted
    for (const [i, number] of numbers.entries()) {
      const place = (top + Math.floor(i / width)) * size.width + left + (i % width)
      if (number >= threshold && labels[place] === 0) labels[place] = index + 1
    }
  }
  return labels
}
