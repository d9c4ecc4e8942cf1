/** The numbers of ONNX weights: TensorProto's raw_data, its typed fields, and files beside the model (onnx.proto 1.12 to 1.19). */
import type { RuntimeTensor } from '../runtime.ts'
import { varints, WireError } from './protobuf.ts'
import type { OnnxWeight } from './read.ts'

type Make = (bytes: Uint8Array<ArrayBuffer>) => ArrayBufferView & { readonly length: number }

/** Little-endian numbers, as raw_data and files beside the model have them. The bytes begin at their buffer's start. */
const raw: Readonly<Record<string, Make>> = {
  float32: ({ buffer }) => new Float32Array(buffer),
  float64: ({ buffer }) => new Float64Array(buffer),
  float16: ({ buffer }) => new Float16Array(buffer),
  int64: ({ buffer }) => new BigInt64Array(buffer),
  uint64: ({ buffer }) => new BigUint64Array(buffer),
  int32: ({ buffer }) => new Int32Array(buffer),
  uint32: ({ buffer }) => new Uint32Array(buffer),
  int16: ({ buffer }) => new Int16Array(buffer),
  uint16: ({ buffer }) => new Uint16Array(buffer),
  int8: ({ buffer }) => new Int8Array(buffer),
  uint8: (bytes) => bytes,
  bool: (bytes) => bytes,
}

/** Numbers of these dtypes may lie in int32_data, int64_data or uint64_data. */
const fromVarints: Readonly<Record<string, (numbers: readonly bigint[]) => ArrayBufferView & { length: number }>> = {
  float16: (numbers) => new Float16Array(Uint16Array.from(numbers, Number).buffer),
  int64: (numbers) => BigInt64Array.from(numbers),
  uint64: (numbers) => BigUint64Array.from(numbers),
  int32: (numbers) => Int32Array.from(numbers, Number),
  uint32: (numbers) => Uint32Array.from(numbers, Number),
  int16: (numbers) => Int16Array.from(numbers, Number),
  uint16: (numbers) => Uint16Array.from(numbers, Number),
  int8: (numbers) => Int8Array.from(numbers, Number),
  uint8: (numbers) => Uint8Array.from(numbers, Number),
  bool: (numbers) => Uint8Array.from(numbers, Number),
}

const typed = new Set([5, 7, 11])

/**
 * @param bytes of the field that holds the numbers, or of its part of the file beside the model
 * @throws WireError if there are more or fewer than the shape has
 */
export function weightOf({ name, dtype, shape, held }: OnnxWeight, bytes: Uint8Array): RuntimeTensor {
  // A copy, so that the numbers begin where a typed array may begin.
  const own = Uint8Array.from(bytes)
  const make = held && typed.has(held.field) ? fromVarints[dtype] : raw[dtype]
  const size = sizes[dtype] ?? 1
  if (!make) return { dtype, shape, numbers: own }
  if (make === raw[dtype] && own.length % size !== 0) throw new WireError(`the weights "${name}" end too early`, true)
  const numbers = held && typed.has(held.field) ? fromVarints[dtype]?.(varints(own)) : raw[dtype]?.(own)
  const count = shape.reduce((a, b) => a * b, 1)
  if (!numbers || numbers.length !== count)
    throw new WireError(`the weights "${name}" are ${numbers?.length ?? 0} numbers of ${count}`, true)
  return { dtype, shape, numbers }
}

const sizes: Readonly<Record<string, number>> = {
  ...{ float64: 8, int64: 8, uint64: 8, float32: 4, int32: 4, uint32: 4, float16: 2, int16: 2, uint16: 2 },
}
