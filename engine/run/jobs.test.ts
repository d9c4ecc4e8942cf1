import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { JobFolder } from '../../host/jobs/folder.ts'
import { temporaryFolder } from '../../host/server/testing.ts'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { lineJob } from '../../host/testing/line.ts'
import { testingWorks } from '../../host/testing/works.ts'
import { createWorkPool, type HostWorkPool } from '../../host/work/pool.ts'
import { defineNode } from '../graph/node.ts'
import { param } from '../types/param.ts'
import { SightlineError } from '../types/problem.ts'
import type { ImageValue, NumberValue, PlotValue, TensorValue, Value } from '../values/index.ts'
import { socket } from '../values/sockets.ts'
import { createEngine } from './create.ts'
import type { Engine } from './engine.ts'
import { type JobStorage, memoryStorage } from './job-storage.ts'
import { graphOf, Log, sleep, testingNodes, testingServices } from './testing.ts'
import { TestWindow } from './testing-window.ts'

let device: TestDevice
let work: HostWorkPool
let engine: Engine
let used = 0
/** The epochs that were made. */
let epochs: number[] = []
/** What jobs with pictures wait for before each checkpoint. */
let gate: Promise<void> = Promise.resolve()
let windows: TestWindow[] = []
const log = new Log()
const services = testingServices()

/** Emits pictures from ops, one checkpoint a picture; fails where it is told to. */
const pictures = defineNode({
  type: 'test/pictures',
  version: 1,
  kind: 'job',
  draft: 'none',
  title: 'Pictures',
  summary: 'For tests.',
  inputs: {},
  params: {
    count: param.integer({ default: 4 }),
    fail: param.integer({ default: -1 }),
    nan: param.boolean({ default: false }),
  },
  outputs: { image: socket.image(), number: socket.number(), classes: socket.tensor() },
  run: async ({ count, fail, nan }, { job, ops, signal }) => {
    const shape = {
      kind: 'image',
      width: 4,
      height: 4,
      channels: 1,
      space: 'gray',
      alpha: false,
      range: [0, 1],
    } as const
    const made = (level: number): Promise<ImageValue> =>
      ops.fromNumbers({ shape, numbers: new Float32Array(16).fill(level) }) as Promise<ImageValue>
    for (let i = job.resume?.[0] ?? 0; i < count; i++) {
      log.add('picture', String(i))
      if (i === fail) throw new SightlineError('op.unsupported', { op: 'this', given: 'that', wanted: 'another' })
      await job.emit({ image: made(i / count) })
      await gate
      await job.checkpoint(Uint8Array.of(i + 1))
      await sleep(1, signal)
    }
    const classes = ops.fromNumbers({
      shape: { kind: 'tensor', shape: [3], axes: ['N'], dtype: 'int32' },
      numbers: [-7, 16_777_217, 2_147_483_647],
    }) as Promise<TensorValue>
    return { image: made(1), classes, number: { kind: 'number', value: nan ? Number.NaN : -0 } }
  },
  explain: { idea: 'Pictures.', reference: 'Sightline' },
})

beforeAll(async () => {
  device = (await createTestDevices()).threads
  work = createWorkPool({ threads: 2, lists: [testingWorks] })
})
afterAll(() => Promise.all([device.close(), work.close()]))

const makeEngine = (jobs?: JobStorage): Engine =>
  createEngine({
    device: device.device,
    arena: device.arena,
    nodes: [...testingNodes(log), lineJob((epoch) => epochs.push(epoch)), pictures],
    memory: 256 << 20,
    work,
    jobs,
  })

beforeEach(() => {
  log.clear()
  epochs = []
  windows = []
  used = device.arena.used
  engine = makeEngine()
})
afterEach(async () => {
  for (const { session } of windows) session.close()
  await engine.close()
  expect(device.arena.used).toBe(used)
  expect(work.counters.busy).toBe(0)
})

function openWindow(on = engine): TestWindow {
  const window = new TestWindow(on, services)
  windows.push(window)
  return window
}

const line = (params: Record<string, number> = {}) =>
  graphOf({ line: ['test/line', params], next: 'test/add' }, ['line.slope > next.a'])
const look = (window: TestWindow): void =>
  window.views([
    { id: 'curve', node: 'line', port: 'loss' },
    { id: 'next', node: 'next', port: 'number' },
  ])
/** The curve that the window shows. */
const curve = (window: TestWindow): readonly number[] =>
  (window.pictures.get('curve')?.value as PlotValue | undefined)?.series[0]?.values ?? []
const report = (window: TestWindow, node = 'line') => window.reports.get(node)
const status = (window: TestWindow, node = 'line') => report(window, node)?.status
const numberAt = (
  sinks: readonly { readonly port: string; readonly value: Value }[],
  port: string,
): number | undefined => (sinks.find((sink) => sink.port === port)?.value as NumberValue | undefined)?.value

/** What a run that nothing disturbs comes to. */
async function undisturbed(params: Record<string, number> = {}): Promise<readonly (number | undefined)[]> {
  const other = makeEngine()
  const { sinks, release } = await other.run(line(params), { services })
  const found = [numberAt(sinks, 'intercept'), numberAt(sinks, 'number')]
  release()
  await other.close()
  epochs = []
  return found
}

describe('a job in the window', () => {
  it('starts on Run only, shows its curve while it runs, and its result after', async () => {
    const window = openWindow()
    look(window)
    await window.open(line())
    expect(status(window)).toBe('manual')
    expect(epochs).toEqual([])
    window.say({ type: 'run', nodes: ['line'] })
    await window.until('a curve that grows', () => curve(window).length > 0 && status(window) === 'running')
    const early = curve(window).length
    expect(early).toBeLessThan(30)
    expect(window.pictures.has('next')).toBe(false)
    await window.until('the end', () => status(window) === 'done' && status(window, 'next') === 'done')
    await window.until('the whole curve', () => curve(window).length === 30)
    expect(report(window)?.progress).toBeUndefined()
    // The curve falls, as gradient descent does with this rate.
    expect(curve(window).every((loss, i, all) => i === 0 || loss < (all[i - 1] ?? 0))).toBe(true)
    expect(epochs).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
  })

  it('runs on while other nodes are edited, shown and run', async () => {
    const window = openWindow()
    look(window)
    await window.open(
      graphOf({ line: 'test/line', next: 'test/add', one: 'test/number', write: 'test/write' }, [
        'line.slope > next.a',
        'one.number > write.value',
      ]),
    )
    window.say({ type: 'run', nodes: ['line'] })
    await window.until('the first epoch', () => curve(window).length > 0)
    window.set('one', { value: 7 })
    window.set('next', { plus: 1 })
    window.say({ type: 'run', nodes: ['write'] })
    await window.until('the other run', () => log.count('write') === 1)
    expect(status(window)).toBe('running')
    expect(curve(window).length).toBeGreaterThan(0)
    // A run of everything takes the job along as it is.
    window.say({ type: 'run' })
    await window.until('the end', () => status(window) === 'done')
    expect(epochs).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
  })

  it('pauses at a checkpoint, holds no thread, keeps showing its curve, and goes on to the same numbers', async () => {
    const slow = { epochs: 12, ms: 40 }
    const whole = await undisturbed(slow)
    const window = openWindow()
    look(window)
    await window.open(line(slow))
    window.say({ type: 'run', nodes: ['line'] })
    await window.until('some epochs', () => epochs.length >= 5)
    window.say({ type: 'pause', nodes: ['line'] })
    await window.until('the pause', () => status(window) === 'paused')
    const made = epochs.length
    expect(made).toBeLessThan(12)
    expect(report(window)).toMatchObject({ progress: { fraction: made / 12, say: `epoch ${made} of 12` } })
    expect(report(window)?.job).toBeUndefined()
    expect(status(window, 'next')).toBe('waiting')
    expect(work.counters.busy).toBe(0)
    // An edit elsewhere runs nothing of it, and its curve stays.
    window.set('next', { plus: 1 })
    await window.idle()
    expect(status(window)).toBe('paused')
    expect(curve(window)).toHaveLength(made)
    expect(epochs).toHaveLength(made)

    window.set('next', { plus: 0 })
    window.say({ type: 'run', nodes: ['line'] })
    await window.until('the end', () => status(window) === 'done' && status(window, 'next') === 'done')
    expect(epochs).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
    const { sinks, release } = await engine.run(line(slow), { services })
    expect([numberAt(sinks, 'intercept'), numberAt(sinks, 'number')]).toEqual(whole)
    release()
  })

  it('can be resumed after a cancel and after an edit that is undone, or be started over', async () => {
    const window = openWindow()
    look(window)
    await window.open(line())
    window.say({ type: 'run', nodes: ['line'] })
    await window.until('some epochs', () => epochs.length >= 3)
    window.say({ type: 'cancel' })
    await window.until('the stop', () => status(window) === 'paused')
    const made = epochs.length
    window.set('line', { slope: 3 })
    await window.until('another job', () => status(window) === 'manual')
    window.set('line', { slope: 2 })
    await window.until('the same job', () => status(window) === 'paused')
    window.say({ type: 'run', nodes: ['line'], restart: true })
    await window.until('the end', () => status(window) === 'done')
    expect(epochs.slice(made)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
    // And once more, though it is finished.
    window.say({ type: 'run', nodes: ['line'] })
    await sleep(60, new AbortController().signal)
    expect(epochs).toHaveLength(made + 30)
    window.say({ type: 'run', nodes: ['line'], restart: true })
    await window.until('the second end', () => epochs.length === made + 60 && status(window) === 'done')
  })

  it('is never run by a live run or a quick preview', async () => {
    const window = openWindow()
    look(window)
    await window.open(line())
    for (const draft of [true, true, false]) window.set('line', { slope: Math.random() }, draft)
    window.say({ type: 'settle' })
    await window.idle()
    expect(epochs).toEqual([])
    expect(status(window)).toBe('manual')
  })

  it('shows pictures that it emits, and frees them', async () => {
    const window = openWindow()
    window.views([{ id: 'picture', node: 'pictures' }])
    await window.open(graphOf({ pictures: ['test/pictures', { count: 200 }] }))
    window.say({ type: 'run' })
    await window.until('a picture', () => (window.pictures.get('picture')?.red[0] ?? 0) > 0)
    await window.until('its report', () => status(window, 'pictures') === 'running')
    window.say({ type: 'pause' })
    await window.until('the pause', () => status(window, 'pictures') === 'paused')
    window.say({ type: 'run' })
    await window.until('the last', () => window.pictures.get('picture')?.red[0] === 255)
    expect(log.count('picture')).toBe(200)
  })

  it('says that it is to pause until it comes to its checkpoint', async () => {
    const open = Promise.withResolvers<void>()
    gate = open.promise
    const window = openWindow()
    await window.open(graphOf({ pictures: 'test/pictures' }))
    window.say({ type: 'run' })
    await window.until('the start', () => report(window, 'pictures')?.job === 'running')
    window.say({ type: 'pause' })
    await window.until('the word', () => report(window, 'pictures')?.job === 'pausing')
    expect(status(window, 'pictures')).toBe('running')
    open.resolve()
    await window.until('the pause', () => status(window, 'pictures') === 'paused')
    expect(report(window, 'pictures')?.job).toBeUndefined()
    expect(log.lines).toEqual(['picture 0'])
  })

  it('goes on from its checkpoint after it failed', async () => {
    const window = openWindow()
    window.views([{ id: 'picture', node: 'pictures' }])
    await window.open(graphOf({ pictures: ['test/pictures', { fail: 2 }] }))
    window.say({ type: 'run' })
    await window.until('the failure', () => status(window, 'pictures') === 'error')
    expect(report(window, 'pictures')?.problem?.code).toBe('op.unsupported')
    log.clear()
    window.say({ type: 'run' })
    await window.until('another', () => log.lines.length > 0)
    expect(log.lines).toEqual(['picture 2'])
  })

  it('runs for each element of a sequence, and pauses all of them', async () => {
    const document = graphOf(
      { range: ['test/range', { length: 3 }], line: ['test/line', { epochs: 6 }], sum: 'test/sum' },
      ['range.numbers > line.through', 'line.slope > sum.numbers'],
    )
    const window = openWindow()
    await window.open(document)
    window.say({ type: 'run' })
    await window.until('the second element', () => epochs.length >= 8)
    window.say({ type: 'pause' })
    await window.until('the pause', () => status(window) === 'paused')
    expect(epochs.length).toBeLessThan(18)
    window.say({ type: 'run' })
    await window.until('the end', () => status(window, 'sum') === 'done')
    expect(epochs).toEqual([1, 2, 3].flatMap(() => [1, 2, 3, 4, 5, 6]))
  })
})

describe('what is kept', () => {
  const folder = () => new JobFolder(temporaryFolder(), (line) => log.add('store', line))

  it('is the result: another engine shows it without running, its bits the same', async () => {
    const store = folder()
    const document = graphOf({ pictures: ['test/pictures', { nan: true }], line: 'test/line' })
    const first = makeEngine(store)
    const one = await first.run(document, { services })
    const picture = one.sinks.find(({ port }) => port === 'image')?.value
    const pixels = picture && [...(await one.read(picture))]
    const classes = one.sinks.find(({ port }) => port === 'classes')?.value
    // Float32 would round the second.
    expect(classes && [...(await one.read(classes))]).toEqual([-7, 16_777_217, 2_147_483_647])
    const numbers = one.sinks.flatMap(({ value }) => (value.kind === 'number' ? [value.value] : []))
    one.release()
    await first.close()
    epochs = []
    log.clear()

    const second = makeEngine(store)
    const window = openWindow(second)
    window.views([
      { id: 'picture', node: 'pictures' },
      { id: 'curve', node: 'line', port: 'loss' },
    ])
    await window.open(document)
    await window.until('the picture', () => window.pictures.get('picture')?.red[0] === 255)
    expect(window.status()).toEqual({ pictures: 'unchanged', line: 'unchanged' })
    expect(curve(window)).toHaveLength(30)
    const two = await second.run(document, { services })
    expect(two.nodes.map(({ status }) => status)).toEqual(['cached', 'cached'])
    expect(two.sinks.flatMap(({ value }) => (value.kind === 'number' ? [value.value] : []))).toEqual(numbers)
    expect(numbers).toContainEqual(Number.NaN)
    const again = two.sinks.find(({ port }) => port === 'image')?.value
    expect(again && [...(await two.read(again))]).toEqual(pixels)
    expect(epochs).toEqual([])
    expect(log.lines).toEqual([])
    const { value: kept } = two.sinks.find(({ port }) => port === 'classes') ?? {}
    expect(kept && [...(await two.read(kept))]).toEqual([-7, 16_777_217, 2_147_483_647])
    two.release()
    const anew = await second.run(document, { services, restart: true })
    expect(anew.nodes.map(({ status }) => status)).toEqual(['done', 'done'])
    anew.release()
    expect(epochs).toHaveLength(30)
    window.session.close()
    await second.close()
  })

  it('is the checkpoint: another engine goes on from it, bit for bit', async () => {
    const whole = await undisturbed()
    const store = folder()
    const first = makeEngine(store)
    const stop = new AbortController()
    const run = first.run(line(), { services, signal: stop.signal })
    run.catch(() => undefined)
    while (epochs.length < 7) await sleep(2, stop.signal)
    stop.abort()
    await expect(run).rejects.toThrow()
    await first.close()
    const made = epochs.length

    const second = makeEngine(store)
    const window = openWindow(second)
    await window.open(line())
    expect(report(window)).toMatchObject({ status: 'paused', progress: { say: `epoch ${made} of 30` } })
    const { sinks, release } = await second.run(line(), { services })
    expect([numberAt(sinks, 'intercept'), numberAt(sinks, 'number')]).toEqual(whole)
    release()
    expect(epochs.slice(made)[0]).toBe(made + 1)
    window.session.close()
    await second.close()
  })

  it('is not needed: a disk that takes nothing stops no job but where it pauses', async () => {
    const full = new SightlineError('file.disk-full', { path: 'jobs' })
    const engine = makeEngine({
      ...memoryStorage(),
      write: (_, file) => (file === 'result' ? Promise.reject(full) : Promise.resolve()),
    })
    const window = openWindow(engine)
    await window.open(line({ epochs: 2 }))
    window.say({ type: 'run', nodes: ['line'] })
    await window.until('the end', () => status(window) === 'done')
    expect(report(window)?.note).toContain('The disk is full')
    window.session.close()
    await engine.close()
  })
})
