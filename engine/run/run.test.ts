import { describe, expect, it } from 'vitest'
import { testRuns } from '../../host/testing/runs.ts'
import { defineComposite } from '../graph/composite.ts'
import type { NodeReport } from '../protocol/reports.ts'
import type { NumberValue } from '../values/index.ts'
import { createEngine } from './create.ts'
import { chainOf, graphOf, testingServices } from './testing.ts'

const bench = testRuns()
const { log, nodes, numberOf, run, services, statuses } = bench

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
      // The first sum goes on inside, too.
      outputs: { sum: 'second.number', once: 'first.number' },
      params: { plus: { to: ['first.plus', 'second.plus'] } },
      explain: add.explain,
    })
    const own = createEngine({
      device: bench.device.device,
      arena: bench.device.arena,
      nodes: [...nodes, twice],
      memory: 64 << 20,
    })
    try {
      const document = graphOf({ n: 'test/number', it: ['test/twice', { plus: 10 }] }, ['n.number > it.a'])
      const result = await own.run(document, { services })
      expect(result.sinks.map(({ node, port, value }) => [node, port, (value as NumberValue).value])).toEqual([
        ['it', 'once', 11],
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
    expect(bench.engine.counters.runs).toBe(100)
    expect(first.nodes.every(({ status }) => status === 'done')).toBe(true)
    const second = await run(chainOf(100))
    expect(bench.engine.counters.runs).toBe(100)
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
    expect(log.most).toBe(Math.max(2, bench.device.device.threads))
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
    const first = await bench.engine.run(document, { services: world })
    expect(statuses(first)).toEqual({ file: 'done', none: 'error' })
    expect(first.nodes[1]?.problem).toEqual({ code: 'file.missing', params: { path: 'b.txt' } })
    await bench.engine.run(document, { services: world })
    expect(log.count('file')).toBe(1)
    files.set('a.txt', 2).set('b.txt', 1)
    expect(statuses(await bench.engine.run(document, { services: world }))).toEqual({ file: 'done', none: 'done' })
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
    expect(bench.engine.counters.runs).toBe(8)
    expect(fresh.nodes.every(({ status }) => status === 'done')).toBe(true)
    fresh.release()
    await run(document)
    expect(bench.engine.counters.runs).toBe(8)
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
