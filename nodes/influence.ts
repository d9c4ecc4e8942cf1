/** How much a network's output depends on what its layers gave: gradients, by the rules that training uses. */
import type { NodeContext } from '../engine/graph/node.ts'
import { networkInput, networkOutput } from '../engine/models/onnx.ts'
import { countedInput, gradientOutput, resultOutput } from '../engine/models/training/influence.ts'
import { hashText } from '../engine/run/keys.ts'
import type { NetworkValue, Numbers, TensorValue } from '../engine/values/index.ts'
import { totalsOf } from '../engine/values/layers/graph.ts'
import { influenceWork } from './network/influence.work.ts'
import { resultShape } from './run-network.ts'
import { identityOf, weightsFor } from './weights.ts'

export interface Influences {
  /** Of each place in order: (1, ...). */
  readonly results: readonly TensorValue[]
  readonly gradients: readonly TensorValue[]
}

/**
 * The gradient of a sum of the output's numbers by the results of layers, for one example.
 * @param places of the layers
 * @param counted what each number of the output counts in the sum, from what the network gives
 * @throws `model.*`, `memory.full`, `network.no-gradient`
 */
export async function influences(
  network: NetworkValue,
  input: TensorValue,
  { seed, places }: { readonly seed: number; readonly places: readonly number[] },
  counted: (output: Numbers) => Float32Array,
  context: NodeContext,
): Promise<Influences> {
  const { models, ops, work } = context
  const { layers } = network
  const { output, numbers } = totalsOf(layers)
  const { graph, opset, operators, inputs, outputs } = await work(influenceWork, { layers, places })
  const model = {
    id: hashText(JSON.stringify([identityOf(network, seed), places])),
    name: network.name ?? 'Network of layers',
    ...{ graph, opset, operators, inputs, outputs, bytes: numbers * 4 },
    weights: () => weightsFor(network, seed, context),
  }
  const shape = resultShape(output)
  const run = async (counts: Float32Array, wanted: (name: string) => boolean) => {
    const given = (await ops.fromNumbers({ shape, numbers: counts })) as TensorValue
    return models.runMade(model, { [networkInput]: input, [countedInput]: given }, { outputs: wanted })
  }
  const nothing = new Float32Array(output.reduce((all, length) => all * length, 1))
  const first = await run(nothing, (name) => name === networkOutput)
  const counts = counted(await ops.read(first[networkOutput] as TensorValue, {}))
  const made = await run(counts, (name) => name !== networkOutput)
  const each = (of: (index: number) => string) => places.map((_, i) => made[of(i)] as TensorValue)
  return { results: each(resultOutput), gradients: each(gradientOutput) }
}
