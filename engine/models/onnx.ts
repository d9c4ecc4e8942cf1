/**
 * Writes a network of layers as an ONNX model (onnx.ai; the wire format is that of protocol buffers). Its weights lie in another
 * file, called "weights", as `weightsOfAll` places them, or in the model itself.
 */
import { factsOfAll } from '../values/layers/graph.ts'
import { layerType } from '../values/layers/index.ts'
import { type Attribute, type Dims, type Emit, type Layer, sizeOf } from '../values/layers/layer.ts'

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

/** An input or output: float32, the first axis free. */
function port(field: number, name: string, dims: Dims): Message {
  const sides = [text(2, 'N'), ...dims.map((length) => whole(1, length))].flatMap((dim) => inner(1, dim))
  const type = inner(1, [...whole(1, float32), ...inner(2, sides)])
  return inner(field, [...text(1, name), ...inner(2, type)])
}

/** Versions of the format and of the operators: GELU came with 20, group norm by channels with 21. */
const format = 10
const operators = 21

export const networkInput = 'input'
export const networkOutput = 'output'

export interface WriteOptions {
  /** All weights, to be written into the model. Absent: they are in the other file. */
  readonly weights?: Float32Array
  readonly name?: string
  /** Places of layers whose results are outputs too, by their names. */
  readonly taps?: readonly number[]
}

/** The model; its input is called "input", its output "output". */
export function onnxOf(layers: readonly Layer[], { weights, name = 'network', taps = [] }: WriteOptions = {}) {
  const facts = factsOfAll(layers)
  const nodes: Message[] = []
  const constants: Message[] = []
  const known = new Map<string, string>()
  const results: string[] = []

  /** The same constant is written once. */
  function constant(type: number, dims: Dims, numbers: ArrayBufferView): string {
    const content = rawBytes(numbers)
    const key = content.length <= 256 ? `${type} ${dims.join()} ${content.join()}` : ''
    const before = known.get(key)
    if (before !== undefined) return before
    const called = `constant_${constants.length}`
    constants.push(tensor(called, type, dims, bytes(9, content)))
    if (key !== '') known.set(key, called)
    return called
  }

  for (const [i, layer] of layers.entries()) {
    const { output = [], weights: own = [] } = facts[i] ?? {}
    let count = 0
    const emit: Emit = {
      operator(type, inputs, attributes = {}) {
        const result = `${layer.name}:${count}`
        nodes.push(
          inner(1, [
            ...inputs.flatMap((input) => text(1, input)),
            ...text(2, result),
            ...text(3, `${layer.name}.${type}${count === 0 ? '' : count}`),
            ...text(4, type),
            ...Object.entries(attributes).flatMap(([key, value]) => attribute(key, value)),
          ]),
        )
        count++
        return result
      },
      weight(part) {
        const full = part === '' ? layer.name : `${layer.name}.${part}`
        const weight = own.find((one) => one.name === full)
        if (!weight) throw new Error(`the layer "${layer.name}" has no weight "${part}"`)
        if (!known.has(`weight ${full}`)) {
          const length = sizeOf(weight.shape)
          const held = weights
            ? bytes(9, rawBytes(weights.subarray(weight.at, weight.at + length)))
            : outside(weight.at * 4, length * 4)
          constants.push(tensor(full, float32, weight.shape, held))
          known.set(`weight ${full}`, full)
        }
        return full
      },
      ints: (numbers) => constant(int64, [numbers.length], BigInt64Array.from(numbers, BigInt)),
      scalar: (number) => constant(int64, [], BigInt64Array.of(BigInt(number))),
      floats: (numbers, shape) => constant(float32, shape, Float32Array.from(numbers)),
    }
    const inputs = layer.from.map((index) => results[index] ?? '')
    const shapes = { inputs: layer.from.map((index) => facts[index]?.output ?? []), output }
    results.push(layerType(layer.type).onnx(emit, inputs, shapes, layer.set))
  }

  const outputs = [
    ...taps.map((at) => [layers[at]?.name ?? '', at] as const),
    [networkOutput, layers.length - 1] as const,
  ]
  for (const [called, at] of outputs)
    nodes.push(
      inner(1, [...text(1, results[at] ?? ''), ...text(2, called), ...text(3, called), ...text(4, 'Identity')]),
    )
  const graph = [
    ...nodes.flat(),
    ...text(2, name),
    ...constants.flat(),
    ...port(11, networkInput, facts[0]?.output ?? []),
    ...outputs.flatMap(([called, at]) => port(12, called, facts[at]?.output ?? [])),
  ]
  const opset = inner(8, whole(2, operators))
  return {
    bytes: together([...whole(1, format), ...text(2, 'Sightline'), ...inner(7, graph), ...opset]),
    operators: nodes.length,
    opset: operators,
  }
}
