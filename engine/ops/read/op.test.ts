import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)

it.each([
  ['uint8', Uint8Array.of(0, 7, 255)],
  ['int32', Int32Array.of(-5, 0, 2 ** 31 - 1)],
  ['float32', Float32Array.of(0.5, Number.NaN, -Infinity)],
] as const)('gives the numbers of a %s tensor in an array of its dtype, a copy', async (dtype, numbers) => {
  const shape = { kind: 'tensor', shape: [3], axes: ['N'], dtype } as const
  const value = await device.ops.fromNumbers({ shape, numbers })
  const made = await device.ops.read(value, {})
  expect(made).toEqual(numbers)
  made[0] = 9
  expect(await device.ops.read(value, {})).toEqual(numbers)
})
