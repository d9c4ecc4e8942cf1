/** How one number of a node's output was computed: the sum of the op that gave it, then of the op before that, back to the inputs. */
import { readable } from '../ops/context.ts'
import type { Readable, StoredShape, StoredValue, Terms } from '../ops/op.ts'
import { siteOf, spotOf } from '../ops/preview/place.ts'
import { countOf } from '../ops/shape.ts'
import { recombine } from '../ops/terms.ts'
import type { Spot } from './area.ts'
import { atOf, reachSize } from './reach.ts'
import { type Call, keyOfSource, type Source, type Trace } from './trace.ts'

/** One term, at its position in the input seen as a picture. */
export interface PlacedTerm {
  /** Index into the call's sources. Absent: a constant. */
  readonly input?: number
  readonly spot?: Spot
  readonly weight: number
  readonly value: number
  readonly times?: number
  readonly says?: string
}

export interface PlacedTerms {
  readonly combine: Terms['combine']
  readonly terms: readonly PlacedTerm[]
  readonly says?: string
  readonly result: number
}

export interface Derivation extends PlacedTerms {
  readonly op: string
  /** Where its inputs come from: an input of the node, or an earlier op, explained in derivation `step` (-1: in none). */
  readonly sources: readonly ({ readonly port: string } | { readonly step: number })[]
  /** The explained number in the op's result. Absent if it returned plain numbers. */
  readonly at?: Spot
  /** How many numbers of this op's result enter the derivation before; this is one of them. */
  readonly places: number
  /** How many numbers it is made of. */
  readonly count: number
  readonly parts?: Readonly<Record<string, PlacedTerms>>
  /** Of a measuring op: its result. */
  readonly facts?: readonly { readonly name: string; readonly value: number }[]
}

/** The values of a run; `Recorder` has all of them, while they last. */
export interface Reading {
  read(source: Source): StoredValue | undefined
  /** The result of a measuring op. */
  plain(call: number): unknown
}

/** Above this many numbers they are counted rather than listed, so that the thread is not blocked. */
const mostListed = 10_000
const mostFacts = 16

/** Whether there is a number, and not an empty cell of a grid of pictures. */
export const hasNumber = (value: StoredValue, { y, x, c }: Spot): boolean => siteOf(value, y, x, c) !== undefined

/** The number of a value at a spot. NaN where it has none: in an empty cell of a grid of pictures. */
export function numberAt(value: StoredValue, { y, x, c }: Spot): number {
  const site = siteOf(value, y, x, c)
  return site ? readable(value).at(site.y, site.x, site.c) : Number.NaN
}

/** What has been asked of one output of one call. */
interface Asked {
  readonly spots: Map<string, Spot>
  /** The explained number: the one that counts most. */
  main: Spot
  weight: number
}

/** A derivation before the indices of the others are known. */
type Unlinked = Omit<Derivation, 'sources'> & {
  readonly call: number
  /** Of a call that gave several values: which. */
  readonly output?: string | undefined
  readonly from: readonly (Source | undefined)[]
}

class Walk {
  readonly #trace: Trace
  readonly #values: Reading
  readonly #asked = new Map<string, Asked>()
  readonly #found: Unlinked[] = []
  /** Calls before this one returned plain numbers that may have decided what followed. */
  #measured = 0

  constructor(trace: Trace, values: Reading) {
    this.#trace = trace
    this.#values = values
  }

  ask(source: Source | undefined, at: Spot, weight: number): void {
    if (source?.kind !== 'call') return
    const key = keyOfSource(source)
    const place = `${at.y} ${at.x} ${at.c}`
    const before = this.#asked.get(key)
    if (!before) {
      this.#asked.set(key, { spots: new Map([[place, at]]), main: at, weight })
      return
    }
    before.spots.set(place, at)
    if (weight > before.weight) Object.assign(before, { main: at, weight })
  }

  /** The output is the input itself. */
  handOn(port: string, at: Spot, result: number): void {
    const source: Source = { kind: 'input', port }
    const terms = [{ input: 0, spot: at, weight: 1, value: result }]
    this.#found.push({ op: '', combine: 'sum', terms, result, at, places: 1, count: 1, call: -1, from: [source] })
  }

  /** The output is not a picture: it follows from whatever was measured. */
  number(result: number): void {
    this.#measured = this.#trace.calls.length
    const measuring = this.#trace.calls.filter(({ gives }) => gives.size === 0)
    const count = Math.max(0, ...measuring.flatMap(({ shapes }) => shapes.map(countOf)))
    this.#found.push({ op: '', combine: 'function', terms: [], result, places: 1, count, call: -1, from: [] })
  }

  back(): readonly Derivation[] {
    for (let at = this.#trace.calls.length - 1; at >= 0; at--) {
      const call = this.#trace.calls[at] as Call
      if (call.gives.size === 0 && at < this.#measured) this.#measure(call, at)
      for (const name of call.gives.keys()) {
        const source = { kind: 'call', call: at, output: name || undefined } as const
        const asked = this.#asked.get(keyOfSource(source))
        const made = this.#values.read(source)
        if (!asked || !made) continue
        this.#measured = Math.max(this.#measured, at)
        this.#make(call, source, asked, made)
      }
    }
    const indexOf = (source: Source) =>
      this.#found.findIndex(
        ({ call, output }) => source.kind === 'call' && source.call === call && source.output === output,
      )
    return this.#found.map(({ call: _, output: __, from, ...derivation }) => ({
      ...derivation,
      sources: from.map((source) =>
        source?.kind === 'input' ? { port: source.port } : { step: source ? indexOf(source) : -1 },
      ),
    }))
  }

  /** A result that depends on all numbers at once is explained by one of them. */
  #askAnywhere(call: Call): void {
    for (const source of call.sources) this.ask(source, { y: 0, x: 0, c: 0 }, 0)
  }

  #measure(call: Call, at: number): void {
    const count = call.shapes.reduce((sum, shape) => sum + countOf(shape), 0)
    const facts = factsOf(this.#values.plain(at))
    const base = { op: call.name, combine: 'function', terms: [], result: Number.NaN, places: 1 } as const
    this.#found.push({ ...base, count, facts, call: at, from: call.sources })
    this.#askAnywhere(call)
  }

  #make(call: Call, source: Extract<Source, { kind: 'call' }>, { main, spots }: Asked, made: StoredValue): void {
    const result = numberAt(made, main)
    const { call: number, output } = source
    const base = { op: call.name, result, at: main, places: spots.size, call: number, output, from: call.sources }
    const { op } = call
    const at = atOf(made, main, source.output)
    if (!at) return
    const count = op.whole || op.extent ? reachSize(call, at) : 0
    if (count > mostListed) {
      this.#found.push({ ...base, combine: op.whole ? 'function' : 'sum', terms: [], count })
      this.#askAnywhere(call)
      return
    }
    const inputs = call.sources.map((from, i): Readable => {
      const value = from && this.#values.read(from)
      // The same bytes may have been described differently on the way; the op saw this shape.
      return value
        ? { shape: call.shapes[i] as StoredShape, at: readable({ ...value, ...call.shapes[i] } as StoredValue).at }
        : { shape: call.shapes[i] as StoredShape, at: () => Number.NaN }
    })
    const { parts, ...terms } = op.terms(at, inputs, call.params)
    const placed = placedTerms(terms, call.shapes, result)
    for (const { input, spot, weight, value } of placed.terms)
      if (input !== undefined && spot) this.ask(call.sources[input], spot, Math.abs(weight * value) || 0)
    const placedParts = Object.entries(parts ?? {}).map(([name, part]) => {
      return [name, placedTerms(part, call.shapes, recombine(part))] as const
    })
    this.#found.push({
      ...placed,
      ...base,
      // Constants are not listed, unless there is nothing else: the content of a file.
      count: placed.terms.filter(({ input }) => input !== undefined).length || placed.terms.length,
      ...(parts && { parts: Object.fromEntries(placedParts) }),
    })
  }
}

function placedTerms({ terms, combine, says }: Terms, shapes: readonly StoredShape[], result: number): PlacedTerms {
  const placed = terms.map(({ from, ...term }): PlacedTerm => {
    const shape = from && shapes[from.input]
    return shape ? { ...term, input: from.input, spot: spotOf(shape, from) } : term
  })
  return { combine, terms: placed, ...(says !== undefined && { says }), result }
}

/** The numbers of a measurement with their names, channel by channel. */
function factsOf(measured: unknown): NonNullable<Derivation['facts']> {
  const records = Array.isArray(measured) ? measured : [measured]
  const facts = records.flatMap((record: unknown) =>
    Object.entries(typeof record === 'object' && record !== null ? record : {}).flatMap(([name, value]) =>
      typeof value === 'number' ? [{ name, value }] : [],
    ),
  )
  return facts.slice(0, mostFacts)
}

/**
 * The ops that computed an output's number, the last one first.
 * @param at the number; of an output that is not a picture: its value
 */
export function derivationsOf(trace: Trace, values: Reading, port: string, at: Spot | { readonly value: number }) {
  const walk = new Walk(trace, values)
  const output = trace.outputs[port]
  if ('value' in at) walk.number(at.value)
  else if (output?.source) {
    const { source } = output
    const value = values.read(source)
    if (source.kind === 'input') walk.handOn(source.port, at, value ? numberAt(value, at) : Number.NaN)
    else walk.ask(source, at, 1)
  }
  return walk.back()
}
