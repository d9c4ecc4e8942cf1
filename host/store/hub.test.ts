/** Weights from a hub: a server on this machine that speaks Hugging Face's interface. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { hubAddress } from '../../engine/types/hub.ts'
import type { NetworkShape } from '../../engine/values/index.ts'
import { withLayer } from '../../nodes/layers.ts'
import { networkWeights } from '../../nodes/network/weights.ts'
import { temporaryFolder } from '../server/testing.ts'
import { createNodeBench } from '../testing/nodes.ts'
import { lookUp, pullFromHub } from './hub.ts'
import { keepToken, readHub } from './hub-settings.ts'
import { Installs } from './installs.ts'
import { entryOf, hubName, readManifest } from './manifest.ts'
import { modelFolder, modelPath, modelsFolder } from './places.ts'
import { isInstalled, remove } from './store.ts'

const sha = 'a'.repeat(40)
const fixtures = join(import.meta.dirname, '../../nodes/fixtures')
const weights = readFileSync(join(fixtures, 'state.safetensors'))
const pickle = readFileSync(join(fixtures, 'state.pth'))
const terms = Buffer.from('Do as you like.\n')
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const git = (bytes: Buffer): string => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
const large = (path: string, bytes: Buffer) => ({
  ...{ type: 'file', path, size: bytes.length, oid: 'f'.repeat(40) },
  lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 130 },
})
const small = (path: string, bytes: Buffer) => ({ type: 'file', path, size: bytes.length, oid: git(bytes) })

let hub: Server
let cdn: Server
let address: string
/** What was asked for, with the range and whether a token came along. */
let asked: string[]
/** Bytes after which a large file breaks off. */
let breakAt: number
let sent: Buffer
let tree: readonly object[]
let wanted: string | undefined

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  )

beforeEach(async () => {
  vi.stubEnv('SIGHTLINE_HOME', temporaryFolder())
  vi.stubEnv('HF_TOKEN', '')
  asked = []
  breakAt = Number.POSITIVE_INFINITY
  sent = weights
  wanted = undefined
  tree = [
    { type: 'directory', path: 'onnx', size: 0, oid: 'd' },
    ...[small('README.md', terms), small('LICENSE', terms), large('model.safetensors', weights)],
    ...[large('old/weights.pth', pickle), { type: 'file', path: '../../etc/passwd', size: 1, oid: 'x' }],
  ]
  // Large files lie elsewhere: the hub sends whoever asks there.
  cdn = createServer(({ url = '', headers }, response) => {
    asked.push(`cdn${url} ${headers.range ?? 'all'}${headers.authorization ? ' with a token' : ''}`)
    const all = url === '/weights' ? sent : pickle
    const from = /bytes=(\d+)-/.exec(headers.range ?? '')?.[1]
    const body = from === undefined ? all : all.subarray(Number(from))
    response.writeHead(from === undefined ? 200 : 206, { 'content-length': body.length })
    if (body.length <= breakAt) return void response.end(body)
    response.write(body.subarray(0, breakAt), () => setTimeout(() => response.destroy(), 50))
  })
  const elsewhere = await listen(cdn)
  hub = createServer(({ url = '', headers }, response) => {
    const { authorization } = headers
    asked.push(`${url} ${headers.range ?? 'all'}${authorization ? ' with a token' : ''}`)
    const json = (value: unknown, more: Record<string, string> = {}) =>
      void response.writeHead(200, { 'content-type': 'application/json', ...more }).end(JSON.stringify(value))
    if (wanted !== undefined && authorization !== `Bearer ${wanted}`) return void response.writeHead(401).end()
    if (url === '/api/models/some/net')
      return json({ id: 'some/net', sha, tags: ['license:mit'], cardData: { license: 'mit' }, siblings: [] })
    if (url === '/api/models/behind/terms') return void response.writeHead(403).end()
    // Two pages.
    if (url === `/api/models/some/net/tree/${sha}?recursive=true`)
      return json(tree.slice(0, 3), { link: `<${address}/next>; rel="next"` })
    if (url === '/next') return json(tree.slice(3))
    if (url === `/some/net/resolve/${sha}/model.safetensors`)
      return void response.writeHead(302, { location: `${elsewhere}/weights` }).end()
    if (url === `/some/net/resolve/${sha}/old/weights.pth`)
      return void response.writeHead(302, { location: `${elsewhere}/pickle` }).end()
    if (url === `/some/net/resolve/${sha}/LICENSE`) return void response.writeHead(200).end(terms)
    response.writeHead(404).end()
  })
  address = await listen(hub)
  vi.stubEnv('HF_ENDPOINT', address)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const server of [hub, cdn]) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

const install = async (path = 'hf:some/net') => pullFromHub(await lookUp(path))

const start = { name: 'input', type: 'input', from: [], set: { shape: [1, 5, 5] } } as const
/** As the weights of state.safetensors are. */
function network(): NetworkShape {
  let made: NetworkShape = { kind: 'network', layers: [start] }
  made = withLayer(made, { type: 'conv', set: { out: 2, kernel: 3 } }, 'conv1')
  made = withLayer(withLayer(made, { type: 'batchNorm' }, 'bn1'), { type: 'adaptiveAvgPool', set: { size: 1 } }, '')
  return withLayer(withLayer(made, { type: 'flatten' }, ''), { type: 'linear', set: { out: 3 } }, 'fc')
}

describe('a file of a hub', () => {
  it('is told with size and licence before anything of it comes', async () => {
    const offer = await lookUp('hf:some/net')
    expect(offer).toMatchObject({
      repo: 'some/net',
      revision: sha,
      licence: 'mit',
      bytes: weights.length + terms.length,
    })
    expect(offer.files.map(({ path }) => path)).toEqual(['model.safetensors', 'LICENSE'])
    expect(asked.filter((one) => /resolve|cdn/.test(one))).toEqual([])
  })

  it('is installed, named by its address, and loads into a network', async () => {
    const entry = await install()
    expect(await isInstalled(entry)).toBe(true)
    expect(entry.files.find(({ name }) => name === 'model.safetensors')?.sha256).toBe(sha256(weights))
    expect(readManifest().map(({ name }) => name)).toContain(entry.name)
    expect(modelPath('hf:some/net')?.place).toBe(join(modelFolder(entry.name), 'model.safetensors'))
    const bench = await createNodeBench(temporaryFolder())
    const { network: loaded } = await bench.run(networkWeights, { network: network() }, { path: 'hf:some/net' })
    expect(loaded).toMatchObject({ source: sha256(weights) })
    await bench.close()
    await remove(entry.name)
    expect(readManifest().map(({ name }) => name)).not.toContain(entry.name)
    expect(existsSync(modelFolder(entry.name))).toBe(false)
  }, 60_000)

  it('may be one of several, each installed by itself', async () => {
    await install()
    const other = await install('hf:some/net/old/weights.pth')
    expect(other.main).toBe('weights.pth')
    expect(other.name).not.toBe(hubName('hf:some/net'))
    expect(readFileSync(join(modelFolder(other.name), 'weights.pth')).equals(pickle)).toBe(true)
  })

  it('goes on where it was interrupted', async () => {
    breakAt = 300
    await expect(install()).rejects.toMatchObject({ code: 'model.unreachable' })
    breakAt = Number.POSITIVE_INFINITY
    asked = []
    await install()
    expect(asked.find((one) => one.startsWith('cdn'))).toMatch(/^cdn\/weights bytes=[1-9]\d*-/)
    expect(readdirSync(modelsFolder()).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('that is not what the hub promised is refused, and so is one that changes later', async () => {
    sent = Buffer.from(weights)
    sent[sent.length - 1] = (sent.at(-1) ?? 0) ^ 1
    await expect(install()).rejects.toMatchObject({ code: 'model.not-genuine', params: { what: 'model.safetensors' } })
    expect(existsSync(modelFolder(hubName('hf:some/net')))).toBe(false)
    sent = weights
    const entry = await install()
    const changed = Buffer.from(weights)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    writeFileSync(join(modelFolder(entry.name), 'model.safetensors'), changed)
    const bench = await createNodeBench(temporaryFolder())
    await expect(bench.services.open('hf:some/net', new AbortController().signal)).rejects.toMatchObject({
      code: 'model.altered',
    })
    await bench.close()
  })

  it('is missing by its address where it was not installed', async () => {
    const bench = await createNodeBench(temporaryFolder())
    const failed = bench.services.open('hf:some/net', new AbortController().signal)
    await expect(failed).rejects.toThrow('sightline models pull hf:some/net --yes')
    await bench.close()
  })

  it('has no text of a licence: what the hub states is kept instead', async () => {
    tree = [large('model.safetensors', weights)]
    const entry = await install()
    expect(readFileSync(join(modelFolder(entry.name), 'LICENSE'), 'utf8')).toContain('The hub states this licence: mit')
  })
})

describe('a window', () => {
  it('is told what there is, and installs it by its name', async () => {
    const installs = new Installs()
    const name = await installs.offer('hf:some/net')
    const entryFor = async () => (await installs.list()).entries.find((one) => one.name === name)
    expect(await entryFor()).toMatchObject({
      state: 'absent',
      bytes: weights.length + terms.length,
      licence: { id: 'mit' },
    })
    expect(await installs.licence(name)).toContain('this licence: mit')
    const changed: string[] = []
    installs.listen((_, paths) => changed.push(...paths))
    expect(await installs.install(name)).toBe(true)
    expect(changed).toContain('hf:some/net')
    expect(await entryFor()).toMatchObject({ state: 'installed' })
    expect(await installs.licence(name)).toBe('Do as you like.\n')
    await installs.close()
  })
})

describe('what a hub refuses', () => {
  it('a repository that is not there, terms that were not accepted, a file that is none', async () => {
    await expect(lookUp('hf:no/body')).rejects.toMatchObject({ code: 'hub.unknown', params: { repo: 'no/body' } })
    await expect(lookUp('hf:behind/terms')).rejects.toMatchObject({ code: 'hub.gated' })
    await expect(lookUp('hf:some/net/other.bin')).rejects.toThrow('model.safetensors, old/weights.pth')
    tree = [large('a.pth', pickle), large('b.pth', pickle)]
    await expect(lookUp('hf:some/net')).rejects.toMatchObject({ code: 'hub.no-file' })
  })

  it('addresses that are none', () => {
    for (const path of ['hf:some', 'hf:/a/b', 'hf:a/../b', 'hf:a/b/../../c', 'hf:a/b/', 'a/b', 'hf:a b/c'])
      expect(hubAddress(path), path).toBeUndefined()
    expect(hubAddress('hf:timm/vit.b/onnx/model.onnx')).toEqual({ repo: 'timm/vit.b', file: 'onnx/model.onnx' })
  })

  it('answers that are no answers', async () => {
    tree = [{ type: 'file', path: 'model.safetensors', size: 'large', oid: 3 }]
    await expect(lookUp('hf:some/net')).rejects.toMatchObject({ code: 'hub.no-file' })
    vi.stubEnv('HF_ENDPOINT', 'http://example.org')
    await expect(lookUp('hf:some/net')).rejects.toMatchObject({ code: 'hub.mirror' })
  })
})

describe('a token', () => {
  it('is kept where only the user reads it, and goes to the hub alone', async () => {
    wanted = 'hf_secret'
    await expect(lookUp('hf:some/net')).rejects.toMatchObject({ code: 'hub.unknown' })
    await keepToken('hf_secret')
    const file = join(process.env.SIGHTLINE_HOME ?? '', 'settings', 'hub-token')
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0)
    asked = []
    await install()
    const [own, others] = [asked.filter((one) => one.startsWith('/')), asked.filter((one) => one.startsWith('cdn'))]
    expect(own.every((one) => one.endsWith(' with a token'))).toBe(true)
    expect(others.length).toBeGreaterThan(0)
    expect(others.some((one) => one.endsWith(' with a token'))).toBe(false)
    expect(JSON.stringify(entryOf('hf:some/net'))).not.toContain('secret')
    await keepToken(undefined)
    expect((await readHub()).token).toBeUndefined()
  })

  it('that could not be in a header is refused', async () => {
    await expect(keepToken('a\nb')).rejects.toMatchObject({ code: 'hub.token' })
  })
})
