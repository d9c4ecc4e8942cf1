/** Copies a box of numbers on the GPU, whatever the order on either side. */
import type { Block } from '../../gpu/buffers.ts'
import { cover } from '../../gpu/device.ts'
import type { GpuContext } from '../op.ts'

/** Where number (y, x, c) of the box is: `start` + y · stride + … */
export interface Side {
  readonly block: Block
  readonly start?: number
  readonly strides: readonly [y: number, x: number, c: number]
}

/** Row-major, channels last. */
export const interleaved = (width: number, channels: number): Side['strides'] => [width * channels, channels, 1]
/** Channel by channel. */
export const planar = (height: number, width: number): Side['strides'] => [width, 1, height * width]

export async function copyBox(
  context: GpuContext,
  { height, width, channels }: { readonly height: number; readonly width: number; readonly channels: number },
  from: Side,
  to: Side,
): Promise<void> {
  await context.dispatch({
    kernel: 'layout/box',
    params: [width, height, channels, from.start ?? 0, ...from.strides, to.start ?? 0, ...to.strides],
    buffers: [from.block, to.block],
    groups: [cover(width * channels, 64), cover(height, 4)],
  })
}
