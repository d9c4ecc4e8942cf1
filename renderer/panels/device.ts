import type { DeviceWords } from '../../engine/protocol/messages.ts'
import { count, formatBytes } from '../ui/numbers.ts'

/** "CPU, 2 threads": what the work is done on. */
export const deviceWords = ({ kind, name, threads }: DeviceWords): string =>
  kind === 'cpu' ? `CPU, ${count(threads, 'thread')}` : name

/** What went between the machine's memory and the GPU's in a run. */
export const movedWords = ({ up, down }: { readonly up: number; readonly down: number }): string =>
  `${formatBytes(up)} to the GPU, ${formatBytes(down)} back`
