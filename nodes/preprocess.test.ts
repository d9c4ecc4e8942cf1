import { afterEach, describe, expect, it } from 'vitest'
import type { ImageValue, TensorValue } from '../engine/values/index.ts'
import { mapped, type Placement } from '../engine/values/placement.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import truth from './fixtures/detect.json' with { type: 'json' }
import { letterbox } from './geometry/letterbox.ts'
import { denormalise } from './tensor/denormalise.ts'
import { normalise } from './tensor/normalise.ts'

const bench = await createNodeBench('.')
const { device } = bench
afterEach(() => device.clear())

const small = () =>
  device.image(
    { kind: 'image', width: 8, height: 5, channels: 3, space: 'rgb', alpha: false, range: [0, 1] },
    truth.small.numbers,
  )
const near = (given: ArrayLike<number>, wanted: readonly number[], by: number): void => {
  expect(given.length).toBe(wanted.length)
  for (const [i, value] of wanted.entries()) expect(Math.abs((given[i] ?? Number.NaN) - value)).toBeLessThan(by)
}

describe('letterbox', () => {
  it.each(truth.letterbox)(
    'is resize and copyMakeBorder: $width × $height, $anchor',
    async ({ numbers, ...params }) => {
      const { image } = await bench.run(letterbox, { image: await small() }, params)
      near(device.read(image as ImageValue), numbers, 1e-5)
    },
  )

  it('remembers where the picture lies', async () => {
    const { image } = await bench.run(letterbox, { image: await small() }, { width: 12, height: 12 })
    const matrix = [8 / 12, 0, 0, 0, 5 / 8, (-2 * 5) / 8, 0, 0, 1]
    expect((image as ImageValue).placement).toEqual({ source: { width: 8, height: 5 }, matrix })
    // Of a letterbox of a letterbox, in the pixels of the first picture.
    const again = await bench.run(letterbox, { image: image as ImageValue }, { width: 24, height: 48 })
    const { placement } = again.image as ImageValue
    expect(placement?.source).toEqual({ width: 8, height: 5 })
    expect(mapped((placement as Placement).matrix, 0, 16)).toEqual([0, 0])
    expect(mapped((placement as Placement).matrix, 24, 32)).toEqual([8, 5])
  })

  it('keeps a picture opaque where it is filled', async () => {
    const shape = { kind: 'image', width: 2, height: 1, channels: 4, space: 'rgb', alpha: true } as const
    const clear = await device.image(shape, new Float32Array(8))
    const { image } = await bench.run(letterbox, { image: clear }, { width: 2, height: 2, fill: 0.5, anchor: 'corner' })
    expect([...device.read(image as ImageValue)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5, 1, 0.5, 0.5, 0.5, 1])
  })
})

describe('normalise', () => {
  it('orders and scales as OpenCV prepares pictures for its networks', async () => {
    // blobFromImage takes the mean away before it scales.
    const mean = [0.1, 0.2, 0.3].map((value) => 255 * value)
    const params = { order: 'BGR', scale: '255', mean, std: [1] }
    const { tensor } = await bench.run(normalise, { image: await small() }, params)
    near(device.read(tensor as TensorValue), truth.blob, 1e-3)
  })

  it('gives the levels of 8-bit pixels as whole numbers, channels last', async () => {
    const shape = {
      kind: 'image',
      width: 2,
      height: 1,
      channels: 3,
      space: 'rgb',
      alpha: false,
      range: [0, 1],
    } as const
    const levels = [0, 1, 127, 128, 254, 255]
    const image = await device.image(
      shape,
      levels.map((level) => level / 255),
    )
    const params = { scale: '255', whole: true, mean: [0], std: [1], layout: 'NHWC' }
    const { tensor } = await bench.run(normalise, { image }, params)
    expect([...device.read(tensor as TensorValue)]).toEqual(levels)
    expect(tensor).toMatchObject({ shape: [1, 1, 2, 3], axes: ['N', 'H', 'W', 'C'] })
  })
})

describe('denormalise', () => {
  it("gives the picture of which OpenCV's numbers were made", async () => {
    const shape = { kind: 'tensor', shape: [1, 3, 5, 8], axes: [...'NCHW'] } as const
    const tensor = (await device.ops.fromNumbers({ shape, numbers: truth.blob })) as TensorValue
    const mean = [0.1, 0.2, 0.3].map((value) => 255 * value)
    const { image } = await bench.run(denormalise, { tensor }, { order: 'BGR', scale: '255', mean, std: [1] })
    near(device.read(image as ImageValue), truth.small.numbers, 1e-5)
  })

  it('takes bytes, and keeps within 0 and 1', async () => {
    const shape = { kind: 'tensor', shape: [1, 1, 3], axes: [...'HWC'] } as const
    const bytes = (await device.ops.fromNumbers({
      shape: { ...shape, dtype: 'uint8' },
      numbers: [0, 51, 255],
    })) as TensorValue
    const made = await bench.run(denormalise, { tensor: bytes }, { scale: '255', mean: [0], std: [1] })
    near(device.read(made.image as ImageValue), [0, 0.2, 1], 1e-7)
    const tensor = (await device.ops.fromNumbers({ shape, numbers: [-1.5, 0, 1.5] })) as TensorValue
    const { image } = await bench.run(denormalise, { tensor }, { mean: [0.5], std: [0.5] })
    near(device.read(image as ImageValue), [0, 0.5, 1], 1e-7)
  })
})
