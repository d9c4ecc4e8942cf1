import { afterAll, afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'
import type { TensorValue } from '../../values/index.ts'

const device = await createTestDevice()
afterEach(device.clear)
afterAll(device.close)

/** A map whose feature in column x is x. */
const ramp = async (): Promise<TensorValue> =>
  (await device.ops.fromNumbers({
    shape: { kind: 'tensor', shape: [1, 4, 8, 1], axes: [...'NHWC'] },
    numbers: Array.from({ length: 32 }, (_, i) => i % 8),
  })) as TensorValue

const box = (x: number) => ({ boxes: [x, 0, x + 16, 16], size: [1, 1], scale: 0.25 }) as const

it('follows a box that moves by half a feature, where pooling does not', async () => {
  const features = await ramp()
  const align = async (x: number) =>
    device.read(await device.ops.roiAlign(features, { ...box(x), sampling: 0, aligned: true }))[0] ?? Number.NaN
  const pool = async (x: number) => device.read(await device.ops.roiPool(features, box(x)))[0]
  expect((await align(6)) - (await align(4))).toBeCloseTo(0.5, 6)
  expect((await align(7)) - (await align(6))).toBeCloseTo(0.25, 6)
  expect(await pool(6)).toBe(await pool(7))
})

it('has a result for no boxes', async () => {
  const features = await ramp()
  const none = { boxes: [], size: [2, 3], scale: 1 } as const
  expect(await device.ops.roiPool(features, none)).toMatchObject({ shape: [0, 2, 3, 1] })
  expect(await device.ops.roiAlign(features, { ...none, sampling: 0, aligned: true })).toMatchObject({
    shape: [0, 2, 3, 1],
  })
})

it.each([
  [{ size: [0, 1] }, 'rows 0'],
  [{ size: [1, 257] }, 'columns 257'],
  [{ scale: 0 }, 'a scale of 0'],
  [{ boxes: [1, 2, 3] }, '3 numbers'],
  [{ boxes: [1, 2, Number.NaN, 4] }, 'boxes with NaN'],
  [{ sampling: -1 }, 'sampling -1'],
])('refuses %j', async (wrong, words) => {
  const params = { ...box(0), sampling: 0, aligned: true, ...wrong } as never
  await expect(device.ops.roiAlign(await ramp(), params)).rejects.toThrow(words)
})

it('refuses what is not one feature map', async () => {
  const two = (await device.ops.fromNumbers({
    shape: { kind: 'tensor', shape: [2, 1, 1, 1], axes: [...'NHWC'] },
    numbers: [1, 2],
  })) as TensorValue
  await expect(device.ops.roiPool(two, box(0))).rejects.toThrow('2 × 1 × 1 × 1')
})
