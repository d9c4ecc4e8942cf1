/** Scenes through a window: read in parts, and nothing but scenes. */
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { largestScene, scenePart } from '../../engine/protocol/scene.ts'
import { startOf } from '../cli/start.ts'
import { type TestServer, type TestWindow, testServer, welcomed } from './testing.ts'

let at: TestServer
let window: TestWindow
beforeAll(async () => {
  at = await testServer()
  window = await welcomed(at)
})
afterAll(() => at.close())

const part = (path: string, offset = 0) => window.request('scene', { path, offset }) as Promise<never>
const codeOf = async (path: string) => ((await part(path)) as { problem?: { code: string } }).problem?.code

it('comes in parts that are the file', async () => {
  const path = join(at.folder, 'a.ply')
  const bytes = Buffer.alloc(scenePart + 1000, 'abcdefg')
  writeFileSync(path, bytes)
  const parts: Uint8Array[] = []
  let stamp: string | undefined
  for (let offset = 0; offset < bytes.length; ) {
    const reply = (await part(path, offset)) as { result: { size: number; stamp: string }; tail: Uint8Array }
    expect(reply.result.size).toBe(bytes.length)
    stamp ??= reply.result.stamp
    expect(reply.result.stamp).toBe(stamp)
    parts.push(reply.tail)
    offset += reply.tail.length
  }
  expect(parts.map(({ length }) => length)).toEqual([scenePart, 1000])
  expect(Buffer.concat(parts).equals(bytes)).toBe(true)
  writeFileSync(path, 'other')
  expect((await part(path)) as object).not.toMatchObject({ result: { stamp } })
})

it('refuses what is no scene, not there, a folder, a device behind a link, empty, or too large', async () => {
  const secret = join(at.folder, 'secret.txt')
  writeFileSync(secret, 'secret')
  expect(await codeOf(secret)).toBe('scene.unknown')
  expect(await codeOf(join(at.folder, 'none.spz'))).toBe('file.missing')
  mkdirSync(join(at.folder, 'folder.ply'))
  expect(await codeOf(join(at.folder, 'folder.ply'))).toBe('file.is-a-folder')
  symlinkSync('/dev/zero', join(at.folder, 'zero.splat'))
  expect(await codeOf(join(at.folder, 'zero.splat'))).toBe('file.unsafe-path')
  // A link's target must have a scene's name too.
  symlinkSync(secret, join(at.folder, 'link.ply'))
  expect(await codeOf(join(at.folder, 'link.ply'))).toBe('scene.unknown')
  writeFileSync(join(at.folder, 'empty.sog'), '')
  expect(await codeOf(join(at.folder, 'empty.sog'))).toBe('file.empty')
  writeFileSync(join(at.folder, 'large.ply'), 'ply\n')
  truncateSync(join(at.folder, 'large.ply'), largestScene + 1)
  expect(await codeOf(join(at.folder, 'large.ply'))).toBe('scene.too-large')
})

it('reads the pictures that the list of an unpacked .sog names, and nothing else beside it', async () => {
  const folder = join(at.folder, 'unpacked')
  mkdirSync(folder)
  const list = join(folder, 'meta.json')
  const files = { files: ['a.webp', 'link.webp', 'none.webp'] }
  writeFileSync(list, JSON.stringify({ means: files, scales: files, quats: files, sh0: files }))
  writeFileSync(join(folder, 'a.webp'), 'picture')
  writeFileSync(join(folder, 'b.webp'), 'other')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'link.webp'))
  const of = (path: string, file?: string) =>
    window.request('scene', { path, offset: 0, ...(file !== undefined && { file }) }) as Promise<object>
  expect(await of(list)).toMatchObject({ result: {} })
  expect(Buffer.from(((await of(list, 'a.webp')) as { tail: Uint8Array }).tail).toString()).toBe('picture')
  for (const file of ['b.webp', 'link.webp', 'secret.txt', '../a.ply', 'meta.json'])
    expect(await of(list, file), file).toMatchObject({ problem: { code: 'scene.unknown' } })
  expect(await of(list, 'none.webp')).toMatchObject({ problem: { code: 'file.missing' } })
  expect(await of(join(folder, 'a.webp'), 'a.webp')).toMatchObject({ problem: { code: 'scene.unknown' } })
  // Any other program's meta.json.
  const other = join(at.folder, 'meta.json')
  writeFileSync(other, '{"password": "secret"}')
  expect(await of(other)).toMatchObject({ problem: { code: 'scene.no-sog-list' } })
  writeFileSync(
    other,
    `${JSON.stringify({ means: files, scales: files, quats: files, sh0: files })}${' '.repeat(70_000)}`,
  )
  expect(await of(other)).toMatchObject({ problem: { code: 'scene.no-sog-list' } })
  symlinkSync(other, join(at.folder, 'list.ply'))
  expect(await of(join(at.folder, 'list.ply'))).toMatchObject({ problem: { code: 'scene.no-sog-list' } })
  // Named on the command line, the folder stands for its list.
  expect(await startOf(folder)).toMatchObject({ scene: list })
})

it('is what the editor opens first where the command line names it', async () => {
  const path = join(at.folder, 'named.ply')
  writeFileSync(path, 'ply\n')
  expect(await startOf(path)).toMatchObject({ scene: path, document: { nodes: [] } })
  await expect(startOf(join(at.folder, 'none.splat'))).rejects.toMatchObject({ code: 'file.missing' })
})
