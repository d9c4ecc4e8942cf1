/** The TensorFlow.js thread: takes one call after the other. Its backend is TensorFlow's own library, else WebAssembly. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Tensor } from '@tensorflow/tfjs-core'
import { ops } from '../../engine/ops/index.ts'
import type { OpDefinition, StoredValue } from '../../engine/ops/op.ts'
import { makeStrip, stripsOf, type TensorCall, type TensorFlow } from '../../engine/ops/tensorflow.ts'
import type { FromTensorWorker, TensorOrder, TensorStart } from './device.ts'
import { openLibrary } from './library.ts'
import { complaints, innerOf, openWebAssembly } from './wasm.ts'

const { library } = workerData as TensorStart
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const tell = (message: FromTensorWorker, moved: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, [...moved])

/** In this order: what was installed on purpose, then what runs everywhere. */
async function open(): Promise<TensorFlow> {
  let trouble: string | undefined
  let tf: TensorFlow | undefined
  if (library)
    try {
      tf = await openLibrary(library)
    } catch (error) {
      trouble = words(error)
    }
  tf ??= await openWebAssembly()
  tell({ type: 'ready', backend: tf.getBackend(), ...(trouble !== undefined && { trouble }) })
  return tf
}

/** Products that are made at once: some 20 ms of work, and few enough that WebAssembly's memory stays small. */
const MOST = 10e6

function run(tf: TensorFlow, { op, params, inputs, shape, output, stop }: TensorOrder): void {
  const { tensorflow } = ops[op as keyof typeof ops] as unknown as OpDefinition<
    readonly StoredValue[],
    unknown,
    unknown
  >
  if (!tensorflow) throw new Error('it is no op of TensorFlow.js')
  const each = shape.slice(1).reduce((a, b) => a * b, 1)
  const numbers = output ?? new Float32Array((shape[0] ?? 0) * each)
  const cut = (input: number, from: number, to: number): Tensor => {
    const {
      numbers,
      shape: [height = 1, ...rest],
    } = inputs[input] as TensorCall['inputs'][number]
    const row = numbers.length / height
    return tf.tensor(numbers.subarray(from * row, to * row), [to - from, ...rest], 'float32')
  }
  const shapes = inputs.map(({ shape }) => shape)
  for (const strip of stripsOf(tensorflow, shape, params, MOST)) {
    if (Atomics.load(stop, 0) !== 0) {
      tell({ type: 'stopped' })
      return
    }
    const [y0, y1] = strip
    const made = tf.tidy(() => makeStrip(tf, tensorflow, shapes, cut, params, strip))
    try {
      const [complaint] = complaints.splice(0)
      if (complaint !== undefined) throw new Error(complaint)
      const count = (y1 - y0) * each
      if (made.size !== count) throw new Error(`${made.size} numbers, where ${count} were to come`)
      numbers.set(inPlace(tf, made) ?? (made.dataSync() as Float32Array), y0 * each)
    } finally {
      made.dispose()
    }
  }
  if (output) tell({ type: 'done' })
  else tell({ type: 'done', numbers }, [numbers.buffer as ArrayBuffer])
}

/** A tensor's numbers in WebAssembly's memory: copying them once more takes longer than most kernels. */
function inPlace(tf: TensorFlow, { dataId, size }: Tensor): Float32Array | undefined {
  if (tf.getBackend() !== 'wasm') return undefined
  const { wasm, dataIdMap } = innerOf(tf)
  const { memoryOffset } = dataIdMap.get(dataId)
  return memoryOffset === null ? undefined : new Float32Array(wasm.HEAPU8.buffer, memoryOffset, size)
}

open().then(
  (tf) =>
    parentPort?.on('message', (call: TensorOrder) => {
      try {
        run(tf, call)
      } catch (error) {
        tell({ type: 'failed', message: words(error) })
      }
    }),
  (error) => tell({ type: 'failed', message: words(error) }),
)
