/** The process of a model, or of several small ones. It does one thing at a time and is ended when the last of them is unloaded. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { setPriority } from 'node:os'
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { ModelPort } from '../../engine/graph/models.ts'
import type { ModelProvider, ModelResult, ModelTensor } from '../../engine/models/device.ts'
import { withShapes } from '../../engine/models/shapes.ts'
import { SightlineError, toProblem } from '../../engine/types/problem.ts'
import { viewOf } from '../../engine/values/dtype.ts'
import { countAllMemory } from '../garbage.ts'
import { fromModel, toModel } from './convert.ts'
import {
  bytesOf,
  countOf,
  type FromModel,
  fileDescriptor,
  markBytes,
  marksAt,
  type Placed,
  placesOf,
  type ToModel,
} from './messages.ts'
import {
  type LoadContext,
  outOfMemory,
  type Runtime,
  type RuntimeFile,
  type RuntimeModel,
  type RuntimeTensor,
} from './runtime.ts'
import { runtimes, runtimesOfMade } from './runtimes.ts'

// Kernels of previews come first.
setPriority(5)
countAllMemory()
// Where memory runs out, Linux ends the process with the highest number: this one, never the engine or the window.
if (process.platform === 'linux')
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch {
    // Some containers forbid it; the model runs all the same.
  }
// The engine has ended.
process.on('disconnect', () => process.exit())

const tell = (message: FromModel): void => void process.send?.(message)

/** Read in pieces, so that there is progress to tell of. */
const pieceBytes = 8 << 20

/** Reads the file and makes sure that it is what was hashed. Throws `model.changed`. */
function read({ real, path, bytes, sha256, at: place }: RuntimeFile): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(bytes)
  if (place !== undefined) {
    through((view, from) => readSync(fileDescriptor, view, 0, view.length, from), content, place)
    return content
  }
  const hash = createHash('sha256')
  const file = openSync(real, 'r')
  try {
    let at = 0
    while (at < bytes) {
      const length = readSync(file, content, at, Math.min(pieceBytes, bytes - at), at)
      if (length === 0) break
      hash.update(content.subarray(at, at + length))
      at += length
      tell({ type: 'progress', fraction: at / bytes })
    }
  } finally {
    closeSync(file)
  }
  if (hash.digest('hex') !== sha256) throw new SightlineError('model.changed', { path })
  return content
}

interface Loaded {
  readonly path: string
  readonly model: RuntimeModel
  readonly inputs: readonly ModelPort[]
  /** By input: what it is in the next run, where nothing else is given. */
  readonly carried: Map<string, RuntimeTensor>
}

const loaded = new Map<string, Loaded>()

function runtimeOf(name: string): Runtime {
  const runtime = [...runtimes, ...runtimesOfMade].find((one) => one.name === name)
  if (!runtime) throw new Error(`there is no runtime called ${name}`)
  return runtime
}

/** Fills or empties the whole view, which the system may do in several steps. */
function through(
  step: (view: Uint8Array, at: number) => number,
  { buffer, byteOffset, byteLength }: ArrayBufferView,
  at: number,
): void {
  for (let done = 0; done < byteLength; ) {
    const moved = step(new Uint8Array(buffer, byteOffset + done, byteLength - done), at + done)
    if (moved === 0) throw new Error('the numbers of a tensor did not arrive')
    done += moved
  }
}

/** By input: where its numbers were last time. The system hands out fresh pages slowly, and each run would need some. */
const places = new Map<string, ArrayBuffer>()

function placeFor(name: string, bytes: number): ArrayBuffer {
  const known = places.get(name)
  if (known?.byteLength === bytes) return known
  const made = new ArrayBuffer(bytes)
  places.set(name, made)
  return made
}

function receive(tensor: Placed) {
  const numbers = viewOf(tensor.dtype, placeFor(tensor.name, bytesOf(tensor)), 0, countOf(tensor))
  through((view, at) => readSync(fileDescriptor, view, 0, view.length, at), numbers, tensor.at)
  return { ...tensor, numbers }
}

const markOf = Buffer.alloc(markBytes)
/** How many times results were written. */
let written = 0

/** Waits for inputs that it has been told of. */
async function arrived(mark: number): Promise<void> {
  for (let looks = 0; ; looks++) {
    readSync(fileDescriptor, markOf, 0, markBytes, marksAt.inputs)
    if (markOf.readUInt32LE() === mark) return
    // Most are there within a millisecond.
    if (looks < 1000) await setImmediate()
    else await setTimeout(1)
  }
}

/** Tells of results, and writes them while the engine hears of it. */
function send(results: readonly (ModelResult & ModelTensor)[], provider?: ModelProvider): void {
  const placed = placesOf(results)
  const told = placed.map(({ name, dtype, shape, at }) => ({ name, dtype, shape, at }))
  const mark = ++written
  tell({ type: 'made', results: told, mark, bytes: process.memoryUsage.rss(), provider })
  for (const { numbers, at } of placed)
    through((view, to) => writeSync(fileDescriptor, view, 0, view.length, to), numbers, at)
  markOf.writeUInt32LE(mark)
  writeSync(fileDescriptor, markOf, 0, markBytes, marksAt.results)
}

async function sendWeights({ runtime, file, parts, names, threads }: Extract<ToModel, { type: 'weight' }>) {
  try {
    const { weight } = runtimeOf(runtime)
    if (!weight) throw new Error(`${runtime} gives no weights`)
    const made: (ModelResult & ModelTensor)[] = []
    for (const name of names)
      made.push({ name, ...fromModel(name, await weight(file, parts, name, { threads, device: 'cpu', read })) })
    send(made)
  } catch (error) {
    throw problemOf(file.path, error)
  }
}

async function run({ model: name, inputs, outputs, mark, carry }: Extract<ToModel, { type: 'run' }>): Promise<void> {
  const known = loaded.get(name)
  if (!known) throw new Error('no such model is loaded')
  await arrived(mark)
  const { path, model, inputs: ports, carried } = known
  const given = inputs.map((input) => {
    const wanted = ports.find(({ name }) => name === input.name)?.dtype ?? input.dtype
    return [input.name, toModel(input.name, receive(input), wanted)] as const
  })
  try {
    const made = await model.run(new Map([...carried, ...given]), [...new Set([...outputs, ...Object.keys(carry)])])
    carried.clear()
    for (const [output, input] of Object.entries(carry)) {
      const tensor = made.get(output)
      if (tensor) carried.set(input, tensor)
    }
    const results = outputs.map((name) => {
      const tensor = made.get(name)
      if (!tensor) throw new Error(`it gave no "${name}"`)
      return { name, ...fromModel(name, tensor) }
    })
    send(results, model.provider)
  } catch (error) {
    throw problemOf(path, error)
  }
}

/** A runtime's own error is one of the model. */
function problemOf(path: string, error: unknown): SightlineError {
  if (error instanceof SightlineError) return error
  const message = error instanceof Error ? error.message : String(error)
  return outOfMemory(path, message, error) ?? new SightlineError('model.failed', { path, message }, error)
}

async function take(message: ToModel): Promise<void> {
  switch (message.type) {
    case 'describe': {
      const context: LoadContext = { threads: message.threads, device: 'cpu', read }
      const description = await runtimeOf(message.runtime).describe(message.file, context)
      return tell({ type: 'described', description })
    }
    case 'network':
      return tell({ type: 'network', network: withShapes(await runtimeOf(message.runtime).network(message.file)) })
    case 'load': {
      const { file, parts, inputs, threads, device } = message
      let provider: ModelProvider
      try {
        const model = await runtimeOf(message.runtime).load(file, parts, { threads, device, read })
        provider = model.provider
        loaded.set(message.model, { path: file.path, model, inputs, carried: new Map() })
      } catch (error) {
        throw problemOf(file.path, error)
      }
      return tell({ type: 'loaded', bytes: process.memoryUsage.rss(), provider })
    }
    case 'weight':
      return sendWeights(message)
    case 'run':
      return run(message)
    case 'unload': {
      await loaded.get(message.model)?.model.close?.()
      loaded.delete(message.model)
      return tell({ type: 'unloaded', bytes: process.memoryUsage.rss() })
    }
  }
}

process.on('message', (message: ToModel) => {
  take(message).catch((error: unknown) => tell({ type: 'failed', problem: toProblem(error) }))
})
