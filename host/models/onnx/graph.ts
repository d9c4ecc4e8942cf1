/** The operators of an ONNX model with all that is needed to compute them. Field numbers are those of onnx.proto (onnx 1.12 to 1.19). */
import type { Attribute, Attributes } from '../../../engine/values/layers/layer.ts'
import type { RuntimeTensor } from '../runtime.ts'
import { bytesOf, type Field, fields, textOf, varints, WireError } from './protobuf.ts'
import { initializer } from './read.ts'
import { weightOf } from './weights.ts'

export interface OnnxNode {
  readonly type: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
}

export interface OnnxGraph {
  /** In an order in which each finds what it takes. */
  readonly nodes: readonly OnnxNode[]
  readonly constants: ReadonlyMap<string, RuntimeTensor>
}

/** AttributeProto.AttributeType: of those that layers and training write. */
const types = { float: 1, int: 2, string: 3, ints: 7 } as const

/** @throws WireError where the model has no graph, weights in another file, or attributes of another kind */
export function readGraph(content: Uint8Array): OnnxGraph {
  const bytes = bytesOf(content)
  const one = ({ from, to }: Field): Generator<Field> => fields(bytes, from, to)
  const bytesIn = ({ from, to }: Field): Uint8Array => bytes.read(from, to - from)

  function attribute(field: Field): readonly [string, Attribute] {
    let [name, type, text, float, int] = ['', 0, '', 0, 0]
    const ints: number[] = []
    for (const part of one(field))
      if (part.number === 1) name = textOf(bytes, part)
      else if (part.number === 2) float = new DataView(bytesIn(part).slice().buffer).getFloat32(0, true)
      else if (part.number === 3) int = Number(varints(bytesIn(part))[0])
      else if (part.number === 4) text = textOf(bytes, part)
      else if (part.number === 8) ints.push(...varints(bytesIn(part)).map(Number))
      else if (part.number === 20) type = part.value
    if (type === types.float) return [name, { float }]
    if (type === types.int) return [name, int]
    if (type === types.string) return [name, text]
    if (type === types.ints) return [name, ints]
    throw new WireError(`the attribute "${name}" is of another kind`, false)
  }

  function node(field: Field): OnnxNode {
    const [inputs, outputs]: [string[], string[]] = [[], []]
    const attributes: Record<string, Attribute> = {}
    let type = ''
    for (const part of one(field))
      if (part.number === 1) inputs.push(textOf(bytes, part))
      else if (part.number === 2) outputs.push(textOf(bytes, part))
      else if (part.number === 4) type = textOf(bytes, part)
      else if (part.number === 5) {
        const [name, value] = attribute(part)
        attributes[name] = value
      }
    return { type, inputs, outputs, attributes }
  }

  const nodes: OnnxNode[] = []
  const constants = new Map<string, RuntimeTensor>()
  for (const graph of fields(bytes)) {
    if (graph.number !== 7) continue
    for (const field of one(graph))
      if (field.number === 1) nodes.push(node(field))
      else if (field.number === 5) {
        const weight = initializer(bytes, field)
        if (weight.external) throw new WireError(`the weights "${weight.name}" are in another file`, false)
        const { from, to } = weight.held ?? { from: 0, to: 0 }
        constants.set(weight.name, weightOf(weight, bytes.read(from, to - from)))
      }
  }
  if (nodes.length === 0) throw new WireError('it has no graph', true)
  return { nodes, constants }
}
