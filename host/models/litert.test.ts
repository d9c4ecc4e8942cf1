/** .tflite files: what they say of themselves, numbers like NumPy's (fixtures/tflite.py), and damaged ones. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Models } from '../../engine/graph/models.ts'
import { describePort } from '../../engine/models/check.ts'
import { modelsFor } from '../../engine/models/models.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { createServices } from '../files/services.ts'
import { createTestDevices, type TestDevice } from '../testing/cpu.ts'
import expected from './fixtures/expected-tflite.json' with { type: 'json' }
import { bytesOf } from './onnx/protobuf.ts'
import { FlatError } from './tflite/flatbuffer.ts'
import { readTfliteNetwork } from './tflite/network.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
let devices: Awaited<ReturnType<typeof createTestDevices>>
let device: TestDevice
let folder: string

// Each model starts a process, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

beforeAll(async () => {
  devices = await createTestDevices()
  device = devices.threads
  folder = await mkdtemp(join(tmpdir(), 'sightline-tflite-'))
})
afterAll(async () => {
  await devices.single.close()
  await devices.threads.close()
  await rm(folder, { recursive: true })
})

function models(base = fixtures, signal = new AbortController().signal): Models {
  const { shelf, perform } = device
  return modelsFor({ shelf, perform, signal, services: createServices({ base }), progress: () => undefined })
}

async function tensor(shape: readonly number[], numbers: ArrayLike<number>): Promise<TensorValue> {
  const axes = shape.map((_, i) => `D${i}`)
  return (await device.ops.fromNumbers({ shape: { kind: 'tensor', shape, axes }, numbers })) as TensorValue
}

const numbersOf = async (value: TensorValue | undefined): Promise<number[]> =>
  value ? [...(await device.ops.read(value, {}))] : []
const close = (numbers: readonly number[]) => numbers.map((n) => expect.closeTo(n, 5) as number)

it('says what the maker of the file put into it', async () => {
  const linear = await models().describe('linear.tflite')
  expect(linear).toMatchObject({
    ...{ runtime: 'litert', version: '2.5.3', layout: 'channels-last', operators: 2, parts: [], bytes: 744 },
    producer: 'sightline-fixtures',
    // The signature's names, where there is one.
    inputs: [{ name: 'x', dtype: 'float32', shape: [4, 3], axes: ['N', 'C'] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: [4, 2], axes: ['N', 'C'] }],
  })
  const { inputs, outputs } = await models().describe('quantised.tflite')
  // Whole numbers go in, what they stand for comes out.
  expect(inputs.map(describePort)).toEqual(['uint8 1 × 6, each q standing for 0.5 (q − 128)'])
  expect(outputs.map(describePort)).toEqual(['float32 1 × 6'])
})

it("gives NumPy's numbers, outputs and inner tensors by name", async () => {
  const x = await tensor([4, 3], expected.linear.x)
  const made = await models().run('linear.tflite', { x }, { taps: ['product'] })
  expect(Object.keys(made).sort()).toEqual(['product', 'y'])
  expect(made.y).toMatchObject({ shape: [4, 2], axes: ['N', 'C'] })
  expect(await numbersOf(made.y)).toEqual(close(expected.linear.y))
  expect(await numbersOf(made.product)).toEqual(close(expected.linear.product))
  const again = await models().run('linear.tflite', { x })
  expect(await numbersOf(again.y)).toEqual(close(expected.linear.y))
})

it("gives NumPy's numbers for weights: floats, half floats, and what whole numbers stand for", async () => {
  const W = await models().weight('linear.tflite', 'W')
  expect([W.shape, W.axes]).toEqual([
    [2, 3],
    ['O', 'I'],
  ])
  const x = expected.linear.x
  const weights = await numbersOf(W)
  const bias = await numbersOf(await models().weight('linear.tflite', 'b'))
  const product = expected.linear.product.map((_, i) =>
    [0, 1, 2].reduce(
      (sum, k) => sum + (x[3 * Math.floor(i / 2) + k] ?? 0) * (weights[3 * (i % 2) + k] ?? 0),
      bias[i % 2] ?? 0,
    ),
  )
  expect(product).toEqual(close(expected.linear.product))
  const { weights: listed = [] } = await models().describe('weights.tflite')
  expect(listed).toEqual([
    { name: 'kernel', dtype: 'float32', shape: [1, 3, 3, 4], axes: ['I', 'H', 'W', 'O'] },
    { name: 'table', dtype: 'float32', shape: [5, 2], axes: ['O', 'I'] },
    { name: 'half', dtype: 'float16', shape: [3], axes: ['C'] },
  ])
  for (const name of ['kernel', 'table', 'half'] as const)
    expect(await numbersOf(await models().weight('weights.tflite', name)), name).toEqual(expected.weights[name])
})

it('quantised outputs are the real numbers that they stand for; 64 bits are taken where they fit', async () => {
  const bytes = await tensor([1, 6], expected.quantised.bytes)
  const { signed } = await models().run('quantised.tflite', { bytes })
  expect(await numbersOf(signed)).toEqual(expected.quantised.signed)
  const { y } = await models().run('long.tflite', { x: await tensor([2], [-3, 1000]) })
  expect(await numbersOf(y)).toEqual([-3, 1000])
})

it('says what does not fit', async () => {
  const x = await tensor([4, 3], expected.linear.x)
  const two = await tensor([2], [1, 2])
  await expect(models().run('linear.tflite', { x: two })).rejects.toMatchObject({
    ...{ code: 'model.shape', params: { input: 'x', wanted: 'float32 4 × 3', given: '2' } },
  })
  await expect(models().run('linear.tflite', { x }, { taps: ['z'] })).rejects.toMatchObject({
    ...{ code: 'model.output-unknown', params: { output: 'z', known: '"y"' } },
  })
  const half = await tensor([1, 6], [0, 1, 2, 3, 4, 0.5])
  await expect(models().run('quantised.tflite', { bytes: half })).rejects.toMatchObject({
    ...{ code: 'model.dtype', params: { input: 'bytes', wanted: 'uint8', given: 'float32' } },
  })
  await expect(models().run('unknown.tflite', { x: two })).rejects.toMatchObject({
    ...{ code: 'model.unsupported-operator', params: { given: 'Sharpen', runtime: 'LiteRT 2.5.3' } },
  })
  await expect(models().run('detection.tflite', { x: two })).rejects.toMatchObject({
    ...{ code: 'model.unsupported-operator', params: { given: 'TFLite_Detection_PostProcess' } },
  })
})

it('a file that is cut or holds something else is refused', async () => {
  const whole = await readFile(join(fixtures, 'linear.tflite'))
  for (const length of [12, 100, 400, whole.length - 1]) {
    await writeFile(join(folder, `cut-${length}.tflite`), whole.subarray(0, length))
    await expect(models(folder).describe(`cut-${length}.tflite`)).rejects.toMatchObject({ code: 'model.truncated' })
  }
  await writeFile(join(folder, 'picture.tflite'), '\x89PNG\r\n\x1a\n and more')
  await expect(models(folder).describe('picture.tflite')).rejects.toMatchObject({ code: 'model.not-a-model' })
  await copyAs('linear.tflite', 'linear.onnx')
  await expect(models(folder).describe('linear.onnx')).rejects.toMatchObject({ code: 'model.not-a-model' })
})

async function copyAs(name: string, other: string): Promise<void> {
  await writeFile(join(folder, other), await readFile(join(fixtures, name)))
}

/** Always the same. */
function* randomNumbers(): Generator<number> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

/** The file with a few bytes changed, or the end cut off. */
function damaged(whole: Uint8Array, random: () => number): Uint8Array {
  const bytes = whole.slice(0, random() < 0.2 ? Math.floor(random() * whole.length) : whole.length)
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--)
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
  return bytes
}

it('a damaged file is read or refused, and never anything else', async () => {
  const numbers = randomNumbers()
  const random = (): number => numbers.next().value ?? 0
  let refused = 0
  for (const name of ['linear', 'quantised', 'weights']) {
    const whole = new Uint8Array(await readFile(join(fixtures, `${name}.tflite`)))
    for (let i = 0; i < 1000; i++)
      try {
        readTfliteNetwork(bytesOf(damaged(whole, random)))
      } catch (error) {
        expect(error).toBeInstanceOf(FlatError)
        refused++
      }
  }
  expect(refused).toBeGreaterThan(100)
})

it('a damaged file that is run is an error of its own, and other models still run', async () => {
  const whole = new Uint8Array(await readFile(join(fixtures, 'linear.tflite')))
  const x = await tensor([4, 3], expected.linear.x)
  const numbers = randomNumbers()
  const random = (): number => numbers.next().value ?? 0
  for (let i = 0; i < 8; i++) {
    await writeFile(join(folder, `damaged-${i}.tflite`), damaged(whole, random))
    const problem = await models(folder)
      .run(`damaged-${i}.tflite`, { x })
      .then(
        () => undefined,
        (error: unknown) => error,
      )
    if (problem) expect(problem).toBeInstanceOf(SightlineError)
  }
  const { y } = await models().run('linear.tflite', { x })
  expect(await numbersOf(y)).toEqual(close(expected.linear.y))
})
