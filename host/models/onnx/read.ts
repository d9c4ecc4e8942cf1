/**
 * What an ONNX file says of itself, read without the runtime and without the weights. Field numbers are those of onnx.proto
 * (onnx 1.12 to 1.19, Apache-2.0).
 */
import { type Bytes, type Field, fields, textOf, varints, WireError } from './protobuf.ts'

/** TensorProto.DataType, in NumPy's names. */
const dtypes: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
}

/** The name of a number of TensorProto.DataType. */
export const dtypeOf = (number: number): string => dtypes[number] ?? `type ${number}`

export interface OnnxPort {
  readonly name: string
  readonly dtype: string
  readonly shape?: readonly (number | string | null)[]
}

export interface OnnxFile {
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  readonly opset: number
  readonly producer: string | undefined
  readonly operators: number
  /** Its constants: learned, for the most part. */
  readonly weights: readonly OnnxWeight[]
  /** Names of files with weights, relative to the model's folder. */
  readonly external: readonly string[]
  /** What nodes of the graph give. */
  readonly inner: ReadonlySet<string>
}

/** Where the numbers of a weight are. */
export interface OnnxWeight {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  /** The field of TensorProto that has them, and where. Absent: in another file, or there are none. */
  readonly held?: { readonly field: number; readonly from: number; readonly to: number }
  /** In another file: its name, and where in it; `to` is absent for its end. */
  readonly external?: { readonly file: string; readonly from: number; readonly to?: number }
}

const one = (bytes: Bytes, { from, to }: Field): Generator<Field> => fields(bytes, from, to)

/** A length of a shape: a number, a name, or nothing. */
function dimension(bytes: Bytes, field: Field): number | string | null {
  let length: number | string | null = null
  for (const part of one(bytes, field)) {
    // A negative length (2^64 - 1 as it is read) stands for a free one.
    if (part.number === 1) length = part.value > 0 && part.value < 2 ** 53 ? part.value : null
    if (part.number === 2) length = textOf(bytes, part) || null
  }
  return length
}

export function port(bytes: Bytes, field: Field): OnnxPort {
  let name = ''
  let dtype = 'unknown'
  let shape: (number | string | null)[] | undefined
  for (const part of one(bytes, field)) {
    if (part.number === 1) name = textOf(bytes, part)
    if (part.number !== 2) continue
    for (const type of one(bytes, part)) {
      if (type.number !== 1) dtype = 'sequence'
      else
        for (const tensor of one(bytes, type)) {
          if (tensor.number === 1) dtype = dtypeOf(tensor.value)
          if (tensor.number === 2) shape = [...one(bytes, tensor)].map((length) => dimension(bytes, length))
        }
    }
  }
  return { name, dtype, ...(shape && { shape }) }
}

/** Of a TensorProto: float_data, int32_data, int64_data, raw_data, double_data, uint64_data. */
const numberFields: ReadonlySet<number> = new Set([4, 5, 7, 9, 10, 11])

/** A constant of the graph (TensorProto), without its numbers. */
export function initializer(bytes: Bytes, field: Field): OnnxWeight {
  let name = ''
  let dtype = 'unknown'
  const shape: number[] = []
  let held: OnnxWeight['held']
  const entries = new Map<string, string>()
  for (const part of one(bytes, field)) {
    if (part.number === 1) shape.push(...varints(bytes.read(part.from, part.to - part.from)).map(Number))
    else if (part.number === 2) dtype = dtypeOf(part.value)
    else if (part.number === 8) name = textOf(bytes, part)
    else if (numberFields.has(part.number)) held = { field: part.number, from: part.from, to: part.to }
    else if (part.number === 13) {
      const entry = new Map([...one(bytes, part)].map((half) => [half.number, textOf(bytes, half)]))
      entries.set(entry.get(1) ?? '', entry.get(2) ?? '')
    }
  }
  const file = entries.get('location')
  if (file === undefined) return { name, dtype, shape, ...(held && { held }) }
  const [from, length] = [Number(entries.get('offset') ?? 0), entries.get('length')]
  return { name, dtype, shape, external: { file, from, ...(length !== undefined && { to: from + Number(length) }) } }
}

/** The first name that a message holds in field `number`. */
const textIn = (bytes: Bytes, field: Field, number: number): string | undefined => {
  for (const part of one(bytes, field)) if (part.number === number) return textOf(bytes, part)
  return undefined
}

/** Throws WireError. */
export function readOnnx(bytes: Bytes): OnnxFile {
  let version = 0
  let opset = 0
  let graph: Field | undefined
  const producer: string[] = []
  for (const field of fields(bytes)) {
    if (field.number === 1) version = field.value
    else if (field.number === 2 || field.number === 3) producer.push(textOf(bytes, field))
    else if (field.number === 7) graph = field
    else if (field.number === 8 && !textIn(bytes, field, 1))
      for (const part of one(bytes, field)) if (part.number === 2) opset = part.value
  }
  if (version === 0 || version > 100) throw new WireError('it has no version of ONNX', false)
  if (!graph) throw new WireError('it has no graph', true)
  if (opset === 0) throw new WireError('it does not say which operators it uses', true)

  const inputs: OnnxPort[] = []
  const outputs: OnnxPort[] = []
  const weights: OnnxWeight[] = []
  const inner = new Set<string>()
  let operators = 0
  for (const field of one(bytes, graph)) {
    if (field.number === 1) {
      operators++
      for (const part of one(bytes, field)) if (part.number === 2) inner.add(textOf(bytes, part))
    } else if (field.number === 5) {
      weights.push(initializer(bytes, field))
    } else if (field.number === 11) inputs.push(port(bytes, field))
    else if (field.number === 12) outputs.push(port(bytes, field))
  }
  if (outputs.length === 0) throw new WireError('its graph gives nothing', false)
  const constants = new Set(weights.map(({ name }) => name))
  return {
    // Older files list their weights among the inputs.
    inputs: inputs.filter(({ name }) => !constants.has(name)),
    outputs,
    opset,
    producer: producer.filter(Boolean).join(' ') || undefined,
    operators,
    weights,
    external: [...new Set(weights.flatMap(({ external }) => external?.file ?? []))],
    inner,
  }
}
