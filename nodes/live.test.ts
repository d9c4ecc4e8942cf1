/** Live sources: which frames they give when, and what is in them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NodeDefinition } from '../engine/graph/node.ts'
import type { Cameras, FeedFrame } from '../engine/types/feed.ts'
import type { ImageValue } from '../engine/values/index.ts'
import { TestClock } from '../host/testing/clock.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { camera } from './io/camera.ts'
import { bounce, testSource } from './io/test-source.ts'

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterAll(() => bench.close())

const cameras: Cameras = {
  open() {
    throw new Error('a test source has no camera')
  },
}

/** The frames from now on, with a clock. */
function start(node: NodeDefinition, params: Readonly<Record<string, unknown>> = {}) {
  const clock = new TestClock()
  const stop = new AbortController()
  const context = { clock, cameras, services: bench.services, signal: stop.signal }
  const frames = node.feed?.of(bench.params(node, params), context)[Symbol.asyncIterator]()
  if (!frames) throw new Error(`${node.type} is no live source`)
  const next = async (): Promise<FeedFrame> => (await frames.next()).value
  return { clock, stop, next }
}

async function picture(index: number, params: Readonly<Record<string, unknown>>) {
  const { image } = await bench.run(testSource, {}, params, { frame: { index, time: 0, data: undefined } })
  const { width, height } = image as ImageValue
  const numbers = bench.device.read(image as ImageValue)
  bench.device.clear()
  return { width, height, at: (x: number, y: number, c: number) => numbers[3 * (y * width + x) + c] ?? Number.NaN }
}

test('a test source gives a frame when it is due, and the newest to a reader that is late', async () => {
  const { clock, stop, next } = start(testSource, { fps: 50 })
  expect(await next()).toMatchObject({ index: 0, time: 0 })
  const second = next()
  await clock.advance(19)
  expect(await Promise.race([second, 'not yet'])).toBe('not yet')
  await clock.advance(1)
  expect(await second).toMatchObject({ index: 1, time: 20 })
  await clock.advance(105)
  expect(await next()).toMatchObject({ index: 6, time: 120 })
  const waiting = next()
  stop.abort()
  await expect(waiting).rejects.toThrow('aborted')
  expect(clock.waiting).toBe(0)
})

test('a camera gives the pictures of the window as they are, or as in a mirror', async () => {
  const data = Uint8Array.from({ length: 3 * 5 * 2 }, (_, i) => i * 8)
  const frame = { index: 0, time: 0, data: { width: 5, height: 2, data } }
  const levels = async (mirror: boolean): Promise<number[]> => {
    const { image } = await bench.run(camera, {}, { mirror }, { frame })
    return [...bench.device.read(image as ImageValue)].map((value) => Math.round(255 * value))
  }
  expect(await levels(false)).toEqual([...data])
  // Channel c of column x comes from column 4 - x.
  const wanted = [...data].map((_, i) => {
    const [row, x, c] = [Math.floor(i / 15), Math.floor(i / 3) % 5, i % 3]
    return data[15 * row + 3 * (4 - x) + c]
  })
  expect(await levels(true)).toEqual(wanted)
  bench.device.clear()
})

test('the ball goes to and fro', () => {
  expect([0, 1, 4, 5, 6, 8, 9].map((distance) => bounce(distance, 4))).toEqual([0, 1, 4, 3, 2, 0, 1])
  expect(bounce(7, 0)).toBe(0)
  expect(bounce(7, -1)).toBe(0)
})

test('the centre of the ball is where the formula says, and the disc is round', async () => {
  const params = { pattern: 'ball', width: 64, height: 40, speed: 5 }
  const radius = 5
  for (const index of [0, 1, 7, 12, 100]) {
    const { width, height, at } = await picture(index, params)
    // b(d, n) = n - |n - (d mod 2n)|, as on the node's page.
    const b = (d: number, n: number): number => n - Math.abs(n - (d % (2 * n)))
    const centre = [radius + b(5 * index, width - 1 - 2 * radius), radius + b(5 * index, height - 1 - 2 * radius)]
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const inside = (x - (centre[0] ?? 0)) ** 2 + (y - (centre[1] ?? 0)) ** 2 <= radius * radius
        expect([at(x, y, 0), at(x, y, 1), at(x, y, 2)]).toEqual(Array(3).fill(inside ? 1 : 0))
      }
  }
})

test('the stripes are cosines that move to the right', async () => {
  const params = { pattern: 'stripes', width: 60, height: 3, speed: 4 }
  const [first, later] = [await picture(0, params), await picture(3, params)]
  for (let y = 0; y < 3; y++)
    for (let x = 0; x < 60; x++)
      for (let c = 0; c < 3; c++) {
        const wanted = (phase: number): number =>
          0.5 + 0.5 * Math.cos((2 * Math.PI * phase) / 15 - (2 * Math.PI * c) / 3)
        expect(first.at(x, y, c)).toBeCloseTo(wanted(x), 2)
        expect(later.at(x, y, c)).toBeCloseTo(wanted(x - 12), 2)
      }
})
