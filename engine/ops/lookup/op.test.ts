import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'

const device = await createTestDevice()
afterEach(device.clear)

const usual = { tables: [0, 1], channels: 1, entries: 2, range: [0, 1], method: 'linear' } as const

it('makes a channel of each table where there is one', async () => {
  const tables = [0, 1, 1, 0, 0.5, 0.5]
  const params = { ...usual, tables, channels: 3, space: 'rgb', outRange: [0, 1] } as const
  const out = await device.ops.lookup(await device.noise(3, 4, 1), params)
  expect(out).toMatchObject({ width: 4, height: 3, channels: 3, space: 'rgb', range: [0, 1] })
})

it('has no range unless it is told', async () => {
  const image = await device.noise(3, 4, 1)
  expect(await device.ops.lookup(image, usual)).not.toHaveProperty('range')
})

it.each([
  [{ entries: 1, tables: [1] }, 'entries 1'],
  [{ tables: [1, 2, 3] }, '3 numbers'],
  [{ tables: [0, Number.NaN] }, 'NaN'],
  [{ range: [1, 1] }, 'a range from 1 to 1'],
  [{ channels: 2, tables: [0, 1, 0, 1] }, '2 tables for 3 channels'],
  [{ grid: { columns: 2, rows: 1, width: 4, height: 4 } }, '4 for its tiles'],
])('refuses %j', async (wrong, words) => {
  const params = { ...usual, ...wrong } as never
  await expect(device.ops.lookup(await device.noise(4, 4, 3), params)).rejects.toThrow(words)
})

it('refuses opacity', async () => {
  await expect(device.ops.lookup(await device.noise(4, 4, 4), usual)).rejects.toThrow('opacity')
})
