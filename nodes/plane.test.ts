/** Examples laid out on a plane, and found by their likeness: against scikit-learn, on its handwritten digits. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { JobContext } from '../engine/graph/node.ts'
import type { ImageValue, NumberValue, TableValue, TensorValue } from '../engine/values/index.ts'
import { apartOf } from '../host/testing/layers.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { learnNearest } from './learn/nearest.ts'
import { learnScatter } from './learn/scatter.ts'
import { learnTsne } from './learn/tsne.ts'
import { affinitiesOf, beginning, moved } from './t-sne.ts'

interface Truth {
  readonly rows: readonly number[]
  readonly length: number
  readonly pairs: Readonly<Record<'first' | 'last', readonly number[]>>
  /** Places after six steps. */
  readonly steps: readonly number[]
  readonly cost: number
  readonly trust: number
  readonly nearest: Readonly<Record<'cosine' | 'euclidean', { readonly rows: number[]; readonly distances: number[] }>>
}

const truth = JSON.parse(await readFile(join(import.meta.dirname, 'fixtures', 'plane.json'), 'utf8')) as Truth
const rows = Float32Array.from(truth.rows)
const count = rows.length / truth.length

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

const tensor = async (numbers: ArrayLike<number>, shape: readonly number[], axes: string) =>
  (await bench.device.ops.fromNumbers({ shape: { kind: 'tensor', shape, axes: [...axes] }, numbers })) as TensorValue
const digits = () => tensor(rows, [count, truth.length], 'NC')

/** sklearn.manifold.trustworthiness: 1 where all near points were near before. */
function trustOf(points: ArrayLike<number>, near: number): number {
  const ranks = (values: ArrayLike<number>, length: number, i: number): number[] => {
    const apart = (j: number): number => {
      let sum = 0
      for (let d = 0; d < length; d++) sum += ((values[i * length + d] ?? 0) - (values[j * length + d] ?? 0)) ** 2
      return sum
    }
    const all = Array.from({ length: count }, (_, j) => [apart(j), j] as const).filter(([, j]) => j !== i)
    return all.sort(([a], [b]) => a - b).map(([, j]) => j)
  }
  let sum = 0
  for (let i = 0; i < count; i++) {
    const before = ranks(rows, truth.length, i)
    for (const j of ranks(points, 2, i).slice(0, near)) sum += Math.max(0, before.indexOf(j) + 1 - near)
  }
  return 1 - (2 * sum) / (count * near * (2 * count - 3 * near - 1))
}

describe('t-SNE', () => {
  test('pairs belong together as much as scikit-learn says', () => {
    const pairs = affinitiesOf(rows, truth.length, 20)
    for (const [i, wanted] of [[0, truth.pairs.first] as const, [count - 1, truth.pairs.last] as const])
      for (const [j, value] of wanted.entries()) expect(pairs[i * count + j]).toBeCloseTo(value, 6)
  })

  test('the first steps are those of scikit-learn', () => {
    const pairs = affinitiesOf(rows, truth.length, 20)
    let plane = beginning(rows, truth.length)
    for (let step = 0; step < 6; step++) plane = moved(pairs, plane)
    // A principal component may point the other way.
    for (const axis of [0, 1]) {
      const wanted = truth.steps.filter((_, i) => i % 2 === axis)
      const made = [...plane.places].filter((_, i) => i % 2 === axis)
      const ways = [1, -1].map((way) =>
        apartOf(
          made,
          wanted.map((v) => way * v),
        ),
      )
      expect(Math.min(...ways)).toBeLessThan(1e-3)
    }
  })

  test('comes as far down, and keeps neighbours as well', async () => {
    const features = await digits()
    const made = await bench.run(learnTsne, { features }, { perplexity: 20, steps: 500 })
    // Small differences grow: which valley it ends in is chance, with scikit-learn too.
    expect((made.cost as NumberValue).value).toBeLessThan(1.4 * truth.cost)
    expect(trustOf(bench.device.read(made.points as TensorValue), 10)).toBeGreaterThan(truth.trust - 0.01)
    expect((made.picture as ImageValue).channels).toBe(3)
  }, 60_000)

  test('goes on from a checkpoint to the same bits', async () => {
    const features = await tensor(rows.slice(0, 60 * truth.length), [60, truth.length], 'NC')
    const params = { perplexity: 8, steps: 250 }
    const checkpoints: Uint8Array[] = []
    const job = (resume?: Uint8Array): JobContext => ({
      ...{ resume, paused: false },
      checkpoint: async (bytes) => void checkpoints.push(bytes),
      emit: async () => undefined,
    })
    const whole = await bench.run(learnTsne, { features }, params, { job: job() })
    const rest = await bench.run(learnTsne, { features }, params, { job: job(checkpoints[3]) })
    expect([...bench.device.read(rest.points as TensorValue)]).toEqual([
      ...bench.device.read(whole.points as TensorValue),
    ])
  }, 60_000)

  test('refuses what cannot be laid out', async () => {
    const few = await tensor([1, 2, 3, 4], [2, 2], 'NC')
    await expect(bench.run(learnTsne, { features: few })).rejects.toThrow('2 examples cannot be laid out')
    await expect(bench.run(learnTsne, { features: await digits() }, { perplexity: 80 })).rejects.toThrow(
      'at most 49 for 150',
    )
  })
})

describe('nearest examples', () => {
  test.each(['cosine', 'euclidean'] as const)('by %s, as scikit-learn', async (metric) => {
    const query = await tensor(rows.slice(6 * truth.length, 8 * truth.length), [2, truth.length], 'NC')
    const batch = await tensor(rows, [count, 1, 8, 8], 'NCHW')
    const made = await bench.run(learnNearest, { query, features: await digits(), batch }, { metric, count: 6, row: 1 })
    const { rows: found, distances } = truth.nearest[metric]
    expect([...bench.device.read(made.rows as TensorValue)]).toEqual(found)
    for (const [i, [name, row, apart]] of (made.table as TableValue).rows.entries()) {
      expect([name, row]).toEqual([`picture ${(found[i] ?? 0) + 1}`, found[i]])
      expect(Number(apart)).toBeCloseTo(distances[i] ?? Number.NaN, 5)
    }
    const { width, height } = made.picture as ImageValue
    expect([width, height]).toEqual([6 * 9 - 1, 8])
    // The query is its own nearest: its picture, from its darkest to its brightest.
    const own = rows.slice(7 * truth.length, 8 * truth.length)
    const first = bench.device.read(made.picture as ImageValue)
    expect(first[2 * width + 4]).toBeCloseTo((own[2 * 8 + 4] ?? 0) / Math.max(...own), 6)
  })

  test('refuses features of another length', async () => {
    const query = await tensor([1, 2], [1, 2], 'NC')
    await expect(bench.run(learnNearest, { query, features: await digits() })).rejects.toThrow(
      '64, as the examples have',
    )
  })
})

test('a scatter plot has each point where it is, y upwards', async () => {
  const features = await tensor([0, 0, 0, 1, 0, 9, 0, 1, 9], [3, 3], 'NC')
  const { picture } = await bench.run(learnScatter, { features }, { size: 64, radius: 2 })
  const at = (x: number, y: number): number => bench.device.read(picture as ImageValue)[(y * 64 + x) * 3] ?? 1
  expect([at(16, 48), at(48, 48), at(16, 16)].map((v) => v < 0.5)).toEqual([true, true, true])
  expect(at(48, 16)).toBeGreaterThan(0.9)
})
