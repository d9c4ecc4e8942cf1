import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { type Document, fileLimits, type NodeRecord } from '../graph/document.ts'
import { applyEdit, type Edit } from '../graph/edit.ts'
import { defineNode } from '../graph/node.ts'
import { Arena } from '../memory/arena.ts'
import type { Ops } from '../ops/calls.ts'
import type { MethodResult } from '../protocol/messages.ts'
import type { Services } from '../types/services.ts'
import type { BoxesValue, DType, ImageShape, ImageValue, TensorValue } from '../values/index.ts'
import { socket } from '../values/sockets.ts'
import { createEngine } from './create.ts'
import type { Engine } from './engine.ts'
import { chainOf, graphOf, Log, sleep, testingNodes, testingServices, warmUp } from './testing.ts'
import { TestWindow } from './testing-window.ts'

let device: TestDevice
let engine: Engine
let used = 0
const log = new Log()
const files = new Map([['a.txt', 1]])
const services: Services = testingServices(files)
let windows: TestWindow[] = []

beforeAll(async () => {
  device = (await createTestDevices()).threads
  await warmUp(device)
})
afterAll(() => device.close())
beforeEach(() => {
  log.clear()
  windows = []
  used = device.arena.used
  engine = createEngine({ device: device.device, arena: device.arena, nodes: testingNodes(log), memory: 256 << 20 })
})
afterEach(async () => {
  for (const { session } of windows) session.close()
  await engine.close()
  expect(device.arena.used).toBe(used)
  expect(device.arena.counters.spilled).toBe(0)
})

function openWindow(world = services): TestWindow {
  const window = new TestWindow(engine, world)
  windows.push(window)
  return window
}

/** Long enough for messages under way to arrive. */
const rest = (): Promise<void> => sleep(60, new AbortController().signal)
const photo = (side = 8) => ['test/image', { width: side, height: side, ramp: true }] as const

describe('mirroring', () => {
  it('follows edits and tells what is known, what runs and what came of it', async () => {
    const window = openWindow()
    await window.open(chainOf(3))
    expect(window.of('analysis')).toHaveLength(1)
    expect(window.of('analysis')[0]?.shapes).toEqual({
      n1: { number: { kind: 'number' } },
      n2: { number: { kind: 'number' } },
      n3: { number: { kind: 'number' } },
    })
    expect(window.status()).toEqual({ n1: 'done', n2: 'done', n3: 'done' })
    expect(window.reports.get('n2')?.ms).toBeGreaterThanOrEqual(0)
    const last = window.of('status').at(-1)
    expect(last?.run).toMatchObject({ state: 'idle', done: 3, total: 3 })
    expect(window.session.rev).toBe(1)

    window.set('n2', { plus: 4 })
    await window.idle()
    expect(log.lines).toEqual(['number n1', 'add n2', 'add n3', 'add n2', 'add n3'])
    expect(window.status()).toEqual({ n1: 'unchanged', n2: 'done', n3: 'done' })
    expect(window.session.rev).toBe(2)
    expect(window.session.document.nodes.n2?.params).toEqual({ plus: 4, tag: 'n2' })
    // Shapes are the same, so there is nothing to report.
    expect(window.of('analysis')).toHaveLength(1)
  })

  it('lets others have their turn while a large document is opened', async () => {
    const window = openWindow()
    let turns = 0
    let ticking = setImmediate(function tick() {
      turns++
      ticking = setImmediate(tick)
    })
    await window.open(chainOf(1500))
    clearImmediate(ticking)
    // Reading, checking, planning and running it each take several.
    expect(turns).toBeGreaterThan(5)
    expect(window.status().n1500).toBe('done')
  })

  it('answers undo from the cache', async () => {
    const window = openWindow()
    const document = chainOf(10)
    await window.open(document)
    const edit: Edit = [
      { table: 'nodes', id: 'n5', value: { type: 'test/add', params: { plus: 9 }, position: { x: 0, y: 0 } } },
    ]
    const { inverse } = applyEdit(document, edit)
    window.edit(edit)
    await window.idle()
    const runs = engine.counters.runs
    window.edit(inverse)
    await window.idle()
    window.edit(edit)
    await window.idle()
    expect(engine.counters.runs).toBe(runs)
    expect(window.status().n10).toBe('unchanged')
  })

  it('handles what comes while a large document is read after it, in order', async () => {
    const window = openWindow()
    const large = chainOf(fileLimits.nodes)
    const opened = window.open(large)
    expect(window.session.reading).toBeInstanceOf(Promise)
    const record = large.nodes.n2 as NodeRecord
    window.edit([{ table: 'nodes', id: 'n2', value: { ...record, title: 'edited' } }])
    const small = chainOf(2)
    const profile = window.session.request('profile', {}).then(() => window.session.document.nodes.n2?.title)
    expect(await profile).toBe('edited')
    expect(window.session.reading).toBeUndefined()
    await opened
    expect(window.of('resync')).toEqual([])
    await window.open(small)
    expect(window.session.document).toEqual(small)
  })

  it('asks for the whole document when it is out of step, once', async () => {
    const window = openWindow()
    const document = chainOf(2)
    await window.open(document)
    window.rev += 3
    window.set('n2', { plus: 3 })
    window.set('n2', { plus: 4 })
    expect(window.of('resync').map(({ problem }) => problem)).toEqual([
      { code: 'protocol.out-of-step', params: { expected: 2, given: 5 } },
    ])
    expect(window.session.rev).toBe(1)
    await window.open(document)
    window.set('n2', { plus: 5 })
    await window.idle()
    expect(window.of('resync')).toHaveLength(1)
    expect(window.session.document.nodes.n2?.params?.plus).toBe(5)
  })

  it('asks for it after an edit that does not fit', async () => {
    const window = openWindow()
    await window.open(chainOf(2))
    window.edit([{ graph: 'none', table: 'nodes', id: 'x', value: null }])
    expect(window.of('resync')[0]?.problem.code).toBe('edit.impossible')
  })

  it('says what is wrong with a document that it cannot read', async () => {
    const window = openWindow()
    window.rev = 1
    window.say({ type: 'open', rev: 1, document: { format: 'something' } })
    await window.idle()
    expect(window.of('analysis')[0]?.problems[0]?.code).toMatch(/^document\./)
  })

  it('tells everything again to a window that opens again', async () => {
    const window = openWindow()
    const document = graphOf({ photo: photo() })
    window.views([{ id: 'v', node: 'photo' }])
    await window.open(document)
    expect(window.of('previews')).toHaveLength(1)
    window.forget()
    await window.open(document)
    expect(window.of('analysis')).toHaveLength(1)
    expect(window.of('previews')).toHaveLength(1)
    expect(window.of('status').some(({ nodes }) => nodes.photo?.status === 'unchanged')).toBe(true)
    expect(log.count('image')).toBe(1)
  })

  it('tells circles, unfinished wires and wires that do not fit', async () => {
    const window = openWindow()
    await window.open(
      graphOf({ a: 'test/add', b: 'test/add', open: 'test/gain', text: 'test/number', data: 'test/gain' }, [
        'a.number > b.a',
        'b.number > a.a',
        'text.number > data.image',
      ]),
    )
    const [analysis] = window.of('analysis')
    expect(analysis?.problems).toEqual([{ code: 'graph.cycle', params: { path: expect.any(String) } }])
    expect(analysis?.wires['data.image']?.problem?.code).toBe('wire.type')
    expect(window.status()).toEqual({ a: 'error', b: 'error', open: 'waiting', text: 'done', data: 'error' })
    expect(window.reports.get('open')?.problem?.code).toBe('input.waiting')
  })

  it('gives a subgraph the report of the worst inside it', async () => {
    const window = openWindow()
    const inner = graphOf({ bad: 'test/fail', fine: 'test/number' })
    const { graphs: _, ...graph } = inner
    await window.open({
      ...graphOf({ outer: 'graph/inner' }),
      graphs: { inner: { ...graph, inputs: {}, outputs: {} } },
    })
    expect(window.status()).toEqual({ 'outer/bad': 'error', 'outer/fine': 'done', outer: 'error' })
  })

  it('watches the files of sources, and looks again when one changes', async () => {
    files.set('a.txt', 1)
    const window = openWindow()
    await window.open(graphOf({ file: ['test/file', { path: 'a.txt' }], next: 'test/add' }, ['file.number > next.a']))
    expect(window.watched).toEqual([['a.txt']])
    window.session.changed('other.txt')
    await rest()
    expect(log.count('file')).toBe(1)
    files.set('a.txt', 2)
    window.session.changed('a.txt')
    await window.idle()
    expect(log.count('file')).toBe(2)
    files.delete('a.txt')
    window.session.changed('a.txt')
    await window.idle()
    expect(window.reports.get('file')).toMatchObject({ status: 'error', problem: { code: 'file.missing' } })
    expect(window.reports.get('next')).toMatchObject({ status: 'skipped', problem: { params: { node: 'file' } } })
    files.set('a.txt', 2)
    window.session.changed('a.txt')
    await window.idle()
    expect(window.status()).toEqual({ file: 'unchanged', next: 'unchanged' })
  })

  it('shares results between windows', async () => {
    const [one, two] = [openWindow(), openWindow()]
    await one.open(chainOf(5))
    await two.open(chainOf(5))
    expect(engine.counters.runs).toBe(5)
    expect(two.status().n5).toBe('unchanged')
  })
})

describe('newest wins', () => {
  const document = graphOf(
    {
      start: 'test/number',
      slow: ['test/sleep', { ms: 80, tag: 'slow' }],
      other: ['test/sleep', { ms: 30, tag: 'other' }],
      end: 'test/add',
    },
    ['start.number > slow.a', 'start.number > other.a', 'slow.number > end.a', 'other.number > end.b'],
  )

  it('stops what nobody wants any more, and lets go on what is still wanted', async () => {
    const window = openWindow()
    const opened = window.open(document)
    await window.until('both to run', () => log.sleeping === 2)
    window.set('other', { ms: 20 })
    await window.idle()
    await opened
    expect(log.count('sleep', 'slow')).toBe(1)
    expect(log.count('sleep', 'other')).toBe(2)
    expect(log.count('slept', 'other')).toBe(1)
    // Also what was done before the edit: the first run never completed.
    expect(window.status()).toEqual({ start: 'done', slow: 'done', other: 'done', end: 'done' })
  })

  it('keeps nothing of what was stopped', async () => {
    const window = openWindow()
    const opened = window.open(
      graphOf({ start: 'test/number', slow: ['test/sleep', { ms: 50 }] }, ['start.number > slow.a']),
    )
    await window.until('it to run', () => log.sleeping === 1)
    window.set('slow', { ms: 5 })
    await opened
    window.set('slow', { ms: 50 })
    await window.idle()
    expect(log.count('sleep')).toBe(3)
    expect(log.count('slept')).toBe(2)
  })

  it('stops when told to, and goes on with the next edit', async () => {
    const window = openWindow()
    const opened = window.open(document)
    await window.until('both to run', () => log.sleeping === 2)
    window.say({ type: 'cancel' })
    await opened
    await rest()
    expect(log.sleeping).toBe(0)
    expect(log.count('slept')).toBe(0)
    expect(window.status()).toMatchObject({ slow: 'idle', other: 'idle', end: 'idle' })
    window.set('end', { plus: 1 })
    await window.idle()
    expect(window.status().end).toBe('done')
  })

  it('stops all when the session closes', async () => {
    const window = openWindow()
    window.open(document).catch(() => undefined)
    await window.until('both to run', () => log.sleeping === 2)
    window.session.close()
    await rest()
    expect(log.sleeping).toBe(0)
    const told = window.messages.length
    window.set('end', { plus: 1 })
    await rest()
    expect(window.messages).toHaveLength(told)
  })
})

describe('times', () => {
  const document = graphOf(
    {
      start: 'test/number',
      slow: ['test/sleep', { ms: 80, tag: 'slow' }],
      other: ['test/sleep', { ms: 30, tag: 'other' }],
      end: 'test/add',
    },
    ['start.number > slow.a', 'start.number > other.a', 'slow.number > end.a', 'other.number > end.b'],
  )
  const train = graphOf({ start: 'test/number', train: ['test/train', { ms: 20 }], after: 'test/add' }, [
    'start.number > train.a',
    'train.number > after.a',
  ])
  const lastRun = (window: TestWindow) => window.of('status').at(-1)?.run
  const profileOf = async (window: TestWindow) =>
    ((await window.session.request('profile', {})) as MethodResult<'profile'>).profile

  /** No node takes longer than the run, and the parts add up. */
  async function agree(window: TestWindow): Promise<void> {
    const { ms = 0 } = lastRun(window) ?? {}
    for (const report of window.reports.values())
      if (report.status === 'done') expect(report.ms).toBeLessThanOrEqual(ms + 1e-6)
    const profile = await profileOf(window)
    expect(profile?.ms).toBe(ms)
    for (const { node, compute, transfer } of profile?.nodes ?? [])
      expect(compute + transfer).toBeCloseTo(window.reports.get(node)?.ms ?? 0, 6)
    expect(profile?.between).toBeLessThanOrEqual(ms)
  }

  it('agree, whatever a run took over from one that it replaced', async () => {
    const window = openWindow()
    const opened = window.open(document)
    await window.until('both to run', () => log.sleeping === 2)
    await sleep(50, new AbortController().signal)
    window.set('other', { ms: 1 })
    await window.idle()
    await opened
    expect(log.count('sleep', 'slow')).toBe(1)
    expect(window.reports.get('slow')?.ms).toBeGreaterThan(60)
    await agree(window)
  })

  it('agree where a quick preview was the result already', async () => {
    const window = openWindow()
    window.views([{ id: 'v', node: 'bright' }])
    await window.open(graphOf({ photo: photo(), bright: 'test/gain' }, ['photo.image > bright.image']))
    window.set('bright', { factor: 0.5 }, true)
    await window.idle()
    window.say({ type: 'settle' })
    await window.idle()
    // It ran once: the picture is so small that its quick preview is the result.
    expect(log.count('gain')).toBe(2)
    expect(window.status()).toEqual({ photo: 'unchanged', bright: 'done' })
    await agree(window)
    expect((await profileOf(window))?.nodes.map(({ node }) => node)).toEqual(['bright'])
  })

  it('are not replaced by runs that had nothing to compute', async () => {
    const window = openWindow()
    await window.open(document)
    const { ms } = lastRun(window) ?? {}
    window.views([{ id: 'v', node: 'end', port: 'number' }])
    await rest()
    const { end } = window.session.document.nodes
    window.edit([{ table: 'nodes', id: 'end', value: { ...end, position: { x: 9, y: 9 } } as NodeRecord }])
    await window.idle()
    expect(lastRun(window)).toMatchObject({ state: 'idle', ms })
    // A node that was moved is no other.
    expect(window.status().end).toBe('done')
    await agree(window)
  })

  it('of an explicit run go from the request to the last node', async () => {
    const window = openWindow()
    await window.open(train)
    expect(window.status()).toMatchObject({ train: 'manual', after: 'waiting' })
    window.say({ type: 'run' })
    await window.until('the end', () => window.reports.get('after')?.status === 'done')
    await window.until('it to be told', () => lastRun(window)?.state === 'idle')
    await rest()
    expect(window.reports.get('train')?.ms).toBeGreaterThan(40)
    await agree(window)
    // What waited for the job belongs to the same run.
    expect((await profileOf(window))?.nodes.map(({ node }) => node)).toEqual(['train', 'after'])
  })

  it('say nothing of an empty canvas', async () => {
    const window = openWindow()
    await window.open(graphOf({}))
    expect(lastRun(window)).toEqual({ state: 'idle', done: 0, total: 0, memory: 0 })
    expect(await profileOf(window)).toBeUndefined()
  })

  it('tell a node that waits for others from one that computes', async () => {
    const window = openWindow()
    await window.open(
      graphOf({ range: ['test/range', { length: 3 }], slow: ['test/sleep', { ms: 20 }], sum: 'test/sum' }, [
        'range.numbers > slow.a',
        'slow.number > sum.numbers',
      ]),
    )
    const nodes = new Map((await profileOf(window))?.nodes.map((each) => [each.node, each]))
    expect(nodes.get('slow')).toMatchObject({ runs: 3 })
    expect(nodes.get('slow')?.compute).toBeGreaterThan(50)
    expect(nodes.get('sum')?.wait).toBeGreaterThan(50)
    expect(nodes.get('sum')?.compute).toBeLessThan(20)
    expect(window.reports.get('sum')?.ms).toBeLessThan(20)
    await agree(window)
  })

  it('count what is done while the rest runs', async () => {
    const window = openWindow()
    const opened = window.open(document)
    await window.until('both to run', () => log.sleeping === 2)
    await window.until('it to be told', () => lastRun(window)?.done === 1)
    expect(lastRun(window)).toMatchObject({ state: 'full', done: 1, total: 4 })
    await opened
    window.set('slow', { ms: 40 })
    await window.until('it to run', () => log.sleeping === 1)
    await window.until('it to be told', () => lastRun(window)?.state === 'full')
    expect(lastRun(window)).toMatchObject({ done: 2, total: 4 })
    await window.idle()
    expect(lastRun(window)).toMatchObject({ state: 'idle', done: 4, total: 4 })
  })

  it('call a result that was kept from before cached, and one that stays unchanged', async () => {
    const window = openWindow()
    await window.open(document)
    window.set('other', { ms: 1 })
    await window.idle()
    window.set('other', { ms: 30 })
    await window.idle()
    expect(window.reports.get('other')).toMatchObject({ status: 'unchanged', cached: true })
    expect(window.reports.get('slow')).not.toHaveProperty('cached')
    const before = lastRun(window)?.ms
    expect(before).toBeGreaterThan(0)
  })
})

describe('views', () => {
  const document = graphOf(
    {
      photo: photo(),
      bright: ['test/gain', { factor: 0.5 }],
      dark: ['test/gain', { factor: 0.25 }],
      number: 'test/number',
    },
    ['photo.image > bright.image', 'photo.image > dark.image'],
  )

  it('sends all previews of a run in one frame, and then only what changed', async () => {
    const window = openWindow()
    window.views([
      { id: 'a', node: 'photo' },
      { id: 'b', node: 'bright' },
      { id: 'c', node: 'dark', width: 4, height: 4 },
      { id: 'd', node: 'number', port: 'number' },
    ])
    await window.open(document)
    expect(window.of('previews')).toHaveLength(1)
    const [frame] = window.of('previews')
    expect(frame).toMatchObject({ rev: 1, quality: 'full' })
    expect(frame?.items.map(({ view, width, height, offset }) => [view, width, height, offset])).toEqual([
      ['a', 8, 8, 0],
      ['b', 8, 8, 256],
      ['c', 4, 4, 512],
      ['d', 0, 0, 576],
    ])
    expect(window.pictures.get('a')?.red.slice(0, 8)).toEqual([0, 32, 64, 96, 128, 159, 191, 223])
    expect(window.pictures.get('a')).toMatchObject({
      shape: { kind: 'image', width: 8, height: 8 },
      region: { x: 0, y: 0, width: 8, height: 8 },
      display: { mode: 'clip', range: [0, 1] },
    })
    expect(window.pictures.get('d')?.value).toEqual({ kind: 'number', value: 1 })

    window.forget()
    window.set('dark', { factor: 0.125 })
    await window.idle()
    expect(window.of('previews').map(({ rev, items }) => [rev, items.map(({ view }) => view)])).toEqual([[2, ['c']]])
  })

  it('answers another zoom or display without a run', async () => {
    const window = openWindow()
    window.views([{ id: 'a', node: 'photo' }])
    await window.open(document)
    window.forget()
    const { runs } = engine.counters
    window.views([{ id: 'a', node: 'photo', region: { x: 4, y: 0, width: 4, height: 2 } }])
    await window.until('the part', () => window.of('previews').length === 1)
    expect(window.pictures.get('a')).toMatchObject({ width: 4, height: 2, region: { x: 4, y: 0, width: 4, height: 2 } })
    expect(window.pictures.get('a')?.red.slice(0, 4)).toEqual([128, 159, 191, 223])
    window.views([{ id: 'a', node: 'photo', display: { mode: 'stretch' } }])
    await window.until('the other display', () => window.of('previews').length === 2)
    expect(window.pictures.get('a')?.red.slice(0, 8)).toEqual([0, 36, 73, 109, 146, 182, 219, 255])
    expect(engine.counters.runs).toBe(runs)
    expect(window.of('status')).toEqual([])
  })

  it('ends with the last zoom, also when it is the one before the last again', async () => {
    const window = openWindow()
    const near = [{ id: 'a', node: 'photo', width: 8, height: 8 }]
    await window.open(document)
    // The zoom changes at every stage of the previous picture.
    for (let ticks = 0; ticks < 30; ticks++) {
      window.views(near)
      await window.until('the zoom', () => window.pictures.get('a')?.width === 8)
      window.views([{ id: 'a', node: 'photo', width: 4, height: 4 }])
      for (let i = 0; i < ticks; i++) await null
      window.views(near)
      window.set('number', { value: ticks + 2 })
      await window.idle()
      expect([ticks, window.pictures.get('a')?.width]).toEqual([ticks, 8])
    }
  })

  it('completes a result when another output is looked at', async () => {
    const window = openWindow()
    window.views([{ id: 'a', node: 'both', port: 'left' }])
    await window.open(graphOf({ start: 'test/number', both: 'test/both' }, ['start.number > both.a']))
    window.views([
      { id: 'a', node: 'both', port: 'left' },
      { id: 'b', node: 'both', port: 'right' },
    ])
    await window.until('the other output', () => window.pictures.has('b'))
    expect(log.lines).toEqual(['number', 'both left', 'both right'])
    expect(window.pictures.get('b')?.value).toEqual({ kind: 'number', value: 2 })
    expect(window.pictures.get('a')?.value).toEqual({ kind: 'number', value: 0 })
    window.views([{ id: 'a', node: 'both', port: 'left' }])
    await rest()
    expect(log.lines).toHaveLength(3)
  })

  it('sees through bypassed nodes and subgraphs', async () => {
    const window = openWindow()
    const { graphs: _, ...inner } = graphOf({ gain: ['test/gain', { factor: 0.5 }] })
    window.views([
      { id: 'skip', node: 'skip' },
      { id: 'sub', node: 'sub', port: 'out' },
      { id: 'gain', node: 'sub/gain' },
    ])
    const outer = graphOf({ photo: photo(), skip: ['test/gain', { factor: 0 }], sub: 'graph/inner' }, [
      'photo.image > skip.image',
      'skip.image > sub.in',
    ])
    const { skip } = outer.nodes
    if (!skip) throw new Error('no skip')
    await window.open({
      ...outer,
      nodes: { ...outer.nodes, skip: { ...skip, bypass: true } },
      graphs: { inner: { ...inner, inputs: { in: { to: ['gain.image'] } }, outputs: { out: { from: 'gain.image' } } } },
    })
    expect(window.pictures.get('skip')?.red[7]).toBe(223)
    expect(window.pictures.get('sub')?.red[7]).toBe(112)
    expect(window.pictures.get('gain')?.red[7]).toBe(112)
    expect(window.status().skip).toBe('bypassed')
  })

  it('sends small values as they are, and tensors as pictures', async () => {
    const window = openWindow()
    window.views(['text', 'table', 'plot', 'nan', 'tensor'].map((port) => ({ id: port, node: 'values', port })))
    await window.open(graphOf({ values: 'test/values' }))
    const value = (view: string) => window.pictures.get(view)?.value as Record<string, unknown> | undefined
    expect(String(value('text')?.text)).toHaveLength(20_000)
    expect(value('table')).toMatchObject({ columns: ['a', 'b'] })
    expect(value('table')?.rows).toHaveLength(500)
    expect(value('plot')).toMatchObject({ kind: 'plot', series: [{ name: 's', values: [1, 2] }] })
    expect(value('nan')).toEqual({ kind: 'text', text: 'NaN' })
    expect(window.pictures.get('tensor')).toMatchObject({
      width: 2,
      height: 1,
      red: [0, 255],
      shape: { kind: 'tensor', shape: [3, 1, 2] },
    })
    expect(await window.session.request('probe', { node: 'values', port: 'tensor', x: 1, y: 0 })).toEqual({
      values: [1, 0.5, 0],
      draft: false,
    })
  })

  it('holds what is shown, however full the memory is', async () => {
    const window = openWindow()
    window.views([{ id: 'a', node: 'photo', region: { x: 0, y: 0, width: 8, height: 8 } }])
    await window.open(graphOf({ photo: photo(512) }))
    for (let i = 0; i < 5; i++) {
      const others = graphOf(
        {
          p: photo(2048),
          ...Object.fromEntries(Array.from({ length: 6 }, (_, k) => [`g${k}`, ['test/gain', { factor: i * 10 + k }]])),
        },
        Array.from({ length: 6 }, (_, k) => `p.image > g${k}.image`),
      )
      ;(await engine.run(others, { services })).release()
    }
    expect(engine.counters.evictions).toBeGreaterThan(0)
    window.forget()
    log.clear()
    window.views([{ id: 'a', node: 'photo', region: { x: 8, y: 0, width: 8, height: 8 } }])
    await window.until('the part', () => window.of('previews').length === 1)
    expect(log.lines).toEqual([])
  })

  it('brings nodes that an older Sightline saved up to date', async () => {
    await engine.close()
    const nodes = testingNodes(log).map((node) => ({
      ...node,
      version: 2,
      migrate: { 1: ({ radius }: Record<string, unknown>) => ({ sigma: radius }) },
    }))
    engine = createEngine({ device: device.device, arena: device.arena, nodes, memory: 256 << 20 })
    const window = openWindow()
    const old = { id: 'a', type: nodes[0]?.type, params: { radius: 3 }, position: { x: 0, y: 0 } }
    const document = { format: 'sightline', version: 1, nodes: [old], edges: [] }
    expect(await window.session.request('upgrade', { document })).toMatchObject({
      document: { nodes: [{ ...old, version: 2, params: { sigma: 3 } }] },
    })
  })

  it('takes no more memory for many statistics at once than for a few', async () => {
    const window = openWindow()
    await window.open(graphOf({ photo: photo(64), bright: 'test/gain' }, ['photo.image > bright.image']))
    window.views([{ id: 'v', node: 'bright' }])
    await window.idle()
    const alloc = vi.spyOn(device.arena, 'alloc')
    const mostFor = async (count: number): Promise<number> => {
      let most = 0
      alloc.mockImplementation((...given) => {
        const address = Arena.prototype.alloc.apply(device.arena, given)
        most = Math.max(most, device.arena.used)
        return address
      })
      const ask = () => window.session.request('statistics', { node: 'bright', port: 'image', bins: 256 })
      await Promise.all(Array.from({ length: count }, ask))
      return most
    }
    try {
      expect(await mostFor(100)).toBe(await mostFor(2))
    } finally {
      alloc.mockRestore()
    }
  })

  it('answers probes and statistics', async () => {
    const window = openWindow()
    await window.open(document)
    expect(await window.session.request('probe', { node: 'photo', port: 'image', x: 3, y: 1 })).toEqual({
      values: [0.375],
      draft: false,
    })
    expect(await window.session.request('probe', { node: 'photo', port: 'image', x: 8, y: 1 })).toEqual({
      values: [],
      draft: false,
    })
    const statistics = await window.session.request('statistics', { node: 'bright', port: 'image', bins: 4 })
    expect(statistics).toMatchObject({
      shape: { kind: 'image', width: 8 },
      channels: [{ min: 0, max: 0.4375, nan: 0, histogram: [32, 32, 0, 0], range: [0, 1] }],
    })
    window.edit([{ table: 'nodes', id: 'bad', value: { type: 'test/fail', position: { x: 0, y: 0 } } }])
    await expect(window.session.request('probe', { node: 'bad', port: 'number', x: 0, y: 0 })).rejects.toThrow('broken')
    await expect(window.session.request('probe', { node: 'none', port: 'x', x: 0, y: 0 })).rejects.toMatchObject({
      code: 'input.waiting',
    })
  })
})

describe('what lies over a picture', () => {
  const explain = { idea: 'A node for tests.', reference: 'Sightline' }
  const base = { version: 1, kind: 'pure', draft: 'exact', title: 'Test', summary: 'For tests.', explain } as const
  const halved = ({ width, height, channels }: ImageShape): ImageShape => ({
    ...{ kind: 'image', width: width / 2, height: height / 2, channels, space: 'gray', alpha: false, range: [0, 1] },
  })
  /** One box in a picture of this size. */
  const found = async ({ width, height }: ImageValue, ops: Ops): Promise<BoxesValue> => {
    const tensor = async (shape: number[], numbers: number[], dtype: DType = 'float32') =>
      (await ops.fromNumbers({
        shape: { kind: 'tensor', shape, axes: shape.map((_, i) => 'NC'[i] ?? ''), dtype },
        numbers,
      })) as TensorValue
    const [boxes, scores] = [await tensor([1, 4], [1, 2, 5, 6]), await tensor([1], [0.5])]
    return { kind: 'boxes', width, height, names: ['cup'], boxes, scores, classes: await tensor([1], [0], 'int32') }
  }
  const nodes = [
    defineNode({
      ...base,
      type: 'over/find',
      inputs: { left: socket.image({ optional: true }), right: socket.image() },
      params: {},
      outputs: {
        boxes: socket.boxes({ over: 'right' }),
        onLeft: socket.boxes({ over: 'left' }),
        nowhere: socket.boxes(),
      },
      run: async ({ right }, { ops }) => ({
        boxes: await found(right, ops),
        onLeft: await found(right, ops),
        nowhere: await found(right, ops),
      }),
    }),
    defineNode({
      ...base,
      type: 'over/half',
      inputs: { image: socket.image() },
      params: {},
      outputs: { image: socket.image({ over: 'image' }) },
      shape: ({ image }) => (image ? { image: halved(image) } : {}),
      run: async ({ image }, { ops }) => {
        const shape = halved(image)
        const numbers = new Float32Array(shape.width * shape.height * shape.channels).fill(1)
        return { image: (await ops.fromNumbers({ shape, numbers })) as ImageValue }
      },
    }),
    ...(['source', 'itself'] as const).map((where) => {
      const times = where === 'source' ? 2 : 1
      const sized = ({ width, height }: ImageShape) => ({ width: width * times, height: height * times })
      return defineNode({
        ...base,
        type: `over/${where}`,
        inputs: { image: socket.image() },
        params: {},
        outputs: { boxes: socket.boxes({ over: 'image' }) },
        shape: ({ image }) => (image ? { boxes: { kind: 'boxes', ...sized(image) } } : {}),
        run: async ({ image }, { ops }) => ({ boxes: await found({ ...image, ...sized(image) }, ops) }),
      })
    }),
    defineNode({
      ...base,
      type: 'over/keep',
      inputs: { boxes: socket.boxes() },
      params: {},
      outputs: { boxes: socket.boxes({ over: 'boxes' }) },
      run: ({ boxes }) => ({ boxes }),
    }),
  ]
  const marks = [{ kind: 'rect', box: [1, 2, 5, 6], label: 'cup', weight: 0.5, group: 0, row: 0 }]
  const flat = (value: number) => ['test/image', { value }] as const
  const showing = async (views: Record<string, string>, document: Document): Promise<TestWindow> => {
    await engine.close()
    const all = [...testingNodes(log), ...nodes]
    engine = createEngine({ device: device.device, arena: device.arena, nodes: all, memory: 256 << 20 })
    const window = openWindow()
    window.views(
      Object.entries(views).map(([id, ref]) => {
        const [node = '', port = ''] = ref.split('.')
        return { id, node, port }
      }),
    )
    await window.open(document)
    return window
  }
  const under = (window: TestWindow, id: string): number | undefined => window.pictures.get(id)?.red[0]

  it('is drawn over the picture at the input that its socket names, and over no other', async () => {
    const window = await showing(
      { right: 'find.boxes', left: 'find.onLeft', none: 'find.nowhere', alone: 'other.onLeft' },
      graphOf({ a: flat(0.2), b: flat(0.8), find: 'over/find', other: 'over/find' }, [
        'a.image > find.left',
        'b.image > find.right',
        'b.image > other.right',
      ]),
    )
    expect(under(window, 'right')).toBe(204)
    expect(under(window, 'left')).toBe(51)
    // Its socket names no input, and nothing is wired to the input named: over nothing.
    expect(under(window, 'none')).toBe(0)
    expect(under(window, 'alone')).toBe(0)
    for (const id of ['right', 'left', 'none', 'alone']) {
      expect(window.pictures.get(id)?.marks, id).toEqual(marks)
      expect(window.pictures.get(id), id).toMatchObject({ width: 8, height: 8 })
    }
  })

  it('is counted once it was found, for the subgraph around it too', async () => {
    const inner = graphOf({ b: flat(0.8), find: 'over/find', keep: 'over/keep' }, [
      'b.image > find.right',
      'find.boxes > keep.boxes',
    ])
    const { graphs: _, ...graph } = inner
    const window = await showing(
      {},
      {
        ...graphOf({ outer: 'graph/inner' }),
        graphs: { inner: { ...graph, inputs: {}, outputs: { boxes: { from: 'keep.boxes' } } } },
      },
    )
    const boxes = { kind: 'boxes', count: 1, width: 8, height: 8 }
    expect(window.reports.get('outer/keep')?.found).toEqual({ boxes })
    expect(window.reports.get('outer')?.found).toEqual({ boxes })
    // What was known before is not repeated.
    expect(window.reports.get('outer/b')).not.toHaveProperty('found')
  })

  it('is followed upstream through nodes whose input lies over something itself', async () => {
    const window = await showing(
      { near: 'first.boxes', far: 'second.boxes', lost: 'third.boxes' },
      graphOf({ a: flat(0.2), find: 'over/find', first: 'over/keep', second: 'over/keep', third: 'over/keep' }, [
        'a.image > find.right',
        'find.boxes > first.boxes',
        'first.boxes > second.boxes',
        'find.nowhere > third.boxes',
      ]),
    )
    expect(under(window, 'near')).toBe(51)
    expect(under(window, 'far')).toBe(51)
    expect(under(window, 'lost')).toBe(0)
    expect(window.pictures.get('far')?.marks).toEqual(marks)
    // Another picture under the same boxes is another preview.
    window.set('a', { value: 0.4 })
    await window.until('the other picture', () => under(window, 'far') === 102)
  })

  it('is drawn over the picture whose pixels it is told in, where that lies over another itself', async () => {
    const window = await showing(
      { far: 'told.boxes', near: 'own.boxes' },
      graphOf({ a: flat(0.2), half: 'over/half', told: 'over/source', own: 'over/itself' }, [
        'a.image > half.image',
        'half.image > told.image',
        'half.image > own.image',
      ]),
    )
    // The smaller picture is white.
    expect(under(window, 'far')).toBe(51)
    expect(under(window, 'near')).toBe(255)
  })

  it('follows the element of a sequence that is in view', async () => {
    const window = await showing(
      { far: 'keep.boxes' },
      graphOf({ photos: ['test/images', { length: 4 }], find: 'over/find', keep: 'over/keep' }, [
        'photos.images > find.right',
        'find.boxes > keep.boxes',
      ]),
    )
    expect(under(window, 'far')).toBe(0)
    window.say({ type: 'scrub', node: 'keep', index: 3 })
    await window.until('the last element', () => under(window, 'far') === 191)
    expect(window.pictures.get('far')?.marks).toEqual(marks)
  })
})

describe('quick previews', () => {
  const side = 64
  const document = graphOf(
    { photo: photo(side), one: ['test/gain', { factor: 1 }], two: ['test/gain', { tag: 'two' }], write: 'test/write' },
    ['photo.image > one.image', 'one.image > two.image', 'two.image > write.value'],
  )
  const look = [
    { id: 'p', node: 'photo' },
    { id: 'a', node: 'one', width: 16, height: 16 },
    { id: 'b', node: 'two' },
  ]

  it('run on smaller pictures with scaled lengths, and the full result follows', async () => {
    const window = openWindow()
    window.views(look)
    await window.open(document)
    expect(window.pictures.get('a')).toMatchObject({ width: 16, height: 16 })
    window.forget()
    log.clear()
    window.set('one', { factor: 0.5 }, true)
    await window.idle()
    // At most 16 of 64 pixels are shown, but small pictures keep 32.
    expect(log.lines).toEqual(['gain 32x32 radius 4', 'gain two 32x32 radius 4'])
    const [frame] = window.of('previews')
    expect(frame?.quality).toBe('draft')
    expect(frame?.items.map(({ view }) => view)).toEqual(['a', 'b'])
    expect(window.pictures.get('a')).toMatchObject({
      width: 16,
      shape: { width: 64, height: 64 },
      region: { x: 0, y: 0, width: 64, height: 64 },
    })
    expect(window.status()).toMatchObject({ photo: 'done', one: 'draft', two: 'draft', write: 'manual' })
    const quick = window.pictures.get('a')?.red
    log.clear()
    window.say({ type: 'settle' })
    await window.idle()
    expect(log.lines).toEqual(['gain', 'gain two'])
    expect(window.of('previews').at(-1)).toMatchObject({ quality: 'full', rev: 2 })
    expect(window.status()).toMatchObject({ one: 'done', two: 'done', write: 'manual' })
    // A ramp reduced in two steps equals the ramp reduced in one.
    expect(window.pictures.get('a')?.red.every((v, i) => Math.abs(v - (quick?.[i] ?? 0)) <= 1)).toBe(true)
  })

  it('never enter the full results, and answer the same move again at once', async () => {
    const window = openWindow()
    window.views(look)
    await window.open(document)
    log.clear()
    for (const factor of [0.5, 0.6, 0.5, 0.6]) {
      window.set('one', { factor }, true)
      await window.idle()
    }
    expect(log.lines).toHaveLength(4)
    log.clear()
    window.say({ type: 'settle' })
    await window.idle()
    expect(log.lines).toEqual(['gain', 'gain two'])
  })

  it('look closer where the view does', async () => {
    const window = openWindow()
    window.views([{ id: 'b', node: 'two', width: 32, height: 32, region: { x: 0, y: 0, width: 32, height: 32 } }])
    await window.open(document)
    log.clear()
    window.set('two', { factor: 0.5 }, true)
    await window.idle()
    expect(log.lines).toEqual(['gain two'])
    log.clear()
    window.say({ type: 'settle' })
    await window.idle()
    // At full size a quick preview is the result: it was made for this change.
    expect(log.lines).toEqual([])
    expect(window.status().two).toBe('done')
  })

  it('give exact nodes full size, and leave out those that have no quick preview', async () => {
    const window = openWindow()
    window.views([
      { id: 'exact', node: 'exact' },
      { id: 'after', node: 'after' },
      { id: 'slow', node: 'slow' },
      { id: 'last', node: 'last' },
    ])
    await window.open(
      graphOf({ photo: photo(side), exact: 'test/exact', after: 'test/gain', slow: 'test/slow', last: 'test/gain' }, [
        'photo.image > exact.image',
        'exact.image > after.image',
        'after.image > slow.image',
        'slow.image > last.image',
      ]),
    )
    log.clear()
    window.forget()
    window.set('exact', { factor: 0.5 }, true)
    await window.idle()
    expect(log.lines).toEqual(['exact 64x64', 'gain 32x32 radius 4'])
    expect(window.of('previews')[0]?.items.map(({ view }) => view)).toEqual(['exact', 'after'])
    expect(window.status()).toMatchObject({ after: 'draft', slow: 'queued', last: 'queued' })
    window.say({ type: 'settle' })
    await window.idle()
    expect(log.lines.slice(2)).toEqual(['gain', 'slow', 'gain'])
  })

  it('are made anew for a node whose file has changed, as its full result is', async () => {
    const own = new Map([['a.txt', 1]])
    const window = openWindow(testingServices(own))
    window.views([{ id: 'times', node: 'times' }])
    await window.open(
      graphOf({ photo: photo(side), gain: 'test/gain', times: ['test/times', { path: 'a.txt' }] }, [
        'photo.image > gain.image',
        'gain.image > times.image',
      ]),
    )
    window.set('gain', { factor: 0.5 }, true)
    await window.idle()
    own.set('a.txt', 2)
    window.session.changed('a.txt')
    await window.idle()
    expect(log.lines.filter((line) => line.startsWith('times'))).toEqual(['times 1', 'times 1 draft', 'times 2 draft'])
  })

  it('do not show errors that are due to the small size alone', async () => {
    const window = openWindow()
    window.views([{ id: 'a', node: 'even' }])
    await window.open(
      graphOf({ photo: photo(66), gain: 'test/gain', even: 'test/even' }, [
        'photo.image > gain.image',
        'gain.image > even.image',
      ]),
    )
    window.set('gain', { factor: 0.5 }, true)
    await window.idle()
    expect(log.lines).toContain('even 33')
    expect(window.status().even).toBe('queued')
    expect(window.messages.some((message) => JSON.stringify(message).includes('op.unsupported'))).toBe(false)
    window.say({ type: 'settle' })
    await window.idle()
    expect(window.status().even).toBe('done')
  })

  it('keep coming while moves never stop', async () => {
    const window = openWindow()
    window.views([{ id: 'a', node: 'one' }])
    const slow = graphOf({ photo: photo(side), one: ['test/gain', { ms: 40 }] }, ['photo.image > one.image'])
    await window.open(slow)
    window.forget()
    const signal = new AbortController().signal
    for (let i = 0; i < 60; i++) {
      window.set('one', { factor: i / 60 }, true)
      await sleep(8, signal)
    }
    const during = window.of('previews').length
    expect(during).toBeGreaterThanOrEqual(3)
    // Newest wins: most moves were never run.
    expect(log.count('gain')).toBeLessThan(40)
    await window.until('the last move', () => window.of('previews').at(-1)?.rev === window.rev)
  })

  it('answer probes with what is shown, and say so', async () => {
    const window = openWindow()
    window.views([{ id: 'b', node: 'two' }])
    await window.open(document)
    window.set('one', { factor: 0.5 }, true)
    await window.idle()
    const { values, draft } = (await window.session.request('probe', { node: 'two', port: 'image', x: 33, y: 1 })) as {
      values: number[]
      draft: boolean
    }
    expect(draft).toBe(true)
    expect(values[0]).toBeCloseTo((32.5 / 64) * 0.5, 5)
    window.say({ type: 'settle' })
    await window.idle()
    expect(await window.session.request('probe', { node: 'two', port: 'image', x: 33, y: 1 })).toEqual({
      values: [(33 / 64) * 0.5],
      draft: false,
    })
  })
})

describe('runs that are asked for', () => {
  const document = graphOf(
    { start: 'test/number', train: ['test/train', { ms: 20 }], write: 'test/write', next: 'test/add' },
    ['start.number > train.a', 'start.number > write.value', 'train.number > next.a'],
  )

  it('do effects and jobs, which nothing else does', async () => {
    const window = openWindow()
    await window.open(document)
    window.set('next', { plus: 2 }, true)
    await window.idle()
    window.say({ type: 'settle' })
    await window.idle()
    expect(log.count('write') + log.count('train')).toBe(0)
    expect(window.status()).toMatchObject({ train: 'manual', write: 'manual', next: 'waiting' })
    window.forget()
    window.say({ type: 'run' })
    await window.until('the dependents', () => window.status().next === 'done')
    expect(window.status()).toMatchObject({ train: 'done', write: 'done' })
    expect(window.of('status').map(({ run }) => run.state)).toContain('explicit')
    const said = window.of('status').flatMap(({ nodes }) => nodes.train?.progress?.say ?? [])
    expect(said).toContain('epoch 1')
    expect([log.count('write'), log.count('train')]).toEqual([1, 1])
    window.say({ type: 'run', nodes: ['write'] })
    await window.until('it to be written again', () => log.count('write') === 2)
    await rest()
    expect(log.count('train')).toBe(1)
    expect(window.status()).toMatchObject({ train: 'done', write: 'done', next: 'done' })
  })

  it('go on while something else is edited, and stop when what they make is not wanted any more', async () => {
    const window = openWindow()
    await window.open(document)
    window.say({ type: 'run', nodes: ['train'] })
    await window.until('the training', () => window.reports.get('train')?.progress !== undefined)
    window.set('next', { plus: 3 })
    await window.until('it to be trained', () => window.status().train === 'done')
    expect(log.count('train')).toBe(1)
    window.set('start', { value: 2 })
    await window.idle()
    expect(window.status().train).toBe('manual')
    window.say({ type: 'run', nodes: ['train'] })
    await window.until('the training', () => window.reports.get('train')?.progress !== undefined)
    window.set('start', { value: 3 })
    await window.until('the end', () => window.status().train === 'manual')
    expect(log.count('train')).toBe(2)
  })

  it('are cancelled', async () => {
    const window = openWindow()
    await window.open(document)
    window.say({ type: 'run' })
    await window.until('the training', () => window.reports.get('train')?.progress !== undefined)
    window.say({ type: 'cancel' })
    await window.until('the end', () => window.status().train === 'manual')
    expect(window.status().next).toBe('waiting')
  })

  describe('that are cancelled do not go on as live runs', () => {
    const slow = graphOf({ start: 'test/number', slow: ['test/sleep', { ms: 400 }], write: 'test/write' }, [
      'start.number > slow.a',
      'slow.number > write.value',
    ])
    const running = (window: TestWindow) => window.until('the sleep', () => log.sleeping === 1)
    /** One Cancel stops everything, and nothing starts again by itself. */
    async function cancelled(window: TestWindow): Promise<void> {
      window.say({ type: 'cancel' })
      await window.until('the end', () => window.of('status').at(-1)?.run.state === 'idle')
      await rest()
      expect([log.sleeping, log.count('slept')]).toEqual([0, 0])
      expect(window.status()).toMatchObject({ slow: 'idle' })
    }

    it.each<readonly [string, readonly string[] | undefined]>([
      ['all', undefined],
      ['one node', ['slow']],
    ])('%s, while the live run is at the same node', async (_, nodes) => {
      const window = openWindow()
      window.open(slow).catch(() => undefined)
      await running(window)
      window.say({ type: 'run', ...(nodes && { nodes: [...nodes] }) })
      await window.until('the run', () => window.of('status').some(({ run }) => run.state === 'explicit'))
      await cancelled(window)
      expect(window.status()).toMatchObject({ start: 'unchanged', write: 'idle' })
    })

    it.each<readonly [string, readonly string[] | undefined]>([
      ['all', undefined],
      ['one node', ['slow']],
    ])('%s, after the live run was cancelled', async (_, nodes) => {
      const window = openWindow()
      window.open(slow).catch(() => undefined)
      await running(window)
      window.say({ type: 'cancel' })
      await window.until('the end', () => log.sleeping === 0)
      window.say({ type: 'run', ...(nodes && { nodes: [...nodes] }) })
      await running(window)
      await cancelled(window)
      // Another look computes nothing, and shows what is there.
      window.views([
        { id: 'a', node: 'start', port: 'number' },
        { id: 'b', node: 'slow', port: 'number' },
      ])
      await window.until('what is there', () => window.pictures.has('a'))
      await rest()
      expect(log.sleeping).toBe(0)
      window.set('slow', { ms: 1 })
      await window.until('the next edit', () => window.status().slow === 'done')
      await window.until('its picture', () => window.pictures.has('b'))
    })

    it('for the elements of a sequence', async () => {
      const window = openWindow()
      window
        .open(
          graphOf({ range: ['test/range', { length: 3 }], slow: ['test/sleep', { ms: 400 }], write: 'test/write' }, [
            'range.numbers > slow.a',
            'slow.number > write.value',
          ]),
        )
        .catch(() => undefined)
      await running(window)
      window.say({ type: 'run' })
      await window.until('the run', () => window.of('status').some(({ run }) => run.state === 'explicit'))
      await cancelled(window)
      window.say({ type: 'scrub', node: 'range', index: 1 })
      await running(window)
    })

    it('and a run started again runs', async () => {
      const window = openWindow()
      window.open(slow).catch(() => undefined)
      await running(window)
      window.say({ type: 'run' })
      await window.until('the run', () => window.of('status').some(({ run }) => run.state === 'explicit'))
      await cancelled(window)
      window.say({ type: 'run' })
      await window.until('the file', () => window.status().write === 'done')
      // The live run that follows may have looked at it already.
      expect(['done', 'unchanged']).toContain(window.status().slow)
    })
  })

  it('keep an error at its node until the node changes', async () => {
    const window = openWindow()
    await window.open(
      graphOf({ images: ['test/images', { broken: 1 }], write: 'test/write' }, ['images.images > write.value']),
    )
    expect(window.status()).toEqual({ images: 'done', write: 'manual' })
    window.say({ type: 'run' })
    await window.until('the end', () => window.status().write === 'error')
    await rest()
    expect(log.count('write')).toBe(2)
    // The element on display is fine, so the node before it reports nothing.
    expect(window.reports.get('images')?.status).toBe('unchanged')
    expect(window.reports.get('write')).toMatchObject({
      problem: { code: 'file.missing', params: { path: '1.png' } },
      elements: { total: 3, done: 2, failed: 1 },
    })
    window.set('write', { tag: 'x' })
    await window.idle()
    expect(window.status().write).toBe('manual')
  })
})

describe('sequences in a window', () => {
  const document = graphOf(
    { images: ['test/images', { length: 5, side: 4 }], gain: ['test/gain', { factor: 0.5 }], mean: 'test/mean' },
    ['images.images > gain.image', 'gain.image > mean.images'],
  )
  const look = [
    { id: 'i', node: 'images', port: 'images' },
    { id: 'g', node: 'gain' },
  ]

  it('shows the chosen element of all that depend on it, and runs only that', async () => {
    const window = openWindow()
    const { edges } = document
    const { 'mean.images': _, ...kept } = edges
    window.views(look)
    await window.open({ ...document, edges: kept, nodes: { ...document.nodes } })
    expect(log.count('gain')).toBe(1)
    expect(window.reports.get('gain')?.sequence).toEqual({ length: 5, index: 0 })
    expect(window.reports.get('images')?.sequence).toEqual({ length: 5, index: 0 })
    expect(window.pictures.get('i')?.red[0]).toBe(0)
    window.forget()
    // Chosen at a downstream node: it is the source's element.
    window.say({ type: 'scrub', node: 'gain', index: 3 })
    await window.until('the pictures', () => window.of('previews').length > 0)
    expect(window.pictures.get('i')?.red[0]).toBe(Math.round(0.6 * 255))
    expect(Math.abs((window.pictures.get('g')?.red[0] ?? 0) - 0.3 * 255)).toBeLessThan(1)
    expect(log.count('gain')).toBe(2)
    expect(log.count('picture')).toBe(2)
    await window.until('the report', () => window.reports.get('images')?.sequence?.index === 3)
    expect(window.of('previews')[0]?.items[0]?.shape).toMatchObject({ kind: 'image', width: 4 })
    window.say({ type: 'scrub', node: 'images', index: 99 })
    await window.until('the last', () => window.reports.get('gain')?.sequence?.index === 4)
  })

  it('collects all of them for a node that takes the whole', async () => {
    const window = openWindow()
    window.views([...look, { id: 'm', node: 'mean' }])
    await window.open(document)
    expect(window.pictures.get('m')?.red[0]).toBe(Math.round(0.2 * 255))
    expect(log.count('gain')).toBe(5)
    log.clear()
    window.say({ type: 'scrub', node: 'images', index: 2 })
    await window.until('the element', () => window.reports.get('gain')?.sequence?.index === 2)
    expect(log.lines).toEqual([])
  })

  it('has an index for each level of nested sequences', async () => {
    const window = openWindow()
    window.views([{ id: 'a', node: 'add', port: 'number' }])
    await window.open(
      graphOf(
        { range: ['test/range', { length: 3, from: 1 }], repeat: ['test/repeat', { times: 4 }], add: 'test/add' },
        ['range.numbers > repeat.a', 'repeat.numbers > add.a'],
      ),
    )
    expect(window.pictures.get('a')?.value).toEqual({ kind: 'number', value: 10 })
    expect(window.reports.get('add')?.sequence).toEqual({ length: 4, index: 0 })
    window.say({ type: 'scrub', node: 'add', index: 2 })
    await window.until('the inner', () => JSON.stringify(window.pictures.get('a')?.value).includes('12'))
    window.say({ type: 'scrub', node: 'range', index: 1 })
    await window.until('the outer', () => JSON.stringify(window.pictures.get('a')?.value).includes('22'))
    expect(log.count('add')).toBe(3)
  })

  it('shows nothing of an empty one', async () => {
    const window = openWindow()
    window.views(look)
    await window.open(
      graphOf({ images: ['test/images', { length: 0 }], gain: 'test/gain' }, ['images.images > gain.image']),
    )
    expect(window.of('previews')).toEqual([])
    expect(window.reports.get('gain')).toMatchObject({ status: 'unchanged', sequence: { length: 0, index: 0 } })
  })

  it('names the node of which an element fails', async () => {
    const window = openWindow()
    window.views(look)
    await window.open(
      graphOf({ images: ['test/images', { length: 3, broken: 1 }], gain: 'test/gain' }, ['images.images > gain.image']),
    )
    expect(window.status()).toEqual({ images: 'done', gain: 'done' })
    window.say({ type: 'scrub', node: 'images', index: 1 })
    await window.until('the error', () => window.status().images === 'error')
    await window.until('what follows', () => window.status().gain === 'skipped')
    window.say({ type: 'scrub', node: 'images', index: 2 })
    await window.until('the next', () => window.status().gain === 'done')
    expect(window.status().images).toBe('done')
  })

  it('makes quick previews of an element', async () => {
    const window = openWindow()
    window.views([{ id: 'g', node: 'gain' }])
    await window.open(
      graphOf({ images: ['test/images', { length: 3, side: 64 }], gain: 'test/gain' }, ['images.images > gain.image']),
    )
    log.clear()
    window.set('gain', { factor: 0.5 }, true)
    await window.idle()
    expect(log.lines).toEqual(['gain 32x32 radius 4'])
    expect(window.pictures.get('g')?.shape).toMatchObject({ width: 64 })
  })
})
