/**
 * TensorFlow.js in a worker thread over the engine's memory: its CPU backends run without a break. It starts with the first call;
 * calls are queued. Each call is made in short strips of rows and stopped between two of them. Ending the thread instead takes
 * seconds where the system is handing it memory, and the next call waits for another one to start.
 */
import { Worker } from 'node:worker_threads'
import { KernelError } from '../../engine/ops/cpu.ts'
import type { TensorCall, TensorDevice } from '../../engine/ops/tensorflow.ts'
import { ownEnvironment } from '../environment.ts'
import { say } from '../terminal/say.ts'
import { findLibrary } from './library.ts'

/** How long a stopped call may take to end, in ms; after that its thread is ended. */
const LATE = 100

/** What the worker is told at its start, and what it reports. */
export interface TensorStart {
  /** The path of TensorFlow's own library. */
  readonly library: string | undefined
}
/** `output`: undefined where its memory is not shared. `stop`: not 0 once the call is to end at its next strip. */
export type TensorOrder = Omit<TensorCall, 'output'> & {
  readonly output: Float32Array | undefined
  readonly stop: Int32Array
}
export type FromTensorWorker =
  | { readonly type: 'ready'; readonly backend: string; readonly trouble?: string }
  | { readonly type: 'done'; readonly numbers?: Float32Array }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly message: string }

interface Crew {
  readonly worker: Worker
  /** The backend's name. Rejects if it does not start. */
  readonly backend: Promise<string>
  /** The number of calls it has completed. */
  done: number
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Memory that the worker can read and write in place; other memory is copied there and back. */
const isShared = ({ buffer }: Float32Array): boolean => buffer instanceof SharedArrayBuffer

/** `library`: the file of TensorFlow's own library. Absent: looked for at the first call, as Node takes a while to find none. */
export function createTensorDevice(
  options: { readonly library?: string | undefined; readonly log?: (line: string) => void } = {},
): TensorDevice {
  const { log = say } = options
  let looked: { readonly library: string | undefined } | undefined
  const libraryOf = (): string | undefined => {
    looked ??= { library: options.library ?? findLibrary() }
    return looked.library
  }
  let crew: Crew | undefined
  let turn: Promise<unknown> = Promise.resolve()
  let closed = false

  function assemble(): Crew {
    const library = libraryOf()
    const workerData: TensorStart = { library }
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      ...{ workerData, name: 'tensorflow' },
      ...{ execArgv: [], env: ownEnvironment() },
    })
    const backend = answer(worker, 'the start').then((told) => {
      if (told.type !== 'ready') throw new KernelError('the start', told.type === 'failed' ? told.message : told.type)
      if (told.trouble !== undefined) log(`${library} cannot be used: ${told.trouble}`)
      return told.backend
    })
    const made: Crew = { worker, backend, done: 0 }
    backend.catch(() => {
      if (crew === made) crew = undefined
    })
    worker.once('exit', () => {
      if (crew === made) crew = undefined
    })
    return made
  }

  /** The next message. Rejects if the worker ends instead. Keeps the process alive until then. */
  async function answer(worker: Worker, op: string): Promise<FromTensorWorker> {
    worker.ref()
    const heard = Promise.withResolvers<FromTensorWorker>()
    const ended = (why: unknown): void => heard.reject(new KernelError(op, `its thread ended: ${words(why)}`))
    worker.once('message', heard.resolve).once('error', ended).once('exit', ended)
    try {
      return await heard.promise
    } finally {
      worker.off('message', heard.resolve).off('error', ended).off('exit', ended)
      worker.unref()
    }
  }

  /** @param aborted rejects when the signal is aborted */
  async function attempt(call: TensorCall, signal: AbortSignal, aborted: Promise<never>): Promise<void> {
    const { op, params, inputs, output, shape } = call
    let failed = false
    if (closed) throw new KernelError(op, 'TensorFlow.js is closed')
    crew ??= assemble()
    const mine = crew
    await Promise.race([mine.backend, aborted])
    signal.throwIfAborted()
    const stopped = new Int32Array(new SharedArrayBuffer(4))
    let late: ReturnType<typeof setTimeout> | undefined
    const stop = (): void => {
      Atomics.store(stopped, 0, 1)
      late = setTimeout(() => void mine.worker.terminate(), LATE)
    }
    signal.addEventListener('abort', stop, { once: true })
    try {
      const sent = inputs.map(({ numbers, shape }) => ({
        numbers: isShared(numbers) ? numbers : numbers.slice(),
        shape,
      }))
      const told = answer(mine.worker, op)
      const order: TensorOrder = {
        ...{ op, params, shape, inputs: sent },
        ...{ output: isShared(output) ? output : undefined, stop: stopped },
      }
      mine.worker.postMessage(order)
      const result = await told
      signal.throwIfAborted()
      if (result.type === 'failed') {
        // It may have left anything in WebAssembly's memory.
        await mine.worker.terminate()
        if (mine.done === 0) throw new KernelError(op, result.message)
        failed = true
      }
      mine.done++
      if (result.type === 'done' && result.numbers) output.set(result.numbers)
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      clearTimeout(late)
      signal.removeEventListener('abort', stop)
    }
    if (failed) await attempt(call, signal, aborted)
  }

  return {
    async backend() {
      if (closed || !libraryOf()) return 'wasm'
      crew ??= assemble()
      return (await crew.backend) === 'tensorflow' ? 'tensorflow' : 'wasm'
    },
    async run(call, signal) {
      const before = turn
      const mine = Promise.withResolvers<void>()
      turn = mine.promise
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
      try {
        signal.throwIfAborted()
        await Promise.race([before, aborted])
        await attempt(call, signal, aborted)
      } finally {
        // A call stopped while waiting leaves its turn to those before it.
        void before.then(() => mine.resolve())
      }
    },
    async close() {
      closed = true
      await crew?.worker.terminate()
    },
  }
}
