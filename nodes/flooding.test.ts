/** Watershed, flood fill and pyramids against scikit-image and OpenCV (fixtures/flooding.py). */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { ImageShape, LabelmapValue, MaskValue, SequenceValue, TensorValue } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { pyramid } from './filter/pyramid.ts'
import truth from './fixtures/flooding.json' with { type: 'json' }
import { floodFillNode } from './segment/flood-fill.ts'
import { watershedNode } from './segment/watershed.ts'
import { watershed } from './watershed.ts'

const bench = await createNodeBench('.')
const { device } = bench
afterEach(() => device.clear())
afterAll(() => bench.close())

const image = (height: number, width: number, channels: number, numbers: ArrayLike<number>) => {
  const space = channels === 1 ? 'gray' : 'rgb'
  const shape: ImageShape = { kind: 'image', height, width, channels, space, alpha: false, range: [0, 1] }
  return device.image(shape, numbers)
}

describe('watershed', () => {
  it.each(
    truth.watershed.map((one) => [`${one.height} × ${one.width}, ${one.eight ? 8 : 4} neighbours`, one] as const),
  )('is that of scikit-image: %s', async (_, { height, width, image: numbers, seeds, eight, labels, minima }) => {
    const given = await image(height, width, 1, numbers)
    const shape = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], dtype: 'int32' } as const
    const map = (await device.ops.fromNumbers({ shape, numbers: Int32Array.from(seeds) })) as TensorValue
    const markers: LabelmapValue = { kind: 'labelmap', height, width, names: [], labels: map }
    const connectivity = eight ? '8' : '4'
    const labelsOf = async (inputs: object, params: object = {}) => {
      const made = await bench.run(watershedNode, { image: given, ...inputs }, { connectivity, ...params })
      return [...(await device.ops.read((made.labels as LabelmapValue).labels, {}))]
    }
    expect(await labelsOf({ markers })).toEqual(labels)
    expect(await labelsOf({})).toEqual(minima)
    const turned = await image(
      height,
      width,
      1,
      Float32Array.from(numbers, (v) => -v),
    )
    expect(await labelsOf({ image: turned, markers }, { invert: true })).toEqual(labels)
  })

  it('gives nothing where there are no seeds, and floods NaN last', () => {
    const terrain = { width: 3, height: 1, numbers: Float32Array.of(0, Number.NaN, 2) }
    expect([...watershed(terrain, new Int32Array(3), false, () => false)]).toEqual([0, 0, 0])
    expect([...watershed(terrain, Int32Array.of(1, 0, 2), false, () => false)]).toEqual([1, 1, 2])
  })
})

describe('flood fill', () => {
  it('is that of OpenCV', async () => {
    for (const { height, width, channels, image: numbers, fixed, eight, mask, ...params } of truth.flood) {
      const given = await image(height, width, channels, numbers)
      const made = await bench.run(
        floodFillNode,
        { image: given },
        { ...params, compare: fixed ? 'seed' : 'neighbour', connectivity: eight ? '8' : '4' },
      )
      const found = [...device.read((made.mask as MaskValue).pixels)].join('')
      expect(found, JSON.stringify({ height, width, channels, fixed, eight, ...params })).toBe(mask)
      expect(made.area).toEqual({ kind: 'number', value: [...mask].filter((v) => v === '1').length })
      device.clear()
    }
  })

  it('begins at the nearest pixel', async () => {
    const given = await image(1, 3, 1, [0, 1, 1])
    const made = await bench.run(floodFillNode, { image: given }, { x: 900, y: 7 })
    expect([...device.read((made.mask as MaskValue).pixels)]).toEqual([0, 1, 1])
  })
})

describe('pyramids', () => {
  it.each(truth.pyramid.map((one) => [`${one.height} × ${one.width} × ${one.channels}`, one] as const))(
    'are those of OpenCV: %s',
    async (_, { height, width, channels, image: numbers, ...wanted }) => {
      const given = await image(height, width, channels, numbers)
      for (const kind of ['gaussian', 'laplacian'] as const) {
        const made = (await bench.run(pyramid, { image: given }, { kind, levels: 16 })).image as SequenceValue
        expect(made.length).toBe(wanted[kind].length)
        for (const [i, level] of wanted[kind].entries()) {
          const value = await made.at(i, new AbortController().signal)
          const found = device.read(value as never)
          expect(found.length).toBe(level.length)
          for (const [k, v] of level.entries())
            expect(Math.abs((found[k] ?? Number.NaN) - v), `${kind} ${i}, number ${k}`).toBeLessThan(1e-5)
        }
      }
    },
  )
})
