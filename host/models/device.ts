/**
 * Runs models in processes, one a model: each can be killed by itself at any moment, and all that it took goes with it. (A thread
 * cannot: a runtime's native code does not hear that its thread is to end.) Small ones that were made here share a process: each
 * layer with a picture is one, and a process takes 100 MB. A process that has described a file waits a little for the next one, or
 * to load it.
 */
import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import type { ModelDescription, OwnTensor } from '../../engine/graph/models.ts'
import type { Network } from '../../engine/graph/network.ts'
import {
  type LoadOptions,
  type ModelDevice,
  type ModelFile,
  ModelLostError,
  type ModelProvider,
  type ModelRun,
  ModelStore,
} from '../../engine/models/device.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { OpenedFile } from '../../engine/types/services.ts'
import { viewOf } from '../../engine/values/dtype.ts'
import { createGate } from '../files/gate.ts'
import { sniff } from '../files/sniff.ts'
import { lacking } from '../gpu/drivers.ts'
import { expectsOf } from '../store/expects.ts'
import { bytesOf, countOf, type FromModel, firstPlace, type Placed, placesOf } from './messages.ts'
import { onCpu, type Runtime, type RuntimeFile } from './runtime.ts'
import { runtimes, runtimesOfMade } from './runtimes.ts'
import { Seat } from './seat.ts'

/** How long a run that is stopped may take to end, in ms. */
const late = 100
/** How long a process without a model is kept, in ms. */
const spareFor = 15_000
/** Models that compute at the same time: each takes all threads, but a short one should not wait for a long one. */
const together = 2

/**
 * How long a model of this size may take to load, in ms: far longer than any takes on a busy machine. A runtime that is given
 * a damaged file may never end.
 */
const longestLoad = (bytes: number): number => 120_000 + bytes / 1000

/** Models up to this size share a process: their runs are short, so others can wait for them. */
const smallBytes = 16 << 20

/** A large one takes some megabytes. */
const keptNetworks = 4

const never = new AbortController().signal

/** The name decides which runtime a file is for. */
const keyOf = ({ sha256, path }: OpenedFile): string => `${sha256} ${extname(path).toLowerCase()}`

export interface ModelDeviceOptions {
  /** That one model computes with. */
  readonly threads: number
  /** cpu: nothing but the CPU. Default: the machine's best. */
  readonly device?: 'auto' | 'cpu'
  /** For tests. */
  readonly longestLoad?: (bytes: number) => number
}

/** Where a model is. */
interface Place {
  readonly seat: Seat
  /** What the process calls it. */
  readonly name: string
}

async function headOf(file: OpenedFile): Promise<Uint8Array> {
  const handle = await open(file.real)
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(512), 0, 512, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** By its first bytes and by its name; throws `model.not-a-model`. */
async function runtimeFor(file: OpenedFile): Promise<Runtime> {
  const head = await headOf(file)
  const extension = extname(file.path).toLowerCase()
  const named = runtimes.find(({ extensions }) => extensions.includes(extension))
  const looks = runtimes.filter((runtime) => runtime.looks(head))
  const runtime = named && looks.includes(named) ? named : looks[0]
  if (runtime && (named === runtime || named === undefined)) return runtime
  const known = runtimes.map(({ words }) => words).join(', ')
  const given = `It looks like ${sniff(head).words}.`
  throw new SightlineError('model.not-a-model', { path: file.path, known, given })
}

export function createModelDevice({ threads, device = 'auto', ...given }: ModelDeviceOptions): ModelDevice {
  const patience = given.longestLoad ?? longestLoad
  const descriptions = new Map<string, Promise<ModelDescription>>()
  const networks = new Map<string, Promise<Network>>()
  const seats = new Map<ModelStore, Place>()
  /** The process of small models, once there is one. */
  let common: Promise<Seat> | undefined
  /** By name: the process that each small model that is being loaded goes to. */
  const loading = new Map<string, Seat>()
  let names = 0
  const all = new Set<Seat>()
  const gate = createGate(together)
  let spare: { readonly seat: Seat; readonly timer: ReturnType<typeof setTimeout> } | undefined
  let closed = false
  /** What a graphics card did to the process of a model: from then on, models run on the CPU. */
  let crashed: string | undefined

  /** Why the process of a model ended, where that may have been the graphics card's doing. */
  function crashOf(error: unknown): string | undefined {
    if (!(error instanceof SightlineError) || error.code !== 'model.ended') return undefined
    return device === 'auto' && lacking() === undefined ? String(error.params.message) : undefined
  }

  async function takeSeat(): Promise<Seat> {
    if (closed) throw new Error('the models are closed')
    if (spare && !spare.seat.ended) {
      const { seat, timer } = spare
      spare = undefined
      clearTimeout(timer)
      return seat
    }
    const seat = await Seat.open()
    all.add(seat)
    seat.onEnd = () => all.delete(seat)
    return seat
  }

  function giveSeat(seat: Seat): void {
    if (spare || closed || seat.ended) return void seat.end()
    const timer = setTimeout(() => {
      spare = undefined
      void seat.end()
    }, spareFor)
    timer.unref()
    spare = { seat, timer }
  }

  async function describe(file: OpenedFile): Promise<ModelDescription> {
    const { name } = await runtimeFor(file)
    const seat = await takeSeat()
    try {
      const told = await seat.ask(file.path, { type: 'describe', runtime: name, file, threads })
      const { version, ...description } = expect(told, 'described').description
      const { sha256, bytes } = file
      return { runtime: name, ...(version !== undefined && { version }), sha256, bytes, ...description }
    } finally {
      giveSeat(seat)
    }
  }

  async function readNetwork(file: OpenedFile): Promise<Network> {
    const { name } = await runtimeFor(file)
    const seat = await takeSeat()
    try {
      return expect(await seat.ask(file.path, { type: 'network', runtime: name, file }), 'network').network
    } finally {
      giveSeat(seat)
    }
  }

  async function unload(model: ModelStore): Promise<void> {
    const place = seats.get(model)
    seats.delete(model)
    if (!place) return
    model.lose()
    const { seat, name } = place
    await vacate(seat)
    if (seat.ended) return
    try {
      const ask = () => seat.ask(model.file.whole.path, { type: 'unload', model: name })
      const told = await seat.gate(ask, never)
      share(seat, expect(told, 'unloaded').bytes)
    } catch {
      // What a process that has ended took is free.
    }
  }

  /** The models of a process. */
  const tenantsOf = (seat: Seat): readonly ModelStore[] =>
    [...seats].flatMap(([model, place]) => (place.seat === seat ? [model] : []))

  /** The memory of a process is that of all its models. */
  function share(seat: Seat, bytes: number): void {
    const models = tenantsOf(seat)
    for (const model of models) model.taken = bytes / models.length
  }

  /** Where a small model goes: to the others. */
  function takeCommonSeat(name: string): Promise<Seat> {
    const before = common
    const taking = (async () => {
      const known = await before?.catch(() => undefined)
      const seat = known && !known.leaving ? known : await takeSeat()
      loading.set(name, seat)
      return seat
    })()
    taking.catch(() => undefined)
    common = taking
    return taking
  }

  /** Ends it where no model is in it, and none is about to be. */
  async function vacate(seat: Seat): Promise<void> {
    if (tenantsOf(seat).length === 0 && ![...loading.values()].includes(seat)) await seat.end()
  }

  const isSmall = ({ content, on, whole, parts }: ModelFile, runtime: string): boolean =>
    content !== undefined &&
    on === undefined &&
    [...runtimes, ...runtimesOfMade].some(({ name, closes }) => name === runtime && closes) &&
    [whole, ...parts].reduce((sum, { bytes }) => sum + bytes, 0) <= smallBytes

  const withCrash = (provider: ModelProvider): ModelProvider =>
    crashed === undefined
      ? provider
      : { ...provider, failed: [...provider.failed, { name: 'The graphics card', message: crashed }] }

  async function load(file: ModelFile, { runtime, inputs }: ModelDescription, { signal, progress }: LoadOptions) {
    signal.throwIfAborted()
    const shared = isSmall(file, runtime)
    const name = `${++names}`
    const seat = await (shared ? takeCommonSeat(name) : takeSeat())
    const stop = (): void => void seat.end()
    // In a process with others it is soon loaded, and is unloaded then.
    if (!shared) signal.addEventListener('abort', stop, { once: true })
    const { whole } = file
    const most = patience([whole, ...file.parts].reduce((sum, { bytes }) => sum + bytes, 0))
    let stuck = false
    let timer: ReturnType<typeof setTimeout> | undefined
    try {
      signal.throwIfAborted()
      const on = crashed === undefined && file.on === undefined ? device : 'cpu'
      const told = await seat.gate(async () => {
        timer = setTimeout(() => {
          stuck = true
          stop()
        }, most)
        const { files, end } = await place(seat, file)
        const [first = whole, ...parts] = files
        const load = { type: 'load', model: name, runtime, file: first, parts, inputs, threads, device: on } as const
        const told = await seat.ask(whole.path, load, progress)
        await seat.clear(end)
        return told
      }, never)
      const { bytes, provider } = expect(told, 'loaded')
      const model = new ModelStore(file, bytes, () => void unload(model))
      model.provider = withCrash(provider)
      loading.delete(name)
      seats.set(model, { seat, name })
      seat.onEnd = () => {
        all.delete(seat)
        for (const one of tenantsOf(seat)) one.lose()
      }
      share(seat, bytes)
      if (signal.aborted) {
        model.release()
        throw signal.reason
      }
      return model
    } catch (error) {
      // Other models in the process stay when this one does not load.
      if (!shared) void seat.end()
      else {
        loading.delete(name)
        void vacate(seat)
      }
      signal.throwIfAborted()
      if (stuck) throw new SightlineError('model.stuck', { path: whole.path, seconds: Math.round(most / 1000) }, error)
      throw error
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
  }

  /**
   * Runs the model in its seat, which is free when this has ended, or the model is lost. `hold` is called when results begin to
   * be copied: from then on the caller must wait.
   */
  async function work(model: ModelStore, run: ModelRun, hold: () => void): Promise<void> {
    const { inputs, outputs, carry = {}, signal, shared, place } = run
    const { seat, name } = seats.get(model) ?? {}
    if (!seat || name === undefined || seat.ended || model.lost) throw new ModelLostError('the process has ended')
    signal.throwIfAborted()
    const { path } = model.file.whole
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = (): void => {
      timer = setTimeout(() => void seat.end(), late)
    }
    signal.addEventListener('abort', stop, { once: true })
    try {
      const sent = placesOf(Object.entries(inputs).map(([name, tensor]) => ({ name, ...tensor })))
      const told = await seat.run(
        path,
        { model: name, inputs: sent.map(({ name, dtype, shape, at }) => ({ name, dtype, shape, at })), outputs, carry },
        async () => {
          // Memory that is not shared may move when it grows.
          for (const { numbers, at } of sent) await seat.write(shared ? numbers : numbers.slice(), at)
        },
      )
      const { results, mark, bytes, provider } = expect(told, 'made')
      share(seat, bytes)
      if (provider) model.provider = withCrash(provider)
      clearTimeout(timer)
      signal.throwIfAborted()
      hold()
      await seat.arrived(path, mark)
      await take(seat, results, { shared, place })
      await seat.clear(Math.max(endOf(sent), endOf(results)))
      signal.throwIfAborted()
    } catch (error) {
      signal.throwIfAborted()
      if (model.provider && model.provider.name !== onCpu.name) crashed ??= crashOf(error)
      throw error
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
  }

  return {
    version: (name) => [...runtimes, ...runtimesOfMade].find((runtime) => runtime.name === name)?.version,

    async describe(file, signal) {
      const key = keyOf(file)
      let known = descriptions.get(key)
      if (!known) {
        known = describe(file)
        descriptions.set(key, known)
        known.catch(() => descriptions.delete(key))
      }
      const description = await known
      signal.throwIfAborted()
      const expects = expectsOf(file.path)
      return expects.length > 0 ? { ...description, expects } : description
    },

    async network(file, signal) {
      const key = keyOf(file)
      let known = networks.get(key)
      if (!known) {
        known = readNetwork(file)
        networks.set(key, known)
        known.catch(() => networks.delete(key))
        const [oldest = key] = networks.keys()
        if (networks.size > keptNetworks) networks.delete(oldest)
      }
      const network = await known
      signal.throwIfAborted()
      return network
    },

    async weights({ whole, parts }, { runtime }, names, signal) {
      signal.throwIfAborted()
      const seat = await takeSeat()
      const stop = (): void => void seat.end()
      signal.addEventListener('abort', stop, { once: true })
      try {
        const told = await seat.ask(whole.path, { type: 'weight', runtime, file: whole, parts, names, threads })
        const { results, mark } = expect(told, 'made')
        await seat.arrived(whole.path, mark)
        const made: OwnTensor[] = []
        for (const result of results) {
          const { dtype, shape, at } = result
          const numbers = viewOf(dtype, new ArrayBuffer(bytesOf(result)), 0, countOf(result))
          if (numbers.length > 0) await seat.read(numbers, at)
          made.push({ dtype, shape, numbers })
        }
        await seat.clear(endOf(results))
        return made
      } catch (error) {
        signal.throwIfAborted()
        throw error
      } finally {
        signal.removeEventListener('abort', stop)
        giveSeat(seat)
      }
    },

    async load(file, description, options) {
      try {
        return await load(file, description, options)
      } catch (error) {
        options.signal.throwIfAborted()
        const crash = crashed === undefined ? crashOf(error) : undefined
        if (crash === undefined) throw error
        crashed = crash
        return load(file, description, options)
      }
    },

    run(model, run) {
      const { seat } = seats.get(model) ?? {}
      if (!seat || model.lost) return Promise.reject(new ModelLostError('the process has ended'))
      // Whoever stops waits no longer, but for results that are being copied; the seat is free when the work has really ended.
      const waiting = new AbortController()
      const stop = (): void => waiting.abort(run.signal.reason)
      if (run.signal.aborted) stop()
      run.signal.addEventListener('abort', stop, { once: true })
      const hold = (): void => run.signal.removeEventListener('abort', stop)
      return seat.gate(() => gate(() => work(model, run, hold), never), waiting.signal).finally(hold)
    },

    unload,

    async close() {
      closed = true
      clearTimeout(spare?.timer)
      await Promise.all([...all].map((seat) => seat.end()))
    },
  }
}

/** Writes what lies in no file to where the process can read it. `end`: where the last of it ends. */
async function place(
  seat: Seat,
  { whole, parts, content }: ModelFile,
): Promise<{ readonly files: readonly RuntimeFile[]; readonly end: number }> {
  const files = [whole, ...parts]
  if (!content) return { files, end: 0 }
  const placed: RuntimeFile[] = []
  let at = firstPlace
  for (const [i, view] of (await content()).entries()) {
    await seat.write(view, at)
    placed.push({ ...(files[i] ?? whole), bytes: view.byteLength, at })
    at += Math.ceil(view.byteLength / 64) * 64
  }
  return { files: placed, end: at }
}

/** Copies results from the process to where the engine wants them. */
async function take(
  seat: Seat,
  results: Extract<FromModel, { type: 'made' }>['results'],
  { shared, place }: Pick<ModelRun, 'shared' | 'place'>,
): Promise<void> {
  if (shared) {
    const into = place(results)
    for (const [i, { at }] of results.entries()) {
      const view = into[i]
      if (view) await seat.read(view, at)
    }
    return
  }
  // Memory that is not shared may move while it is read into.
  const copies = results.map((result) => viewOf(result.dtype, new ArrayBuffer(bytesOf(result)), 0, countOf(result)))
  for (const [i, copy] of copies.entries()) await seat.read(copy, results[i]?.at ?? 0)
  const into = place(results)
  for (const [i, copy] of copies.entries()) into[i]?.set(copy)
}

/** Where the last of them ends in the file. */
const endOf = (tensors: readonly Placed[]): number =>
  tensors.reduce((end, tensor) => Math.max(end, tensor.at + bytesOf(tensor)), 0)

function expect<T extends FromModel['type']>(told: FromModel, type: T): Extract<FromModel, { type: T }> {
  if (told.type !== type) throw new Error(`a model's process told "${told.type}" instead of "${type}"`)
  return told as Extract<FromModel, { type: T }>
}
