/** Labelled examples, as all that learns to tell classes apart takes them: checked once, with the last part kept for the test. */
import type { Ops } from '../engine/ops/calls.ts'
import { param } from '../engine/types/param.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { TableValue, TensorValue, TextValue } from '../engine/values/index.ts'
import { socket } from '../engine/values/sockets.ts'
import { confusionTables } from './confusion.ts'

export const exampleInputs = {
  features: socket.tensor({ axes: ['NC'], dtypes: ['float32'], help: 'A row for each example.' }),
  targets: socket.tensor({ axes: ['N'], dtypes: ['int32'], help: 'The class of each example, from 0.' }),
  called: socket.text({
    optional: true,
    help: 'The names of the classes, with commas between: from "Targets from labels". It says how many there are, too.',
  }),
}

export const exampleParams = {
  test: param.number({
    default: 0.2,
    min: 0.01,
    max: 0.9,
    label: 'For the test',
    help: 'The part at the end of the examples that is not learned from.',
  }),
  shuffle: param.boolean({
    default: false,
    label: 'Shuffle first',
    help: 'For folders and tables whose classes come one after the other; always in the same way.',
  }),
  classes: param.integer({
    default: 10,
    min: 2,
    max: 1000,
    soft: [2, 100],
    label: 'Classes',
    help: 'How many there are. Not used where names are wired.',
  }),
  names: param.text({
    default: '',
    label: 'Names',
    help: 'Of the classes, with commas between. Empty: their numbers. Not used where names are wired.',
  }),
}

export const accuracyHelp = 'The part of the test that it gets right.'
export const matrixHelp = 'Of the test: a row for each right class, a column for each found one.'

export interface Examples {
  /** N and D. */
  readonly count: number
  readonly length: number
  /** How many of the first examples are learned from. */
  readonly learned: number
  /** (N, D), shared, so that workers get no copy. */
  readonly rows: Float32Array
  /** (N) */
  readonly right: Int32Array
  readonly ids: readonly number[]
  nameOf(id: number): string
}

interface Given {
  readonly features: TensorValue
  readonly targets: TensorValue
  readonly called: TextValue | undefined
  readonly test: number
  readonly shuffle: boolean
  readonly classes: number
  readonly names: string
}

export const namesIn = (text: string): readonly string[] => text.split(/[,\n]/).map((name) => name.trim())

/** A copy over shared memory. */
export function shared(numbers: ArrayLike<number>): Float32Array {
  const rows = new Float32Array(new SharedArrayBuffer(4 * numbers.length))
  rows.set(numbers)
  return rows
}

/** The rows, if all their numbers are finite. Throws data.broken, which names the first example with one that is not. */
export function finiteRows<T extends ArrayLike<number>>(rows: T, length: number): T {
  for (let i = 0; i < rows.length; i++)
    if (!Number.isFinite(rows[i])) throw new SightlineError('data.broken', { example: Math.floor(i / length) + 1 })
  return rows
}

/** As they come, or in an order by chance that is always the same (Fisher and Yates). */
export function orderOf(count: number, shuffle: boolean): Int32Array {
  const order = Int32Array.from({ length: count }, (_, n) => n)
  if (!shuffle) return order
  let state = 0x9e3779b9
  for (let n = count - 1; n > 0; n--) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    const other = (state >>> 0) % (n + 1)
    const one = order[n] as number
    order[n] = order[other] as number
    order[other] = one
  }
  return order
}

/**
 * @throws data.rows, data.few, data.targets; data.no-examples for a class that is only in the test; data.broken for features that are
 * no finite numbers
 */
export async function examplesOf(ops: Ops, given: Given): Promise<Examples> {
  const [count = 0, length = 0] = given.features.shape
  const answers = Int32Array.from(await ops.read(given.targets, {}))
  const order = orderOf(answers.length, given.shuffle)
  const right = order.map((n) => answers[n] ?? 0)
  if (right.length !== count) throw new SightlineError('data.rows', { examples: count, targets: right.length })
  const learned = count - Math.max(1, Math.round(count * given.test))
  if (learned < 2) throw new SightlineError('data.few', { given: count, wanted: 3 })
  const called = given.called ? namesIn(given.called.text).filter(Boolean) : undefined
  const classes = called?.length ?? given.classes
  if (classes < 2) throw new SightlineError('data.one-class', { given: called?.join(', ') ?? '' })
  const names = called ?? namesIn(given.names)
  const ids = Array.from({ length: classes }, (_, id) => id)
  const strange = right.find((id) => id < 0 || id >= classes)
  if (strange !== undefined) throw new SightlineError('data.targets', { given: strange, last: classes - 1 })
  const nameOf = (id: number): string => names[id] || String(id)
  for (const id of ids)
    if (right.indexOf(id) < 0 || right.indexOf(id) >= learned)
      throw new SightlineError('data.no-examples', { name: nameOf(id) })
  const numbers = await ops.read(given.features, {})
  const rows = shared(numbers)
  if (given.shuffle)
    for (const [to, from] of order.entries())
      for (let d = 0; d < length; d++) rows[to * length + d] = numbers[from * length + d] ?? 0
  const broken = rows.findIndex((v) => !Number.isFinite(v))
  if (broken >= 0) throw new SightlineError('data.broken', { example: (order[Math.floor(broken / length)] ?? 0) + 1 })
  return { count, length, learned, rows, right, ids, nameOf }
}

/** How often each class was found for each right one, from example `first` on, and the part that is right. */
export function judged(
  { right, ids, nameOf }: Pick<Examples, 'right' | 'ids' | 'nameOf'>,
  found: (n: number) => number,
  first = 0,
): { readonly matrix: TableValue; readonly accuracy: number } {
  const pairs = new Map<number, Map<number, number>>()
  let hits = 0
  for (let n = first; n < right.length; n++) {
    const [is, it] = [right[n] ?? 0, found(n)]
    const row = pairs.get(is) ?? new Map<number, number>()
    pairs.set(is, row.set(it, (row.get(it) ?? 0) + 1))
    if (is === it) hits++
  }
  const { matrix } = confusionTables({
    pictures: [{ name: '', counts: pairs }],
    ...{ ids, nameOf, normalise: 'none', chosen: { right: '', found: '' }, unit: 'Examples' },
  })
  return { matrix, accuracy: hits / Math.max(1, right.length - first) }
}
