import { afterEach, describe, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'
import type { TensorValue } from '../../values/index.ts'

const device = await createTestDevice()
afterEach(device.clear)

describe('crop', () => {
  it('gives the whole picture as it is', async () => {
    const image = await device.noise(4, 5, 3)
    expect(await device.ops.crop(image, { x: 0, y: 0, width: 5, height: 4 })).toBe(image)
  })

  it('says where a rectangle leaves the picture', async () => {
    const wrong = device.ops.crop(await device.noise(4, 5, 3), { x: 3, y: 0, width: 3, height: 4 })
    await expect(wrong).rejects.toMatchObject({
      code: 'shape.out-of-bounds',
      params: { given: 'x 3 to 6, y 0 to 4', size: '5 × 4 pixels' },
    })
  })

  it.each([
    { x: -1, y: 0, width: 2, height: 2 },
    { x: 0, y: 0, width: 0, height: 2 },
    { x: 0.5, y: 0, width: 2, height: 2 },
  ])('refuses %j', async (rectangle) => {
    const wrong = device.ops.crop(await device.noise(4, 5, 3), rectangle)
    await expect(wrong).rejects.toMatchObject({ code: 'op.unsupported' })
  })
})

describe('channels', () => {
  it('come back together as they were', async () => {
    const image = await device.noise(6, 7, 4)
    const planes = await Promise.all([0, 1, 2, 3].map((index) => device.ops.channel(image, { index })))
    const [r, g, b, a] = planes
    if (!r || !g || !b || !a) throw new Error('no planes')
    const merged = await device.ops.merge(r, g, b, a, { space: 'rgb', alpha: true, range: [0, 1] })
    expect(device.read(merged)).toEqual(device.read(image))
    expect(merged).toMatchObject({ space: 'rgb', alpha: true, range: [0, 1] })
  })

  it('have the range that their colour space gives them', async () => {
    const hsv = await device.ops.convertColour(await device.noise(3, 3, 3), { to: 'hsv' })
    expect(await device.ops.channel(hsv, { index: 0 })).toMatchObject({ space: 'data', range: [0, 360] })
    expect(await device.ops.channel(hsv, { index: 2 })).toMatchObject({ range: [0, 1] })
  })

  it('refuse what there is not', async () => {
    const [image, plane, other] = [
      await device.noise(3, 3, 3),
      await device.noise(3, 3, 1),
      await device.noise(3, 4, 1),
    ]
    await expect(device.ops.channel(image, { index: 3 })).rejects.toMatchObject({ code: 'op.unsupported' })
    await expect(device.ops.merge(plane, other, { space: 'data' })).rejects.toMatchObject({ code: 'shape.mismatch' })
    await expect(device.ops.merge(plane, plane, { space: 'rgb' })).rejects.toMatchObject({ code: 'op.unsupported' })
    await expect(device.ops.merge(image, plane, { space: 'data' })).rejects.toMatchObject({ code: 'op.unsupported' })
    await expect(device.ops.merge(plane, { space: 'data' })).rejects.toMatchObject({ code: 'op.unsupported' })
  })
})

describe('tensors', () => {
  it.each(['HWC', 'CHW', 'NCHW'] as const)('%s and back is the same picture', async (axes) => {
    const image = await device.noise(6, 7, 3)
    const tensor = await device.ops.toTensor(image, { axes })
    expect(tensor.axes.join('')).toBe(axes)
    const back = await device.ops.toImage(tensor, { space: 'rgb', range: [0, 1] })
    expect(device.read(back)).toEqual(device.read(image))
  })

  it('says which tensors are a picture', async () => {
    const tensor = (await device.ops.fromNumbers({
      shape: { kind: 'tensor', shape: [2, 1, 2, 2], axes: ['N', 'C', 'H', 'W'] },
      numbers: [1, 2, 3, 4, 5, 6, 7, 8],
    })) as TensorValue
    const wrong = device.ops.toImage(tensor, { space: 'gray' })
    await expect(wrong).rejects.toMatchObject({ code: 'op.unsupported', params: { given: 'NCHW 2 × 1 × 2 × 2' } })
    const three = await device.ops.toTensor(await device.noise(2, 2, 3), { axes: 'CHW' })
    await expect(device.ops.toImage(three, { space: 'gray' })).rejects.toMatchObject({ code: 'op.unsupported' })
  })

  it('takes no tensor where a picture is wanted', async () => {
    const tensor = await device.ops.toTensor(await device.noise(2, 2, 3), { axes: 'CHW' })
    const wrong = device.ops.median(tensor as never, { size: 3 })
    await expect(wrong).rejects.toMatchObject({ code: 'op.unsupported', params: { wanted: 'a picture' } })
  })
})
