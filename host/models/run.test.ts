/** Models that run: their numbers are NumPy's (fixtures/make.py) and ONNX Runtime's own, and whatever does not fit is said. */
import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Models } from '../../engine/graph/models.ts'
import { cpuStore } from '../../engine/memory/store.ts'
import { modelsFor } from '../../engine/models/models.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { createServices } from '../files/services.ts'
import { createTestDevices, noise, type TestDevice } from '../testing/cpu.ts'
import expected from './fixtures/expected.json' with { type: 'json' }

const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node')
const fixtures = join(import.meta.dirname, 'fixtures')
const data = process.env.SIGHTLINE_TEST_DATA
let devices: Awaited<ReturnType<typeof createTestDevices>>
let folder: string

// Each model starts a process, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

beforeAll(async () => {
  devices = await createTestDevices()
  folder = await mkdtemp(join(tmpdir(), 'sightline-models-'))
})
afterEach(() => {
  devices.single.clear()
  devices.threads.clear()
})
afterAll(async () => {
  await devices.single.close()
  await devices.threads.close()
  await rm(folder, { recursive: true })
})

function modelsOn(device: TestDevice, base = fixtures, signal = new AbortController().signal): Models {
  const { shelf, perform } = device
  return modelsFor({ shelf, perform, signal, services: createServices({ base }), progress: () => undefined })
}

async function tensor(device: TestDevice, shape: readonly number[], numbers: ArrayLike<number>): Promise<TensorValue> {
  const axes = shape.map((_, i) => `D${i}`)
  const value = await device.ops.fromNumbers({ shape: { kind: 'tensor', shape, axes }, numbers })
  if (value.kind !== 'tensor') throw new Error('not a tensor')
  return value
}

/** The numbers as they are stored. */
function numbersOf(value: TensorValue | undefined): number[] {
  if (!value) throw new Error('there is no such output')
  const dtype = (value as { dtype?: string }).dtype ?? 'float32'
  const { buffer, byteOffset } = cpuStore(value).view()
  const count = value.shape.reduce((a, b) => a * b, 1)
  const types = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array }
  return [...new types[dtype as keyof typeof types](buffer as ArrayBuffer, byteOffset, count)]
}

const close = (numbers: readonly number[]) => numbers.map((n) => expect.closeTo(n, 5) as number)

describe.each(['single', 'threads'] as const)('over memory of %s', (name) => {
  it("gives NumPy's numbers, outputs and inner tensors by name", async () => {
    const device = devices[name]
    const x = await tensor(device, [4, 3], expected.linear.x)
    for (const path of ['linear.onnx', 'external.onnx']) {
      const made = await modelsOn(device).run(path, { x }, { taps: ['product'] })
      expect(Object.keys(made).sort()).toEqual(['product', 'y'])
      expect(made.y).toMatchObject({ kind: 'tensor', shape: [4, 2], axes: ['N', 'C'] })
      expect(numbersOf(made.y)).toEqual(close(expected.linear.y))
      expect(numbersOf(made.product)).toEqual(close(expected.linear.product))
    }
  })
})

it('converts whole numbers and half floats where they fit', async () => {
  const { threads: device } = devices
  const made = await modelsOn(device).run('whole.onnx', {
    table: await tensor(device, [4, 2], [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]),
    index: await tensor(device, [3], [3, 0, 2]),
    factor: await tensor(device, [3], [2, -5, 1]),
  })
  expect(numbersOf(made.rows)).toEqual(expected.whole.rows)
  expect(numbersOf(made.scaled)).toEqual(expected.whole.scaled)
  expect(numbersOf(made.larger)).toEqual(expected.whole.larger)
  const half = await modelsOn(device).run('half.onnx', { x: await tensor(device, [3], expected.half.x) })
  expect(numbersOf(half.y)).toEqual(expected.half.y)
})

it('takes what another model gave: whole numbers and bytes, where its input is of them', async () => {
  const { threads: device } = devices
  const given = async (dtype: 'int32' | 'uint8', numbers: readonly number[]) =>
    (await device.ops.fromNumbers({
      shape: { kind: 'tensor', shape: [numbers.length], axes: ['N'], dtype },
      numbers,
    })) as TensorValue
  const table = await tensor(device, [4, 2], [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75])
  for (const index of [await given('int32', [3, 0, 2]), await given('uint8', [3, 0, 2])]) {
    const factor = await given('int32', [2, -5, 1])
    const made = await modelsOn(device).run('whole.onnx', { table, index, factor })
    expect(numbersOf(made.rows)).toEqual(expected.whole.rows)
    expect(numbersOf(made.scaled)).toEqual(expected.whole.scaled)
  }
  const floats = modelsOn(device).run('half.onnx', { x: await given('uint8', [1, 2, 3]) })
  await expect(floats).rejects.toMatchObject({ code: 'model.dtype', params: { given: 'uint8', wanted: 'float16' } })
})

describe('weights of a file', () => {
  it.each([
    ['linear.onnx', expected.linear, ['O', 'I']],
    ['external.onnx', expected.linear, ['O', 'I']],
    ['graph/model.json', expected.graph, ['I', 'O']],
  ] as const)('%s: x W by hand is what NumPy gave', async (path, { x, product }, axes) => {
    const models = modelsOn(devices.threads)
    const W = await models.weight(path, 'W')
    expect([W.shape, W.axes]).toEqual([[3, 2], axes])
    const numbers = numbersOf(W)
    const made = product.map((_, i) =>
      [0, 1, 2].reduce((sum, k) => sum + (x[3 * Math.floor(i / 2) + k] ?? 0) * (numbers[2 * k + (i % 2)] ?? 0), 0),
    )
    expect(made).toEqual(close(product))
    const { weights = [] } = await models.describe(path)
    expect(weights.slice(0, 2).map(({ name }) => name)).toEqual(['W', 'b'])
  })

  it('that are not there are named, with those that are', async () => {
    const asked = modelsOn(devices.threads).weight('linear.onnx', 'w')
    await expect(asked).rejects.toMatchObject({ code: 'model.weight-unknown', params: { name: 'w', known: '"W"' } })
  })
})

describe('TensorFlow.js', () => {
  it("a graph model gives NumPy's numbers, outputs and inner tensors by name", async () => {
    for (const device of [devices.threads, devices.single]) {
      const x = await tensor(device, [4, 3], expected.graph.x)
      const made = await modelsOn(device).run('graph/model.json', { x }, { taps: ['product'] })
      expect(numbersOf(made.product)).toEqual(close(expected.graph.product))
      expect(made.y).toMatchObject({ shape: [4, 2], axes: ['N', 'C'] })
      expect(numbersOf(made.y)).toEqual(close(expected.graph.y))
      expect(numbersOf(made.positive)).toEqual(expected.graph.positive)
    }
  })

  it("a layers model gives NumPy's numbers, layers by name", async () => {
    const { threads: device } = devices
    const hidden_input = await tensor(device, [4, 3], expected.linear.x)
    const models = modelsOn(device)
    const { out } = await models.run('layers/model.json', { hidden_input })
    expect(numbersOf(out)).toEqual(close(expected.layers.out))
    const made = await models.run('layers/model.json', { hidden_input }, { taps: ['hidden'] })
    expect(numbersOf(made.hidden)).toEqual(close(expected.layers.hidden))
    expect(numbersOf(made.out)).toEqual(close(expected.layers.out))
  })

  it('says what does not fit', async () => {
    const { threads: device } = devices
    const models = modelsOn(device)
    const x = await tensor(device, [4, 3], expected.graph.x)
    await expect(models.run('graph/model.json', { x }, { taps: ['z'] })).rejects.toMatchObject({
      ...{ code: 'model.output-unknown', params: { output: 'z', known: '"y", "positive"' } },
    })
    const two = await tensor(device, [2], [1, 2])
    await expect(models.run('graph-unknown/model.json', { x: two })).rejects.toMatchObject({
      ...{ code: 'model.unsupported-operator', params: { given: 'Sharpen' } },
    })
    await mkdir(join(folder, 'short'))
    for (const name of ['model.json', 'group1-shard1of2.bin', 'group1-shard2of2.bin'])
      await copyFile(join(fixtures, 'graph', name), join(folder, 'short', name))
    await truncate(join(folder, 'short/group1-shard2of2.bin'), 10)
    await expect(modelsOn(device, folder).run('short/model.json', { x })).rejects.toMatchObject({
      ...{ code: 'model.truncated', params: { message: 'its weights have 20 bytes of 36' } },
    })
    await rm(join(folder, 'short/group1-shard2of2.bin'))
    await expect(modelsOn(device, folder).run('short/model.json', { x })).rejects.toMatchObject({
      ...{ code: 'file.missing', params: { path: 'short/group1-shard2of2.bin' } },
    })
  })
})

it('says what does not fit: given, wanted, what to do', async () => {
  const { threads: device } = devices
  const models = modelsOn(device)
  const x = await tensor(device, [4, 3], expected.linear.x)
  const run = (path: string, inputs: Parameters<Models['run']>[1], options?: Parameters<Models['run']>[2]) =>
    expect(models.run(path, inputs, options)).rejects
  await run('linear.onnx', {}).toMatchObject({
    ...{ code: 'model.input-missing', params: { input: 'x', wanted: 'float32 batch × 3' } },
  })
  await run('linear.onnx', { x, more: x }).toMatchObject({
    ...{ code: 'model.input-unknown', params: { input: 'more', known: '"x"' } },
  })
  await run('linear.onnx', { x: await tensor(device, [3, 4], expected.linear.x) }).toMatchObject({
    ...{ code: 'model.shape', params: { input: 'x', given: '3 × 4', wanted: 'float32 batch × 3' } },
  })
  await run('linear.onnx', { x }, { outputs: ['z'] }).toMatchObject({
    ...{ code: 'model.output-unknown', params: { output: 'z', known: '"y"' } },
  })
  await run('linear.onnx', { x }, { taps: ['z'] }).toMatchObject({ code: 'model.output-unknown' })
  const table = await tensor(device, [1, 2], [1, 2])
  const [one, two] = [await tensor(device, [1], [0]), await tensor(device, [2], [0, 0])]
  await run('whole.onnx', { table, index: one, factor: two }).toMatchObject({
    ...{ code: 'model.shape', params: { input: 'factor', given: '2', wanted: 'int64 1' } },
  })
  const part = await tensor(device, [1], [0.5])
  await run('whole.onnx', { table, index: part, factor: one }).toMatchObject({
    ...{ code: 'model.dtype', params: { input: 'index', given: 'float32', wanted: 'int64' } },
  })
  // Beyond the table: the runtime's own complaint.
  const far = await tensor(device, [1], [9])
  await run('whole.onnx', { table, index: far, factor: one }).toMatchObject({
    ...{ code: 'model.failed', params: { message: expect.stringContaining('indices element out of data bounds') } },
  })
  await run('unknown.onnx', { x: await tensor(device, [2], [1, 2]) }).toMatchObject({
    ...{ code: 'model.unsupported-operator', params: { given: expect.stringMatching(/^(com.example:)?Sharpen$/) } },
  })
  await run('huge.onnx', { x: await tensor(device, [2], [1, 2]) }).toMatchObject({
    ...{ code: 'model.out-of-memory', params: { path: 'huge.onnx', message: 'it asked for 17592186 MB at once' } },
  })
  await run('none.onnx', {}).toMatchObject({ code: 'file.missing' })
})

it('whole numbers that 32 bits do not hold are refused', async () => {
  const { threads: device } = devices
  const table = await tensor(device, [2, 2], [1, 2, 3, 4])
  const index = await tensor(device, [1], [1])
  const scaled = async (factor: number) =>
    modelsOn(device).run('whole.onnx', { table, index, factor: await tensor(device, [1], [factor]) })
  expect(numbersOf((await scaled(2 ** 30)).scaled)).toEqual([2 ** 30])
  await expect(scaled(2 ** 31)).rejects.toMatchObject({
    ...{ code: 'model.output-dtype', params: { output: 'scaled', given: 'int64' } },
  })
})

it('whoever observes the node hears of all files and of the runtime', async () => {
  const { threads: device } = devices
  const files: string[] = []
  const runtimes: unknown[] = []
  const services = createServices({ base: fixtures }).observed({
    reads: async ({ shown }) => {
      files.push(shown)
    },
    uses: (runtime) => void runtimes.push(runtime),
  })
  const { shelf, perform } = device
  const { signal } = new AbortController()
  const models = modelsFor({ shelf, perform, signal, services, progress: () => undefined })
  await models.run('external.onnx', { x: await tensor(device, [4, 3], expected.linear.x) })
  expect(files).toEqual(['external.onnx', 'external.bin'])
  expect(runtimes).toEqual([{ name: 'onnxruntime', version: ort.env.versions.node, provider: 'the CPU' }])
})

it('a file whose content changes is another model; one that changes while it is read is refused', async () => {
  const { threads: device } = devices
  const models = modelsOn(device, folder)
  const x = await tensor(device, [4, 3], expected.linear.x)
  const path = join(folder, 'changing.onnx')
  await copyFile(join(fixtures, 'linear.onnx'), path)
  const before = await models.identity('changing.onnx')
  const bytes = await readFile(path)
  // A letter of the name of the program that wrote it.
  const at = bytes.indexOf('fixtures')
  bytes[at] = (bytes[at] ?? 0) ^ 1
  await writeFile(path, bytes)
  expect(await models.identity('changing.onnx')).not.toBe(before)
  const { shelf } = device
  const file = { ...(await createServices({ base: folder }).open('changing.onnx', new AbortController().signal)) }
  const description = await models.describe('changing.onnx')
  await copyFile(join(fixtures, 'linear.onnx'), path)
  const options = { signal: new AbortController().signal, progress: () => undefined }
  await expect(
    shelf.use({ whole: file, parts: [] }, description, options, async () => undefined),
  ).rejects.toMatchObject({ code: 'model.changed' })
  await expect(models.run('changing.onnx', { x })).resolves.toBeDefined()
})

describe.skipIf(!data)('real files (SIGHTLINE_TEST_DATA)', () => {
  const cases = [
    ['yolox_nano', 'images', [1, 3, 416, 416]],
    ['fastestdet', 'input.1', [1, 3, 352, 352]],
    ['mnist', 'Input3', [1, 1, 28, 28]],
    ['deeplab_v3', 'sub_7', [1, 257, 257, 3]],
  ] as const
  it.each(cases)('%s: the same bits as a session of its own', async (name, input, shape) => {
    const { threads: device } = devices
    const path = join(data ?? '', 'models', `${name}.onnx`)
    const numbers = noise(shape.reduce<number>((a, b) => a * b, 1))
    const made = await modelsOn(device).run(path, { [input]: await tensor(device, shape, numbers) })
    const session = await ort.InferenceSession.create(path, { intraOpNumThreads: 2, logSeverityLevel: 3 })
    const theirs = await session.run({ [input]: new ort.Tensor('float32', numbers, shape) })
    for (const output of session.outputNames) {
      const { dims, data: wanted } = theirs[output] as InstanceType<typeof ort.Tensor>
      expect(made[output]?.shape).toEqual(dims)
      const given = numbersOf(made[output])
      expect(given.every((value, i) => Object.is(value, (wanted as Float32Array)[i]))).toBe(true)
    }
    await session.release()
  })
})
