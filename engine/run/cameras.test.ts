/** Cameras in the window: one picture at a time, always the newest, until the source stops. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { TestClock } from '../../host/testing/clock.ts'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { defineNode } from '../graph/node.ts'
import { param } from '../types/param.ts'
import type { ImageValue } from '../values/index.ts'
import { socket } from '../values/sockets.ts'
import { createEngine } from './create.ts'
import type { Engine } from './engine.ts'
import { graphOf, Log, testingNodes, testingServices, warmUp } from './testing.ts'
import { TestWindow } from './testing-window.ts'

const width = 4
const height = 2

const camera = defineNode({
  version: 1,
  draft: 'exact',
  title: 'Test',
  summary: 'For tests.',
  explain: { idea: 'A node for tests.', reference: 'Sightline' },
  type: 'test/camera',
  kind: 'source',
  inputs: {},
  params: { camera: param.text({ default: 'front' }) },
  outputs: { image: socket.image() },
  feed: {
    by: ['camera'],
    of: ({ camera }, { cameras, signal }) => cameras.open({ camera, width, height }, signal),
  },
  run: async (_, { ops, frame }) => ({
    image: (await ops.fromPicture({ ...frame.data, channels: 3, depth: 8 })) as ImageValue,
  }),
})

let device: TestDevice
let engine: Engine
let clock: TestClock
let window: TestWindow
const log = new Log()

beforeAll(async () => {
  device = (await createTestDevices()).threads
  await warmUp(device)
})
afterAll(() => device.close())
beforeEach(async () => {
  clock = new TestClock()
  const nodes = [...testingNodes(log), camera]
  engine = createEngine({ device: device.device, arena: device.arena, nodes, memory: 64 << 20, clock })
  window = new TestWindow(engine, testingServices())
  await window.open(graphOf({ eye: 'test/camera', gain: 'test/gain' }, ['eye.image > gain.image']))
  window.views([{ id: 'v', node: 'eye', width, height, display: { mode: 'clip' } }])
})
afterEach(async () => {
  window.session.close()
  await engine.close()
})

const captures = () => window.of('capture')
const asked = (count: number) => window.until(`${count} requests`, () => captures().length >= count)

/** Answers with a picture whose red is `level`. */
function answer(index: number, level: number, { age = 0, bytes = 3 * width * height } = {}): void {
  const id = captures().at(-1)?.id ?? ''
  const tail = Uint8Array.from({ length: bytes }, (_, i) => (i % 3 === 0 ? level : 0))
  window.session.receive({ type: 'frame', id, index, age, width, height }, tail)
}

it('is asked for one picture at a time, which is shown before the next', async () => {
  window.say({ type: 'play' })
  await asked(1)
  expect(captures()[0]).toEqual({ type: 'capture', id: expect.any(String), camera: 'front', width, height })
  answer(0, 51)
  await asked(2)
  expect(window.pictures.get('v')?.red).toEqual(Array(width * height).fill(51))
  // The window dropped four; the picture was 15 ms under way.
  answer(5, 102, { age: 15 })
  await asked(3)
  expect(window.pictures.get('v')?.red).toEqual(Array(width * height).fill(102))
  await clock.advance(300)
  answer(6, 103)
  await asked(4)
  await window.until('counters', () => window.reports.get('eye')?.feed?.shown === 3)
  expect(window.reports.get('eye')?.feed).toMatchObject({ playing: true, shown: 3, dropped: 4 })
  expect(new Set(captures().map(({ id }) => id)).size).toBe(1)
  // One that nobody asked for changes nothing.
  answer(7, 0)
  await asked(5)
  answer(8, 1)
  answer(9, 2)
  await asked(6)
  expect(window.pictures.get('v')?.red).toEqual(Array(width * height).fill(1))
})

it('is closed when the source stops, is changed or removed', async () => {
  const released = () => window.of('release').map(({ id }) => id)
  window.say({ type: 'play' })
  await asked(1)
  window.say({ type: 'stop' })
  await window.until('its end', () => released().length === 1)
  window.say({ type: 'play' })
  await asked(2)
  window.set('eye', { camera: 'back' })
  await asked(3)
  expect(captures()[2]).toMatchObject({ camera: 'back' })
  window.edit([
    { table: 'edges', id: 'gain.image', value: null },
    { table: 'nodes', id: 'eye', value: null },
  ])
  await window.until('its end', () => released().length === 3)
  expect(released()).toEqual(captures().map(({ id }) => id))
})

it('says on its node why there is no picture, and can be tried again', async () => {
  window.say({ type: 'play' })
  await asked(1)
  const id = captures()[0]?.id ?? ''
  window.say({ type: 'camera-failed', id, problem: { code: 'camera.denied', params: {} } })
  await window.until('the problem', () => window.reports.get('eye')?.status === 'error')
  expect(window.reports.get('eye')).toMatchObject({ problem: { code: 'camera.denied' }, feed: { playing: false } })
  expect(window.of('release')).toHaveLength(1)
  window.say({ type: 'play' })
  await asked(2)
  answer(0, 9)
  await window.until('a picture', () => window.reports.get('eye')?.status === 'done')
})

it('is refused where the bytes are not those of the picture', async () => {
  window.say({ type: 'play' })
  await asked(1)
  expect(() => answer(0, 1, { bytes: 5 })).toThrow('24 bytes, not 5')
})

it('keeps its last picture only while a new start would give one of the same size', async () => {
  window.say({ type: 'play' })
  await asked(1)
  answer(0, 51)
  await asked(2)
  window.say({ type: 'stop' })
  await window.until('the end', () => window.reports.get('eye')?.feed?.playing === false)
  window.set('eye', { camera: 'back' })
  await window.idle()
  expect(window.reports.get('eye')?.status).toBe('manual')
  expect(window.reports.get('gain')?.status).toBe('waiting')
  window.set('eye', { camera: 'front' })
  await window.idle()
  expect(window.reports.get('gain')?.status).toMatch(/done|unchanged/)
})
