import { afterAll, afterEach, expect, it } from 'vitest'
import { createTestDevice, createTestDevices } from '../../../host/testing/cpu.ts'
import { makeOps } from '../context.ts'

const device = await createTestDevice()
const { threads } = await createTestDevices()
afterEach(() => {
  device.clear()
  threads.clear()
})
afterAll(() => threads.close())

it('refuses what has no components', async () => {
  const wrong = [
    device.ops.components(await device.noise(3, 3, 3), { connectivity: 8 }),
    device.ops.components(await device.noise(3, 3, 1), { connectivity: 6 as never }),
    device.ops.components(await device.noise(3, 3, 1), { connectivity: 8, area: 0 }),
    device.ops.components(await device.noise(3, 3, 1), { connectivity: 8, area: 2.5 }),
  ]
  for (const one of wrong) await expect(one).rejects.toMatchObject({ code: 'op.unsupported' })
})

it('is stopped without new threads, and leaves those that are there to others', async () => {
  const side = 3000
  const numbers = new Float32Array(side * side).map((_, i) => ((i * 7919) % 5 < 3 ? 1 : 0))
  const shape = { kind: 'image', height: side, width: side, channels: 1, space: 'gray', alpha: false } as const
  const image = await threads.image(shape, numbers)
  let started = 0
  const count = () => started++
  process.on('worker', count)
  const stopping = new AbortController()
  const run = makeOps(threads.devices, stopping.signal)
  const stopped = run.ops.components(image, { connectivity: 8, area: 20 })
  const beside = threads.ops.convertColour(await threads.noise(400, 400, 3), { to: 'gray' })
  setTimeout(() => stopping.abort(new Error('enough')), 5)
  await expect(stopped).rejects.toThrow('enough')
  expect((await beside).channels).toBe(1)
  run.finish([])
  const again = await threads.ops.components(image, { connectivity: 8 })
  expect(again.count).toBeGreaterThan(0)
  process.off('worker', count)
  expect(started).toBe(0)
})
