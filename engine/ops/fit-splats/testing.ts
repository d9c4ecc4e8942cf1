/** The splats and the picture of truth.py. */
import { testScene } from '../rasterise/testing.ts'
import { fixedNumbers } from './params.ts'

export interface TestRows {
  readonly count: number
  readonly row: number
  readonly numbers: Float32Array
}

/** Scenes of the rasteriser's tests, as what is fitted: opacities from 0.2 to 0.9. */
export function rowsOf(count: number, degree: number, seed: number, size: number): TestRows {
  const [means, quats, scales, opacities, sh] = testScene(count, degree, seed, size).map(({ numbers }) => numbers)
  const row = fixedNumbers + 3 * (degree + 1) ** 2
  const numbers = new Float32Array(count * row)
  for (let i = 0; i < count; i++) {
    const o = 0.2 + 0.7 * (opacities?.[i] ?? 0)
    numbers.set(means?.subarray(3 * i, 3 * i + 3) ?? [], row * i)
    numbers.set(quats?.subarray(4 * i, 4 * i + 4) ?? [], row * i + 3)
    numbers.set(scales?.subarray(3 * i, 3 * i + 3).map(Math.log) ?? [], row * i + 7)
    numbers[row * i + 10] = Math.log(o / (1 - o))
    numbers.set(sh?.subarray((row - fixedNumbers) * i, (row - fixedNumbers) * (i + 1)) ?? [], row * i + fixedNumbers)
  }
  return { count, row, numbers }
}

/** Waves, so that no number is that of a splat. */
export const pictureOf = (width: number, height: number): Float32Array =>
  Float32Array.from({ length: 3 * width * height }, (_, i) => 0.5 + 0.4 * Math.sin(0.7 * i + 0.3))
