/** What TensorFlow.js says, as a problem of the model that it ran. */
import { createRequire } from 'node:module'
import { SightlineError } from '../../../engine/types/problem.ts'
import { outOfMemory } from '../runtime.ts'
import { NoOperatorError } from './operators.ts'

const require = createRequire(import.meta.url)
export const { version } = require('@tensorflow/tfjs-core/package.json') as { readonly version: string }

export function problemOf(path: string, error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof NoOperatorError)
    return new SightlineError('model.unsupported-operator', {
      ...{ path, given: message, runtime: `TensorFlow.js ${version}`, message: 'choose ONNX Runtime' },
    })
  return outOfMemory(path, message, error) ?? error
}
