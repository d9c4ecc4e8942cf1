import { stateRuntime } from '../state/runtime.ts'
import { readSafetensors } from '../state/safetensors.ts'

export const safetensors = stateRuntime({
  name: 'safetensors',
  extensions: ['.safetensors'],
  words: 'weights in .safetensors',
  looks: (head) => head[8] === 0x7b && head[4] === 0 && head[5] === 0 && head[6] === 0 && head[7] === 0,
  read: readSafetensors,
})
