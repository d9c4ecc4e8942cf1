/** Quick previews of views that show a part: only that part is computed, in its place, and what is told of it is right. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { defineNode } from '../graph/node.ts'
import { expr, mul, sub } from '../ops/expr.ts'
import { param } from '../types/param.ts'
import type { ImageValue } from '../values/index.ts'
import { socket } from '../values/sockets.ts'
import { createEngine } from './create.ts'
import type { Engine } from './engine.ts'
import { graphOf, Log, testingNodes, testingServices, warmUp } from './testing.ts'
import { TestWindow } from './testing-window.ts'

const log = new Log()
const base = { version: 1, kind: 'pure', draft: 'scaled', title: 'Test', summary: 'For tests.' } as const
const explain = { idea: 'A node for tests.', reference: 'Sightline' }

/** Says how large the pictures are that are really computed with. */
const sized = (image: ImageValue): void => log.add('run', `${image.width}x${image.height}`)

const blur = defineNode({
  ...base,
  explain,
  type: 'test/blur',
  inputs: { image: socket.image() },
  params: { factor: param.number({ default: 1 }) },
  outputs: { image: socket.image().like('image') },
  run: async ({ image, factor }, { ops }) => {
    const taps = [0.25, 0.5, 0.25]
    const smooth = await ops.separable(image, { x: taps, y: taps, border: 'reflect101' })
    return { image: await ops.pointwise(smooth, { formula: expr((a) => mul(a, factor)) }) }
  },
})

/** Needs all of its input. */
const centred = defineNode({
  ...base,
  explain,
  type: 'test/centred',
  inputs: { image: socket.image() },
  params: {},
  outputs: { image: socket.image().like('image') },
  run: async ({ image }, { ops }) => {
    const [all] = await ops.statistics(image, {})
    sized(image)
    return { image: await ops.pointwise(image, { formula: expr((a) => sub(a, (all?.mean ?? 0) - 0.5)) }) }
  },
})

let device: TestDevice
let engine: Engine
let window: TestWindow
let used = 0
beforeAll(async () => {
  device = (await createTestDevices()).threads
  await warmUp(device)
})
afterAll(() => device.close())
beforeEach(() => {
  log.clear()
  used = device.arena.used
  const nodes = [...testingNodes(log), blur, centred]
  engine = createEngine({ device: device.device, arena: device.arena, nodes, memory: 256 << 20 })
  window = new TestWindow(engine, testingServices())
})
afterEach(async () => {
  window.session.close()
  await engine.close()
  expect(device.arena.used).toBe(used)
})

const side = 128
const photo = ['test/image', { width: side, height: side, ramp: true }] as const
const chain = graphOf({ photo, one: 'test/blur', two: 'test/blur', three: 'test/blur' }, [
  'photo.image > one.image',
  'one.image > two.image',
  'two.image > three.image',
])
const region = { x: 40, y: 60, width: 24, height: 16 }
const close = { id: 'close', node: 'three', width: 24, height: 16, region }
const small = { id: 'small', node: 'three', width: 16, height: 16 }
const probe = (x: number, y: number) => window.session.request('probe', { node: 'three', port: 'image', x, y })

it('shows the part in its place, as the full result has it, beside a small preview of all', async () => {
  window.views([close, small])
  await window.open(chain)
  const before = window.pictures.get('close')?.red
  window.forget()
  window.set('one', { factor: 0.5 }, true)
  await window.idle()
  const [frame] = window.of('previews')
  expect(frame?.quality).toBe('draft')
  const quick = window.pictures.get('close')
  expect(quick).toMatchObject({ width: 24, height: 16, region, shape: { width: side, height: side } })
  expect(window.pictures.get('small')).toMatchObject({ width: 16, region: { x: 0, y: 0, width: side, height: side } })
  expect(quick?.red).not.toEqual(before)
  window.say({ type: 'settle' })
  await window.idle()
  expect(window.of('previews').at(-1)?.quality).toBe('full')
  expect(window.pictures.get('close')).toMatchObject({ width: 24, height: 16, region })
  expect(window.pictures.get('close')?.red).toEqual(quick?.red)
})

it('tells the numbers of the part where they are', async () => {
  window.views([close, small])
  await window.open(chain)
  window.set('one', { factor: 0.5 }, true)
  await window.idle()
  const inside = (await probe(50, 65)) as { values: number[]; draft: boolean }
  expect(inside.draft).toBe(true)
  // A blurred ramp is the ramp.
  expect(inside.values[0]).toBeCloseTo((0.5 * 50) / side, 5)
  const part = { x: 48, y: 64, width: 3, height: 2 }
  expect(await window.session.request('numbers', { node: 'three', port: 'image', ...part })).toMatchObject({
    ...part,
    channels: 1,
    draft: true,
    values: [48, 49, 50, 48, 49, 50].map((x) => expect.closeTo((0.5 * x) / side, 5)),
  })
  // Elsewhere it is the small picture's.
  const outside = (await probe(100, 10)) as { values: number[]; draft: boolean }
  expect(outside.draft).toBe(true)
  expect(outside.values[0]).toBeCloseTo((0.5 * 100) / side, 1)
  await expect(
    window.session.request('provenance', { node: 'three', port: 'image', x: 50, y: 65, c: 0 }),
  ).rejects.toMatchObject({ code: 'input.waiting' })
})

it('says nothing of pixels that it does not show', async () => {
  window.views([close])
  await window.open(chain)
  window.set('one', { factor: 0.5 }, true)
  await window.idle()
  expect(await probe(100, 10)).toEqual({ values: [], draft: true })
})

it('follows a view that moves, and gives way where it shows more', async () => {
  window.views([close, small])
  await window.open(chain)
  window.set('one', { factor: 0.5 }, true)
  await window.idle()
  const moved = { ...region, x: 80, y: 20 }
  window.views([{ ...close, region: moved }, small])
  await window.idle()
  expect(window.pictures.get('close')).toMatchObject({ region: moved, width: 24, height: 16 })
  window.views([{ id: 'close', node: 'three', width: 24, height: 24 }, small])
  await window.idle()
  expect(window.pictures.get('close')).toMatchObject({ region: { x: 0, y: 0, width: side, height: side } })
})

it('runs what needs all of its input on all of it, once', async () => {
  window.views([close])
  await window.open(
    graphOf({ photo, one: 'test/blur', mean: 'test/centred', three: 'test/blur' }, [
      'photo.image > one.image',
      'one.image > mean.image',
      'mean.image > three.image',
    ]),
  )
  log.clear()
  for (const factor of [0.5, 0.6, 0.7]) {
    window.set('three', { factor }, true)
    await window.idle()
  }
  expect(log.lines).toEqual([])
  window.set('one', { factor: 0.5 }, true)
  await window.idle()
  expect(log.lines).toEqual([`run ${side}x${side}`])
  const quick = window.pictures.get('close')?.red
  window.say({ type: 'settle' })
  await window.idle()
  // All of it at full size is the result.
  expect(log.lines).toEqual([`run ${side}x${side}`])
  expect(window.pictures.get('close')?.red).toEqual(quick)
})

it('keeps nothing of it among full results', async () => {
  window.views([close])
  await window.open(chain)
  window.set('three', { factor: 0.5 }, true)
  await window.idle()
  const runs = engine.counters.runs
  window.say({ type: 'settle' })
  await window.idle()
  expect(engine.counters.runs).toBe(runs + 1)
})

it('shows it in the range of the whole picture, as far as that can be told', async () => {
  window.views([{ ...close, display: { mode: 'stretch' } }])
  await window.open(chain)
  const rangeNow = () => window.pictures.get('close')?.display.range
  const whole = [0, 1].map((end) => rangeNow()?.[end] ?? Number.NaN) as [number, number]
  expect(whole[1]).toBeGreaterThan(0.9)
  window.set('one', { factor: 0.98 }, true)
  await window.idle()
  // It begins where the full result was,
  expect(rangeNow()).toEqual(whole.map((end) => expect.closeTo(end, 5)))
  window.set('one', { factor: 0.49 }, true)
  await window.idle()
  // and follows the part that is shown.
  expect(rangeNow()?.[1]).toBeCloseTo(whole[1] / 2, 1)
  window.say({ type: 'settle' })
  await window.idle()
  expect(rangeNow()?.[1]).toBeCloseTo(0.49 * whole[1], 5)
})

it('remembers the last places of a slider, and no more', async () => {
  window.views([close])
  await window.open(chain)
  const move = async (factor: number): Promise<number> => {
    window.set('one', { factor }, true)
    await window.idle()
    return engine.counters.bytes
  }
  for (let i = 1; i <= 9; i++) await move(i / 100)
  const bytes = await move(0.1)
  expect(await move(0.11)).toBe(bytes)
  const { runs } = engine.counters
  await move(0.1)
  expect(engine.counters.runs).toBe(runs)
})
