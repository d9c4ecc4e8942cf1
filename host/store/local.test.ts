/** Models from a disk, and packages that are not what they should be: tarballs made here by hand, in the ustar format. */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../server/testing.ts'
import { findLocal } from './local.ts'
import type { ModelEntry } from './manifest.ts'
import { modelFolder } from './places.ts'
import { isInstalled, pull } from './store.ts'
import { unpack } from './unpack.ts'

const content = { 'model.json': '{}', LICENSE: 'Permission is granted ...' }
const entry: ModelEntry = {
  ...{ name: 'tiny', title: 'Tiny', task: 'test', summary: 'Two files.', expects: [], main: 'model.json' },
  source: { package: 'tiny', version: '1.0.0', integrity: 'sha512-0' },
  licence: { id: 'MIT', file: 'LICENSE', upstream: 'none' },
  files: Object.entries(content).map(([name, text]) => ({
    ...{ name, from: `weights/${name}`, bytes: text.length },
    sha256: createHash('sha256').update(text).digest('hex'),
  })),
}

/** POSIX.1-1988: 512 bytes, with the sum of all of them (the sum's own field as spaces). */
function header(path: string, bytes: number, kind: string): Buffer {
  const out = Buffer.alloc(512)
  out.write(path, 0)
  out.write('0000644\0', 100)
  out.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124)
  out.write('        ', 148)
  out.write(kind, 156)
  out.write('ustar\u000000', 257)
  const sum = out.reduce((a, b) => a + b, 0)
  out.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return out
}

interface Packed {
  readonly path: string
  readonly text?: string
  readonly kind?: string
  /** What the header says, where that is not true. */
  readonly bytes?: number
}

function tarball(files: readonly Packed[]): Buffer {
  const blocks = files.flatMap(({ path, text = '', kind = '0', bytes = text.length }) => [
    header(path, bytes, kind),
    Buffer.concat([Buffer.from(text), Buffer.alloc((512 - (text.length % 512)) % 512)]),
  ])
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}

const genuine: readonly Packed[] = Object.entries(content).map(([name, text]) => ({
  ...{ path: `package/weights/${name}`, text },
}))

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
  vi.stubEnv('SIGHTLINE_HOME', join(folder, 'home'))
})

const unpacked = (files: readonly Packed[]) => unpack(entry, Readable.from([tarball(files)]), join(folder, 'out'))

describe('a package', () => {
  it('gives the named files and no others, whatever the name of its folder', async () => {
    await unpacked([{ path: 'tiny-1.0', kind: '5' }, { path: 'tiny-1.0/install.js', text: 'exit' }, ...genuine])
    expect(readFileSync(join(folder, 'out/weights/model.json'), 'utf8')).toBe('{}')
    expect(existsSync(join(folder, 'out/install.js'))).toBe(false)
  })

  it('may have names in pax headers, as npm writes long ones', async () => {
    const record = 'path=package/weights/model.json\n'
    const pax = `${record.length + 3} ${record}`
    const [model, licence] = genuine
    await unpacked([
      { path: 'PaxHeader', text: pax, kind: 'x' },
      { path: 'short', text: model?.text ?? '' },
      licence ?? model ?? { path: '' },
    ])
    expect(readFileSync(join(folder, 'out/weights/model.json'), 'utf8')).toBe('{}')
  })

  it.each([
    ['package/../../outside', '0'],
    ['/etc/outside', '0'],
    ['C:\\outside', '0'],
    ['package/weights/model.json', '2'],
    ['package/weights/model.json', '1'],
    ['package/pipe', '6'],
  ])('with %s (type %s) is refused', async (path, kind) => {
    const asked = unpacked([{ path, text: kind === '0' ? 'x' : '', kind }, ...genuine])
    await expect(asked).rejects.toMatchObject({ code: 'model.package-refused' })
    expect(existsSync(join(folder, 'outside'))).toBe(false)
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })

  it('that promises more than there is room for is refused before a byte of it is unpacked', async () => {
    const bomb = Array.from({ length: 4 }, (_, i) => ({ path: `package/${i}`, bytes: 2 ** 30 }))
    const asked = unpacked([{ path: 'package/zeros', bytes: 8 ** 11 - 1 }, ...bomb])
    await expect(asked).rejects.toMatchObject({
      code: 'model.package-refused',
      params: { reason: expect.stringContaining('far more') },
    })
  })

  it('with a file of another length, or cut off, or no package at all, is refused', async () => {
    const longer = unpacked([{ path: 'package/weights/model.json', text: '{ }' }])
    await expect(longer).rejects.toMatchObject({ code: 'model.not-genuine', params: { what: 'model.json' } })
    const cut = gzipSync(header('package/weights/LICENSE', content.LICENSE.length, '0'))
    await expect(unpack(entry, Readable.from([cut]), folder)).rejects.toMatchObject({ code: 'model.package-refused' })
    const none = unpack(entry, Readable.from([gzipSync(Buffer.alloc(600, 'x'))]), folder)
    await expect(none).rejects.toMatchObject({ code: 'model.package-refused' })
  })
})

describe('models on a disk', () => {
  /** The only one that is found. */
  async function install(path: string, one = entry): Promise<boolean> {
    const [found, ...others] = await findLocal(path, [one])
    expect(others).toEqual([])
    if (found) await pull(found.entry, found.withFiles)
    return isInstalled(one)
  }

  it('are installed from a copy of the folder of one, of several, and from one of their files', async () => {
    mkdirSync(join(folder, 'stick/tiny'), { recursive: true })
    for (const [name, text] of Object.entries(content)) writeFileSync(join(folder, 'stick/tiny', name), text)
    expect(await install(join(folder, 'stick'))).toBe(true)
    cpSync(modelFolder('tiny'), join(folder, 'copy'), { recursive: true })
    for (const path of ['copy', 'copy/model.json']) {
      vi.stubEnv('SIGHTLINE_HOME', join(folder, path.replace('/', '-')))
      expect(await isInstalled(entry)).toBe(false)
      expect(await install(join(folder, path))).toBe(true)
    }
  })

  it('are installed from the package itself', async () => {
    const bytes = tarball(genuine)
    writeFileSync(join(folder, 'tiny.tgz'), bytes)
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
    expect(await install(join(folder, 'tiny.tgz'), { ...entry, source: { ...entry.source, integrity } })).toBe(true)
  })

  it('that were changed are refused, and nothing is installed', async () => {
    writeFileSync(join(folder, 'model.json'), '[]')
    writeFileSync(join(folder, 'LICENSE'), content.LICENSE)
    const changed = install(folder)
    await expect(changed).rejects.toMatchObject({ code: 'model.not-genuine', params: { what: 'model.json' } })
    expect(existsSync(modelFolder('tiny'))).toBe(false)
  })

  it('that are none are named, with those that are known', async () => {
    writeFileSync(join(folder, 'other.tgz'), tarball(genuine))
    for (const path of [folder, join(folder, 'other.tgz')])
      await expect(findLocal(path, [entry])).rejects.toMatchObject({
        code: 'model.none-there',
        params: { known: 'tiny' },
      })
    await expect(findLocal(join(folder, 'nowhere'), [entry])).rejects.toMatchObject({ code: 'file.missing' })
  })
})
