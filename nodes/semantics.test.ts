/** What nodes mean beyond their numbers: colour space and range of results, proportions, refusals with advice. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { NodeDefinition } from '../engine/graph/node.ts'
import type { ImageShape, ImageValue } from '../engine/values/index.ts'
import { noise, pictureShape } from '../host/testing/cpu.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { convert } from './colour/convert.ts'
import { merge } from './colour/merge.ts'
import { customKernel } from './filter/custom-kernel.ts'
import { crop } from './geometry/crop.ts'
import { resize } from './geometry/resize.ts'
import { arithmetic } from './math/arithmetic.ts'
import { blend } from './math/blend.ts'
import { threshold } from './math/threshold.ts'
import { compare } from './tensor/compare.ts'
import { inspect } from './tensor/inspect.ts'

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench('.')
})
beforeEach(() => bench.device.clear())
afterAll(() => bench.close())

const picture = (height: number, width: number, channels: number): Promise<ImageValue> =>
  bench.device.image(pictureShape(height, width, channels), noise(height * width * channels, 9))

async function result(node: NodeDefinition, params: object, channels = 3): Promise<ImageValue> {
  const made = (await bench.run(node, { image: await picture(4, 6, channels) }, { ...params })).image
  if (made?.kind !== 'image') throw new Error('no image')
  return made
}
const meaning = ({ space, range }: ImageShape): unknown[] => [space, range]

describe('what a result means', () => {
  test.each([
    [arithmetic, { operation: 'add' }, 'rgb', [0, 1]],
    [arithmetic, { operation: 'subtract' }, 'data', undefined],
    [arithmetic, { operation: 'divide' }, 'data', undefined],
    [arithmetic, { operation: 'subtract', clip: true }, 'rgb', [0, 1]],
    [threshold, { mode: 'binary', maximum: 5 }, 'rgb', [0, 5]],
    [threshold, { mode: 'binary', maximum: 0 }, 'rgb', undefined],
    [threshold, { mode: 'trunc' }, 'rgb', [0, 1]],
    [customKernel, {}, 'rgb', [0, 1]],
    [customKernel, { kernel: [[-1, 0, 1]] }, 'data', undefined],
    [convert, { to: 'lab' }, 'lab', undefined],
  ] as const)('%#: %s', async (node, params, space, range) => {
    expect(meaning(await result(node, params))).toEqual([space, range])
  })
})

test('opacity is not computed with', async () => {
  const image = await picture(3, 5, 4)
  const alpha = (value: ImageValue): number[] => [...bench.device.read(value)].filter((_, i) => i % 4 === 3)
  for (const [node, params] of [
    [arithmetic, { operation: 'multiply', value: 0 }],
    [threshold, {}],
  ] as const) {
    const made = (await bench.run(node, { image }, params)).image as ImageValue
    expect(made.alpha).toBe(true)
    expect(alpha(made)).toEqual(alpha(image))
  }
  const other = await picture(3, 5, 3)
  const blended = (await bench.run(blend, { image, other })).image as ImageValue
  expect(alpha(blended)).toEqual(alpha(image))
})

test('proportions are kept unless not', async () => {
  const size = async (params: object) => {
    const { width, height } = await result(resize, params)
    return [width, height]
  }
  expect(await size({ width: 60, height: 60 })).toEqual([60, 40])
  expect(await size({ width: 1, height: 60 })).toEqual([1, 1])
  expect(await size({ width: 60, height: 60, keep: false })).toEqual([60, 60])
})

test('refusals say what to do', async () => {
  await expect(result(crop, { x: 6 })).rejects.toThrow(/6 × 4 pixels/)
  await expect(result(crop, { x: 2, width: 5 })).rejects.toThrow(/5 × 4 from x 2, y 0/)
  await expect(result(threshold, { mode: 'otsu' })).rejects.toThrow(/convert to gray first/)
  const [image, other] = [await picture(4, 6, 3), await picture(4, 7, 3)]
  await expect(bench.run(arithmetic, { image, other })).rejects.toThrow(/6 × 4 pixels and 7 × 4 pixels. Resize/)
  await expect(bench.run(inspect, { image: { kind: 'text', text: 'x' } })).rejects.toThrow(
    /takes a picture or a tensor/,
  )
  const plane = await picture(4, 6, 1)
  const four = { first: plane, second: plane, third: plane, fourth: plane }
  await expect(bench.run(merge, four, { space: 'hsv' })).rejects.toThrow(/fourth channel with hsv/)
})

test('a quick preview forgives what rounding did to sizes, and nothing else', async () => {
  const [image, near, far] = [await picture(40, 60, 3), await picture(41, 59, 3), await picture(44, 60, 3)]
  const quick = await bench.run(arithmetic, { image, other: near }, {}, { scale: 0.5 })
  expect(quick.image).toMatchObject({ height: 40, width: 60 })
  await expect(bench.run(arithmetic, { image, other: far }, {}, { scale: 0.5 })).rejects.toThrow(/differ in size/)
  await expect(bench.run(arithmetic, { image, other: near })).rejects.toThrow(/differ in size/)
  const cut = await bench.run(crop, { image }, { x: 30, width: 31, y: 1 }, { scale: 0.5 })
  expect(cut.image).toMatchObject({ height: 39, width: 30 })
})

test('a derivative in a quick preview is that of the full picture', async () => {
  const ramp = Float32Array.from({ length: 5 * 9 }, (_, i) => (i % 9) * 0.1)
  const image = await bench.device.image(pictureShape(5, 9, 1), ramp)
  const made = await bench.run(customKernel, { image }, { kernel: [[-1, 0, 1]] }, { scale: 0.5 })
  // Each pixel here stands for two: the rise from pixel to pixel is 0.05, over two of them 0.1.
  expect(bench.device.read(made.image as ImageValue)[4]).toBeCloseTo(0.1, 6)
})

test('an HSV histogram is told over the percentage of each range', async () => {
  const image = await result(convert, { to: 'hsv' })
  const made = await bench.run(inspect, { image }, { bins: 4 })
  expect(made.histogram).toMatchObject({ x: { range: [0, 100] } })
  const names = made.histogram?.kind === 'plot' ? made.histogram.series.map(({ name }) => name) : []
  expect(names).toEqual(['Hue', 'Saturation', 'Value'])
})

// NumPy: of d = np.abs(a - b) the numbers np.mean(d ** 2), d.max() and 20 * np.log10(1 / np.sqrt(mse)).
test.each([
  [Number.NaN, 0.5, [Number.NaN, Number.NaN, Number.NaN]],
  [Number.NaN, Number.NaN, [Number.NaN, Number.NaN, Number.NaN]],
  [Infinity, 0.5, [Infinity, Infinity, -Infinity]],
  [Infinity, Infinity, [Number.NaN, Number.NaN, Number.NaN]],
])('pictures that hold %s and %s are not equal', async (a, b, expected) => {
  const shape = pictureShape(2, 2, 1)
  const image = await bench.device.image(shape, [0, 1, a, 0.25])
  const other = await bench.device.image(shape, [0, 1, b, 0.25])
  const { mse, maximum, psnr } = await bench.run(compare, { image, other }, {})
  expect([mse, maximum, psnr].map((value) => value?.kind === 'number' && value.value)).toEqual(expected)
})

test('a comparison that is stopped leaves no error behind', async () => {
  const image = await bench.device.image(pictureShape(2, 2, 1), [0, 1, 0.5, 0.25])
  const stopped = new Error('stopped')
  const late = Promise.withResolvers<never>()
  const pointwise = (...given: unknown[]): Promise<unknown> =>
    given.length === 2 ? Promise.reject(stopped) : Promise.resolve(image)
  const ops = { pointwise, statistics: () => late.promise }
  const run = async () => compare.run({ image, other: image, peak: 1 } as never, { ops } as never)
  await expect(run()).rejects.toBe(stopped)
  // By now nobody waits for the statistics. An error that nobody takes ends the engine's process, and fails this test.
  late.reject(stopped)
  await new Promise((resolve) => setTimeout(resolve, 1))
})
