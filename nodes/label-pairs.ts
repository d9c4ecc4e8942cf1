/** What the measures of label maps have in common: their sockets, and the pixel counts of one picture. */
import type { NodeContext } from '../engine/graph/node.ts'
import { param } from '../engine/types/param.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { LabelmapValue } from '../engine/values/index.ts'
import { socket } from '../engine/values/sockets.ts'
import type { PairCounts } from './label-counts.ts'
import { countLabelPairs } from './measure/label-pairs.work.ts'

export const labelInputs = {
  labels: socket.labelmap({ collect: true, help: 'What a network found, in one picture or many.' }),
  truth: socket.labelmap({
    collect: true,
    help: 'The right label maps of the same pictures. Numbers mean the same classes in both.',
  }),
}

export const ignoreParam = param.integer({
  default: 255,
  min: -1,
  max: 2 ** 31 - 1,
  soft: [-1, 255],
  label: 'Ignored number',
  help: 'Pixels that have it in the right map are not counted. VOC and Cityscapes use 255; −1 counts all.',
})

export const nameOf = (names: readonly string[], id: number): string => names[id] ?? String(id)

/** @throws shape.mismatch for maps of two sizes */
export async function pairsIn(
  found: LabelmapValue,
  truth: LabelmapValue,
  { ops, work }: Pick<NodeContext, 'ops' | 'work'>,
): Promise<PairCounts> {
  const size = ({ width, height }: LabelmapValue): string => `${height} × ${width}`
  if (size(found) !== size(truth))
    throw new SightlineError('shape.mismatch', {
      what: 'size',
      a: size(found),
      b: size(truth),
      advice: 'Measure label maps of one picture, before any of them is resized.',
    })
  const [made, right] = await Promise.all([ops.read(found.labels, {}), ops.read(truth.labels, {})])
  return work(countLabelPairs, { truth: right, found: made })
}
