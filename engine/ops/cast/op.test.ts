import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)

it.each([
  [8, Uint8Array],
  [16, Uint16Array],
] as const)('brings every number of %s bits back', async (depth, Numbers) => {
  // More than one strip, and an odd width.
  const [height, width, channels] = [601, 1123, 3] as const
  const data = new Numbers(height * width * channels).map((_, i) => i * 40503)
  const picture = { height, width, channels, depth, data, note: 'converted from Display P3 to sRGB' }
  const image = await device.ops.fromPicture(picture)
  expect(image).toMatchObject({ space: 'rgb', alpha: false, range: [0, 1], note: picture.note })
  const back = await device.ops.toPicture(image, { depth })
  expect(Buffer.compare(Buffer.from(back.data.buffer), Buffer.from(data.buffer))).toBe(0)
})

it('rounds halves to even, saturates, and makes NaN 0', async () => {
  const numbers = [0.5 / 255, 1.5 / 255, 2.5 / 255, -3, 7, Number.NaN, Infinity, 1]
  const image = await device.image(
    { kind: 'image', height: 1, width: 8, channels: 1, space: 'gray', alpha: false },
    numbers,
  )
  expect([...(await device.ops.toPicture(image, { depth: 8 })).data]).toEqual([0, 2, 2, 0, 255, 0, 255, 255])
})

it('says that a picture is cut off, and that HSV is no file', async () => {
  const short = { height: 2, width: 2, channels: 3, depth: 8, data: new Uint8Array(11) } as const
  await expect(device.ops.fromPicture(short)).rejects.toMatchObject({ code: 'op.unsupported' })
  const hsv = await device.ops.convertColour(await device.noise(2, 2, 3), { to: 'hsv' })
  await expect(device.ops.toPicture(hsv, { depth: 8 })).rejects.toMatchObject({ code: 'op.unsupported' })
})
