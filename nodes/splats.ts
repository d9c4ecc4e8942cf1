/** What the nodes of splats share. */
import type { NodeContext } from '../engine/graph/node.ts'
import type { Ops } from '../engine/ops/calls.ts'
import type { SplatScene } from '../engine/types/services.ts'
import {
  arraysOf,
  headOf,
  type SplatsValue,
  splatsFrom,
  type TensorShape,
  type TensorValue,
} from '../engine/values/index.ts'
import { selectWork } from './splat/select.work.ts'
import type { Rule } from './splat-scenes.ts'

/** A value of plain arrays. */
export const toSplats = async (ops: Ops, scene: SplatScene): Promise<SplatsValue> => {
  const tensor = async (shape: TensorShape, numbers: Float32Array): Promise<TensorValue> =>
    (await ops.fromNumbers({ shape, numbers })) as TensorValue
  const value = await splatsFrom(scene, scene, tensor)
  return scene.note === undefined ? value : { ...value, note: scene.note }
}

/** Plain arrays of a value. */
export const toScene = async (ops: Ops, value: SplatsValue): Promise<SplatScene> => ({
  ...(await arraysOf(value, (part) => ops.read(part, {}))),
  ...headOf(value),
})

/** Its buffers, to be moved to another thread. */
export const buffersOf = ({ means, quats, scales, opacities, sh }: SplatScene): readonly ArrayBuffer[] =>
  [means, quats, scales, opacities, sh].flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []))

/** A part of all, in percent. */
export const share = (part: number, all: number): string => `${((100 * part) / Math.max(1, all)).toFixed(1)} %`

/** Those that a rule keeps; how many that are is noted. */
export async function selected(
  splats: SplatsValue,
  rule: Rule,
  { ops, work, note }: Pick<NodeContext, 'ops' | 'work' | 'note'>,
): Promise<SplatsValue> {
  const scene = await toScene(ops, splats)
  const count = scene.opacities.length
  const made = await work(selectWork, { scene, rule }, { transfer: buffersOf(scene) })
  const kept = made.opacities.length
  note(`${kept} of ${count} splats (${share(kept, count)})`)
  return toSplats(ops, made)
}
