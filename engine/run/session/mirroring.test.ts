import { describe, expect, it } from 'vitest'
import { testSessions } from '../../../host/testing/sessions.ts'
import { fileLimits, type NodeRecord } from '../../graph/document.ts'
import { applyEdit, type Edit } from '../../graph/edit.ts'
import { chainOf, graphOf, photo, rest } from '../testing.ts'

const bench = testSessions()
const { files, log, openWindow } = bench

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
    const runs = bench.engine.counters.runs
    window.edit(inverse)
    await window.idle()
    window.edit(edit)
    await window.idle()
    expect(bench.engine.counters.runs).toBe(runs)
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
    expect(bench.engine.counters.runs).toBe(5)
    expect(two.status().n5).toBe('unchanged')
  })
})
