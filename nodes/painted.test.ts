/** A mask painted with a brush, against distances by shapely (fixtures/strokes.py). */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { isParamValue, param, scaleParam } from '../engine/types/param.ts'
import type { ImageShape, MaskValue } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { drawMask } from './draw/mask.ts'
import truth from './fixtures/strokes.json' with { type: 'json' }

const bench = await createNodeBench('.')
const { device } = bench
afterEach(() => device.clear())
afterAll(() => bench.close())

const { width, height, strokes, empty, started } = truth
const shape: ImageShape = { kind: 'image', width, height, channels: 1, space: 'gray', alpha: false, range: [0, 1] }

describe('a painted mask', () => {
  const close = (numbers: readonly number[]) => numbers.map((n) => expect.closeTo(n, 5) as number)

  it('is where the strokes are, in their order', async () => {
    const image = await device.image(shape, new Float32Array(width * height))
    const { mask } = await bench.run(drawMask, { image }, { strokes })
    expect(Array.from(device.read((mask as MaskValue).pixels))).toEqual(close(empty))
  })

  it('adds to the mask that it starts from, and takes away from it', async () => {
    const image = await device.image(shape, new Float32Array(width * height))
    const { store } = await device.image(shape, Float32Array.from(truth.start))
    const pixels = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], store } as const
    const given: MaskValue = { kind: 'mask', width, height, pixels }
    const { mask } = await bench.run(drawMask, { image, mask: given }, { strokes })
    expect(Array.from(device.read((mask as MaskValue).pixels))).toEqual(close(started))
  })
})

describe('strokes as a parameter', () => {
  const spec = param.strokes({ default: [], maxCount: 2, maxNumbers: 12, unit: 'px' })

  it('have a radius, a mode and whole points, and are not too many', () => {
    for (const good of [[], [[2, 1, 3, 4]], [[0.5, 0, 1, 2, 3, 4]]]) expect(isParamValue(spec, good)).toBe(true)
    for (const bad of [
      [[0, 1, 3, 4]],
      [[2, 2, 3, 4]],
      [[2, 1, 3]],
      [[2, 1, 3, 4, 5]],
      [
        [2, 1, 3, 4],
        [2, 1, 3, 4],
        [2, 1, 3, 4],
      ],
      [
        [2, 1, 1, 2, 3, 4, 5, 6, 7, 8],
        [2, 1, 3, 4],
      ],
    ])
      expect(isParamValue(spec, bad)).toBe(false)
  })

  it('shrink with the picture in quick previews', () => {
    expect(scaleParam(spec, [[8, 1, 20, 30, 40, 50]], 0.5)).toEqual([[4, 1, 10, 15, 20, 25]])
  })
})
