/** Installing models: complete or not at all, only what the manifest names, and refused when a hash differs. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { absolutePath, realPath } from '../files/paths.ts'
import { createServices } from '../files/services.ts'
import { entryOf, licenceText, type ModelEntry, readEntry, readManifest } from './manifest.ts'
import { modelFolder, modelPath, modelsFolder } from './places.ts'
import type { withPackage } from './registry.ts'
import { isInstalled, pull, remove, verify } from './store.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sightline-store-'))
  vi.stubEnv('SIGHTLINE_HOME', home)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
})

const content = { 'weights/model.json': '{}', 'weights/shard1': 'numbers', LICENSE: 'Permission is granted ...' }

const entry: ModelEntry = {
  name: 'tiny',
  title: 'Tiny',
  task: 'test',
  summary: 'A model of two files.',
  source: { package: 'tiny-model', version: '1.0.0', integrity: 'sha512-0' },
  licence: { id: 'MIT', file: 'LICENSE', upstream: 'none' },
  expects: [],
  main: 'model.json',
  files: Object.entries(content).map(([from, text]) => ({
    name: from.slice(from.lastIndexOf('/') + 1),
    from,
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
  })),
}

/** A package with these files, and one that the manifest does not name. */
const packed =
  (files: Readonly<Record<string, string>>): typeof withPackage =>
  async (_, use) => {
    const folder = mkdtempSync(join(home, 'package-'))
    for (const [path, text] of Object.entries({ ...files, 'install.js': 'process.exit(1)' })) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    return use(({ from, offset }) => ({ path: join(folder, from), ...(offset !== undefined && { offset }) }))
  }

describe('a model', () => {
  it('is installed with the files of the manifest and no others', async () => {
    expect(await isInstalled(entry)).toBe(false)
    await pull(entry, packed(content))
    expect((await readdir(modelFolder('tiny'))).sort()).toEqual(['LICENSE', 'model.json', 'shard1'])
    expect(await readdir(modelsFolder())).toEqual(['tiny'])
    expect(await isInstalled(entry)).toBe(true)
  })

  it('with a file of another hash is refused, and the installed one stays', async () => {
    await pull(entry, packed(content))
    const other = packed({ ...content, 'weights/shard1': 'nUmbers' })
    await expect(pull(entry, other)).rejects.toMatchObject({ code: 'model.not-genuine', params: { what: 'shard1' } })
    expect(await readFile(join(modelFolder('tiny'), 'shard1'), 'utf8')).toBe('numbers')
    expect(await readdir(modelsFolder())).toEqual(['tiny'])
  })

  it('is there after a crash in the middle of a replacement, for nodes and for the command line', async () => {
    await pull(entry, packed(content))
    await rename(modelFolder('tiny'), join(modelsFolder(), '.tiny.old'))
    const path = 'model:tiny/model.json'
    const places = { base: tmpdir(), own: false, readable: [], allow: () => false }
    expect(await realPath(path, 'read', places)).toBe(join(modelFolder('tiny'), 'model.json'))
    await rename(modelFolder('tiny'), join(modelsFolder(), '.tiny.old'))
    expect(await isInstalled(entry)).toBe(true)
    expect(await readdir(modelsFolder())).toEqual(['tiny'])
  })

  it('whose package brings no licence gets the text of it', async () => {
    await pull({ ...entry, licence: { id: 'Apache-2.0', upstream: 'none' } }, packed(content))
    expect(await readFile(join(modelFolder('tiny'), 'LICENSE'), 'utf8')).toContain('Apache License')
  })

  it('has files that lie in another one of its package; what does not reach so far is refused', async () => {
    const part = { name: 'two', from: 'packed.data', offset: 3, bytes: 3 }
    const sha256 = createHash('sha256').update('two').digest('hex')
    const within: ModelEntry = { ...entry, files: [...entry.files, { ...part, sha256 }] }
    await pull(within, packed({ ...content, 'packed.data': 'onetwothree' }))
    expect(await readFile(join(modelFolder('tiny'), 'two'), 'utf8')).toBe('two')
    const short = packed({ ...content, 'packed.data': 'onet' })
    await expect(pull(within, short)).rejects.toMatchObject({ code: 'model.not-genuine', params: { what: 'two' } })
  })

  it('is verified file by file, and removed', async () => {
    await pull(entry, packed(content))
    await writeFile(join(modelFolder('tiny'), 'shard1'), '')
    rmSync(join(modelFolder('tiny'), 'LICENSE'))
    expect(Object.fromEntries((await verify(entry)).map(({ name, state }) => [name, state]))).toEqual({
      'model.json': 'ok',
      shard1: 'changed',
      LICENSE: 'missing',
    })
    await remove('tiny')
    expect(await readdir(modelsFolder())).toEqual([])
  })
})

describe('paths of installed models', () => {
  const places = { base: tmpdir(), own: false, readable: [], allow: () => false }

  it('mean the same file in every pipeline, without consent, for reading only', async () => {
    await pull(entry, packed(content))
    const path = 'model:tiny/model.json'
    expect(absolutePath(path, '/anywhere')).toBe(join(modelFolder('tiny'), 'model.json'))
    expect(await realPath(path, 'read', places)).toBe(join(modelFolder('tiny'), 'model.json'))
    await expect(realPath(path, 'write', places)).rejects.toMatchObject({ code: 'file.outside' })
  })

  it('are not opened once they were changed', async () => {
    const manifest = join(home, 'manifest')
    await mkdir(manifest)
    await writeFile(join(manifest, 'tiny.json'), JSON.stringify(entry))
    vi.stubEnv('SIGHTLINE_MODELS', manifest)
    await pull(entry, packed(content))
    const { open, openPart } = createServices({ base: home })
    const { signal } = new AbortController()
    const whole = await open('model:tiny/model.json', signal)
    await writeFile(join(modelFolder('tiny'), 'shard1'), 'nUmbers')
    const altered = { code: 'model.altered', params: { path: 'model:tiny/shard1', name: 'tiny' } }
    await expect(openPart(whole, 'shard1', signal)).rejects.toMatchObject(altered)
    await writeFile(join(modelFolder('tiny'), 'model.json'), '[]')
    await expect(open('model:tiny/model.json', signal)).rejects.toMatchObject({ code: 'model.altered' })
  })

  it('say how to install what is missing', async () => {
    await expect(realPath('model:tiny/model.json', 'read', places)).rejects.toMatchObject({
      code: 'model.not-installed',
      params: { name: 'tiny' },
    })
  })

  it.each(['model:../x', 'model:a/../b', 'model:a/b/c', 'model:a', 'model:/etc/passwd'])('%s is none', (path) => {
    expect(modelPath(path)).toBeUndefined()
  })
})

describe('the manifest', () => {
  it('has complete entries whose main file and licence are among their files', () => {
    const entries = readManifest()
    expect(entries.map(({ name }) => name)).toContain('ssd-mobilenet')
    for (const { name, main, licence, labels, files } of entries) {
      const names = files.map(({ name }) => name)
      const named = [main, licence.file, typeof labels === 'string' ? labels : undefined]
      expect(names, name).toEqual(expect.arrayContaining(named.filter((file) => file !== undefined)))
      expect(new Set(names).size, name).toBe(names.length)
      if (licence.file === undefined) expect(existsSync(licenceText(licence.id)), name).toBe(true)
    }
  })

  it('says of each network what it expects of a picture, in numbers that make sense', () => {
    for (const { name, expects } of readManifest())
      for (const { order, mean, std, size, resize, words, layout } of expects) {
        const channels = order === 'gray' ? 1 : 3
        for (const numbers of [mean, std]) expect([1, channels], `${name}: ${numbers}`).toContain(numbers.length)
        expect(size === undefined, name).toBe(resize === 'none')
        // The sentence must not say something else than the numbers.
        expect(words, name).toContain(layout)
        expect(words.toLowerCase(), name).toContain(order.toLowerCase())
        if (size) expect(words, name).toContain(`${size.width} × ${size.height}`)
        for (const value of [...mean, ...std]) if (![0, 1].includes(value)) expect(words, name).toContain(String(value))
      }
  })

  it('expects of ResNet-50 what Keras does to pictures (imagenet_utils.preprocess_input, mode caffe)', () => {
    expect(entryOf('resnet50').expects).toMatchObject([
      { order: 'BGR', scale: 255, mean: [103.939, 116.779, 123.68], std: [1], layout: 'NHWC' },
    ])
  })

  it('refuses what it does not know', () => {
    expect(() => readEntry({ ...entry, sources: [] })).toThrow(/sources/)
    expect(() => readEntry({ ...entry, expects: [{ order: 'rgb' }] })).toThrow(/order/)
  })

  it('names what it has when asked for another', () => {
    expect(() => entryOf('resnet')).toThrow(/"resnet".*ssd-mobilenet/)
  })
})
