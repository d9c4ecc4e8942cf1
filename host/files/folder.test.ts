/** Paths that are refused or need consent; listing, identity and watching of files. */

import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createServices, type FileServices } from './services.ts'
import { bytes, height, makeFolder, never, problem, raw, save, width } from './testing.ts'

let folder: Awaited<ReturnType<typeof makeFolder>>
let base: string
let files: FileServices

const at = (name: string): string => join(base, name)
const put = (name: string, bytes: Uint8Array | string): Promise<void> => writeFile(at(name), bytes)
const decode = (name: string, limit = 64) => files.decode(name, limit, never)

beforeAll(async () => {
  folder = await makeFolder()
  base = folder.path
  files = createServices({ base })
})
afterAll(() => folder.remove())

describe('paths', () => {
  test.each([
    '\\\\server\\share\\a.png',
    '//server/share/a.png',
    '\\\\.\\PhysicalDrive0',
    'https://example.org/a.png',
    '/dev/zero',
    '/proc/self/mem',
    '../../../../../../../../../dev/full',
    'a\0.png',
  ])('%s is refused', async (path) => {
    expect((await problem(decode(path))).code).toBe('file.unsafe-path')
    expect((await problem(files.encode(path, save(8, 1), never))).code).toBe('file.unsafe-path')
  })

  test('a link to a device is refused', async () => {
    await symlink('/dev/zero', at('zero.png'))
    expect((await problem(decode('zero.png'))).code).toBe('file.unsafe-path')
  })

  test('outside the folder needs consent, also through a link; inside, samples and uploads do not', async () => {
    const picture = await sharp(bytes(7, 3), raw(width, height, 3))
      .png()
      .toBuffer()
    const [away, sent] = [await makeFolder(), await makeFolder()]
    const [outside, upload] = [away.path, sent.path]
    await writeFile(join(outside, 'a.png'), picture)
    await writeFile(join(upload, 'u.png'), picture)
    await put('in.png', picture)
    await symlink(join(outside, 'a.png'), at('link.png'))
    const asked: string[] = []
    const strict = createServices({
      base,
      uploads: upload,
      allow: (path, access) => {
        asked.push(`${access} ${path}`)
        return path.endsWith('allowed.png')
      },
    })
    expect((await strict.decode('in.png', 64, never)).width).toBe(width)
    expect((await strict.decode(join(upload, 'u.png'), 64, never)).width).toBe(width)
    expect((await strict.probe(strict.sample(strict.samples[0] ?? ''), never)).width).toBeGreaterThan(0)
    expect(asked).toEqual([])
    for (const path of [join(outside, 'a.png'), 'link.png'])
      expect((await problem(strict.decode(path, 64, never))).code).toBe('file.outside')
    expect((await problem(strict.encode(join(outside, 'b.png'), save(8, 1), never))).code).toBe('file.outside')
    await strict.encode(join(outside, 'allowed.png'), save(8, 1), never)
    expect(asked).toHaveLength(4)
    await Promise.all([away.remove(), sent.remove()])
  })

  test('a file that comes with Sightline has the same path in every pipeline', async () => {
    expect((await files.open('sample:shop.png', never)).path).toBe('sample:shop.png')
    await expect(files.open('sample:nothing.bin', never)).rejects.toMatchObject({ code: 'file.missing' })
  })

  test('samples are known by name', async () => {
    expect(files.samples.length).toBeGreaterThanOrEqual(5)
    for (const name of files.samples) expect((await files.probe(files.sample(name), never)).width).toBeGreaterThan(0)
    expect(() => files.sample('nobody')).toThrow(/there are .*coffee/)
  })
})

describe('folders', () => {
  test('natural order, pattern, pictures only', async () => {
    await mkdir(at('shots'))
    for (const name of ['img10.png', 'img2.png', 'IMG1.PNG', 'img2.jpg', 'notes.txt', '.hidden.png', 'zoo.webp'])
      await put(`shots/${name}`, 'x')
    await mkdir(at('shots/sub.png'))
    const names = async (pattern: string) =>
      (await files.list('shots', pattern, never)).map(({ path }) => path.slice(6))
    expect(await names('*')).toEqual(['IMG1.PNG', 'img2.jpg', 'img2.png', 'img10.png', 'zoo.webp'])
    expect(await names('')).toHaveLength(5)
    expect(await names('img*.png')).toEqual(['IMG1.PNG', 'img2.png', 'img10.png'])
    expect(await names('img?.*')).toEqual(['IMG1.PNG', 'img2.jpg', 'img2.png'])
    expect(await names('*o*')).toEqual(['zoo.webp'])
    expect(await problem(files.list('shots', '*.avif', never))).toEqual({
      code: 'file.folder-empty',
      params: { path: 'shots', pattern: '*.avif' },
    })
  })

  test('folders in a folder, where the pattern asks for them', async () => {
    for (const one of ['dog', 'cat', '.hidden', 'cat/kittens']) await mkdir(at(`pets/${one}`), { recursive: true })
    for (const name of ['top.png', 'dog/2.png', 'dog/10.png', 'cat/1.png', '.hidden/1.png', 'cat/kittens/1.png'])
      await put(`pets/${name}`, 'x')
    await symlink(at('pets/dog'), at('pets/link'))
    const names = async (pattern: string) => (await files.list('pets', pattern, never)).map(({ name }) => name)
    expect(await names('*/*')).toEqual(['cat/1.png', 'dog/2.png', 'dog/10.png'])
    expect(await names('d*/1*')).toEqual(['dog/10.png'])
    expect(await names('*')).toEqual(['top.png'])
    expect((await problem(files.list('pets', 'cow/*', never))).code).toBe('file.folder-empty')
  })

  test('what is no folder', async () => {
    await put('one.png', 'x')
    expect((await problem(files.list('', '*', never))).code).toBe('file.folder-none')
    expect((await problem(files.list('nowhere', '*', never))).code).toBe('file.folder-missing')
    expect((await problem(files.list('one.png', '*', never))).code).toBe('file.not-a-folder')
  })
})

describe('identity and watch', () => {
  test('identity changes with the content of a file and of a folder', async () => {
    await mkdir(at('id'))
    await put('id/a.png', 'one')
    const [file, folder] = [await files.identity('id/a.png', never), await files.identity('id', never)]
    expect(await files.identity('id/a.png', never)).toBe(file)
    await put('id/a.png', 'two')
    expect(await files.identity('id/a.png', never)).not.toBe(file)
    const later = await files.identity('id', never)
    expect(later).not.toBe(folder)
    await put('id/b.png', 'x')
    expect(await files.identity('id', never)).not.toBe(later)
    expect((await problem(files.identity('id/c.png', never))).code).toBe('file.missing')
  })

  test('watch tells of changes, replacement, coming and going, once each', async () => {
    await mkdir(at('seen'))
    await put('seen/a.png', 'one')
    await put('seen/other.png', 'one')
    const told: string[] = []
    let wake = (): void => {}
    const next = async (n: number) => {
      while (told.length < n) await new Promise<void>((resolve) => (wake = resolve))
    }
    const stop = files.watch(['seen/a.png', 'seen/late.png', '', '//server/a.png'], (path) => {
      told.push(path)
      wake()
    })
    try {
      // The first look at each file is under way.
      await new Promise((resolve) => setTimeout(resolve, 200))
      await put('seen/other.png', 'two, of no interest')
      await put('seen/a.png', 'two')
      await next(1)
      await files.encode('seen/a.png', save(8, 3), never)
      await next(2)
      await put('seen/late.png', 'now')
      await next(3)
      await rm(at('seen/a.png'))
      await next(4)
      expect(told).toEqual(['seen/a.png', 'seen/a.png', 'seen/late.png', 'seen/a.png'])
    } finally {
      stop()
    }
  })
})
