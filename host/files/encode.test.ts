/** Writing pictures: the file reads back as written; if writing fails, nothing is lost. */

import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SaveOptions } from '../../engine/types/services.ts'
import { createServices, type FileServices } from './services.ts'
import { bytes, height, makeFolder, never, noise, problem, save, width } from './testing.ts'

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

describe('encode', () => {
  test.each([
    ['a.png', 8, 1],
    ['a.png', 8, 3],
    ['a.png', 8, 4],
    ['a.png', 16, 1],
    ['a.png', 16, 3],
    ['a.png', 16, 4],
    ['a.tif', 8, 1],
    ['a.tiff', 16, 3],
    ['a.webp', 8, 3],
    ['a.webp', 8, 4],
  ] as const)('%s of %i bit, %i channels comes back as written', async (name, depth, channels) => {
    const picture = save(depth, channels)
    await files.encode(name, { ...picture, quality: 100 }, never)
    const back = await decode(name)
    expect(back).toMatchObject({ width, height, depth, channels })
    expect(back.data).toEqual(picture.data)
  })

  test.each(['b.jpg', 'b.avif'])('%s comes back close', async (name) => {
    const flat = new Uint8Array(width * height * 4).fill(90)
    await files.encode(name, { width, height, channels: 4, depth: 8, data: flat, quality: 95 }, never)
    const back = await decode(name)
    expect(back.channels).toBe(name === 'b.jpg' ? 3 : 4)
    expect([...back.data.subarray(0, 3)].every((v) => Math.abs(v - 90) <= 2)).toBe(true)
  })

  test('what a format cannot hold is said, and nothing is written', async () => {
    expect(await problem(files.encode('a.bmp', save(8, 3), never))).toMatchObject({
      code: 'file.format',
      params: { ext: '.bmp' },
    })
    expect((await problem(files.encode('plain', save(8, 3), never))).code).toBe('file.format')
    expect((await problem(files.encode('a16.jpg', save(16, 3), never))).code).toBe('file.depth')
    const wide = { width: 20_000, height: 1, channels: 3, depth: 8, data: new Uint8Array(60_000) } as const
    expect((await problem(files.encode('wide.webp', wide, never))).code).toBe('file.write-failed')
    expect((await readdir(base)).filter((name) => /a16|wide|bmp|tmp/.test(name))).toEqual([])
  })

  test('folder problems', async () => {
    await mkdir(at('taken.png'), { recursive: true })
    expect(await problem(files.encode('no/such/a.png', save(8, 1), never))).toMatchObject({
      code: 'file.folder-missing',
      params: { path: 'no/such' },
    })
    expect((await problem(files.encode('taken.png', save(8, 1), never))).code).toBe('file.is-a-folder')
    await put('file', 'x')
    expect((await problem(files.encode('file/a.png', save(8, 1), never))).code).toBe('file.not-a-folder')
  })

  test('an aborted save leaves what was there', async () => {
    await put('kept.png', 'old')
    const abort = new AbortController()
    const pending = files.encode('kept.png', save(8, 3), abort.signal)
    abort.abort(new Error('stop'))
    await expect(pending).rejects.toThrow('stop')
    expect(await readFile(at('kept.png'), 'utf8')).toBe('old')
  })

  test('a link is written through, not replaced', async () => {
    await put('target.png', 'old')
    await symlink(at('target.png'), at('alias.png'))
    await files.encode('alias.png', save(8, 3), never)
    expect((await decode('target.png')).data).toEqual(bytes(7, 3))
  })

  test('a full disk is said, and a read-only one; what was there survives, nothing is left behind', async (context) => {
    const disk = at('disk')
    await mkdir(disk)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'pipe' })
    } catch (error) {
      context.skip(
        `no small disk can be mounted here (${error instanceof Error ? error.message.split('\n')[1] : error})`,
      )
    }
    try {
      await writeFile(join(disk, 'a.png'), 'old')
      const big: SaveOptions = { width: 300, height: 300, channels: 3, depth: 8, data: noise(300 * 300 * 3) }
      expect((await problem(files.encode(join(disk, 'a.png'), big, never))).code).toBe('file.disk-full')
      expect(await readFile(join(disk, 'a.png'), 'utf8')).toBe('old')
      expect(await readdir(disk)).toEqual(['a.png'])
      execFileSync('mount', ['-o', 'remount,ro', disk], { stdio: 'pipe' })
      expect((await problem(files.encode(join(disk, 'a.png'), save(8, 1), never))).code).toBe('file.write-denied')
      expect(await readFile(join(disk, 'a.png'), 'utf8')).toBe('old')
    } finally {
      execFileSync('umount', [disk])
    }
  })

  test('what permissions forbid', async (context) => {
    const asRoot = process.getuid?.() === 0
    if (process.platform === 'win32' || (asRoot && !process.seteuid)) context.skip('permissions cannot be tested here')
    const locked = at('locked')
    const secret = join(locked, 'secret.png')
    await mkdir(locked)
    await writeFile(secret, 'x')
    for (const [path, mode] of [
      [base, 0o711],
      [secret, 0],
      [locked, 0o111],
    ] as const)
      await chmod(path, mode)
    const nobody = 65534
    if (asRoot) process.seteuid?.(nobody)
    try {
      expect((await problem(decode(secret))).code).toBe('file.denied')
      expect((await problem(files.encode(join(locked, 'b.png'), save(8, 3), never))).code).toBe('file.write-denied')
      expect((await problem(files.list(locked, '*', never))).code).toBe('file.folder-denied')
    } finally {
      if (asRoot) process.seteuid?.(0)
      await chmod(locked, 0o700)
    }
  })
})
