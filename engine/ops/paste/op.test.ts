import { afterEach, describe, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)

describe('paste', () => {
  it('is a slice that is written, as in NumPy', async () => {
    const [base, image] = [await device.noise(6, 7, 3), await device.noise(2, 3, 3)]
    const out = await device.ops.paste(base, image, { x: 4, y: 1 })
    const [a, b, c] = [base, image, out].map((value) => device.read(value))
    if (!a || !b || !c) throw new Error('no numbers')
    for (let i = 0; i < c.length; i++) {
      const [y, x, channel] = [Math.floor(i / 21), Math.floor(i / 3) % 7, i % 3]
      const inside = y >= 1 && y < 3 && x >= 4
      expect(c[i]).toBe(inside ? b[((y - 1) * 3 + (x - 4)) * 3 + channel] : a[i])
    }
  })

  it('refuses what does not fit', async () => {
    const [base, image] = [await device.noise(6, 7, 3), await device.noise(2, 3, 3)]
    await expect(device.ops.paste(base, image, { x: 5, y: 0 })).rejects.toMatchObject({ code: 'shape.out-of-bounds' })
    await expect(device.ops.paste(base, image, { x: -1, y: 0 })).rejects.toMatchObject({ code: 'op.unsupported' })
    const gray = await device.noise(2, 3, 1)
    await expect(device.ops.paste(base, gray, { x: 0, y: 0 })).rejects.toMatchObject({ code: 'op.unsupported' })
  })
})
