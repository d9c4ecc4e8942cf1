/** How much boxes overlap. Plain functions over arrays of x0, y0, x1, y1, one box after the other. */

const { fround } = Math

export const overlapMeasures = ['iou', 'giou'] as const
export type OverlapMeasure = (typeof overlapMeasures)[number]

type Sides = ArrayLike<number>

const side = (boxes: Sides, box: number, i: number): number => fround(boxes[4 * box + i] ?? Number.NaN)

/** Negative where a box is turned inside out, as in torchvision.ops.box_area. */
const areaOf = (boxes: Sides, box: number): number =>
  fround(fround(side(boxes, box, 2) - side(boxes, box, 0)) * fround(side(boxes, box, 3) - side(boxes, box, 1)))

function sharedBy(a: Sides, i: number, b: Sides, j: number): { readonly common: number; readonly union: number } {
  const overlap = (axis: 0 | 1): number => {
    const end = Math.min(side(a, i, axis + 2), side(b, j, axis + 2))
    return Math.max(0, fround(end - Math.max(side(a, i, axis), side(b, j, axis))))
  }
  const common = fround(overlap(0) * overlap(1))
  return { common, union: fround(fround(areaOf(a, i) + areaOf(b, j)) - common) }
}

/**
 * Intersection over union of box i of `a` and box j of `b`, in float32 as torchvision computes it. Of two boxes without area it is
 * 0 / 0: NaN, which exceeds nothing. A box that is turned inside out has a negative area, as there.
 * @see torchvision.ops.box_iou
 */
export function iouOf(a: Sides, i: number, b: Sides, j: number): number {
  const { common, union } = sharedBy(a, i, b, j)
  return fround(common / union)
}

/**
 * Generalised IoU, −1 to 1: IoU less the part of the smallest box around both that neither covers. Unlike IoU it tells how far
 * apart two boxes are that do not touch.
 * @see torchvision.ops.generalized_box_iou; Rezatofighi et al., CVPR 2019
 */
export function giouOf(a: Sides, i: number, b: Sides, j: number): number {
  const { common, union } = sharedBy(a, i, b, j)
  const span = (axis: 0 | 1): number => {
    const end = Math.max(side(a, i, axis + 2), side(b, j, axis + 2))
    return Math.max(0, fround(end - Math.min(side(a, i, axis), side(b, j, axis))))
  }
  const around = fround(span(0) * span(1))
  return fround(fround(common / union) - fround(fround(around - union) / around))
}

const measuresBy: Readonly<Record<OverlapMeasure, typeof iouOf>> = { iou: iouOf, giou: giouOf }

/** The overlap of each of `n` boxes with each of `m` others: (n, m), row-major. */
export function overlapMatrix(measure: OverlapMeasure, a: Sides, b: Sides): Float32Array {
  const [n, m] = [a.length / 4, b.length / 4]
  const of = measuresBy[measure]
  return Float32Array.from({ length: n * m }, (_, at) => of(a, Math.floor(at / m), b, at % m))
}
