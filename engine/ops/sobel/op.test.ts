import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)

it('makes what is asked for, as data, and knows that angles have a range', async () => {
  const image = await device.noise(5, 6, 4)
  const made = await device.ops.sobel(image, { border: 'replicate', outputs: ['direction', 'y'] })
  expect(Object.keys(made)).toEqual(['direction', 'y'])
  expect(made.direction).toMatchObject({ space: 'data', alpha: false, channels: 4, range: [0, 360] })
  expect(made.y?.range).toBeUndefined()
})

it('has angles from 0 to 360 degrees, clockwise from the right, 0 where nothing slopes', async () => {
  const ramp = (slope: (x: number, y: number) => number) =>
    device.image(
      { kind: 'image', height: 3, width: 3, channels: 1, space: 'gray', alpha: false },
      Array.from({ length: 9 }, (_, i) => slope(i % 3, Math.floor(i / 3))),
    )
  const angles = []
  for (const slope of [
    (x: number) => x,
    (_: number, y: number) => y,
    (x: number) => -x,
    (_: number, y: number) => -y,
    () => 4,
  ]) {
    const { direction } = await device.ops.sobel(await ramp(slope), { border: 'reflect101', outputs: ['direction'] })
    if (direction) angles.push(device.read(direction)[4])
  }
  expect(angles).toEqual([0, 90, 180, 270, 0])
})

it('refuses to make nothing', async () => {
  const image = await device.noise(3, 3, 1)
  const wrong = device.ops.sobel(image, { border: 'reflect101', outputs: [] })
  await expect(wrong).rejects.toMatchObject({ code: 'op.unsupported' })
})
