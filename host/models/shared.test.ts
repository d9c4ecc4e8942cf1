/** Small models that were made here share a process, and are told apart there. */
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type ModelDevice, ModelLostError, type ModelStore, type TensorNumbers } from '../../engine/models/device.ts'
import { networkInput, networkOutput, onnxOf } from '../../engine/models/onnx.ts'
import type { Layer } from '../../engine/values/layers/layer.ts'
import { createModelDevice } from './device.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let device: ModelDevice
beforeEach(() => {
  device = createModelDevice({ threads: 1, device: 'cpu' })
})
afterEach(() => device.close())

const { signal } = new AbortController()

/** y = x Wᵀ + b of as many inputs as outputs: each output is `by` times the sum of all inputs. */
async function load(by: number, features = 2, given = signal): Promise<ModelStore> {
  const layers: Layer[] = [
    { name: 'input', type: 'input', from: [], set: { shape: [features] } },
    { name: 'fc', type: 'linear', from: [0], set: { out: features } },
  ]
  const { bytes, opset, operators } = onnxOf(layers)
  const weights = new Float32Array(features ** 2 + features).fill(by, 0, features ** 2)
  const ports = (name: string) => [{ name, dtype: 'float32', shape: ['N', features] }]
  const told = { runtime: 'onnxruntime', layout: 'channels-first', sha256: `by ${by}`, opset, operators } as const
  return device.load(
    {
      whole: { path: `by ${by}`, real: '', bytes: bytes.length, sha256: `by ${by}` },
      parts: [{ path: 'weights', real: '', bytes: weights.byteLength, sha256: '' }],
      content: async () => [bytes, weights],
    },
    { ...told, bytes: 0, parts: ['weights'], inputs: ports(networkInput), outputs: ports(networkOutput) },
    { signal: given, progress: () => undefined },
  )
}

async function run(model: ModelStore, numbers: readonly number[], given = signal): Promise<number[]> {
  const out: TensorNumbers[] = []
  await device.run(model, {
    inputs: { [networkInput]: { dtype: 'float32', shape: [1, numbers.length], numbers: Float32Array.from(numbers) } },
    outputs: [networkOutput],
    signal: given,
    shared: true,
    place: (results) => {
      for (const { shape } of results) out.push(new Float32Array(shape.reduce((a, b) => a * b, 1)))
      return out
    },
  })
  return [...(out[0] ?? [])]
}

/** Processes of models that this one has; none where the system does not say. */
async function processes(): Promise<readonly number[]> {
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const own = ids.map(async (id) => {
    const text = (name: string) => readFile(`/proc/${id}/${name}`, 'utf8').catch(() => '')
    const parent = Number((await text('stat')).replace(/^.*\) /s, '').split(' ')[1])
    return parent === process.pid && (await text('cmdline')).includes('models/process') ? [Number(id)] : []
  })
  return (await Promise.all(own)).flat()
}

async function expectProcesses(count: number): Promise<void> {
  if (process.platform === 'linux') expect(await processes()).toHaveLength(count)
}

it('each gives its own result, together they take the memory of one process, and the last to go ends it', async () => {
  const models = await Promise.all([1, 2, 3].map((by) => load(by)))
  await expectProcesses(1)
  const results = await Promise.all(models.map((model, i) => run(model, [1, 10 * (i + 1)])))
  expect(results).toEqual([
    [11, 11],
    [42, 42],
    [93, 93],
  ])
  const [one, two, three] = models as [ModelStore, ModelStore, ModelStore]
  expect(one.taken).toBe(two.taken)
  const before = one.taken * 3
  await device.unload(two)
  expect(one.taken).toBe(three.taken)
  expect((one.taken * 2) / before).toBeGreaterThan(0.8)
  expect(await run(three, [1, 1])).toEqual([6, 6])
  await expect(run(two, [1, 1])).rejects.toThrow(ModelLostError)
  await Promise.all([device.unload(one), device.unload(three)])
  await expectProcesses(0)
  expect(await run(await load(5), [1, 1])).toEqual([10, 10])
})

it('a large one has a process of its own', async () => {
  const small = await load(1)
  const large = await load(2, 2100)
  await expectProcesses(2)
  expect((await run(large, new Array(2100).fill(0.5)))[0]).toBeCloseTo(2100)
  expect(await run(small, [1, 1])).toEqual([2, 2])
})

it('whoever stops loading one takes nothing from the others', async () => {
  const model = await load(1)
  const stopped = new AbortController()
  const loading = load(2, 2, stopped.signal)
  stopped.abort(new Error('stopped'))
  await expect(loading).rejects.toThrow('stopped')
  expect(model.lost).toBe(false)
  expect(await run(model, [2, 2])).toEqual([4, 4])
})

it('whoever stops loading one leaves another that is still loading', async () => {
  const stopped = new AbortController()
  const loading = load(1, 2, stopped.signal)
  const other = load(2)
  stopped.abort(new Error('stopped'))
  await expect(loading).rejects.toThrow('stopped')
  expect(await run(await other, [2, 2])).toEqual([8, 8])
})

it('one that is loaded while the last other goes has a process', async () => {
  const last = await load(1)
  const gone = device.unload(last)
  const next = await load(2)
  await gone
  expect(await run(next, [2, 2])).toEqual([8, 8])
})

it.skipIf(process.platform !== 'linux')(
  'where their process is ended, all are lost, and the next has another',
  async () => {
    const [one, two] = [await load(1), await load(2)]
    // A run that does not end: its process stands still.
    for (const id of await processes()) process.kill(id, 'SIGSTOP')
    const stopped = new AbortController()
    const running = run(one, [1, 1], stopped.signal)
    await setTimeout(50)
    stopped.abort(new Error('stopped'))
    await expect(running).rejects.toThrow('stopped')
    await expect.poll(() => one.lost && two.lost).toBe(true)
    await expect(run(two, [1, 1])).rejects.toThrow(ModelLostError)
    expect(await run(await load(3), [1, 1])).toEqual([6, 6])
  },
)
