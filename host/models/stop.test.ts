/** Runs that are stopped, processes that die, memory that runs short: nobody else is affected, and the next run is right. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Models } from '../../engine/graph/models.ts'
import type { ModelDevice, ModelFile } from '../../engine/models/device.ts'
import { modelsFor } from '../../engine/models/models.ts'
import { Shelf } from '../../engine/models/shelf.ts'
import { makeOps, type NodeOps } from '../../engine/ops/context.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { createServices } from '../files/services.ts'
import { createTestDevices, type TestDevice } from '../testing/cpu.ts'
import { createModelDevice } from './device.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const services = createServices({ base: fixtures })
const { signal } = new AbortController()
let test: TestDevice
let device: ModelDevice
let shelf: Shelf

// Each model starts a process, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

beforeAll(async () => {
  const { single, threads } = await createTestDevices()
  await single.close()
  test = threads
  device = createModelDevice({ threads: 1 })
})
afterEach(() => {
  for (const run of runs.splice(0)) run.finish([])
  shelf.close()
  test.clear()
})
afterAll(async () => {
  await device.close()
  await test.close()
})

/** Runs of nodes, to be ended after the test. */
const runs: NodeOps[] = []

const modelsOf = (own = signal): Models => {
  const node = makeOps(test.devices, own)
  runs.push(node)
  const { perform } = node
  return modelsFor({ shelf, perform, signal: own, services, progress: () => undefined })
}

async function tensor(shape: readonly number[], numbers: ArrayLike<number>): Promise<TensorValue> {
  const axes = shape.map((_, i) => `D${i}`)
  const value = await test.ops.fromNumbers({ shape: { kind: 'tensor', shape, axes }, numbers })
  if (value.kind !== 'tensor') throw new Error('not a tensor')
  return value
}
/** `times` products of matrices. */
const inputs = async (times: number) => ({
  times: await tensor([], [times]),
  x: await tensor([300, 300], new Float32Array(90_000).fill(0.01)),
})
const forever = 1e6
const patience = { timeout: 100_000 }

const fileOf = async (path: string): Promise<ModelFile> => ({ whole: await services.open(path, signal), parts: [] })
const quiet = { signal, progress: () => undefined }

describe('a model that never ends loading', () => {
  it('is stopped after a while, says that its file is probably damaged, and leaves no process', async () => {
    // A sound one will do: it takes longer than this to load.
    const hasty = createModelDevice({ threads: 1, longestLoad: () => 1 })
    try {
      const file = await fileOf('linear.onnx')
      const description = await hasty.describe(file.whole, signal)
      await expect(hasty.load(file, description, quiet)).rejects.toMatchObject({
        ...{ code: 'model.stuck', params: { path: 'linear.onnx' } },
      })
    } finally {
      // It waits for all processes to end.
      await hasty.close()
    }
    shelf = new Shelf(device, 1e9)
    expect(await modelsOf().run('linear.onnx', { x: await tensor([1, 3], [1, 2, 3]) })).toHaveProperty('y')
  })
})

describe('a run that is stopped', () => {
  it('is abandoned at once, its process is killed, and the next run loads the model again', async () => {
    shelf = new Shelf(device, 1e9)
    const stopping = new AbortController()
    const run = modelsOf(stopping.signal).run('loop.onnx', await inputs(forever))
    run.catch(() => undefined)
    await expect.poll(() => shelf.size, patience).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    stopping.abort(new Error('enough'))
    await expect(run).rejects.toThrow('enough')
    const made = await modelsOf().run('loop.onnx', await inputs(2))
    expect(made.y?.shape).toEqual([300, 300])
    expect(shelf.counters).toMatchObject({ loads: 2, unloads: 1 })
  })

  it('and ends soon by itself keeps its model', async () => {
    shelf = new Shelf(device, 1e9)
    const models = modelsOf()
    await models.run('loop.onnx', await inputs(1))
    const stopping = new AbortController()
    const run = modelsOf(stopping.signal).run('loop.onnx', await inputs(1))
    run.catch(() => undefined)
    stopping.abort(new Error('enough'))
    await expect(run).rejects.toThrow('enough')
    await models.run('loop.onnx', await inputs(1))
    expect(shelf.counters.loads).toBe(1)
  })

  it('while others wait for the same model: they get their results', async () => {
    shelf = new Shelf(device, 1e9)
    const stopping = new AbortController()
    const first = modelsOf(stopping.signal).run('loop.onnx', await inputs(forever))
    first.catch(() => undefined)
    await expect.poll(() => shelf.size, patience).toBe(1)
    const second = modelsOf().run('loop.onnx', await inputs(2))
    stopping.abort(new Error('enough'))
    expect((await second).y?.shape).toEqual([300, 300])
  })

  it('while it is loaded ends the load, unless somebody else waits for it', async () => {
    shelf = new Shelf(device, 1e9)
    const file = await fileOf('linear.onnx')
    const description = await device.describe(file.whole, signal)
    const stopping = new AbortController()
    const options = { signal: stopping.signal, progress: () => undefined }
    const alone = shelf.use(file, description, options, async () => 1)
    stopping.abort(new Error('enough'))
    await expect(alone).rejects.toThrow('enough')
    const again = new AbortController()
    const one = shelf.use(file, description, { ...options, signal: again.signal }, async () => 1)
    const other = shelf.use(file, description, quiet, async () => 2)
    again.abort(new Error('enough'))
    await expect(one).rejects.toThrow('enough')
    expect(await other).toBe(2)
    expect(shelf.counters.loads).toBe(1)
  })
})

describe('memory', () => {
  it('the longest unused model goes when another needs room, and is loaded again when it is wanted', async () => {
    const x = await tensor([4, 3], new Float32Array(12))
    const image = await tensor([1, 3, 2, 2], new Float32Array(12).fill(3))
    shelf = new Shelf(device, 1e9)
    await modelsOf().run('linear.onnx', { x })
    await modelsOf().run('means.onnx', { image })
    // Room for two and a bit.
    const room = shelf.bytes * 1.2
    shelf.close()
    shelf = new Shelf(device, room)
    const models = modelsOf()
    await models.run('linear.onnx', { x })
    await models.run('means.onnx', { image })
    await models.run('linear.onnx', { x })
    expect(shelf.size).toBe(2)
    await models.run('loop.onnx', await inputs(1))
    expect(shelf.size).toBe(2)
    expect(shelf.bytes).toBeLessThanOrEqual(room)
    await models.run('linear.onnx', { x })
    expect(shelf.counters.loads).toBe(3)
    await models.run('means.onnx', { image })
    expect(shelf.counters.loads).toBe(4)
  })

  it('a model in use stays; one that is too large is refused', async () => {
    shelf = new Shelf(device, 1e9)
    const [file, x] = [await fileOf('linear.onnx'), await tensor([4, 3], new Float32Array(12))]
    const description = await device.describe(file.whole, signal)
    await shelf.use(file, description, quiet, async (model) => {
      expect(shelf.relieve(1e9)).toBe(0)
      expect(model.place).toBe('model')
      await modelsOf().run('linear.onnx', { x })
      expect(shelf.counters.loads).toBe(1)
    })
    expect(shelf.relieve(1)).toBeGreaterThan(20e6)
    expect(shelf.bytes).toBe(0)
    const large = { ...description, bytes: 1.1e9 }
    await expect(shelf.use(file, large, quiet, async () => 1)).rejects.toMatchObject({
      ...{ code: 'model.too-large', params: { given: 1100, limit: 1000 } },
    })
  })

  it('files of the same content are one model', async () => {
    shelf = new Shelf(device, 1e9)
    const x = await tensor([4, 3], new Float32Array(12))
    const elsewhere = modelsFor({
      ...{ shelf, perform: test.perform, signal, progress: () => undefined },
      services: createServices({ base: join(fixtures, '..') }),
    })
    await Promise.all([
      modelsOf().run('linear.onnx', { x }),
      elsewhere.run('fixtures/linear.onnx', { x }),
      modelsOf().run('linear.onnx', { x }),
    ])
    expect(shelf.counters.loads).toBe(1)
  })
})

it('a process that dies is an error of its run, and the next one works', async () => {
  shelf = new Shelf(device, 1e9)
  const file = await fileOf('loop.onnx')
  const description = await device.describe(file.whole, signal)
  const run = modelsOf().run('loop.onnx', await inputs(forever))
  run.catch(() => undefined)
  await expect.poll(() => shelf.size, patience).toBe(1)
  await shelf.use(file, description, quiet, async (model) => {
    await new Promise((resolve) => setTimeout(resolve, 200))
    // As when it runs out of memory: it is gone without a word.
    await device.unload(model)
  })
  await expect(run).rejects.toMatchObject({ code: 'model.ended', params: { path: 'loop.onnx' } })
  expect((await modelsOf().run('loop.onnx', await inputs(1))).y?.shape).toEqual([300, 300])
})

it.skipIf(process.platform !== 'linux')('where memory runs out, its process goes first', async () => {
  shelf = new Shelf(device, 1e9)
  await modelsOf().run('loop.onnx', await inputs(1))
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const scores = await Promise.all(
    ids.map(async (id) => {
      const text = (name: string) => readFile(`/proc/${id}/${name}`, 'utf8').catch(() => '')
      const parent = Number((await text('stat')).replace(/^.*\) /s, '').split(' ')[1])
      const ours = parent === process.pid && (await text('cmdline')).includes('models/process')
      return ours ? [(await text('oom_score_adj')).trim()] : []
    }),
  )
  expect(scores.flat().length).toBeGreaterThan(0)
  expect(new Set(scores.flat())).toEqual(new Set(['1000']))
})

it("the engine's thread stays free while a model computes", async () => {
  shelf = new Shelf(device, 1e9)
  const given = await inputs(150)
  await modelsOf().run('loop.onnx', await inputs(1))
  let ticks = 0
  const timer = setInterval(() => ticks++, 5)
  const start = performance.now()
  await modelsOf().run('loop.onnx', given)
  const ms = performance.now() - start
  clearInterval(timer)
  // On the thread that calls it, the runtime leaves none.
  expect(ticks).toBeGreaterThan(Math.min(5, ms / 50))
})
