/** One run of a model that was made here, by TensorFlow.js: numbers in, numbers out, and no tensor stays. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { TensorFlow } from '../../../engine/ops/tensorflow.ts'
import { complaints } from '../../tensorflow/wasm.ts'
import type { RuntimeTensor } from '../runtime.ts'
import { problemOf } from './problem.ts'

type Inputs = ReadonlyMap<string, RuntimeTensor>

/**
 * @param compute gives a tensor for each output, which is disposed of here as the inputs are
 * @throws `model.*`, and an error where a backend complained: its numbers mean nothing then
 */
export async function runModel(
  tf: TensorFlow,
  path: string,
  { inputs, outputs }: { readonly inputs: Inputs; readonly outputs: readonly string[] },
  compute: (given: ReadonlyMap<string, Tensor>) => readonly Tensor[],
): Promise<Map<string, RuntimeTensor>> {
  complaints.length = 0
  const given = new Map<string, Tensor>()
  let made: readonly Tensor[] = []
  try {
    for (const [name, { numbers, shape, dtype }] of inputs)
      given.set(name, tf.tensor(numbers as Float32Array, [...shape], dtype === 'float32' ? 'float32' : 'int32'))
    made = compute(given)
    const results = new Map<string, RuntimeTensor>()
    for (const [i, name] of outputs.entries()) {
      const tensor = made[i] as Tensor
      results.set(name, { dtype: 'float32', shape: tensor.shape, numbers: (await tensor.data()) as Float32Array })
    }
    const [complaint] = complaints.splice(0)
    if (complaint !== undefined) throw new Error(complaint)
    return results
  } catch (error) {
    throw problemOf(path, error)
  } finally {
    for (const tensor of new Set([...given.values(), ...made])) tensor.dispose()
  }
}
