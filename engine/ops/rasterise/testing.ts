/** The splats of truth.py, by the same generator, and rendering them on a device. */
import type { TensorShape, TensorValue } from '../../values/index.ts'
import type { Ops } from '../calls.ts'
import { isOnCpu } from '../context.ts'
import type { StoredValue } from '../op.ts'
import type { RasteriseParams } from './rules.ts'

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

/** Two hundred times as long as thick, and many times the picture. */
export function thinScene(): readonly TestScene[] {
  const scene = testScene(60, 0, 5, 0.2)
  for (let i = 0; i < 60; i++) scene[2]?.numbers.set([20, 0.002, 0.1], 3 * i)
  return scene
}

export const testParams: RasteriseParams = {
  ...{ width: 75, height: 50, fx: 60, fy: 60, cx: 37.5, cy: 25, near: 0.01, far: 1e10 },
  view: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  ...{ background: [0.1, 0.2, 0.3], antialiased: false, space: 'rgb' },
}

/** What it makes of a scene, and where. */
export async function renderScene(
  { ops, fetch }: { readonly ops: Ops; fetch(value: StoredValue): Promise<Float32Array> },
  scene: readonly TestScene[],
  own: Partial<RasteriseParams> = {},
) {
  const parts = await Promise.all(scene.map((part) => ops.fromNumbers(part)))
  const [means, quats, scales, opacities, sh] = parts as unknown as readonly [
    ...[TensorValue, TensorValue, TensorValue, TensorValue, TensorValue],
  ]
  const { image, alpha, depth } = await ops.rasterise(means, quats, scales, opacities, sh, { ...testParams, ...own })
  const place = isOnCpu(image) ? 'cpu' : 'gpu'
  return { image: await fetch(image), alpha: await fetch(alpha), depth: await fetch(depth), place }
}
