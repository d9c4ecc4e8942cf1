/** Saving through a window: the pipeline means the same files afterwards, wherever it goes, and takes its permissions along. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import * as promises from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { never, problem } from '../files/testing.ts'
import { type TestServer, type TestWindow, testServer, welcomed } from './testing.ts'

vi.mock('node:fs/promises', async (original) => ({ ...(await original<typeof promises>()) }))

let at: TestServer
let window: TestWindow
let home: string
let away: string
const inHome = (name: string): string => join(home, name)
const position = { x: 0, y: 0 }
const load = (id: string, path: string) => ({ id, type: 'io/load-image', params: { path }, position })
const write = (id: string, path: string) => ({ id, type: 'io/save-image', params: { path }, position })
const pipeline = (...nodes: object[]) => ({ format: 'sightline', version: 1, nodes, edges: [] })

beforeEach(async () => {
  at = await testServer()
  window = await welcomed(at)
  home = join(at.folder, 'home')
  away = join(at.folder, 'away')
  for (const folder of [home, away]) mkdirSync(folder)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await at.close()
})

let rev = 0
const open = (document: object, more: object = {}) => window.send({ type: 'open', rev: ++rev, document, ...more })
const drop = async (name: string, words: string): Promise<string> =>
  ((await window.request('upload', { name }, new TextEncoder().encode(words))).result as { path: string }).path
const save = async (path: string, params: object = {}) => {
  const { result, problem } = await window.request('save', { path, ...params })
  return { ...(result as { stamp: string; renamed: [string, string][] } | undefined), problem }
}
const pathsIn = (file: string): string[] =>
  JSON.parse(readFileSync(file, 'utf8')).nodes.map((node: { params: { path: string } }) => node.params.path)
/** The session's files, as its nodes see them. */
const services = () => {
  const session = at.engine.made.at(-1)
  if (!session) throw new Error('no session')
  return session.options.services
}
async function picture(path: string): Promise<string> {
  await sharp({ create: { width: 4, height: 3, channels: 3, background: 'red' } })
    .png()
    .toFile(path)
  return path
}

it('puts copies of dropped pictures beside the pipeline, and names them there', async () => {
  const [cat, dog, other] = [await drop('cat.jpg', 'cat'), await drop('dog.jpg', 'dog'), await drop('cat.jpg', 'two')]
  open(pipeline(load('a', cat), load('b', dog), load('c', other), load('d', cat)))
  const { renamed, stamp } = await save(inHome('p.sightline.json'))
  const names = ['p.files/cat.jpg', 'p.files/dog.jpg', 'p.files/cat-2.jpg', 'p.files/cat.jpg']
  expect(pathsIn(inHome('p.sightline.json'))).toEqual(names)
  expect(renamed).toEqual([
    [cat, names[0]],
    [dog, names[1]],
    [other, names[2]],
  ])
  expect(names.map((name) => readFileSync(inHome(name), 'utf8'))).toEqual(['cat', 'dog', 'two', 'cat'])
  // Saved again, with the window's current document: nothing is copied, nothing changes.
  open(pipeline(...names.map((name, i) => load('abcd'[i] ?? '', name))), { path: inHome('p.sightline.json') })
  expect(await save(inHome('p.sightline.json'), { stamp })).toMatchObject({ renamed: [], stamp })
  expect(readdirSync(inHome('p.files')).sort()).toEqual(['cat-2.jpg', 'cat.jpg', 'dog.jpg'])
})

it('saves although a dropped picture is gone: its node says so, as before', async () => {
  const gone = join(at.folder, 'uploads', '0'.repeat(32), 'gone.jpg')
  open(pipeline(load('a', gone)))
  expect(await save(inHome('p.json'))).toMatchObject({ renamed: [] })
  expect(pathsIn(inHome('p.json'))).toEqual([gone])
})

it('elsewhere, relative paths mean the same files, also those that an undo brings back', async () => {
  open(
    pipeline(
      load('a', 'cat.png'),
      load('b', '/abs/dog.png'),
      write('c', 'out/{name}.png'),
      load('d', '//server/x.png'),
    ),
    {
      path: inHome('p.json'),
    },
  )
  const { renamed } = await save(join(away, 'q.json'), { also: [{ path: 'gone.png', access: 'read' }] })
  expect(renamed).toEqual([
    ['cat.png', '../home/cat.png'],
    ['out/{name}.png', '../home/out/{name}.png'],
    ['gone.png', '../home/gone.png'],
  ])
  expect(pathsIn(join(away, 'q.json'))).toEqual([
    '../home/cat.png',
    '/abs/dog.png',
    '../home/out/{name}.png',
    '//server/x.png',
  ])
})

it('leaves no copies behind when the pipeline cannot be written', async () => {
  open(pipeline(load('a', await drop('cat.jpg', 'cat'))))
  writeFileSync(inHome('p.json'), 'theirs')
  expect((await save(inHome('p.json'))).problem).toMatchObject({ code: 'file.changed-on-disk' })
  const real = promises.open
  vi.spyOn(promises, 'open').mockImplementation(async (...given) => {
    const handle = await real(...given)
    if (String(given[0]).includes('.p.json'))
      handle.writeFile = () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }))
    return handle
  })
  expect((await save(inHome('p.json'), { overwrite: true })).problem).toMatchObject({ code: 'file.disk-full' })
  expect(readdirSync(home)).toEqual(['p.json'])
  expect(readFileSync(inHome('p.json'), 'utf8')).toBe('theirs')
})

it('a pipeline uses what lies beside it; the rest once it is allowed, and that is remembered for its file', async () => {
  const [beside, outside] = [await picture(inHome('in.png')), await picture(join(away, 'out.png'))]
  const path = inHome('p.json')
  const document = pipeline(load('a', outside))
  open(document, { path })
  await expect.poll(() => at.engine.made[0]?.received.length).toBe(1)
  expect((await services().probe('in.png', never)).width).toBe(4)
  expect((await services().probe(beside, never)).width).toBe(4)
  const refused = { code: 'file.outside', params: { path: '../away/out.png', access: 'read' } }
  expect(await problem(services().probe('../away/out.png', never))).toEqual(refused)
  const allowed = await window.request('allow', { uses: [{ path: '../away/out.png', access: 'read' }] })
  expect(allowed.problem).toBeUndefined()
  expect(at.engine.made[0]?.changed).toEqual(['../away/out.png'])
  expect((await services().probe('../away/out.png', never)).width).toBe(4)
  expect((await services().probe(outside, never)).width).toBe(4)

  // Another document in the same window, then the first one in a new window.
  open(document, { path: inHome('other.json') })
  await expect.poll(() => at.engine.made[0]?.received.length).toBe(2)
  expect((await problem(services().probe(outside, never))).code).toBe('file.outside')
  window = await welcomed(at)
  open(document, { path })
  await expect.poll(() => at.engine.made[1]?.received.length).toBe(1)
  expect((await services().probe(outside, never)).width).toBe(4)
})

it('what was chosen for a pipeline without a file goes with it when it is saved, and so does what it could use before', async () => {
  const outside = await picture(join(away, 'out.png'))
  open(pipeline(load('a', outside)), { allowed: [{ path: outside, access: 'read' }] })
  await expect.poll(() => at.engine.made[0]?.received.length).toBe(1)
  expect((await services().probe(outside, never)).width).toBe(4)
  await picture(join(at.folder, 'stranger.png'))
  expect((await problem(services().probe('stranger.png', never))).code).toBe('file.outside')
  await save(inHome('p.json'))
  expect((await services().probe(outside, never)).width).toBe(4)

  await picture(inHome('in.png'))
  open(pipeline(load('a', outside), load('b', 'in.png')), { path: inHome('p.json') })
  await save(join(away, 'q.json'))
  expect((await services().probe('../home/in.png', never)).width).toBe(4)
  expect((await problem(services().probe('../stranger.png', never))).code).toBe('file.outside')
  window = await welcomed(at)
  open(pipeline(load('b', '../home/in.png')), { path: join(away, 'q.json') })
  await expect.poll(() => at.engine.made[1]?.received.length).toBe(1)
  expect((await services().probe('../home/in.png', never)).width).toBe(4)
})

it('refused paths stay refused, allowed or not, and break nothing', async () => {
  const uses = [{ path: '//server/share/x.png', access: 'read' }]
  open(pipeline(), { allowed: uses })
  expect((await window.request('allow', { uses })).problem).toBeUndefined()
  expect((await problem(services().probe('//server/share/x.png', never))).code).toBe('file.unsafe-path')
})
