import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)

it('is a correlation: the matrix is not flipped, and its middle is the pixel', async () => {
  const dot = await device.image(
    { kind: 'image', height: 3, width: 3, channels: 1, space: 'gray', alpha: false },
    [0, 0, 0, 0, 1, 0, 0, 0, 0],
  )
  const kernel = [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]
  const out = await device.ops.convolve(dot, { kernel, border: 'constant' })
  expect([...device.read(out)]).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
})

it.each([
  [[[1, 0]], '1 × 2'],
  [[], '0 × 0'],
  [[[1, 2, 3], [1], [1, 2, 3]], '3 × 3'],
  [Array.from({ length: 33 }, () => [1]), '33 × 1'],
  [[[Infinity]], 'Infinity'],
])('refuses matrix %#', async (kernel, given) => {
  const image = await device.noise(3, 3, 1)
  const wrong = device.ops.convolve(image, { kernel, border: 'reflect' })
  await expect(wrong).rejects.toMatchObject({
    code: 'op.unsupported',
    params: { given: expect.stringContaining(given) },
  })
})
