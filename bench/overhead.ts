/**
 * What a network costs in the engine (a process of its own, its numbers there and back) over the bare library in this process, with
 * as many threads: in turn, by the median of the ratios, and as a difference. Results must be the same.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'
import { modelsFor } from '../engine/models/models.ts'
import { Shelf } from '../engine/models/shelf.ts'
import { makeOps, readPixels } from '../engine/ops/context.ts'
import { type DType, viewOf } from '../engine/values/dtype.ts'
import type { TensorValue } from '../engine/values/index.ts'
import { type Made, makeEngine } from '../host/engine.ts'
import { createServices } from '../host/files/services.ts'
import { root } from '../host/installation.ts'
import { createModelDevice } from '../host/models/device.ts'
import type { Runtime, RuntimeFile } from '../host/models/runtime.ts'
import { litert } from '../host/models/runtimes/litert.ts'
import { tensorflowjs } from '../host/models/runtimes/tensorflowjs.ts'
import { entryOf } from '../host/store/manifest.ts'
import { modelFolder } from '../host/store/places.ts'
import { median } from './pairs.ts'
import type { Suite } from './report.ts'

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Models as a node has them, outside any node. */
export function modelBench(made: Made, shelf: Shelf) {
  const { signal } = new AbortController()
  /** Runs the model, tells that its results are there, and reads them. */
  async function run(
    path: string,
    inputs: Readonly<Record<string, TensorValue>>,
    { own = signal, there = () => undefined }: { own?: AbortSignal; there?: () => void } = {},
  ) {
    const node = makeOps(made.devices, own)
    // Beside the pipeline, where files are used without a question.
    const services = createServices({ base: isAbsolute(path) ? dirname(path) : join(root, 'host/models/fixtures') })
    const models = modelsFor({ shelf, services, signal: own, perform: node.perform, progress: () => undefined })
    try {
      const outputs = await models.run(path, inputs)
      there()
      return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, readPixels(value)]))
    } finally {
      node.finish([])
    }
  }
  return {
    run,
    async tensor(shape: readonly number[], numbers: ArrayLike<number>): Promise<TensorValue> {
      const node = makeOps(made.devices, signal)
      const axes = shape.map((_, i) => `D${i}`)
      const value = await node.ops.fromNumbers({
        shape: { kind: 'tensor', shape, axes },
        numbers,
      })
      node.finish([value])
      return value as TensorValue
    },
  }
}

type Numbers = Readonly<Record<string, ArrayLike<number>>>

/**
 * How long a pause is before each run, in ms. The bare library's threads wait for work in a loop for up to 65 ms after a run, and would
 * take a processor from ours, which stop at once.
 */
const rest = 120

/** A network in the engine, until its results are in the arena, and in its bare library, in turn. */
async function inTurn(ours: (there: () => void) => Promise<Numbers>, bare: () => Promise<Numbers>) {
  const times: { ours: number; bare: number }[] = []
  let apart = 0
  for (let i = -3; i < 20; i++) {
    await pause(rest)
    const start = performance.now()
    let end = start
    const mine = await ours(() => {
      end = performance.now()
    })
    await pause(rest)
    const again = performance.now()
    const theirs = await bare()
    if (i >= 0) times.push({ ours: end - start, bare: performance.now() - again })
    for (const [name, wanted] of Object.entries(theirs))
      for (let n = 0; n < wanted.length; n++)
        apart = Math.max(apart, Math.abs((mine[name]?.[n] ?? Number.NaN) - (wanted[n] ?? 0)))
  }
  const all = (who: 'ours' | 'bare') => times.map((time) => time[who])
  return {
    ...{ 'ours ms': median(all('ours')), 'bare session ms': median(all('bare')) },
    'median of ratios': median(times.map(({ ours, bare }) => ours / bare)),
    'overhead ms': median(times.map(({ ours, bare }) => ours - bare)),
    'largest difference': apart.toString(),
  }
}

interface Network {
  readonly name: string
  readonly path: string
  /** As the bare library takes it. */
  readonly bare: (path: string, threads: number) => Promise<Bare>
}

interface Bare {
  readonly input: string
  readonly dtype: DType
  readonly shape: readonly number[]
  run(numbers: Float32Array | Uint8Array): Promise<Numbers>
  close(): Promise<void>
}

/** ONNX Runtime as its own documentation has it. */
async function onnxRuntime(path: string, threads: number): Promise<Bare> {
  const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node')
  const session = await ort.InferenceSession.create(path, { intraOpNumThreads: threads, logSeverityLevel: 3 })
  const [input] = session.inputMetadata
  if (!input?.isTensor) throw new Error(`${path} takes something else than a tensor`)
  const shape = input.shape.map((length) => (typeof length === 'number' ? length : 1))
  return {
    ...{ input: input.name, dtype: 'float32', shape },
    async run(numbers) {
      const made = await session.run({ [input.name]: new ort.Tensor('float32', numbers as Float32Array, shape) })
      return Object.fromEntries(Object.entries(made).map(([name, { data }]) => [name, data as Float32Array]))
    },
    close: () => session.release(),
  }
}

/** Another library, by our own code that loads it, in this process. */
const library =
  (runtime: Runtime, dtype: DType, input: string, shape: readonly number[], output: string) =>
  async (path: string, threads: number): Promise<Bare> => {
    const read = (file: RuntimeFile) => new Uint8Array(bytes.get(file.real) ?? new Uint8Array())
    const bytes = new Map<string, Uint8Array>()
    const fileOf = async (real: string): Promise<RuntimeFile> => {
      const content = await readFile(real)
      bytes.set(real, content)
      return { path: real, real, sha256: '', bytes: content.length }
    }
    const file = await fileOf(path)
    const { parts } = await runtime.describe(file, { threads, device: 'cpu', read })
    const others = await Promise.all(parts.map((part) => fileOf(join(path, '..', part))))
    const model = await runtime.load(file, others, { threads, device: 'cpu', read })
    return {
      ...{ input, dtype, shape },
      async run(numbers) {
        const made = await model.run(new Map([[input, { dtype, shape, numbers }]]), [output])
        return { [output]: made.get(output)?.numbers as Float32Array }
      },
      close: async () => undefined,
    }
  }

const mobilenetOutput = 'MobilenetV1/Predictions/Reshape_1'

function networks(): readonly Network[] {
  const data = process.env.SIGHTLINE_TEST_DATA
  const installed = (name: string, file: string, bare: Network['bare']): Network => ({
    ...{ name, bare },
    path: join(modelFolder(name), file),
  })
  const lite = [0, 1, 2, 3, 4].map((i) => {
    const name = `efficientnet-lite${i}`
    const entry = entryOf(name)
    const { width = 1, height = 1 } = entry.expects[0]?.size ?? {}
    return installed(name, entry.main, library(litert, 'uint8', 'images', [1, height, width, 3], 'Softmax'))
  })
  return [
    { name: 'yolox-nano', path: join(data ?? '', 'models/yolox_nano.onnx'), bare: onnxRuntime },
    installed('fastdepth', 'fastdepth_7.onnx', onnxRuntime),
    installed('mlsd', 'mlsd_512x512_large.onnx', onnxRuntime),
    installed('u2netp', 'u2netp.onnx', onnxRuntime),
    ...lite,
    installed('mobilenet-v1', 'model.tflite', library(litert, 'float32', 'input', [1, 224, 224, 3], mobilenetOutput)),
    installed('resnet50', 'model.json', library(tensorflowjs, 'float32', 'input_1', [1, 224, 224, 3], 'fc1000')),
  ]
}

/** Rows of the suite `models`. */
export async function overhead({
  only = '',
  made,
  shelf,
  row,
  say,
  threads,
}: {
  readonly made: Made
  readonly shelf: Shelf
  readonly row: (name: string, figures: Readonly<Record<string, number | string>>) => void
  readonly say: (line: string) => void
  readonly threads: number
  /** Of whose name this is a part. */
  readonly only?: string | undefined
}): Promise<void> {
  const { run, tensor } = modelBench(made, shelf)
  for (const { name, path, bare } of networks()) {
    if (!name.includes(only)) continue
    if (!existsSync(path)) {
      say(`${name} is left out: it is not installed`)
      continue
    }
    const { input, dtype, shape, ...peer } = await bare(path, threads)
    const count = shape.reduce((a, b) => a * b, 1)
    const numbers = viewOf(dtype, new ArrayBuffer(dtype === 'uint8' ? count : 4 * count), 0, count)
    for (let i = 0; i < count; i++) numbers[i] = dtype === 'uint8' ? (i * 7) % 256 : ((i * 7) % 256) / 255
    const given = await tensor(shape, numbers)
    row(
      name,
      await inTurn(
        (there) => run(path, { [input]: given }, { there }),
        () => peer.run(numbers as Float32Array),
      ),
    )
    await peer.close()
  }
}

/** By itself. */
export const overheadOnly: Suite = async ({ report, say, threads, only }) => {
  say('\noverhead: a network in the engine over the bare library')
  const made = await makeEngine({ device: 'cpu', threads })
  const device = createModelDevice({ threads })
  const shelf = new Shelf(device, 4e9)
  // Nothing else keeps the process alive while the model's process computes.
  const alive = setInterval(() => undefined, 1000)
  await overhead({
    made,
    shelf,
    say,
    threads,
    only,
    row: (name, figures) => report({ suite: 'overhead', name, figures }),
  })
  clearInterval(alive)
  shelf.close()
  await device.close()
  await made.close()
}
