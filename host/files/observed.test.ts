/** No service reads a file behind the back of an observer, and a file that was changed is another one. */
import { copyFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Runtime, Services } from '../../engine/types/services.ts'
import { createServices } from './services.ts'
import { makeFolder, never } from './testing.ts'

let folder: Awaited<ReturnType<typeof makeFolder>>
beforeAll(async () => {
  folder = await makeFolder()
  await copyFile(new URL('../../assets/samples/coffee.jpg', import.meta.url), join(folder.path, 'photo.jpg'))
  await writeFile(join(folder.path, 'names.txt'), 'person\ndog\n')
  await writeFile(join(folder.path, 'scene.splat'), new Uint8Array(32))
})
afterAll(() => folder.remove())

/** Services that read nothing that is in a file. A new service stays out of this list, and is reported. */
const readsNothing: readonly (keyof Services)[] = [
  'identity',
  'list',
  'places',
  'encode',
  'saveSplats',
  'scenePage',
  'saveBytes',
  'sample',
  'samples',
  'uses',
]

/** What readers take that do not take a path and a signal. */
const takes = (path: string): Partial<Record<keyof Services, readonly unknown[]>> => ({
  decode: ['photo.jpg', 100, never],
  text: ['names.txt', never],
  splats: ['scene.splat', never],
  openPart: [{ path: 'whole.onnx', real: join(path, 'whole.onnx'), bytes: 0, sha256: '' }, 'photo.jpg', never],
})

it('every service that reads a file reports it, before it is read', async () => {
  const seen: string[] = []
  const runtimes: Runtime[] = []
  const services = createServices({ base: folder.path }).observed({
    reads: async ({ shown, real }) => void seen.push(`${shown} ${real}`),
    uses: (runtime) => void runtimes.push(runtime),
  })
  const names = Object.keys(services) as (keyof Services)[]
  const readers = names.filter((name) => !readsNothing.includes(name))
  expect(readers).toContain('decode')
  for (const name of readers) {
    seen.length = 0
    const read = services[name] as (...given: unknown[]) => Promise<unknown>
    const given = takes(folder.path)[name] ?? ['photo.jpg', never]
    const file = name === 'text' ? 'names.txt' : name === 'splats' ? 'scene.splat' : 'photo.jpg'
    await read(...given)
    expect(seen, name).toEqual([`${file} ${join(folder.path, file)}`])
  }
  seen.length = 0
  await services.identity('photo.jpg', never)
  await services.list('.', '*', never)
  expect(seen).toEqual([])
  services.uses({ name: 'onnxruntime', version: '1.30.0' })
  expect(runtimes).toEqual([{ name: 'onnxruntime', version: '1.30.0' }])
})

it('a file that may not be read is not reported, and one that is refused by the observer is not read', async () => {
  const seen: string[] = []
  const files = createServices({ base: folder.path, allow: () => false })
  const services = files.observed({ reads: async ({ shown }) => void seen.push(shown), uses: () => undefined })
  await expect(services.decode('/etc/hostname', 1, never)).rejects.toMatchObject({ code: 'file.outside' })
  expect(seen).toEqual([])
  const refusing = files.observed({ reads: () => Promise.reject(new Error('no')), uses: () => undefined })
  await expect(refusing.decode('photo.jpg', 100, never)).rejects.toThrow('no')
})

it('other bytes of the same size, with the time set back, are another file', async () => {
  const files = createServices({ base: folder.path })
  const path = join(folder.path, 'set-back.bin')
  await writeFile(path, 'before')
  const { atime, mtime, ino } = await stat(path)
  const before = await files.identity('set-back.bin', never)
  // Longer than a tick of the system's clock.
  await sleep(50)
  await writeFile(path, 'after!')
  await utimes(path, atime, mtime)
  const now = await stat(path)
  expect([now.size, now.mtimeMs, now.ino]).toEqual([6, mtime.getTime(), ino])
  expect(await files.identity('set-back.bin', never)).not.toBe(before)
})
