/** TensorFlow's own library, if the user has installed it: on the GPU (CUDA), or on the CPU. */
import { createRequire } from 'node:module'
import type { TensorFlow } from '../../engine/ops/tensorflow.ts'

const libraries = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const

/** Where it is, if anywhere. `from`: a file or folder from which to resolve it. */
export function findLibrary(from: string | URL = import.meta.url): string | undefined {
  const { resolve } = createRequire(from)
  for (const name of libraries)
    try {
      return resolve(name)
    } catch {
      // Not installed, which is the usual case.
    }
  return undefined
}

/** Throws if the library cannot be used, as without CUDA. */
export async function openLibrary(file: string): Promise<TensorFlow> {
  const require = createRequire(file)
  require(file)
  // Its own copy of tfjs-core, if it has one, because it registers its backend there.
  const tf = require('@tensorflow/tfjs-core') as TensorFlow
  if (!(await tf.setBackend('tensorflow'))) throw new Error('it does not start')
  return tf
}
