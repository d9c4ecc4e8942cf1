/** Non-maximum suppression told box by box: which one stays, which one goes because of it, with marks over the picture. */
import type { Mark } from '../engine/values/mark.ts'
import type { AlgorithmStep } from '../engine/values/step.ts'
import { type Candidates, isSoft, type NmsParams, nmsSteps } from './nms.ts'

/** What becomes of a box, and the group of its marks, which is its colour: lower ones are drawn above higher ones. */
const fates = { kept: 0, best: 1, waiting: 2, removed: 3 } as const
type Fate = keyof typeof fates
/** Of boxes that were removed in earlier steps. */
const past = 6

const short = (value: number): string => value.toFixed(2)

/** @param names of classes, by number */
export function* toldNms(
  candidates: Candidates,
  params: NmsParams,
  names: readonly string[],
): Generator<AlgorithmStep, void> {
  const { boxes, classes } = candidates
  const { iou: limit, score: least, method } = params
  const scores = Array.from(candidates.scores)
  /** Boxes are numbered as in their table: best first. */
  const order = scores.map((_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
  const rank = new Map(order.map((index, place) => [index, place]))
  const numberOf = (index: number): number => (rank.get(index) ?? 0) + 1
  const nameOf = (index: number): string => names[classes[index] ?? 0] ?? `class ${classes[index] ?? 0}`
  const called = (index: number): string => `Box ${numberOf(index)} (${nameOf(index)}, ${short(scores[index] ?? 0)})`
  const fate = new Map<number, Fate>(
    order.map((index) => [index, (scores[index] ?? Number.NaN) >= least ? 'waiting' : 'removed']),
  )

  const marks = (pair?: { readonly index: number; readonly iou: number }): Mark[] =>
    order.slice(0, 1000).flatMap((index, row): Mark[] => {
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = [0, 1, 2, 3].map((side) => boxes[4 * index + side])
      if (![x0, y0, x1, y1].every(Number.isFinite)) return []
      const now = fate.get(index) ?? 'waiting'
      const box: [number, number, number, number] = [x0, y0, x1, y1]
      const current = pair?.index === index
      // Without words, so that those of the others can be read.
      if (now === 'removed' && !current) return [{ kind: 'rect', box, group: past, row }]
      const label = current ? `${now}, IoU ${short(pair.iou)}` : now
      const weight = Math.min(1, Math.max(0, scores[index] ?? 0))
      return [{ kind: 'rect', box, label, weight, group: fates[now], row }]
    })
  const count = (of: Fate): number => [...fate.values()].filter((one) => one === of).length
  const told = (say: string, pair?: { readonly index: number; readonly iou: number }): AlgorithmStep => ({
    say,
    state: {
      kept: order
        .filter((index) => fate.get(index) === 'kept' || fate.get(index) === 'best')
        .map(numberOf)
        .slice(0, 200),
      waiting: count('waiting'),
      removed: count('removed'),
    },
    marks: marks(pair),
  })

  const below = count('removed')
  const skipped =
    below > 0 ? ` ${below} with a score below ${short(least)} ${below === 1 ? 'is' : 'are'} left out.` : ''
  yield told(`${order.length} ${order.length === 1 ? 'box' : 'boxes'}, best first.${skipped}`)
  for (const { kept, changed } of nmsSteps(candidates, params)) {
    fate.set(kept.index, 'best')
    scores[kept.index] = kept.score
    yield told(`${called(kept.index)} is the best of those that wait: it stays.`)
    for (const { index, iou, score } of changed) {
      const over = `${called(index)} overlaps box ${numberOf(kept.index)} by ${short(iou)}`
      if (isSoft(method)) {
        const gone = !(score >= least)
        const then = `its score becomes ${short(score)}${gone ? `, which is below ${short(least)}: it is removed` : ''}`
        scores[index] = score
        if (gone) fate.set(index, 'removed')
        yield told(`${over}: ${then}.`, { index, iou })
      } else {
        fate.set(index, 'removed')
        yield told(`${over}, more than ${short(limit)}: it is removed.`, { index, iou })
      }
    }
    fate.set(kept.index, 'kept')
  }
  yield told(`No box waits any more: ${count('kept')} of ${order.length} stay.`)
}
