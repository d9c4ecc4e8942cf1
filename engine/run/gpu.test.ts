/** Pipelines on a GPU (SwiftShader): the same numbers as on the CPU, and nothing lost when the GPU is. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createServices } from '../../host/files/services.ts'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { gpuTimeout, noGpu, openTestGpu } from '../../host/testing/gpu.ts'
import { catalogue } from '../../nodes/catalogue.ts'
import type { GpuDevice } from '../gpu/device.ts'
import type { Document } from '../graph/document.ts'
import type { Numbers } from '../values/index.ts'
import { createEngine } from './create.ts'
import type { Engine } from './engine.ts'
import { graphOf, sleep, warmUp } from './testing.ts'
import { TestWindow } from './testing-window.ts'

const services = createServices({ base: import.meta.dirname })
/** In software, kernels with barriers are slow. */
const small = { width: 48, height: 32 }
const edges: Document = graphOf(
  {
    photo: ['io/sample-image', { name: 'coffee' }],
    small: ['geometry/resize', { ...small, method: 'area' }],
    gray: ['colour/convert', { to: 'gray' }],
    blur: ['filter/gaussian-blur', { sigma: 2 }],
    edges: ['edge/sobel', {}],
    lab: ['colour/convert', { to: 'lab' }],
    clean: ['filter/median', { size: 3 }],
    inspect: ['tensor/inspect', {}],
    layer: ['network/conv2d', { stride: 2 }],
    pool: ['network/max-pool', {}],
  },
  [
    'photo.image > small.image',
    'small.image > gray.image',
    'gray.image > blur.image',
    'blur.image > edges.image',
    'small.image > lab.image',
    'lab.image > clean.image',
    'clean.image > inspect.image',
    'blur.image > layer.image',
    'layer.image > pool.image',
  ],
)

let device: TestDevice
let used = 0
let gpu: GpuDevice
let engine: Engine
const engineWith = (gpu?: GpuDevice): Engine =>
  createEngine({
    ...{ device: device.device, arena: device.arena, gpu, tensors: device.devices.tensors },
    ...{ nodes: catalogue, memory: 256 << 20 },
  })

async function numbersOf(engine: Engine, document = edges): Promise<Map<string, Numbers>> {
  const result = await engine.run(document, { services })
  try {
    expect(result.problems).toEqual([])
    const numbers = new Map<string, Numbers>()
    for (const { node, port, value } of result.sinks)
      if (value.kind === 'image') numbers.set(`${node}.${port}`, await result.read(value))
    return numbers
  } finally {
    result.release()
  }
}

/** The most that numbers are apart, in parts of what they may be: 1e-4, and of Lab what the formula is kept to. */
function apart(a: ReadonlyMap<string, Numbers>, b: ReadonlyMap<string, Numbers>): number {
  expect([...a.keys()].sort()).toEqual([...b.keys()].sort())
  expect(a.size).toBeGreaterThan(0)
  let most = 0
  for (const [name, numbers] of a)
    for (const [i, v] of numbers.entries()) {
      const turn = name === 'edges.direction'
      const allowed = name.startsWith('clean.') ? 5e-3 : 1e-4 * (turn ? 360 : Math.max(1, Math.abs(v)))
      // A near-zero gradient has no direction.
      if (turn && (a.get('edges.magnitude')?.[i] ?? 0) < 0.1) continue
      const parts = Math.abs(v - (b.get(name)?.[i] ?? Number.NaN)) / allowed
      most = Number.isNaN(parts) ? Infinity : Math.max(most, parts)
    }
  return most
}

const view = [{ id: 'v', node: 'edges', port: 'magnitude', width: 24, height: 24 }]

describe.skipIf(noGpu)('on a GPU', { timeout: gpuTimeout }, () => {
  let wanted: Map<string, Numbers>

  beforeAll(async () => {
    device = (await createTestDevices()).threads
    await warmUp(device)
    const plain = engineWith()
    wanted = await numbersOf(plain)
    await plain.close()
    gpu = await openTestGpu()
    await warm(gpu)
  }, gpuTimeout)
  afterAll(async () => {
    gpu.destroy()
    await device.close()
  })
  beforeEach(() => {
    used = device.arena.used
    gpu.buffers.budget = 1 << 30
    engine = engineWith(gpu)
  })
  afterEach(async () => {
    await engine.close()
    expect(device.arena.used, 'left in the memory').toBe(used)
    expect(gpu.buffers.used, 'left on the GPU').toBe(0)
  })
  /** Compiles the kernels, which in software takes longer than running them. */
  async function warm(gpu: GpuDevice): Promise<void> {
    const engine = engineWith(gpu)
    await numbersOf(engine)
    const window = new TestWindow(engine, services, gpuTimeout / 2)
    window.views(view)
    await window.open(edges)
    window.session.close()
    await engine.close()
  }

  it('a pipeline gives the numbers of the CPU, and only what is read comes back', async () => {
    const result = await engine.run(edges, { services })
    expect(result.nodes.filter(({ status }) => status !== 'done')).toEqual([])
    // Pictures stay on the GPU: only statistics come back.
    expect(gpu.moves.down).toBeLessThan(100_000)
    result.release()
    expect(apart(wanted, await numbersOf(engine))).toBeLessThan(1)
    expect(engine.counters.runs, 'results are kept there').toBe(Object.keys(edges.nodes).length)
  })

  it('a node tells how long it took there', async () => {
    const window = new TestWindow(engine, services, gpuTimeout / 2)
    await window.open(edges)
    expect(window.status()).toMatchObject({ edges: 'done', clean: 'done' })
    expect(window.reports.get('blur')?.gpuMs).toBeGreaterThan(0)
    const run = window.of('status').at(-1)?.run
    expect(run?.moved?.up).toBeGreaterThan(100_000)
    window.session.close()
  })

  it('a preview is made there: its bytes come back, not the picture', async () => {
    const window = new TestWindow(engine, services, gpuTimeout / 2)
    window.views(view)
    await window.open(edges)
    await window.until('a picture', () => window.pictures.has('v'))
    expect(window.pictures.get('v')).toMatchObject({ width: 24, height: 16 })
    expect(new Set(window.pictures.get('v')?.red).size).toBeGreaterThan(10)
    const before = gpu.moves.down
    const probe = await window.session.request('probe', { node: 'edges', port: 'magnitude', x: 20, y: 30 })
    const at = 30 * small.width + 20
    expect((probe as { values: number[] }).values[0]).toBeCloseTo(wanted.get('edges.magnitude')?.[at] ?? 9, 4)
    expect(gpu.moves.down - before).toBeLessThan(100)
    const told = (await window.session.request('provenance', {
      node: 'edges',
      port: 'magnitude',
      x: 20,
      y: 30,
      c: 0,
    })) as {
      value: number
      steps: readonly unknown[]
    }
    expect(told.value).toBeCloseTo(wanted.get('edges.magnitude')?.[at] ?? 9, 4)
    expect(told.steps.length).toBeGreaterThan(0)
    window.session.close()
  })

  it('what does not fit is done on the CPU', async () => {
    gpu.buffers.budget = 300_000
    expect(apart(wanted, await numbersOf(engine))).toBeLessThan(1)
  })

  it('results there go when room is wanted, and are made again', async () => {
    // The photograph, the small one, and a few of their results.
    const budget = 5e6
    gpu.buffers.budget = budget
    for (const sigma of [1, 2, 3, 4, 5]) {
      const blur = { ...edges.nodes.blur, params: { sigma } } as NonNullable<typeof edges.nodes.blur>
      await numbersOf(engine, { ...edges, nodes: { ...edges.nodes, blur } })
      expect(gpu.buffers.used).toBeLessThanOrEqual(budget)
    }
    expect(apart(wanted, await numbersOf(engine))).toBeLessThan(1)
  })

  it('a lost device is told, its results are made again, and what was on the CPU stays', async () => {
    const own = await openTestGpu()
    await warm(own)
    const engine = engineWith(own)
    const window = new TestWindow(engine, services, gpuTimeout / 2)
    window.views(view)
    await window.open(edges)
    const seen = window.pictures.get('v')?.red
    own.destroy()
    await window.until('the news', () => window.of('device').length > 0)
    expect(window.of('device').at(-1)?.device).toMatchObject({ kind: 'cpu' })
    expect(window.of('notice').at(-1)?.problem).toMatchObject({ code: 'gpu.lost' })
    await window.idle()
    for (const status of Object.values(window.status())) expect(['done', 'unchanged']).toContain(status)
    expect(window.of('status').at(-1)?.run).not.toHaveProperty('moved')
    const again = window.pictures.get('v')?.red ?? []
    expect(Math.max(...again.map((v, i) => Math.abs(v - (seen?.[i] ?? 0))))).toBeLessThanOrEqual(1)
    await numbersOf(engine)
    const { runs } = engine.counters
    expect(apart(wanted, await numbersOf(engine))).toBeLessThan(1)
    expect(engine.counters.runs, 'what the CPU has now is kept').toBe(runs)
    window.session.close()
    await engine.close()
  })

  it('a run goes on when the device is lost at any moment of it', async () => {
    for (let round = 0; round < 12; round++) {
      const own = await openTestGpu()
      const engine = engineWith(own)
      const run = numbersOf(engine)
      await sleep(round * 90, new AbortController().signal)
      // When we destroy it, and when the driver does, where failures may arrive before the loss.
      if (round % 2) own.destroy()
      else own.device.destroy()
      expect(apart(wanted, await run), `after ${round * 90} ms`).toBeLessThan(1)
      await engine.close()
    }
  })
})
