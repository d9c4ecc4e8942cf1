/** The splats of truth.py, by the same generator. */
import type { TensorShape } from '../../values/index.ts'

export interface TestScene {
  readonly shape: TensorShape
  readonly numbers: Float32Array
}

export function testScene(count: number, degree: number, seed: number, size: number): readonly TestScene[] {
  let state = BigInt(seed)
  const next = (): number => {
    state = (1103515245n * state + 12345n) % 2147483648n
    return Number(state >> 7n) / 2 ** 24
  }
  const part = (shape: readonly number[], of: (v: number, i: number) => number): TestScene => ({
    shape: { kind: 'tensor', shape, axes: ['N', 'K', 'C'].slice(0, shape.length) },
    numbers: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => of(next(), i)),
  })
  return [
    part([count, 3], (v, i) => (v - 0.5) * (i % 3 === 0 ? 4 : 3) + (i % 3 === 2 ? 4 : 0)),
    part([count, 4], (v) => v - 0.5),
    part([count, 3], (v) => 0.01 + size * v),
    part([count], (v) => v),
    part([count, (degree + 1) ** 2, 3], (v) => (v - 0.5) * 1.5),
  ]
}
