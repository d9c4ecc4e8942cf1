/** Models through a window: listed, installed, checked, removed; from a registry on this machine. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Installs } from '../store/installs.ts'
import { modelFolder } from '../store/places.ts'
import { startRegistry, type TestRegistry } from '../testing/registry.ts'
import { type TestServer, type TestWindow, temporaryFolder, testServer, welcomed } from './testing.ts'

let registry: TestRegistry
let at: TestServer
let window: TestWindow
beforeEach(async () => {
  registry = await startRegistry({ 'linear.onnx': readFileSync('host/models/fixtures/linear.onnx') })
  vi.stubEnv('SIGHTLINE_HOME', temporaryFolder())
  vi.stubEnv('SIGHTLINE_MODELS', registry.manifest)
  vi.stubEnv('npm_config_registry', registry.url)
  at = await testServer({ installs: new Installs() })
  window = await welcomed(at)
})
afterEach(async () => {
  await at.close()
  await registry.close()
  vi.unstubAllEnvs()
})

const ask = async (method: string, params: object = { name: 'tiny' }): Promise<unknown> => {
  const { result, problem } = await window.request(method, params)
  return problem ?? result
}
const state = async (): Promise<string> => {
  const { entries } = (await ask('models', {})) as { entries: { state: string }[] }
  return entries[0]?.state ?? 'not listed'
}

it('is listed with size and licence, whose text can be read before anything is downloaded', async () => {
  const bytes = 400_000 + 30 + readFileSync('host/models/fixtures/linear.onnx').length
  const source = 'sightline-tiny@1.0.0 of the npm registry'
  const entry = { name: 'tiny', title: 'Tiny network', task: 'test', bytes, source, state: 'absent' }
  expect(await ask('models', {})).toMatchObject({ entries: [entry], pulls: {} })
  expect(await ask('modelLicence')).toMatchObject({ text: expect.stringMatching(/^MIT License/) })
  expect(existsSync(modelFolder('tiny'))).toBe(false)
})

it('is installed, reported to every window, checked and removed', async () => {
  const other = await welcomed(at)
  expect(await ask('installModel')).toEqual({ installed: true })
  expect(await state()).toBe('installed')
  expect(await ask('modelLicence')).toEqual({ text: 'Tiny licence: do as you like.\n' })
  expect(at.engine.made.map(({ changed }) => changed)).toEqual(
    Array(2).fill(['model:tiny/linear.onnx', 'model:tiny/noise', 'model:tiny/LICENSE']),
  )
  await vi.waitFor(() => expect(other.messages.at(-1)?.message).toEqual({ type: 'models', pulls: {}, changed: true }))
  const noise = join(modelFolder('tiny'), 'noise')
  writeFileSync(noise, Buffer.alloc(400_000))
  rmSync(join(modelFolder('tiny'), 'LICENSE'))
  expect(await state()).toBe('incomplete')
  expect(await ask('verifyModel')).toEqual({
    files: [
      { name: 'linear.onnx', state: 'ok' },
      { name: 'noise', state: 'changed' },
      { name: 'LICENSE', state: 'missing' },
    ],
  })
  await ask('removeModel')
  expect(await state()).toBe('absent')
})

it('shows its progress, and leaves nothing when it is cancelled', async () => {
  registry.hold()
  const installing = window.request('installModel', { name: 'tiny' })
  let seen = { bytes: 0, of: 0 }
  while (seen.bytes === 0) seen = { ...seen, ...(await window.next('models')).pulls.tiny }
  expect(seen.bytes).toBeLessThan(seen.of)
  const other = await welcomed(at)
  // A second window joins the same download, and stops it for both.
  other.send({ type: 'request', id: 1, method: 'installModel', params: { name: 'tiny' } })
  other.send({ type: 'request', id: 2, method: 'cancelModel', params: { name: 'tiny' } })
  const replies = [await other.next('reply'), await other.next('reply')]
  expect(new Map(replies.map(({ id, result }) => [id, result]))).toEqual(
    new Map([
      [1, { installed: false }],
      [2, {}],
    ]),
  )
  expect((await installing).result).toEqual({ installed: false })
  registry.release()
  expect(await state()).toBe('absent')
  expect(existsSync(modelFolder('tiny'))).toBe(false)
})

it('says that it cannot be reached, and what is unknown', async () => {
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9')
  expect(await ask('installModel')).toMatchObject({ code: 'model.unreachable', params: { name: 'tiny' } })
  expect(await state()).toBe('absent')
  expect(await ask('installModel', { name: 'large' })).toMatchObject({ code: 'model.unknown' })
})
