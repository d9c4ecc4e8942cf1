/** Consent: which files it covers, and that it is kept for one document only. */
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Consent, type Grant, recall, remember } from './consent.ts'
import { createServices } from './services.ts'
import { makeFolder, never, problem, save } from './testing.ts'

let folder: Awaited<ReturnType<typeof makeFolder>>
const at = (...names: string[]): string => join(folder.path, ...names)

beforeAll(async () => {
  folder = await makeFolder()
  for (const name of ['own', 'away', 'away/deep', 'away-too']) await mkdir(at(name))
})
afterAll(() => folder.remove())

async function given(...grants: Grant[]): Promise<Consent> {
  const consent = new Consent()
  await consent.give(grants)
  return consent
}

test('a file covers itself, a folder all in it, and neither what only begins alike', async () => {
  const consent = await given({ path: at('away'), access: 'read' }, { path: at('own', 'a.png'), access: 'read' })
  expect(await consent.allows(at('away', 'deep', 'x.png'), 'read')).toBe(true)
  expect(await consent.allows(at('away'), 'read')).toBe(true)
  expect(await consent.allows(at('away-too', 'x.png'), 'read')).toBe(false)
  expect(await consent.allows(at('own', 'a.png'), 'read')).toBe(true)
  expect(await consent.allows(at('own', 'a.png.txt'), 'read')).toBe(false)
  expect(await consent.allows(at('own'), 'read')).toBe(false)
})

test('reading does not allow writing; writing allows reading', async () => {
  const consent = await given(
    { path: at('own', 'in.png'), access: 'read' },
    { path: at('own', 'out.png'), access: 'write' },
  )
  expect(await consent.allows(at('own', 'in.png'), 'write')).toBe(false)
  expect(await consent.allows(at('own', 'out.png'), 'write')).toBe(true)
  expect(await consent.allows(at('own', 'out.png'), 'read')).toBe(true)
})

test('a name with places stands for what they become, in that folder only', async () => {
  const consent = await given({ path: at('away', 'a+{name}.png'), access: 'write' })
  expect(await consent.allows(at('away', 'a+cat.png'), 'write')).toBe(true)
  for (const other of [['a+cat.jpg'], ['aacat.png'], ['deep', 'a+cat.png'], ['..', 'a+cat.png']])
    expect(await consent.allows(at('away', ...other), 'write')).toBe(false)
})

test('what is given counts for what is asked right after it', async () => {
  const consent = new Consent()
  void consent.give([{ path: at('away', 'x.png'), access: 'read' }])
  expect(await consent.allows(at('away', 'x.png'), 'read')).toBe(true)
})

test('links are followed when it is given: one that is turned elsewhere afterwards is asked for again', async () => {
  await writeFile(at('away', 'first.png'), 'x')
  await writeFile(at('away', 'second.png'), 'x')
  await symlink(at('away', 'first.png'), at('own', 'link.png'))
  const consent = await given({ path: at('own', 'link.png'), access: 'read' })
  const services = createServices({ base: at('own'), allow: consent.allows.bind(consent) })
  // It is allowed, and then found not to be a picture.
  expect((await problem(services.probe('link.png', never))).code).toBe('file.not-a-picture')
  await rm(at('own', 'link.png'))
  await symlink(at('away', 'second.png'), at('own', 'link.png'))
  expect(await problem(services.probe('link.png', never))).toEqual({
    code: 'file.outside',
    params: { path: 'link.png', access: 'read' },
  })
})

test('a folder that is a link does not lead writing out of the own folder, nor does a document without a file have one', async () => {
  await symlink(at('away'), at('own', 'out'))
  const none = new Consent()
  const allow = none.allows.bind(none)
  const strict = createServices({ base: at('own'), allow })
  expect(await problem(strict.encode('out/a.png', save(8, 1), never))).toEqual({
    code: 'file.outside',
    params: { path: 'out/a.png', access: 'write' },
  })
  const homeless = createServices({ base: at('own'), own: false, allow })
  expect((await problem(homeless.encode('b.png', save(8, 1), never))).code).toBe('file.outside')
  await strict.encode('b.png', save(8, 1), never)
  expect((await problem(homeless.probe('b.png', never))).code).toBe('file.outside')
  expect((await readdir(at('away'))).filter((name) => name.startsWith('a.png'))).toEqual([])
})

test('is remembered for the file of one document, however it is reached', async () => {
  const kept = at('kept')
  const grants: Grant[] = [{ path: at('away', 'x.png'), access: 'read' }]
  await writeFile(at('own', 'p.json'), '{}')
  await symlink(at('own', 'p.json'), at('p-link.json'))
  await remember(kept, at('own', 'p.json'), grants)
  expect(await recall(kept, at('own', 'p.json'))).toEqual(grants)
  expect(await recall(kept, at('p-link.json'))).toEqual(grants)
  expect(await recall(kept, at('own', 'q.json'))).toEqual([])
  const [name] = await readdir(kept)
  for (const damaged of ['', '{"allowed": 1}', JSON.stringify({ document: at('q.json'), allowed: grants })]) {
    await writeFile(join(kept, name ?? ''), damaged)
    expect(await recall(kept, at('own', 'p.json'))).toEqual([])
  }
  await remember(kept, at('own', 'p.json'), [])
  expect(await readdir(kept)).toEqual([])
})

test('says when it cannot be remembered', async () => {
  await writeFile(at('no-folder'), '')
  const failed = remember(at('no-folder', 'allowed'), at('own', 'p.json'), [{ path: at('away'), access: 'read' }])
  expect((await problem(failed)).code).toBe('settings.not-kept')
})
