/** Between the numbers of the arena (float32, uint8, int32) and those that models use. What would not fit is refused. */
import type { ModelTensor } from '../../engine/models/device.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { heldAs, type RuntimeTensor } from './runtime.ts'

type Numbers = Float32Array | Uint8Array | Int32Array

interface Whole {
  readonly low: number
  readonly high: number
  readonly make: (numbers: Numbers) => ArrayBufferView
}

type Narrow = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array

/** Undefined where one does not come back as it was: it is none of these numbers. */
function copied<T extends Narrow>(made: T, numbers: Numbers): T | undefined {
  // By index, and one loop for the check and the copy: anything else takes milliseconds for the numbers of one picture.
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] as number
    made[i] = value
    if (made[i] !== value) return undefined
  }
  return made
}

const narrow: Readonly<
  Record<string, { readonly low: number; readonly high: number; readonly of: (length: number) => Narrow }>
> = {
  uint8: { low: 0, high: 255, of: (length) => new Uint8Array(length) },
  int8: { low: -128, high: 127, of: (length) => new Int8Array(length) },
  uint16: { low: 0, high: 65_535, of: (length) => new Uint16Array(length) },
  int16: { low: -32_768, high: 32_767, of: (length) => new Int16Array(length) },
  uint32: { low: 0, high: 2 ** 32 - 1, of: (length) => new Uint32Array(length) },
  int32: { low: -(2 ** 31), high: 2 ** 31 - 1, of: (length) => new Int32Array(length) },
}

const whole: Readonly<Record<string, Whole>> = {
  bool: { low: 0, high: 1, make: (numbers) => new Uint8Array(numbers) },
  uint64: { low: 0, high: 2 ** 53, make: (numbers) => BigUint64Array.from(numbers as Uint8Array, BigInt) },
  int64: { low: -(2 ** 53), high: 2 ** 53, make: (numbers) => BigInt64Array.from(numbers as Uint8Array, BigInt) },
}

/**
 * A tensor as the model's input wants it. Floats and bytes stay where they are; whole numbers are copied: a runtime checks them
 * as indices and must not find others afterwards. Throws `model.dtype`.
 */
export function toModel(input: string, { dtype, shape, numbers }: ModelTensor, wanted: string): RuntimeTensor {
  const made = (converted: ArrayBufferView): RuntimeTensor => ({ dtype: wanted, shape, numbers: converted })
  if (wanted === dtype && wanted !== 'int32') return made(numbers)
  if (wanted === 'float16') return made(Float16Array.from(numbers))
  if (wanted === 'float64') return made(Float64Array.from(numbers))
  const small = narrow[wanted]
  const copy = small && copied(small.of(numbers.length), numbers)
  if (copy) return made(copy)
  const rule = small ?? whole[wanted]
  if (!rule) throw dtypeProblem(input, wanted, dtype, 'Sightline holds no such numbers.')
  const { low, high } = rule
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] as number
    if (!Number.isInteger(value) || value < low || value > high) {
      const advice = `It holds ${value}, and only whole numbers from ${low} to ${high} can be given. Round or scale it first.`
      throw dtypeProblem(input, wanted, dtype, advice)
    }
  }
  if (!('make' in rule)) throw new Error('a number that was refused is none of those that are')
  return made(rule.make(numbers))
}

const dtypeProblem = (input: string, wanted: string, given: string, advice: string): SightlineError =>
  new SightlineError('model.dtype', { input, wanted, given, advice })

/** What a model gave, as the arena holds it. Throws `model.output-dtype`. */
export function fromModel(output: string, { dtype, shape, numbers }: RuntimeTensor): ModelTensor {
  const held = heldAs(dtype)
  const given = numbers as Numbers
  if (!held) {
    const advice = 'Leave this output out, or export the model again with numbers.'
    throw new SightlineError('model.output-dtype', { output, given: dtype, advice })
  }
  if (held === 'uint8')
    return { dtype: held, shape, numbers: given instanceof Uint8Array ? given : Uint8Array.from(given) }
  if (held === 'float32')
    return { dtype: held, shape, numbers: given instanceof Float32Array ? given : Float32Array.from(given) }
  if (given instanceof Int32Array) return { dtype: held, shape, numbers: given }
  const out = new Int32Array(given.length)
  let at = 0
  for (const value of given as ArrayLike<number | bigint> & Iterable<number | bigint>) {
    const number = Number(value)
    if (number < -(2 ** 31) || number >= 2 ** 31) {
      const advice = `It holds ${value}, and whole numbers are held from -2147483648 to 2147483647. Leave this output out.`
      throw new SightlineError('model.output-dtype', { output, given: dtype, advice })
    }
    out[at++] = number
  }
  return { dtype: held, shape, numbers: out }
}
