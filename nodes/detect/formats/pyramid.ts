/** What RetinaNet, FCOS and RPN have in common: every class of every anchor of a feature pyramid may be a box of its own. */
import { type AnchorLevel, anchorCount, anchorsOf, pyramidOf } from '../../anchors.ts'
import { Gathered, type NumbersIn, type Size, unbatched, wrong } from '../../decode.ts'
import type { Candidates } from '../../nms.ts'

/** As many of each level go on, as in the papers. */
const most = 1000

export interface Pyramid {
  /** Pixels from one cell of the finest grid to the next; 8 if absent. */
  readonly finest?: number
  readonly sizes: readonly (readonly number[])[]
  readonly ratios: readonly number[]
}

export type Sides = readonly [x0: number, y0: number, x1: number, y1: number]

interface Pair {
  readonly anchor: number
  readonly of: number
  readonly score: number
}

/**
 * The boxes of a pyramid's five levels: of each the 1000 best pairs of anchor and class, clipped to the picture.
 * @param least pairs with a lower score are left out
 * @param scoreOf from a class's number at an anchor
 * @param logit the smallest number that can reach `least`; smaller ones are skipped
 * @param box of an anchor, from the four numbers that start at `code`
 * @param byLevel the class of a box is the level of its anchor
 * @param only how many classes there are, where that is known
 * @see torchvision, RetinaNet.postprocess_detections, FCOS.postprocess_detections
 */
export function decodePyramid(
  { finest, sizes, ratios }: Pyramid,
  scores: NumbersIn,
  codes: NumbersIn,
  size: Size,
  {
    least,
    logit,
    scoreOf,
    box,
    byLevel = false,
    only,
  }: {
    readonly least: number
    readonly logit: number
    readonly scoreOf: (number: number, anchor: number) => number
    readonly box: (anchor: Sides, code: number) => Sides
    readonly byLevel?: boolean
    readonly only?: number
  },
): Candidates {
  const levels: readonly AnchorLevel[] = pyramidOf(size, finest).map((grid, i) => ({ ...grid, sizes: sizes[i] ?? [] }))
  const count = anchorCount(levels, ratios.length)
  const words = `as the picture has ${size.width} × ${size.height} pixels`
  const [rows, classes = 0] = unbatched(scores.shape, 3) ?? []
  if (rows !== count || classes < 1 || (only !== undefined && classes !== only))
    throw wrong(scores.shape, `scores 1 × ${count} × ${only ?? 'classes'}, ${words}`)
  if (codes.shape.join() !== `1,${count},4`) throw wrong(codes.shape, `boxes 1 × ${count} × 4, ${words}`)
  const anchors = anchorsOf(levels, ratios)
  const anchorAt = (i: number): Sides => {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = anchors.subarray(4 * i, 4 * i + 4)
    return [x0, y0, x1, y1]
  }
  const inside = (value: number, most: number): number => Math.min(Math.max(value, 0), most)
  const found = new Gathered()
  let first = 0
  for (const [index, level] of levels.entries()) {
    const end = first + anchorCount([level], ratios.length)
    const pairs: Pair[] = []
    for (let at = first * classes; at < end * classes; at++) {
      const number = scores.numbers[at] ?? Number.NaN
      if (!(number >= logit)) continue
      const anchor = Math.floor(at / classes)
      const score = scoreOf(number, anchor)
      if (score >= least) pairs.push({ anchor, of: byLevel ? index : at % classes, score })
    }
    first = end
    for (const { anchor, of, score } of pairs.sort((a, b) => b.score - a.score).slice(0, most)) {
      const [x0, y0, x1, y1] = box(anchorAt(anchor), 4 * anchor)
      const { width, height } = size
      found.addSides(inside(x0, width), inside(y0, height), inside(x1, width), inside(y1, height), score, of)
    }
  }
  return found.candidates
}

/** A little less than the number whose sigmoid is `score`, so that rounding leaves out none. */
export const logitOf = (score: number): number =>
  score <= 0 ? Number.NEGATIVE_INFINITY : Math.log(score / (1 - Math.min(score, 1 - 1e-12))) - 1e-6

/** No box becomes larger than 1000 / 16 times its anchor. */
const largestScale = Math.log(1000 / 16)

/** An anchor as four numbers of `moves` move and stretch it. @see torchvision BoxCoder.decode_single, weights of 1 */
export function movedAnchor(moves: NumbersIn): (anchor: Sides, code: number) => Sides {
  const n = (i: number): number => moves.numbers[i] ?? Number.NaN
  return ([x0, y0, x1, y1], at) => {
    const [w, h] = [x1 - x0, y1 - y0]
    const [x, y] = [x0 + w / 2 + n(at) * w, y0 + h / 2 + n(at + 1) * h]
    const scale = (i: number): number => Math.exp(Math.min(n(i), largestScale)) / 2
    const [dx, dy] = [scale(at + 2) * w, scale(at + 3) * h]
    return [x - dx, y - dy, x + dx, y + dy]
  }
}
