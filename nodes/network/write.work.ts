import { onnxOf } from '../../engine/models/onnx.ts'
import { defineWork } from '../../engine/types/work.ts'
import type { NetworkShape } from '../../engine/values/index.ts'

/** A large network takes tens of milliseconds. */
export const writeWork = defineWork({
  name: 'network/write',
  run: ({ layers, name }: Pick<NetworkShape, 'layers' | 'name'>) => onnxOf(layers, { name: name ?? 'network' }),
})
