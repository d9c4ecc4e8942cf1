/** The nominal range of each channel of a picture: what its colour space promises, or what the picture itself says. */
import type { ImageShape } from '../values/index.ts'

type Range = readonly [number, number]
const unit: Range = [0, 1]

/** HSV has H in degrees, S and V 0..1; Lab has L 0..100 and a, b around 0. Undefined: any number may occur. */
export function channelRange({ space, alpha, channels, range }: ImageShape, channel: number): Range | undefined {
  if (alpha && channel === channels - 1) return unit
  if (space === 'hsv') return channel === 0 ? [0, 360] : unit
  if (space === 'lab') return channel === 0 ? [0, 100] : [-128, 128]
  return range
}
