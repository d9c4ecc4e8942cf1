/** Lines, segments, circles and contours against OpenCV's. */
import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ImageValue, LinesValue, TableValue } from '../engine/values/index.ts'
import { linesOf } from '../engine/values/lines.ts'
import { pictureShape } from '../host/testing/cpu.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { contours } from './feature/contours.ts'
import { houghCircles } from './feature/hough-circles.ts'
import { houghLines } from './feature/hough-lines.ts'
import { houghSegments } from './feature/hough-segments.ts'

type Params = Readonly<Record<string, number | string>>
interface Measured {
  readonly area: number
  readonly perimeter: number
  readonly box: readonly number[]
  readonly place?: readonly number[]
  readonly points?: readonly number[]
  readonly count?: number
}
const truth = JSON.parse(await readFile(new URL('./fixtures/lines.json', import.meta.url), 'utf8')) as {
  readonly masks: Readonly<Record<string, { readonly height: number; readonly width: number; readonly bits: string }>>
  readonly lines: readonly { readonly mask: string; readonly params: Params; readonly lines: readonly number[][] }[]
  readonly segments: readonly {
    readonly mask: string
    readonly params: Params
    readonly segments: readonly number[][]
  }[]
  readonly contours: readonly {
    readonly mask: string
    readonly params: Params
    readonly contours: readonly Measured[]
  }[]
  readonly circles: {
    readonly height: number
    readonly width: number
    readonly bytes: string
    readonly circles: readonly number[][]
    readonly truth: readonly number[][]
  }
}

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

function maskOf(name: string): Promise<ImageValue> {
  const { height, width, bits } = truth.masks[name] ?? { height: 0, width: 0, bits: '' }
  const bytes = Buffer.from(bits, 'base64')
  const numbers = Float32Array.from({ length: height * width }, (_, i) => ((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1)
  return bench.device.image(pictureShape(height, width, 1), numbers)
}
const pointsOf = (value: unknown) =>
  linesOf(value as LinesValue, async (part) => bench.device.read(part) as Float32Array<ArrayBuffer>)
const named = <T extends { readonly mask: string; readonly params: Params }>(all: readonly T[]) =>
  all.map((one) => [`${one.mask} ${JSON.stringify(one.params)}`, one] as const)

describe('lines are those of cv2.HoughLines', () => {
  test.each(named(truth.lines))('%s', async (_, { mask, params, lines }) => {
    const made = await bench.run(houghLines, { image: await maskOf(mask) }, params)
    const rows = (made.table as TableValue).rows as number[][]
    const key = ([rho = 0, theta = 0, votes = 0]: readonly number[]) => `${rho.toFixed(1)} ${theta.toFixed(1)} ${votes}`
    const [ours, theirs] = [new Set(rows.map(key)), new Set(lines.map(key))]
    // Votes that lie between two places may fall to either, by the last digit.
    const both = [...ours].filter((one) => theirs.has(one)).length
    expect(both / Math.max(ours.size, theirs.size)).toBeGreaterThan(0.97)
    for (const points of await pointsOf(made.lines)) {
      expect(points).toHaveLength(2)
      for (const [x, y] of points) expect(x >= -1e-3 && y >= -1e-3 && x <= 199.001 && y <= 199.001).toBe(true)
    }
  })
})

describe('segments are those of cv2.HoughLinesP, in its order', () => {
  test.each(named(truth.segments))('%s', async (_, { mask, params, segments }) => {
    const made = await bench.run(houghSegments, { image: await maskOf(mask) }, params)
    const ours = (await pointsOf(made.lines)).map((points) => points.flat().join())
    const theirs = segments.map((one) => one.join())
    const both = ours.filter((one) => theirs.includes(one)).length
    expect(both / Math.max(ours.length, theirs.length)).toBeGreaterThan(0.97)
  })
})

describe('contours are those of cv2.findContours, with its measures', () => {
  test.each(named(truth.contours))('%s', async (_, { mask, params, contours: wanted }) => {
    const made = await bench.run(contours, { image: await maskOf(mask) }, params)
    const rows = (made.table as TableValue).rows
    const points = await pointsOf(made.contours)
    expect(rows.length).toBe(wanted.length)
    // By their box and area, which name them.
    const ours = rows.map((row, i) => ({ key: `${row.slice(4, 8).join()} ${row[0]}`, row, points: points[i] ?? [] }))
    const theirs = wanted.map((one) => ({ key: `${one.box.join()} ${one.area}`, one }))
    const order = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
    const [a, b] = [[...ours].sort(order), [...theirs].sort(order)]
    expect(a.map(({ key }) => key)).toEqual(b.map(({ key }) => key))
    for (const [i, { one }] of b.entries()) {
      const { row = [], points = [] } = a[i] ?? {}
      expect(row[1]).toBeCloseTo(one.perimeter, 3)
      if (one.place) {
        const [x = 0, y = 0, angle = 0] = one.place
        expect(row[2]).toBeCloseTo(x, 3)
        expect(row[3]).toBeCloseTo(y, 3)
        // What is as wide as it is high has no direction.
        const turn = Math.abs(Number(row[8]) - angle) % 180
        if (one.area > 20 && mask === 'turned') expect(Math.min(turn, 180 - turn)).toBeLessThan(1e-2)
      }
      if (one.points && wanted.length < 20) {
        const flat = one.points
        const places = Array.from({ length: flat.length / 2 }, (_, k) => `${flat[2 * k]} ${flat[2 * k + 1]}`)
        expect(points.map(([x, y]) => `${x} ${y}`).sort()).toEqual(places.sort())
      }
    }
  })
})

test('holes are told from what is around them', async () => {
  const made = await bench.run(contours, { image: await maskOf('rings') }, { mode: 'all' })
  expect((made.table as TableValue).rows.map((row) => row.at(-1))).toEqual(['no', 'yes', 'no', 'yes', 'no'])
})

test('circles are found where they are, and where OpenCV finds them', async () => {
  const { height, width, bytes, circles, truth: drawn } = truth.circles
  const numbers = Float32Array.from(Buffer.from(bytes, 'base64'), (v) => v / 255)
  const image = await bench.device.image(pictureShape(height, width, 1), numbers)
  const params = { least: 10, largest: 45, edge: 60 / 255, distance: 15 }
  const made = await bench.run(houghCircles, { image }, params)
  const rows = (made.table as TableValue).rows as number[][]
  expect(rows.length).toBe(drawn.length)
  // OpenCV's own are up to 1.6 pixels off.
  for (const wanted of circles) {
    const nearest = Math.min(...rows.map((row) => Math.max(...wanted.map((v, i) => Math.abs(v - (row[i] ?? 0))))))
    expect(nearest).toBeLessThan(2)
  }
  for (const wanted of drawn) {
    const nearest = Math.min(...rows.map((row) => Math.max(...wanted.map((v, i) => Math.abs(v - (row[i] ?? 0))))))
    expect(nearest).toBeLessThan(0.5)
  }
})

test('nothing has no lines, circles and contours', async () => {
  for (const [height, width] of [
    [1, 1],
    [1, 7],
    [9, 8],
  ] as const)
    for (const node of [houghLines, houghSegments, houghCircles, contours]) {
      const image = await bench.device.image(pictureShape(height, width, 1), new Float32Array(height * width))
      const made = await bench.run(node, { image })
      expect((made.table as TableValue).rows).toEqual([])
    }
})
