import { picture, type Samples, say } from '../sample.ts'
import { hogLength } from './plain.ts'

const params = { cell: 4, block: 2, bins: 9, signed: false, gamma: true }
const of = (height: number, width: number, channels: number, more: Partial<typeof params> = {}) => {
  const shape = picture(height, width, channels)
  return { say: `${say(shape)} ${JSON.stringify(more)}`, inputs: [{ shape }], params: { ...params, ...more } }
}

const windows = (
  height: number,
  width: number,
  channels: number,
  more: Partial<typeof params>,
  side: number,
  step = 1,
) => {
  const shape = picture(height, width, channels)
  const hog = { ...params, ...more }
  const scan = { width: side, height: side, scale: 1.3, step, threshold: 0 }
  // Weights that accept about half of the windows.
  const weights = Float32Array.from({ length: hogLength(side, side, hog) }, (_, i) => Math.sin(3 * i) / 4)
  const inputs = [{ shape, from: (v: number) => Math.round(255 * v) / 255 }]
  return {
    say: `${say(shape)} windows of ${side} ${JSON.stringify(more)}`,
    inputs,
    params: { hog, scan, weights, bias: 0.02 },
  }
}

export const samples: Samples<'hogVector' | 'hogWindows'> = {
  hogWindows: [
    windows(25, 22, 1, {}, 12),
    windows(19, 24, 3, { block: 1, signed: true }, 8, 2),
    windows(17, 17, 1, { gamma: false, bins: 5 }, 8),
  ],
  hogVector: [
    of(17, 22, 1),
    of(9, 13, 3, { signed: true, bins: 5 }),
    of(12, 12, 4, { block: 3, gamma: false }),
    of(1, 1, 1),
    of(3, 20, 1, { cell: 8, block: 1 }),
  ],
}
