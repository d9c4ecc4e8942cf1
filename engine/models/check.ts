/** Whether what is wired to a model fits what its file says. */
import type { ModelDescription, ModelPort } from '../graph/models.ts'
import { SightlineError } from '../types/problem.ts'
import type { TensorShape, TensorValue } from '../values/index.ts'
import { dtypeOf } from './op.ts'

/**
 * "float32 N × 3 × 416 × 416", with "?" for a length that is free and has no name; of whole numbers that stand for real ones also
 * how: "uint8 1 × 3, each q standing for 0.5 (q − 128)".
 */
export function describePort({ dtype, shape, quantised }: Pick<ModelPort, 'dtype' | 'shape' | 'quantised'>): string {
  const meaning = quantised && dtype !== 'float32' ? standsFor(quantised) : ''
  if (!shape) return `${dtype} of any shape${meaning}`
  return `${shape.length === 0 ? `one ${dtype}` : `${dtype} ${shape.map((length) => length ?? '?').join(' × ')}`}${meaning}`
}

function standsFor({ scale, zeroPoint }: NonNullable<ModelPort['quantised']>): string {
  const shifted = zeroPoint === 0 ? 'q' : `(q ${zeroPoint < 0 ? '+' : '−'} ${Math.abs(zeroPoint)})`
  return `, each q standing for ${Number(scale.toPrecision(4))} ${shifted}`
}

export const listed = (names: readonly string[]): string =>
  names.length > 0 ? names.map((name) => `"${name}"`).join(', ') : 'none'

/** Numbers that may be given for this dtype of a model; every single one must fit. */
const takes: Readonly<Record<string, readonly string[]>> = {
  float32: ['float32'],
  float16: ['float32'],
  float64: ['float32'],
  uint8: ['uint8', 'int32', 'float32'],
  int8: ['int32', 'uint8', 'float32'],
  uint16: ['int32', 'uint8', 'float32'],
  int16: ['int32', 'uint8', 'float32'],
  uint32: ['int32', 'uint8', 'float32'],
  int32: ['int32', 'uint8', 'float32'],
  uint64: ['int32', 'uint8', 'float32'],
  int64: ['int32', 'uint8', 'float32'],
  bool: ['uint8', 'int32', 'float32'],
}

/** Throws `model.input-missing`, `model.input-unknown`, `model.shape`, `model.dtype`. */
export function checkInputs(
  { inputs }: Pick<ModelDescription, 'inputs'>,
  given: Readonly<Record<string, TensorValue | undefined>>,
): void {
  const known = new Map(inputs.map((input) => [input.name, input]))
  for (const name of Object.keys(given))
    if (given[name] && !known.has(name))
      throw new SightlineError('model.input-unknown', { input: name, known: listed([...known.keys()]) })
  /** What each name of a length has meant so far. */
  const lengths = new Map<string, number>()
  for (const input of inputs) {
    const value = given[input.name]
    if (!value) throw new SightlineError('model.input-missing', { input: input.name, wanted: describePort(input) })
    checkDtype(input, value)
    checkShape(input, value, lengths)
  }
}

/** The same for what is known before anything runs: shapes of inputs, by name. Others are not missed. Throws `model.shape`, `model.dtype`. */
export function checkKnown(
  { inputs }: Pick<ModelDescription, 'inputs'>,
  known: Readonly<Record<string, TensorShape | undefined>>,
): void {
  const lengths = new Map<string, number>()
  for (const input of inputs) {
    const shape = known[input.name]
    if (!shape) continue
    checkDtype(input, shape)
    checkShape(input, shape, lengths)
  }
}

function checkDtype({ name, dtype }: ModelPort, value: TensorShape): void {
  const takenAs = takes[dtype]
  const params = { input: name, wanted: dtype, given: dtypeOf(value) }
  if (!takenAs) {
    const advice = 'Sightline holds no such numbers; export the model again with float32 or whole numbers.'
    throw new SightlineError('model.dtype', { ...params, advice })
  }
  if (!takenAs.includes(dtypeOf(value)))
    throw new SightlineError('model.dtype', { ...params, advice: `Convert it to ${takenAs.join(' or ')} first.` })
}

function checkShape({ name, dtype, shape }: ModelPort, value: TensorShape, lengths: Map<string, number>): void {
  if (!shape) return
  const known = shape.map((length) => (typeof length === 'string' ? (lengths.get(length) ?? length) : length))
  const fits = (length: number | string | null, at: number): boolean => {
    const own = value.shape[at]
    if (own === undefined || length === null) return own !== undefined
    if (typeof length === 'number') return own === length
    const before = lengths.get(length) ?? own
    lengths.set(length, before)
    return before === own
  }
  if (shape.length === value.shape.length && shape.every(fits)) return
  throw new SightlineError('model.shape', {
    input: name,
    wanted: describePort({ dtype, shape: known }),
    given: value.shape.join(' × ') || 'a single number',
  })
}

/** Throws `model.output-unknown` where the file has no such output. Inner tensors are looked up by the runtime. */
export function checkOutputs({ outputs }: Pick<ModelDescription, 'outputs'>, wanted: readonly string[]): void {
  const known = outputs.map(({ name }) => name)
  for (const output of wanted)
    if (!known.includes(output)) throw new SightlineError('model.output-unknown', { output, known: listed(known) })
}
