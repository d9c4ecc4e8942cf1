/** Boxes on their way through a classifier: crops, stacked features, a dense layer, scores (fixtures/regions.py). */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { BoxesValue, ImageValue, SequenceValue, TensorValue, Value } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { boxesFrom } from './boxes.ts'
import { scoreBoxes } from './detect/score-boxes.ts'
import truth from './fixtures/regions.json' with { type: 'json' }
import { boxCrops } from './geometry/box-crops.ts'
import { denseLayer } from './network/dense.ts'
import { stack } from './tensor/stack.ts'

const bench = await createNodeBench('.')
const { device } = bench
const { signal } = new AbortController()
afterEach(() => device.clear())
afterAll(() => bench.close())

const tensor = async (axes: string, shape: readonly number[], numbers: ArrayLike<number>): Promise<TensorValue> =>
  (await device.ops.fromNumbers({ shape: { kind: 'tensor', shape, axes: [...axes] }, numbers })) as TensorValue
const sequence = (values: readonly Value[]): SequenceValue => ({
  kind: 'sequence',
  length: values.length,
  element: { kind: 'unknown' },
  at: async (index) => values[index] as Value,
})
const boxed = (boxes: readonly (readonly number[])[], size = { width: 26, height: 20 }) =>
  boxesFrom(
    { boxes: boxes.flat(), scores: boxes.map(() => 1), classes: boxes.map(() => 0) },
    { ...size, names: ['proposal'] },
    device.ops,
  )

function expectClose(made: ArrayLike<number>, wanted: readonly number[], most = 1e-5): void {
  expect(made.length).toBe(wanted.length)
  for (const [i, number] of wanted.entries()) expect(Math.abs((made[i] ?? Number.NaN) - number)).toBeLessThan(most)
}

describe('crops of boxes', () => {
  const { width, height, context, boxes, made } = truth.crops
  const shape = {
    kind: 'image',
    width: 26,
    height: 20,
    channels: 3,
    space: 'rgb',
    alpha: false,
    range: [0, 1],
  } as const

  it.each(made.map((_, i) => i))('are warped by the formula: box %i', async (index) => {
    const image = await device.image(shape, truth.crops.image)
    const params = { width, height, context }
    const crops = (await bench.run(boxCrops, { image, boxes: await boxed(boxes) }, params)).image as SequenceValue
    expect([crops.length, crops.labels?.[index]]).toEqual([3, `proposal ${index + 1}`])
    expectClose(device.read((await crops.at(index, signal)) as ImageValue), made[index] ?? [], 2e-5)
  })

  it('follow a picture that is larger than the one the boxes were found in', async () => {
    const image = await device.image(shape, truth.crops.image)
    const half = await boxed([[1, 1, 5, 4]], { width: 13, height: 10 })
    const run = (boxes: BoxesValue) => bench.run(boxCrops, { image, boxes }, { width: 8, height: 6, context: 0 })
    const one = (await ((await run(half)).image as SequenceValue).at(0, signal)) as ImageValue
    const numbers = Array.from(device.read(one))
    // The box itself, pixel by pixel.
    const cut = numbers.map((_, i) => {
      const [y, x, c] = [Math.floor(i / 24), Math.floor(i / 3) % 8, i % 3]
      return truth.crops.image[((y + 2) * 26 + x + 2) * 3 + c] ?? Number.NaN
    })
    expectClose(numbers, cut)
  })

  it('of no area fail by themselves, and too much context is refused', async () => {
    const image = await device.image(shape, truth.crops.image)
    const crops = (await bench.run(boxCrops, { image, boxes: await boxed([[3, 3, 3, 9]]) })).image as SequenceValue
    await expect((async () => crops.at(0, signal))()).rejects.toMatchObject({ code: 'shape.out-of-bounds' })
    const wide = bench.run(boxCrops, { image, boxes: await boxed(boxes) }, { width: 20, height: 90, context: 10 })
    await expect(wide).rejects.toMatchObject({ code: 'param.invalid' })
  })
})

describe('stacked tensors', () => {
  it('are one, with or without a batch of their own', async () => {
    const [a, b] = [await tensor('NHW', [1, 1, 2], [1, 2]), await tensor('NHW', [1, 1, 2], [3, 4])]
    const joined = (await bench.run(stack, { tensor: sequence([a, b]) })).tensor as TensorValue
    expect([joined.shape, joined.axes, Array.from(device.read(joined))]).toEqual([
      [2, 1, 2],
      ['N', 'H', 'W'],
      [1, 2, 3, 4],
    ])
    const rows = [await tensor('C', [2], [1, 2]), await tensor('C', [2], [3, 4])]
    expect((await bench.run(stack, { tensor: sequence(rows) })).tensor).toMatchObject({ shape: [2, 2] })
    const other = bench.run(stack, { tensor: sequence([a, await tensor('C', [2], [1, 2])]) })
    await expect(other).rejects.toMatchObject({ code: 'shape.mismatch' })
    await expect(bench.run(stack, { tensor: sequence([]) })).rejects.toMatchObject({ code: 'sequence.empty' })
  })
})

describe('a dense layer', () => {
  const { maps, last, features, weights, bias } = truth.dense
  const given = async () => ({ weights: await tensor('CK', [4, 6], weights), bias: await tensor('K', [6], bias) })

  it.each(['none', 'softmax', 'relu', 'sigmoid'] as const)('is torch’s: %s', async (activation) => {
    for (const of of [
      await tensor('NCHW', [3, 4, 2, 5], maps),
      await tensor('NHWC', [3, 2, 5, 4], last),
      await tensor('NC', [3, 4], features),
    ]) {
      const { scores } = await bench.run(denseLayer, { features: of, ...(await given()) }, { activation })
      expect(scores).toMatchObject({ shape: [3, 6] })
      expectClose(device.read(scores as TensorValue), truth.dense[activation], 2e-6)
    }
  })

  it('says what does not fit', async () => {
    const of = await tensor('NC', [3, 5], new Float32Array(15))
    await expect(bench.run(denseLayer, { features: of, ...(await given()) })).rejects.toThrow(/4 × 6 for 5 features/)
    const fits = await tensor('NC', [3, 4], features)
    const short = { ...(await given()), bias: await tensor('K', [2], [1, 2]) }
    await expect(bench.run(denseLayer, { features: fits, ...short })).rejects.toThrow(/a bias of 2 for 6 classes/)
  })
})

describe('scored boxes', () => {
  const boxes = [
    [0, 0, 1, 1],
    [1, 1, 2, 2],
    [2, 2, 3, 3],
    [3, 3, 4, 4],
  ]
  const scores = [
    [0.1, 0.6, 0.3],
    [0.25, 0.25, 0.125],
    [0.125, 0.125, 0.75],
    [0.875, 0, 0.125],
  ]
  const run = async (params: Record<string, unknown>, rows = 4) => {
    const of = await tensor('NC', [rows, 3], scores.slice(0, rows).flat())
    const made = (await bench.run(scoreBoxes, { boxes: await boxed(boxes), scores: of }, params)).boxes as BoxesValue
    return {
      classes: Array.from(device.read(made.classes)),
      scores: Array.from(device.read(made.scores)),
      left: Array.from(device.read(made.boxes)).filter((_, i) => i % 4 === 0),
    }
  }

  it('have the class of the largest score, best first', async () => {
    expect(await run({ score: 0.3 })).toEqual({
      classes: [0, 2, 1],
      scores: [0.875, 0.75, Math.fround(0.6)],
      left: [3, 2, 0],
    })
    expect((await run({ score: 0.25, background: 'first' })).classes).toEqual([2, 1])
    expect((await run({ score: 0, background: 'last' })).left).toEqual([3, 0, 1])
  })

  it('need a row for each', async () => {
    await expect(run({}, 3)).rejects.toMatchObject({ code: 'detect.rows' })
  })
})
