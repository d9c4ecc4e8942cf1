/** A registry on this machine with one package of random and given files, for tests of what downloads models. */
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ModelEntry } from '../store/manifest.ts'

export interface TestRegistry {
  readonly url: string
  /** A folder with a manifest entry of this package: a model called "tiny". */
  readonly manifest: string
  /** While it is held, only half of the package is sent. */
  hold(): void
  release(): void
  /** Nobody answers any more. */
  stop(): Promise<void>
  close(): Promise<void>
}

const name = 'sightline-tiny'
const version = '1.0.0'

/** @param files by their names; a file of random numbers ("noise", 400 kB) and a licence are added */
export async function startRegistry(
  files: Readonly<Record<string, Buffer>>,
  expects: ModelEntry['expects'] = [],
): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-registry-'))
  const write = (path: string, content: Buffer | string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const all: Readonly<Record<string, Buffer>> = {
    ...files,
    noise: randomBytes(400_000),
    LICENSE: Buffer.from('Tiny licence: do as you like.\n'),
  }
  for (const [file, content] of Object.entries(all)) write(`package/${file}`, content)
  write('package/package.json', JSON.stringify({ name, version }))
  execFileSync('tar', ['-czf', 'package.tgz', 'package'], { cwd: folder })
  const tarball = readFileSync(join(folder, 'package.tgz'))
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
  const entry: ModelEntry = {
    name: 'tiny',
    title: 'Tiny network',
    task: 'test',
    summary: 'Three numbers in, two out.',
    source: { package: name, version, integrity },
    licence: { id: 'MIT', file: 'LICENSE', upstream: 'made for tests' },
    expects,
    main: Object.keys(files)[0] ?? 'noise',
    files: Object.entries(all).map(([file, content]) => ({
      name: file,
      from: file,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    })),
  }
  write('manifest/tiny.json', JSON.stringify(entry))

  let held = false
  const waiting: (() => void)[] = []
  const server = createServer((request, response) => {
    if (request.url === `/${name}`) {
      const dist = { tarball: `${url}/package.tgz`, integrity }
      const packument = { name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, dist } } }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(packument))
    } else if (request.url === '/package.tgz') {
      response.setHeader('content-length', tarball.length)
      const half = tarball.length >> 1
      response.write(tarball.subarray(0, half))
      const rest = (): void => void response.end(tarball.subarray(half))
      if (held) waiting.push(rest)
      else rest()
    } else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  async function stop(): Promise<void> {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return {
    url,
    manifest: join(folder, 'manifest'),
    hold() {
      held = true
    },
    release() {
      held = false
      for (const go of waiting.splice(0)) go()
    },
    stop,
    async close() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
