/** Runs a training step by step, as `models.hold` does for a node. */
import type { HeldModel, MadeRuntime, OwnTensor } from '../../engine/graph/models.ts'
import { modelsFor } from '../../engine/models/models.ts'
import { scalarsAt } from '../../engine/models/training/optimisers.ts'
import { type Training, type TrainingOptions, trainingOf } from '../../engine/models/training/training.ts'
import type { PlacedWeight } from '../../engine/values/layers/graph.ts'
import { type Layer, sizeOf } from '../../engine/values/layers/layer.ts'
import { rowOf } from '../../nodes/trainer.ts'
import type { NodeBench } from './nodes.ts'

let made = 0

export const floats = (numbers: Float32Array, ...shape: readonly number[]): OwnTensor => ({
  ...{ dtype: 'float32', shape: shape.length === 0 ? [numbers.length] : shape, numbers },
})
export const ints = (numbers: Int32Array, ...shape: readonly number[]): OwnTensor => ({
  ...{ dtype: 'int32', shape: shape.length === 0 ? [numbers.length] : shape, numbers },
})

/** What a row holds, by name. */
export function partsOf(weights: readonly PlacedWeight[], row: Float32Array): ReadonlyMap<string, Float32Array> {
  let at = 0
  return new Map(
    weights.map(({ name, shape }) => {
      const begin = at
      at += sizeOf(shape)
      return [name, row.subarray(begin, at)]
    }),
  )
}

export interface Stepped {
  readonly training: Training
  /** @param step from 1 */
  step(
    inputs: Readonly<Record<string, OwnTensor>>,
    rate: number,
    step: number,
    outputs?: readonly string[],
  ): Promise<Readonly<Record<string, OwnTensor>>>
}

export async function train<T>(
  { device, services }: Pick<NodeBench, 'services'> & { readonly device: Pick<NodeBench['device'], 'shelf'> },
  layers: readonly Layer[],
  weights: Float32Array,
  options: TrainingOptions,
  work: (stepped: Stepped) => Promise<T>,
  runtime: MadeRuntime = 'onnxruntime',
): Promise<T> {
  const training = trainingOf(layers, options)
  const { graph, opset, operators, inputs, outputs, learned, fixed, carried } = training
  const { signal } = new AbortController()
  const perform = () => Promise.reject(new Error('nothing is performed'))
  const models = modelsFor({ shelf: device.shelf, services, signal, perform, progress: () => undefined })
  const model = {
    ...{ id: `training ${made++}`, name: 'training', runtime, graph, opset, operators, inputs, outputs, bytes: 0 },
    weights: async () => new Float32Array(0),
  }
  return models.hold(model, (held: HeldModel) => {
    let begun = false
    const start: Record<string, OwnTensor> = {}
    for (const { name, shape } of inputs) {
      const count = sizeOf((shape ?? []) as number[])
      if (name === 'learned') start[name] = floats(rowOf(learned, weights))
      else if (name === 'fixed') start[name] = floats(rowOf(fixed, weights))
      else if (name.startsWith('moment')) start[name] = floats(new Float32Array(count))
    }
    return work({
      training,
      async step(given, rate, step, wanted = []) {
        const scalars = scalarsAt(options.optimiser, rate, step).map((value) => floats(Float32Array.of(value)))
        const named = ['rate', 'correction1', 'correction2'].slice(0, scalars.length)
        const own = Object.fromEntries(named.map((name, i) => [name, scalars[i] as OwnTensor]))
        const before = begun ? {} : start
        begun = true
        return held.run({ ...before, ...own, ...given }, { outputs: ['loss', ...wanted], carry: carried })
      },
    })
  })
}
