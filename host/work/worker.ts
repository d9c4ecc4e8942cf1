/** A worker thread for works: runs one after the other. Only functions of our own lists can be called, by name. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Work } from '../../engine/types/work.ts'
import { type FromWorker, type ToWorker, thrown, type WorkList } from './messages.ts'

/** How often progress is told, in ms. */
const INTERVAL = 16

const { lists } = workerData as { readonly lists: readonly string[] }
const known = new Map<string, Promise<Work<unknown, unknown>>>()

const isWork = (value: unknown, name: string): value is Work<unknown, unknown> =>
  typeof value === 'object' && value !== null && 'run' in value && 'name' in value && value.name === name

async function find(name: string): Promise<Work<unknown, unknown>> {
  for (const list of lists) {
    const { works } = (await import(list)) as { readonly works: WorkList }
    const load = Object.hasOwn(works, name) ? works[name] : undefined
    if (!load) continue
    const found = Object.values(await load()).find((value) => isWork(value, name))
    if (found) return found as Work<unknown, unknown>
  }
  throw new Error(`no module declares a work of this name`)
}

function workOf(name: string): Promise<Work<unknown, unknown>> {
  const work = known.get(name) ?? find(name)
  known.set(name, work)
  return work
}

/** The buffers of a result, which are moved to the engine: the worker needs them no longer. */
function buffersIn(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (value instanceof ArrayBuffer) found.add(value)
  else if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer)
  } else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) buffersIn(inner, found)
  return found
}

const tell = (message: FromWorker, moved: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, [...moved])

async function run({ name, input, control }: ToWorker): Promise<void> {
  let told = 0
  try {
    const work = await workOf(name)
    const output = await work.run(input, {
      get cancelled() {
        return Atomics.load(control, 0) !== 0
      },
      progress(fraction, say) {
        const now = performance.now()
        if (now - told < INTERVAL) return
        told = now
        tell({ type: 'progress', fraction, say })
      },
    })
    tell({ type: 'done', output }, [...buffersIn(output)])
  } catch (error) {
    tell({ type: 'failed', ...thrown(error) })
  }
}

parentPort?.on('message', run)
