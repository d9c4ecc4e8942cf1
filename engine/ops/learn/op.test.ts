/** Against what is known by arithmetic, and what is refused; nodes/learning.test.ts compares with scikit-learn. */
import { afterEach, expect, it } from 'vitest'
import { createTestDevice, noise } from '../../../host/testing/cpu.ts'
import type { TensorValue } from '../../values/index.ts'
import { fitSvm } from './svm-plain.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

const rows = async (numbers: ArrayLike<number>, d: number) => {
  const shape = { kind: 'tensor', shape: [numbers.length / d, d], axes: ['N', 'C'] } as const
  return (await device.ops.fromNumbers({ shape, numbers })) as TensorValue
}

it('finds the nearest of several centres, the first of two that are as near', async () => {
  const centres = Float64Array.of(0, 0, 4, 0, 0, 4)
  const made = await device.ops.nearestCentres(await rows([1, 1, 3, 0, 2, 0, 0, 5], 2), { centres })
  expect([...made.groups]).toEqual([0, 1, 0, 2])
  expect([...made.gaps]).toEqual([2, 1, 4, 1])
  expect([...made.sums]).toEqual([3, 1, 3, 0, 0, 5])
  expect(made.inertia).toBe(8)
})

it('has the products of the smaller side, less the means', async () => {
  const wide = await device.ops.gram(await rows([1, 2, 3, 3, 2, 1], 3), {})
  expect([...wide.means]).toEqual([2, 2, 2])
  expect([...wide.products]).toEqual([2, -2, -2, 2])
  expect(wide.total).toBe(4)
  const high = await device.ops.gram(await rows([1, 3, 2, 2, 3, 1], 2), {})
  expect([...high.products]).toEqual([2, -2, -2, 2])
})

it('learns the same to the last bit as the plain form, however many parts it takes', async () => {
  // 900 rows of 1,000 numbers: a pass is more than a tenth of a part.
  const [n, d] = [900, 1000]
  const numbers = noise(n * d, 3)
  const targets = Int32Array.from({ length: n }, (_, i) => i % 2)
  const how = { c: 0.1, loss: 'hinge', passes: 25, tolerance: 1e-9 } as const
  const [made] = await device.ops.linearSvm(await rows(numbers, d), { targets, ids: [1], ...how })
  const signs = Int8Array.from(targets, (one) => (one === 1 ? 1 : -1))
  const plain = fitSvm(numbers, signs, how)
  expect(made?.bias).toBe(plain.bias)
  expect(made?.weights).toEqual(plain.weights)
})

it('refuses what is no rows, or does not fit', async () => {
  const given = await rows(noise(12), 3)
  const flat = (await device.ops.fromNumbers({
    shape: { kind: 'tensor', shape: [4], axes: ['N'] },
    numbers: [1, 2, 3, 4],
  })) as TensorValue
  const svm = { targets: new Int32Array(4), ids: [0], c: 1, loss: 'squared', passes: 5, tolerance: 1e-3 } as const
  const wrong = [
    device.ops.nearestCentres(given, { centres: new Float64Array(4) }),
    device.ops.nearestCentres(given, { centres: new Float64Array(0) }),
    device.ops.gram(flat, {}),
    device.ops.gram(await rows([], 3), {}),
    device.ops.linearSvm(given, { ...svm, targets: new Int32Array(3) }),
    device.ops.linearSvm(given, { ...svm, c: 0 }),
    device.ops.linearSvm(given, { ...svm, passes: 0 }),
  ]
  for (const one of wrong) await expect(one).rejects.toMatchObject({ code: 'op.unsupported' })
})
