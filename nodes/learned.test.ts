/** Learning from labelled boxes: linear SVMs as scikit-learn's, examples as torchvision's Matcher (fixtures/learned.py). */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { BoxesValue, NumberValue, TensorValue } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { boxesFrom } from './boxes.ts'
import { linearSvm } from './classify/linear-svm.ts'
import { labelBoxes } from './detect/label-boxes.ts'
import { scoreBoxes } from './detect/score-boxes.ts'
import truth from './fixtures/learned.json' with { type: 'json' }

const bench = await createNodeBench('.')
const { device } = bench
afterEach(() => device.clear())
afterAll(() => bench.close())

const tensor = async (axes: string, shape: readonly number[], numbers: ArrayLike<number>): Promise<TensorValue> =>
  (await device.ops.fromNumbers({ shape: { kind: 'tensor', shape, axes: [...axes] }, numbers })) as TensorValue
const size = { width: 120, height: 120 }
const numberIn = (value: unknown): number => (value as NumberValue).value

describe('a linear SVM', () => {
  const { features, channels, classes, used, fitted } = truth.svm
  const names = ['background', 'cat', 'dog']
  const given = async (scores = used) => ({
    features: await tensor('NC', [classes.length, channels], features),
    labels: await boxesFrom(
      { boxes: classes.flatMap(() => [0, 0, 1, 1]), scores, classes },
      { ...size, names },
      device.ops,
    ),
  })

  it.each(fitted)('is that of scikit-learn: $loss, cost $c', async ({ c, loss, weights, bias, accuracy }) => {
    const made = await bench.run(linearSvm, await given(), { c, loss })
    expect(made.weights).toMatchObject({ shape: [channels, 2], axes: ['C', 'K'] })
    const [found, shift] = [device.read(made.weights as TensorValue), device.read(made.bias as TensorValue)]
    for (const [i, weight] of weights.entries()) expect(Math.abs((found[i] ?? Number.NaN) - weight)).toBeLessThan(1e-5)
    for (const [i, one] of bias.entries()) expect(Math.abs((shift[i] ?? Number.NaN) - one)).toBeLessThan(1e-5)
    expect(numberIn(made.accuracy)).toBeCloseTo(accuracy, 12)
  })

  it('needs an example of everything', async () => {
    const only = classes.map((id) => (id === 2 ? 0 : 1))
    await expect(bench.run(linearSvm, await given(only))).rejects.toMatchObject({
      code: 'svm.no-examples',
      params: { name: 'dog' },
    })
  })
})

describe('labelled boxes', () => {
  const { proposals, classes, ids, used } = truth.labelled
  const given = async () => ({
    boxes: await boxesFrom(
      { boxes: proposals, scores: ids.map(() => 0.5), classes: ids.map(() => 0) },
      { ...size, names: ['proposal'] },
      device.ops,
    ),
    truth: await boxesFrom(
      { boxes: truth.labelled.truth, scores: classes.map(() => 1), classes },
      { ...size, names: ['cup', 'spoon'] },
      device.ops,
    ),
  })

  it('are those of torchvision’s Matcher', async () => {
    const made = await bench.run(labelBoxes, await given())
    const boxes = made.boxes as BoxesValue
    expect(boxes.names).toEqual(['background', 'cup', 'spoon'])
    expect(Array.from(device.read(boxes.classes))).toEqual(ids)
    expect(Array.from(device.read(boxes.scores))).toEqual(used)
    expect(numberIn(made.positive)).toBe(ids.filter((id) => id > 0).length)
    expect(numberIn(made.negative)).toBe(ids.filter((id, i) => id === 0 && used[i] === 1).length)
    expect(new Set(ids).size).toBe(3)
    expect(used).toContain(0)
    await expect(bench.run(labelBoxes, await given(), { low: 0.6 })).rejects.toMatchObject({ code: 'param.invalid' })
  })

  it('name the classes of what was learned from them', async () => {
    const { boxes } = await bench.run(labelBoxes, await given())
    const labels = boxes as BoxesValue
    const scores = await tensor(
      'NC',
      [ids.length, 2],
      ids.flatMap((id) => [id === 1 ? 0.9 : 0, id === 2 ? 0.8 : 0]),
    )
    const made = (await bench.run(scoreBoxes, { boxes: labels, scores, labels })).boxes as BoxesValue
    expect(made.names).toEqual(['cup', 'spoon'])
    expect(device.read(made.scores).length).toBe(ids.filter((id) => id > 0).length)
  })
})
