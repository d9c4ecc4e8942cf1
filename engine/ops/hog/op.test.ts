import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

const params = { cell: 8, block: 2, bins: 9, signed: false, gamma: true }

it('has the 3,780 numbers of a person', async () => {
  expect((await device.ops.hogVector(await device.noise(128, 64, 1), params)).shape).toEqual([1, 3780])
})

it('refuses cells, blocks and bins out of range', async () => {
  const image = await device.noise(16, 16, 1)
  for (const more of [{ cell: 1 }, { cell: 2.5 }, { block: 0 }, { bins: 1 }])
    await expect(device.ops.hogVector(image, { ...params, ...more })).rejects.toMatchObject({ code: 'op.unsupported' })
})
