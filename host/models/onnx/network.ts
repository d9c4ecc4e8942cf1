/** The operators of an ONNX file. Field numbers are those of onnx.proto (onnx 1.12 to 1.19, Apache-2.0). */
import type { Network, NetworkOperator, NetworkTensor } from '../../../engine/graph/network.ts'
import { type Bytes, type Field, fields, textOf, varints, WireError } from './protobuf.ts'
import { initializer, type OnnxPort, type OnnxWeight, port } from './read.ts'
import { weightOf } from './weights.ts'

/** The most numbers of one attribute that are shown. */
const mostNumbers = 16
const longestText = 200

const one = (bytes: Bytes, { from, to }: Field): Generator<Field> => fields(bytes, from, to)

export const listOf = (numbers: readonly (number | bigint)[], count = numbers.length): string =>
  `${numbers
    .slice(0, mostNumbers)
    .map((number) => (typeof number === 'number' ? Number(number.toPrecision(6)) : number))
    .join(', ')}${count > mostNumbers ? `, … (${count})` : ''}`

export const shortened = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text)

const float = (bytes: Bytes, at: number): number => {
  const piece = bytes.read(at, 4)
  return new DataView(piece.buffer, piece.byteOffset, 4).getFloat32(0, true)
}

/** "float32 3 × 2" */
export const tensorWords = ({ dtype, shape = [] }: NetworkTensor): string =>
  shape.length === 0 ? `one ${dtype}` : `${dtype} ${shape.map((length) => length ?? '?').join(' × ')}`

/** Of a GraphProto: how many operators it has. */
function graphWords(bytes: Bytes, field: Field): string {
  let count = 0
  for (const part of one(bytes, field)) if (part.number === 1) count++
  return `a graph of ${count} operators`
}

/** The inputs whose numbers decide a shape, by the type of operator. */
const deciding: Readonly<Record<string, readonly number[]>> = {
  ...{ Reshape: [1], Resize: [1, 2, 3], Upsample: [1], Slice: [1, 2, 3, 4], Squeeze: [1], Unsqueeze: [1], Pad: [1] },
  ...{ Expand: [1], Tile: [1], ReduceSum: [1], ReduceMean: [1], ReduceMax: [1], ReduceMin: [1] },
}

/** The numbers of a small constant in the file; undefined of any other. */
function numbersOf(bytes: Bytes, weight: OnnxWeight): readonly number[] | undefined {
  const { shape, held } = weight
  if (!held || shape.reduce((a, b) => a * b, 1) > mostNumbers) return undefined
  try {
    const { numbers } = weightOf(weight, bytes.read(held.from, held.to - held.from))
    return Array.from(numbers as unknown as ArrayLike<number | bigint>, Number)
  } catch (error) {
    // Of numbers that are not packed there are several pieces.
    if (error instanceof WireError) return undefined
    throw error
  }
}

/** An AttributeProto: f 2, i 3, s 4, t 5, g 6, floats 7, ints 8, strings 9. */
function attribute(bytes: Bytes, field: Field): readonly [name: string, words: string, tensor?: OnnxWeight] {
  let tensor: OnnxWeight | undefined
  let name = ''
  let words = ''
  const floats: number[] = []
  const ints: bigint[] = []
  const texts: string[] = []
  let count = 0
  for (const part of one(bytes, field)) {
    const length = part.to - part.from
    switch (part.number) {
      case 1:
        name = textOf(bytes, part)
        break
      case 2:
        words = listOf([float(bytes, part.from)])
        break
      case 3:
        words = String(varints(bytes.read(part.from, length))[0] ?? part.value)
        break
      case 4:
        words = length > longestText ? `${length} bytes` : textOf(bytes, part)
        break
      case 5:
        tensor = initializer(bytes, part)
        words = tensorWords(toldOf(tensor))
        break
      case 6:
        words = graphWords(bytes, part)
        break
      case 7:
        for (let at = part.from; at + 4 <= part.to; at += 4) if (count++ < mostNumbers) floats.push(float(bytes, at))
        break
      case 8:
        // A list is as long as it likes; only its beginning is read.
        ints.push(...varints(bytes.read(part.from, Math.min(length, 10 * mostNumbers))))
        count = Math.max(count, ints.length)
        break
      case 9:
        texts.push(textOf(bytes, part))
        break
    }
  }
  if (floats.length > 0) words = listOf(floats, count)
  if (ints.length > 0) words = listOf(ints, count)
  if (texts.length > 0) words = texts.join(', ')
  return tensor ? [name, shortened(words), tensor] : [name, shortened(words)]
}

/** A NodeProto: input 1, output 2, name 3, op_type 4, attribute 5, domain 7. */
function operator(bytes: Bytes, field: Field): { readonly made: NetworkOperator; readonly tensor?: OnnxWeight } {
  let [name, type, domain] = ['', '', '']
  const [inputs, outputs]: [string[], string[]] = [[], []]
  const attributes: [string, string][] = []
  let tensor: OnnxWeight | undefined
  for (const part of one(bytes, field)) {
    if (part.number === 1) inputs.push(textOf(bytes, part))
    else if (part.number === 2) outputs.push(textOf(bytes, part))
    else if (part.number === 3) name = textOf(bytes, part)
    else if (part.number === 4) type = textOf(bytes, part)
    else if (part.number === 5) {
      const [name, words, own] = attribute(bytes, part)
      attributes.push([name, words])
      tensor ??= own
    } else if (part.number === 7) domain = textOf(bytes, part)
  }
  if (domain && domain !== 'ai.onnx') attributes.push(['domain', domain])
  const made = { name, type, inputs, outputs, attributes: Object.fromEntries(attributes) }
  return { made, ...(tensor && { tensor }) }
}

function toldOf({ dtype, shape }: Pick<OnnxPort, 'dtype' | 'shape'>): NetworkTensor {
  return { dtype, ...(shape && { shape }) }
}

/** Throws WireError. */
export function readNetwork(bytes: Bytes): Network {
  const operators: NetworkOperator[] = []
  const tensors = new Map<string, NetworkTensor>()
  const constants = new Map<string, NetworkTensor>()
  const weights = new Map<string, OnnxWeight>()
  const [inputs, outputs]: [string[], string[]] = [[], []]
  for (const graph of fields(bytes)) {
    if (graph.number !== 7) continue
    for (const field of one(bytes, graph)) {
      if (field.number === 1) {
        const { made, tensor } = operator(bytes, field)
        const [constant] = made.outputs
        // A constant is a number that an operator takes, not something that is computed.
        if (made.type === 'Constant' && constant !== undefined) {
          constants.set(constant, tensor ? toldOf(tensor) : { dtype: 'int64' })
          if (tensor) weights.set(constant, tensor)
        } else operators.push(made)
      } else if (field.number === 5) {
        const weight = initializer(bytes, field)
        constants.set(weight.name, toldOf(weight))
        weights.set(weight.name, weight)
      } else if (field.number === 11 || field.number === 12 || field.number === 13) {
        const found = port(bytes, field)
        tensors.set(found.name, toldOf(found))
        if (field.number === 11) inputs.push(found.name)
        if (field.number === 12) outputs.push(found.name)
      }
    }
  }
  for (const { type, inputs } of operators)
    for (const at of (Object.hasOwn(deciding, type) && deciding[type]) || []) {
      const [name = '', weight] = [inputs[at], weights.get(inputs[at] ?? '')]
      const numbers = weight && numbersOf(bytes, weight)
      if (numbers) constants.set(name, { ...toldOf(weight), numbers })
    }
  return networkOf({ operators, tensors, constants, inputs, outputs })
}

interface Parts extends Pick<Network, 'operators' | 'inputs' | 'outputs'> {
  readonly tensors: ReadonlyMap<string, NetworkTensor>
  readonly constants: ReadonlyMap<string, NetworkTensor>
}

/** Keeps what the operators take and give. */
export function networkOf({ operators, tensors, constants, inputs, outputs }: Parts): Network {
  const taken = new Set(operators.flatMap((one) => one.inputs))
  const used = new Set([...inputs, ...outputs, ...operators.flatMap((one) => one.outputs)])
  const only = (all: ReadonlyMap<string, NetworkTensor>, names: ReadonlySet<string>) =>
    Object.fromEntries([...all].filter(([name]) => names.has(name)))
  return {
    // Older files list their weights among the inputs.
    inputs: inputs.filter((name) => !constants.has(name)),
    outputs,
    operators,
    tensors: only(tensors, used),
    weights: only(constants, taken),
  }
}
