/** How two label maps of one size agree. Plain functions over the numbers of their pixels. */

/** Pixels by the number that they should have and the number that they got. */
export type PairCounts = ReadonlyMap<number, ReadonlyMap<number, number>>

export function countPairs(truth: ArrayLike<number>, found: ArrayLike<number>): PairCounts {
  const counts = new Map<number, Map<number, number>>()
  for (let i = 0; i < truth.length; i++) {
    const [right, made] = [truth[i] ?? 0, found[i] ?? 0]
    const row = counts.get(right) ?? new Map<number, number>()
    if (row.size === 0) counts.set(right, row)
    row.set(made, (row.get(made) ?? 0) + 1)
  }
  return counts
}

/** Adds the counts of one picture to those of all. */
export function addPairs(all: Map<number, Map<number, number>>, one: PairCounts): void {
  for (const [right, row] of one)
    for (const [made, count] of row) {
      const sum = all.get(right) ?? new Map<number, number>()
      all.set(right, sum)
      sum.set(made, (sum.get(made) ?? 0) + count)
    }
}

export interface ClassAgreement {
  readonly id: number
  /** Pixels that have the class in truth, and pixels that got it. */
  readonly truth: number
  readonly found: number
  readonly both: number
  /** Intersection over union. */
  readonly iou: number
  /** 2 · intersection / (truth + found): the Dice coefficient, F1 of the pixels. */
  readonly dice: number
}

export interface Agreement {
  /** Of all numbers that occur, in their order; those that only occur where truth is ignored are left out. */
  readonly classes: readonly ClassAgreement[]
  readonly pixels: number
  /** The part of the pixels that got the right number. */
  readonly accuracy: number
  readonly meanIou: number
  readonly meanDice: number
}

const mean = (numbers: readonly number[]): number =>
  numbers.length === 0 ? Number.NaN : numbers.reduce((a, b) => a + b, 0) / numbers.length

/**
 * IoU and Dice of every class, and their means over the classes that occur.
 * @param ignore pixels that have this number in truth are not counted
 * @see Long et al., "Fully Convolutional Networks", 2015 (mean IU); Dice 1945
 */
export function agreementOf(counts: PairCounts, ignore: number): Agreement {
  const [truth, found, both] = [new Map<number, number>(), new Map<number, number>(), new Map<number, number>()]
  const add = (to: Map<number, number>, id: number, count: number) => to.set(id, (to.get(id) ?? 0) + count)
  for (const [right, row] of counts) {
    if (right === ignore) continue
    for (const [made, count] of row) {
      add(truth, right, count)
      add(found, made, count)
      if (right === made) add(both, right, count)
    }
  }
  const ids = [...new Set([...truth.keys(), ...found.keys()])].sort((a, b) => a - b)
  const classes = ids.map((id): ClassAgreement => {
    const [t, f, b] = [truth.get(id) ?? 0, found.get(id) ?? 0, both.get(id) ?? 0]
    return { id, truth: t, found: f, both: b, iou: b / (t + f - b), dice: (2 * b) / (t + f) }
  })
  const pixels = [...truth.values()].reduce((a, b) => a + b, 0)
  return {
    classes,
    pixels,
    accuracy: [...both.values()].reduce((a, b) => a + b, 0) / pixels,
    meanIou: mean(classes.map(({ iou }) => iou)),
    meanDice: mean(classes.map(({ dice }) => dice)),
  }
}

/** What PQ is made of, of one class. */
export interface PanopticCounts {
  /** Sum of the IoU of segments that belong together. */
  readonly iou: number
  readonly tp: number
  readonly fp: number
  readonly fn: number
}

/** The class of each number that is a segment. */
export type ClassOf = (id: number) => string

/**
 * Segments of truth and of a result belong together if they have one class and an IoU above 0.5, of which there can be only one pair.
 * Pixels that are void in truth do not count against a found segment, and one that lies mostly there is left out.
 * @param ignore the number of void pixels, in both
 * @see cocodataset/panopticapi, pq_compute_single_core; Kirillov et al., "Panoptic Segmentation", CVPR 2019
 */
export function panopticCounts(
  counts: PairCounts,
  classOfTruth: ClassOf,
  classOfFound: ClassOf,
  ignore: number,
): ReadonlyMap<string, PanopticCounts> {
  const [truth, found] = [new Map<number, number>(), new Map<number, number>()]
  for (const [right, row] of counts)
    for (const [made, count] of row) {
      truth.set(right, (truth.get(right) ?? 0) + count)
      found.set(made, (found.get(made) ?? 0) + count)
    }
  const made = new Map<string, { iou: number; tp: number; fp: number; fn: number }>()
  const of = (name: string) => {
    const one = made.get(name) ?? { iou: 0, tp: 0, fp: 0, fn: 0 }
    made.set(name, one)
    return one
  }
  const inVoid = (id: number): number => counts.get(ignore)?.get(id) ?? 0
  const [matchedTruth, matchedFound] = [new Set<number>(), new Set<number>()]
  for (const [right, row] of counts) {
    if (right === ignore) continue
    for (const [id, common] of row) {
      if (id === ignore || classOfTruth(right) !== classOfFound(id)) continue
      const iou = common / ((found.get(id) ?? 0) + (truth.get(right) ?? 0) - common - inVoid(id))
      if (iou <= 0.5) continue
      const one = of(classOfTruth(right))
      one.tp++
      one.iou += iou
      matchedTruth.add(right)
      matchedFound.add(id)
    }
  }
  for (const id of truth.keys()) if (id !== ignore && !matchedTruth.has(id)) of(classOfTruth(id)).fn++
  for (const [id, area] of found)
    if (id !== ignore && !matchedFound.has(id) && inVoid(id) / area <= 0.5) of(classOfFound(id)).fp++
  return made
}

export interface PanopticQuality {
  readonly pq: number
  readonly sq: number
  readonly rq: number
}

/** PQ = SQ · RQ: how well matched segments fit, times how many are matched (F1). */
export function qualityOf({ iou, tp, fp, fn }: PanopticCounts): PanopticQuality {
  const size = tp + fp / 2 + fn / 2
  return { pq: iou / size, sq: tp === 0 ? 0 : iou / tp, rq: tp / size }
}
