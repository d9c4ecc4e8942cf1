/** Whether sources are newer than what was made of them. */
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../server/testing.ts'
import { modified, newest } from './newest.ts'

const folder = temporaryFolder()
/** Seconds since 1970. */
const at = (path: string, time: number): void => utimesSync(join(folder, path), time, time)

it('a folder is as new as the newest source in it; tests and fixtures do not count', () => {
  mkdirSync(join(folder, 'op/fixtures'), { recursive: true })
  for (const name of ['one.ts', 'op/op.ts', 'op/op.test.ts', 'op/fixtures/truth.json'])
    writeFileSync(join(folder, name), '')
  at('one.ts', 1000)
  at('op/op.ts', 2000)
  at('op/op.test.ts', 5000)
  at('op/fixtures/truth.json', 5000)
  at('op', 1500)
  at('.', 1000)
  expect(newest(folder)).toBe(2_000_000)
  expect(newest(join(folder, 'one.ts'))).toBe(1_000_000)
})

it('a file that is gone shows in its folder', () => {
  rmSync(join(folder, 'op/op.ts'))
  expect(newest(folder)).toBeGreaterThan(5_000_000)
})

it('what is not there was never changed', () => {
  expect(newest(join(folder, 'none'))).toBe(0)
  expect(modified(join(folder, 'none'))).toBe(0)
})
