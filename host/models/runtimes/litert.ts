/** LiteRT (once TensorFlow Lite): models in .tflite files, in WebAssembly with the XNNPACK kernels, on one thread. */
import { closeSync, openSync, readSync } from 'node:fs'
import { guessAxes } from '../../../engine/models/axes.ts'
import { listed } from '../../../engine/models/check.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import { type Bytes, paged } from '../onnx/protobuf.ts'
import {
  type LoadContext,
  onCpu,
  type Runtime,
  type RuntimeFile,
  type RuntimeModel,
  type RuntimeTensor,
} from '../runtime.ts'
import { FlatError } from '../tflite/flatbuffer.ts'
import { type CompiledModel, type LoadedModel, type OpenLiteRt, openLiteRt, version } from '../tflite/library.ts'
import { readTfliteNetwork } from '../tflite/network.ts'
import { readTflite, type TfliteFile, type TflitePort } from '../tflite/read.ts'
import { withOutputs } from '../tflite/taps.ts'
import { tfliteWeight, tfliteWeightAxes } from '../tflite/weights.ts'

const words = 'LiteRT (.tflite)'

/** Throws `model.truncated`, `model.not-a-model`. */
function read<T>(path: string, find: () => T): T {
  try {
    return find()
  } catch (error) {
    if (!(error instanceof FlatError)) throw error
    if (error.cut) throw new SightlineError('model.truncated', { path, message: error.message }, error)
    const given = `It begins like a .tflite file, but ${error.message}.`
    throw new SightlineError('model.not-a-model', { path, known: words, given }, error)
  }
}

function onFile<T>({ path, real, bytes }: RuntimeFile, use: (bytes: Bytes) => T): T {
  const file = openSync(real, 'r')
  const piece = (at: number, length: number): Uint8Array => {
    const into = new Uint8Array(length)
    return into.subarray(0, readSync(file, into, 0, length, at))
  }
  try {
    return read(path, () => use(paged({ size: bytes, read: piece })))
  } finally {
    closeSync(file)
  }
}

const readFrom = (file: RuntimeFile): TfliteFile => onFile(file, readTflite)

/** Numbers that lie in its memory as in an array of JavaScript. */
const arrays = {
  ...{ float32: Float32Array, float16: Float16Array, float64: Float64Array, bool: Uint8Array },
  ...{ uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, uint64: BigUint64Array },
  ...{ int8: Int8Array, int16: Int16Array, int32: Int32Array, int64: BigInt64Array },
}
const isHeld = (dtype: string): dtype is keyof typeof arrays => dtype in arrays

/** Whole numbers that stand for real ones become those. */
function realOf(
  stored: ArrayLike<number | bigint>,
  { scale, zeroPoint }: NonNullable<TflitePort['quantised']>,
): Float32Array {
  return Float32Array.from(stored, (number) => scale * (Number(number) - zeroPoint))
}

/** An output as nodes get it: real numbers, whatever the file keeps them as. */
const asGiven = (port: TflitePort): TflitePort => (port.quantised ? { ...port, dtype: 'float32' } : port)

interface Session {
  readonly opened: OpenLiteRt
  readonly model: LoadedModel
  readonly compiled: CompiledModel
  readonly outputs: readonly TflitePort[]
}

/** The numbers of a vector of the module. */
function numbersOf(vector: { size(): number; get(index: number): number; delete(): void }): number[] {
  const numbers = Array.from({ length: vector.size() }, (_, i) => vector.get(i))
  vector.delete()
  return numbers
}

class Model implements RuntimeModel {
  readonly provider = onCpu
  readonly #path: string
  readonly #file: TfliteFile
  readonly #read: () => Uint8Array
  /** With the outputs that were asked for last. */
  #session: { readonly taps: string; readonly session: Session } | undefined

  constructor(path: string, file: TfliteFile, read: () => Uint8Array) {
    this.#path = path
    this.#file = file
    this.#read = read
  }

  /** Throws `model.unsupported-operator`, `model.failed`. */
  async open(taps: readonly string[]): Promise<Session> {
    const key = JSON.stringify(taps)
    if (this.#session?.taps === key) return this.#session.session
    this.#session = undefined
    const inner = taps.map((tap) => this.#file.inner.get(tap) ?? this.#unknown(tap))
    const outputs = [...this.#file.outputs, ...inner]
    const opened = await openLiteRt(this.#path)
    const session = this.#guarded(opened, () => {
      const tensors = outputs.map(({ tensor }) => tensor)
      const bytes = withOutputs(this.#read(), tensors)
      const { litert, environment } = opened
      // The module reads the weights where they lie: the place is its own as long as it is there.
      const at = litert._malloc(bytes.length)
      if (at === 0) throw new Error('its memory is full')
      litert.HEAPU8.set(bytes, at)
      const model = litert.loadModel(environment, at, bytes.length)
      const options = { environment, accelerator: 'wasm', cpuOptions: { numThreads: 1 } }
      const compiled = litert.compileModel(environment, model, { ...options, gpuOptions: {}, webNNOptions: {} })
      return { opened, model, compiled, outputs }
    })
    this.#session = { taps: key, session }
    return session
  }

  async run(inputs: ReadonlyMap<string, RuntimeTensor>, wanted: readonly string[]) {
    const declared = new Set(this.#file.outputs.map(({ name }) => name))
    const session = await this.open(wanted.filter((name) => !declared.has(name)))
    return this.#guarded(session.opened, () => this.#compute(session, inputs, new Set(wanted)))
  }

  #compute(
    { opened, model, compiled, outputs }: Session,
    inputs: ReadonlyMap<string, RuntimeTensor>,
    wanted: Set<string>,
  ) {
    const { litert, environment } = opened
    const { READ, WRITE } = litert.LiteRtTensorBufferLockMode
    const given = this.#file.inputs.map(({ name }, i) => {
      const { buffer, byteOffset, byteLength } = inputs.get(name)?.numbers ?? new Uint8Array()
      const type = model.getInputTensorType(0, i)
      const bytes = type.bytes()
      // The graph is compiled for these lengths; a free batch is 1.
      if (bytes !== byteLength) throw new Error(`its input "${name}" takes ${bytes} bytes, not ${byteLength}`)
      const tensor = litert.LiteRtTensorBuffer.createManaged(
        ...([environment, litert.LiteRtTensorBufferType.HOST_MEMORY, type, bytes] as const),
      )
      type.delete()
      const at = tensor.lock(WRITE)
      litert.HEAPU8.set(new Uint8Array(buffer, byteOffset, byteLength), at)
      tensor.unlock()
      return tensor
    })
    const made = compiled.run(0, given)
    const results = made.flatMap((tensor, i): [string, RuntimeTensor][] => {
      const port = outputs[i]
      if (!port || !wanted.has(port.name)) return []
      const type = tensor.tensorType()
      const layout = type.layout()
      const shape = numbersOf(layout.dimensions())
      layout.delete()
      type.delete()
      const at = tensor.lock(READ)
      const bytes = litert.HEAPU8.slice(at, at + tensor.packedSize())
      tensor.unlock()
      return [[port.name, tensorOf(port, shape, bytes)]]
    })
    for (const tensor of [...given, ...made]) tensor.delete()
    return new Map(results)
  }

  #unknown(output: string): never {
    const known = listed(this.#file.outputs.map(({ name }) => name))
    throw new SightlineError('model.output-unknown', { output, known })
  }

  /** Its errors in its own words. After one the module may be in any state, so the next use opens another. */
  #guarded<T>(opened: OpenLiteRt, work: () => T): T {
    try {
      const made = work()
      // A run that failed gives tensors of zeros, and tells of it in passing.
      const told = opened.complaints()
      if (told.length > 0) throw problemOf(this.#path, undefined, told)
      return made
    } catch (error) {
      this.#session = undefined
      throw error instanceof SightlineError ? error : problemOf(this.#path, error, opened.complaints())
    }
  }
}

/** Throws `model.output-dtype`. */
function tensorOf(port: TflitePort, shape: readonly number[], bytes: Uint8Array<ArrayBuffer>): RuntimeTensor {
  const { name, dtype, quantised } = port
  if (!isHeld(dtype)) {
    const advice = 'Leave this output out, or export the model again with float32 or whole numbers.'
    throw new SightlineError('model.output-dtype', { output: name, given: dtype, advice })
  }
  const stored = new arrays[dtype](bytes.buffer)
  return quantised ? { dtype: 'float32', shape, numbers: realOf(stored, quantised) } : { dtype, shape, numbers: stored }
}

/** LiteRT's words for an operator that it lacks. */
const lacking = [
  /Encountered unresolved custom op: (\S+?)\./,
  /Didn't find op for builtin opcode '(\w+)'/,
  /Op builtin_code out of range: (\d+)/,
]

function problemOf(path: string, error: unknown, complaints: readonly string[]): SightlineError {
  const runtime = `LiteRT ${version}`
  const own = error instanceof Error ? error.message : String(error)
  const [message = own] = complaints
  for (const pattern of lacking) {
    const given = complaints.map((line) => pattern.exec(line)?.[1]).find(Boolean)
    if (given) return new SightlineError('model.unsupported-operator', { path, given, runtime, message }, error)
  }
  return new SightlineError('model.failed', { path, message: message.replace(/\.$/, '') }, error)
}

/** Operators that make outputs of a length that is known only afterwards: LiteRT has no place for those in WebAssembly. */
const ofUnknownLength = ['TFLite_Detection_PostProcess']

/** Throws `model.unsupported-operator`, `model.dtype`. */
function check(path: string, { custom, inputs }: TfliteFile): void {
  const given = custom.find((operator) => ofUnknownLength.includes(operator))
  if (given) {
    const message = 'the length of its outputs is known only when it has run'
    throw new SightlineError('model.unsupported-operator', { path, given, runtime: `LiteRT ${version}`, message })
  }
  for (const { name, dtype } of inputs)
    if (!isHeld(dtype)) {
      const advice = 'LiteRT takes no such numbers here. Export the model again with float32 or whole numbers.'
      throw new SightlineError('model.dtype', { input: name, wanted: dtype, given: 'a tensor', advice })
    }
}

export const litert: Runtime = {
  name: 'litert',
  extensions: ['.tflite'],
  words,
  looks: (head) => String.fromCharCode(...head.subarray(4, 8)) === 'TFL3',
  async describe(file) {
    const { inputs, outputs, producer, operators, weights } = readFrom(file)
    // The format has one order of axes.
    const layout = 'channels-last'
    const ported = ({ name, dtype, shape, quantised }: TflitePort) => ({
      ...{ name, dtype, shape, axes: guessAxes(shape, layout) },
      ...(quantised && { quantised }),
    })
    return {
      ...{ version, layout, operators, parts: [] },
      ...(producer !== undefined && { producer }),
      inputs: inputs.map(ported),
      outputs: outputs.map((port) => ported(asGiven(port))),
      weights: weights.map((weight) => ({
        ...{ name: weight.name, shape: weight.shape, axes: tfliteWeightAxes(weight) },
        dtype: weight.quantised ? 'float32' : weight.dtype,
      })),
    }
  },
  network: async (file) => onFile(file, readTfliteNetwork),
  async weight(file, _parts, name, { read: readFile }) {
    const weight = readFrom(file).weights.find((one) => one.name === name)
    if (!weight) throw new Error(`it has no weights called "${name}"`)
    return read(file.path, () => tfliteWeight(weight, readFile(file).subarray(weight.from, weight.to)))
  },
  async load(whole, _parts, context: LoadContext) {
    const file = readFrom(whole)
    check(whole.path, file)
    const model = new Model(whole.path, file, () => context.read(whole))
    await model.open([])
    return model
  },
}
