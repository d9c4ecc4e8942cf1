/** Two servers of one user: what is open in one is not offered by the other as left behind; what is left, is. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { type TestServer, type TestWindow, temporaryFolder, testServer, welcomed } from '../server/testing.ts'
import { Presence } from './presence.ts'

const servers: TestServer[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

async function start(folder: string): Promise<TestServer> {
  const server = await testServer({ folder, windows: join(folder, 'recovery') })
  servers.push(server)
  return server
}

const pipeline = { format: 'sightline', version: 1, title: 'work', nodes: [], edges: [] }
/** The unsaved work that a window is offered. */
async function offered(window: TestWindow): Promise<readonly string[]> {
  const { result } = await window.request('copies', {})
  return (result as { copies: { session: string }[] }).copies.map(({ session }) => session)
}
async function becomes(of: () => Promise<readonly string[]>, wanted: readonly string[]): Promise<void> {
  for (let i = 0; i < 500 && (await of()).join() !== wanted.join(); i++) await sleep(20)
  expect(await of()).toEqual(wanted)
}

it('does not offer what is open at another server, until its window is gone for good', async () => {
  const folder = temporaryFolder()
  const [one, two] = [await start(folder), await start(folder)]
  const mine = await welcomed(one, 'session-one')
  mine.send({ type: 'open', rev: 1, document: pipeline, unsaved: true })
  const other = await welcomed(two, 'session-two')
  const recovery = () => readdirSync(join(folder, 'recovery'))
  for (let i = 0; i < 500 && !recovery().includes('session-one.recovery.json'); i++) await sleep(20)
  expect(await offered(other)).toEqual([])
  expect((await other.request('copy', { session: 'session-one' })).problem).toMatchObject({ code: 'recovery.gone' })
  await other.request('forget', { session: 'session-one' })
  expect(recovery()).toContain('session-one.recovery.json')
  mine.socket.close()
  await becomes(() => offered(other), ['session-one'])
}, 60_000)

it('offers what is left once the other server has ended', async () => {
  const folder = temporaryFolder()
  const [one, two] = [await start(folder), await start(folder)]
  const mine = await welcomed(one, 'session-one')
  mine.send({ type: 'open', rev: 1, document: pipeline, unsaved: true })
  for (let i = 0; i < 500 && !readdirSync(folder).includes('recovery'); i++) await sleep(20)
  await sleep(100)
  await servers.shift()?.close()
  expect(await offered(await welcomed(two, 'session-two'))).toEqual(['session-one'])
})

/** The mark of a process, as it leaves it when it is killed. */
function mark(folder: string, about: object, age = 0): void {
  const file = join(folder, `.windows-${Math.random().toString(36).slice(2)}`)
  writeFileSync(file, JSON.stringify(about))
  const time = new Date(Date.now() - age)
  utimesSync(file, time, time)
}
const processes: ChildProcess[] = []
afterEach(() => {
  for (const child of processes.splice(0)) child.kill('SIGKILL')
})

it('takes no mark for a window that is not there, and removes it', async () => {
  const folder = temporaryFolder()
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' })
  processes.push(child)
  const dead = spawn(process.execPath, ['--eval', ''], { stdio: 'ignore' })
  await new Promise((resolve) => dead.on('exit', resolve))
  const host = hostname()
  mark(folder, { pid: child.pid, host, sessions: ['alive'] })
  mark(folder, { pid: child.pid, host, sessions: ['number given again'] }, 10 * 60_000)
  mark(folder, { pid: dead.pid, host, sessions: ['killed'] })
  mark(folder, { pid: dead.pid, host: 'another machine', sessions: ['there'] }, 1000)
  mark(folder, { pid: dead.pid, host: 'another machine', sessions: ['was there'] }, 10 * 60_000)
  mark(folder, { sessions: 'nonsense' })
  writeFileSync(join(folder, 'mine.json'), 'no mark')
  const presence = new Presence(folder)
  presence.add('own')
  expect([...(await presence.elsewhere())].sort()).toEqual(['alive', 'there'])
  await presence.close()
  expect(readdirSync(folder).filter((name) => name.startsWith('.windows-'))).toHaveLength(2)
  expect(readdirSync(folder)).toContain('mine.json')
})
