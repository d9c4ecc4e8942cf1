/** The numbers of the weights of a .tflite file: the real ones, where whole numbers stand for them. */
import type { RuntimeTensor } from '../runtime.ts'
import { FlatError } from './flatbuffer.ts'
import type { TfliteWeight } from './read.ts'

type Numbers = ArrayBufferView & ArrayLike<number | bigint>

const arrays: Readonly<Record<string, (buffer: ArrayBuffer) => Numbers>> = {
  float32: (buffer) => new Float32Array(buffer),
  float16: (buffer) => new Float16Array(buffer),
  float64: (buffer) => new Float64Array(buffer),
  int8: (buffer) => new Int8Array(buffer),
  uint8: (buffer) => new Uint8Array(buffer),
  bool: (buffer) => new Uint8Array(buffer),
  int16: (buffer) => new Int16Array(buffer),
  uint16: (buffer) => new Uint16Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  uint32: (buffer) => new Uint32Array(buffer),
  int64: (buffer) => new BigInt64Array(buffer),
  uint64: (buffer) => new BigUint64Array(buffer),
}
const sizes: Readonly<Record<string, number>> = {
  ...{ float64: 8, int64: 8, uint64: 8, float32: 4, int32: 4, uint32: 4 },
  ...{ float16: 2, int16: 2, uint16: 2, int8: 1, uint8: 1, bool: 1 },
}

/**
 * real = scale · (stored − zero point), by one rule or by one for each index along an axis.
 * @param bytes of the weight alone
 * @throws FlatError if there are more or fewer than the shape has
 */
export function tfliteWeight({ name, dtype, shape, quantised }: TfliteWeight, bytes: Uint8Array): RuntimeTensor {
  // A copy, so that the numbers begin where a typed array may begin.
  const own = Uint8Array.from(bytes)
  const count = shape.reduce((a, b) => a * b, 1)
  const size = sizes[dtype]
  const stored = size && own.length % size === 0 ? arrays[dtype]?.(own.buffer) : undefined
  // Numbers that we cannot hold are refused by their dtype afterwards.
  if (!size) return { dtype, shape, numbers: own }
  if (!stored || stored.length !== count)
    throw new FlatError(`the weights "${name}" are ${own.length} bytes, not ${count} numbers of ${size}`, true)
  if (!quantised) return { dtype, shape, numbers: stored }
  const { scales, zeroPoints, axis } = quantised
  const [first = 1, zero = 0] = [scales[0], zeroPoints[0]]
  const after = shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  const length = shape[axis] ?? 1
  const real = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const at = scales.length > 1 ? Math.floor(i / after) % length : 0
    real[i] = (scales[at] ?? first) * (Number(stored[i]) - (zeroPoints[at] ?? zero))
  }
  return { dtype: 'float32', shape, numbers: real }
}

/** One name an axis; TensorFlow Lite has the channels that come out first, but in depthwise convolutions. */
export function tfliteWeightAxes({ shape, depthwise }: TfliteWeight): readonly string[] {
  if (shape.length === 4) return depthwise ? ['I', 'H', 'W', 'O'] : ['O', 'H', 'W', 'I']
  if (shape.length === 2) return ['O', 'I']
  return shape.length === 1 ? ['C'] : shape.map((_, axis) => `D${axis}`)
}
