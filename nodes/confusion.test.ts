/** Confusion matrices, and the pictures that a cell of one or a point of a curve lists; fixtures/confusion.py has the truth. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { LabelsValue, SequenceValue, TableValue, TensorValue, Value } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { boxesFrom } from './boxes.ts'
import { labelsFromNames } from './classify/from-names.ts'
import truth from './fixtures/confusion.json' with { type: 'json' }
import measures from './fixtures/measures.json' with { type: 'json' }
import { annotations } from './io/annotations.ts'
import { confusionBoxes } from './measure/confusion-boxes.ts'
import { confusionLabels } from './measure/confusion-labels.ts'
import { listedPictures } from './measure/listed-pictures.ts'
import { prCurve } from './measure/pr-curve.ts'

const bench = await createNodeBench('.')
const { device } = bench
const { signal } = new AbortController()
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-confusion-'))
  await copyFile(join(import.meta.dirname, 'fixtures/annotations.json'), join(folder, 'truth.json'))
})
afterEach(() => device.clear())
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true })
})

const sequence = (values: readonly Value[], labels?: readonly string[]): SequenceValue => ({
  kind: 'sequence',
  length: values.length,
  element: { kind: 'unknown' },
  ...(labels && { labels }),
  at: async (index) => values[index] as Value,
})
const table = (value: Value | undefined): TableValue => value as TableValue
const numbersOf = (value: Value | undefined): readonly (readonly (string | number)[])[] =>
  table(value).rows.map((row) => row.slice(1))
const named = async (names: readonly string[], scores: readonly number[]): Promise<LabelsValue> => ({
  kind: 'labels',
  names,
  scores: (await device.ops.fromNumbers({
    shape: { kind: 'tensor', shape: [names.length], axes: ['N'] },
    numbers: scores,
  })) as TensorValue,
})

describe('labels', () => {
  const { classes, matrix, byTruth, byFound, accuracy, scores } = truth.labels
  const inputs = async () => {
    const right = await Promise.all(truth.labels.truth.map((name) => named([name.toUpperCase()], [1])))
    // The best one counts, wherever it stands.
    const found = await Promise.all(truth.labels.found.map((name, i) => named(['cow', name], [0.1, scores[i] ?? 0])))
    return { labels: sequence(found), truth: sequence(right) }
  }

  it('are confused as scikit-learn counts it', async () => {
    const made = await bench.run(confusionLabels, await inputs())
    expect(
      table(made.matrix)
        .columns.slice(1)
        .map((name) => name.toLowerCase()),
    ).toEqual(classes)
    expect(numbersOf(made.matrix)).toEqual(matrix)
    expect((made.accuracy as { value: number }).value).toBeCloseTo(accuracy, 12)
    for (const [normalise, wanted] of [
      ['truth', byTruth],
      ['found', byFound],
    ] as const) {
      const parts = numbersOf((await bench.run(confusionLabels, await inputs(), { normalise })).matrix).flat()
      for (const [i, number] of wanted.flat().entries()) expect(Number(parts[i])).toBeCloseTo(number, 12)
    }
  })

  it('list the pictures of a cell, a row or a column, the surest mistake first', async () => {
    const all = table((await bench.run(confusionLabels, await inputs())).pictures).rows
    expect(all).toHaveLength(40)
    const wrong = all.map(([, right, found]) => String(right).toLowerCase() !== found)
    expect(wrong).toEqual([...wrong].sort((a, b) => Number(b) - Number(a)))
    const wanted = (right: string, found: string) =>
      truth.labels.truth
        .map((name, i) => ({ i, right: name, found: truth.labels.found[i], score: scores[i] ?? 0 }))
        .filter((one) => (right === '' || one.right === right) && (found === '' || one.found === found))
    for (const [right, found] of [
      ['cat', 'dog'],
      ['dog', ''],
      ['', 'fish'],
    ] as const) {
      const made = await bench.run(confusionLabels, await inputs(), { right: ` ${right.toUpperCase()}`, found })
      const names = table(made.pictures).rows.map(([name]) => name)
      expect([...names].sort()).toEqual(
        wanted(right, found)
          .map(({ i }) => `picture ${i + 1}`)
          .sort(),
      )
      expect(names.length).toBeGreaterThan(0)
      // Neither the matrix nor the accuracy depends on what is listed.
      expect(numbersOf(made.matrix)).toEqual(matrix)
    }
    const cell = await bench.run(confusionLabels, await inputs(), { right: 'cat', found: 'dog' })
    const sure = table(cell.pictures).rows.map((row) => Number(row[3]))
    expect(sure).toEqual([...sure].sort((a, b) => b - a))
    expect(table((await bench.run(confusionLabels, await inputs(), { right: 'cow' })).pictures).rows).toEqual([])
  })

  it('are read from the names of folders and files', async () => {
    const shape = { kind: 'image', width: 1, height: 1, channels: 1, space: 'gray', alpha: false } as const
    const image = await device.image(shape, [0])
    const read = async (names: readonly string[], by: string) => {
      const made = (
        await bench.run(
          labelsFromNames,
          {
            image: sequence(
              names.map(() => image),
              names,
            ),
          },
          { by },
        )
      ).labels
      const labels = made as SequenceValue
      const told = names.map(async (_, i) => ((await labels.at(i, signal)) as LabelsValue).names)
      return (await Promise.all(told)).flat()
    }
    expect(await read(['cat/1.jpg', 'Great_Dane/2.x.png'], 'folder')).toEqual(['cat', 'Great Dane'])
    expect(await read(['Egyptian_Mau_12.jpg', 'cat.4.jpg', 'dog (3).png', 'cup.png'], 'file')).toEqual([
      ...['Egyptian Mau', 'cat', 'dog', 'cup'],
    ])
    await expect(read(['1.jpg'], 'folder')).rejects.toMatchObject({ code: 'classify.no-class' })
    await expect(read(['0012.jpg'], 'file')).rejects.toMatchObject({ code: 'classify.no-class' })
  })
})

const files = measures.found.map((_, i) => `picture ${i}.png`)
const detected = async () => {
  const { width, height } = measures
  const names = ['nothing', 'cat', 'dog', 'fish', 'bird']
  const made = measures.found.map((boxes) =>
    boxesFrom(
      {
        boxes: boxes.flatMap(({ box }) => box),
        scores: boxes.map(({ score }) => score),
        classes: boxes.map((one) => one.class),
      },
      { width, height, names },
      device.ops,
    ),
  )
  const right = await bench.run(annotations, {}, { path: join(folder, 'truth.json') })
  return { boxes: sequence(await Promise.all(made), files), truth: right.boxes as SequenceValue }
}

describe('boxes', () => {
  it.each(truth.boxes)('are confused with each other and the background, at $score and $iou', async (wanted) => {
    const { score, iou } = wanted
    const made = await bench.run(confusionBoxes, await detected(), { score, iou })
    expect(table(made.matrix).columns.slice(1)).toEqual(wanted.classes)
    expect(numbersOf(made.matrix)).toEqual(wanted.matrix)
    const cell = await bench.run(confusionBoxes, await detected(), { score, iou, right: 'background', found: 'cat' })
    const listed = new Map(table(cell.pictures).rows.map(([name, count]) => [name, count]))
    expect(files.map((name) => listed.get(name) ?? 0)).toEqual(wanted.madeUp)
    expect(listed.size).toBeGreaterThan(0)
  })
})

describe('a curve', () => {
  it('knows the score at each recall, as pycocotools does', async () => {
    const { curve } = await bench.run(prCurve, await detected(), { class: 'cat' })
    const { picks } = curve as unknown as { picks: { values: number[] } }
    expect(picks.values.map((score) => (Number.isNaN(score) ? 0 : score))).toEqual(
      truth.curve.map((score) => Math.fround(score)),
    )
    expect(picks.values.some(Number.isNaN)).toBe(true)
  })

  it('lists the pictures at the chosen score', async () => {
    const at = async (params: object) =>
      table((await bench.run(prCurve, await detected(), params as Record<string, unknown>)).pictures).rows
    const sums = (rows: TableValue['rows']) => [2, 3, 4].map((c) => rows.reduce((sum, row) => sum + Number(row[c]), 0))
    const { points } = await bench.run(prCurve, await detected(), { class: 'dog' })
    const [, score = 0, precision = 0, recall = 0] = table(points).rows[6] ?? []
    const [right = 0, wrong = 0, missed = 0] = sums(await at({ class: 'dog', score }))
    expect(right / (right + wrong)).toBeCloseTo(Number(precision), 12)
    expect(right / (right + missed)).toBeCloseTo(Number(recall), 12)
    const bad = await at({ score: 0.3, list: 'missed' })
    expect(bad.length).toBeLessThan(9)
    expect(bad.every((row) => Number(row[4]) > 0)).toBe(true)
  })
})

describe('a list', () => {
  const image = async (level: number) =>
    device.image({ kind: 'image', width: 1, height: 1, channels: 1, space: 'gray', alpha: false }, [level])
  const given = (names: readonly string[]): TableValue => ({
    kind: 'table',
    columns: ['Picture', 'F1'],
    rows: names.map((name) => [name, 0]),
  })

  it('brings its pictures in its order', async () => {
    const all = sequence([await image(0.25), await image(0.5), await image(0.75)], ['a.png', 'b.png', 'c.png'])
    const made = (await bench.run(listedPictures, { image: all, pictures: given(['c.jpg', 'a.png', 'x.png']) })).image
    const { length, labels, at } = made as SequenceValue
    expect([length, labels]).toEqual([2, ['c.png', 'a.png']])
    expect(Array.from(device.read((await at(0, signal)) as TensorValue))).toEqual([0.75])
    const unnamed = sequence([await image(0.25), await image(0.5)])
    const second = (await bench.run(listedPictures, { image: unnamed, pictures: given(['picture 2']) })).image
    expect(Array.from(device.read((await (second as SequenceValue).at(0, signal)) as TensorValue))).toEqual([0.5])
  })

  it('says why there is nothing to show', async () => {
    const all = sequence([await image(0)], ['a.png'])
    await expect(bench.run(listedPictures, { image: all, pictures: given([]) })).rejects.toMatchObject({
      code: 'measure.none-listed',
    })
    await expect(bench.run(listedPictures, { image: all, pictures: given(['b.png']) })).rejects.toMatchObject({
      code: 'measure.no-common',
    })
  })
})
