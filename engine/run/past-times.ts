/**
 * How long nodes took in earlier runs on this machine, and so about how long their next run will take. A node's time is kept for
 * a few sizes of what it was given; for another size it is scaled by the count of numbers. Bounded, and plain JSON for a file.
 */
import type { DeviceWords } from '../types/device.ts'
import type { Effort } from './effort.ts'

export interface PastTime {
  readonly variant: string
  readonly size: number
  /** Of one run, averaged with those before. */
  readonly ms: number
}

/** By device and type. The newest come last. */
export type PastTable = Readonly<Record<string, readonly PastTime[]>>

/** Times kept of one type on one device, and types. */
const mostOfType = 16
const mostTypes = 600

/** Sizes of one bucket count as the same. */
const bucket = (size: number): number => Math.round(2 * Math.log2(size + 1))

/** Of two sizes, how many times one is the other. */
const apart = (a: number, b: number): number => Math.abs(Math.log((a + 1) / (b + 1)))

export class PastTimes {
  readonly #types: Map<string, readonly PastTime[]>
  /** Bytes that loaded models took, by the SHA-256 of their file. */
  readonly #models: Map<string, number>
  #changed = false

  constructor(times: PastTable = {}, models: Readonly<Record<string, number>> = {}) {
    this.#types = new Map(Object.entries(times).slice(-mostTypes))
    this.#models = new Map(Object.entries(models).slice(-mostTypes))
  }

  note(device: DeviceWords, { type, variant, size = 0 }: Effort, ms: number): void {
    const key = keyOf(device, type)
    const known = this.#types.get(key) ?? []
    const same = known.find((one) => one.variant === variant && bucket(one.size) === bucket(size))
    const next = { variant, size, ms: same ? (same.ms + ms) / 2 : ms }
    put(this.#types, key, [...known.filter((one) => one !== same), next].slice(-mostOfType))
    this.#changed = true
  }

  /** About how long a run takes, in ms; undefined: it never ran here. */
  expect(device: DeviceWords, { type, variant, size }: Effort): number | undefined {
    const known = this.#types.get(keyOf(device, type)) ?? []
    const alike = known.filter((one) => one.variant === variant)
    return scaled(alike.length > 0 ? alike : known, size)
  }

  noteModel(sha256: string, bytes: number): void {
    if (this.#models.get(sha256) === bytes) return
    put(this.#models, sha256, bytes)
    this.#changed = true
  }

  /** What the model took when it was loaded; undefined: it never was. */
  modelBytes(sha256: string): number | undefined {
    return this.#models.get(sha256)
  }

  /** What to write, if that is something new. */
  takeChanges(): { readonly times: PastTable; readonly models: Readonly<Record<string, number>> } | undefined {
    if (!this.#changed) return undefined
    this.#changed = false
    return { times: Object.fromEntries(this.#types), models: Object.fromEntries(this.#models) }
  }
}

const keyOf = ({ kind, name, threads }: DeviceWords, type: string): string =>
  `${kind === 'cpu' ? `cpu ${threads}` : name} ${type}`

/** The newest last; the oldest goes where there are too many. */
function put<V>(table: Map<string, V>, key: string, value: V): void {
  table.delete(key)
  table.set(key, value)
  const [oldest] = table.keys()
  if (table.size > mostTypes && oldest !== undefined) table.delete(oldest)
}

/** From the times at other sizes: between two of them on the line through both, beyond them in proportion. */
function scaled(times: readonly PastTime[], size: number | undefined): number | undefined {
  const newest = times.at(-1)
  if (!newest || size === undefined) return newest?.ms
  // What is given no arrays now says nothing of what is given some.
  const comparable = times.toReversed().filter((one) => one.size > 0 === size > 0)
  const [nearest] = comparable.toSorted((a, b) => apart(a.size, size) - apart(b.size, size))
  if (!nearest) return newest.ms
  if (size === 0 || nearest.size === size) return nearest.ms
  const other = comparable
    .filter((one) => one.size !== nearest.size && one.size > size === nearest.size < size)
    .toSorted((a, b) => apart(a.size, size) - apart(b.size, size))[0]
  if (!other) return (nearest.ms * size) / nearest.size
  const share = (size - nearest.size) / (other.size - nearest.size)
  return nearest.ms + share * (other.ms - nearest.ms)
}
