/** Pairs of a few rows against cv2.BFMatcher, and what is refused. */
import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestDevice, noise } from '../../../host/testing/cpu.ts'
import type { TensorValue } from '../../values/index.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

const rows = async (numbers: ArrayLike<number>, length: number, dtype?: 'uint8') => {
  const shape = { kind: 'tensor', shape: [numbers.length / length, length], axes: ['N', 'C'] } as const
  return (await device.ops.fromNumbers({ shape: { ...shape, ...(dtype && { dtype }) }, numbers })) as TensorValue
}
const all = { ratio: 1, cross: false, most: 10_000 }

interface Case {
  readonly name: string
  readonly length: number
  readonly bits: boolean
  readonly first: readonly number[]
  readonly second: readonly number[]
  /** First, second, distance, distance of the second best. */
  readonly pairs: readonly (readonly [number, number, number, number])[]
  readonly crossed: readonly (readonly [number, number])[]
}
const cases = JSON.parse(await readFile(new URL('./pairs.json', import.meta.url), 'utf8')) as readonly Case[]

describe('pairs are those of cv2.BFMatcher', () => {
  it.each(cases)('$name', async ({ length, bits, first, second, pairs, crossed }) => {
    const [a, b] = [
      await rows(first, length, bits ? 'uint8' : undefined),
      await rows(second, length, bits ? 'uint8' : undefined),
    ]
    const made = device.read(await device.ops.matchFeatures(a, b, all))
    const found = Array.from({ length: made.length / 4 }, (_, i) => [...made.slice(4 * i, 4 * i + 4)])
    expect(found.length).toBe(pairs.length)
    const sorted = found.toSorted((p, q) => (p[0] ?? 0) - (q[0] ?? 0))
    for (const [i, [one, other, distance, next]] of pairs.entries()) {
      expect(sorted[i]?.slice(0, 2)).toEqual([one, other])
      expect(sorted[i]?.[2]).toBeCloseTo(distance, 3)
      expect(sorted[i]?.[3]).toBeCloseTo(distance / next, 4)
    }
    const distances = found.map(([, , distance]) => distance ?? 0)
    expect(distances).toEqual(distances.toSorted((p, q) => p - q))
    const both = device.read(await device.ops.matchFeatures(a, b, { ...all, cross: true }))
    const places = Array.from({ length: both.length / 4 }, (_, i) => [both[4 * i], both[4 * i + 1]])
    expect(places.toSorted((p, q) => (p[0] ?? 0) - (q[0] ?? 0))).toEqual(crossed)
  })
})

it('finds nothing among none', async () => {
  const [none, some] = [await rows([], 4), await rows(noise(8), 4)]
  for (const [a, b] of [
    [none, some],
    [some, none],
    [none, none],
  ] as const)
    expect((await device.ops.matchFeatures(a, b, all)).shape).toEqual([0, 4])
})

it('refuses rows that are not alike', async () => {
  const wrong = [
    device.ops.matchFeatures(await rows(noise(8), 4), await rows(noise(6), 3), all),
    device.ops.matchFeatures(await rows(noise(8), 4), await rows(new Uint8Array(8), 4, 'uint8'), all),
    device.ops.matchFeatures(await rows(noise(8), 4), await rows(noise(8), 4), { ...all, ratio: 0 }),
  ]
  for (const one of wrong) await expect(one).rejects.toMatchObject({ code: 'op.unsupported' })
})
