import { describe, expect, it, vi } from 'vitest'
import { testSessions } from '../../../host/testing/sessions.ts'
import { Arena } from '../../memory/arena.ts'
import { graphOf, photo, rest, testingNodes } from '../testing.ts'

const bench = testSessions()
const { log, openWindow, services } = bench

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
    const { runs } = bench.engine.counters
    window.views([{ id: 'a', node: 'photo', region: { x: 4, y: 0, width: 4, height: 2 } }])
    await window.until('the part', () => window.of('previews').length === 1)
    expect(window.pictures.get('a')).toMatchObject({ width: 4, height: 2, region: { x: 4, y: 0, width: 4, height: 2 } })
    expect(window.pictures.get('a')?.red.slice(0, 4)).toEqual([128, 159, 191, 223])
    window.views([{ id: 'a', node: 'photo', display: { mode: 'stretch' } }])
    await window.until('the other display', () => window.of('previews').length === 2)
    expect(window.pictures.get('a')?.red.slice(0, 8)).toEqual([0, 36, 73, 109, 146, 182, 219, 255])
    expect(bench.engine.counters.runs).toBe(runs)
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

  it('says of an empty cell of a grid of pictures that nothing is there', async () => {
    const window = openWindow()
    await window.open(graphOf({ values: 'test/values' }))
    const of = { node: 'values', port: 'batch' }
    expect(await window.session.request('numbers', { ...of, x: 0, y: 0, width: 9, height: 9 })).toMatchObject({
      ...{ width: 3, height: 2 },
      values: [1, 2, 3, 4, 5, null],
    })
    expect(await window.session.request('probe', { ...of, x: 1, y: 1 })).toMatchObject({ values: [5] })
    expect(await window.session.request('probe', { ...of, x: 2, y: 1 })).toMatchObject({ values: [] })
    await expect(window.session.request('provenance', { ...of, x: 2, y: 1, c: 0 })).rejects.toMatchObject({
      code: 'shape.out-of-bounds',
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
      ;(await bench.engine.run(others, { services })).release()
    }
    expect(bench.engine.counters.evictions).toBeGreaterThan(0)
    window.forget()
    log.clear()
    window.views([{ id: 'a', node: 'photo', region: { x: 8, y: 0, width: 8, height: 8 } }])
    await window.until('the part', () => window.of('previews').length === 1)
    expect(log.lines).toEqual([])
  })

  it('brings nodes that an older Sightline saved up to date', async () => {
    const nodes = testingNodes(log).map((node) => ({
      ...node,
      version: 2,
      migrate: { 1: ({ radius }: Record<string, unknown>) => ({ sigma: radius }) },
    }))
    await bench.reopen(nodes)
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
    const alloc = vi.spyOn(bench.device.arena, 'alloc')
    const mostFor = async (count: number): Promise<number> => {
      let most = 0
      alloc.mockImplementation((...given) => {
        const address = Arena.prototype.alloc.apply(bench.device.arena, given)
        most = Math.max(most, bench.device.arena.used)
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
