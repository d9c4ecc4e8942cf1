/** A window's conversation with the engine: invalid frames, requests, sessions that outlive a connection. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { closeCodes } from '../../engine/protocol/link.ts'
import { protocolVersion } from '../../engine/protocol/messages.ts'
import type { PreviewItem } from '../../engine/protocol/reports.ts'
import { openWindow, type TestServer, type TestWindow, testServer, welcomed } from './testing.ts'

let at: TestServer
beforeEach(async () => {
  at = await testServer({ keep: 100 })
})
afterEach(() => at.close())

const open = async (): Promise<TestWindow> => {
  const window = openWindow({ port: at.server.port, token: at.token })
  await window.opened
  return window
}
const file = { format: 'sightline', version: 1, nodes: [], edges: [] }
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
const last = () => at.engine.made.at(-1) ?? expect.fail('no session was made')

it('welcomes a window', async () => {
  const window = await open()
  window.send({ type: 'hello', protocol: protocolVersion, session: 'one-window' })
  expect(await window.next('welcome')).toMatchObject({
    protocol: protocolVersion,
    device: { threads: 1 },
    catalogue: [],
  })
})

it('tells a window of another version so', async () => {
  const window = await open()
  window.send({ type: 'hello', protocol: 99, session: 'one-window' })
  expect(await window.closed).toMatchObject({ code: closeCodes.version, reason: expect.stringContaining('99') })
})

it.each([
  ['nothing', () => new Uint8Array(0)],
  ['three bytes', () => new Uint8Array(3)],
  ['a head longer than the frame', () => new Uint8Array([255, 255, 255, 255, 1, 2, 3])],
  ['no JSON', () => new Uint8Array([2, 0, 0, 0, 0x7b, 0x7b, 0, 0])],
  ['no UTF-8', () => new Uint8Array([2, 0, 0, 0, 0xff, 0xfe, 0, 0])],
  ['a text', () => 'hello'],
])('closes with a reason for a frame of %s, before and after the hello', async (_, frame) => {
  const fresh = await open()
  fresh.socket.send(frame())
  expect((await fresh.closed).code).toBe(closeCodes.badMessage)
  const greeted = await welcomed(at)
  greeted.socket.send(frame())
  expect(await greeted.closed).toMatchObject({
    code: closeCodes.badMessage,
    reason: expect.stringContaining('not valid'),
  })
})

it.each([
  null,
  7,
  [],
  {},
  { type: 'open' },
  { type: 'nothing' },
  { type: 'hello', protocol: protocolVersion, session: 'short' },
  { type: 'constructor' },
])('closes with a reason for the first message %j', async (head) => {
  const window = await open()
  window.send(head)
  expect((await window.closed).code).toBe(closeCodes.badMessage)
})

it('answers what has an answer: a bad request with its problem, a bad edit with "send it again"', async () => {
  const window = await welcomed(at)
  window.send({ type: 'request', id: 4, method: 'x'.repeat(65), params: {} })
  expect(await window.next('reply')).toMatchObject({ id: 4, problem: { code: 'protocol.bad-message' } })
  for (const [method, params] of [
    ['nothing', {}],
    ['constructor', {}],
    ['probe', { node: 'a' }],
    ['load', { path: 7 }],
  ] as const)
    expect((await window.request(method, params)).problem).toMatchObject({ code: 'protocol.bad-message' })
  window.send({ type: 'edit', rev: 1, edit: [{ table: 'nodes', id: '__proto__', value: null }] })
  expect(await window.next('resync')).toMatchObject({ problem: { code: 'protocol.bad-message' } })
  window.send({ type: 'edit', rev: 666, edit: [] })
  expect(await window.next('resync')).toMatchObject({ problem: { code: 'unexpected' } })
  expect(at.log.join()).toContain('the engine slipped')
  window.send({ type: 'settle' })
  await until(() => last().received.some(({ type }) => type === 'settle'))
})

it('takes a flood of broken frames without harm', async () => {
  let seed = 1
  const random = (): number => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return seed
  }
  for (let round = 0; round < 20; round++) {
    const window = await welcomed(at, 'broken-session')
    for (let i = 0; i < 500; i++)
      window.socket.send(new Uint8Array(Array.from({ length: random() % 40 }, () => random())))
    await window.closed
  }
  const window = await welcomed(at)
  expect((await window.request('probe', { node: 'a', port: 'image', x: 0, y: 0 })).result).toBeTruthy()
})

it('keeps a session for a while after its window left, then ends it', async () => {
  const first = await welcomed(at, 'the-session')
  first.socket.close()
  await first.closed
  const second = await welcomed(at, 'the-session')
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(at.engine.made).toHaveLength(1)
  expect(last().closed).toBe(false)
  second.socket.terminate()
  await until(() => last().closed)
  await welcomed(at, 'the-session')
  expect(at.engine.made).toHaveLength(2)
})

it('gives a session to the window that came last', async () => {
  const first = await welcomed(at, 'the-session')
  const second = await welcomed(at, 'the-session')
  expect(await first.closed).toMatchObject({ code: closeCodes.replaced })
  last().options.send({ type: 'resync', problem: { code: 'unexpected', params: {} } })
  await second.next('resync')
  expect(first.messages.map(({ message }) => message.type)).toEqual(['welcome'])
})

it("follows the folder of the session's document, and watches there", async () => {
  const folder = join(at.folder, 'elsewhere')
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.txt'), '1')
  const window = await welcomed(at)
  const { services, watch } = last().options
  const { signal } = new AbortController()
  await expect(services.identity('a.txt', signal)).rejects.toMatchObject({ code: 'file.missing' })
  window.send({ type: 'open', rev: 1, document: file, path: join(folder, 'p.sightline.json') })
  await until(() => last().received.length === 1)
  expect(await services.identity('a.txt', signal)).toBeTruthy()
  watch?.(['a.txt'])
  await new Promise((resolve) => setTimeout(resolve, 100))
  writeFileSync(join(folder, 'a.txt'), '22')
  await until(() => last().changed.includes('a.txt'))
})

const item = (view: string, offset: number): PreviewItem => ({
  view,
  node: 'a',
  port: 'image',
  width: 1,
  height: 1,
  offset,
  shape: {},
  region: { x: 0, y: 0, width: 1, height: 1 },
  display: { mode: 'auto', flag: false },
})

it('sends one frame of previews at a time, then the newest of each view', async () => {
  const window = await welcomed(at)
  const { send } = last().options
  // All at once, before any pong can arrive: the first is sent, the others wait.
  const memory = new Uint8Array(8)
  for (let rev = 0; rev < 100; rev++) {
    memory.fill(rev)
    const items = rev === 50 ? [item('b', 4), item('c', 0)] : [item('a', 0)]
    send({ type: 'previews', rev, quality: 'draft', items }, [memory.subarray(0, 4), memory.subarray(4)])
  }
  send({ type: 'resync', problem: { code: 'unexpected', params: {} } })
  await until(() => window.messages.filter(({ message }) => message.type === 'previews').length === 3)
  const got = window.messages.flatMap(({ message, tail }) =>
    message.type === 'previews'
      ? message.items.map(({ view, offset }) => [message.rev, view, [...tail.subarray(offset, offset + 4)]])
      : [],
  )
  expect(got).toEqual([
    [0, 'a', [0, 0, 0, 0]],
    [50, 'b', [50, 50, 50, 50]],
    [50, 'c', [50, 50, 50, 50]],
    [99, 'a', [99, 99, 99, 99]],
  ])
  expect(window.messages.map(({ message }) => message.type)).toEqual([
    'welcome',
    'previews',
    'resync',
    'previews',
    'previews',
  ])
})

it.each([
  ['a link to itself', 'loop.json'],
  ['a name that no file system has', `${'n'.repeat(300)}.json`],
  ['a file in a file', 'file.txt/p.json'],
  ['a path of another machine', '//server/share/p.json'],
])('stays open when the pipeline’s own file is %s, or a node’s', async (_, name) => {
  symlinkSync('loop.json', join(at.folder, 'loop.json'))
  writeFileSync(join(at.folder, 'file.txt'), 'text')
  const path = name.startsWith('//') ? name : join(at.folder, name)
  const window = await welcomed(at)
  window.send({ type: 'open', rev: 1, document: file, path, stamp: 'old' })
  const beside = join(at.folder, 'beside.png')
  last().options.watch?.([path, name, beside])
  let writes = 0
  await until(() => {
    writeFileSync(beside, String(writes++))
    return last().changed.includes(beside)
  })
  window.send({ type: 'edit', rev: 2, edit: [{ table: 'title', id: '', value: 'goes on' }] })
  expect((await window.request('forget', {})).problem).toBeUndefined()
  expect(last().received.map(({ type }) => type)).toEqual(['open', 'edit'])
})
