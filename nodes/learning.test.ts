/** PCA, AdaBoost and k-means as scikit-learn's (fixtures/learning.py); tables and folders with labels, from the files to the matrix. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { emptyDocument, type NodeRecord } from '../engine/graph/document.ts'
import type { NumberValue, PlotValue, TableValue, TensorValue, TextValue } from '../engine/values/index.ts'
import { makeEngine } from '../host/engine.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { sortedBy, stumpsOf } from './adaboost.ts'
import { applyAdaboost } from './classify/adaboost.ts'
import { predict } from './classify/predict.ts'
import { parseCsv } from './csv.ts'
import { eigen } from './eigen.ts'
import truth from './fixtures/learning.json' with { type: 'json' }
import { readLabelledTable } from './io/labelled-table.ts'
import { boostedOf, bytesOf, learnAdaboost } from './learn/adaboost.ts'
import { boost } from './learn/adaboost.work.ts'
import { learnKMeans } from './learn/k-means.ts'
import { learnPca } from './learn/pca.ts'
import { denseLayer } from './network/dense.ts'

const folder = await mkdtemp(join(tmpdir(), 'sightline-learning-'))
const bench = await createNodeBench(folder)
const { device } = bench
afterEach(() => device.clear())
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true })
})

const [count, length, learned] = [80, 6, 60]
const tensor = async (axes: string, shape: readonly number[], numbers: ArrayLike<number>): Promise<TensorValue> =>
  (await device.ops.fromNumbers({
    shape: { kind: 'tensor', shape, axes: [...axes], ...(numbers instanceof Int32Array && { dtype: 'int32' }) },
    numbers,
  })) as TensorValue
const features = (numbers: ArrayLike<number> = truth.features) =>
  tensor('NC', [numbers.length / length, length], Float32Array.from(numbers))
const given = async () => ({
  features: await features(),
  targets: await tensor('N', [count], Int32Array.from(truth.targets)),
})
const read = (value: unknown): number[] => Array.from(device.read(value as TensorValue))
const near = (made: readonly number[], wanted: readonly number[], by: number): void => {
  expect(made).toHaveLength(wanted.length)
  for (const [i, v] of wanted.entries()) expect(Math.abs((made[i] ?? Number.NaN) - v), `number ${i}`).toBeLessThan(by)
}

describe('PCA', () => {
  it('has the components of scikit-learn, but for their sign, and projects by a dense layer', async () => {
    const { features } = await given()
    const made = await bench.run(learnPca, { features }, { count: 3 })
    const { components, variance, ratio, projected } = truth.pca
    const weights = read(made.weights)
    const ours = read(made.projected)
    for (const [k, component] of components.entries()) {
      const own = component.map((_, d) => weights[d * 3 + k] ?? 0)
      const sign = Math.sign(own.reduce((sum, v, d) => sum + v * (component[d] ?? 0), 0))
      near(
        own.map((v) => sign * v),
        component,
        1e-5,
      )
      const column = (all: readonly number[]) => Array.from({ length: count }, (_, n) => all[n * 3 + k] ?? 0)
      near(
        column(ours).map((v) => sign * v),
        column(projected),
        1e-4,
      )
      // The sign is told by the largest number.
      expect(own.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a))).toBeGreaterThan(0)
    }
    const { rows } = made.variance as TableValue
    near(
      rows.map((row) => Number(row[1])),
      variance,
      1e-5,
    )
    near(
      rows.map((row) => Number(row[2])),
      ratio,
      1e-6,
    )
    const layer = { features, weights: made.weights as TensorValue, bias: made.bias as TensorValue }
    near(read((await bench.run(denseLayer, layer, { activation: 'none' })).scores), ours, 1e-4)
  })

  it('finds eigenvalues of a matrix that is known, and of nothing', () => {
    const { values, vectors } = eigen([Float64Array.of(2, 1), Float64Array.of(1, 2)])
    near(values, [3, 1], 1e-12)
    expect(Math.abs(vectors[0]?.[0] ?? 0)).toBeCloseTo(Math.SQRT1_2, 12)
    expect(eigen([Float64Array.of(0, 0), Float64Array.of(0, 0)]).values).toEqual([0, 0])
  })

  it('gives 0 of examples that are all the same, and refuses too many components and broken numbers', async () => {
    const same = await bench.run(learnPca, { features: await features(Array(30).fill(0.5)) }, { count: 2 })
    expect(read(same.projected).every((v) => v === 0)).toBe(true)
    const few = bench.run(learnPca, { features: await features(truth.features.slice(0, 18)) }, { count: 3 })
    await expect(few).rejects.toMatchObject({ code: 'data.components' })
    const broken = bench.run(learnPca, { features: await features(truth.features.with(7, Number.NaN)) }, { count: 2 })
    await expect(broken).rejects.toMatchObject({ code: 'data.broken', params: { example: 2 } })
  })
})

describe('AdaBoost', () => {
  it.each(truth.boosts)(
    'has the stumps of scikit-learn: rate $rate',
    async ({ rate, stumps, accuracy, matrix, votes, staged }) => {
      const params = { count: 25, rate, classes: 3, test: 0.25, names: 'one, two' }
      const made = await bench.run(learnAdaboost, await given(), params)
      expect(made.stumps).toMatchObject({ shape: [25, 5] })
      near(read(made.stumps), stumps.flat(), 1e-4)
      expect((made.accuracy as NumberValue).value).toBeCloseTo(accuracy, 12)
      expect((made.matrix as TableValue).rows.map((row) => row.slice(1))).toEqual(matrix)
      expect((made.matrix as TableValue).columns.slice(1)).toEqual(['one', 'two', '2'])
      near([...((made.errors as PlotValue).series[1]?.values ?? [])], staged, 1e-9)

      const test = await features(truth.features.slice(learned * length))
      const { scores } = await bench.run(
        applyAdaboost,
        { features: test, stumps: made.stumps as TensorValue },
        { classes: 3 },
      )
      near(read(scores), votes, 1e-5)
      const targets = await tensor('N', [count - learned], Int32Array.from(truth.targets.slice(learned)))
      const judged = await bench.run(predict, { scores: scores as TensorValue, targets })
      expect((judged.accuracy as NumberValue).value).toBeCloseTo(accuracy, 12)
      expect((judged.matrix as TableValue).rows.map((row) => row.slice(1))).toEqual(matrix)
    },
  )

  it('goes on from a checkpoint with the same bits', async () => {
    const data = {
      rows: Float32Array.from(truth.features),
      length,
      learned,
      right: Int32Array.from(truth.targets),
      classes: 3,
    }
    const context = { cancelled: false, progress: () => undefined }
    const weights = new Float64Array(learned).fill(1 / learned)
    const run = (count: number, from: Float64Array) =>
      boost.run({ ...data, order: sortedBy(data), weights: from, rate: 1, count }, context)
    const whole = await run(9, weights)
    const first = await run(4, weights)
    const again = boostedOf(bytesOf(first))
    expect(again).toEqual({ stumps: first.stumps, weights: first.weights, last: false })
    const rest = await run(5, again.weights)
    expect([...first.stumps, ...rest.stumps]).toEqual(whole.stumps)
  })

  it('ends where one stump is right already, and refuses what cannot be split', async () => {
    const easy = await features(
      [
        ...Array(3).fill(Array(6).fill(0)),
        ...Array(3).fill(Array(6).fill(1)),
        ...Array(2).fill(Array(6).fill(1)),
      ].flat(),
    )
    const targets = await tensor('N', [8], Int32Array.of(0, 0, 0, 1, 1, 1, 1, 1))
    const made = await bench.run(learnAdaboost, { features: easy, targets }, { classes: 2, test: 0.25 })
    expect(made.stumps).toMatchObject({ shape: [1, 5] })
    expect((made.accuracy as NumberValue).value).toBe(1)
    const flat = await features(Array(48).fill(0.5))
    const run = bench.run(learnAdaboost, { features: flat, targets }, { classes: 2, test: 0.25 })
    await expect(run).rejects.toMatchObject({ code: 'data.chance' })
  })

  it('refuses stumps that belong to other features', async () => {
    const three = await features(truth.features.slice(0, 18))
    for (const [stumps, words] of [
      [[6, 0, 0, 1, 1], 'asks for feature 6'],
      [[0, 0, 0.5, 1, 1], 'classes 0.5'],
      [[0, 0, 0, 1, Number.NaN], 'weight NaN'],
    ] as const) {
      const run = bench.run(applyAdaboost, {
        features: three,
        stumps: await tensor('NC', [1, 5], Float32Array.from(stumps)),
      })
      await expect(run).rejects.toThrow(words)
    }
    expect(stumpsOf([], 3)).toEqual([])
  })
})

describe('k-means', () => {
  it('comes as near to its centres as the best of 200 tries of scikit-learn', async () => {
    const { inertia, sizes } = truth.kmeans
    const seeds = Array.from({ length: 30 }, (_, seed) => seed)
    const { features } = await given()
    const tries = await Promise.all(seeds.map((seed) => bench.run(learnKMeans, { features }, { count: 4, seed })))
    const values = tries.map(({ inertia }) => (inertia as NumberValue).value)
    const best = values.indexOf(Math.min(...values))
    expect(Math.abs((values[best] ?? 0) / inertia - 1)).toBeLessThan(1e-6)
    const { table, weights, bias, groups } = tries[best] as Record<string, TensorValue>
    const { rows } = table as unknown as TableValue
    expect(rows.map((row) => Number(row[1])).sort((a, b) => a - b)).toEqual(sizes)
    // A dense layer answers with the nearest centre.
    const layer = { features, weights: weights as TensorValue, bias: bias as TensorValue }
    const { scores } = await bench.run(denseLayer, layer, { activation: 'none' })
    const { found } = await bench.run(predict, { scores: scores as TensorValue })
    expect(read(found)).toEqual(read(groups))
  })

  it('has a centre for each of as many examples, and refuses more groups', async () => {
    const three = await features(truth.features.slice(0, 18))
    const made = await bench.run(learnKMeans, { features: three }, { count: 3 })
    expect((made.inertia as NumberValue).value).toBeCloseTo(0, 6)
    expect(read(made.groups).sort()).toEqual([0, 1, 2])
    await expect(bench.run(learnKMeans, { features: three }, { count: 4 })).rejects.toMatchObject({
      code: 'data.groups',
    })
    // Where all are one, the other groups stay empty, and it ends.
    const same = await bench.run(learnKMeans, { features: await features(Array(30).fill(0.5)) }, { count: 3 })
    expect((same.inertia as NumberValue).value).toBe(0)
  })
})

describe('a labelled table', () => {
  const put = (text: string) => writeFile(join(folder, 'table.csv'), text)

  it('is read with its quotation marks, and classes in the order of their names', async () => {
    await put('"width, cm",kind,height\r\n1.5,"cat, big",2\r\n-3e1,ant,.5\r\n\r\n4,"cat, big",0\r\n')
    const made = await bench.run(readLabelledTable, {}, { path: 'table.csv', answers: 'kind' })
    expect(read(made.features)).toEqual([1.5, 2, -30, 0.5, 4, 0])
    expect(read(made.targets)).toEqual([1, 0, 1])
    expect((made.table as TableValue).columns).toEqual(['width, cm', 'height', 'class'])
    expect(parseCsv('a,"b ""c"""', 'x', ',')).toEqual([{ cells: ['a', 'b "c"'], line: 1 }])
  })

  it.each([
    ['empty lines', '\n\n', {}, 'csv.empty'],
    ['a line of names only', 'a,b\n', {}, 'csv.empty'],
    ['a line with fewer cells', 'a,b\n1,x\n2\n', {}, 'csv.cells'],
    ['a word for a number', 'a,b\n1,x\nmany,y\n', {}, 'csv.number'],
    ['an empty cell', 'a,b\n,x\n', {}, 'csv.number'],
    ['a line without a class', 'a,b\n1,x\n2, \n', {}, 'csv.class'],
    ['a column that there is not', 'a,b\n1,x\n', { answers: 'c' }, 'csv.column'],
    ['a quotation mark that does not end', 'a,b\n1,"x\n', {}, 'csv.quote'],
  ])('is refused: %s', async (_, text, params, code) => {
    await put(text)
    await expect(bench.run(readLabelledTable, {}, { path: 'table.csv', ...params })).rejects.toMatchObject({ code })
  })

  it('names the line of a fault, after empty ones and cells of several', async () => {
    await put('a,b\n\n1,"x\ny"\n\nmany,z\n')
    const made = bench.run(readLabelledTable, {}, { path: 'table.csv' })
    await expect(made).rejects.toMatchObject({ code: 'csv.number', params: { line: 6 } })
  })
})

const node = (type: string, params: NodeRecord['params'] = {}): NodeRecord => ({
  type,
  position: { x: 0, y: 0 },
  params,
})

it('a labelled folder is learned from, from its files to the confusion matrix', async () => {
  const random = (seed: number) => Math.abs(Math.sin(seed * 12.9898) * 43758.5453) % 1
  for (const kind of ['across', 'upright']) {
    await mkdir(join(folder, 'photos', kind), { recursive: true })
    for (let n = 0; n < 10; n++) {
      const pixels = Uint8Array.from({ length: 24 * 24 }, (_, i) => {
        const at = kind === 'across' ? Math.floor(i / 24) : i % 24
        return 100 + 90 * Math.sin(at * (0.6 + n / 20)) + 40 * random(i + 577 * n)
      })
      const raw = { width: 24, height: 24, channels: 1 } as const
      await sharp(pixels, { raw })
        .png()
        .toFile(join(folder, 'photos', kind, `${n}.png`))
    }
  }
  const document = {
    ...emptyDocument,
    nodes: {
      photos: node('io/folder', { path: 'photos', pattern: '*/*', colour: 'gray' }),
      labels: node('classify/from-names'),
      targets: node('classify/targets'),
      hog: node('feature/hog'),
      stack: node('tensor/stack'),
      boost: node('learn/adaboost', { count: 5, test: 0.3, shuffle: true }),
    },
    edges: {
      'labels.image': 'photos.image',
      'targets.labels': 'labels.labels',
      'hog.image': 'photos.image',
      'stack.tensor': 'hog.vector',
      'boost.features': 'stack.tensor',
      'boost.targets': 'targets.targets',
      'boost.called': 'targets.names',
    },
  }
  const engine = await makeEngine({ threads: 1, memory: 256e6 })
  try {
    const first = await engine.engine.run(document, { services: engine.services(folder), effects: true })
    const problems = first.nodes.flatMap(({ problem }) => problem ?? [])
    expect(problems).toEqual([])
    const of = (port: string) => first.sinks.find((sink) => sink.node === 'boost' && sink.port === port)?.value
    expect((of('matrix') as TableValue).columns.slice(1)).toEqual(['across', 'upright'])
    expect((of('accuracy') as NumberValue).value).toBe(1)
    const { text } = (first.sinks.find((sink) => sink.port === 'names')?.value as TextValue) ?? {
      text: 'across, upright',
    }
    expect(text).toBe('across, upright')
    first.release()
  } finally {
    await engine.close()
  }
}, 60_000)
