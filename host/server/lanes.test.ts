import { expect, it } from 'vitest'
import { Lanes } from './lanes.ts'

/** How many are at work at most, of this many that are asked for at once. */
async function most(method: string, count: number): Promise<number> {
  const lanes = new Lanes()
  let [working, found] = [0, 0]
  const order: number[] = []
  await Promise.all(
    Array.from({ length: count }, (_, i) =>
      lanes
        .run(method, async () => {
          order.push(i)
          found = Math.max(found, ++working)
          await new Promise((resolve) => setImmediate(resolve))
          working--
          if (i % 7 === 0) throw new Error('it failed')
        })
        .catch(() => undefined),
    ),
  )
  expect(order).toEqual(Array.from({ length: count }, (_, i) => i))
  return found
}

it('works on few requests of a method at once, however many there are', async () => {
  for (const method of ['statistics', 'inflate', 'scene', 'card', 'upload']) expect(await most(method, 3000)).toBe(1)
  for (const method of ['probe', 'numbers', 'list', 'there']) expect(await most(method, 3000)).toBe(4)
})

it('lets the newest pass where it cancels the one before', async () => {
  expect(await most('provenance', 10)).toBe(10)
  expect(await most('steps', 10)).toBe(10)
})

it('lets another method pass', async () => {
  const lanes = new Lanes()
  const long = Promise.withResolvers<void>()
  const first = lanes.run('statistics', () => long.promise)
  await lanes.run('probe', async () => undefined)
  long.resolve()
  await first
})
