import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

it('refuses several channels', async () => {
  const run = device.ops.distance(await device.noise(3, 3, 3), { metric: 'euclidean' })
  await expect(run).rejects.toMatchObject({ code: 'op.unsupported' })
})

it('is infinite where nothing is 0', async () => {
  const image = await device.image({ kind: 'image', height: 2, width: 3, channels: 1, space: 'gray', alpha: false }, [
    ...[1, 2, 3, 4, 5, 6],
  ])
  for (const metric of ['euclidean', 'manhattan'] as const)
    expect([...device.read(await device.ops.distance(image, { metric }))]).toEqual(new Array(6).fill(Infinity))
})
