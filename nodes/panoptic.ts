/**
 * Panoptic segmentation from a semantic and an instance segmentation: every pixel gets a class, and things are told apart. Plain
 * functions over arrays.
 */

export interface Instance {
  /** Of the list that was given. */
  readonly index: number
  readonly score: number
  /** Its mask, as large as the picture: not 0 inside. */
  readonly mask: ArrayLike<number>
}

export interface PanopticParams {
  /** Instances with a lower score are left out. */
  readonly score: number
  /** An instance goes if more than this part of it is taken by surer ones. */
  readonly overlap: number
  /** Stuff with fewer pixels goes. */
  readonly area: number
}

/** What became of an instance, or of a class of stuff. */
export interface PanopticStep {
  readonly of: 'thing' | 'stuff'
  /** Of the instance, or the number of the class. */
  readonly index: number
  readonly area: number
  /** The part of it that was taken by surer ones. */
  readonly taken: number
  /** Its number in the result; 0: it is left out. */
  readonly segment: number
}

/**
 * Writes segments, numbered from 1, into `segments`, which is 0 everywhere: first the instances, surest first, each where no surer
 * one is, unless too much of it is taken; then each class of stuff where nothing is, unless that is too little.
 * @param masks makes the mask of an instance when its turn comes
 * @param isStuff whether a number of the semantic label map is a class of stuff
 * @see Kirillov et al., "Panoptic Segmentation", CVPR 2019, section 7; cocodataset/panopticapi,
 * combine_semantic_and_instance_predictions.py
 */
export function* panopticSteps(
  segments: Int32Array,
  {
    scores,
    masks,
    labels,
    isStuff,
  }: {
    readonly scores: ArrayLike<number>
    readonly masks: (index: number) => ArrayLike<number>
    readonly labels: ArrayLike<number>
    readonly isStuff: (id: number) => boolean
  },
  { score: least, overlap, area: smallest }: PanopticParams,
): Generator<PanopticStep, void> {
  let last = 0
  const sure = Array.from(scores, (score, index) => ({ score, index })).filter(({ score }) => score >= least)
  for (const { index } of sure.sort((a, b) => b.score - a.score || a.index - b.index)) {
    const mask = masks(index)
    let [area, taken] = [0, 0]
    for (let i = 0; i < segments.length; i++) {
      if (!mask[i]) continue
      area++
      if (segments[i] !== 0) taken++
    }
    if (area === 0) continue
    const kept = taken / area <= overlap
    if (kept) {
      last++
      for (let i = 0; i < segments.length; i++) if (mask[i] && segments[i] === 0) segments[i] = last
    }
    yield { of: 'thing', index, area, taken: taken / area, segment: kept ? last : 0 }
  }
  const left = new Map<number, { area: number; all: number }>()
  for (let i = 0; i < segments.length; i++) {
    const id = labels[i] ?? 0
    if (!isStuff(id)) continue
    const one = left.get(id) ?? { area: 0, all: 0 }
    left.set(id, one)
    one.all++
    if (segments[i] === 0) one.area++
  }
  for (const [id, { area, all }] of [...left].sort(([a], [b]) => a - b)) {
    const kept = area > 0 && area >= smallest
    if (kept) {
      last++
      for (let i = 0; i < segments.length; i++) if (segments[i] === 0 && labels[i] === id) segments[i] = last
    }
    yield { of: 'stuff', index: id, area, taken: 1 - area / all, segment: kept ? last : 0 }
  }
}
