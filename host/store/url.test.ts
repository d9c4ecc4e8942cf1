/** Models from a web server on this machine: resumed, checked, and refused. */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../server/testing.ts'
import { type ModelEntry, readEntry } from './manifest.ts'
import { modelFolder, modelsFolder } from './places.ts'
import { isInstalled, pull, remove } from './store.ts'

const weights = randomBytes(300_000)
const licence = Buffer.from('Do as you like.')
let server: Server
let entry: ModelEntry
/** What the server was asked for, with the ranges. */
let asked: string[]
/** Bytes after which the connection breaks. */
let breakAt: number
let ranges: boolean
let sent: Buffer

beforeEach(async () => {
  vi.stubEnv('SIGHTLINE_HOME', temporaryFolder())
  asked = []
  breakAt = Number.POSITIVE_INFINITY
  ranges = true
  sent = weights
  server = createServer(({ url = '', headers }, response) => {
    asked.push(`${url} ${headers.range ?? 'all'}`)
    const all = url === '/a/weights.bin' ? sent : url === '/a/LICENSE' ? licence : undefined
    if (!all) return void response.writeHead(404).end()
    const [, from, to] = (ranges && /bytes=(\d+)-(\d+)/.exec(headers.range ?? '')) || []
    const part = from === undefined ? all : all.subarray(Number(from), Number(to) + 1)
    response.writeHead(from === undefined ? 200 : 206, { 'content-length': part.length })
    if (part.length <= breakAt) return void response.end(part)
    response.write(part.subarray(0, breakAt), () => setTimeout(() => response.destroy(), 50))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const file = (name: string, content: Buffer) => ({
    ...{ name, from: name, bytes: content.length },
    sha256: createHash('sha256').update(content).digest('hex'),
  })
  entry = readEntry({
    ...{ name: 'tiny', title: 'Tiny', task: 'test', summary: 'Numbers.', main: 'weights.bin' },
    source: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a/` },
    licence: { id: 'MIT', file: 'LICENSE', upstream: 'none' },
    files: [file('weights.bin', weights), file('LICENSE', licence)],
  })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

it('is fetched with progress, and nothing else is left', async () => {
  const told: number[] = []
  await pull(entry, undefined, { progress: (bytes) => told.push(bytes) })
  expect(await isInstalled(entry)).toBe(true)
  expect(told.at(-1)).toBe(weights.length + licence.length)
  expect(readdirSync(modelsFolder())).toEqual(['tiny'])
})

it.each([true, false])(
  'goes on where it was interrupted; from the start if the server knows no parts (%s)',
  async (knows) => {
    ranges = knows
    breakAt = 100_000
    await expect(pull(entry)).rejects.toMatchObject({ code: 'model.unreachable' })
    expect(existsSync(modelFolder('tiny'))).toBe(false)
    breakAt = Number.POSITIVE_INFINITY
    asked = []
    await pull(entry)
    expect(asked[0]).toMatch(/^\/a\/weights.bin bytes=[1-9]\d*-299999$/)
    expect(readFileSync(join(modelFolder('tiny'), 'weights.bin')).equals(weights)).toBe(true)
    expect(readdirSync(modelsFolder())).toEqual(['tiny'])
  },
)

it('with other content, or more of it, is refused, and fetched anew the next time', async () => {
  sent = randomBytes(300_000)
  await expect(pull(entry)).rejects.toMatchObject({ code: 'model.not-genuine', params: { what: 'weights.bin' } })
  sent = Buffer.concat([weights, weights])
  await expect(pull(entry)).rejects.toMatchObject({
    code: 'model.unreachable',
    params: { message: expect.stringContaining('more') },
  })
  expect(existsSync(modelFolder('tiny'))).toBe(false)
  await remove('tiny')
  expect(readdirSync(modelsFolder())).toEqual([])
  sent = weights
  await pull(entry)
  expect(await isInstalled(entry)).toBe(true)
})

it('must come over https, but for this machine', () => {
  for (const url of [
    'http://example.org/a/',
    'ftp://example.org/a/',
    'https://example.org/a',
    'http://localhost.example.org/',
  ])
    expect(() => readEntry({ ...entry, source: { url } })).toThrow()
  expect(readEntry({ ...entry, source: { url: 'https://example.org/a/' } }).source).toEqual({
    url: 'https://example.org/a/',
  })
})
