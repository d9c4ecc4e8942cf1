/** The operators of a TensorFlow.js model: nodes of a graph model, layers of a layers model. */
import type { Network, NetworkOperator, NetworkTensor } from '../../../engine/graph/network.ts'
import { listOf, networkOf, shortened } from '../onnx/network.ts'
import { isConstant, type Keras, layerName, nodeOf, plain, type TensorFlowFile, type TopologyNode } from './read.ts'

/** What says how an operator computes, and not how it is to be trained. */
const unsaid = new Set([
  ...['name', 'trainable', 'dtype', 'batch_input_shape', 'T', 'Tidx', 'Tpaddings', 'Tshape', 'N', 'use_cudnn_on_gpu'],
  ...['_output_shapes', '_class', 'build_input_shape', 'is_training'],
])
const forTraining = /_(initializer|regularizer|constraint)$/

const words = (value: unknown): string => {
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one === 'number')) return listOf(value)
    return shortened(value.slice(0, 16).map(words).join(', '))
  }
  if (typeof value === 'object' && value !== null) return shortened(JSON.stringify(value))
  return shortened(String(value))
}

/** TensorFlow writes texts in base64, or as the numbers of their bytes. */
const textOf = (value: unknown): string =>
  new TextDecoder().decode(
    typeof value === 'string' ? Buffer.from(value, 'base64') : Uint8Array.from(value as number[]),
  )

/** An AttrValue: one of s, i, f, b, type, shape, tensor, list. */
function attributeWords(value: Record<string, unknown>): string | undefined {
  if ('s' in value) return shortened(textOf(value.s))
  for (const field of ['i', 'f', 'b', 'type']) if (field in value) return words(value[field])
  const list = value.list as Record<string, unknown> | undefined
  for (const field of ['i', 'f', 'b', 'type']) {
    const numbers = list?.[field]
    if (Array.isArray(numbers) && numbers.length > 0)
      return words(numbers.map((one) => (field === 'type' ? one : Number(one))))
  }
  return undefined
}

function nodeAttributes({ attr = {} }: TopologyNode): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attr).flatMap(([name, value]) => {
      const said = unsaid.has(name) ? undefined : attributeWords(value)
      return said === undefined ? [] : [[name, said]]
    }),
  )
}

type Ports = Pick<TensorFlowFile, 'inputs' | 'outputs'>

const portTensors = ({ inputs, outputs }: Ports): Map<string, NetworkTensor> =>
  new Map(
    [...inputs, ...outputs].flatMap(({ name, dtype, shape }) =>
      dtype === 'unknown' ? [] : [[name, { dtype, ...(shape && { shape }) }]],
    ),
  )

function ofNodes(nodes: readonly TopologyNode[], file: TensorFlowFile): Network {
  const stored = new Map(file.weights.map((weight) => [weight.name, weight]))
  const constants = new Map<string, NetworkTensor>()
  for (const { name } of nodes.filter(isConstant)) {
    const weight = stored.get(name)
    // A constant without numbers in the file, such as an empty shape, has no known size.
    constants.set(name, weight ? { dtype: weight.dtype, shape: weight.shape } : { dtype: 'unknown' })
  }
  // A second result of a node is known by its place: "split:1".
  const given = new Map<string, Set<string>>()
  const inputsOf = ({ input = [] }: TopologyNode): string[] => input.filter((one) => !one.startsWith('^')).map(plain)
  for (const input of [...nodes.flatMap(inputsOf), ...file.outputs.map(({ name }) => name)])
    if (input !== nodeOf(input)) given.set(nodeOf(input), (given.get(nodeOf(input)) ?? new Set()).add(input))
  const operators = nodes
    .filter((one) => !isConstant(one) && !one.op.startsWith('Placeholder') && one.op !== 'NoOp')
    .map((one): NetworkOperator => {
      const { name, op } = one
      const outputs = [name, ...(given.get(name) ?? [])]
      return { name, type: op, inputs: inputsOf(one), outputs, attributes: nodeAttributes(one) }
    })
  return networkOf({
    ...{ operators, constants, tensors: portTensors(file) },
    inputs: file.inputs.map(({ name }) => name),
    outputs: file.outputs.map(({ name }) => name),
  })
}

function layerAttributes(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([name, value]) =>
      unsaid.has(name) || forTraining.test(name) || value === null || value === undefined ? [] : [[name, words(value)]],
    ),
  )
}

function ofLayers({ layers }: Pick<Keras, 'layers'>, file: TensorFlowFile): Network {
  const constants = new Map(file.weights.map(({ name, dtype, shape }) => [name, { dtype, shape }]))
  const owned = new Map<string, string[]>()
  for (const { name } of file.weights) {
    const layer = name.slice(0, Math.max(0, name.lastIndexOf('/')))
    owned.set(layer, [...(owned.get(layer) ?? []), name])
  }
  const operators: NetworkOperator[] = []
  let previous = file.inputs[0]?.name
  for (const layer of layers) {
    const name = layerName(layer)
    if (layer.class_name === 'InputLayer') continue
    // A sequential model names no inputs: each layer takes what the one before gives.
    const inputs = layer.inbound_nodes ? layer.inbound_nodes.flat() : [previous ?? '']
    operators.push({
      ...{ name, type: layer.class_name, outputs: [name] },
      inputs: [...inputs, ...(owned.get(name) ?? [])],
      attributes: layerAttributes(layer.config),
    })
    previous = name
  }
  return networkOf({
    ...{ operators, constants, tensors: portTensors(file) },
    inputs: file.inputs.map(({ name }) => name),
    outputs: file.outputs.map(({ name }) => name),
  })
}

export const networkOfTensorFlow = (file: TensorFlowFile): Network =>
  file.topology.nodes ? ofNodes(file.topology.nodes, file) : ofLayers(file.topology.layers, file)
