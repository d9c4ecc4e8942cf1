/** Prompts of SAM 2: points and boxes in pixels of the picture become what its decoder takes. */
import type { BoxValue, PointValue } from '../engine/types/param.ts'

/** Side of the square that the network sees, in pixels. */
export const seenSide = 1024
/** Side of the masks that it gives and takes. */
export const maskSide = 256
/** Each takes as long as a run for one; a detector's boxes beyond it are left out. */
export const mostObjects = 64

/** What a point means to the network. A box is two points: its left top and its right bottom corner. */
const meanings = { padding: -1, corner: 2, oppositeCorner: 3 } as const

export interface Prompts {
  readonly points: readonly PointValue[]
  readonly boxes: readonly BoxValue[]
  /** Of a detector: each is an object by itself. */
  readonly detections: readonly BoxValue[]
}

interface Size {
  readonly width: number
  readonly height: number
}

/** The prompts of one object: [x, y, label] each. */
type Prompt = readonly (readonly [x: number, y: number, label: number])[]

const labelled = (points: readonly PointValue[]): Prompt => points.map(([x, y, label = 1]) => [x, y, label])
const corners = ([x0, y0, x1, y1]: BoxValue): Prompt => [
  [x0, y0, meanings.corner],
  [x1, y1, meanings.oppositeCorner],
]
const isIn = ([x, y]: PointValue, [x0, y0, x1, y1]: BoxValue): boolean => x >= x0 && x <= x1 && y >= y0 && y <= y1

/**
 * One entry an object: all points with the box, if there is at most one; of several boxes, each with the points inside it; then
 * each of the detector's boxes. At most `mostObjects`.
 */
export function objectsOf({ points, boxes, detections }: Prompts): readonly Prompt[] {
  const [box, ...more] = boxes
  const own =
    more.length > 0
      ? boxes.map((one) => [...corners(one), ...labelled(points.filter((point) => isIn(point, one)))])
      : [[...(box ? corners(box) : []), ...labelled(points)]].filter((prompt) => prompt.length > 0)
  return [...own, ...detections.map(corners)].slice(0, mostObjects)
}

/**
 * What the decoder takes: `coords` (L, P, 2) in pixels of the square that the network sees, `labels` (L, P): 1 object,
 * 0 background, 2 and 3 the corners of a box, -1 nothing. Without a prompt there is one object, of one point that means nothing.
 */
export function encodePrompts(prompts: Prompts, { width, height }: Size) {
  const given = objectsOf(prompts)
  const objects: readonly Prompt[] = given.length > 0 ? given : [[]]
  const each = Math.max(1, ...objects.map((prompt) => prompt.length))
  const coords = new Float32Array(objects.length * each * 2)
  const labels = new Float32Array(objects.length * each).fill(meanings.padding)
  for (const [i, prompt] of objects.entries())
    for (const [k, [x, y, label]] of prompt.entries()) {
      const at = i * each + k
      coords.set([(x / width) * seenSide, (y / height) * seenSide], 2 * at)
      labels[at] = label
    }
  return { count: objects.length, each, coords, labels }
}
