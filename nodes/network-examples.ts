/** Labelled examples as a network of layers takes them, checked against it. */
import type { NodeContext } from '../engine/graph/node.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { NetworkShape, TensorShape, TensorValue } from '../engine/values/index.ts'
import { totalsOf } from '../engine/values/layers/graph.ts'
import { type Dims, sizeOf } from '../engine/values/layers/layer.ts'
import { type Examples, uncounted } from './trainer.ts'

const same = (a: Dims, b: Dims): boolean => a.join() === b.join()

/** Throws where the examples are not what the network takes, or the right answers not of what it gives. */
export function checkShapes(
  network: NetworkShape,
  batch: TensorShape | undefined,
  targets: TensorShape | undefined,
): void {
  const { output } = totalsOf(network.layers)
  const input = (network.layers[0]?.set.shape as Dims | undefined) ?? []
  if (batch && !same(batch.shape.slice(1), input))
    throw new SightlineError('network.examples', { wanted: input.join(' × '), given: batch.shape.slice(1).join(' × ') })
  if (targets && !same(targets.shape.slice(1), output.slice(1)))
    throw new SightlineError('network.answers', {
      given: output.join(' × '),
      targets: targets.shape.slice(1).join(' × ') || 'one number',
    })
}

/** In plain arrays. Throws `data.rows`, `data.targets`. */
export async function examplesOf(
  { ops }: Pick<NodeContext, 'ops'>,
  { layers }: NetworkShape,
  batch: TensorValue,
  targets: TensorValue,
): Promise<Examples> {
  const [count = 0, ...shape] = batch.shape
  if (targets.shape[0] !== count)
    throw new SightlineError('data.rows', { examples: count, targets: targets.shape[0] ?? 0 })
  const [classes = 1, ...space] = totalsOf(layers).output
  const answers = Int32Array.from(await ops.read(targets, {}))
  const sites = sizeOf(space)
  const strange = answers.find((id) => id < 0 || (id >= classes && !(sites > 1 && id === uncounted)))
  if (strange !== undefined) throw new SightlineError('data.targets', { given: strange, last: classes - 1 })
  const numbers = (await ops.read(batch, {})) as Float32Array
  const places = Int32Array.from({ length: count }, (_, i) => i)
  return { count, shape, numbers, targets: answers, sites, classes, places }
}
