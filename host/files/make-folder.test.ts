import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { SightlineError } from '../../engine/types/problem.ts'
import { makeFolder } from './make-folder.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sightline-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))
const problem = async (path: string): Promise<[string, unknown]> => {
  const error = await makeFolder(path).then(
    () => expect.fail('it was made'),
    (error: SightlineError) => error,
  )
  return [error.code, error.params.path]
}

it('makes all that is missing, at once for several, and leaves what is there', async () => {
  const deep = join(home, 'a/b/c')
  await Promise.all([makeFolder(deep, 0o700), makeFolder(join(home, 'a/b/d'), 0o700), makeFolder(deep, 0o700)])
  expect(statSync(deep).isDirectory()).toBe(true)
  expect(statSync(join(home, 'a')).mode & 0o777).toBe(0o700)
  await makeFolder(deep)
  await makeFolder('/')
})

it('names what is in the way', async () => {
  writeFileSync(join(home, 'file'), '')
  expect(await problem(join(home, 'file'))).toEqual(['file.not-a-folder', join(home, 'file')])
  expect(await problem(join(home, 'file/new/deep'))).toEqual(['file.not-a-folder', join(home, 'file')])
})

// Folders in which nothing can be made, even by root.
it.runIf(process.platform === 'linux')('says what may not be made, and comes to an end', async () => {
  expect(await problem('/sys/new/deep')).toEqual(['file.write-denied', '/sys/new'])
  expect(await problem('/proc/new/deep')).toEqual(['file.write-failed', '/proc/new'])
})
