import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { defineComposite } from '../graph/composite.ts'
import type { Document } from '../graph/document.ts'
import { Arena } from '../memory/arena.ts'
import type { NodeReport } from '../protocol/messages.ts'
import type { NumberValue, SequenceValue } from '../values/index.ts'
import { createEngine } from './create.ts'
import type { Engine, RunOptions, RunResult } from './engine.ts'
import { chainOf, graphOf, Log, testingNodes, testingServices } from './testing.ts'

let device: TestDevice
let engine: Engine
const log = new Log()
const nodes = testingNodes(log)
const services = testingServices(new Map([['a.txt', 1]]))
const before = { used: 0 }

beforeAll(async () => {
  device = (await createTestDevices()).single
})
afterAll(() => device.close())
beforeEach(() => {
  log.clear()
  before.used = device.arena.used
  engine = createEngine({ device: device.device, arena: device.arena, nodes, memory: 64 << 20 })
})
afterEach(async () => {
  await engine.close()
  expect(device.arena.used).toBe(before.used)
  expect(device.arena.counters.spilled).toBe(0)
})

const run = (document: Document, options: Partial<RunOptions> = {}): Promise<RunResult> =>
  engine.run(document, { services, ...options })
const statuses = (result: RunResult) => Object.fromEntries(result.nodes.map(({ id, status }) => [id, status]))
const numberOf = (result: RunResult, node: string) =>
  (result.sinks.find((sink) => sink.node === node)?.value as NumberValue | undefined)?.value

describe('a composite', () => {
  it('runs as the nodes inside, and answers for them', async () => {
    const add = nodes.find(({ type }) => type === 'test/add')
    if (!add) throw new Error('no test/add')
    const twice = defineComposite({
      type: 'test/twice',
      version: 1,
      title: 'Twice',
      summary: 'For tests.',
      nodes: { first: { of: add }, second: { of: add, params: { tag: 'second' } } },
      wires: { 'second.a': 'first.number' },
      inputs: { a: ['first.a'] },
      outputs: { sum: 'second.number' },
      params: { plus: { to: ['first.plus', 'second.plus'] } },
      explain: add.explain,
    })
    const own = createEngine({
      device: device.device,
      arena: device.arena,
      nodes: [...nodes, twice],
      memory: 64 << 20,
    })
    try {
      const document = graphOf({ n: 'test/number', it: ['test/twice', { plus: 10 }] }, ['n.number > it.a'])
      const result = await own.run(document, { services })
      expect(result.sinks.map(({ node, port, value }) => [node, port, (value as NumberValue).value])).toEqual([
        ['it', 'sum', 21],
      ])
      expect(result.nodes.map(({ id, type, status }) => [id, type, status])).toEqual([
        ['n', 'test/number', 'done'],
        ['it', 'test/twice', 'done'],
        ['it/first', 'test/add', 'done'],
        ['it/second', 'test/add', 'done'],
      ])
      // The same work by hand is not done again.
      const byHand = graphOf(
        { n: 'test/number', a: ['test/add', { plus: 10 }], b: ['test/add', { plus: 10, tag: 'second' }] },
        ['n.number > a.a', 'a.number > b.a'],
      )
      expect(statuses(await own.run(byHand, { services }))).toMatchObject({ a: 'cached', b: 'cached' })
      const failing = await own.run(graphOf({ n: 'test/fail', it: 'test/twice' }, ['n.number > it.a']), { services })
      expect(statuses(failing)).toMatchObject({ it: 'skipped' })
      result.release()
      failing.release()
    } finally {
      await own.close()
    }
  })
})

describe('running a graph', () => {
  it('runs a chain in order, and again nothing', async () => {
    const first = await run(chainOf(100))
    expect(first.ok).toBe(true)
    expect(numberOf(first, 'n100')).toBe(100)
    expect(engine.counters.runs).toBe(100)
    expect(first.nodes.every(({ status }) => status === 'done')).toBe(true)
    const second = await run(chainOf(100))
    expect(engine.counters.runs).toBe(100)
    expect(second.nodes.every(({ status }) => status === 'cached')).toBe(true)
    expect(numberOf(second, 'n100')).toBe(100)
  })

  it('runs only what is downstream of a changed parameter', async () => {
    const document = chainOf(100)
    await run(document)
    log.clear()
    const { n61 } = document.nodes
    if (!n61) throw new Error('no n61')
    const changed = { ...document, nodes: { ...document.nodes, n61: { ...n61, params: { plus: 5, tag: 'n61' } } } }
    const result = await run(changed)
    expect(log.lines).toHaveLength(40)
    expect(log.lines[0]).toBe('add n61')
    expect(numberOf(result, 'n100')).toBe(104)
  })

  it('runs nothing for layout, titles, notes and frames, nor for another id', async () => {
    const document = chainOf(5)
    await run(document)
    log.clear()
    const moved = Object.fromEntries(
      Object.entries(document.nodes).map(([id, node]) => [id, { ...node, position: { x: 5, y: 5 }, title: 'New' }]),
    )
    await run({
      ...document,
      title: 'Other',
      nodes: moved,
      notes: { a: { text: 'x', position: { x: 0, y: 0 }, size: { width: 1, height: 1 } } },
    })
    expect(log.lines).toEqual([])
  })

  it('runs independent branches together and shared steps once', async () => {
    const result = await run(
      graphOf(
        {
          start: 'test/number',
          left: ['test/sleep', { tag: 'left' }],
          right: ['test/sleep', { tag: 'right' }],
          end: 'test/add',
        },
        ['start.number > left.a', 'start.number > right.a', 'left.number > end.a', 'right.number > end.b'],
      ),
    )
    expect(numberOf(result, 'end')).toBe(2)
    expect(log.most).toBe(2)
    expect(log.count('number')).toBe(1)
  })

  it('bounds how many run together', async () => {
    log.most = 0
    const names = Array.from({ length: 12 }, (_, i) => `s${i}`)
    await run(
      graphOf(
        {
          start: 'test/number',
          ...Object.fromEntries(names.map((tag) => [tag, ['test/sleep', { tag, ms: 5 }] as const])),
        },
        names.map((name) => `start.number > ${name}.a`),
      ),
    )
    expect(log.count('slept')).toBe(12)
    expect(log.most).toBe(Math.max(2, device.device.threads))
  })

  it('keeps an error at its node, skips what depends on it and runs the rest', async () => {
    const document = graphOf(
      {
        start: 'test/number',
        bad: ['test/fail', { code: 'file.empty' }],
        after: 'test/add',
        last: 'test/add',
        fine: 'test/add',
      },
      ['start.number > bad.a', 'bad.number > after.a', 'after.number > last.a', 'start.number > fine.a'],
    )
    const result = await run(document)
    expect(result.ok).toBe(false)
    expect(statuses(result)).toEqual({ start: 'done', bad: 'error', after: 'skipped', last: 'skipped', fine: 'done' })
    expect(result.nodes.find(({ id }) => id === 'bad')?.problem?.code).toBe('file.empty')
    expect(result.nodes.find(({ id }) => id === 'last')?.problem).toEqual({
      code: 'input.upstream',
      params: { node: 'bad' },
    })
    expect(result.problems.map(({ code }) => code)).toEqual(['file.empty'])
  })

  it('tries again what failed, in a run that somebody asked for', async () => {
    const document = graphOf({ start: 'test/number', bad: 'test/fail' }, ['start.number > bad.a'])
    await run(document)
    await run(document)
    expect(log.count('fail')).toBe(2)
    expect(log.count('number')).toBe(1)
  })

  it('names circles, unfinished wires, unknown nodes and bad parameters, and runs the rest', async () => {
    const result = await run(
      graphOf(
        {
          a: 'test/add',
          b: 'test/add',
          open: 'test/add',
          behind: 'test/add',
          what: 'test/nothing',
          wrong: ['test/number', { value: 'x' }],
          fine: 'test/number',
        },
        ['a.number > b.a', 'b.number > a.a', 'open.number > behind.a'],
      ),
    )
    expect(statuses(result)).toEqual({
      a: 'error',
      b: 'error',
      open: 'skipped',
      behind: 'skipped',
      what: 'error',
      wrong: 'error',
      fine: 'done',
    })
    const problems = Object.fromEntries(result.nodes.map(({ id, problem }) => [id, problem?.code]))
    expect(problems).toMatchObject({
      a: 'graph.cycle',
      b: 'graph.cycle',
      open: 'input.waiting',
      behind: 'input.waiting',
      what: 'node.unknown-type',
      wrong: 'param.invalid',
    })
    expect(result.ok).toBe(false)
  })

  it('asks for the identity of files', async () => {
    const files = new Map([['a.txt', 1]])
    const world = testingServices(files)
    const document = graphOf({ file: ['test/file', { path: 'a.txt' }], none: ['test/file', { path: 'b.txt' }] })
    const first = await engine.run(document, { services: world })
    expect(statuses(first)).toEqual({ file: 'done', none: 'error' })
    expect(first.nodes[1]?.problem).toEqual({ code: 'file.missing', params: { path: 'b.txt' } })
    await engine.run(document, { services: world })
    expect(log.count('file')).toBe(1)
    files.set('a.txt', 2).set('b.txt', 1)
    expect(statuses(await engine.run(document, { services: world }))).toEqual({ file: 'done', none: 'done' })
  })

  it('steps over bypassed nodes and puts converters on wires', async () => {
    const document = graphOf({ photo: 'test/image', loud: ['test/gain', { factor: 3 }], data: 'test/data' }, [
      'photo.image > loud.image',
      'loud.image > data.image',
    ])
    const { loud } = document.nodes
    if (!loud) throw new Error('no loud')
    const result = await run({ ...document, nodes: { ...document.nodes, loud: { ...loud, bypass: true } } })
    expect(log.lines).toEqual(['image', 'double', 'data'])
    const [sink] = result.sinks
    expect(sink && (await result.read(sink.value))[0]).toBe(1)
    expect(result.ok).toBe(true)
    result.release()
  })

  it('gives every output that nothing consumes, and the shapes of all', async () => {
    const result = await run(
      graphOf(
        { photo: ['test/image', { width: 3, height: 2 }], start: 'test/number', both: 'test/both', add: 'test/add' },
        ['start.number > both.a', 'both.left > add.a'],
      ),
    )
    expect(result.sinks.map(({ node, port }) => `${node}.${port}`)).toEqual(['photo.image', 'both.right', 'add.number'])
    expect(result.nodes[0]?.outputs.image).toMatchObject({ kind: 'image', height: 2, width: 3, channels: 1 })
    result.release()
  })

  it('runs only the nodes that were asked for and what they need', async () => {
    const document = graphOf(
      { start: 'test/number', a: ['test/add', { tag: 'a' }], b: ['test/add', { tag: 'b' }], w: 'test/write' },
      ['start.number > a.a', 'a.number > b.a', 'b.number > w.value'],
    )
    const result = await run(document, { nodes: ['a'] })
    expect(log.lines).toEqual(['number', 'add a'])
    expect(result.nodes.map(({ id }) => id)).toEqual(['start', 'a'])
    expect(numberOf(result, 'a')).toBe(1)
  })

  it('does effects each time, jobs once, and neither when told not to', async () => {
    const document = graphOf({ start: 'test/number', train: 'test/train', write: 'test/write', next: 'test/add' }, [
      'start.number > train.a',
      'train.number > write.value',
      'train.number > next.a',
    ])
    const live = await run(document, { effects: false })
    expect(statuses(live)).toEqual({ start: 'done', train: 'skipped', write: 'skipped', next: 'skipped' })
    expect(live.nodes[1]?.problem?.code).toBe('run.explicit')
    expect(live.ok).toBe(true)
    await run(document)
    const again = await run(document)
    expect(log.count('train')).toBe(1)
    expect(log.count('write')).toBe(2)
    expect(statuses(again)).toEqual({ start: 'cached', train: 'cached', write: 'done', next: 'cached' })
    expect(statuses(await run(document, { effects: false })).next).toBe('cached')
  })

  it('leaves the cache alone when fresh', async () => {
    const document = chainOf(4)
    await run(document)
    const fresh = await run(document, { fresh: true })
    expect(engine.counters.runs).toBe(8)
    expect(fresh.nodes.every(({ status }) => status === 'done')).toBe(true)
    fresh.release()
    await run(document)
    expect(engine.counters.runs).toBe(8)
  })

  it('tells of progress, and stops when told to', async () => {
    const reports: [string, NodeReport][] = []
    const stop = new AbortController()
    const document = graphOf({ start: 'test/number', sleep: ['test/sleep', { ms: 10_000 }], after: 'test/add' }, [
      'start.number > sleep.a',
      'sleep.number > after.a',
    ])
    const result = run(document, {
      signal: stop.signal,
      onReport: (node, report) => {
        reports.push([node, report])
        if (report.progress) stop.abort()
      },
    })
    await expect(result).rejects.toMatchObject({ code: 'run.cancelled' })
    expect(reports).toContainEqual(['sleep', { status: 'running', progress: { fraction: 0.5, say: 'half' } }])
    expect(log.count('slept')).toBe(0)
    expect(log.sleeping).toBe(0)
    // Nothing of it was kept.
    const next = await run({
      ...document,
      nodes: { ...document.nodes, sleep: { type: 'test/sleep', position: { x: 0, y: 0 }, params: { ms: 1 } } },
    })
    expect(next.ok).toBe(true)
  })

  it('joins what another run is making', async () => {
    const document = graphOf({ start: 'test/number', sleep: 'test/sleep' }, ['start.number > sleep.a'])
    const results = await Promise.all([run(document), run(document), run(document)])
    expect(log.count('sleep')).toBe(1)
    expect(results.map((result) => numberOf(result, 'sleep'))).toEqual([1, 1, 1])
  })

  it('lets those who joined go on when the first one stops', async () => {
    const stop = new AbortController()
    const document = graphOf({ start: 'test/number', sleep: ['test/sleep', { ms: 40 }] }, ['start.number > sleep.a'])
    const first = run(document, { signal: stop.signal })
    const second = run(document)
    setTimeout(() => stop.abort(), 15)
    await expect(first).rejects.toMatchObject({ code: 'run.cancelled' })
    expect(numberOf(await second, 'sleep')).toBe(1)
    expect(log.count('sleep')).toBe(1)
  })

  it('walks long chains', async () => {
    const result = await run(chainOf(3000))
    expect(numberOf(result, 'n3000')).toBe(3000)
  })
})

describe('memory', () => {
  const small = async (
    memory: number,
    budget: number,
    work: (engine: Engine, arena: Arena) => Promise<void>,
    limit?: number,
  ) => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 64, maximum: 4096 }), { budget, ...(limit && { limit }) })
    const own = createEngine({ device: device.device, arena, nodes, memory })
    try {
      await work(own, arena)
    } finally {
      await own.close()
      expect(arena.used).toBe(0)
    }
  }
  const side = { width: 512, height: 512 }
  const mb = 1 << 20
  const images = (count: number) =>
    graphOf(
      {
        photo: ['test/image', side],
        ...Object.fromEntries(
          Array.from({ length: count }, (_, i) => [`g${i}`, ['test/gain', { factor: i + 1 }] as const]),
        ),
      },
      Array.from({ length: count }, (_, i) => `${i === 0 ? 'photo' : `g${i - 1}`}.image > g${i}.image`),
    )

  it('frees what nodes make and do not give, and what nobody keeps', async () => {
    await small(64 * mb, 64 * mb, async (own, arena) => {
      const result = await own.run(
        graphOf({ photo: ['test/image', side], gain: ['test/gain', { waste: true }] }, ['photo.image > gain.image']),
        { services },
      )
      expect(arena.used).toBe(2 * mb)
      expect(own.counters.bytes).toBeGreaterThanOrEqual(2 * mb)
      result.release()
    })
  })

  it('stays under its budget by throwing away what is least worth keeping', async () => {
    await small(4 * mb, 64 * mb, async (own, arena) => {
      const result = await own.run(images(20), { services })
      expect(result.ok).toBe(true)
      result.release()
      expect(own.counters.evictions).toBeGreaterThan(10)
      expect(own.counters.bytes).toBeLessThanOrEqual(4 * mb)
      expect(arena.used).toBeLessThanOrEqual(4 * mb)
      // Discarded results are computed again, and nothing more than that.
      log.clear()
      const again = await own.run(images(21), { services })
      expect(again.ok).toBe(true)
      expect(log.count('gain')).toBeLessThan(21)
      again.release()
    })
  })

  it('moves aside what was dear to make when the arena is full', async () => {
    await small(64 * mb, 4 * mb, async (own, arena) => {
      const document = graphOf({ photo: ['test/image', side], dear: ['test/gain', { factor: 2, ms: 60 }] }, [
        'photo.image > dear.image',
      ])
      ;(await own.run(document, { services })).release()
      const others = images(6)
      ;(await own.run(others, { services })).release()
      expect(own.counters.spills).toBeGreaterThan(0)
      log.clear()
      const again = await own.run(document, { services })
      expect(log.lines).toEqual([])
      const [sink] = again.sinks
      expect(sink && (await again.read(sink.value))[0]).toBe(1)
      again.release()
      expect(arena.used).toBeLessThanOrEqual(4 * mb)
    })
  })

  it('moves some aside before the arena is full, and goes on with the rest', async () => {
    await small(64 * mb, 4 * mb, async (own, arena) => {
      const document = graphOf({ photo: ['test/image', side], dear: ['test/gain', { factor: 2, ms: 60 }] }, [
        'photo.image > dear.image',
      ])
      ;(await own.run(document, { services })).release()
      // Leaves less than an eighth, but as much as was asked for.
      const rest = arena.alloc(Math.floor(3.6 * mb) - arena.used)
      expect(own.counters.spills).toBe(0)
      await vi.waitFor(() => expect(own.counters.spills).toBeGreaterThan(0))
      arena.free(rest)
      log.clear()
      const again = await own.run(document, { services })
      expect(log.lines).toEqual([])
      const [sink] = again.sinks
      expect(sink && (await again.read(sink.value))[0]).toBe(1)
      again.release()
    })
  })

  it('says when there is not enough, and goes on afterwards', async () => {
    await small(64 * mb, 4 * mb, async (own) => {
      const large = graphOf({ photo: ['test/image', { width: 2048, height: 1024 }] })
      const result = await own.run(large, { services })
      expect(result.nodes[0]?.problem?.code).toBe('memory.full')
      const next = await own.run(images(2), { services })
      expect(next.ok).toBe(true)
      next.release()
    })
  })

  it('says so too when spilled values take the rest, and never has more than its limit', async () => {
    const limit = 12 * mb
    await small(
      64 * mb,
      4 * mb,
      async (own, arena) => {
        // The run holds all sinks until it is released.
        const wide = (count: number) =>
          graphOf(
            Object.fromEntries(
              Array.from({ length: count }, (_, i) => [`p${i}`, ['test/image', { ...side, value: i / 32 }] as const]),
            ),
          )
        const result = await own.run(wide(20), { services })
        const codes = result.nodes.flatMap(({ problem }) => problem?.code ?? [])
        expect(new Set(codes)).toEqual(new Set(['memory.full']))
        expect(arena.used + arena.counters.spilled).toBeLessThanOrEqual(limit)
        expect(arena.counters.spilled).toBeGreaterThan(0)
        expect(result.sinks.length).toBeGreaterThan(8)
        result.release()
        // What is only kept gives way, also where it was spilled.
        const next = await own.run(wide(8), { services })
        expect(next.ok).toBe(true)
        next.release()
        const others = await own.run(images(12), { services })
        expect(others.ok).toBe(true)
        others.release()
        expect(arena.used + arena.counters.spilled).toBeLessThanOrEqual(limit)
      },
      limit,
    )
  })

  it('completes a result that lacks an output', async () => {
    const document = graphOf({ start: 'test/number', both: 'test/both', add: 'test/add' }, [
      'start.number > both.a',
      'both.left > add.a',
    ])
    await run(document)
    expect(log.lines).toEqual(['number', 'both left right', 'add'])
  })
})

describe('sequences', () => {
  const elements = async (result: RunResult, node: string) => {
    const value = result.sinks.find((sink) => sink.node === node)?.value as SequenceValue
    const signal = new AbortController().signal
    const found: unknown[] = []
    for (let i = 0; i < value.length; i++) {
      const element = await value.at(i, signal)
      found.push(
        element.kind === 'number'
          ? element.value
          : element.kind === 'image'
            ? (await result.read(element))[0]
            : element,
      )
    }
    return found
  }

  it('runs a node for each element, and keeps each', async () => {
    const document = graphOf({ range: ['test/range', { length: 4 }], add: ['test/add', { plus: 10 }] }, [
      'range.numbers > add.a',
    ])
    const result = await run(document)
    expect(statuses(result)).toEqual({ range: 'done', add: 'done' })
    expect(log.count('add')).toBe(4)
    expect(await elements(result, 'add')).toEqual([10, 11, 12, 13])
    expect(log.count('add')).toBe(4)
    expect(log.count('element')).toBe(4)
    result.release()
    const again = await run(document)
    expect(log.count('add')).toBe(4)
    again.release()
  })

  it('goes through several together, and keeps single values the same for each', async () => {
    const result = await run(
      graphOf(
        {
          one: ['test/range', { length: 3, from: 10, tag: 'one' }],
          two: ['test/range', { length: 3, from: 100, tag: 'two' }],
          pair: 'test/add',
          five: ['test/number', { value: 5 }],
          each: 'test/add',
        },
        ['one.numbers > pair.a', 'two.numbers > pair.b', 'pair.number > each.a', 'five.number > each.b'],
      ),
    )
    expect(await elements(result, 'each')).toEqual([115, 117, 119])
    result.release()
  })

  it('refuses different lengths, at their node', async () => {
    const result = await run(
      graphOf(
        { one: ['test/range', { length: 3 }], two: ['test/range', { length: 4 }], pair: 'test/add', after: 'test/add' },
        ['one.numbers > pair.a', 'two.numbers > pair.b', 'pair.number > after.a'],
      ),
    )
    expect(statuses(result)).toMatchObject({ pair: 'error', after: 'skipped' })
    expect(result.problems).toEqual([{ code: 'sequence.lengths', params: { a: 'a', b: 'b', na: 3, nb: 4 } }])
  })

  it('ends where it is collected', async () => {
    const result = await run(
      graphOf(
        { range: ['test/range', { length: 5 }], add: ['test/add', { plus: 1 }], sum: 'test/sum', after: 'test/add' },
        ['range.numbers > add.a', 'add.number > sum.numbers', 'sum.number > after.a'],
      ),
    )
    expect(numberOf(result, 'after')).toBe(15)
    expect(log.count('sum')).toBe(1)
    expect(log.count('add')).toBe(6)
  })

  it('takes a single value for a sequence of one where it collects', async () => {
    const result = await run(graphOf({ photo: 'test/image', mean: 'test/mean' }, ['photo.image > mean.images']))
    expect(result.ok).toBe(true)
    expect((await result.read(result.sinks[0]?.value as never))[0]).toBe(0.5)
    result.release()
  })

  it('nests, and collects the innermost', async () => {
    const document = graphOf(
      {
        range: ['test/range', { length: 3, from: 1 }],
        repeat: ['test/repeat', { times: 2 }],
        add: ['test/add', { plus: 1000 }],
        sum: 'test/sum',
      },
      ['range.numbers > repeat.a', 'repeat.numbers > add.a', 'add.number > sum.numbers'],
    )
    const result = await run(document)
    expect(await elements(result, 'sum')).toEqual([10 + 11 + 2000, 20 + 21 + 2000, 30 + 31 + 2000])
    expect(log.count('repeat')).toBe(3)
    expect(log.count('add')).toBe(6)
    expect(log.count('sum')).toBe(3)
    result.release()
  })

  it('is nested only so deep', async () => {
    const own = createEngine({ device: device.device, arena: device.arena, nodes, memory: 1 << 20, sequenceDepth: 2 })
    const result = await own.run(
      graphOf({ range: 'test/range', two: 'test/repeat', three: 'test/repeat', add: 'test/add', sum: 'test/sum' }, [
        'range.numbers > two.a',
        'two.numbers > three.a',
        'three.numbers > add.a',
        'add.number > sum.numbers',
      ]),
      { services },
    )
    expect(result.problems).toEqual([{ code: 'sequence.too-deep', params: { depth: 3, limit: 2 } }])
    await own.close()
  })

  it('hands a part of a sequence on', async () => {
    const result = await run(
      graphOf({ range: ['test/range', { length: 4 }], rest: 'test/rest', add: 'test/add', sum: 'test/sum' }, [
        'range.numbers > rest.numbers',
        'rest.numbers > add.a',
        'add.number > sum.numbers',
      ]),
    )
    expect(numberOf(result, 'sum')).toBe(6)
  })

  it('streams all elements through effects, one at a time, in the memory of a few', async () => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 64, maximum: 4096 }), { budget: 8 << 20 })
    const own = createEngine({ device: device.device, arena, nodes, memory: 6 << 20 })
    const reports: string[] = []
    const seen: string[] = []
    const result = await own.run(
      graphOf(
        { images: ['test/images', { length: 40, side: 512 }], gain: ['test/gain', { factor: 2 }], write: 'test/write' },
        ['images.images > gain.image', 'gain.image > write.value'],
      ),
      {
        services,
        onReport: (node, { progress }) => {
          if (node === 'write' && progress?.say) reports.push(progress.say)
        },
        onSink: ({ node, path }) => {
          seen.push(`${node} ${path}`)
        },
      },
    )
    expect(result.ok).toBe(true)
    expect(log.lines.filter((line) => line.startsWith('write'))).toHaveLength(40)
    expect(log.lines.filter((line) => line.startsWith('write')).at(-1)).toBe('write 512x512 1.950')
    // Picture 3 is written before picture 5 is read; 4 is read meanwhile.
    expect(log.lines.indexOf('write 512x512 0.150')).toBeLessThan(log.lines.indexOf('picture 5'))
    expect(log.lines.indexOf('picture 4')).toBeLessThan(log.lines.indexOf('write 512x512 0.150'))
    expect(reports.filter((say, i) => say !== reports[i - 1])).toEqual(
      Array.from({ length: 40 }, (_, i) => `${i + 1}/40`),
    )
    expect(seen).toEqual([])
    result.release()
    await own.close()
    expect(arena.used).toBe(0)
  })

  it('makes the next element while one is worked on, but changes nothing before its turn', async () => {
    const document = graphOf(
      {
        range: ['test/range', { length: 4 }],
        first: ['test/sleep', { ms: 5, tag: 'first' }],
        second: ['test/sleep', { ms: 5, tag: 'second' }],
        write: 'test/write',
      },
      ['range.numbers > first.a', 'first.number > second.a', 'second.number > write.value'],
    )
    log.most = 0
    const result = await run(document)
    expect(result.ok).toBe(true)
    // Two at the same time, each once.
    expect(log.most).toBe(2)
    expect(log.count('sleep')).toBe(8)
    expect(log.count('write')).toBe(4)
    // What was made early counts as run, not as found.
    expect(result.nodes.map(({ id, status }) => [id, status])).toEqual([
      ['range', 'done'],
      ['first', 'done'],
      ['second', 'done'],
      ['write', 'done'],
    ])
    result.release()
  })

  it('hands every element of a sink out while it streams', async () => {
    const seen: string[] = []
    const result = await run(
      graphOf({ images: ['test/images', { length: 3, side: 2 }], gain: ['test/gain', { factor: 3 }] }, [
        'images.images > gain.image',
      ]),
      {
        onSink: async ({ node, port, value, path }, read) =>
          void seen.push(`${node}.${port} ${path} ${(await read(value))[0]?.toFixed(1)}`),
      },
    )
    expect(seen).toEqual(['gain.image 0 0.0', 'gain.image 1 1.0', 'gain.image 2 2.0'])
    expect(await elements(result, 'gain')).toEqual([0, 1, 2])
    result.release()
  })

  it('goes on with the others when one element fails, and says so at the node that failed', async () => {
    const result = await run(
      graphOf({ images: ['test/images', { length: 4, broken: 1 }], gain: 'test/gain', write: 'test/write' }, [
        'images.images > gain.image',
        'gain.image > write.value',
      ]),
    )
    expect(log.count('write')).toBe(3)
    expect(statuses(result)).toEqual({ images: 'error', gain: 'done', write: 'done' })
    expect(result.problems).toMatchObject([{ code: 'file.missing', params: { path: '1.png' } }])
    result.release()
  })

  it('is cancelled between elements', async () => {
    const stop = new AbortController()
    const result = run(
      graphOf({ range: ['test/range', { length: 1000 }], sum: ['test/sum', { ms: 2 }] }, [
        'range.numbers > sum.numbers',
      ]),
      { signal: stop.signal },
    )
    setTimeout(() => stop.abort(), 30)
    await expect(result).rejects.toMatchObject({ code: 'run.cancelled' })
    expect(log.count('element')).toBeLessThan(100)
  })

  it('keeps what a sequence is made from as long as the sequence', async () => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 64, maximum: 4096 }), { budget: 16 << 20 })
    const own = createEngine({ device: device.device, arena, nodes, memory: 4 << 20 })
    const tiles = graphOf(
      {
        photo: ['test/image', { width: 256, height: 256 }],
        tiles: ['test/tiles', { times: 4 }],
        gain: 'test/gain',
        mean: 'test/mean',
      },
      ['photo.image > tiles.image', 'tiles.images > gain.image', 'gain.image > mean.images'],
    )
    const result = await own.run(tiles, { services })
    expect((await result.read(result.sinks[0]?.value as never))[0]).toBe(0.75)
    result.release()
    await own.close()
    expect(arena.used).toBe(0)
  })

  it('has no elements when it is empty', async () => {
    const result = await run(
      graphOf({ range: ['test/range', { length: 0 }], add: 'test/add', write: 'test/write' }, [
        'range.numbers > add.a',
        'add.number > write.value',
      ]),
    )
    expect(result.ok).toBe(true)
    expect(log.lines).toEqual(['range'])
  })
})
