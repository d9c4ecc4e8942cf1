import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'
import type { CascadeParams } from './op.ts'
import { samples } from './samples.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

const params = samples.cascadeWindows[0]?.params as CascadeParams

it('refuses several channels and sizes out of range', async () => {
  const gray = await device.noise(20, 20, 1)
  const wrong = [
    device.ops.cascadeWindows(await device.noise(20, 20, 3), params),
    device.ops.cascadeWindows(gray, { ...params, scale: 1 }),
    device.ops.cascadeWindows(gray, { ...params, least: -1 }),
  ]
  for (const one of wrong) await expect(one).rejects.toMatchObject({ code: 'op.unsupported' })
})

it('finds no window in a picture that is smaller than one', async () => {
  for (const [height, width] of [
    [1, 1],
    [5, 30],
    [30, 4],
    [6, 5],
  ] as const) {
    const made = await device.ops.cascadeWindows(await device.noise(height, width, 1), params)
    expect(made.shape).toEqual([0, 4])
  }
})
