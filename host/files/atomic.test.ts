/** Files of any name and mode, and what killed programs leave behind. */
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeAtomic } from './atomic.ts'
import { bytesOfName, cutToBytes } from './names.ts'
import { sweepNow } from './temporary.ts'
import { makeFolder } from './testing.ts'

let folder: Awaited<ReturnType<typeof makeFolder>>
const at = (name: string): string => join(folder.path, name)
beforeAll(async () => {
  folder = await makeFolder()
})
afterAll(() => folder.remove())

/** Letters of 1 to 4 bytes. */
const letters = ['a', 'ж', '界', '🙂']

describe('names', () => {
  it.each(letters)('of 1 to 255 bytes in "%s" can be written, fresh and again', async (letter) => {
    const size = bytesOfName(letter)
    for (const bytes of [size, 120, 180, 200, 240, 252, 255]) {
      const name = letter.repeat(Math.floor(bytes / size)).concat('x'.repeat(bytes % size))
      expect(bytesOfName(name)).toBe(bytes)
      await writeAtomic(at(name), 'fresh', { fresh: true })
      await writeAtomic(at(name), 'again')
      expect(await readFile(at(name), 'utf8')).toBe('again')
    }
  })

  it('beyond 255 bytes are refused in words', async () => {
    await expect(writeAtomic(at('ж'.repeat(128)), 'x')).rejects.toMatchObject({ code: 'file.name-too-long' })
  })

  it('are cut between letters', () => {
    expect(cutToBytes('aж界🙂', 6)).toBe('aж界')
    expect(cutToBytes('aж界🙂', 9)).toBe('aж界')
    expect(cutToBytes('aж界🙂', 6, 'end')).toBe('🙂')
    expect(cutToBytes('aж界🙂', 10, 'end')).toBe('aж界🙂')
  })
})

it.skipIf(process.platform === 'win32')('a file keeps its mode when it is overwritten', async () => {
  for (let mode = 0o000; mode <= 0o777; mode += 0o11) {
    await writeFile(at('mode.txt'), 'old')
    await chmod(at('mode.txt'), mode)
    if (process.getuid?.() !== 0 && !(mode & 0o400)) continue
    await writeAtomic(at('mode.txt'), 'new')
    expect(((await stat(at('mode.txt'))).mode & 0o777).toString(8)).toBe(mode.toString(8))
  }
})

describe('what a killed program left', () => {
  /** A program that ends in the middle of writing. */
  const kill = (path: string): void => {
    const module = pathToFileURL(join(import.meta.dirname, 'temporary.ts')).href
    const code = `
      const { temporaryBeside } = await import(${JSON.stringify(module)})
      const { writeFileSync } = await import('node:fs')
      writeFileSync(temporaryBeside(${JSON.stringify(path)}), 'half')
      process.kill(process.pid, 'SIGKILL')`
    const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' })
    expect(signal, stderr).toBe('SIGKILL')
  }
  const temporary = async (name: string): Promise<string[]> =>
    (await readdir(at(name))).filter((one) => one.endsWith('.tmp'))

  it('is removed with the next write to the folder', async () => {
    await mkdir(at('left'))
    kill(at('left/a.png'))
    kill(at('left/ж.png'))
    expect(await temporary('left')).toHaveLength(2)
    await writeAtomic(at('left/b.png'), 'b')
    expect(await readdir(at('left'))).toEqual(['b.png'])
  })

  it('of others stays for a day, and so does what is being written', async () => {
    await mkdir(at('used'))
    const random = '0123456789ab'
    const names = [
      `.a.png.${random}.tmp`,
      `.a.png.00000000-${2 ** 22 + 1}-${random}.tmp`,
      // Of nobody: it only looks similar.
      '.a.png.tmp',
      `a.png.${random}.tmp`,
    ]
    for (const name of names) await writeFile(at(`used/${name}`), 'half')
    // In a slow file system a write may take a while.
    await Promise.all([writeAtomic(at('used/b.png'), new Uint8Array(3e7)), sweepNow(at('used')), sweepNow(at('used'))])
    expect((await readdir(at('used'))).toSorted()).toEqual([...names, 'b.png'].toSorted())
    const old = new Date(Date.now() - 25 * 3600 * 1000)
    for (const name of names) await utimes(at(`used/${name}`), old, old)
    await sweepNow(at('used'))
    expect((await readdir(at('used'))).toSorted()).toEqual([...names.slice(2), 'b.png'].toSorted())
  })
})
