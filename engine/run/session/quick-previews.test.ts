import { describe, expect, it } from 'vitest'
import { testSessions } from '../../../host/testing/sessions.ts'
import { graphOf, photo, sleep, testingServices } from '../testing.ts'

const bench = testSessions()
const { log, openWindow } = bench

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
