/** Packing a scene to give it away: how far it is, and how it ends when it is not wanted. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { buildSharePage } from '../build/all.ts'
import { type TestServer, type TestWindow, testServer, welcomed } from './testing.ts'

let at: TestServer
let window: TestWindow
beforeAll(async () => {
  await buildSharePage()
  at = await testServer()
  window = await welcomed(at)
}, 120_000)
afterAll(() => at.close())

const look = { title: 'A cloud', up: 'y', background: 'window' }

/** A .splat file with `count` splats in a cube. */
function file(name: string, count: number): string {
  const bytes = Buffer.alloc(32 * count)
  for (let i = 0; i < count; i++) {
    for (const k of [0, 1, 2]) bytes.writeFloatLE(Math.sin((k + 1) * 12.9898 * i) * 3, 32 * i + 4 * k)
    for (const k of [3, 4, 5]) bytes.writeFloatLE(0.01 + (i % 97) / 5000, 32 * i + 4 * k)
    bytes.fill(i & 255, 32 * i + 24, 32 * i + 27).fill(200, 32 * i + 27, 32 * i + 32)
  }
  const path = join(at.folder, name)
  writeFileSync(path, bytes)
  return path
}
const share = (path: string) => window.request('share', { of: { path }, look })
const part = async (): Promise<number | undefined> =>
  ((await window.request('shareProgress', {})) as unknown as { result: { part?: number } }).result.part

it('says how far it is, ends when it is cancelled, leaves nothing, and packs the next one', async () => {
  const path = file('large.splat', 600_000)
  const before = readdirSync(at.folder)
  const packing = share(path)
  await vi.waitFor(async () => expect(await part()).toBeGreaterThanOrEqual(0.1), { timeout: 20_000, interval: 5 })
  await window.request('cancelShare', {})
  expect(await packing).toMatchObject({ problem: { code: 'scene.packing-cancelled' } })
  expect(await part()).toBeUndefined()
  expect(readdirSync(at.folder)).toEqual(before)
  // Nothing is under way: that is no error.
  expect(await window.request('cancelShare', {})).toMatchObject({ result: {} })
  expect(await share(file('small.splat', 100))).toMatchObject({ result: { splats: 100 } })
}, 60_000)
