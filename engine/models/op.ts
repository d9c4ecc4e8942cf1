/** A run of a model as an op: explanations see that every number may depend on all that went in, and not how. */
import { defineOp, type StoredShape } from '../ops/op.ts'
import { countOf } from '../ops/shape.ts'
import { functionOf, pixel, termAt } from '../ops/terms.ts'
import { type DType, dtypes, viewOf } from '../values/dtype.ts'
import type { TensorShape, TensorValue } from '../values/index.ts'
import type { ModelDevice, ModelResult, ModelStore, ModelTensor, TensorNumbers } from './device.ts'

export interface ModelOpParams {
  readonly device: ModelDevice
  readonly model: ModelStore
  /** The model's input that each of the op's inputs goes to. */
  readonly names: readonly string[]
  readonly outputs: readonly string[]
  /** The shape of a result, with its axes named. */
  readonly shapeOf: (result: ModelResult) => TensorShape
}

export const dtypeOf = ({ dtype = 'float32' }: TensorShape): DType => dtype

const sitesOf = (shapes: readonly StoredShape[]) =>
  shapes.flatMap((shape, input) => Array.from({ length: countOf(shape) }, (_, x) => pixel(0, x, 0, input)))

export const modelOp = defineOp<readonly TensorValue[], ModelOpParams, Readonly<Record<string, TensorValue>>>({
  name: 'model',
  nonFinite: 'What the model makes of them: its runtime decides.',
  whole: true,
  dtypes,
  async cpu(context, inputs, { device, model, names, outputs, shapeOf }) {
    const { memory } = context.device
    const viewed = (value: TensorValue): TensorNumbers =>
      viewOf(dtypeOf(value), memory.buffer, context.address(value), countOf(value))
    const made: Record<string, TensorValue> = {}
    const given = inputs.map((value, i): [string, ModelTensor] => {
      return [names[i] ?? '', { dtype: dtypeOf(value), shape: value.shape, numbers: viewed(value) }]
    })
    await device.run(model, {
      inputs: Object.fromEntries(given),
      outputs,
      signal: context.signal,
      shared: memory.buffer instanceof SharedArrayBuffer,
      place(results) {
        for (const result of results) made[result.name] = context.tensor(shapeOf(result))
        // All views are made last: the memory may have grown.
        return results.map(({ name }) => viewed(made[name] as TensorValue))
      },
    })
    return made
  },
  reach: (_, shapes) => sitesOf(shapes),
  terms: (_, inputs) =>
    functionOf(
      sitesOf(inputs.map(({ shape }) => shape)).map((site) => termAt(inputs, site)),
      'model',
      Number.NaN,
    ),
})
