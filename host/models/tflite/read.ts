/**
 * What a .tflite file says of itself: the first graph in it, its inputs, outputs and inner tensors by name, and how they are
 * quantised. Field numbers are those of TensorFlow Lite's schema (tensorflow/compiler/mlir/lite/schema/schema.fbs, version 3).
 */
import type { Bytes } from '../onnx/protobuf.ts'
import { FlatError, rootOf, type Table } from './flatbuffer.ts'

/** A real number is scale · (stored − zeroPoint). */
export interface Quantised {
  readonly scale: number
  readonly zeroPoint: number
}

export interface TflitePort {
  readonly name: string
  /** Of its tensor, in the graph. */
  readonly tensor: number
  readonly dtype: string
  readonly shape: readonly number[]
  /** Where whole numbers stand for real ones, by one rule for all of them. */
  readonly quantised?: Quantised
}

/** Numbers that the file holds. */
export interface TfliteWeight {
  readonly name: string
  readonly tensor: number
  /** As they lie in the file. */
  readonly dtype: string
  readonly shape: readonly number[]
  /** Where they begin and end in the file. */
  readonly from: number
  readonly to: number
  /** Where whole numbers stand for real ones: one rule for all, or one for each index along `axis`. */
  readonly quantised?: {
    readonly scales: readonly number[]
    readonly zeroPoints: readonly number[]
    readonly axis: number
  }
  /** Kernels of a depthwise convolution (1, H, W, O) have their channels in another order than others (O, H, W, I). */
  readonly depthwise: boolean
}

export interface TfliteFile {
  readonly inputs: readonly TflitePort[]
  readonly outputs: readonly TflitePort[]
  /** Every tensor with a name of its own, by it. */
  readonly inner: ReadonlyMap<string, TflitePort>
  readonly producer: string | undefined
  readonly operators: number
  /** Names of operators that TensorFlow Lite itself does not define. */
  readonly custom: readonly string[]
  /** What operators take and nothing computes, in the order of the file. */
  readonly weights: readonly TfliteWeight[]
  /** The name that the file gives a tensor; "" for none. */
  readonly ownName: (tensor: number) => string
}

const model = { version: 0, operatorCodes: 1, graphs: 2, description: 3, buffers: 4, signatures: 7 } as const
const operatorCode = { short: 0, custom: 1, builtin: 3 } as const
const depthwiseConvolution = 4
export const graphFields = { tensors: 0, inputs: 1, outputs: 2, operators: 3 } as const
export const modelFields = model
const tensorFields = { shape: 0, type: 1, buffer: 2, name: 3, quantization: 4 } as const
const operatorFields = { code: 0, inputs: 1 } as const
const quantization = { scale: 2, zeroPoint: 3, axis: 6 } as const
const buffer = { data: 0, offset: 1, size: 2 } as const
const signature = { inputs: 0, outputs: 1, graph: 4 } as const
const mapped = { name: 0, tensor: 1 } as const

/** `TensorType` of the schema, in its order. */
const dtypes = [
  ...['float32', 'float16', 'int32', 'uint8', 'int64', 'string', 'bool', 'int16', 'complex64', 'int8', 'float64'],
  ...['complex128', 'uint64', 'resource', 'variant', 'uint32', 'uint16', 'int4', 'bfloat16'],
] as const

function quantisedBy(of: Table | undefined): Quantised | undefined {
  const scales = of?.floats(quantization.scale) ?? []
  const [scale = 0] = scales
  // More than one: a rule for each channel, which only weights have.
  if (scales.length !== 1 || !(scale > 0)) return undefined
  return { scale, zeroPoint: of?.longs(quantization.zeroPoint)[0] ?? 0 }
}

function rulesBy(of: Table | undefined): TfliteWeight['quantised'] {
  const scales = of?.floats(quantization.scale) ?? []
  if (scales.length === 0 || scales.some((scale) => !(scale > 0))) return undefined
  return { scales, zeroPoints: of?.longs(quantization.zeroPoint) ?? [], axis: of?.int(quantization.axis) ?? 0 }
}

/** The tables of a file: those of its first graph, and of what they refer to. Throws FlatError. */
export function tablesOf(bytes: Bytes) {
  const root = rootOf(bytes)
  const [graph] = root.tables(model.graphs)
  return { operators: graph?.tables(graphFields.operators) ?? [], codes: root.tables(model.operatorCodes) }
}

/** Names as sockets may have them, each once. */
function unique(names: readonly string[], kind: string): readonly string[] {
  const taken = new Set<string>()
  return names.map((name, i) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a socket's name must not have
    const plain = name.replace(/[\x00-\x1f\x7f]/g, '') || `${kind}_${i}`
    let own = plain
    for (let next = 1; taken.has(own); next++) own = `${plain}_${next}`
    taken.add(own)
    return own
  })
}

/** By the tensor: how the first signature of the graph names it. */
function signedNames(signatures: readonly Table[], field: 0 | 1): ReadonlyMap<number, string> {
  const own = signatures.find((one) => one.uint(signature.graph) === 0)
  return new Map((own?.tables(field) ?? []).map((one) => [one.uint(mapped.tensor), one.text(mapped.name) ?? '']))
}

/** @throws FlatError */
export function readTflite(bytes: Bytes): TfliteFile {
  const root = rootOf(bytes)
  const version = root.uint(model.version)
  const [graph] = root.tables(model.graphs)
  if (version !== 3 || !graph) throw new FlatError(`it has no graph of version 3 (version ${version})`, false)
  for (const one of root.tables(model.buffers)) {
    // Weights may lie in the list itself, or after the tables.
    const end = one.bytesEnd(buffer.data) ?? one.long(buffer.offset) + one.long(buffer.size)
    if (end > bytes.size) throw new FlatError(`its weights end at byte ${end}, and it has ${bytes.size}`, true)
  }
  const tensors = graph.tables(graphFields.tensors)
  const signatures = root.tables(model.signatures)
  const portOf = (index: number, name: string): TflitePort => {
    const tensor = tensors[index]
    if (!tensor) throw new FlatError(`it names tensor ${index} and has ${tensors.length}`, false)
    const quantised = quantisedBy(tensor.table(tensorFields.quantization))
    return {
      ...{ name, tensor: index },
      dtype: dtypes[tensor.byte(tensorFields.type)] ?? 'unknown',
      shape: tensor.ints(tensorFields.shape),
      ...(quantised && { quantised }),
    }
  }
  const names = tensors.map((tensor) => tensor.text(tensorFields.name) ?? '')
  const ownName = (index: number): string => names[index] ?? ''
  const portsOf = (field: 1 | 2, signed: 0 | 1, kind: string): TflitePort[] => {
    const names = signedNames(signatures, signed)
    const indices = graph.ints(field)
    const chosen = unique(
      indices.map((index) => names.get(index) || ownName(index)),
      kind,
    )
    return indices.map((index, i) => portOf(index, chosen[i] ?? ''))
  }
  const buffers = root.tables(model.buffers)
  /** Where the numbers of a buffer are; undefined: it has none. */
  const placeOf = (index: number): { readonly from: number; readonly to: number } | undefined => {
    const held = buffers[index]
    const within = held?.bytesEnd(buffer.data)
    if (held && within !== undefined) {
      const from = held.bytesStart(buffer.data) ?? within
      return within > from ? { from, to: within } : undefined
    }
    const [from, size] = [held?.long(buffer.offset) ?? 0, held?.long(buffer.size) ?? 0]
    return size > 0 ? { from, to: from + size } : undefined
  }
  const codes = root.tables(model.operatorCodes)
  const steps = graph.tables(graphFields.operators)
  const taken = new Set(steps.flatMap((step) => step.ints(operatorFields.inputs)))
  const depthwise = new Set(
    steps.flatMap((step) => {
      const code = codes[step.uint(operatorFields.code)]
      const builtin = Math.max(code?.byte(operatorCode.short) ?? 0, code?.int(operatorCode.builtin) ?? 0)
      return builtin === depthwiseConvolution ? step.ints(operatorFields.inputs).slice(1, 2) : []
    }),
  )
  const named = new Set<string>()
  const weights: TfliteWeight[] = []
  for (const [index, tensor] of tensors.entries()) {
    const place = taken.has(index) ? placeOf(tensor.uint(tensorFields.buffer)) : undefined
    const name = ownName(index)
    if (!place || !name || named.has(name)) continue
    named.add(name)
    const { dtype, shape } = portOf(index, name)
    const quantised = rulesBy(tensor.table(tensorFields.quantization))
    const own = { name, tensor: index, dtype, shape, ...place, depthwise: depthwise.has(index) }
    weights.push({ ...own, ...(quantised && { quantised }) })
  }
  const inner = new Map<string, TflitePort>()
  for (const index of tensors.keys()) {
    const name = ownName(index)
    if (name && !inner.has(name)) inner.set(name, portOf(index, name))
  }
  return {
    inputs: portsOf(graphFields.inputs, signature.inputs, 'input'),
    outputs: portsOf(graphFields.outputs, signature.outputs, 'output'),
    inner,
    producer: root.text(model.description) || undefined,
    operators: steps.length,
    custom: codes.flatMap((code) => code.text(operatorCode.custom) || []),
    weights,
    ownName,
  }
}
