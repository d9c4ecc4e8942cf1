/** Label maps as pictures, in the colours in which the viewer shows them. */
import type { NodeContext } from '../engine/graph/node.ts'
import { labelColours } from '../engine/ops/preview/colours.ts'
import type { ImageValue, LabelmapValue } from '../engine/values/index.ts'
import { coloursWork } from './segment/colours.work.ts'

/** RGB, 0..1. @param background the colour of label 0 */
export async function colouredLabels(
  { labels, width, height }: LabelmapValue,
  background: readonly number[],
  { ops, work }: Pick<NodeContext, 'ops' | 'work'>,
): Promise<ImageValue> {
  const table = labelColours().slice()
  table.set(background.map((v) => Math.round(255 * v)))
  const numbers = Int32Array.from(await ops.read(labels, {}))
  const data = await work(coloursWork, { labels: numbers, table }, { transfer: [numbers.buffer] })
  return ops.fromPicture({ width, height, channels: 3, depth: 8, data })
}
