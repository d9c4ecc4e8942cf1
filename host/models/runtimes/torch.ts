import { stateRuntime } from '../state/runtime.ts'
import { readTorch } from '../state/torch.ts'

export const torch = stateRuntime({
  name: 'pytorch',
  extensions: ['.pth', '.pt'],
  words: 'weights of PyTorch (.pth, .pt)',
  looks: (head) => (head[0] === 0x50 && head[1] === 0x4b) || (head[0] === 0x80 && (head[1] ?? 9) <= 5),
  read: readTorch,
})
