/**
 * The models that are loaded, by what is in their files: nodes and sessions that name the same content share one. They count
 * against the memory for results, and those that nobody has used for the longest time go first when it is short.
 */
import type { ModelDescription } from '../graph/models.ts'
import { SightlineError } from '../types/problem.ts'
import { type LoadOptions, type ModelDevice, type ModelFile, ModelLostError, type ModelStore } from './device.ts'

interface Loading {
  readonly model: Promise<ModelStore>
  readonly abort: AbortController
  readonly listeners: Set<(fraction: number) => void>
  waiting: number
}

interface Loaded {
  readonly model: ModelStore
  /** Of the last use, as `performance.now()`. */
  used: number
}

/** So often a run that found its model gone has it loaded again. */
const mostLoads = 4

export class Shelf {
  readonly device: ModelDevice
  /** Bytes that models may take. */
  readonly limit: number
  /** Called when the bytes that they take have changed. */
  onChange: () => void = () => undefined
  readonly counters = { loads: 0, unloads: 0 }
  readonly #loaded = new Map<string, Loaded>()
  readonly #loading = new Map<string, Loading>()
  #closed = false

  constructor(device: ModelDevice, limit: number) {
    this.device = device
    this.limit = limit
  }

  /** That loaded models take. */
  get bytes(): number {
    let sum = 0
    for (const { model } of this.#loaded.values()) sum += model.taken
    return sum
  }

  get size(): number {
    return this.#loaded.size
  }

  /** Gives the model to `work`, loaded and held. It is loaded again where its process has ended before the work began. */
  async use<T>(
    file: ModelFile,
    description: ModelDescription,
    options: LoadOptions,
    work: (model: ModelStore) => Promise<T>,
  ): Promise<T> {
    for (let left = mostLoads; ; left--) {
      const model = await this.#take(file, description, options)
      try {
        return await work(model)
      } catch (error) {
        if (!(error instanceof ModelLostError) || left === 0) throw error
      } finally {
        if (model.lost) this.#drop(keyOf(file), model)
        model.unpin()
        // It may have grown.
        this.#makeRoom(0)
        this.onChange()
      }
    }
  }

  /** Unloads models that are not in use, the longest unused first, until this many bytes are free. Returns how many were freed. */
  relieve(bytes: number, unusedFor = 0): number {
    const before = performance.now() - unusedFor
    let freed = 0
    const idle = [...this.#loaded].filter(([, { model, used }]) => !model.pinned && used <= before)
    for (const [key, { model }] of idle.sort(([, a], [, b]) => a.used - b.used)) {
      if (freed >= bytes) break
      freed += model.taken
      this.#drop(key, model)
    }
    return freed
  }

  list(): readonly { readonly id: string; readonly path: string; readonly bytes: number; readonly busy: boolean }[] {
    return [...this.#loaded.values()].map(({ model }) => {
      const { sha256, path } = model.file.whole
      return { id: sha256, path, bytes: model.taken, busy: model.pinned }
    })
  }

  /** Unloads a model, by the id of the list, unless it is in use. Gives how many bytes that frees. */
  unload(id: string): number {
    for (const [key, { model }] of this.#loaded)
      if (model.file.whole.sha256 === id && !model.pinned) {
        const { taken } = model
        this.#drop(key, model)
        return taken
      }
    return 0
  }

  /** Unloads everything. What is in use goes when its work ends. */
  close(): void {
    this.#closed = true
    for (const { abort } of this.#loading.values()) abort.abort(new Error('the models are closed'))
    for (const [key, { model }] of [...this.#loaded]) this.#drop(key, model)
  }

  /** The model, pinned. */
  async #take(file: ModelFile, description: ModelDescription, options: LoadOptions): Promise<ModelStore> {
    options.signal.throwIfAborted()
    const key = keyOf(file)
    const known = this.#loaded.get(key)
    if (known && !known.model.lost) {
      known.used = performance.now()
      known.model.pin()
      return known.model
    }
    if (known) this.#drop(key, known.model)
    return this.#join(key, this.#loading.get(key) ?? this.#load(key, file, description), options)
  }

  #load(key: string, file: ModelFile, description: ModelDescription): Loading {
    if (description.bytes > this.limit) throw tooLarge(file, description.bytes, this.limit)
    if (this.#closed) throw new Error('the models are closed')
    const abort = new AbortController()
    const listeners = new Set<(fraction: number) => void>()
    const progress = (fraction: number): void => {
      for (const listener of listeners) listener(fraction)
    }
    this.#makeRoom(description.bytes)
    const model = this.device
      .load(file, description, { signal: abort.signal, progress })
      .then((made) => this.#keep(key, made))
      .finally(() => this.#forget(key, loading))
    const loading: Loading = { model, abort, listeners, waiting: 0 }
    model.catch(() => undefined)
    this.#loading.set(key, loading)
    return loading
  }

  /** Waits for a load with others. It is stopped when nobody waits any more. */
  async #join(key: string, loading: Loading, { signal, progress }: LoadOptions): Promise<ModelStore> {
    loading.waiting++
    loading.listeners.add(progress)
    const stopped = Promise.withResolvers<never>()
    const stop = (): void => stopped.reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    try {
      const model = await Promise.race([loading.model, stopped.promise])
      model.pin()
      return model
    } finally {
      signal.removeEventListener('abort', stop)
      loading.listeners.delete(progress)
      if (--loading.waiting === 0 && signal.aborted) {
        this.#forget(key, loading)
        loading.abort.abort(signal.reason)
      }
    }
  }

  #forget(key: string, loading: Loading): void {
    if (this.#loading.get(key) === loading) this.#loading.delete(key)
  }

  #keep(key: string, model: ModelStore): ModelStore {
    if (this.#closed) {
      model.release()
      throw new Error('the models are closed')
    }
    this.counters.loads++
    this.#loaded.set(key, { model, used: performance.now() })
    model.pin()
    this.#makeRoom(0)
    model.unpin()
    this.onChange()
    return model
  }

  #makeRoom(bytes: number): void {
    const over = this.bytes + bytes - this.limit
    if (over > 0) this.relieve(over)
  }

  #drop(key: string, model: ModelStore): void {
    if (this.#loaded.get(key)?.model !== model) return
    this.#loaded.delete(key)
    this.counters.unloads++
    model.release()
    this.onChange()
  }
}

const keyOf = ({ whole, parts }: ModelFile): string => [whole, ...parts].map(({ sha256 }) => sha256).join(' ')

function tooLarge({ whole }: ModelFile, bytes: number, limit: number): SightlineError {
  const [given, most] = [bytes, limit].map((n) => Math.round(n / 1e6)) as [number, number]
  return new SightlineError('model.too-large', { path: whole.path, given, limit: most })
}
