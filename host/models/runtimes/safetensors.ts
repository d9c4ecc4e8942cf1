/** Weights in .safetensors files: they are read, and nothing runs. */
import type { Runtime, RuntimeFile } from '../runtime.ts'
import { described, lastRead, noNetwork, numbersOf, onState } from '../state/bytes.ts'
import { readSafetensors } from '../state/safetensors.ts'

const words = 'weights in .safetensors'

/** Of the file that was read last: its weights are asked for one by one. */
const tensorsOf = lastRead(readSafetensors)

export const safetensors: Runtime = {
  name: 'safetensors',
  extensions: ['.safetensors'],
  words,
  looks: (head) => head[8] === 0x7b && head[4] === 0 && head[5] === 0 && head[6] === 0 && head[7] === 0,
  describe: async (file) => described(onState(file, words, (bytes) => tensorsOf(file, bytes))),
  network: async ({ path }: RuntimeFile) => noNetwork(path),
  weight: async (file, _, name) =>
    onState(file, words, (bytes) => {
      const tensor = tensorsOf(file, bytes).find((one) => one.name === name)
      if (!tensor) throw new Error(`it has no weights called "${name}"`)
      return numbersOf(bytes, tensor)
    }),
  load: async ({ path }) => noNetwork(path),
}
