/**
 * Writes ONNX models (onnx.ai; the wire format is that of protocol buffers), operator by operator. What is in no protocol buffer is
 * in another file, called "weights".
 */
import { type Attribute, type Dims, sizeOf } from '../values/layers/layer.ts'

/** Pieces of a message, in order. */
type Message = readonly Uint8Array[]

const utf8 = new TextEncoder()

const short = Array.from({ length: 128 }, (_, value) => Uint8Array.of(value))

/** Whole numbers from -2^63 on; negative ones take ten bytes. */
function varint(value: number): Uint8Array {
  // Nearly all are short, and 64 bits are slow.
  if (value >= 0 && value < 128) return short[value] ?? Uint8Array.of(value)
  if (value >= 0 && value < 16_384) return Uint8Array.of((value & 127) | 128, value >> 7)
  const out: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest >= 128n) {
    out.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  return Uint8Array.from([...out, Number(rest)])
}

/** Nearly all names are plain letters, for which the encoder is slow. */
function ascii(value: string): Uint8Array {
  const out = new Uint8Array(value.length)
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if (code > 127) return utf8.encode(value)
    out[i] = code
  }
  return out
}

const lengthOf = (message: Message): number => message.reduce((sum, piece) => sum + piece.length, 0)
const whole = (field: number, value: number): Message => [varint(field * 8), varint(value)]
const bytes = (field: number, piece: Uint8Array): Message => [varint(field * 8 + 2), varint(piece.length), piece]
const text = (field: number, value: string): Message => bytes(field, ascii(value))
const inner = (field: number, message: Message): Message => [
  varint(field * 8 + 2),
  varint(lengthOf(message)),
  ...message,
]
const float = (field: number, value: number): Message => [
  varint(field * 8 + 5),
  new Uint8Array(Float32Array.of(value).buffer),
]

function together(message: Message): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(lengthOf(message))
  let at = 0
  for (const piece of message) {
    out.set(piece, at)
    at += piece.length
  }
  return out
}

function attribute(name: string, value: Attribute): Message {
  const named = text(1, name)
  if (typeof value === 'number') return inner(5, [...named, ...whole(3, value), ...whole(20, 2)])
  if (typeof value === 'string') return inner(5, [...named, ...text(4, value), ...whole(20, 3)])
  if ('float' in value) return inner(5, [...named, ...float(2, value.float), ...whole(20, 1)])
  return inner(5, [...named, ...value.flatMap((one) => whole(8, one)), ...whole(20, 7)])
}

const float32 = 1
const int64 = 7

const tensor = (name: string, type: number, dims: Dims, data: Message): Message =>
  inner(5, [...dims.flatMap((length) => whole(1, length)), ...whole(2, type), ...text(8, name), ...data])

const rawBytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** Where numbers of another file lie. */
const outside = (at: number, length: number): Message => [
  ...Object.entries({ location: 'weights', offset: String(at), length: String(length) }).flatMap(([key, value]) =>
    inner(13, [...text(1, key), ...text(2, value)]),
  ),
  ...whole(14, 1),
]

/** The types of tensors of the format that inputs and outputs have here. */
const types = { float32: 1, uint8: 2, int32: 6 } as const

export type PortType = keyof typeof types

/** An input or output; a length that is a text is free. */
function port(field: number, name: string, type: PortType, dims: readonly (number | string)[]): Message {
  const sides = dims
    .map((length) => (typeof length === 'string' ? text(2, length) : whole(1, length)))
    .flatMap((dim) => inner(1, dim))
  const told = inner(1, [...whole(1, types[type]), ...inner(2, sides)])
  return inner(field, [...text(1, name), ...inner(2, told)])
}

/** Versions of the format and of the operators: GELU came with 20, group norm by channels with 21. */
const format = 10
const operators = 21

export interface Operator {
  readonly type: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, Attribute>>
  /** Absent: one of ONNX's own. */
  readonly domain?: string | undefined
}

/** A model that is being written. */
export class OnnxWriter {
  readonly #nodes: Message[] = []
  readonly #constants: Message[] = []
  readonly #inputs: Message[] = []
  readonly #outputs: Message[] = []
  readonly #known = new Map<string, string>()
  readonly #domains = new Set<string>()

  operator({ type, name, inputs, outputs, attributes = {}, domain }: Operator): void {
    if (domain !== undefined) this.#domains.add(domain)
    this.#nodes.push(
      inner(1, [
        ...inputs.flatMap((input) => text(1, input)),
        ...outputs.flatMap((output) => text(2, output)),
        ...text(3, name),
        ...text(4, type),
        ...Object.entries(attributes).flatMap(([key, value]) => attribute(key, value)),
        ...(domain === undefined ? [] : text(7, domain)),
      ]),
    )
  }

  /** The same constant is written once. */
  #constant(type: number, dims: Dims, numbers: ArrayBufferView): string {
    const content = rawBytes(numbers)
    const key = content.length <= 256 ? `${type} ${dims.join()} ${content.join()}` : ''
    const before = this.#known.get(key)
    if (before !== undefined) return before
    const called = `constant_${this.#constants.length}`
    this.#constants.push(tensor(called, type, dims, bytes(9, content)))
    if (key !== '') this.#known.set(key, called)
    return called
  }

  ints(numbers: readonly number[]): string {
    return this.#constant(int64, [numbers.length], BigInt64Array.from(numbers, BigInt))
  }

  /** A whole number without an axis. */
  scalar(number: number): string {
    return this.#constant(int64, [], BigInt64Array.of(BigInt(number)))
  }

  floats(numbers: ArrayLike<number>, shape: Dims): string {
    return this.#constant(float32, shape, Float32Array.from(numbers))
  }

  /** Named numbers, written into the model, or with their place in the other file, in numbers. The same name is written once. */
  weight(name: string, shape: Dims, held: Float32Array | number): string {
    if (this.#known.has(`weight ${name}`)) return name
    const data = typeof held === 'number' ? outside(held * 4, sizeOf(shape) * 4) : bytes(9, rawBytes(held))
    this.#constants.push(tensor(name, float32, shape, data))
    this.#known.set(`weight ${name}`, name)
    return name
  }

  input(name: string, type: PortType, dims: readonly (number | string)[]): void {
    this.#inputs.push(port(11, name, type, dims))
  }

  /** The result of an operator as an output, under this name. */
  output(name: string, of: string, type: PortType, dims: readonly (number | string)[]): void {
    this.operator({ type: 'Identity', name, inputs: [of], outputs: [name] })
    this.#outputs.push(port(12, name, type, dims))
  }

  model(name: string) {
    const graph = [
      ...this.#nodes.flat(),
      ...text(2, name),
      ...this.#constants.flat(),
      ...this.#inputs.flat(),
      ...this.#outputs.flat(),
    ]
    const others = [...this.#domains].flatMap((domain) => inner(8, [...text(1, domain), ...whole(2, 1)]))
    const opset = inner(8, whole(2, operators))
    return {
      bytes: together([...whole(1, format), ...text(2, 'Sightline'), ...inner(7, graph), ...opset, ...others]),
      operators: this.#nodes.length,
      opset: operators,
    }
  }
}
