/** Live sources in a window, on a clock that the tests hold. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { TestClock } from '../../host/testing/clock.ts'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { defineNode, type NodeDefinition } from '../graph/node.ts'
import { Latest } from '../types/latest.ts'
import { param } from '../types/param.ts'
import { SightlineError } from '../types/problem.ts'
import type { ImageValue } from '../values/index.ts'
import { socket } from '../values/sockets.ts'
import { createEngine } from './create.ts'
import type { Engine } from './engine.ts'
import { graphOf, Log, testingNodes, testingServices, warmUp } from './testing.ts'

import { TestWindow } from './testing-window.ts'

const base = {
  version: 1,
  draft: 'exact',
  title: 'Test',
  summary: 'For tests.',
  explain: { idea: 'A node for tests.', reference: 'Sightline' },
} as const

let device: TestDevice
let engine: Engine
let clock: TestClock
let window: TestWindow
let used = 0
const log = new Log()
/** What the pushing source did. */
const source = { starts: 0, ends: 0, pushed: 0, late: 0 }
/** The frames that the slow node got. */
let seen: number[] = []

/** Pushes 0, 1, 2 … whether or not anybody takes them; `fails`: after this many frames. */
const pushing = defineNode({
  ...base,
  type: 'test/pushing',
  kind: 'source',
  inputs: {},
  params: {
    fps: param.number({ default: 60 }),
    fails: param.integer({ default: -1 }),
    plus: param.number({ default: 0 }),
  },
  outputs: { number: socket.number() },
  feed: {
    by: ['fps', 'fails'],
    of: async function* ({ fps, fails }, { signal, clock }) {
      source.starts++
      source.pushed = 0
      const latest = new Latest<number>(signal)
      const start = clock.now()
      const push = async (): Promise<void> => {
        for (let i = 0; ; i++) {
          await clock.until(start + (1000 * i) / fps, signal)
          if (i === fails) throw new SightlineError('file.missing', { path: 'camera' })
          latest.push(i, clock.now())
          source.pushed++
        }
      }
      push().catch((error: unknown) => latest.end(signal.aborted ? undefined : error))
      try {
        for await (const frame of latest) {
          // Whoever takes it gets the newest there is.
          if (frame.index !== source.pushed - 1) source.late++
          yield frame
        }
      } finally {
        source.ends++
      }
    },
  },
  run: ({ plus }, { frame }) => ({ number: { kind: 'number', value: frame.data + plus } }),
})

const slow = defineNode({
  ...base,
  type: 'test/patient',
  kind: 'pure',
  inputs: { a: socket.number() },
  params: {
    ms: param.number({ default: 100 }),
    plus: param.number({ default: 0 }),
    fails: param.number({ default: -1 }),
  },
  outputs: { number: socket.number() },
  run: async ({ a, ms, plus, fails }, { signal }) => {
    seen.push(a.value)
    log.add('slow', String(plus))
    await clock.until(clock.now() + ms, signal)
    if (fails >= 0 && a.value % 10 === fails)
      throw new SightlineError('shape.mismatch', { what: '', a: '', b: '', advice: '' })
    return { number: { kind: 'number', value: a.value + plus } }
  },
})

/** A picture of each frame, all of whose pixels are its number. */
const film = defineNode({
  ...base,
  type: 'test/film',
  kind: 'source',
  inputs: {},
  params: { side: param.integer({ default: 64 }) },
  outputs: { image: socket.image({ channels: [1], spaces: ['gray'] }) },
  feed: {
    by: [],
    of: async function* (_, { clock, signal }) {
      for (let index = 0; ; index++) {
        yield { index, time: clock.now(), data: index }
        await clock.until(clock.now() + 10, signal)
      }
    },
  },
  run: async ({ side }, { ops, frame }) => ({
    image: (await ops.fromNumbers({
      shape: { kind: 'image', width: side, height: side, channels: 1, space: 'gray', alpha: false },
      numbers: new Float32Array(side * side).fill(frame.data),
    })) as ImageValue,
  }),
})

beforeAll(async () => {
  device = (await createTestDevices()).threads
  await warmUp(device)
})
afterAll(() => device.close())
beforeEach(() => {
  log.clear()
  seen = []
  Object.assign(source, { starts: 0, ends: 0, pushed: 0, late: 0 })
  used = device.arena.used
  clock = new TestClock()
  const nodes: NodeDefinition[] = [...testingNodes(log), pushing, slow, film]
  engine = createEngine({ device: device.device, arena: device.arena, nodes, memory: 256 << 20, clock })
  window = new TestWindow(engine, testingServices())
})
afterEach(async () => {
  window.session.close()
  await engine.close()
  expect(device.arena.used).toBe(used)
  expect(clock.waiting).toBe(0)
})

const play = (nodes?: string[]): void => window.say({ type: 'play', ...(nodes && { nodes }) })
const stop = (nodes?: string[]): void => window.say({ type: 'stop', ...(nodes && { nodes }) })
/** The reports that are on their way to the window. */
const told = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40))
const feedOf = (node: string) => window.reports.get(node)?.feed

const camera = () =>
  graphOf(
    {
      camera: 'test/pushing',
      still: ['test/number', { value: 5 }],
      slow: 'test/patient',
      sum: ['test/add', { tag: 'sum' }],
    },
    ['camera.number > slow.a', 'slow.number > sum.a', 'still.number > sum.b'],
  )

describe('a live source', () => {
  it('gives nothing before somebody presses Play', async () => {
    await window.open(camera())
    expect(window.status()).toEqual({ camera: 'manual', still: 'done', slow: 'waiting', sum: 'waiting' })
    expect(source.starts).toBe(0)
    expect(feedOf('camera')).toEqual({ playing: false, shown: 0, dropped: 0 })
  })

  it('gives its newest frame, and counts the others', async () => {
    await window.open(camera())
    play()
    await clock.advance(10_000)
    stop()
    const pushed = source.pushed
    await clock.advance(200)
    await told()
    // 60 frames a second for 10 s, the first at 0; each takes 100 ms.
    expect(source.pushed).toBe(pushed)
    expect(pushed).toBe(601)
    const { shown = 0, dropped = 0, playing } = feedOf('camera') ?? {}
    expect(playing).toBe(false)
    expect(shown).toBe(101)
    expect(source.late).toBe(0)
    // The rest came after the last one was taken.
    expect(shown + dropped).toBe(Math.max(...seen) + 1)
    expect(pushed - (shown + dropped)).toBeLessThanOrEqual(7)
    expect(new Set(seen).size).toBe(shown)
    // What does not depend on the source is computed once.
    expect(log.count('number')).toBe(1)
  })

  it('tells how fast it goes while it plays', async () => {
    await window.open(camera())
    play()
    await clock.advance(5000)
    await told()
    const { fps = 0, latency = 0, playing } = feedOf('camera') ?? {}
    expect(playing).toBe(true)
    expect(fps).toBeCloseTo(10, 0)
    // The time of the slow node, and up to a frame that it waited for.
    expect(latency).toBeGreaterThanOrEqual(100)
    expect(latency).toBeLessThan(117)
    expect(window.status()).toEqual({ camera: 'done', still: 'done', slow: 'done', sum: 'done' })
  })

  it('drops nothing where the nodes are fast enough', async () => {
    await window.open(graphOf({ camera: 'test/pushing', sum: 'test/add' }, ['camera.number > sum.a']))
    play()
    await clock.advance(1000)
    stop()
    await window.idle()
    await told()
    expect(feedOf('camera')).toMatchObject({ shown: source.pushed, dropped: 0 })
    expect(log.count('add')).toBeGreaterThanOrEqual(source.pushed)
  })

  it('stops at once, and its last frame stays', async () => {
    await window.open(camera())
    play()
    await clock.advance(1050)
    expect(log.count('slow')).toBe(11)
    stop()
    await clock.advance(1000)
    await told()
    // Once more for the frame that stays, and never again.
    expect(log.count('slow')).toBe(12)
    expect(seen.at(-1)).toBe(seen.at(-2))
    expect(source.ends).toBe(1)
    expect(window.status()).toMatchObject({ camera: 'done', slow: 'done', sum: 'done' })
    // What follows works on it, and the cache knows it.
    window.set('slow', { plus: 2 })
    await clock.advance(200)
    window.set('slow', { plus: 0 })
    await clock.advance(200)
    await told()
    expect(log.count('slow')).toBe(13)
    expect(window.reports.get('slow')?.status).toBe('unchanged')
  })

  it('applies changes after it to the next frame, without stopping', async () => {
    await window.open(camera())
    play()
    await clock.advance(500)
    window.set('slow', { plus: 7 }, true)
    await clock.advance(500)
    await told()
    expect(source.starts).toBe(1)
    expect(log.count('slow', '7')).toBeGreaterThanOrEqual(3)
    expect(feedOf('camera')?.playing).toBe(true)
  })

  it('starts anew only where its frames depend on the change', async () => {
    await window.open(camera())
    play()
    await clock.advance(300)
    window.set('camera', { plus: 1000 })
    await clock.advance(300)
    expect(source.starts).toBe(1)
    expect(seen.at(-1)).toBeGreaterThan(1000)
    window.set('camera', { fps: 20 })
    await clock.advance(1000)
    expect(source.starts).toBe(2)
    expect(source.ends).toBe(1)
    await told()
    expect(feedOf('camera')?.playing).toBe(true)
  })

  it('stops when it is removed, when another document is opened, and when the window closes', async () => {
    await window.open(camera())
    play()
    await clock.advance(300)
    window.edit([
      { table: 'edges', id: 'slow.a', value: null },
      { table: 'nodes', id: 'camera', value: null },
    ])
    await clock.advance(300)
    expect(source.ends).toBe(1)
    await window.open(camera())
    play()
    await clock.advance(300)
    expect(source.starts).toBe(2)
    const opened = window.open(camera())
    await clock.advance(300)
    await opened
    expect(source.ends).toBe(2)
    play()
    await clock.advance(300)
    window.session.close()
    await clock.advance(300)
    expect(source.ends).toBe(3)
  })

  it('goes on when a node fails on a frame, and says so there', async () => {
    await window.open(camera())
    window.set('slow', { fails: 3 })
    await window.idle()
    play()
    await clock.advance(3000)
    await told()
    const failed = window.of('status').flatMap(({ nodes }) => nodes.slow?.problem?.code ?? [])
    expect(new Set(failed)).toEqual(new Set(['shape.mismatch']))
    expect(window.of('status').some(({ nodes }) => nodes.sum?.status === 'skipped')).toBe(true)
    expect(feedOf('camera')?.playing).toBe(true)
    expect(new Set(seen).size).toBe(31)
  })

  it('stops when it fails, and says why until it plays again', async () => {
    await window.open(camera())
    window.set('camera', { fails: 30 })
    await window.idle()
    play()
    await clock.advance(2000)
    await told()
    expect(window.reports.get('camera')).toMatchObject({ status: 'error', problem: { code: 'file.missing' } })
    expect(feedOf('camera')?.playing).toBe(false)
    window.set('sum', { plus: 1 })
    await clock.advance(300)
    await told()
    expect(window.reports.get('camera')?.status).toBe('error')
    window.set('camera', { fails: -1 })
    play()
    await clock.advance(300)
    await told()
    expect(window.reports.get('camera')).toMatchObject({ status: 'done', feed: { playing: true } })
  })

  it('goes beside others, each at its own rate', async () => {
    await window.open(
      graphOf({ a: ['test/pushing', { fps: 50 }], b: ['test/pushing', { fps: 10 }], sum: 'test/add' }, [
        'a.number > sum.a',
        'b.number > sum.b',
      ]),
    )
    play()
    await clock.advance(1000)
    await told()
    expect(feedOf('a')?.shown).toBeGreaterThan(40)
    expect(feedOf('b')?.shown).toBe(11)
    stop(['a'])
    await clock.advance(1000)
    await told()
    expect(feedOf('a')?.playing).toBe(false)
    expect(feedOf('b')).toMatchObject({ playing: true, shown: 21 })
    expect(window.reports.get('sum')?.status).toBe('done')
  })
})

describe('what is shown of a live source', () => {
  const filmed = () => graphOf({ film: 'test/film', gain: ['test/gain', { factor: 2 }] }, ['film.image > gain.image'])

  it('is the newest frame, and the numbers are those of the frame', async () => {
    await window.open(filmed())
    window.views([{ id: 'v', node: 'gain', width: 8, height: 8, display: { mode: 'clip' } }])
    play()
    for (let i = 0; i < 20; i++) {
      await clock.advance(10)
      await told()
    }
    const probe = (await window.session.request('probe', { node: 'gain', port: 'image', x: 1, y: 1 })) as {
      values: number[]
    }
    const statistics = (await window.session.request('statistics', { node: 'gain', port: 'image', bins: 8 })) as {
      channels: { mean: number }[]
    }
    expect(probe.values[0]).toBeGreaterThan(0)
    expect(statistics.channels[0]?.mean).toBe(probe.values[0])
    expect(feedOf('film')?.playing).toBe(true)
  })

  it('keeps the memory of two frames, however many there are', async () => {
    await window.open(filmed())
    window.views([{ id: 'v', node: 'gain', width: 8, height: 8 }])
    play()
    let most = 0
    while (log.lines.length < 1000) {
      await clock.advance(10)
      most = Math.max(most, device.arena.used - used)
    }
    await told()
    expect(feedOf('film')?.shown).toBeGreaterThan(900)
    // Two nodes of 64 × 64 floats, of the frame that is shown and of the one that is made, and what a preview takes.
    expect(most).toBeLessThanOrEqual(6 * 64 * 64 * 4)
    expect(engine.counters.bytes).toBeLessThanOrEqual(3 * (64 * 64 * 4 + 1024))
  })
})
