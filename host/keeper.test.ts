/** The keeper: engines that die come back at the same address, and it gives up only when there is no point. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { backOff, type Keeper, type KeeperOptions, startKeeper } from './keeper.ts'
import { temporaryFolder } from './server/testing.ts'

const folder = temporaryFolder()
const user = { settings: join(folder, 'settings'), data: join(folder, 'data') }
let keeper: Keeper | undefined
afterEach(async () => {
  await keeper?.stop()
  keeper = undefined
})

/** A process that listens where it is told and records what that was. */
const listens = `
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:net'
let config
process.on('disconnect', () => process.exit())
process.on('message', (message) => {
  if (message.type === 'stop') process.exit()
  if (message.type === 'start') config = message.config
  if (message.type !== 'listen') return
  const { pid, argv, env } = process
  appendFileSync(import.meta.filename + '.log', JSON.stringify({ ...config, ...message, pid, argv, env }) + '\\n')
  const server = createServer().listen(message.port, config.host, () =>
    process.send({ type: 'ready', port: server.address().port }))
})`

let scripts = 0
function script(source: string): string {
  const file = join(folder, `${++scripts}.mjs`)
  writeFileSync(file, source)
  return file
}
const said = (file: string) =>
  readFileSync(`${file}.log`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

async function keep(options: KeeperOptions): Promise<{ keeper: Keeper; log: string[] }> {
  const log: string[] = []
  keeper = await startKeeper({ user, log: (line) => log.push(line), ...options })
  return { keeper, log }
}

const reachable = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await sleep(10)
}

it('starts another engine on the same port with the same token when one is killed', async () => {
  const file = script(listens)
  const { keeper, log } = await keep({ script: file })
  const { port, pid } = keeper
  expect(await reachable(port)).toBe(true)
  process.kill(pid ?? 0, 'SIGKILL')
  await until(() => log.includes('The engine is back.'))
  expect(await reachable(port)).toBe(true)
  expect(keeper.pid).not.toBe(pid)
  const [first, second] = said(file)
  expect([first.port, second.port]).toEqual([0, port])
  expect(second.token).toBe(first.token)
  expect(second.token).toBe(keeper.token)
  expect(log[0]).toContain('SIGKILL')
})

it('has a spare one ready, which takes over', async () => {
  const file = script(`${listens}
process.once('message', () => appendFileSync(import.meta.filename + '.pids', process.pid + '\\n'))`)
  const { keeper, log } = await keep({ script: file, spareAfter: 0 })
  const pids = () => readFileSync(`${file}.pids`, 'utf8').trim().split('\n').map(Number)
  await until(() => pids().length === 2)
  const [first, second] = pids()
  expect(keeper.pid).toBe(first)
  process.kill(keeper.pid ?? 0, 'SIGKILL')
  await until(() => log.includes('The engine is back.'))
  expect(keeper.pid).toBe(second)
  expect(await reachable(keeper.port)).toBe(true)
  // One that dies unused is not missed.
  await until(() => pids().length === 3)
  process.kill(pids()[2] ?? 0, 'SIGKILL')
  await sleep(50)
  process.kill(keeper.pid ?? 0, 'SIGKILL')
  await until(() => log.filter((line) => line === 'The engine is back.').length === 2)
  expect(pids().indexOf(keeper.pid ?? 0)).toBe(3)
})

it('keeps token and ticket out of command line and environment, and gives the ticket once', async () => {
  const file = script(listens)
  const { keeper, log } = await keep({ script: file })
  process.kill(keeper.pid ?? 0, 'SIGKILL')
  await until(() => log.includes('The engine is back.'))
  const [first, second] = said(file)
  for (const { argv, env } of [first, second]) {
    expect(JSON.stringify([argv, env])).not.toContain(keeper.token)
    expect(JSON.stringify([argv, env])).not.toContain(keeper.ticket)
  }
  expect([first.ticket, second.ticket]).toEqual([keeper.ticket, undefined])
})

it('ends the engine when it is stopped, and says that nothing went wrong; dropped pictures stay', async () => {
  const file = script(listens)
  const picture = join(user.data, 'pictures', 'a'.repeat(32), 'cat.png')
  mkdirSync(dirname(picture), { recursive: true })
  writeFileSync(picture, 'a cat')
  const { keeper } = await keep({ script: file })
  expect(said(file)).toMatchObject([{ uploads: join(user.data, 'pictures'), allowed: join(user.settings, 'allowed') }])
  await Promise.all([keeper.stop(), keeper.stop()])
  expect(await keeper.ended).toBeUndefined()
  expect(await reachable(keeper.port)).toBe(false)
  expect(existsSync(picture)).toBe(true)
})

it('stops while it waits to start another', async () => {
  const onlyOnce = `import { existsSync } from 'node:fs'\nif (existsSync(import.meta.filename + '.log')) process.exit(7)`
  const { keeper, log } = await keep({ script: script(`${onlyOnce}${listens}`) })
  process.kill(keeper.pid ?? 0, 'SIGKILL')
  await until(() => log.some((line) => line.includes('starts in')))
  await keeper.stop()
  expect(await keeper.ended).toBeUndefined()
})

it('gives up when an engine dies at once five times in a row', async () => {
  const started = startKeeper({ user, script: script('process.exit(3)'), log() {} })
  await expect(started).rejects.toMatchObject({ code: 'engine.keeps-ending', params: { count: 5, how: '3' } })
}, 20_000)

it('goes on without the GPU when the engine ends three times in a row', async () => {
  const file = script(`
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:net'
process.on('message', (message) => {
  if (message.type === 'stop') process.exit()
  if (message.type !== 'start') return
  appendFileSync(import.meta.filename + '.log', JSON.stringify(message.config) + '\\n')
  if (message.config.device !== 'cpu') process.exit(139)
  const server = createServer().listen(0, '127.0.0.1', () => process.send({ type: 'ready', port: server.address().port }))
})`)
  const { keeper, log } = await keep({ script: file })
  expect(said(file).map(({ device }) => device)).toEqual([undefined, undefined, undefined, 'cpu'])
  expect(said(file).at(-1)).toMatchObject({ noGpu: expect.stringContaining('3 times') })
  expect(log.join()).toContain('without the GPU')
  await keeper.stop()
})

it('says what a start failed by, and does not try again', async () => {
  const file = script(`
import { appendFileSync } from 'node:fs'
process.once('message', () => {
  appendFileSync(import.meta.filename + '.log', '{}\\n')
  process.send({ type: 'failed', problem: { code: 'cli.port-in-use', params: { port: 80 } } }, () => process.exit(1))
})`)
  await expect(startKeeper({ user, script: file })).rejects.toMatchObject({
    code: 'cli.port-in-use',
    params: { port: 80 },
  })
  await sleep(200)
  expect(said(file)).toHaveLength(1)
})

it('waits longer and longer, up to five seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 20].map(backOff)).toEqual([0, 100, 300, 900, 2700, 5000, 5000])
})
