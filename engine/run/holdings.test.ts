/** What the memory for results holds, and that a click gives it back. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import type { Holdings } from '../protocol/memory.ts'
import { holdingsSchema } from '../protocol/memory.ts'
import { createEngine } from './create.ts'
import type { Engine } from './engine.ts'
import { graphOf, Log, testingNodes, testingServices, warmUp } from './testing.ts'
import { TestWindow } from './testing-window.ts'

let device: TestDevice
let engine: Engine
let window: TestWindow
const log = new Log()
beforeAll(async () => {
  device = (await createTestDevices()).threads
  await warmUp(device)
})
afterAll(() => device.close())
beforeEach(async () => {
  log.clear()
  engine = createEngine({ device: device.device, arena: device.arena, nodes: testingNodes(log), memory: 64 << 20 })
  window = new TestWindow(engine, testingServices())
  window.views([{ id: 'v', node: 'bright' }])
  await window.open(
    graphOf(
      {
        photo: ['test/image', { width: 256, height: 256 }],
        bright: ['test/gain', { factor: 2 }],
      },
      ['photo.image > bright.image'],
    ),
  )
})
afterEach(async () => {
  window.session.close()
  await engine.close()
})

const memory = async (): Promise<Holdings> => holdingsSchema.parse(await window.session.request('memory', {}))
const release = async (what: object): Promise<number> =>
  ((await window.session.request('release', what)) as { freed: number }).freed
/** 256 × 256 float32. */
const picture = 262_144
const near = (bytes: number) => ({ asymmetricMatch: (n: number) => n >= bytes && n < bytes + 4096 })

it('names every result with its bytes, and the sum', async () => {
  const { results, others, models, used, budget } = await memory()
  expect(results.map(({ node }) => node).sort()).toEqual(['bright', 'photo'])
  for (const { arena, spilled, gpu } of results)
    expect({ arena, spilled, gpu }).toEqual({ arena: near(picture), spilled: 0, gpu: 0 })
  expect(results.find(({ node }) => node === 'bright')).toMatchObject({ held: true })
  expect(results.find(({ node }) => node === 'photo')).toMatchObject({ held: false })
  expect([others, models, budget]).toEqual([{ count: 0, bytes: 0 }, [], 64 << 20])
  expect(used).toEqual(near(2 * picture))
})

it('forgets a result, which is computed again when it is needed', async () => {
  expect(await release({ node: 'photo' })).toEqual(near(picture))
  expect((await memory()).results.map(({ node }) => node)).toEqual(['bright'])
  expect(log.count('image')).toBe(1)
  window.set('bright', { factor: 3 })
  await window.idle()
  expect(log.count('image')).toBe(2)
})

it('keeps what is on the screen, and lets go of earlier results', async () => {
  expect(await release({ node: 'bright' })).toBe(0)
  window.set('bright', { factor: 3 })
  await window.idle()
  const before = await memory()
  expect(before.others).toEqual({ count: 1, bytes: near(picture) })
  expect(await release({ others: true })).toEqual(near(picture))
  const after = await memory()
  expect(after.others.count).toBe(0)
  expect(before.used - after.used).toEqual(near(picture))
})
