/** The thread of TensorFlow.js: takes one call after the other. Its backend is TensorFlow's own library, else WebAssembly. */
import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { ops } from '../../engine/ops/index.ts'
import type { OpDefinition, StoredValue } from '../../engine/ops/op.ts'
import type { TensorCall, TensorFlow } from '../../engine/ops/tensorflow.ts'
import type { FromTensorWorker, TensorStart } from './device.ts'

const { library } = workerData as TensorStart
const require = createRequire(import.meta.url)
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const tell = (message: FromTensorWorker, moved: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, [...moved])

/** Throws where the library cannot be used, as without CUDA. */
async function openLibrary(file: string): Promise<TensorFlow> {
  require(file)
  // Its own copy, where it has one: it registers its backend there.
  const tf = createRequire(file)('@tensorflow/tfjs-core') as TensorFlow
  if (!(await tf.setBackend('tensorflow'))) throw new Error('it does not start')
  return tf
}

async function openWebAssembly(): Promise<TensorFlow> {
  const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  const tf = require('@tensorflow/tfjs-core') as TensorFlow
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js does not start')
  return tf
}

/** In this order: what is installed on purpose, what runs everywhere. */
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
  const numbers = result.dataSync() as Float32Array<ArrayBuffer>
  result.dispose()
  if (output && numbers.length !== output.length)
    throw new Error(`${numbers.length} numbers, where ${output.length} were to come`)
  output?.set(numbers)
  if (output) tell({ type: 'done' })
  else tell({ type: 'done', numbers }, [numbers.buffer])
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
