/** Non-maximum suppression: of boxes that lie over each other, the best stays. Plain functions over arrays. */
import { SightlineError } from '../engine/types/problem.ts'
import { iouOf } from './iou.ts'

export const nmsMethods = ['hard', 'class', 'soft', 'soft-linear'] as const
export type NmsMethod = (typeof nmsMethods)[number]
type SoftMethod = 'soft' | 'soft-linear'

/** Whether a box that overlaps a better one keeps a part of its score. */
export const isSoft = (method: NmsMethod): method is SoftMethod => method === 'soft' || method === 'soft-linear'

/** N boxes: x0, y0, x1, y1 of each one after the other. */
export interface Candidates {
  readonly boxes: ArrayLike<number>
  readonly scores: ArrayLike<number>
  readonly classes: ArrayLike<number>
}

export interface NmsParams {
  /** A box goes, or loses score, if it overlaps a better one by more than this. `soft` does not use it. */
  readonly iou: number
  /** Boxes below this score are left out, before and (soft methods) after. */
  readonly score: number
  readonly method: NmsMethod
}

/** A box that stays. */
export interface Kept {
  readonly index: number
  /** As given; lowered by the soft methods. */
  readonly score: number
}

/** One decision: the best of the rest, and what became of those that it overlaps. */
export interface NmsStep {
  readonly kept: Kept
  readonly changed: readonly { readonly index: number; readonly iou: number; readonly score: number }[]
}

/** σ of Soft-NMS's Gaussian penalty in the paper. */
const sigma = 0.5

/** What is left of a score after an overlap with a better box. */
const weights: Readonly<Record<SoftMethod, (iou: number, limit: number) => number>> = {
  soft: (iou) => (iou > 0 ? Math.exp(-(iou * iou) / sigma) : 1),
  'soft-linear': (iou, limit) => (iou > limit ? 1 - iou : 1),
}

/**
 * The boxes that stay, best first; of equal scores the first.
 *
 * `hard`: greedy, whatever the classes (torchvision.ops.nms): the best box stays, those that overlap it by more than `iou` go, and
 * so on with the rest. `class`: the same within each class (torchvision.ops.batched_nms). `soft`, `soft-linear`: within each class,
 * nothing goes at once: a box that overlaps a better one gets score · exp(−IoU² / σ), σ = 0.5, or score · (1 − IoU) if it overlaps
 * by more than `iou`, and the best of the new scores is next; what falls below `score` goes.
 * @throws boxes.no-score for a score of NaN, of which nobody can say whether it is the best
 * @see Bodla et al., "Soft-NMS", ICCV 2017, equations 2 and 3; cpu_soft_nms of bharatsingh430/soft-nms
 */
export function nms(candidates: Candidates, params: NmsParams): readonly Kept[] {
  return isSoft(params.method)
    ? [...nmsSteps(candidates, params)].map(({ kept }) => kept)
    : greedy(candidates, params, params.method === 'class')
}

const better = (a: Kept, b: Kept): number => b.score - a.score || a.index - b.index

/** Those of at least this score, best first. @throws boxes.no-score */
function ranked(scores: ArrayLike<number>, least: number): Kept[] {
  const broken = Array.from(scores).filter(Number.isNaN).length
  if (broken > 0) throw new SightlineError('boxes.no-score', { count: broken, of: scores.length })
  return Array.from({ length: scores.length }, (_, index) => ({ index, score: scores[index] ?? 0 }))
    .filter(({ score }) => score >= least)
    .sort(better)
}

/**
 * The hard methods without their story: a thousand boxes are half a million pairs. Overlaps in float32, step by step as `iouOf` has
 * them; boxes that do not touch are passed over.
 */
function greedy({ boxes, scores, classes }: Candidates, { iou, score }: NmsParams, apart: boolean): readonly Kept[] {
  const { fround, min, max } = Math
  const rank = ranked(scores, score)
  const count = rank.length
  const sides = new Float32Array(4 * count)
  const areas = new Float32Array(count)
  for (const [i, { index }] of rank.entries()) {
    for (let k = 0; k < 4; k++) sides[4 * i + k] = boxes[4 * index + k] ?? Number.NaN
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = sides.subarray(4 * i, 4 * i + 4)
    areas[i] = fround(x1 - x0) * fround(y1 - y0)
  }
  const at = (i: number): number => sides[i] as number
  const gone = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    if (gone[i]) continue
    const [x0, y0, x1, y1, area] = [at(4 * i), at(4 * i + 1), at(4 * i + 2), at(4 * i + 3), areas[i] as number]
    const of = classes[rank[i]?.index ?? 0]
    for (let j = i + 1; j < count; j++) {
      if (gone[j]) continue
      const width = fround(min(x1, at(4 * j + 2)) - max(x0, at(4 * j)))
      if (!(width > 0)) continue
      const height = fround(min(y1, at(4 * j + 3)) - max(y0, at(4 * j + 1)))
      if (!(height > 0) || (apart && classes[rank[j]?.index ?? 0] !== of)) continue
      const common = fround(width * height)
      if (fround(common / fround(fround(area + (areas[j] as number)) - common)) > iou) gone[j] = 1
    }
  }
  return rank.filter((_, i) => !gone[i])
}

/** The same, decision by decision. */
export function* nmsSteps(
  { boxes, scores, classes }: Candidates,
  { iou: limit, score: least, method }: NmsParams,
): Generator<NmsStep, void> {
  let rest = ranked(scores, least)
  const weightOf = isSoft(method) ? weights[method] : undefined
  for (let kept = rest.shift(); kept; kept = rest.shift()) {
    const { index: first } = kept
    const next: Kept[] = []
    const changed: { index: number; iou: number; score: number }[] = []
    for (const box of rest) {
      const { index, score } = box
      const apart = method !== 'hard' && classes[index] !== classes[first]
      const iou = apart ? 0 : iouOf(boxes, first, boxes, index)
      const weight = weightOf ? weightOf(iou, limit) : iou > limit ? 0 : 1
      if (weight === 1) {
        next.push(box)
        continue
      }
      const lowered = score * weight
      changed.push({ index, iou, score: lowered })
      if (weightOf && lowered >= least) next.push({ index, score: lowered })
    }
    rest = weightOf ? next.sort(better) : next
    yield { kept, changed }
  }
}
