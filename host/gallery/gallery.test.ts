/** The gallery through a window: what is listed, opened and drawn, and the messages for what cannot be. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { SightlineError } from '../../engine/types/problem.ts'
import { type TestServer, type TestWindow, testServer, welcomed } from '../server/testing.ts'

const pipeline = (more: object) => ({
  format: 'sightline',
  version: 1,
  nodes: [{ id: 'a', type: 'io/sample-image', position: { x: 0, y: 0 } }],
  edges: [],
  ...more,
})
const about = (chapter: string, order: number) => ({ chapter, order, summary: 'What one sees.', picture: 'a.image' })

let at: TestServer
let window: TestWindow
let drawn: string[]
let running: number
let fail: boolean
const write = (id: string, more: object): void =>
  writeFileSync(join(at.folder, 'gallery', `${id}.sightline.json`), JSON.stringify(pipeline(more)))

beforeEach(async () => {
  drawn = []
  running = 0
  fail = false
  at = await testServer({
    draw: async (document, picture, { width, height }) => {
      expect(running++, 'one at a time').toBe(0)
      drawn.push(`${document.title} ${picture} ${width} ${height}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running--
      if (fail) throw new SightlineError('sample.unknown', { name: 'x', known: 'y' })
      return { width: 2, height: 1, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }
    },
  })
  window = await welcomed(at)
  mkdirSync(join(at.folder, 'gallery'))
  write('late', { title: 'Late', about: about('6.2', 1) })
  write('second', { title: 'Second', about: about('6.1', 2) })
  write('first', { title: 'First', about: about('6.1', 1), lesson: { id: 'l', steps: [{ title: 't', text: 'x' }] } })
})
afterEach(() => at.close())

const list = async () => (await window.request('gallery', {})).result as { entries: { id: string; hash: string }[] }
const card = (id: string) => window.request('card', { id, width: 320, height: 320 })

it('lists entries by chapter and order, with their lessons', async () => {
  const { entries } = await list()
  expect(entries.map(({ id }) => id)).toEqual(['first', 'second', 'late'])
  expect(entries[0]).toMatchObject({ title: 'First', chapter: '6.1', summary: 'What one sees.', steps: 1, lesson: 'l' })
  expect(entries[1]).toMatchObject({ steps: 0 })
})

it('says of an entry that cannot be shown why, at the end of the list', async () => {
  write('a-broken', { about: about('6.9', 1) })
  write('b-bare', {})
  write('c-lesson', { about: about('6.1', 0), lesson: { id: 'l', steps: [{ title: 't', text: 'x', frame: 'gone' }] } })
  writeFileSync(join(at.folder, 'gallery', 'd-torn.sightline.json'), '{')
  const { entries } = (await list()) as { entries: { id: string; hash: string; problem?: { code: string } }[] }
  expect(entries.slice(3).map(({ id, problem }) => [id, problem?.code])).toEqual([
    ['a-broken', 'about.wrong'],
    ['b-bare', 'about.wrong'],
    ['c-lesson', 'lesson.missing'],
    ['d-torn', 'document.not-json'],
  ])
})

it('opens a copy', async () => {
  const { result } = await window.request('entry', { id: 'first' })
  expect(result).toMatchObject({ document: { title: 'First', nodes: [{ id: 'a' }] } })
  expect(result).not.toHaveProperty('path')
})

it('knows only what lies in its folder', async () => {
  for (const id of ['nothing', '../first', 'gallery/first'])
    expect((await window.request('entry', { id })).problem).toMatchObject({ code: 'gallery.unknown' })
})

it('draws each content once, one at a time, and gives the pixels', async () => {
  const replies = await Promise.all([card('first'), card('second'), card('first')])
  for (const { result } of replies) expect(result).toEqual({ width: 2, height: 1 })
  const { tail } = (await card('first')) as unknown as { tail: Uint8Array }
  expect([...tail]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(drawn.sort()).toEqual(['First a.image 320 320', 'Second a.image 320 320'])
})

it('draws a changed file anew', async () => {
  const before = (await list()).entries[1]?.hash
  await card('second')
  write('second', { title: 'Second, changed', about: about('6.1', 2) })
  await card('second')
  expect((await list()).entries[1]?.hash).not.toBe(before)
  expect(drawn).toEqual(['Second a.image 320 320', 'Second, changed a.image 320 320'])
})

it('says what went wrong, and tries again', async () => {
  fail = true
  expect((await card('first')).problem).toMatchObject({ code: 'sample.unknown' })
  fail = false
  expect((await card('first')).result).toEqual({ width: 2, height: 1 })
})

it('tells which files are still there', async () => {
  const here = join(at.folder, 'here.sightline.json')
  writeFileSync(here, '{}')
  const paths = [here, join(at.folder, 'gone.json'), at.folder]
  expect((await window.request('there', { paths })).result).toEqual({ paths: [here] })
  rmSync(here)
  expect((await window.request('there', { paths })).result).toEqual({ paths: [] })
})
