import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)

it('takes as many numbers as the shape has', async () => {
  const shape = { kind: 'tensor', shape: [2, 2], axes: ['H', 'W'] } as const
  const tensor = await device.ops.fromNumbers({ shape, numbers: [1, 2, 3, 0.1] })
  expect([...device.read(tensor)]).toEqual([1, 2, 3, Math.fround(0.1)])
  const wrong = device.ops.fromNumbers({ shape, numbers: [1, 2, 3] })
  await expect(wrong).rejects.toMatchObject({ code: 'op.unsupported', params: { given: '3 numbers', wanted: '4' } })
})
