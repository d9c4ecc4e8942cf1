/**
 * What an .ort file (ONNX Runtime's own form of a model) says of itself, read without the runtime: loading a session only to ask
 * it takes seconds for a large file. It is a FlatBuffer; field numbers are those of onnxruntime/core/flatbuffers/schema/ort.fbs
 * (ONNX Runtime 1.22, MIT).
 */
import type { Network, NetworkOperator, NetworkTensor } from '../../../engine/graph/network.ts'
import { listOf, networkOf, shortened } from './network.ts'
import { type Bytes, paged, WireError } from './protobuf.ts'
import { dtypeOf, type OnnxPort } from './read.ts'

export interface OrtFile {
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  readonly opset: number | undefined
  readonly producer: string | undefined
  readonly operators: number
}

/** The most entries of a table or vector, and bytes of a text: a file with more is broken. */
const most = 1 << 20

const utf8 = new TextDecoder()

function reader(bytes: Bytes) {
  const view = (at: number, length: number): DataView => {
    const piece = at >= 0 && at + length <= bytes.size ? bytes.read(at, length) : new Uint8Array(0)
    if (piece.length < length) throw new WireError('it ends in the middle of a value', true)
    return new DataView(piece.buffer, piece.byteOffset, length)
  }
  const u32 = (at: number): number => view(at, 4).getUint32(0, true)
  /** Offsets are relative to where they stand. */
  const follow = (at: number): number => at + u32(at)
  /** Where a field of the table at `table` is; undefined where it has its default. */
  const field = (table: number, number: number): number | undefined => {
    const fields = table - view(table, 4).getInt32(0, true)
    const slot = 4 + 2 * number
    if (slot + 2 > view(fields, 2).getUint16(0, true)) return undefined
    const offset = view(fields + slot, 2).getUint16(0, true)
    return offset === 0 ? undefined : table + offset
  }
  const text = (at: number): string => {
    const start = follow(at)
    const length = u32(start)
    if (length > most) throw new WireError('a name is longer than 1 MB', false)
    return utf8.decode(view(start + 4, length))
  }
  /** Where the entries of a vector are. */
  const entries = (at: number | undefined): readonly number[] => {
    if (at === undefined) return []
    const start = follow(at)
    const count = u32(start)
    if (count > most) throw new WireError('a list is longer than the file can hold', false)
    return Array.from({ length: count }, (_, i) => start + 4 + 4 * i)
  }
  return {
    root: () => follow(0),
    field,
    entries,
    text: (at: number | undefined): string | undefined => (at === undefined ? undefined : text(at)),
    child: (table: number, number: number): number | undefined => {
      const at = field(table, number)
      return at === undefined ? undefined : follow(at)
    },
    follow,
    int: (at: number | undefined): number => (at === undefined ? 0 : view(at, 4).getInt32(0, true)),
    byte: (at: number | undefined): number => (at === undefined ? 0 : view(at, 1).getUint8(0)),
    long: (at: number | undefined): number => (at === undefined ? 0 : Number(view(at, 8).getBigInt64(0, true))),
    float: (at: number | undefined): number => (at === undefined ? 0 : view(at, 4).getFloat32(0, true)),
    /** The first numbers of a vector, and how many it has. */
    numbers: (at: number | undefined, each: 4 | 8): { readonly first: readonly number[]; readonly count: number } => {
      if (at === undefined) return { first: [], count: 0 }
      const start = follow(at)
      const count = u32(start)
      const first = Array.from({ length: Math.min(count, 16) }, (_, i) => {
        const place = view(start + 4 + each * i, each)
        return each === 4 ? place.getFloat32(0, true) : Number(place.getBigInt64(0, true))
      })
      return { first, count }
    },
  }
}

type Reader = ReturnType<typeof reader>

/** A length of a shape: a number, a name, or nothing. */
function dimension({ child, field, long, byte, text }: Reader, at: number): number | string | null {
  const value = child(at, 0)
  if (value === undefined) return null
  const kind = byte(field(value, 0))
  const length = long(field(value, 1))
  if (kind === 1) return length > 0 ? length : null
  return (kind === 2 && text(field(value, 2))) || null
}

function port(read: Reader, name: string, info: number | undefined): OnnxPort {
  const { child, field, byte, int, entries, follow } = read
  const type = info === undefined ? undefined : child(info, 2)
  // A union: which it is, then the value.
  const isTensor = type !== undefined && byte(field(type, 1)) === 1
  const tensor = isTensor ? child(type, 2) : undefined
  if (tensor === undefined) return { name, dtype: type === undefined ? 'unknown' : 'sequence' }
  const shape = child(tensor, 1)
  return {
    name,
    dtype: dtypeOf(int(field(tensor, 0))),
    ...(shape !== undefined && { shape: entries(field(shape, 0)).map((at) => dimension(read, follow(at))) }),
  }
}

/** Throws WireError. */
export function readOrt(bytes: Bytes): OrtFile {
  const read = reader(paged(bytes))
  const { child, field, entries, text, follow, long } = read
  const model = child(read.root(), 1)
  const graph = model === undefined ? undefined : child(model, 7)
  if (model === undefined || graph === undefined) throw new WireError('it has no graph', false)
  const infos = new Map(entries(field(graph, 1)).map((at) => [text(field(follow(at), 0)) ?? '', follow(at)] as const))
  const names = (number: number): readonly string[] => entries(field(graph, number)).map((at) => text(at) ?? '')
  const constants = new Set(entries(field(graph, 0)).map((at) => text(field(follow(at), 0))))
  const ports = (number: number): OnnxPort[] => names(number).map((name) => port(read, name, infos.get(name)))
  const opset = entries(field(model, 1))
    .map(follow)
    .find((set) => !text(field(set, 0)))
  const producer = [2, 3]
    .map((number) => text(field(model, number)))
    .filter(Boolean)
    .join(' ')
  return {
    inputs: ports(5).filter(({ name }) => !constants.has(name)),
    outputs: ports(6),
    opset: opset === undefined ? undefined : long(field(opset, 1)),
    producer: producer || undefined,
    operators: entries(field(graph, 2)).length,
  }
}

/** An Attribute: f 3, i 4, s 5, floats 8, ints 9, strings 10. */
function attribute(read: Reader, at: number): readonly [name: string, words: string] {
  const { field, float, long, text, numbers, entries } = read
  const name = text(field(at, 0)) ?? ''
  const [floats, ints] = [numbers(field(at, 8), 4), numbers(field(at, 9), 8)]
  if (floats.count > 0) return [name, listOf(floats.first, floats.count)]
  if (ints.count > 0) return [name, listOf(ints.first, ints.count)]
  const texts = entries(field(at, 10)).map((one) => text(one) ?? '')
  if (texts.length > 0) return [name, shortened(texts.join(', '))]
  if (field(at, 3) !== undefined) return [name, listOf([float(field(at, 3))])]
  if (field(at, 4) !== undefined) return [name, String(long(field(at, 4)))]
  if (field(at, 5) !== undefined) return [name, shortened(text(field(at, 5)) ?? '')]
  // The default of a whole number is left out.
  return [name, field(at, 6) === undefined && field(at, 7) === undefined ? '0' : '']
}

/** The operators of an .ort file. Throws WireError. */
export function readOrtNetwork(bytes: Bytes): Network {
  const read = reader(paged(bytes))
  const { child, field, entries, text, follow, int } = read
  const model = child(read.root(), 1)
  const graph = model === undefined ? undefined : child(model, 7)
  if (model === undefined || graph === undefined) throw new WireError('it has no graph', false)
  const names = (table: number, number: number): readonly string[] =>
    entries(field(table, number)).map((at) => text(at) ?? '')
  const tensors = new Map<string, NetworkTensor>()
  for (const at of entries(field(graph, 1)).map(follow)) {
    const name = text(field(at, 0)) ?? ''
    const { dtype, shape } = port(read, name, at)
    if (dtype !== 'unknown') tensors.set(name, { dtype, ...(shape && { shape }) })
  }
  const constants = new Map<string, NetworkTensor>()
  // Initializers: name 0, dims 2, data_type 3.
  for (const at of entries(field(graph, 0)).map(follow)) {
    const { first } = read.numbers(field(at, 2), 8)
    constants.set(text(field(at, 0)) ?? '', { dtype: dtypeOf(int(field(at, 3))), shape: first })
  }
  // Nodes: name 0, domain 2, op_type 5, inputs 8, outputs 9, attributes 10.
  const operators = entries(field(graph, 2)).map((place): NetworkOperator => {
    const at = follow(place)
    const attributes = entries(field(at, 10)).map((one) => attribute(read, follow(one)))
    const domain = text(field(at, 2))
    return {
      ...{ name: text(field(at, 0)) ?? '', type: text(field(at, 5)) ?? '' },
      ...{ inputs: names(at, 8), outputs: names(at, 9) },
      attributes: Object.fromEntries(domain ? [...attributes, ['domain', domain]] : attributes),
    }
  })
  return networkOf({ operators, tensors, constants, inputs: names(graph, 5), outputs: names(graph, 6) })
}
