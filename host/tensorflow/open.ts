/** TensorFlow.js in the process of a model, with the best that there is. */
import { createRequire } from 'node:module'
import type { ModelProvider } from '../../engine/models/device.ts'
import type { TensorFlow } from '../../engine/ops/tensorflow.ts'
import { openGpu } from '../gpu/open.ts'
import { findLibrary, openLibrary } from './library.ts'
import { complaints, openWebAssembly } from './wasm.ts'

const require = createRequire(import.meta.url)
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Its WebGPU backend on a device of this process, under a name of its own. Throws where it does not start. */
export async function openWebGpu(device: GPUDevice): Promise<TensorFlow> {
  const { WebGPUBackend } =
    require('@tensorflow/tfjs-backend-webgpu') as typeof import('@tensorflow/tfjs-backend-webgpu')
  const tf = require('@tensorflow/tfjs-core') as TensorFlow
  tf.copyRegisteredKernels('webgpu', 'sightline-webgpu')
  // It gives a result all the same, but the numbers are meaningless.
  device.addEventListener('uncapturederror', ({ error }) => complaints.push(error.message))
  tf.registerBackend('sightline-webgpu', () => new WebGPUBackend(device, device.adapterInfo))
  if (!(await tf.setBackend('sightline-webgpu'))) throw new Error('TensorFlow.js does not start on it')
  return tf
}

export interface OpenOptions {
  /** cpu: on nothing but the CPU, by WebAssembly. */
  readonly device: 'auto' | 'cpu'
  /** The file of TensorFlow's own library. Default: where it is installed. */
  readonly library?: string | undefined
  /** Part of the name of the GPU to take. Default: the fastest; none that renders on the CPU. */
  readonly adapter?: string
}

/** In this order: TensorFlow's own library, a GPU, the CPU. What did not start is told. */
export async function openTensorFlow({
  device,
  library = findLibrary(),
  adapter,
}: OpenOptions): Promise<{ readonly tf: TensorFlow; readonly provider: ModelProvider }> {
  const failed: { readonly name: string; readonly message: string }[] = []
  if (device === 'auto') {
    if (library !== undefined)
      try {
        return { tf: await openLibrary(library), provider: { name: 'TensorFlow’s own library', failed } }
      } catch (error) {
        failed.push({ name: 'TensorFlow’s own library', message: said(error) })
      }
    const opened = await openGpu({ memory: 0, ...(adapter !== undefined && { adapter }) })
    if ('gpu' in opened)
      try {
        return { tf: await openWebGpu(opened.gpu.device), provider: { name: opened.gpu.name, failed } }
      } catch (error) {
        failed.push({ name: opened.gpu.name, message: said(error) })
      }
  }
  return { tf: await openWebAssembly(), provider: { name: 'the CPU', failed } }
}
