import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)

it('gives the picture itself for size 1', async () => {
  const image = await device.noise(4, 4, 3)
  expect(await device.ops.median(image, { size: 1 })).toBe(image)
})

it('removes specks and keeps the picture what it is', async () => {
  const numbers = new Float32Array(81).fill(0.5)
  numbers[40] = 1
  const image = await device.image(
    { kind: 'image', height: 9, width: 9, channels: 1, space: 'gray', alpha: false },
    numbers,
  )
  const out = await device.ops.median(image, { size: 31 })
  expect(out).toMatchObject({ space: 'gray', channels: 1 })
  expect(new Set(device.read(out))).toEqual(new Set([0.5]))
})

it('is the middle of every window, in pictures of many blocks too', async () => {
  const [height, width, channels, size] = [70, 300, 2, 7]
  const image = await device.noise(height, width, channels)
  const numbers = device.read(image)
  const out = device.read(await device.ops.median(image, { size }))
  const at = (y: number, x: number, c: number): number =>
    numbers[(Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1)) * channels + c] ?? 0
  const offsets = Array.from({ length: size * size }, (_, i) => [Math.floor(i / size) - 3, (i % size) - 3] as const)
  const middle = (y: number, x: number, c: number): number =>
    Float32Array.from(offsets, ([dy, dx]) => at(y + dy, x + dx, c)).sort()[24] ?? Number.NaN
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (out[(y * width + x) * channels + c] !== middle(y, x, c)) throw new Error(`wrong at ${y}, ${x}, ${c}`)
})

it.each([0, 2, 33, -3, 3.5, Number.NaN])('refuses size %s', async (size) => {
  const wrong = device.ops.median(await device.noise(4, 4, 1), { size })
  await expect(wrong).rejects.toMatchObject({ code: 'op.unsupported', params: { given: `size ${size}` } })
})
