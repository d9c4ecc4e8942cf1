/** What the nodes of splats share. */
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
