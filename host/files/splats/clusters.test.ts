/** Clusters of rows: as near as theory has it, and the same whether they are cut in one go or in parts. */
import { expect, it } from 'vitest'
import { begun, type Clusters, clustersIn, ended, halve, remains } from './clusters.ts'

function numbers(count: number, of: (v: number, i: number) => number): Float32Array {
  let state = 11
  const made = new Float32Array(new SharedArrayBuffer(4 * count))
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    made[i] = of(state / 2 ** 32, i)
  }
  return made
}

function inParts(rows: Float32Array, width: number, most: number): Clusters {
  const clustering = begun(rows, width, most)
  const { order, parts, shares } = clustering
  expect(parts.length).toBeGreaterThan(1)
  // Last first: parts depend on nothing but their own rows.
  const cuts = parts.map((part, i) => () => halve(rows, width, order, part, shares[i] ?? 0)).reverse()
  return ended(clustering, cuts.map((cut) => cut()).reverse())
}

function atOnce(rows: Float32Array, width: number, most: number): Clusters {
  const count = rows.length / width
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  const cuts = halve(rows, width, order, { from: 0, to: count }, most - 1)
  return clustersIn(rows, width, order, remains({ from: 0, to: count }, cuts, cuts.squares.length))
}

/** Which rows are together. */
const sets = ({ labels }: Clusters): readonly string[] => {
  const found = new Map<number, number[]>()
  for (const [row, label] of labels.entries()) found.set(label, [...(found.get(label) ?? []), row])
  return [...found.values()].map((rows) => rows.join(' ')).sort()
}

it('of numbers that lie evenly, the mean square error is that of equal steps: 1 / (12 n²)', () => {
  const rows = numbers(40_000, (v) => v)
  const { centres, labels } = inParts(rows, 1, 64)
  expect(centres.length).toBe(64)
  const error = rows.reduce((sum, v, i) => sum + (v - (centres[labels[i] ?? 0] ?? Number.NaN)) ** 2, 0) / rows.length
  const least = 1 / (12 * 64 ** 2)
  expect(error).toBeGreaterThan(0.95 * least)
  expect(error).toBeLessThan(1.1 * least)
})

it('finds heaps that lie apart, one cluster each, and no more than there are different rows', () => {
  // Each farther away than the one before, so that no mean lies inside one.
  const rows = numbers(3 * 900, (v, i) => (i % 3 === 1 ? 1.4 ** (Math.floor(i / 3) % 30) : 0) + 1e-4 * v)
  const { labels } = inParts(rows, 3, 30)
  const heaps = new Set(Array.from({ length: 900 }, (_, i) => `${i % 30} ${labels[i]}`))
  expect(heaps.size).toBe(30)
  const equal = inParts(
    numbers(100, (_, i) => i % 4),
    1,
    50,
  )
  expect([...equal.centres].sort()).toEqual([0, 1, 2, 3])
})

it.each([
  ['spread evenly', (v: number) => v],
  // Nearly all rows lie in parts that need few cuts: the others are cut more often than their share.
  ['spread in a few rows only', (v: number, i: number) => (i < 3 * 3600 ? 0.001 * v : 100 * v)],
])('cut in parts they are those that are cut in one go: rows %s', (_, of) => {
  const rows = numbers(3 * 4000, of)
  expect(sets(inParts(rows, 3, 300))).toEqual(sets(atOnce(rows, 3, 300)))
})

it('there may be one row, or none', () => {
  for (const count of [0, 1]) {
    const clustering = begun(
      numbers(3 * count, (v) => v),
      3,
      1024,
    )
    const cuts = clustering.parts.map((part, i) =>
      halve(clustering.rows, 3, clustering.order, part, clustering.shares[i] ?? 0),
    )
    expect(ended(clustering, cuts).labels.length).toBe(count)
  }
})
