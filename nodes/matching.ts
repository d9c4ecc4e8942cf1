/** Which found boxes are right: matching with ground truth as COCO and VOC do it, and average precision. Plain functions. */

export type BoxSides = readonly [x0: number, y0: number, x1: number, y1: number]

/** Box `i` of (N, 4). */
export const sidesAt = (boxes: ArrayLike<number>, i: number): BoxSides => {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = [0, 1, 2, 3].map((side) => boxes[4 * i + side])
  return [x0, y0, x1, y1]
}

/** A box of one class in one picture. */
export interface FoundBox {
  readonly box: BoxSides
  readonly score: number
}
export interface TrueBox {
  readonly box: BoxSides
  /** A crowd (COCO) or difficult (VOC): finding it counts neither way, and missing it neither. */
  readonly ignored: boolean
}

export interface OneClass {
  readonly found: readonly FoundBox[]
  readonly truth: readonly TrueBox[]
}

export const matchRules = ['coco', 'voc'] as const
export type MatchRule = (typeof matchRules)[number]

export type Outcome = 'right' | 'false' | 'ignored'
export interface Matched {
  readonly outcome: Outcome
  /** The true box that it was matched with; −1: none. */
  readonly truth: number
  /** With that box; of a false one the largest IoU with any. */
  readonly iou: number
}

/**
 * Intersection over union in float64, as COCO's maskApi and VOC's development kit compute it; of a crowd, the part of the found box
 * that lies in it. 0 for boxes that share no area.
 */
export function exactIou(found: BoxSides, truth: BoxSides, crowd = false): number {
  const w = Math.min(found[2], truth[2]) - Math.max(found[0], truth[0])
  const h = Math.min(found[3], truth[3]) - Math.max(found[1], truth[1])
  if (w <= 0 || h <= 0) return 0
  const area = (b: BoxSides): number => (b[2] - b[0]) * (b[3] - b[1])
  return (w * h) / (crowd ? area(found) : area(found) + area(truth) - w * h)
}

/** COCO looks at the best 100 boxes of a class in a picture. */
const mostFound = 100

/** The indices of found boxes, best first, of equal scores the first. */
const bestFirst = (found: readonly FoundBox[]): readonly number[] =>
  found.map((_, i) => i).sort((a, b) => (found[b]?.score ?? 0) - (found[a]?.score ?? 0) || a - b)

/**
 * What becomes of each found box of one class in one picture; undefined of those that the rule does not look at. Best first, each
 * takes a true box:
 *
 * `coco`: of those that are still free and overlap by `limit` or more, the one that overlaps most; a crowd only if there is no other.
 * `voc`: the one that overlaps most, if by more than `limit`; if that one is taken, the box is false.
 * @see pycocotools COCOeval.evaluateImg; VOCdevkit VOCevaldet
 */
export function matchBoxes(
  { found, truth }: OneClass,
  limit: number,
  rule: MatchRule,
): readonly (Matched | undefined)[] {
  const made: (Matched | undefined)[] = found.map(() => undefined)
  const taken = new Set<number>()
  const order = bestFirst(found)
  for (const index of rule === 'coco' ? order.slice(0, mostFound) : order) {
    const box = found[index]?.box ?? [0, 0, 0, 0]
    const ious = truth.map((one) => exactIou(box, one.box, rule === 'coco' && one.ignored))
    const at = rule === 'coco' ? cocoChoice(ious, truth, taken, limit) : vocChoice(ious, limit)
    const largest = Math.max(0, ...ious)
    if (at < 0) made[index] = { outcome: 'false', truth: -1, iou: largest }
    else if (truth[at]?.ignored) made[index] = { outcome: 'ignored', truth: at, iou: ious[at] ?? 0 }
    else if (taken.has(at)) made[index] = { outcome: 'false', truth: -1, iou: largest }
    else made[index] = { outcome: 'right', truth: at, iou: ious[at] ?? 0 }
    if (at >= 0) taken.add(at)
  }
  return made
}

function cocoChoice(
  ious: readonly number[],
  truth: readonly TrueBox[],
  taken: ReadonlySet<number>,
  limit: number,
): number {
  for (const ignored of [false, true]) {
    let best = -1
    let least = Math.min(limit, 1 - 1e-10)
    for (const [i, iou] of ious.entries()) {
      if (truth[i]?.ignored !== ignored || (!ignored && taken.has(i)) || iou < least) continue
      least = iou
      best = i
    }
    if (best >= 0) return best
  }
  return -1
}

function vocChoice(ious: readonly number[], limit: number): number {
  let best = -1
  for (const [i, iou] of ious.entries()) if (iou > (ious[best] ?? Number.NEGATIVE_INFINITY)) best = i
  return (ious[best] ?? 0) > limit ? best : -1
}

/**
 * Pairs found boxes with true ones whatever their classes: those that overlap by more than `limit`, of which a found box keeps the
 * true one that it overlaps most, and a true one then the found box. Indices of both; −1: without a partner. True boxes that are
 * ignored are left out, and so are found boxes without a partner that lie in one.
 * @see Jocher et al., YOLOv5, `ConfusionMatrix`
 */
export function confuseBoxes(
  found: readonly { readonly box: BoxSides }[],
  truth: readonly TrueBox[],
  limit: number,
): readonly (readonly [truth: number, found: number])[] {
  const pairs = truth
    .flatMap(({ box, ignored }, i) =>
      ignored ? [] : found.map((one, j) => ({ i, j, iou: exactIou(one.box, box) })).filter(({ iou }) => iou > limit),
    )
    .sort((a, b) => b.iou - a.iou)
  const first = <T>(items: readonly T[], of: (item: T) => number): readonly T[] => {
    const seen = new Set<number>()
    return items.filter((item) => !seen.has(of(item)) && seen.add(of(item)))
  }
  const kept = first(
    first(pairs, ({ j }) => j),
    ({ i }) => i,
  )
  const partners = new Map(kept.map(({ i, j }) => [i, j]))
  const taken = new Set(kept.map(({ j }) => j))
  const inCrowd = (box: BoxSides): boolean => truth.some((one) => one.ignored && exactIou(box, one.box, true) > limit)
  return [
    ...truth.flatMap(({ ignored }, i): [number, number][] => (ignored ? [] : [[i, partners.get(i) ?? -1]])),
    ...found.flatMap(({ box }, j): [number, number][] => (taken.has(j) || inCrowd(box) ? [] : [[-1, j]])),
  ]
}

/** Precision and recall as the least score goes down, box by box. */
export interface Curve {
  readonly scores: readonly number[]
  readonly precision: readonly number[]
  readonly recall: readonly number[]
  /** True boxes that count. */
  readonly count: number
}

/** Of one class over all pictures. Undefined if there is nothing to find. */
export function curveOf(pictures: readonly OneClass[], limit: number, rule: MatchRule): Curve | undefined {
  const count = pictures.reduce((sum, { truth }) => sum + truth.filter(({ ignored }) => !ignored).length, 0)
  if (count === 0) return undefined
  const all = pictures.flatMap((picture) => {
    const matched = matchBoxes(picture, limit, rule)
    return bestFirst(picture.found).flatMap((i) => {
      const [one, score] = [matched[i], picture.found[i]?.score ?? 0]
      return one && one.outcome !== 'ignored' ? [{ score, right: one.outcome === 'right' }] : []
    })
  })
  const scores: number[] = []
  const precision: number[] = []
  const recall: number[] = []
  let right = 0
  // Stable, so boxes of equal score stay in the order of the pictures.
  for (const [i, one] of all.sort((a, b) => b.score - a.score).entries()) {
    if (one.right) right++
    scores.push(one.score)
    precision.push(right / (i + 1))
    recall.push(right / count)
  }
  return { scores, precision, recall, count }
}

/** The highest precision at this recall or a higher one; 0 where that recall is never reached. */
export function interpolated({ precision, recall }: Curve, recalls: readonly number[]): readonly number[] {
  const ceiling = [...precision]
  for (let i = ceiling.length - 1; i > 0; i--) ceiling[i - 1] = Math.max(ceiling[i - 1] ?? 0, ceiling[i] ?? 0)
  let at = 0
  return recalls.map((wanted) => {
    while (at < recall.length && (recall[at] ?? 0) < wanted) at++
    return ceiling[at] ?? 0
  })
}

/** The score at which each recall is reached, as COCOeval's `scores`; NaN where it never is. */
export function scoresAt({ scores, recall }: Curve, recalls: readonly number[]): readonly number[] {
  let at = 0
  return recalls.map((wanted) => {
    while (at < recall.length && (recall[at] ?? 0) < wanted) at++
    return scores[at] ?? Number.NaN
  })
}

/** As numpy.linspace and arange compute them, because a recall may be equal to one of them. */
const steps = (count: number, step: number, first = 0): readonly number[] =>
  Array.from({ length: count }, (_, i) => first + i * step)
/** The 101 recalls at which COCO looks. */
export const cocoRecalls = steps(101, 0.01)
/** 0.5, 0.55, … 0.95. */
export const cocoLimits = steps(10, (0.95 - 0.5) / 9, 0.5)
const vocRecalls = steps(11, 0.1)

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length

export const apMethods = ['coco', 'voc2010', 'voc2007'] as const
export type ApMethod = (typeof apMethods)[number]
export const ruleOf = (method: ApMethod): MatchRule => (method === 'coco' ? 'coco' : 'voc')

/**
 * Average precision of one curve. `voc2007`: the mean of the interpolated precision at the recalls 0, 0.1, … 1; `voc2010`: the area
 * under the interpolated curve; `coco`: the mean at 101 recalls.
 * @see VOCdevkit VOCap; pycocotools COCOeval.accumulate
 */
export function averagePrecision(curve: Curve, method: ApMethod): number {
  if (method === 'coco') return mean(interpolated(curve, cocoRecalls))
  if (method === 'voc2007') return mean(interpolated(curve, vocRecalls))
  const ceiling = interpolated(curve, curve.recall)
  return curve.recall.reduce((sum, recall, i) => sum + (recall - (curve.recall[i - 1] ?? 0)) * (ceiling[i] ?? 0), 0)
}
