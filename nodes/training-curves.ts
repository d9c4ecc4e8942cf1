/** What a training shows of itself: curves, a table of its epochs, and what it takes for what. */
import type { PlotValue, TableValue } from '../engine/values/index.ts'
import { confusionTables } from './confusion.ts'
import type { Examples, Tested } from './trainer.ts'
import type { Progressed } from './training-state.ts'

/** Points of a curve for each epoch, at most. */
const pointsAnEpoch = 20

/** How many points of the curve an epoch with this number of steps has. */
export const segmentsOf = (steps: number): number => Math.min(pointsAnEpoch, steps)

/** Whether a point of the curve ends with this step of the epoch, from 0. */
export const endsSegment = (step: number, steps: number): boolean => {
  const count = segmentsOf(steps)
  return Math.floor(((step + 1) * count) / steps) > Math.floor((step * count) / steps)
}

/** The training point by point, the test at the end of each epoch. */
function curve({ segments, epochs }: Progressed, steps: number, of: 'loss' | 'accuracy'): PlotValue {
  const count = segmentsOf(steps)
  const test = segments.map((_, i) => {
    const epoch = (i + 1) % count === 0 ? epochs[(i + 1) / count - 1] : undefined
    return (of === 'loss' ? epoch?.testLoss : epoch?.testAccuracy) ?? Number.NaN
  })
  return {
    kind: 'plot',
    x: { label: 'Epoch', range: [1 / count, Math.max(1, segments.length) / count] },
    series: [
      { name: 'Training', values: segments.map((segment) => segment[of]) },
      { name: 'Test', values: test },
    ],
  }
}

export const curvesOf = (state: Progressed, steps: number) => ({
  loss: curve(state, steps, 'loss'),
  accuracy: curve(state, steps, 'accuracy'),
})

/** A row for each epoch. */
export const historyOf = ({ epochs }: Progressed): TableValue => ({
  kind: 'table',
  columns: ['Epoch', 'Loss', 'Test loss', 'Accuracy', 'Test accuracy', 'Learning rate'],
  rows: epochs.map(({ loss, testLoss, accuracy, testAccuracy, rate }, i) => [
    i + 1,
    ...[loss, testLoss, accuracy, testAccuracy, rate],
  ]),
})

/** How many examples are listed. */
const mostListed = 50

export function mistakesOf(
  tested: Tested,
  { targets, sites, classes, count, places }: Examples,
  names: readonly string[],
) {
  const nameOf = (id: number): string => names[id] || String(id)
  const pairs = new Map<number, Map<number, number>>()
  for (const [i, found] of tested.found.entries()) {
    const right = targets[i] ?? 0
    if (right >= classes) continue
    const row = pairs.get(right) ?? new Map<number, number>()
    pairs.set(right, row.set(found, (row.get(found) ?? 0) + 1))
  }
  const ids = Array.from({ length: classes }, (_, id) => id)
  const { matrix } = confusionTables({
    pictures: [{ name: '', counts: pairs }],
    ...{ ids, nameOf, normalise: 'none', chosen: { right: '', found: '' } },
    unit: sites === 1 ? 'Examples' : 'Pixels',
  })
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => (tested.losses[b] ?? 0) - (tested.losses[a] ?? 0),
  )
  const worst: TableValue = {
    kind: 'table',
    columns: ['Example', ...(sites === 1 ? ['Right', 'Found'] : []), 'Loss'],
    rows: order.slice(0, mostListed).map((i) => {
      const both = sites === 1 ? [nameOf(targets[i] ?? 0), nameOf(tested.found[i] ?? 0)] : []
      return [places[i] ?? i, ...both, tested.losses[i] ?? 0]
    }),
  }
  return { matrix, worst }
}
