/** What a crash at each moment of a replacement leaves behind is the old folder or the new one, whole. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { removeFolder, replaceFolder, restoreFolder } from './replace-folder.ts'

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sightline-replace-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const at = (name: string): string => join(base, name)
function make(name: string, text: string): string {
  mkdirSync(at(name))
  writeFileSync(join(at(name), 'a.txt'), text)
  return at(name)
}
const textOf = (name: string): string => readFileSync(join(at(name), 'a.txt'), 'utf8')

it('puts a folder where there was none, and in the place of another', async () => {
  await replaceFolder(make('made', 'one'), at('model'))
  expect(textOf('model')).toBe('one')
  await replaceFolder(make('made', 'two'), at('model'))
  expect(textOf('model')).toBe('two')
  expect(readdirSync(base)).toEqual(['model'])
})

it('keeps the old folder where the new one cannot be moved', async () => {
  make('model', 'old')
  await expect(replaceFolder(at('nowhere'), at('model'))).rejects.toMatchObject({
    code: expect.stringMatching(/^file\./),
  })
  expect(textOf('model')).toBe('old')
  expect(readdirSync(base)).toEqual(['model'])
})

it('after a crash between the renames, has the old folder put back by whoever looks for it', async () => {
  make('model', 'old')
  make('made', 'new')
  renameSync(at('model'), at('.model.old'))
  expect(await restoreFolder(at('model'))).toBe(true)
  expect(textOf('model')).toBe('old')
  expect(await restoreFolder(at('model'))).toBe(false)
  await replaceFolder(at('made'), at('model'))
  expect(textOf('model')).toBe('new')
  expect(readdirSync(base)).toEqual(['model'])
})

it('after a crash between the renames, replaces at once as well', async () => {
  make('.model.old', 'old')
  await replaceFolder(make('made', 'new'), at('model'))
  expect(textOf('model')).toBe('new')
  expect(readdirSync(base)).toEqual(['model'])
})

it('after a crash behind both renames, has the new folder, and never the old one again', async () => {
  make('model', 'new')
  make('.model.old', 'old')
  expect(await restoreFolder(at('model'))).toBe(false)
  expect(textOf('model')).toBe('new')
  await removeFolder(at('model'))
  expect(await restoreFolder(at('model'))).toBe(false)
  expect(existsSync(at('model'))).toBe(false)
  expect(readdirSync(base)).toEqual([])
})
