/** The TensorFlow.js thread: takes one call after the other. Its backend is TensorFlow's own library, else WebAssembly. */
import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { Tensor } from '@tensorflow/tfjs-core'
import { ops } from '../../engine/ops/index.ts'
import type { OpDefinition, StoredValue } from '../../engine/ops/op.ts'
import type { TensorCall, TensorFlow } from '../../engine/ops/tensorflow.ts'
import type { FromTensorWorker, TensorStart } from './device.ts'
import { complaints, innerOf, openWebAssembly } from './wasm.ts'

const { library } = workerData as TensorStart
const require = createRequire(import.meta.url)
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const tell = (message: FromTensorWorker, moved: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, [...moved])

/** Throws if the library cannot be used, as without CUDA. */
async function openLibrary(file: string): Promise<TensorFlow> {
  require(file)
  // Its own copy of tfjs-core, if it has one, because it registers its backend there.
  const tf = createRequire(file)('@tensorflow/tfjs-core') as TensorFlow
  if (!(await tf.setBackend('tensorflow'))) throw new Error('it does not start')
  return tf
}

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

type Call = Omit<TensorCall, 'output'> & { readonly output: Float32Array | undefined }

function run(tf: TensorFlow, { op, params, inputs, output }: Call): void {
  const { tensorflow } = ops[op as keyof typeof ops] as unknown as OpDefinition<
    readonly StoredValue[],
    unknown,
    unknown
  >
  if (!tensorflow) throw new Error('it is no op of TensorFlow.js')
  const result = tf.tidy(() =>
    tensorflow(
      tf,
      inputs.map(({ numbers, shape }) => tf.tensor(numbers, [...shape], 'float32')),
      params,
    ),
  )
  try {
    const [complaint] = complaints.splice(0)
    if (complaint !== undefined) throw new Error(complaint)
    if (output && result.size !== output.length)
      throw new Error(`${result.size} numbers, where ${output.length} were to come`)
    if (output) output.set(inPlace(tf, result) ?? (result.dataSync() as Float32Array))
    const numbers = output ? undefined : (result.dataSync() as Float32Array<ArrayBuffer>)
    if (numbers) tell({ type: 'done', numbers }, [numbers.buffer])
    else tell({ type: 'done' })
  } finally {
    result.dispose()
  }
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
    parentPort?.on('message', (call: Call) => {
      try {
        run(tf, call)
      } catch (error) {
        tell({ type: 'failed', message: words(error) })
      }
    }),
  (error) => tell({ type: 'failed', message: words(error) }),
)
