/**
 * What a node did in one run: which op made which value from which others. Ops are wrapped and recorded, so that nodes need not
 * know. A trace holds no pixels; while the run's values last, `Recorder.read` returns them.
 */
import type { Ops } from '../ops/calls.ts'
import type { NodeOps } from '../ops/context.ts'
import { ops as registry } from '../ops/index.ts'
import type { OpDefinition, StoredShape, StoredValue } from '../ops/op.ts'
import { type AnyValue, partsOf, rasterOf, type Store, sidesOf, type Value } from '../values/index.ts'

export type AnyOp = OpDefinition<readonly StoredValue[], unknown, unknown>

/**
 * Where a value in a run comes from: an input of the node, or a call. `part`: of an input that is no picture, which of its tensors;
 * `output`: for ops with several.
 */
export type Source =
  | { readonly kind: 'input'; readonly port: string; readonly part?: string }
  | { readonly kind: 'call'; readonly call: number; readonly output: string | undefined }

export const keyOfSource = (source: Source): string =>
  source.kind === 'input'
    ? `in ${source.port}${source.part === undefined ? '' : ` ${source.part}`}`
    : `${source.call}.${source.output ?? ''}`

export interface Call {
  readonly name: string
  readonly op: AnyOp
  readonly params: unknown
  /** One for each input; undefined if unknown. */
  readonly sources: readonly (Source | undefined)[]
  readonly shapes: readonly StoredShape[]
  /** Its results, by output ('' for the only one). Empty: plain numbers, which the node may use for anything that follows. */
  readonly gives: ReadonlyMap<string, StoredShape>
}

/** A value that the node gave, and where it came from; undefined where nobody knows. */
export interface MadeValue {
  readonly source: Source | undefined
  readonly shape: StoredShape
}

export interface Trace {
  /** In the order in which they started. */
  readonly calls: readonly Call[]
  /** The node's outputs that are drawn as a picture. */
  readonly outputs: Readonly<Record<string, MadeValue>>
  /** The tensors of all outputs. */
  readonly parts: Readonly<Record<string, readonly MadeValue[]>>
  /** Inputs that are not drawn as a picture: numbers, texts, boxes. Everything may depend on them. */
  readonly others: readonly string[]
}

interface Recorded {
  readonly op: AnyOp
  readonly inputs: readonly StoredValue[]
  readonly params: unknown
  result: unknown
}

const isValue = (given: unknown): given is AnyValue => typeof given === 'object' && given !== null && 'kind' in given

const isStored = (value: unknown): value is StoredValue =>
  typeof value === 'object' && value !== null && 'store' in value && 'kind' in value

export function shapeOfStored(value: StoredValue): StoredShape {
  const { store: _, ...shape } = value
  return shape
}

/** Values with the same sides have the same numbers at the same places. A tensor HW is a picture of one channel. */
const sides = (shape: StoredShape): string =>
  [...sidesOf(shape), ...(shape.kind === 'tensor' && shape.axes.join('') === 'HW' ? [1] : [])].join(' ')

/** An op's results, by output. */
function given(result: unknown): ReadonlyMap<string, StoredValue> {
  if (isStored(result)) return new Map([['', result]])
  if (typeof result !== 'object' || result === null || ArrayBuffer.isView(result)) return new Map()
  return new Map(Object.entries(result).filter((entry): entry is [string, StoredValue] => isStored(entry[1])))
}

export class Recorder {
  readonly ops: Ops
  readonly #calls: Recorded[] = []
  readonly #inputs: (readonly [source: Source, value: StoredValue])[] = []
  readonly #others = new Set<string>()
  readonly #values = new Map<string, StoredValue>()

  constructor(ops: Ops) {
    const call =
      (name: string, op: AnyOp) =>
      (...args: unknown[]) =>
        this.#record(op, args.slice(0, -1) as StoredValue[], args.at(-1), async () =>
          (ops as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]?.(...args),
        )
    this.ops = Object.fromEntries(
      Object.entries(registry).map(([name, op]) => [name, call(name, op as unknown as AnyOp)]),
    ) as unknown as Ops
  }

  /** The same of ops that are not among `ops`. */
  performing(perform: NodeOps['perform']): NodeOps['perform'] {
    return (op, inputs, params) =>
      this.#record(op as unknown as AnyOp, inputs, params, () => perform(op, inputs, params))
  }

  async #record<T>(op: AnyOp, inputs: readonly StoredValue[], params: unknown, work: () => Promise<T>): Promise<T> {
    const recorded: Recorded = { op, inputs, params, result: undefined }
    this.#calls.push(recorded)
    const result = await work()
    recorded.result = result
    return result
  }

  /** An input as the node should get it. Each element of a sequence counts as the input. */
  input(port: string, value: Value): Value {
    if (value.kind === 'sequence')
      return { ...value, at: async (index, signal) => this.input(port, await value.at(index, signal)) }
    const raster = rasterOf(value)
    if (raster) this.#inputs.push([{ kind: 'input', port }, raster])
    else {
      this.#others.add(port)
      for (const [part, tensor] of Object.entries(partsOf(value)))
        this.#inputs.push([{ kind: 'input', port, part }, tensor])
    }
    return value
  }

  /** After the run. */
  trace(outputs: Readonly<Record<string, unknown>>): Trace {
    const known = new Map<object, Source>()
    /** Values that share their bytes with others, or that the node described differently. */
    const byStore = new Map<Store, { readonly source: Source; readonly value: StoredValue; readonly from: number }[]>()
    const learn = (value: StoredValue, source: Source, from: number): void => {
      // A value that an op passes through is known already.
      if (known.has(value)) return
      known.set(value, source)
      byStore.set(value.store, [...(byStore.get(value.store) ?? []), { source, value, from }])
      this.#values.set(keyOfSource(source), value)
    }
    const find = (value: StoredValue, before: number): Source | undefined =>
      known.get(value) ??
      byStore.get(value.store)?.findLast(({ value: other, from }) => from < before && sides(other) === sides(value))
        ?.source

    for (const [source, value] of this.#inputs) learn(value, source, -1)
    for (const [call, { result }] of this.#calls.entries())
      for (const [output, value] of given(result))
        learn(value, { kind: 'call', call, output: output || undefined }, call)
    const calls = this.#calls.map(({ op, inputs, params, result }, call): Call => {
      const gives = [...given(result)].map(([output, value]) => [output, shapeOfStored(value)] as const)
      return {
        name: op.name,
        op,
        params,
        sources: inputs.map((value) => find(value, call)),
        shapes: inputs.map(shapeOfStored),
        gives: new Map(gives),
      }
    })
    const last = this.#calls.length
    const made = (value: StoredValue): MadeValue => ({ source: find(value, last), shape: shapeOfStored(value) })
    const values = Object.entries(outputs).filter((entry): entry is [string, AnyValue] => isValue(entry[1]))
    return {
      calls,
      outputs: Object.fromEntries(
        values.flatMap(([port, value]) => {
          const raster = rasterOf(value)
          return raster ? [[port, made(raster)] as const] : []
        }),
      ),
      parts: Object.fromEntries(values.map(([port, value]) => [port, Object.values(partsOf(value)).map(made)])),
      others: [...this.#others],
    }
  }

  /** The value itself, as long as the run's values last. */
  read(source: Source): StoredValue | undefined {
    return this.#values.get(keyOfSource(source))
  }

  /** An op's result that is not a picture: statistics. */
  plain(call: number): unknown {
    return this.#calls[call]?.result
  }
}
