import { describe, expect, it } from 'vitest'
import { testSessions } from '../../../host/testing/sessions.ts'
import type { NodeRecord } from '../../graph/document.ts'
import type { MethodResult } from '../../protocol/methods.ts'
import { graphOf, photo, rest, sleep } from '../testing.ts'
import type { TestWindow } from '../testing-window.ts'

const bench = testSessions()
const { log, openWindow } = bench

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
