/** Makes an engine: one device, one set of node types, one cache; any number of sessions and runs. */
import { againIfLost } from '../gpu/error.ts'
import { breathe } from '../memory/breathe.ts'
import { Shelf } from '../models/shelf.ts'
import { wallClock } from '../types/clock.ts'
import { workHere } from '../types/work.ts'
import { Definitions } from './definitions.ts'
import type { Engine, EngineOptions } from './engine.ts'
import { cancelled } from './flights.ts'
import { foresee } from './foresee.ts'
import { memoryStorage } from './job-storage.ts'
import { Jobs } from './jobs.ts'
import { PastTimes } from './past-times.ts'
import { Pool } from './pool.ts'
import { runDocument } from './run.ts'
import { LiveSession } from './session.ts'
import { Slots } from './slots.ts'
import type { World } from './world.ts'

/** The share of the result memory for quick previews. */
const draftShare = 1 / 8

/** The largest share of the same memory that each node going through a sequence may hold. */
const elementShare = 1 / 4

/** The largest share of the same memory for models. */
const modelShare = 1 / 2
/** A model that nobody has used for this long goes before results do, in ms. */
const modelRest = 60_000

/** How many jobs run at the same time. */
const jobsAtOnce = 2

export function createEngine(options: EngineOptions): Engine {
  const { device, arena, gpu, tensors, models, nodes, memory, sequenceDepth = 4 } = options
  const counters = { runs: 0 }
  const jobs = new Jobs(options.jobs ?? memoryStorage())
  const devices = { cpu: device, arena, gpu, tensors }
  const shelf = models && new Shelf(models, memory * modelShare)
  const world: World = {
    machine: {
      devices,
      shelf,
      slots: new Slots(Math.max(2, device.threads)),
      jobSlots: new Slots(jobsAtOnce),
      jobs,
      work: options.work ?? workHere,
      sequenceDepth,
      elementBytes: memory * elementShare,
      counters,
      times: options.times ?? new PastTimes(),
    },
    definitions: new Definitions(nodes, shelf),
    full: new Pool(memory * (1 - draftShare)),
    drafts: new Pool(memory * draftShare),
    clock: options.clock ?? wallClock,
    lendPool() {
      const pool = new Pool(memory)
      pools.add(pool)
      return pool
    },
    returnPool(pool) {
      pools.delete(pool)
      pool.close()
    },
  }
  const pools = new Set([world.full, world.drafts])
  const closing = new AbortController()
  const open = new Set<LiveSession>()
  const running = new Set<Promise<unknown>>()

  if (shelf) {
    shelf.onChange = () => {
      world.full.reserve(shelf.bytes)
      for (const { id, bytes } of shelf.list()) world.machine.times.noteModel(id, bytes)
    }
    world.full.onShort = (bytes) => shelf.relieve(bytes, modelRest)
  }
  arena.onPressure = (bytes) => {
    let freed = 0
    for (const pool of pools) if (freed < bytes) freed += pool.relieve(bytes - freed)
    return freed > 0
  }
  arena.onLimit = (bytes) => {
    let freed = 0
    for (const pool of pools) if (freed < bytes) freed += pool.discard(bytes - freed)
    return freed > 0
  }
  let relieving = false
  const relieveGently = async (): Promise<void> => {
    const enough = (): boolean => arena.low <= 0 || closing.signal.aborted
    try {
      for (const pool of pools) if (!enough()) await pool.relieveGently(enough)
    } finally {
      relieving = false
    }
  }
  arena.onLow = () => {
    if (relieving || closing.signal.aborted) return
    relieving = true
    // The allocation that called is part of something that goes on first.
    void track(breathe().then(relieveGently))
  }
  if (gpu) {
    gpu.buffers.onPressure = (bytes) => {
      let freed = 0
      for (const pool of pools) if (freed < bytes) freed += pool.relieveGpu(bytes - freed)
      return freed > 0
    }
    // Results that were only there are computed again.
    void gpu.lost.then((reason) => {
      for (const session of open) session.lost(gpu.name, reason)
    })
  }
  const sum = (count: (pool: Pool) => number): number => [...pools].reduce((total, pool) => total + count(pool), 0)

  return {
    session(options) {
      closing.signal.throwIfAborted()
      const session = new LiveSession(world, options)
      open.add(session)
      const close = (): void => {
        if (open.delete(session)) track(session.end())
      }
      return {
        receive: (message, tail) => session.receive(message, tail),
        get reading() {
          return session.reading
        },
        get document() {
          return session.document
        },
        get rev() {
          return session.rev
        },
        request: (method, params) => session.request(method, params),
        changed: (path) => session.changed(path),
        close,
      }
    },

    async run(document, options) {
      const signals = options.signal ? [options.signal, closing.signal] : [closing.signal]
      const signal = AbortSignal.any(signals)
      if (!options.fresh) return track(againIfLost(() => runDocument(world, document, options, signal)))
      const full = world.lendPool()
      const forget = (): void => world.returnPool(full)
      try {
        const result = await track(againIfLost(() => runDocument({ ...world, full }, document, options, signal)))
        return {
          ...result,
          release() {
            result.release()
            forget()
          },
        }
      } catch (error) {
        forget()
        throw error
      }
    },

    async foresee(document, options) {
      const signals = options.signal ? [options.signal, closing.signal] : [closing.signal]
      return track(foresee(world, document, options, AbortSignal.any(signals)))
    },

    get counters() {
      return {
        runs: counters.runs,
        hits: sum((pool) => pool.counters.hits),
        evictions: sum((pool) => pool.counters.evictions),
        spills: sum((pool) => pool.counters.spills),
        bytes: sum((pool) => pool.bytes),
        models: { loaded: shelf?.size ?? 0, bytes: shelf?.bytes ?? 0, loads: shelf?.counters.loads ?? 0 },
      }
    },

    async close() {
      closing.abort(cancelled())
      for (const session of open) track(session.end())
      open.clear()
      await Promise.allSettled(running)
      jobs.close()
      for (const pool of pools) {
        await pool.flights.settled()
        pool.close()
      }
      shelf?.close()
      arena.onPressure = () => false
      arena.onLimit = () => false
      arena.onLow = () => undefined
    },
  }

  function track<T>(promise: Promise<T>): Promise<T> {
    running.add(promise)
    const done = (): void => {
      running.delete(promise)
    }
    promise.then(done, done)
    return promise
  }
}
