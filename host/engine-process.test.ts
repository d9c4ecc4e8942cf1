/** The real engine in its process, as a window sees it: a pipeline in, pictures out, also after the process was killed. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { catalogueSchema } from '../engine/graph/catalogue.ts'
import { protocolVersion } from '../engine/protocol/messages.ts'
import type { SettingsState } from '../engine/protocol/settings.ts'
import { ensureBuild } from './build/all.ts'
import { startOf } from './cli/start.ts'
import { defaultThreads } from './engine.ts'
import { UserSettings } from './files/user-settings.ts'
import { firstPipeline, root } from './installation.ts'
import { type Keeper, startKeeper } from './keeper.ts'
import { openWindow, type TestWindow, temporaryFolder } from './server/testing.ts'

const folder = temporaryFolder()
const user = { settings: join(folder, 'settings'), data: join(folder, 'data') }
const log: string[] = []
/** As it is bundled. */
const script = join(root, 'build/host/engine-process.js')
let keeper: Keeper

beforeAll(async () => {
  await ensureBuild({ page: false })
  keeper = await startKeeper({ script, folder, user, log: (line) => log.push(line), spareAfter: 0 })
})
afterAll(() => keeper.stop())

async function connect(session: string): Promise<TestWindow> {
  for (;;) {
    const window = openWindow(keeper)
    const open = await window.opened.then(
      () => true,
      () => false,
    )
    if (open) {
      window.send({ type: 'hello', protocol: protocolVersion, session })
      return window
    }
    await sleep(20)
  }
}

const view = (node: string, port: string) => ({ id: `${node}.${port}`, node, port, width: 64, height: 64 })
const pipeline = (path: string, sigma: number) => ({
  format: 'sightline',
  version: 1,
  nodes: [
    { id: 'photo', type: 'io/load-image', params: { path }, position: { x: 0, y: 0 } },
    { id: 'blur', type: 'filter/gaussian-blur', params: { sigma }, position: { x: 0, y: 0 } },
  ],
  edges: [{ from: 'photo.image', to: 'blur.image' }],
})

/** The first full preview of a view: its size and pixels. */
async function preview(window: TestWindow, id: string, rev: number) {
  for (;;) {
    const { items, quality, tail, rev: of } = await window.next('previews')
    const item = items.find(({ view }) => view === id)
    if (!item || quality !== 'full' || of < rev) continue
    return { item, pixels: tail.subarray(item.offset, item.offset + item.width * item.height * 4) }
  }
}

async function gray(path: string, level: number): Promise<void> {
  const raw = { width: 8, height: 8, channels: 1 } as const
  writeFileSync(path, await sharp(new Uint8Array(64).fill(level), { raw }).toColourspace('b-w').png().toBuffer())
}

it('brings the sample pipeline to open first, and a catalogue that fits its schema', async () => {
  const window = await connect('first-window')
  const { start, catalogue, samples, device } = await window.next('welcome')
  expect(JSON.parse(readFileSync(firstPipeline, 'utf8')).title).toBe(start?.document.title)
  expect(catalogueSchema.parse(catalogue).map(({ type }) => type)).toContain('filter/gaussian-blur')
  expect(samples.length).toBeGreaterThan(0)
  expect(device.threads).toBeGreaterThan(0)
  window.socket.close()
})

it('runs what is opened and shows it, follows edits and changed files, and goes on after it is killed', async () => {
  const path = join(folder, 'gray.png')
  await gray(path, 100)
  let window = await connect('the-session')
  window.send({ type: 'open', rev: 1, document: pipeline('gray.png', 1), path: join(folder, 'p.sightline.json') })
  window.send({ type: 'views', views: [view('blur', 'image')] })
  const first = await preview(window, 'blur.image', 1)
  expect(first.item).toMatchObject({ width: 8, height: 8, shape: { kind: 'image', height: 8, width: 8, channels: 1 } })
  expect([...first.pixels.subarray(0, 4)]).toEqual([100, 100, 100, 255])

  const probe = await window.request('probe', { node: 'blur', port: 'image', x: 3, y: 3 })
  expect((probe.result as { values: number[] }).values[0]).toBeCloseTo(100 / 255, 5)

  await gray(path, 50)
  for (;;) if ((await preview(window, 'blur.image', 1)).pixels[0] === 50) break

  process.kill(keeper.pid ?? 0, 'SIGKILL')
  await window.closed
  window = await connect('the-session')
  await window.next('welcome')
  window.send({ type: 'open', rev: 7, document: pipeline('gray.png', 3), path: join(folder, 'p.sightline.json') })
  window.send({ type: 'views', views: [view('blur', 'image')] })
  expect((await preview(window, 'blur.image', 7)).pixels[0]).toBe(50)
  expect(log.join()).toContain('SIGKILL')
})

it('reads a dropped file, also in a document without a folder of its own', async () => {
  const window = await connect('dropping')
  await gray(join(folder, 'dropped.png'), 200)
  const { result } = await window.request('upload', { name: 'a b.png' }, readFileSync(join(folder, 'dropped.png')))
  const { path } = result as { path: string }
  window.send({ type: 'open', rev: 1, document: pipeline(path, 1) })
  window.send({ type: 'views', views: [view('photo', 'image')] })
  expect((await preview(window, 'photo.image', 1)).pixels[0]).toBe(200)
})

it('ends with its keeper', async () => {
  const { pid = 0 } = keeper
  await keeper.stop()
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

it('opens the file it was started with, as it is now', async () => {
  const path = join(folder, 'named.sightline.json')
  writeFileSync(path, JSON.stringify({ ...pipeline('gray.png', 1), title: 'before' }))
  keeper = await startKeeper({ script, folder, user, start: await startOf(path), spareAfter: 60_000 })
  const window = await connect('first-window')
  const { start } = await window.next('welcome')
  expect(start).toMatchObject({ path, document: { title: 'before' } })
  window.send({ type: 'open', rev: 1, document: { ...start?.document, title: 'after' }, path })
  const saved = await window.request('save', { path, stamp: start?.stamp })
  expect(saved.problem).toBeUndefined()
  const second = await (await connect('second-window')).next('welcome')
  expect(second.start).toMatchObject({ document: { title: 'after' }, stamp: (saved.result as { stamp: string }).stamp })
})

it('computes as the settings of its user say, unless the command line says otherwise', async () => {
  const other = { settings: join(folder, 'other-settings'), data: join(folder, 'other-data') }
  const settings = new UserSettings(other.settings)
  await settings.keep({ device: 'auto', threads: 3, memory: 321 })
  const start = async (options: { threads?: number }) => {
    const started = await startKeeper({
      script,
      folder,
      user: other,
      log: () => undefined,
      spareAfter: 60_000,
      ...options,
    })
    const window = openWindow(started)
    await window.opened
    window.send({ type: 'hello', protocol: protocolVersion, session: 'settings-window' })
    const { device } = await window.next('welcome')
    const { result } = await window.request('settings', {})
    await started.stop()
    return { ...(result as SettingsState), device }
  }
  expect(await start({})).toMatchObject({ device: { threads: 3 }, now: { threads: 3, memory: 321 }, given: [] })
  expect(await start({ threads: 1 })).toMatchObject({
    device: { threads: 1 },
    now: { memory: 321 },
    given: ['threads'],
  })
  writeFileSync(settings.path, 'no JSON')
  const usual = await start({})
  expect(usual.device.threads).toBe(defaultThreads())
})
