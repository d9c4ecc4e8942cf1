/** Box regression as torchvision's BoxCoder has it, ridge regression as scikit-learn's (fixtures/regression.py). */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { BoxesValue, NumberValue, TensorValue } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { boxesFrom } from './boxes.ts'
import { ridge } from './classify/ridge.ts'
import { boxTargets } from './detect/box-targets.ts'
import { regressBoxes } from './detect/regress-boxes.ts'
import truth from './fixtures/regression.json' with { type: 'json' }
import { flatten } from './tensor/flatten.ts'

const bench = await createNodeBench('.')
const { device } = bench
afterEach(() => device.clear())
afterAll(() => bench.close())

const tensor = async (axes: string, shape: readonly number[], numbers: ArrayLike<number>): Promise<TensorValue> =>
  (await device.ops.fromNumbers({ shape: { kind: 'tensor', shape, axes: [...axes] }, numbers })) as TensorValue
const { width, height, classes } = truth
const names = ['cup', 'spoon', 'plate']
const boxed = (boxes: readonly number[], ids = classes) =>
  boxesFrom({ boxes, scores: ids.map(() => 0.5), classes: ids }, { width, height, names }, device.ops)

/** Within 1e-5, of numbers beyond 1 relative to them. */
function expectClose(made: unknown, wanted: readonly number[]): void {
  const numbers = device.read(made as TensorValue)
  expect(numbers.length).toBe(wanted.length)
  for (const [i, number] of wanted.entries())
    expect(Math.abs((numbers[i] ?? Number.NaN) - number) / Math.max(1, Math.abs(number)), `${i}`).toBeLessThan(1e-5)
}

describe('box regression', () => {
  it.each(truth.coded)('moves boxes as torchvision does: weights $weights', async (wanted) => {
    const boxes = await boxed(truth.proposals)
    const { weights } = wanted
    const run = async (numbers: readonly number[], clip: boolean) => {
      const deltas = await tensor('NC', [12, numbers.length / 12], numbers)
      return (await bench.run(regressBoxes, { boxes, deltas }, { weights, clip })).boxes as BoxesValue
    }
    expectClose((await run(truth.deltas, false)).boxes, wanted.moved)
    expectClose((await run(truth.deltas, true)).boxes, wanted.clipped)
    const own = await run(truth.each, false)
    expectClose(own.boxes, wanted.own)
    expect([Array.from(device.read(own.classes)), own.names]).toEqual([classes, names])
  })

  it.each(truth.coded)('gives targets as torchvision does: weights $weights', async ({ weights, targets }) => {
    // A box without a size has no targets.
    const sized = truth.proposals.filter((_, i) => Math.floor(i / 4) !== 2)
    const boxes = await boxed(sized, classes.slice(1))
    const made = await bench.run(boxTargets, { boxes, truth: await boxed(truth.truth, [0, 1, 2]) }, { weights })
    expectClose(made.targets, targets)
  })

  it('says what does not belong together', async () => {
    const boxes = await boxed(truth.proposals)
    const run = async (shape: readonly number[], params = {}) =>
      bench.run(
        regressBoxes,
        { boxes, deltas: await tensor('NC', shape, new Float32Array(shape.reduce((a, b) => a * b))) },
        params,
      )
    await expect(run([11, 4])).rejects.toMatchObject({ code: 'detect.deltas', params: { given: '11 × 4', count: 12 } })
    await expect(run([12, 5])).rejects.toMatchObject({ code: 'detect.deltas' })
    await expect(run([12, 8])).rejects.toMatchObject({ code: 'detect.delta-class', params: { name: 'plate' } })
    await expect(run([12, 4], { weights: [1, 1, 0, 1] })).rejects.toMatchObject({ code: 'param.invalid' })
    const none = await boxed([], [])
    await expect(bench.run(boxTargets, { boxes, truth: none })).rejects.toMatchObject({ code: 'detect.no-truth' })
  })
})

describe('ridge regression', () => {
  it.each(truth.fitted)(
    'is that of scikit-learn: $count examples of $channels features, alpha $alpha',
    async ({ count, channels, alpha, ...wanted }) => {
      const features = await tensor('NC', [count, channels], wanted.features)
      const targets = await tensor('NC', [count, 2], wanted.targets)
      const made = await bench.run(ridge, { features, targets }, { alpha })
      expect([made.weights, made.bias]).toMatchObject([{ shape: [channels, 2] }, { shape: [2] }])
      expectClose(made.weights, wanted.weights)
      expectClose(made.bias, wanted.bias)
      expect((made.error as NumberValue).value).toBeCloseTo(wanted.error, 5)
    },
  )

  it('learns only from boxes that show a thing', async () => {
    const [wanted] = truth.fitted
    const [count, channels] = [20, 4]
    // Behind the true examples, two that do not count.
    const features = await tensor('NC', [22, channels], [...(wanted?.features ?? []), ...Array(8).fill(50)])
    const targets = await tensor('NC', [22, 2], [...(wanted?.targets ?? []), ...Array(4).fill(9)])
    const labelled = async (used: number) =>
      boxesFrom(
        {
          boxes: Array(88).fill(1),
          scores: [...Array(count).fill(used), used, 0],
          classes: [...Array(count).fill(1), 0, 1],
        },
        { width, height, names: ['background', 'cup'] },
        device.ops,
      )
    const made = await bench.run(ridge, { features, targets, labels: await labelled(1) })
    expectClose(made.weights, wanted?.weights ?? [])
    const none = bench.run(ridge, { features, targets, labels: await labelled(0) })
    await expect(none).rejects.toMatchObject({ code: 'ridge.no-examples' })
    await expect(bench.run(ridge, { features, targets: await tensor('NC', [3, 2], Array(6).fill(0)) })).rejects.toThrow(
      /22 × K/,
    )
  })
})

describe('flatten', () => {
  const numbers = Float32Array.from({ length: 24 }, (_, i) => i)
  // torch.flatten's shapes.
  it.each([
    [1, -1, [2, 12], 'NC'],
    [0, -1, [24], 'C'],
    [2, 3, [2, 3, 4], 'NCL'],
    [0, 1, [6, 2, 2], 'CHW'],
    [1, 1, [2, 3, 2, 2], 'NCHW'],
  ] as const)('makes one axis of %i to %i', async (start, end, shape, axes) => {
    const given = await tensor('NCHW', [2, 3, 2, 2], numbers)
    const made = (await bench.run(flatten, { tensor: given }, { start, end })).tensor as TensorValue
    expect([made.shape, made.axes.join('')]).toEqual([shape, axes])
    expect(device.read(made)).toEqual(numbers)
  })

  it('keeps whole numbers, and says which axes there are not', async () => {
    const shape = { kind: 'tensor', shape: [2, 2], axes: ['H', 'W'], dtype: 'int32' } as const
    const whole = (await device.ops.fromNumbers({ shape, numbers: [1, 2, 3, -4] })) as TensorValue
    const made = (await bench.run(flatten, { tensor: whole }, { start: 0 })).tensor as TensorValue
    expect([made.dtype, Array.from(device.read(made))]).toEqual(['int32', [1, 2, 3, -4]])
    for (const [start, end] of [
      [2, -1],
      [-3, 1],
      [1, 0],
    ])
      await expect(bench.run(flatten, { tensor: whole }, { start, end })).rejects.toMatchObject({
        code: 'op.unsupported',
      })
  })
})
