/** Labelled data and what is learned of it: IDX files, HOG of a batch, a linear SVM as scikit-learn's (fixtures/training.py). */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { NumberValue, TableValue, TensorValue } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { hogBatch } from './feature/hog-batch.ts'
import truth from './fixtures/training.json' with { type: 'json' }
import { hog } from './hog.ts'
import { idx } from './io/idx.ts'
import { bytesOf, learnedOf, learnLinearSvm } from './learn/linear-svm.ts'

const folder = await mkdtemp(join(tmpdir(), 'sightline-idx-'))
const bench = await createNodeBench(folder)
const { device } = bench
afterEach(() => device.clear())
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true })
})

const put = (name: string, bytes: Uint8Array): Promise<void> => writeFile(join(folder, name), bytes)
/** As the paper of the format has it: the highest byte first. */
const header = (...sides: readonly number[]): number[] => [
  0,
  0,
  8,
  sides.length,
  ...sides.flatMap((side) => [0, 0, side >> 8, side & 255]),
]
const tensor = async (
  axes: string,
  shape: readonly number[],
  numbers: Float32Array | Int32Array,
): Promise<TensorValue> => {
  const whole = numbers instanceof Int32Array
  return (await device.ops.fromNumbers({
    shape: { kind: 'tensor', shape, axes: [...axes], ...(whole && { dtype: 'int32' }) },
    numbers,
  })) as TensorValue
}

describe('IDX data', () => {
  it('is read, packed or not, from the first to the last that there is', async () => {
    await put('p.gz', gzipSync(Uint8Array.from([...header(3, 1, 2), 0, 51, 102, 153, 204, 255])))
    await put('t.idx', Uint8Array.from([...header(3), 7, 0, 9]))
    const made = await bench.run(idx, {}, { images: 'p.gz', labels: 't.idx', first: 1, count: 10 })
    expect(made.batch).toMatchObject({ shape: [2, 1, 1, 2], axes: ['N', 'C', 'H', 'W'] })
    expect([...device.read(made.batch as TensorValue)]).toEqual([0.4, 0.6, 0.8, 1].map(Math.fround))
    expect(made.targets).toMatchObject({ shape: [2], dtype: 'int32' })
    expect([...device.read(made.targets as TensorValue)]).toEqual([0, 9])
  })

  const good = [...header(2, 1, 1), 1, 2]
  it.each([
    ['another kind of file', [137, 80, 78, 71, 13, 10, 26, 10], 'file.not-idx', 'does not begin with two zeros'],
    ['numbers that are no bytes', [0, 0, 13, ...good.slice(3)], 'file.not-idx', 'not bytes'],
    ['right answers', [...header(2), 1, 2], 'file.not-idx', 'it has 1 axes'],
    ['a header without its end', good.slice(0, 9), 'file.not-idx', 'ends too early'],
    ['fewer numbers than promised', good.slice(0, -1), 'file.not-idx', '2 × 1 × 1 numbers, but 1 follow'],
    ['no picture', header(0, 28, 28), 'file.not-idx', 'is empty'],
    [
      'more numbers than there are bytes in the world',
      [...header(255, 1, 1).slice(0, 4), 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 1, 5],
      'file.not-idx',
      'but 1 follow',
    ],
    [
      'a packed file that is cut off',
      [...gzipSync(Uint8Array.from(good)).subarray(0, 20)],
      'file.packed',
      'incomplete',
    ],
    ['another number of answers', [...header(1, 1, 1), 5], 'data.rows', '1 examples and 2 right answers'],
  ])('is refused: %s', async (_, bytes, code, words) => {
    await put('bad', Uint8Array.from(bytes))
    await put('two', Uint8Array.from([...header(2), 1, 2]))
    const run = bench.run(idx, {}, { images: 'bad', labels: 'two' })
    await expect(run).rejects.toMatchObject({ code })
    await expect(run).rejects.toThrow(words)
  })

  it('that unpacks to more than is read is refused before it is unpacked', async () => {
    await put('bomb.gz', gzipSync(new Uint8Array(300 << 20)))
    await put('two', Uint8Array.from([...header(2), 1, 2]))
    await expect(bench.run(idx, {}, { images: 'bomb.gz', labels: 'two' })).rejects.toMatchObject({
      code: 'file.too-many-bytes',
    })
  })
})

it('HOG of a batch is HOG of each of its pictures', async () => {
  const batch = Float32Array.from({ length: 3 * 2 * 9 * 8 }, (_, i) => ((i * 7919) % 101) / 100)
  const params = { cell: 4, block: 2, bins: 5, signed: true, gamma: false }
  const made = await bench.run(hogBatch, { batch: await tensor('NCHW', [3, 2, 9, 8], batch) }, params)
  const rows = device.read(made.features as TensorValue)
  for (const n of [0, 1, 2]) {
    const numbers = Float32Array.from({ length: 144 }, (_, i) => batch[n * 144 + (i % 2) * 72 + (i >> 1)] ?? 0)
    const one = hog({ width: 8, height: 9, channels: 2, numbers }, params)
    expect(made.features).toMatchObject({ shape: [3, one.length] })
    expect(rows.slice(n * one.length, (n + 1) * one.length)).toEqual(one)
  }
})

describe('a linear SVM that is trained', () => {
  const given = async (targets = truth.targets) => ({
    features: await tensor('NC', [60, 5], Float32Array.from(truth.features)),
    targets: await tensor('N', [targets.length], Int32Array.from(targets)),
  })
  const params = { c: 0.5, classes: 3, passes: 5000 }

  it.each(truth.fitted)('is that of scikit-learn: $loss', async ({ loss, weights, bias, accuracy, matrix }) => {
    const made = await bench.run(learnLinearSvm, await given(), { ...params, loss, names: 'cat, dog' })
    expect(made.weights).toMatchObject({ shape: [5, 3], axes: ['C', 'K'] })
    const [found, shift] = [device.read(made.weights as TensorValue), device.read(made.bias as TensorValue)]
    for (const [i, one] of weights.entries()) expect(Math.abs((found[i] ?? Number.NaN) - one)).toBeLessThan(1e-3)
    for (const [i, one] of bias.entries()) expect(Math.abs((shift[i] ?? Number.NaN) - one)).toBeLessThan(1e-3)
    expect((made.accuracy as NumberValue).value).toBeCloseTo(accuracy, 12)
    const { columns, rows } = made.matrix as TableValue
    expect(columns.slice(1)).toEqual(['cat', 'dog', '2'])
    expect(rows.map((row) => row.slice(1))).toEqual(matrix)
  })

  it('goes on from a checkpoint with the same bits', () => {
    const state = {
      weights: [Float64Array.of(0.1, -2), Float64Array.of(1 / 3, 5)],
      bias: [0.25, -1 / 7],
      scores: [Float64Array.of(1, 2, 3), Float64Array.of(-1, -2, 1e-300)],
    }
    expect(learnedOf(bytesOf(state), 2, 3)).toEqual(state)
    const none = { weights: [], bias: [], scores: [] }
    expect(learnedOf(bytesOf(none), 2, 3)).toEqual(none)
  })

  it.each([
    ['another number of answers', [0, 1, 2], {}, 'data.rows'],
    ['a class beyond the last', truth.targets, { classes: 2 }, 'data.targets'],
    ['a class without examples', truth.targets, { classes: 4 }, 'data.no-examples'],
    ['a class that only the test has', [...Array(57).fill(0), 1, 1, 2], { classes: 3 }, 'data.no-examples'],
  ])('refuses %s', async (_, targets, changed, code) => {
    await expect(bench.run(learnLinearSvm, await given(targets), { ...params, ...changed })).rejects.toMatchObject({
      code,
    })
  })
})
