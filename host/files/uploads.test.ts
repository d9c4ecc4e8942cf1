/** Dropped pictures: kept by content, removed when unused, copied beside a pipeline without harming existing files. */
import { chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeAtomic } from './atomic.ts'
import { makeFolder, problem } from './testing.ts'
import { copyUploads, isUpload, keepUpload, keptDays, pruneUploads, touchUploads } from './uploads.ts'
import { userFolders } from './user-folders.ts'

const text = (words: string): Uint8Array => new TextEncoder().encode(words)
let folder: Awaited<ReturnType<typeof makeFolder>>
let uploads: string
let beside: string
beforeEach(async () => {
  folder = await makeFolder()
  uploads = join(folder.path, 'pictures')
  beside = join(folder.path, 'p.files')
})
afterEach(() => folder.remove())

test('the same drop is kept once', async () => {
  const first = await keepUpload(uploads, 'cat.jpg', text('a cat'))
  expect(await keepUpload(uploads, 'cat.jpg', text('a cat'))).toBe(first)
  expect(await keepUpload(uploads, 'cat.jpg', text('another'))).not.toBe(first)
  expect(await readdir(uploads)).toHaveLength(2)
  expect(isUpload(uploads, first)).toBe(true)
  for (const path of [uploads, dirname(first), join(folder.path, 'cat.jpg'), 'cat.jpg'])
    expect(isUpload(uploads, path)).toBe(false)
})

test('what nobody has dropped or opened for long is removed, and nothing else of that folder', async () => {
  const [old, opened, dropped] = [
    await keepUpload(uploads, 'old.jpg', text('old')),
    await keepUpload(uploads, 'opened.jpg', text('opened')),
    await keepUpload(uploads, 'dropped.jpg', text('dropped')),
  ]
  await mkdir(join(uploads, 'mine'))
  const long = new Date(Date.now() - (keptDays + 1) * 24 * 3600 * 1000)
  for (const path of [dirname(old), dirname(opened), dirname(dropped), join(uploads, 'mine')])
    await utimes(path, long, long)
  const before = (await stat(opened)).mtimeMs
  await touchUploads(uploads, [opened, '/elsewhere/x.jpg', join(uploads, 'gone', 'x.jpg')])
  await keepUpload(uploads, 'dropped.jpg', text('dropped'))
  await pruneUploads(uploads)
  const left = [dirname(opened), dirname(dropped), join(uploads, 'mine')].map((path) => path.slice(uploads.length + 1))
  expect((await readdir(uploads)).sort()).toEqual(left.sort())
  // Touching a picture does not change it.
  expect((await stat(opened)).mtimeMs).toBe(before)
  await pruneUploads(join(folder.path, 'none'))
})

test('copies never take the place of another file, and the same content is there already', async () => {
  const cat = await keepUpload(uploads, 'cat.jpg', text('a cat'))
  const other = await keepUpload(uploads, 'cat.jpg', text('another cat'))
  await mkdir(beside)
  await writeFile(join(beside, 'cat.jpg'), 'not a cat')
  await mkdir(join(beside, 'cat-2.jpg'))
  const { paths } = await copyUploads([cat, other, cat], beside)
  expect(Object.fromEntries(paths)).toEqual({ [cat]: join(beside, 'cat-3.jpg'), [other]: join(beside, 'cat-4.jpg') })
  expect(await readFile(join(beside, 'cat.jpg'), 'utf8')).toBe('not a cat')
  expect((await copyUploads([cat], beside)).paths.get(cat)).toBe(join(beside, 'cat-3.jpg'))
  expect((await readdir(beside)).sort()).toEqual(['cat-2.jpg', 'cat-3.jpg', 'cat-4.jpg', 'cat.jpg'])
})

test('copies are taken back, with the folder that was made for them alone', async () => {
  const cat = await keepUpload(uploads, 'cat.jpg', text('a cat'))
  const copies = await copyUploads([cat, join(uploads, 'gone', 'x.jpg')], beside)
  expect([...copies.paths.keys()]).toEqual([cat])
  await copies.remove()
  expect(await readdir(folder.path)).toEqual(['pictures'])
  await mkdir(beside)
  await writeFile(join(beside, 'mine'), '')
  await (await copyUploads([cat], beside)).remove()
  expect(await readdir(beside)).toEqual(['mine'])
})

test.skipIf(process.getuid?.() === 0)('a folder that may not be written is named', async () => {
  const cat = await keepUpload(uploads, 'cat.jpg', text('a cat'))
  await mkdir(beside)
  await chmod(beside, 0o500)
  expect((await problem(copyUploads([cat], beside))).code).toBe('file.write-denied')
  await chmod(beside, 0o700)
})

test('where a file is in the way of the folder, it says so', async () => {
  const cat = await keepUpload(uploads, 'cat.jpg', text('a cat'))
  await writeFile(beside, '')
  expect(await problem(copyUploads([cat], beside))).toMatchObject({ params: { path: beside } })
  await rm(beside)
})

test('a fresh file takes no name that is taken', async () => {
  const path = join(folder.path, 'a')
  expect(await writeAtomic(path, 'one', { fresh: true })).toBe(true)
  expect(await writeAtomic(path, 'two', { fresh: true })).toBe(false)
  expect(await readFile(path, 'utf8')).toBe('one')
  expect(await readdir(folder.path)).toEqual(['a'])
})

test('the folders of a user are where each system has them', () => {
  expect(userFolders({}, 'linux', '/home/ada')).toEqual({
    settings: '/home/ada/.config/sightline',
    data: '/home/ada/.local/share/sightline',
  })
  expect(userFolders({ XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: 'relative' }, 'linux', '/home/ada')).toEqual({
    settings: '/c/sightline',
    data: '/home/ada/.local/share/sightline',
  })
  expect(userFolders({}, 'darwin', '/Users/ada').data).toBe('/Users/ada/Library/Application Support/Sightline')
  expect(userFolders({ SIGHTLINE_HOME: '/s' }, 'win32', 'x')).toEqual({ settings: '/s/settings', data: '/s/data' })
})

test('keeps the parts of a model beside it, and copies them together', async () => {
  const model = await keepUpload(uploads, 'model.json', text('{"weights": "shard1"}'))
  const part = await keepUpload(uploads, 'shard1', text('numbers'), model)
  expect(dirname(part)).toBe(dirname(model))
  await expect(keepUpload(uploads, 'shard1', text('x'), '/etc/passwd')).rejects.toMatchObject({
    code: 'file.unsafe-path',
  })
  const { paths, remove } = await copyUploads([model], join(folder.path, 'p.files'))
  const copied = paths.get(model) ?? ''
  expect((await readdir(dirname(copied))).sort()).toEqual(['model.json', 'shard1'])
  expect(dirname(dirname(copied))).toBe(join(folder.path, 'p.files'))
  await remove()
  await expect(readdir(join(folder.path, 'p.files'))).rejects.toMatchObject({ code: 'ENOENT' })
})
