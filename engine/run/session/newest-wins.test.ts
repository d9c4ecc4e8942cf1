import { describe, expect, it } from 'vitest'
import { testSessions } from '../../../host/testing/sessions.ts'
import { graphOf, rest } from '../testing.ts'

const bench = testSessions()
const { log, openWindow } = bench

describe('newest wins', () => {
  const branches = (ms: number) =>
    graphOf(
      {
        start: 'test/number',
        slow: ['test/sleep', { ms: 80, tag: 'slow' }],
        other: ['test/sleep', { ms, tag: 'other' }],
        end: 'test/add',
      },
      ['start.number > slow.a', 'start.number > other.a', 'slow.number > end.a', 'other.number > end.b'],
    )

  it('stops what nobody wants any more, and lets go on what is still wanted', async () => {
    const window = openWindow()
    // Long enough not to end by itself on a busy machine.
    const opened = window.open(branches(2000))
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
      graphOf({ start: 'test/number', slow: ['test/sleep', { ms: 200 }] }, ['start.number > slow.a']),
    )
    await window.until('it to run', () => log.sleeping === 1)
    window.set('slow', { ms: 5 })
    await opened
    window.set('slow', { ms: 200 })
    await window.idle()
    expect(log.count('sleep')).toBe(3)
    expect(log.count('slept')).toBe(2)
  })

  it('stops when told to, and goes on with the next edit', async () => {
    const window = openWindow()
    const opened = window.open(branches(30))
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
    window.open(branches(30)).catch(() => undefined)
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
