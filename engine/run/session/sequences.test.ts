import { describe, expect, it } from 'vitest'
import { testSessions } from '../../../host/testing/sessions.ts'
import { graphOf } from '../testing.ts'

const bench = testSessions()
const { log, openWindow } = bench

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
