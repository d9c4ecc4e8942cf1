/** Every runtime, in the order in which they are asked whether a file is theirs. */
import type { Runtime } from './runtime.ts'
import { litert } from './runtimes/litert.ts'
import { onnxruntime } from './runtimes/onnxruntime.ts'
import { tensorflowjs } from './runtimes/tensorflowjs.ts'

export const runtimes: readonly Runtime[] = [onnxruntime, tensorflowjs, litert]
