import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

it('refuses windows without a middle and too large ones', async () => {
  const image = await device.noise(3, 3, 1)
  for (const [width, height] of [
    [2, 3],
    [3, 0],
    [1.5, 1],
    [513, 1],
  ] as const)
    await expect(device.ops.box(image, { width, height, border: 'constant' })).rejects.toMatchObject({
      code: 'op.unsupported',
    })
})

it('does not carry what was infinite on', async () => {
  const shape = { kind: 'image', height: 1, width: 600, channels: 1, space: 'data', alpha: false } as const
  const numbers = new Float32Array(600).fill(0.5)
  numbers[7] = 3e38
  numbers[8] = 3e38
  const made = device.read(
    await device.ops.box(await device.image(shape, numbers), { width: 5, height: 1, border: 'replicate' }),
  )
  expect(made[8]).toBe(Infinity)
  expect([...made.subarray(11)]).toEqual(new Array(589).fill(0.5))
})
