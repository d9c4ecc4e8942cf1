/** Weights in PyTorch's .pth and .pt files: they are read, and nothing runs. */
import type { Runtime, RuntimeFile } from '../runtime.ts'
import { described, lastRead, noNetwork, numbersOf, onState } from '../state/bytes.ts'
import { readTorch } from '../state/torch.ts'

const words = 'weights of PyTorch (.pth, .pt)'

/** Of the file that was read last: its weights are asked for one by one. */
const tensorsOf = lastRead(readTorch)

export const torch: Runtime = {
  name: 'pytorch',
  extensions: ['.pth', '.pt'],
  words,
  looks: (head) => (head[0] === 0x50 && head[1] === 0x4b) || (head[0] === 0x80 && (head[1] ?? 9) <= 5),
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
