/** Every runtime, in the order in which they are asked whether a file is theirs. */
import type { Runtime } from './runtime.ts'
import { litert } from './runtimes/litert.ts'
import { onnxruntime } from './runtimes/onnxruntime.ts'
import { safetensors } from './runtimes/safetensors.ts'
import { tensorflowjs } from './runtimes/tensorflowjs.ts'
import { tensorflowjsGraph } from './runtimes/tensorflowjs-graph.ts'
import { tensorflowjsLayers } from './runtimes/tensorflowjs-layers.ts'
import { torch } from './runtimes/torch.ts'

export const runtimes: readonly Runtime[] = [onnxruntime, tensorflowjs, litert, safetensors, torch]

/** Of models that were made here and lie in no file. */
export const runtimesOfMade: readonly Runtime[] = [onnxruntime, tensorflowjsLayers, tensorflowjsGraph]
