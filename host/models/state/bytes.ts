/** What readers of state dicts share: a file that is read in pieces, its faults, and numbers as they lie in it. */
import { closeSync, openSync, readSync } from 'node:fs'
import type { ModelWeight } from '../../../engine/graph/models.ts'
import { weightAxes } from '../../../engine/models/axes.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import { type Bytes, buffered } from '../onnx/protobuf.ts'
import type { RuntimeDescription, RuntimeFile, RuntimeTensor } from '../runtime.ts'

/** The file is none of its kind, or it ends too early. */
export class StateError extends Error {
  override readonly name = 'StateError'
  readonly cut: boolean
  constructor(message: string, cut = false) {
    super(message)
    this.cut = cut
  }
}

/** A tensor of a state dict: where its numbers lie in the file. */
export interface StateTensor {
  readonly name: string
  /** As PyTorch names it: "float32", "bfloat16". */
  readonly dtype: string
  readonly shape: readonly number[]
  /** The first byte of its storage. */
  readonly at: number
  /** How many numbers the storage holds from there. */
  readonly held: number
  /** Of each axis, in numbers. Absent: one after the other. */
  readonly strides?: readonly number[]
}

/** No state dict has more. */
export const mostTensors = 100_000

export const sizes: Readonly<Record<string, number>> = {
  ...{ float64: 8, int64: 8, float32: 4, int32: 4, float16: 2, bfloat16: 2, int16: 2, int8: 1, uint8: 1, bool: 1 },
}

export const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** Throws `model.truncated`, `model.not-a-model`. */
export function onState<T>({ path, real, bytes }: RuntimeFile, words: string, use: (bytes: Bytes) => T): T {
  const file = openSync(real, 'r')
  const piece = (at: number, length: number): Uint8Array => {
    const into = new Uint8Array(Math.max(0, Math.min(length, bytes - at)))
    return into.subarray(0, readSync(file, into, 0, into.length, at))
  }
  try {
    return use({ size: bytes, read: piece })
  } catch (error) {
    if (!(error instanceof StateError)) throw error
    if (error.cut) throw new SightlineError('model.truncated', { path, message: error.message }, error)
    throw new SightlineError('model.not-a-model', { path, known: words, given: `${error.message}.` }, error)
  } finally {
    closeSync(file)
  }
}

export { buffered }

const arrays = {
  ...{ float32: Float32Array, float16: Float16Array, float64: Float64Array, bool: Uint8Array, uint8: Uint8Array },
  ...{ int8: Int8Array, int16: Int16Array, int32: Int32Array, int64: BigInt64Array },
}
type Held = InstanceType<(typeof arrays)[keyof typeof arrays]>

/** The upper halves of float32. */
function fromBfloat16(bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const halves = new Uint16Array(bytes.buffer)
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer)
}

/** Row by row, whatever the order in the file. */
function ordered(numbers: Held, shape: readonly number[], strides: readonly number[]): Held {
  const made = numbers.slice(0, 0).constructor as new (length: number) => Held
  const out = new made(countOf(shape))
  const index = shape.map(() => 0)
  let from = 0
  for (let i = 0; i < out.length; i++) {
    out[i] = numbers[from] as never
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis] ?? 0
      index[axis] = (index[axis] ?? 0) + 1
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break
      from -= (strides[axis] ?? 0) * (shape[axis] ?? 0)
      index[axis] = 0
    }
  }
  return out
}

/** The numbers of a tensor. Throws StateError where they are not there. */
export function numbersOf(bytes: Bytes, { name, dtype, shape, at, held, strides }: StateTensor): RuntimeTensor {
  const size = sizes[dtype] ?? 1
  const span = strides
    ? 1 + shape.reduce((sum, length, i) => sum + (length - 1) * (strides[i] ?? 0), 0)
    : countOf(shape)
  const needed = countOf(shape) === 0 ? 0 : span
  if (needed > held) throw new StateError(`"${name}" is larger than what is stored for it`)
  const own = Uint8Array.from(bytes.read(at, needed * size))
  if (own.length < needed * size) throw new StateError(`the numbers of "${name}" are missing`, true)
  const numbers = dtype === 'bfloat16' ? fromBfloat16(own) : new arrays[dtype as keyof typeof arrays](own.buffer)
  const told = dtype === 'bfloat16' ? 'float32' : dtype
  return { dtype: told, shape, numbers: strides ? ordered(numbers, shape, strides) : numbers }
}

/** What `read` gave of the file that was read last. */
export function lastRead(read: (bytes: Bytes) => readonly StateTensor[]) {
  let last: { readonly sha256: string; readonly tensors: readonly StateTensor[] } | undefined
  return ({ sha256 }: RuntimeFile, bytes: Bytes): readonly StateTensor[] => {
    if (last?.sha256 !== sha256) last = { sha256, tensors: read(bytes) }
    return last.tensors
  }
}

const weightOf = ({ name, dtype, shape }: StateTensor): ModelWeight => ({
  ...{ name, dtype, shape },
  axes: weightAxes(shape, 'channels-first'),
})

/** A file that has weights and no network. */
export const described = (tensors: readonly StateTensor[]): RuntimeDescription => ({
  ...{ version: undefined, layout: 'channels-first', parts: [], inputs: [], outputs: [], operators: 0 },
  weights: tensors.map(weightOf),
})

export function noNetwork(path: string): never {
  const reason = 'it holds weights and no network. Build the network, and load them with Network weights'
  throw new SightlineError('model.no-runtime', { path, reason })
}
