/** Non-maximum suppression: of boxes that lie over each other, the best stays. Plain functions over arrays. */

export const nmsMethods = ['hard', 'class', 'soft'] as const
export type NmsMethod = (typeof nmsMethods)[number]

/** N boxes: x0, y0, x1, y1 of each one after the other. */
export interface Candidates {
  readonly boxes: ArrayLike<number>
  readonly scores: ArrayLike<number>
  readonly classes: ArrayLike<number>
}

export interface NmsParams {
  /** A box goes where it overlaps a better one by more than this. `soft` does not use it. */
  readonly iou: number
  /** Boxes below this score are left out, before and (soft) after. */
  readonly score: number
  readonly method: NmsMethod
}

/** A box that stays. */
export interface Kept {
  readonly index: number
  /** As given; lowered by `soft`. */
  readonly score: number
}

/** One decision: the best of the rest, and what became of those that it overlaps. */
export interface NmsStep {
  readonly kept: Kept
  readonly changed: readonly { readonly index: number; readonly iou: number; readonly score: number }[]
}

/** σ of Soft-NMS's Gaussian penalty in the paper. */
const sigma = 0.5

const { fround } = Math

/**
 * Intersection over union of boxes a and b, in float32 as torchvision computes it. Without area, 0 / 0: NaN, which exceeds
 * nothing. A box that is turned inside out has a negative area, as there.
 */
export function iouOf(boxes: ArrayLike<number>, a: number, b: number): number {
  const at = (box: number, i: number): number => fround(boxes[4 * box + i] ?? Number.NaN)
  const side = (box: number, i: number): number => fround(at(box, i + 2) - at(box, i))
  const area = (box: number): number => fround(side(box, 0) * side(box, 1))
  const overlap = (i: number): number =>
    Math.max(0, fround(Math.min(at(a, i + 2), at(b, i + 2)) - Math.max(at(a, i), at(b, i))))
  const common = fround(overlap(0) * overlap(1))
  return fround(common / fround(fround(area(a) + area(b)) - common))
}

/**
 * The boxes that stay, best first; of equal scores the first.
 *
 * `hard`: greedy, whatever the classes (torchvision.ops.nms): the best box stays, those that overlap it by more than `iou` go, and
 * so on with the rest. `class`: the same within each class (torchvision.ops.batched_nms). `soft`: within each class, nothing goes
 * at once: a box that overlaps a better one gets score · exp(−IoU² / σ), σ = 0.5, and the best of the new scores is next (Bodla et
 * al., "Soft-NMS", ICCV 2017, equation 3, with Gaussian weights); what falls below `score` goes. Boxes whose score is NaN go.
 */
export function nms(candidates: Candidates, params: NmsParams): readonly Kept[] {
  return [...nmsSteps(candidates, params)].map(({ kept }) => kept)
}

/** The same, decision by decision. */
export function* nmsSteps(
  { boxes, scores, classes }: Candidates,
  { iou: limit, score: least, method }: NmsParams,
): Generator<NmsStep, void> {
  let rest: Kept[] = Array.from({ length: scores.length }, (_, index) => ({ index, score: scores[index] ?? 0 })).filter(
    ({ score }) => score >= least,
  )
  const best = (a: Kept, b: Kept): number => b.score - a.score || a.index - b.index
  const soft = method === 'soft'
  rest.sort(best)
  for (let kept = rest.shift(); kept; kept = rest.shift()) {
    const { index: first } = kept
    const next: Kept[] = []
    const changed: { index: number; iou: number; score: number }[] = []
    for (const box of rest) {
      const { index, score } = box
      const apart = method !== 'hard' && classes[index] !== classes[first]
      const iou = apart ? 0 : iouOf(boxes, first, index)
      if (soft ? !(iou > 0) : !(iou > limit)) {
        next.push(box)
        continue
      }
      const lowered = soft ? score * Math.exp(-(iou * iou) / sigma) : 0
      changed.push({ index, iou, score: lowered })
      if (soft && lowered >= least) next.push({ index, score: lowered })
    }
    rest = soft ? next.sort(best) : next
    yield { kept, changed }
  }
}
