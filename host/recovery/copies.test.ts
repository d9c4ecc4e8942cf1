/** Copies appear soon after a change, are removed when not needed, and outlive everything else. */
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Problem } from '../../engine/types/problem.ts'
import { Copies, keptFor, mostKept } from './copies.ts'

let folder: string
let copies: Copies
const problems: Problem[] = []
const told = (problem: Problem) => problems.push(problem)
const session = 'session-one'
const copyOf = (title: string) => ({
  title,
  document: { format: 'sightline', version: 1, nodes: [], edges: [], title },
})
const until = async (test: () => Promise<boolean> | boolean): Promise<void> => {
  for (let i = 0; i < 200 && !(await test()); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(await test()).toBe(true)
}

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'sightline-')), 'recovery')
  copies = new Copies({ folder, after: 20 })
  problems.length = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('writes the newest soon, though changes never stop', async () => {
  let n = 0
  const timer = setInterval(() => copies.keep(session, () => copyOf(`step ${n}`), told), 2)
  const counting = setInterval(() => n++, 2)
  await until(async () => (await copies.read(session)) !== undefined)
  clearInterval(timer)
  await copies.flush()
  clearInterval(counting)
  expect((await copies.read(session))?.title).toMatch(/^step \d+$/)
  // The next start of the program finds it.
  expect(await new Copies({ folder }).read(session)).toEqual(await copies.read(session))
})

it('has none while a file has it all, and none once it is not wanted', async () => {
  copies.keep(session, () => copyOf('a'), told)
  await copies.flush()
  copies.keep(session, () => undefined, told)
  await copies.flush()
  expect(readdirSync(folder)).toEqual([])
  copies.keep(session, () => copyOf('b'), told)
  await copies.forget(session)
  await copies.flush()
  expect(readdirSync(folder)).toEqual([])
})

it('lists what nobody uses, the newest first, and leaves out what is no copy', async () => {
  for (const name of ['session-one', 'session-two', 'session-three']) {
    copies.keep(name, () => ({ ...copyOf(name), path: `/home/${name}.json`, stamp: 'x' }), told)
    await copies.flush()
  }
  utimesSync(join(folder, 'session-three.recovery.json'), 10, 10)
  writeFileSync(join(folder, 'session-four.recovery.json'), '{"half a')
  const list = await copies.list((name) => name === 'session-two')
  expect(list.map(({ session, path }) => [session, path])).toEqual([
    ['session-one', '/home/session-one.json'],
    ['session-three', '/home/session-three.json'],
  ])
})

it('never leaves its folder, whatever a window calls itself', async () => {
  copies.keep('../../somewhere-else', () => copyOf('a'), told)
  await copies.flush()
  expect(existsSync(folder)).toBe(false)
  expect(await copies.read('../../somewhere-else')).toBeUndefined()
})

it('says once that it cannot write', async () => {
  writeFileSync(folder, 'a file where the folder should be')
  for (let i = 0; i < 3; i++) {
    copies.keep(session, () => copyOf('a'), told)
    await copies.flush()
  }
  expect(problems).toHaveLength(1)
  rmSync(folder)
  copies.keep(session, () => copyOf('a'), told)
  await copies.flush()
  expect((await copies.read(session))?.title).toBe('a')
})

it('throws away what is old and what is too much', async () => {
  for (let i = 0; i < mostKept + 5; i++) {
    copies.keep(`session-${String(i).padStart(3, '0')}`, () => copyOf(`${i}`), told)
    await copies.flush()
    utimesSync(join(folder, `session-${String(i).padStart(3, '0')}.recovery.json`), 1000 + i, 1000 + i)
  }
  await copies.prune(1000 * 1000)
  expect(readdirSync(folder)).toHaveLength(mostKept)
  expect(readdirSync(folder)).not.toContain('session-000.recovery.json')
  await copies.prune(keptFor + 1030 * 1000)
  expect(readdirSync(folder)).toHaveLength(25)
})
