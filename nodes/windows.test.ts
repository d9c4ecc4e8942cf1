/**
 * Quick previews of windows: what is made of a part alone equals that part of all of it, for random graphs of the nodes that
 * can be cut, random windows, at full size and reduced.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { analyse } from '../engine/graph/analyse.ts'
import type { NodeRecord } from '../engine/graph/document.ts'
import { defineNode, type NodeDefinition } from '../engine/graph/node.ts'
import { flatten } from '../engine/graph/topology.ts'
import { borderModes } from '../engine/ops/border.ts'
import { ops } from '../engine/ops/index.ts'
import { rectangleOf } from '../engine/ops/parts.ts'
import { resizeMethods } from '../engine/ops/resize/axis.ts'
import type { View } from '../engine/protocol/messages.ts'
import { currentOf } from '../engine/run/current.ts'
import { Definitions } from '../engine/run/definitions.ts'
import { draftOf } from '../engine/run/draft.ts'
import { Execution } from '../engine/run/execution.ts'
import { memoryStorage } from '../engine/run/job-storage.ts'
import { Jobs } from '../engine/run/jobs.ts'
import { Lease } from '../engine/run/lease.ts'
import { PastTimes } from '../engine/run/past-times.ts'
import { makePlan } from '../engine/run/plan.ts'
import type { PlannedNode } from '../engine/run/planned-node.ts'
import { Pool } from '../engine/run/pool.ts'
import { fullSizeOf } from '../engine/run/quick.ts'
import { Slots } from '../engine/run/slots.ts'
import { graphOf, testingServices } from '../engine/run/testing.ts'
import { cutToWindows } from '../engine/run/windows.ts'
import { param } from '../engine/types/param.ts'
import { workHere } from '../engine/types/work.ts'
import { displaySchema } from '../engine/values/display.ts'
import type { ImageShape, ImageValue } from '../engine/values/index.ts'
import { socket } from '../engine/values/sockets.ts'
import { createTestDevices, noise, type TestDevice } from '../host/testing/cpu.ts'
import { catalogue } from './catalogue.ts'

let device: TestDevice
beforeAll(async () => {
  const { single, threads } = await createTestDevices()
  await threads.close()
  device = single
})
afterAll(() => device.close())

const photoShape = (width: number, height: number): ImageShape => ({
  ...{ kind: 'image', width, height, channels: 3, space: 'rgb', alpha: false, range: [0, 1] },
})

const photo = defineNode({
  type: 'test/photo',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Photo',
  summary: 'For tests.',
  inputs: {},
  params: { width: param.integer({ default: 90 }), height: param.integer({ default: 70 }) },
  outputs: { image: socket.image({ channels: [3], spaces: ['rgb'] }) },
  shape: ({ width, height }) => ({ image: photoShape(width, height) }),
  run: async ({ width, height }, { ops }) => ({
    image: (await ops.fromNumbers({
      shape: photoShape(width, height),
      numbers: noise(width * height * 3, 4),
    })) as ImageValue,
  }),
  explain: { idea: 'Noise.', reference: 'Sightline' },
})

const definitions = new Definitions([...catalogue, photo] as NodeDefinition[])

type Graph = Parameters<typeof graphOf>[0]
type Params = NonNullable<NodeRecord['params']>

/** A node on one picture: its type, parameters, the output that goes on, and the size that comes out if it differs. */
interface Step {
  readonly type: string
  readonly params: Params
  readonly port?: string
  readonly size?: (width: number, height: number) => readonly [number, number]
}

const border = fc.constantFrom(...borderModes)
const kernel = (rows: number, columns: number) =>
  fc.array(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: columns, maxLength: columns }), {
    minLength: rows,
    maxLength: rows,
  })
const odd = (most: number) => fc.integer({ min: 0, max: most >> 1 }).map((half) => 2 * half + 1)
const windowed = (n: number, size: number, stride: number, padding: number, dilation = 1): number =>
  Math.floor((n + 2 * padding - dilation * (size - 1) - 1) / stride) + 1

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ sigma: fc.integer({ min: 0, max: 50 }).map((tenths) => tenths / 10), border }).map((params) => ({
    ...{ type: 'filter/gaussian-blur', params },
  })),
  fc
    .record({ border: border, port: fc.constantFrom('x', 'y', 'magnitude') })
    .map(({ port, ...params }) => ({ type: 'edge/sobel', params, port })),
  odd(9).map((size) => ({ type: 'filter/median', params: { size } })),
  fc.record({ amount: fc.double({ min: 0, max: 2, noNaN: true }), border }).map((params) => ({
    ...{ type: 'filter/sharpen', params },
  })),
  fc
    .tuple(odd(5), odd(5), border)
    .chain(([rows, columns, border]) =>
      kernel(rows, columns).map((kernel) => ({ type: 'filter/custom-kernel', params: { kernel, border } })),
    ),
  fc.constantFrom('trunc', 'tozero').map((mode) => ({ type: 'math/threshold', params: { mode, value: 0 } })),
  fc
    .record({ operation: fc.constantFrom('add', 'multiply', 'difference'), value: fc.constant(0.75) })
    .map((params) => ({ type: 'math/arithmetic', params })),
  fc
    .record({
      width: fc.integer({ min: 20, max: 130 }),
      height: fc.integer({ min: 20, max: 130 }),
      method: fc.constantFrom(...resizeMethods),
    })
    .map((params) => ({
      ...{ type: 'geometry/resize', params: { ...params, keep: false } },
      size: () => [params.width, params.height] as const,
    })),
  fc
    .record({
      width: fc.integer({ min: 20, max: 130 }),
      height: fc.integer({ min: 20, max: 130 }),
      anchor: fc.constantFrom('centre', 'corner'),
      method: fc.constantFrom(...resizeMethods),
    })
    .map((params) => ({
      ...{ type: 'geometry/letterbox', params },
      size: () => [params.width, params.height] as const,
    })),
  fc.record({ x: fc.integer({ min: 0, max: 4 }), y: fc.integer({ min: 0, max: 4 }) }).map((params) => ({
    ...{ type: 'geometry/crop', params },
    size: (width: number, height: number) => [width - params.x, height - params.y] as const,
  })),
  fc
    .record({
      kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })).chain((side) => kernel(...side)),
      bias: fc.constant(0.25),
      stride: fc.integer({ min: 1, max: 2 }),
      padding: fc.integer({ min: 0, max: 5 }),
      dilation: fc.integer({ min: 1, max: 2 }),
    })
    .map((params) => ({
      ...{ type: 'network/conv2d', params },
      size: (width: number, height: number) =>
        [
          windowed(width, params.kernel[0]?.length ?? 0, params.stride, params.padding, params.dilation),
          windowed(height, params.kernel.length, params.stride, params.padding, params.dilation),
        ] as const,
    })),
  fc.integer({ min: 2, max: 5 }).map((size) => ({
    ...{ type: 'network/max-pool', params: { size, stride: 1, padding: size >> 1 } },
    size: (width: number, height: number) =>
      [windowed(width, size, 1, size >> 1), windowed(height, size, 1, size >> 1)] as const,
  })),
)

interface Made {
  readonly graph: Graph
  readonly wires: readonly string[]
  readonly last: string
  readonly port: string
  readonly width: number
  readonly height: number
}

/** A chain of steps, where some also take a picture from before into account. */
function graphFrom(chain: readonly Step[], joins: readonly number[]): Made {
  const graph: Record<string, [string, Params]> = { photo: ['test/photo', {}] }
  const wires: string[] = []
  let here = { id: 'photo', port: 'image', width: 90, height: 70 }
  const before = [here]
  for (const [i, { type, params, port = 'image', size }] of chain.entries()) {
    const id = `n${i}`
    graph[id] = [type, params]
    wires.push(`${here.id}.${here.port} > ${id}.image`)
    const [width, height] = size?.(here.width, here.height) ?? [here.width, here.height]
    here = { id, port, width, height }
    const fits = before.filter((other) => other.width === width && other.height === height)
    const other = fits[(joins[i] ?? 0) % (fits.length + 1)]
    before.push(here)
    if (!other) continue
    graph[`j${i}`] = ['math/arithmetic', { operation: 'add' }]
    wires.push(`${id}.${port} > j${i}.image`, `${other.id}.${other.port} > j${i}.other`)
    here = { ...here, id: `j${i}`, port: 'image' }
    before.push(here)
  }
  const { id, ...rest } = here
  return { graph, wires, last: id, ...rest }
}

async function planOf({ graph, wires, last, port }: Made) {
  const { signal } = new AbortController()
  const flat = flatten(graphOf(graph, wires), definitions.catalogue)
  const analysis = await analyse(flat, definitions.catalogue, definitions.analysis(testingServices(), signal))
  const output = { node: last, port }
  const view = { id: 'v', ...output, width: 10, height: 10, display: displaySchema.parse({}) }
  return makePlan(analysis, { definitions, identity: () => undefined, sights: [{ view, output }] })
}

/** Runs a node with nothing cached. */
async function run(planned: PlannedNode, port: string): Promise<{ value: ImageValue; numbers: Float32Array }> {
  const lease = new Lease()
  const [full, drafts] = [new Pool(1 << 30), new Pool(1 << 30)]
  const machine = {
    devices: device.devices,
    shelf: device.shelf,
    slots: new Slots(2),
    jobSlots: new Slots(1),
    jobs: new Jobs(memoryStorage()),
    work: workHere,
    sequenceDepth: 4,
    elementBytes: 1 << 28,
    counters: { runs: 0 },
    times: new PastTimes(),
  }
  const execution = new Execution(machine, {
    ...{ signal: new AbortController().signal, services: testingServices(), full, drafts },
    ...{ explicit: false, urgent: true, seen: new Set<string>(), report: () => undefined },
  })
  try {
    const { given } = await currentOf(execution, planned, port, () => 0, lease)
    const value = given?.value
    if (value?.kind !== 'image') throw new Error('no picture')
    return { value, numbers: device.read(value).slice() }
  } finally {
    lease.end()
    full.close()
    drafts.close()
  }
}

it('finds every op by its own name', () => {
  for (const [name, op] of Object.entries(ops)) expect(op.name).toBe(name)
})

it('makes of a window what lies in it of all', { timeout: 300_000 }, async () => {
  let cuts = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(5), { minLength: 6, maxLength: 6 }),
      fc.tuple(...Array.from({ length: 4 }, () => fc.double({ min: 0, max: 1, noNaN: true }))),
      fc.constantFrom(1, 1, 0.5),
      async (chain, joins, [x = 0, y = 0, w = 0, h = 0], scale) => {
        const made = graphFrom(chain, joins)
        fc.pre(made.width >= 16 && made.height >= 16)
        const plan = await planOf(made)
        const results = { full: new Pool(1), drafts: new Pool(1) }
        const planned = draftOf(plan, scale, results.full).node(made.last)
        if (!planned) throw new Error(`${made.last} cannot run`)
        const { width, height } = made
        const region = {
          ...{ x: x * (width - 4), y: y * (height - 4) },
          ...{ width: 2 + (w * width) / 2, height: 2 + (h * height) / 2 },
        }
        const view: View = {
          ...{ id: 'v', node: made.last, port: made.port, width: 200, height: 200, region },
          display: displaySchema.parse({}),
        }
        const output = { node: made.last, port: made.port }
        const window = {
          ...{ planned, port: made.port, view },
          fullSize: (own: { width: number; height: number }) => fullSizeOf(plan, output, own, scale),
        }
        const cut = (await cutToWindows([window], results)).get(planned)
        const place = cut?.cuts?.[made.port]
        if (!cut || !place) return
        cuts++
        const part = await run(cut, made.port)
        const all = await run(planned, made.port)
        expect(place.of).toEqual({ ...place.of, width: all.value.width, height: all.value.height })
        const at = rectangleOf(place.extent)
        expect(part.value).toMatchObject({ width: at.width, height: at.height })
        const { channels } = all.value
        let most = 0
        for (let row = 0; row < at.height; row++)
          for (let k = 0; k < at.width * channels; k++) {
            const own = part.numbers[row * at.width * channels + k] ?? Number.NaN
            const other = all.numbers[((at.y + row) * all.value.width + at.x) * channels + k] ?? Number.NaN
            const apart = Math.abs(own - other) / Math.max(1, Math.abs(other))
            if (!(apart <= most)) most = apart
          }
        expect(most).toBeLessThanOrEqual(1e-5)
      },
    ),
    { numRuns: 150, seed: 20261128 },
  )
  // Small windows of small pictures often need all of it, but not most of the time.
  expect(cuts).toBeGreaterThan(75)
})
