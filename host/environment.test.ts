/** What Node is told by the environment of whoever starts Sightline does not reach the processes and threads that compute. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ownEnvironment } from './environment.ts'
import { createServices } from './files/services.ts'
import { root } from './installation.ts'
import { startKeeper } from './keeper.ts'
import { createModelDevice } from './models/device.ts'
import { temporaryFolder } from './server/testing.ts'
import { createTestDevices } from './testing/cpu.ts'
import { spin } from './testing/spin.work.ts'
import { testingWorks } from './testing/works.ts'
import { createWorkPool } from './work/pool.ts'

const folder = temporaryFolder()
/** Whatever Node runs it writes this down. */
const traces = join(folder, 'traces')
const stranger = join(folder, 'stranger.cjs')
const traced = (): string => (existsSync(traces) ? readFileSync(traces, 'utf8') : '')

beforeEach(() => {
  writeFileSync(stranger, `require('node:fs').appendFileSync(${JSON.stringify(traces)}, 'here')`)
  vi.stubEnv('NODE_OPTIONS', `--require "${stranger}"`)
})
afterEach(() => vi.unstubAllEnvs())

it('keeps all but what is for Node and Electron', () => {
  const dropped = ['NODE_OPTIONS', 'node_options', 'NODE_PATH', 'NODE_DEBUG', 'ELECTRON_RUN_AS_NODE']
  const kept = ['LANG', 'NODE', 'NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE', 'MY_NODE_OPTIONS']
  for (const name of [...dropped, ...kept]) vi.stubEnv(name, 'here')
  const environment = ownEnvironment({ MORE: 'given' })
  expect(dropped.filter((name) => name in environment)).toEqual([])
  expect(kept.filter((name) => environment[name] !== 'here')).toEqual([])
  expect(environment).toMatchObject({ MORE: 'given', PATH: process.env.PATH })
})

it('reaches neither the engine, nor a model, nor a thread', async () => {
  const script = join(folder, 'engine.mjs')
  writeFileSync(
    script,
    `process.on('disconnect', () => process.exit())
process.on('message', ({ type }) => (type === 'stop' ? process.exit() : process.send({ type: 'ready', port: 1 })))`,
  )
  const user = { settings: join(folder, 'settings'), data: join(folder, 'data') }
  const keeper = await startKeeper({ script, user, log: () => undefined })
  await keeper.stop()

  const { signal } = new AbortController()
  const models = createModelDevice({ threads: 1 })
  const services = createServices({ base: join(root, 'host/models/fixtures') })
  expect(await models.describe(await services.open('linear.onnx', signal), signal)).toMatchObject({
    runtime: 'onnxruntime',
  })
  await models.close()

  const pool = createWorkPool({ threads: 1, lists: [testingWorks] })
  await pool.run(spin, { ms: 1 }, { signal, progress: () => undefined })
  await pool.close()

  const { single, threads } = await createTestDevices()
  await single.close()
  await threads.close()
  expect(traced()).toBe('')

  // The stranger is one that Node lets in.
  execFileSync(process.execPath, ['--eval', ''])
  expect(traced()).toBe('here')
}, 60_000)

it('is given wherever a process or a thread of ours is started', () => {
  const sources = readdirSync(join(root, 'host'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/\.test\.ts$|^(build|docs|testing)/.test(file),
  )
  const started = sources.flatMap((file) =>
    [
      ...readFileSync(join(root, 'host', file), 'utf8').matchAll(/\b(new Worker|fork|spawn)\((?!\))[^;]*?\n {2,}\}\)/g),
    ].map(([call]) => ({ file, clean: call.includes('ownEnvironment(') })),
  )
  // A bench is run by a developer, with what they say.
  const clean = started.filter(({ file }) => file !== 'cli/bench.ts')
  expect(clean.filter(({ clean }) => !clean)).toEqual([])
  expect(clean.map(({ file }) => file).sort()).toEqual(
    expect.arrayContaining(['cpu/pool.ts', 'keeper.ts', 'models/seat.ts', 'tensorflow/device.ts', 'work/pool.ts']),
  )
})
