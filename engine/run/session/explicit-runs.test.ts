import { describe, expect, it } from 'vitest'
import { testSessions } from '../../../host/testing/sessions.ts'
import { graphOf, rest } from '../testing.ts'
import type { TestWindow } from '../testing-window.ts'

const bench = testSessions()
const { log, openWindow } = bench

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
