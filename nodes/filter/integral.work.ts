import { defineWork } from '../../engine/types/work.ts'

export interface IntegralInput {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly numbers: Float32Array
  readonly squared: boolean
}

/** (height + 1) × (width + 1): sums in float64 of all that lies above and to the left. */
export const integralWork = defineWork({
  name: 'filter/integral',
  run: ({ width, height, channels, numbers, squared }: IntegralInput, context) => {
    const stride = (width + 1) * channels
    const above = new Float64Array(stride)
    const sums = new Float32Array(stride * (height + 1))
    const row = new Float64Array(channels)
    for (let y = 0; y < height && !context.cancelled; y++) {
      row.fill(0)
      for (let x = 0, from = y * width * channels; x < width; x++)
        for (let c = 0; c < channels; c++, from++) {
          const v = numbers[from] ?? 0
          row[c] = (row[c] ?? 0) + (squared ? v * v : v)
          const to = (x + 1) * channels + c
          above[to] = (above[to] ?? 0) + (row[c] ?? 0)
        }
      sums.set(above, stride * (y + 1))
    }
    return sums
  },
})
