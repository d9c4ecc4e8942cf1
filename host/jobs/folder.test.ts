import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../server/testing.ts'
import { JobFolder } from './folder.ts'

const key = 'a'.repeat(32)
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const open = (limits = {}) => {
  const folder = join(temporaryFolder(), 'jobs')
  const log: string[] = []
  return { folder, log, jobs: new JobFolder(folder, (line) => log.push(line), limits) }
}

it('keeps heads and parts by key, also of elements, and nothing else', async () => {
  const { jobs, folder } = open()
  expect(await jobs.read(key, 'checkpoint')).toBeUndefined()
  expect(await jobs.head(key, 'checkpoint')).toBeUndefined()
  await jobs.write(key, 'checkpoint', { progress: { fraction: 0.5 } }, [bytes(1, 2, 3), bytes(), bytes(4)])
  await jobs.write(`${key}/1`, 'checkpoint', { progress: { fraction: 0.1 } }, [])
  expect(await jobs.head(key, 'checkpoint')).toEqual({ progress: { fraction: 0.5 } })
  expect(await jobs.read(key, 'checkpoint')).toEqual({
    head: { progress: { fraction: 0.5 } },
    parts: [bytes(1, 2, 3), bytes(), bytes(4)],
  })
  expect(await jobs.head(`${key}/1`, 'checkpoint')).toEqual({ progress: { fraction: 0.1 } })
  expect(await jobs.read(key, 'result')).toBeUndefined()
  expect(readdirSync(folder).sort()).toEqual([`${key}-1.checkpoint`, `${key}.checkpoint`])
  await jobs.remove(key, 'checkpoint')
  expect(await jobs.read(key, 'checkpoint')).toBeUndefined()
})

it('takes a damaged file, one of another job and a cut one for none, and says so', async () => {
  const { jobs, folder, log } = open()
  const path = join(folder, `${key}.result`)
  const damage = async (change: (file: Buffer) => Uint8Array) => {
    await jobs.write(key, 'result', { ms: 1 }, [bytes(1, 2, 3)])
    writeFileSync(path, change(readFileSync(path)))
    return jobs.read(key, 'result')
  }
  const flipLast = (file: Buffer): Buffer => {
    file[file.length - 1] = (file.at(-1) ?? 0) ^ 1
    return file
  }
  expect(await damage((file) => file)).toBeDefined()
  expect(await damage(flipLast)).toBeUndefined()
  expect(await damage((file) => file.subarray(0, file.length - 1))).toBeUndefined()
  expect(await damage((file) => file.subarray(0, 3))).toBeUndefined()
  expect(
    await damage((file) => Buffer.from(file.toString('latin1').replace('"ms":1', '"ms":2'), 'latin1')),
  ).toBeUndefined()
  expect(
    await damage((file) => Buffer.from(file.toString('latin1').replace(key, 'b'.repeat(32)), 'latin1')),
  ).toBeUndefined()
  expect(log).toHaveLength(5)
  expect(log[0]).toContain('damaged')
  expect(readdirSync(folder)).toEqual([])
})

it('removes what is too old, what is half written, and beyond the limit the longest unused', async () => {
  const { jobs, folder } = open({ bytes: 2500, age: 1000_000 })
  const now = Date.now()
  const at = (name: string, ms: number) => utimesSync(join(folder, name), new Date(now - ms), new Date(now - ms))
  for (const [i, name] of ['a', 'b', 'c', 'd'].entries()) {
    await jobs.write(name.repeat(32), 'checkpoint', {}, [new Uint8Array(800)])
    at(`${name.repeat(32)}.checkpoint`, 1000 * (i + 1))
  }
  writeFileSync(join(folder, '.half.tmp'), 'x')
  at('.half.tmp', 2 * 24 * 3600 * 1000)
  // Reading it makes it the last used.
  await jobs.read('d'.repeat(32), 'checkpoint')
  expect(statSync(join(folder, `${'d'.repeat(32)}.checkpoint`)).size).toBeGreaterThan(800)
  await jobs.prune()
  expect(readdirSync(folder).sort()).toEqual([`${'a'.repeat(32)}.checkpoint`, `${'d'.repeat(32)}.checkpoint`])
  await jobs.prune(now + 2000_000)
  expect(readdirSync(folder)).toEqual([])
})
