/**
 * Writes a network of layers as an ONNX model. Its weights lie in another file, called "weights", as `weightsOfAll` places them, or
 * in the model itself.
 */
import { attends } from '../values/layers/attention.ts'
import { factsOfAll, type PlacedWeight } from '../values/layers/graph.ts'
import { layerType } from '../values/layers/index.ts'
import { type Emit, type Layer, sizeOf } from '../values/layers/layer.ts'
import { portOf } from '../values/layers/shapes.ts'
import { OnnxWriter } from './onnx-writer.ts'

export const networkInput = portOf({})
export const networkOutput = 'output'

export interface WriteOptions {
  /** All weights, to be written into the model. Absent: they are in the other file. */
  readonly weights?: Float32Array
  readonly name?: string
  /** Weights that are inputs: the parts of each, one after the other. They are all there are. */
  readonly rows?: Readonly<Record<string, readonly PlacedWeight[]>>
  /** Places of layers whose results are outputs too, by their names. */
  readonly taps?: readonly number[]
}

/** The model; its inputs are called as their layers' ports ("input"), its output "output". */
export function onnxOf(
  layers: readonly Layer[],
  { weights, rows = {}, name = 'network', taps = [] }: WriteOptions = {},
) {
  const facts = factsOfAll(layers)
  const writer = new OnnxWriter()
  const results: string[] = []
  const shares: (string | undefined)[] = []
  const given = new Map<string, string>()
  for (const [row, parts] of Object.entries(rows)) {
    const sizes = parts.map(({ shape }) => sizeOf(shape))
    const split = parts.map((_, i) => `${row}:${i}`)
    writer.input(row, 'float32', [sizes.reduce((sum, size) => sum + size, 0)])
    const [name, inputs] = [`${row}.Split`, [row, writer.ints(sizes)]]
    writer.operator({ type: 'Split', name, inputs, outputs: split, attributes: { axis: 0 } })
    for (const [i, { name: own, shape }] of parts.entries()) {
      const shaped = [split[i] ?? '', writer.ints(shape)]
      writer.operator({ type: 'Reshape', name: `${own}.Reshape`, inputs: shaped, outputs: [own] })
      given.set(own, own)
    }
  }
  for (const [i, layer] of layers.entries()) {
    const { output = [], weights: own = [] } = facts[i] ?? {}
    let count = 0
    const emit: Emit = {
      operator(type, inputs, attributes) {
        const result = `${layer.name}:${count}`
        const called = `${layer.name}.${type}${count === 0 ? '' : count}`
        writer.operator({ type, name: called, inputs, outputs: [result], ...(attributes && { attributes }) })
        count++
        if (type === 'Softmax' && attends(layer.type)) shares[i] = result
        return result
      },
      weight(part) {
        const full = part === '' ? layer.name : `${layer.name}.${part}`
        const weight = own.find((one) => one.name === full)
        if (!weight) throw new Error(`the layer "${layer.name}" has no weight "${part}"`)
        const known = given.get(full)
        if (known !== undefined) return known
        const { at, shape } = weight
        return writer.weight(full, shape, weights ? weights.subarray(at, at + sizeOf(shape)) : at)
      },
      ints: (numbers) => writer.ints(numbers),
      scalar: (number) => writer.scalar(number),
      floats: (numbers, shape) => writer.floats(numbers, shape),
    }
    const inputs = layer.from.map((index) => results[index] ?? '')
    const shapes = { inputs: layer.from.map((index) => facts[index]?.output ?? []), output }
    results.push(layerType(layer.type).onnx(emit, inputs, shapes, layer.set))
  }

  const outputs = [
    ...taps.map((at) => [layers[at]?.name ?? '', at] as const),
    [networkOutput, layers.length - 1] as const,
  ]
  for (const [i, { type, set }] of layers.entries())
    if (type === 'input') writer.input(portOf(set), 'float32', ['N', ...(facts[i]?.output ?? [])])
  for (const [called, at] of outputs)
    writer.output(called, results[at] ?? '', 'float32', ['N', ...(facts[at]?.output ?? [])])
  // What the tensor of each layer's result is called inside, too, and that of the shares of an attention.
  return { ...writer.model(name), results, shares }
}
