/** A result made in strips of any height is the sum that the definition says, to the same bits. */
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type Conv2dParams, conv2d } from '../../engine/ops/conv2d/op.ts'
import { makeStrip, type Tensorwise } from '../../engine/ops/tensorflow.ts'
import { countOfWindows } from '../../engine/ops/windows.ts'
import { noise } from '../testing/cpu.ts'
import { openWebAssembly } from './wasm.ts'

const tf = await openWebAssembly()
const way = conv2d.tensorflow as Tensorwise<Conv2dParams>
const [height, width, channels] = [9, 7, 3]
const numbers = noise(height * width * channels, 3)

const ramp = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => i - 2 * j + 0.5))

function inStripsOf(rows: number, params: Conv2dParams): number[] {
  const total = countOfWindows(height, params.kernel.length, params)
  const cut = (_: number, from: number, to: number): Tensor3D =>
    tf.tensor3d(numbers.subarray(from * width * channels, to * width * channels), [to - from, width, channels])
  const made: number[] = []
  for (let y = 0; y < total; y += rows) {
    const strip = [y, Math.min(y + rows, total)] as const
    const tensor: Tensor = makeStrip(tf, way, [[height, width, channels]], cut, params, strip)
    expect(tensor.shape[0]).toBe(strip[1] - strip[0])
    made.push(...tensor.dataSync())
  }
  return made
}

function bySum({ kernel, stride, padding, dilation = 1, bias = 0 }: Conv2dParams): number[] {
  const windows = { stride, padding, dilation }
  const sums: number[] = []
  for (let y = 0; y < countOfWindows(height, kernel.length, windows); y++)
    for (let x = 0; x < countOfWindows(width, kernel[0]?.length ?? 0, windows); x++)
      for (let c = 0; c < channels; c++) {
        let sum = bias
        for (const [i, row] of kernel.entries())
          for (const [j, weight] of row.entries()) {
            const [v, u] = [y * stride - padding + i * dilation, x * stride - padding + j * dilation]
            if (v >= 0 && v < height && u >= 0 && u < width)
              sum += weight * (numbers[(v * width + u) * channels + c] ?? Number.NaN)
          }
        sums.push(sum)
      }
  return sums
}

it.each<Conv2dParams>([
  { kernel: ramp(3, 3), stride: 1, padding: 0 },
  { kernel: ramp(2, 4), stride: 1, padding: 3, bias: 0.25 },
  { kernel: ramp(3, 2), stride: 2, padding: 1 },
  { kernel: ramp(3, 3), stride: 3, padding: 2, dilation: 2 },
  { kernel: ramp(1, 2), stride: 4, padding: 12, dilation: 3 },
  { kernel: [[2]], stride: 2, padding: 5 },
])('%j', (params) => {
  const whole = inStripsOf(1000, params)
  const truth = bySum(params)
  expect(whole.length).toBe(truth.length)
  for (const [i, sum] of truth.entries()) expect(Math.abs((whole[i] ?? Number.NaN) - sum)).toBeLessThan(1e-4)
  for (const rows of [1, 2, 5]) expect(inStripsOf(rows, params)).toEqual(whole)
})
