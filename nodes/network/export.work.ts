import { onnxOf } from '../../engine/models/onnx.ts'
import { safetensorsOf } from '../../engine/models/safetensors.ts'
import { defineWork } from '../../engine/types/work.ts'
import type { NetworkShape } from '../../engine/values/index.ts'

interface Exported extends Pick<NetworkShape, 'layers' | 'name'> {
  readonly weights: Float32Array
  readonly format: 'onnx' | 'safetensors'
}

/** The bytes of the file. */
export const exportWork = defineWork({
  name: 'network/export',
  run: ({ layers, name = 'network', weights, format }: Exported): Uint8Array<ArrayBuffer> =>
    format === 'onnx' ? onnxOf(layers, { name, weights }).bytes : safetensorsOf(layers, weights),
})
