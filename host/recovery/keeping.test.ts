/** What a window gets back after losing its document, and what it is told about the document's file. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EngineMessage } from '../../engine/protocol/messages.ts'
import { openWindow, type TestServer, type TestWindow, testServer } from '../server/testing.ts'

type Welcome = Extract<EngineMessage, { type: 'welcome' }>

let at: TestServer
beforeEach(async () => {
  at = await testServer()
})
afterEach(() => at.close())

async function attach(session: string): Promise<{ window: TestWindow; welcome: Welcome }> {
  const window = openWindow({ port: at.server.port, token: at.token })
  await window.opened
  window.send({ type: 'hello', protocol: 1, session })
  return { window, welcome: await window.next('welcome') }
}
const leave = async ({ socket, closed }: TestWindow): Promise<void> => {
  socket.close()
  await closed
}
/** The program ends and starts again with the same folders. */
async function restart(): Promise<void> {
  await at.close()
  at = await testServer({ folder: at.folder })
}

const pipeline = (title: string) => ({ format: 'sightline', version: 1, title, nodes: [], edges: [] })
const retitled = (title: string) => [{ table: 'title', id: '', value: title }]
/** Complete ones; the folder is created with the first. */
const copies = (): string[] => {
  const folder = join(at.folder, 'recovery')
  return existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : []
}
const until = async (test: () => boolean): Promise<void> => {
  for (let i = 0; i < 300 && !test(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(test()).toBe(true)
}
const copied = () => until(() => copies().length > 0)

it('gives a window that comes back what its session has, saved or not', async () => {
  const first = await attach('session-one')
  expect(first.welcome.resume).toBeUndefined()
  first.window.send({ type: 'open', rev: 1, document: pipeline('a') })
  first.window.send({ type: 'edit', rev: 2, edit: retitled('b') })
  await leave(first.window)
  const again = await attach('session-one')
  expect(again.welcome.resume).toMatchObject({ document: { title: 'b' }, unsaved: true })
  again.window.send({ type: 'edit', rev: 3, edit: retitled('a') })
  await leave(again.window)
  expect((await attach('session-one')).welcome.resume).toMatchObject({ document: { title: 'a' }, unsaved: false })
})

it('brings it back after the program ended, with its file, until it is saved or given up', async () => {
  const path = join(at.folder, 'p.sightline.json')
  const one = await attach('session-one')
  const allowed = [{ path: '/pictures/cat.jpg', access: 'read' as const }]
  one.window.send({ type: 'open', rev: 1, document: pipeline('a'), path, stamp: 'old', allowed })
  one.window.send({ type: 'edit', rev: 2, edit: retitled('b') })
  await copied()
  await restart()
  const two = await attach('session-one')
  expect(two.welcome.resume).toMatchObject({ document: { title: 'b' }, path, stamp: 'old', unsaved: true, allowed })
  two.window.send({ type: 'open', rev: 1, document: pipeline('b'), path, unsaved: true })
  await copied()
  expect((await two.window.request('save', { path, overwrite: true })).problem).toBeUndefined()
  await until(() => copies().length === 0)
  two.window.send({ type: 'edit', rev: 2, edit: retitled('c') })
  await copied()
  await two.window.request('forget', {})
  expect(copies()).toEqual([])
  await restart()
  expect((await attach('session-one')).welcome.resume).toBeUndefined()
})

it('offers what another window left behind, once', async () => {
  const lost = await attach('session-lost')
  lost.window.send({ type: 'open', rev: 1, document: pipeline('lost'), unsaved: true })
  await copied()
  const { window } = await attach('session-here')
  expect((await window.request('copies', {})).result, 'a window that is open needs no help').toEqual({ copies: [] })
  await restart()
  const here = (await attach('session-here')).window
  const { result } = await here.request('copies', {})
  expect(result).toMatchObject({ copies: [{ session: 'session-lost', title: 'lost' }] })
  expect((await here.request('copy', { session: 'session-lost' })).result).toMatchObject({
    document: { title: 'lost' },
  })
  here.send({ type: 'open', rev: 1, document: pipeline('lost'), unsaved: true })
  await here.request('forget', { session: 'session-lost' })
  expect(copies(), 'there is a copy under the new name before the old one goes').toEqual(['session-here.recovery.json'])
  expect((await here.request('copy', { session: 'session-lost' })).problem?.code).toBe('recovery.gone')
})

it('offers what a window had that does not come back, without a new start', { timeout: 15_000 }, async () => {
  const lost = await attach('session-lost')
  lost.window.send({ type: 'open', rev: 1, document: pipeline('lost'), unsaved: true })
  await copied()
  await leave(lost.window)
  const { window } = await attach('session-here')
  expect((await window.request('copies', {})).result, 'it may only reload').toEqual({ copies: [] })
  await new Promise((resolve) => setTimeout(resolve, 3500))
  expect((await window.request('copies', {})).result).toMatchObject({ copies: [{ title: 'lost' }] })
  await attach('session-lost')
  expect((await window.request('copies', {})).result, 'it came back after all').toEqual({ copies: [] })
})

it('lets one window write a file, and the next one when that is gone', async () => {
  const path = join(at.folder, 'p.sightline.json')
  const a = (await attach('session-one')).window
  a.send({ type: 'open', rev: 1, document: pipeline('a'), path })
  await a.request('copies', {})
  const b = (await attach('session-two')).window
  b.send({ type: 'open', rev: 1, document: pipeline('a'), path })
  expect(await b.next('file')).toMatchObject({ state: 'elsewhere' })
  expect((await b.request('save', { path })).problem?.code).toBe('file.open-elsewhere')
  expect((await b.request('save', { path: join(at.folder, 'copy.sightline.json') })).problem).toBeUndefined()
  expect(await b.next('file'), 'its copy is its own').toMatchObject({ state: 'own' })
  const c = (await attach('session-three')).window
  c.send({ type: 'open', rev: 1, document: pipeline('a'), path })
  expect(await c.next('file')).toMatchObject({ state: 'elsewhere' })
  a.send({ type: 'open', rev: 2, document: pipeline('other') })
  expect(await c.next('file')).toMatchObject({ state: 'own' })
})

it('frees the file of a window that went away, not of one that reloads', { timeout: 15_000 }, async () => {
  const path = join(at.folder, 'p.sightline.json')
  const a = await attach('session-one')
  a.window.send({ type: 'open', rev: 1, document: pipeline('a'), path })
  await a.window.request('copies', {})
  const b = (await attach('session-two')).window
  b.send({ type: 'open', rev: 1, document: pipeline('a'), path })
  await b.next('file')
  await leave(a.window)
  const again = await attach('session-one')
  await new Promise((resolve) => setTimeout(resolve, 3500))
  expect(b.messages.filter(({ message }) => message.type === 'file')).toHaveLength(1)
  await leave(again.window)
  expect(await b.next('file')).toMatchObject({ state: 'own' })
})

it('says when another program changes the file or takes it away, and not what it wrote itself', async () => {
  const path = join(at.folder, 'p.sightline.json')
  const { window } = await attach('session-one')
  window.send({ type: 'open', rev: 1, document: pipeline('a') })
  await window.request('save', { path })
  window.send({ type: 'edit', rev: 2, edit: retitled('b') })
  const { result } = await window.request('save', { path, overwrite: true })
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(window.messages.filter(({ message }) => message.type === 'file')).toEqual([])
  writeFileSync(path, JSON.stringify(pipeline('from elsewhere')))
  expect(await window.next('file')).toMatchObject({ state: 'changed' })
  rmSync(path)
  expect(await window.next('file')).toMatchObject({ state: 'gone' })
  const { stamp } = result as { stamp: string }
  expect((await window.request('save', { path, stamp })).problem).toBeUndefined()
  expect(await window.next('file')).toMatchObject({ state: 'own' })
})

it('says that it is gone though it was there only for a moment', async () => {
  const path = join(at.folder, 'p.sightline.json')
  const { window } = await attach('session-one')
  window.send({ type: 'open', rev: 1, document: pipeline('a') })
  const { result } = await window.request('save', { path })
  const { stamp } = result as { stamp: string }
  rmSync(path)
  expect(await window.next('file')).toMatchObject({ state: 'gone' })
  for (let i = 0; i < 3; i++) {
    await window.request('save', { path, stamp })
    expect(await window.next('file')).toMatchObject({ state: 'own' })
    rmSync(path)
    expect(await window.next('file')).toMatchObject({ state: 'gone' })
  }
})
