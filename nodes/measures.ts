/** What the laws of nodes measure on a picture, in plain TypeScript, so that no kernel judges itself. */
import type { Law } from '../engine/graph/node.ts'

export interface Pixels {
  readonly height: number
  readonly width: number
  readonly channels: number
  /** Row-major, channels last. */
  readonly numbers: Float32Array
}

const mean = (numbers: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < numbers.length; i++) sum += numbers[i] ?? 0
  return sum / numbers.length
}

/** Mean squared difference to the right and the lower neighbour. */
function edgeEnergy({ height, width, channels, numbers }: Pixels): number {
  const stride = width * channels
  let sum = 0
  for (let i = 0; i < numbers.length; i++) {
    const here = numbers[i] ?? 0
    if (i % stride < stride - channels) sum += ((numbers[i + channels] ?? 0) - here) ** 2
    if (i < stride * (height - 1)) sum += ((numbers[i + stride] ?? 0) - here) ** 2
  }
  return sum / numbers.length
}

/** The fraction of inner pixels that differ from all eight neighbours by more than 0.2, in the same direction. */
function outliers({ height, width, channels, numbers }: Pixels): number {
  const stride = width * channels
  const around = [-stride, stride].flatMap((row) => [row - channels, row, row + channels]).concat(-channels, channels)
  let count = 0
  for (let y = 1; y < height - 1; y++)
    for (let i = y * stride + channels; i < (y + 1) * stride - channels; i++) {
      const apart = around.map((offset) => (numbers[i] ?? 0) - (numbers[i + offset] ?? 0))
      if (Math.min(...apart) > 0.2 || Math.max(...apart) < -0.2) count++
    }
  return count / numbers.length
}

export const measures: Readonly<Record<Law['measure'], (pixels: Pixels) => number>> = {
  edgeEnergy,
  outliers,
  mean: ({ numbers }) => mean(numbers),
  variance({ numbers }) {
    const centre = mean(numbers)
    return mean(numbers.map((value) => (value - centre) ** 2))
  },
  min: ({ numbers }) => numbers.reduce((a, b) => Math.min(a, b), Infinity),
  max: ({ numbers }) => numbers.reduce((a, b) => Math.max(a, b), -Infinity),
  pixels: ({ height, width }) => height * width,
}
