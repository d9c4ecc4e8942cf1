/** Files through a window: listed, loaded, saved and dropped. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import * as promises from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type TestServer, type TestWindow, testServer, welcomed } from './testing.ts'

vi.mock('node:fs/promises', async (original) => ({ ...(await original<typeof promises>()) }))

const pipeline = (title: string) => ({
  format: 'sightline',
  version: 1,
  title,
  nodes: [{ id: 'a', type: 'io/sample-image', position: { x: 0, y: 0 } }],
  edges: [],
})

let at: TestServer
let window: TestWindow
let path: string
beforeEach(async () => {
  at = await testServer()
  window = await welcomed(at)
  path = join(at.folder, 'p.sightline.json')
})
afterEach(async () => {
  vi.restoreAllMocks()
  await at.close()
})

let rev = 0
const open = (title: string) => window.send({ type: 'open', rev: ++rev, document: pipeline(title) })
const save = async (params: object = {}) => {
  const { result, problem } = await window.request('save', { path, ...params })
  return { ...(result as { path: string; stamp: string } | undefined), problem }
}
const titleOf = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8')).title

it('saves, loads and saves again', async () => {
  open('first')
  const saved = await save()
  expect(saved.path).toBe(path)
  const { result } = await window.request('load', { path })
  expect(result).toMatchObject({ path, stamp: saved.stamp, document: { title: 'first', nodes: [{ id: 'a' }] } })
  open('second')
  expect((await save({ stamp: saved.stamp })).problem).toBeUndefined()
  expect(titleOf(path)).toBe('second')
  expect(readdirSync(at.folder)).toEqual(['p.sightline.json'])
})

it('does not overwrite what another program wrote, unless told to', async () => {
  writeFileSync(path, JSON.stringify(pipeline('theirs')))
  open('mine')
  expect((await save()).problem).toMatchObject({ code: 'file.changed-on-disk', params: { path } })
  expect((await save({ stamp: 'another' })).problem).toMatchObject({ code: 'file.changed-on-disk' })
  expect(titleOf(path)).toBe('theirs')
  const { stamp } = await save({ overwrite: true })
  expect(titleOf(path)).toBe('mine')
  writeFileSync(path, JSON.stringify(pipeline('theirs again')))
  expect((await save({ stamp })).problem).toMatchObject({ code: 'file.changed-on-disk' })
  expect(titleOf(path)).toBe('theirs again')
})

it('lets one of two saves at once win, not both', async () => {
  const other = await welcomed(at)
  open('one')
  other.send({ type: 'open', rev: 1, document: pipeline('two') })
  const [a, b] = await Promise.all([save(), other.request('save', { path })])
  expect([a.problem, b.problem].filter(Boolean)).toEqual([expect.objectContaining({ code: 'file.changed-on-disk' })])
})

it('keeps the old file, and nothing else, when the disk is full', async () => {
  open('old')
  const { stamp } = await save()
  const real = promises.open
  vi.spyOn(promises, 'open').mockImplementation(async (...given) => {
    const handle = await real(...given)
    handle.writeFile = () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }))
    return handle
  })
  open('new')
  expect((await save({ stamp })).problem).toMatchObject({ code: 'file.disk-full', params: { path } })
  expect(titleOf(path)).toBe('old')
  expect(readdirSync(at.folder)).toEqual(['p.sightline.json'])
})

it('writes through a link and keeps the mode', async () => {
  const real = join(at.folder, 'real.json')
  writeFileSync(real, '{}')
  chmodSync(real, 0o640)
  symlinkSync('real.json', path)
  open('linked')
  await save({ overwrite: true })
  expect(readlinkSync(path)).toBe('real.json')
  expect(titleOf(real)).toBe('linked')
  expect(statSync(real).mode & 0o777).toBe(0o640)
})

it.each([
  ['a folder that is not there', 'no/p.json', 'file.folder-missing'],
  ['a network path', '//server/share/p.json', 'file.unsafe-path'],
  ['a device', '/dev/null', 'file.unsafe-path'],
])('does not save to %s', async (_, where, code) => {
  open('x')
  expect((await save({ path: where })).problem).toMatchObject({ code })
})

it('names what is wrong with a file that does not load', async () => {
  const cases: [string, string | undefined, string][] = [
    ['none.json', undefined, 'file.missing'],
    ['empty.json', '', 'file.empty'],
    ['broken.json', '{"format": "sightl', 'document.not-json'],
    ['other.json', '{"a": 1}', 'document.not-a-pipeline'],
    ['newer.json', '{"format": "sightline", "version": 99}', 'document.newer'],
  ]
  for (const [name, content, code] of cases) {
    const file = join(at.folder, name)
    if (content !== undefined) writeFileSync(file, content)
    expect((await window.request('load', { path: file })).problem).toMatchObject({ code })
  }
  expect((await window.request('load', { path: at.folder })).problem).toMatchObject({ code: 'file.is-a-folder' })
  const huge = join(at.folder, 'huge.json')
  writeFileSync(huge, '')
  truncateSync(huge, 3 * 2 ** 30)
  expect((await window.request('load', { path: huge })).problem).toMatchObject({
    code: 'document.too-large',
    params: { bytes: 3 * 2 ** 30 },
  })
  open('x')
  expect((await save({ path: huge })).problem).toMatchObject({ code: 'file.changed-on-disk' })
  expect((await save({ path: join(at.folder, 'empty.json') })).problem).toMatchObject({ code: 'file.changed-on-disk' })
})

it.skipIf(process.platform === 'win32')(
  'refuses a pipe or a device, also behind a link, and does not wait for it',
  async () => {
    const [pipe, zero] = [join(at.folder, 'pipe.json'), join(at.folder, 'zero.json')]
    execFileSync('mkfifo', [pipe])
    symlinkSync('/dev/zero', zero)
    open('x')
    for (const file of [pipe, zero]) {
      expect((await window.request('load', { path: file })).problem).toMatchObject({ code: 'file.unsafe-path' })
      expect((await save({ path: file })).problem).toMatchObject({ code: 'file.unsafe-path' })
    }
  },
)

it('lists folders first, then files, both in natural order, without hidden ones', async () => {
  mkdirSync(join(at.folder, 'z'))
  for (const name of ['a10.png', 'a9.png', '.hidden']) writeFileSync(join(at.folder, name), 'xyz')
  symlinkSync('nowhere', join(at.folder, 'dangling'))
  const { result } = await window.request('list', { path: at.folder })
  expect(result).toMatchObject({
    path: at.folder,
    parent: dirname(at.folder),
    entries: [
      { name: 'z', folder: true },
      { name: 'a9.png', folder: false, bytes: 3, path: join(at.folder, 'a9.png') },
      { name: 'a10.png' },
    ],
  })
  expect((await window.request('list', {})).result).toMatchObject({ path: homedir() })
  expect((await window.request('list', { path: '/' })).result).toMatchObject({ parent: null })
  const none = await window.request('list', { path: join(at.folder, 'none') })
  expect(none.problem).toMatchObject({ code: 'file.folder-missing' })
})

it('keeps dropped files, the same one once, under names that lead nowhere else', async () => {
  const data = new TextEncoder().encode('a picture')
  const drop = async (name: string, bytes = data) =>
    ((await window.request('upload', { name }, bytes)).result as { path: string }).path
  const first = await drop('cat.png')
  expect(readFileSync(first, 'utf8')).toBe('a picture')
  expect(await drop('cat.png')).toBe(first)
  expect(await drop('cat.png', new Uint8Array([1]))).not.toBe(first)
  const uploads = join(at.folder, 'uploads')
  for (const name of ['../../x', '..\\..\\x', '/etc/passwd', '.bashrc', 'a\0b', 'a:b', '..', 'é'.repeat(200)]) {
    const { result } = await window.request('upload', { name }, data)
    expect((result as { path: string }).path.startsWith(`${uploads}/`)).toBe(true)
  }
  expect(readdirSync(at.folder)).toEqual(['uploads'])
  const empty = await window.request('upload', { name: 'e.png' }, new Uint8Array(0))
  expect(empty.problem).toMatchObject({ code: 'file.empty' })
})

it('keeps the settings of what computes, and says what is used now', async () => {
  const settings = async (params: object = {}) => (await window.request('settings', params)).result
  const now = { device: 'none', threads: 1, memory: 100 }
  expect(await settings()).toMatchObject({ settings: { device: 'auto' }, now, given: ['threads'] })
  await settings({ change: { device: 'cpu', threads: 3 } })
  expect(await settings()).toMatchObject({ settings: { device: 'cpu', threads: 3 }, now })
  const file = join(at.folder, 'settings', 'settings.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ device: 'cpu', threads: 3 })
})

it.each([{ threads: 0 }, { threads: 1.5 }, { threads: 65 }, { memory: 1 }, { device: 'tpu' }])(
  'keeps no settings that make no sense: %j',
  async (change) => {
    const { problem } = await window.request('settings', { change })
    expect(problem).toMatchObject({ code: 'protocol.bad-message' })
    expect(readdirSync(at.folder)).not.toContain('settings')
  },
)

it('says when the settings cannot be read, and takes new ones', async () => {
  const file = join(at.folder, 'settings', 'settings.json')
  mkdirSync(dirname(file))
  for (const text of ['{', '{"threads":"many"}']) {
    writeFileSync(file, text)
    expect((await window.request('settings', {})).problem).toMatchObject({
      code: 'settings.unreadable',
      params: { path: file },
    })
  }
  await window.request('settings', { change: {} })
  expect((await window.request('settings', {})).result).toMatchObject({ settings: { device: 'auto' } })
})

it('makes a folder where there is none, and says why not', async () => {
  const folder = join(at.folder, 'new')
  expect((await window.request('makeFolder', { path: folder })).result).toEqual({ path: folder })
  expect(statSync(folder).isDirectory()).toBe(true)
  expect((await window.request('list', { path: folder })).result).toMatchObject({ path: folder, entries: [] })
  expect((await window.request('makeFolder', { path: folder })).problem).toBeUndefined()
  writeFileSync(join(at.folder, 'file'), '')
  expect((await window.request('makeFolder', { path: join(at.folder, 'file', 'in') })).problem?.code).toBe(
    'file.not-a-folder',
  )
})
