/** TensorFlow.js on its WebAssembly backend, in the thread that asks for it. */
import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import type { TensorFlow } from '../../engine/ops/tensorflow.ts'

const require = createRequire(import.meta.url)

/** WebAssembly's complaints, and WebGPU's, since they were last taken: each returns a result all the same, but the numbers are meaningless. */
export const complaints: string[] = []

/** Throws where it does not start. */
export async function openWebAssembly(): Promise<TensorFlow> {
  console.warn = (...line) => complaints.push(line.join(' '))
  const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  const tf = require('@tensorflow/tfjs-core') as TensorFlow
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js does not start')
  const { wasm } = innerOf(tf)
  const malloc = wasm._malloc
  wasm._malloc = (bytes) => {
    const address = malloc(bytes)
    // Otherwise it would write to address 0, over whatever is there.
    if (address === 0 && bytes > 0) throw new Error(`no room for ${Math.round(bytes / 1e6)} MB in WebAssembly`)
    return address
  }
  return tf
}

/** Internals of the WebAssembly backend. */
export const innerOf = (tf: TensorFlow) =>
  tf.backend() as unknown as {
    readonly wasm: { readonly HEAPU8: Uint8Array; _malloc: (bytes: number) => number }
    readonly dataIdMap: { get(id: object): { readonly memoryOffset: number | null } }
  }
