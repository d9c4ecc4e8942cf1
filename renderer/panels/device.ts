import type { DeviceWords } from '../../engine/types/device.ts'
import { count, formatBytes } from '../ui/numbers.ts'

/** "CPU, 2 threads": the device. */
export const deviceWords = ({ kind, name, threads }: DeviceWords): string =>
  kind === 'cpu' ? `CPU, ${count(threads, 'thread')}` : name

/** Bytes moved between main memory and the GPU in a run. */
export const movedWords = ({ up, down }: { readonly up: number; readonly down: number }): string =>
  `${formatBytes(up)} to the GPU, ${formatBytes(down)} back`
