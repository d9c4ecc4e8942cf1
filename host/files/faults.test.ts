/** Whatever the file system answers, a service fails with a problem about that file, and watching never fails. */
import type * as fs from 'node:fs'
import type * as promises from 'node:fs/promises'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { SightlineError } from '../../engine/types/problem.ts'
import type { Services, SplatScene } from '../../engine/types/services.ts'
import { createServices, type FileServices } from './services.ts'
import { makeFolder, never, save } from './testing.ts'
import { watchPaths } from './watch.ts'

/** The answer to calls about paths with "faulty" in them. */
const fault = vi.hoisted(() => ({
  code: '',
  /** Undefined: every call. */
  call: undefined as string | undefined,
  /** Calls that were answered so. */
  count: 0,
}))

const faulty = vi.hoisted(() => ({
  hits: (call: string, given: readonly unknown[]): boolean => {
    if (!fault.code || (fault.call !== undefined && fault.call !== call)) return false
    if (!given.some((one) => typeof one === 'string' && one.includes('faulty'))) return false
    fault.count++
    return true
  },
  error: (call: string): Error =>
    Object.assign(new Error(`${fault.code}: not today, ${call} 'faulty'`), { code: fault.code, syscall: call }),
  /** The module with its functions answering so. */
  wrapped: <T extends object>(module: T, isAsync: boolean, then: (call: string, made: unknown) => unknown): T =>
    Object.fromEntries(
      Object.entries(module).map(([call, of]) => {
        if (typeof of !== 'function' || /^[A-Z]/.test(call)) return [call, of]
        const wrapper = (...given: unknown[]): unknown => {
          if (!faulty.hits(call, given)) return then(call, (of as (...given: unknown[]) => unknown)(...given))
          if (isAsync) return Promise.reject(faulty.error(call))
          throw faulty.error(call)
        }
        return [call, Object.assign(wrapper, of)]
      }),
    ) as T,
}))

vi.mock('node:fs/promises', async (original) => {
  /** Open files fail too, one call at a time. */
  const watched = (handle: promises.FileHandle): promises.FileHandle => {
    for (const name of ['read', 'stat', 'writeFile', 'sync', 'chmod', 'close'] as const) {
      const of = handle[name].bind(handle) as (...given: unknown[]) => Promise<unknown>
      const wrapper = async (...given: unknown[]): Promise<unknown> => {
        const made = await of(...given)
        if (fault.call === `handle.${name}` && faulty.hits(fault.call, ['faulty'])) throw faulty.error(name)
        return made
      }
      Object.assign(handle, { [name]: wrapper })
    }
    return handle
  }
  return faulty.wrapped(await original<typeof promises>(), true, (call, made) =>
    call === 'open' && fault.call?.startsWith('handle.') ? (made as Promise<promises.FileHandle>).then(watched) : made,
  )
})
vi.mock('node:fs', async (original) => faulty.wrapped(await original<typeof fs>(), false, (_, made) => made))

const real = ['ELOOP', 'ENAMETOOLONG', 'ENOTDIR'] as const
const realPaths: Record<(typeof real)[number], string> = {
  ELOOP: 'loop.png',
  ENAMETOOLONG: `${'n'.repeat(300)}.png`,
  ENOTDIR: 'good.png/a.png',
}
/** What a call to the file system may fail with. */
const errnos = Object.keys(constants.errno)

let folder: Awaited<ReturnType<typeof makeFolder>>
let files: FileServices
beforeAll(async () => {
  folder = await makeFolder()
  files = createServices({ base: folder.path })
  const picture = await sharp({ create: { width: 4, height: 3, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  await mkdir(join(folder.path, 'faulty'))
  for (const name of ['good.png', 'faulty.png', 'faulty/faulty.png']) await writeFile(join(folder.path, name), picture)
  for (const name of ['good.splat', 'faulty.splat', 'faulty/faulty.splat'])
    await writeFile(join(folder.path, name), new Uint8Array(32))
  for (const ending of ['png', 'splat']) await symlink(`loop.${ending}`, join(folder.path, `loop.${ending}`))
})
afterAll(() => folder.remove())
afterEach(() => Object.assign(fault, { code: '', call: undefined, count: 0 }))

/** One splat. */
const scene: SplatScene = {
  ...{ degree: 0, antialiased: false, space: 'rgb' },
  ...{ means: new Float32Array(3), quats: Float32Array.of(1, 0, 0, 0), scales: new Float32Array(3) },
  ...{ opacities: new Float32Array(1), sh: new Float32Array(3) },
}

/** How each service is called with a path. A new service is missing here, and reported. */
const calls: Record<
  Exclude<keyof Services, 'sample' | 'samples' | 'uses' | 'scenePage'>,
  (path: string) => Promise<unknown>
> = {
  identity: (path) => files.identity(path, never),
  probe: (path) => files.probe(path, never),
  decode: (path) => files.decode(path, 10, never),
  encode: (path) => files.encode(path, save(8, 3), never),
  splats: (path) => files.splats(path.replace('.png', '.splat'), never),
  saveSplats: (path) => files.saveSplats(path.replace('.png', '.splat'), scene, never),
  saveBytes: (path) => files.saveBytes(path, new Uint8Array(3), never),
  text: (path) => files.text(path, never),
  bytes: (path) => files.bytes(path, never, 1000),
  open: (path) => files.open(path, never),
  openPart: (path) =>
    files.openPart({ path: 'whole.onnx', real: join(folder.path, 'whole.onnx'), bytes: 0, sha256: '' }, path, never),
  list: (path) => files.list(path.replace('.png', ''), '*', never),
  places: (path) => files.places([path], never),
}
const services = Object.keys(calls) as (keyof typeof calls)[]

/** Undefined where the service did its work. */
async function problemOf(service: keyof typeof calls, path: string): Promise<SightlineError | undefined> {
  try {
    await calls[service](path)
    return undefined
  } catch (error) {
    if (error instanceof SightlineError) return error
    throw new Error(`${service} of ${path} failed with ${String(error)}`, { cause: error })
  }
}

describe('every answer of the file system is a problem of the file', () => {
  it('calls every service', () => {
    const named = Object.keys(files.observed({ reads: async () => undefined, uses: () => undefined }))
    expect(services.toSorted()).toEqual(named.filter((name) => !/^(scenePage|sample|samples|uses)$/.test(name)).sort())
  })

  /** A file that cannot be looked at is where its name says. */
  const failing = services.filter((service) => service !== 'places')
  it.each(failing)('%s, where every call fails, with every errno', async (service) => {
    for (const code of errnos) {
      Object.assign(fault, { code, count: 0 })
      const found = await problemOf(service, 'faulty.png')
      expect(fault.count, code).toBeGreaterThan(0)
      expect(found?.code, code).toMatch(/^file\./)
      expect(found?.params, code).toMatchObject({ path: expect.stringMatching(/faulty|^\.$/) })
    }
  })

  const single = ['EACCES', 'EIO', 'ELOOP', 'ENOENT', 'EMFILE', 'ENOSPC', 'ESTALE', 'EPERM', 'EINVAL']
  const functions = ['open', 'stat', 'lstat', 'realpath', 'readdir', 'rename', 'link', 'rm', 'chmod', 'utimes']
  const handles = ['read', 'stat', 'writeFile', 'sync', 'chmod', 'close'].map((name) => `handle.${name}`)
  it.each(services)('%s, where a single call fails', async (service) => {
    for (const call of [...functions, ...handles])
      for (const code of single) {
        Object.assign(fault, { code, call, count: 0 })
        const found = await problemOf(service, 'faulty.png')
        // Some failures do not matter: those of a sync of the folder, or where a file is looked for in vain.
        if (found) expect(found.code, `${call} ${code}`).toMatch(/^file\./)
      }
  })

  it.each(real)('%s, in truth', async (code) => {
    for (const service of services) {
      if (service === 'list' || service === 'places' || (/^(encode|save\w+)$/.test(service) && code === 'ELOOP'))
        continue
      expect((await problemOf(service, realPaths[code]))?.code, service).toMatch(/^file\./)
    }
  })
})

describe('watching', () => {
  it('never fails, whatever the file system answers', () => {
    for (const code of errnos)
      for (const call of [undefined, 'statSync', 'watch']) {
        Object.assign(fault, { code, call, count: 0 })
        files.watch(['faulty.png', 'faulty', 'good.png'], () => undefined)()
        watchPaths([join(folder.path, 'faulty.png')], () => undefined)()
        expect(fault.count, `${code} ${call}`).toBeGreaterThan(0)
      }
  })

  it('reports the file beside one that cannot be read, and that one once it can be', async () => {
    const seen = new Set<string>()
    const paths = [...Object.values(realPaths), 'later.png']
    const stop = files.watch(paths, (path) => seen.add(path))
    await vi.waitFor(async () => {
      await writeFile(join(folder.path, 'later.png'), String(Math.random()))
      expect(seen).toContain('later.png')
    })
    stop()
  })
})
