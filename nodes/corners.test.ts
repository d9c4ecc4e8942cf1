/** Corners on both devices against OpenCV's on photographs, and what has none. */
import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { NodeDefinition } from '../engine/graph/node.ts'
import type { ImageValue, KeypointsValue } from '../engine/values/index.ts'
import { pictureShape } from '../host/testing/cpu.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { fast } from './feature/fast.ts'
import { goodFeatures } from './feature/good-features.ts'
import { harris } from './feature/harris.ts'

interface Case {
  readonly node: 'harris' | 'good-features' | 'fast'
  readonly file: string
  readonly params: Readonly<Record<string, number | boolean>>
  readonly points: readonly number[]
  readonly responses?: readonly number[]
}
const { size, pictures, cases } = JSON.parse(
  await readFile(new URL('./fixtures/corners.json', import.meta.url), 'utf8'),
) as { readonly size: number; readonly pictures: Readonly<Record<string, string>>; readonly cases: readonly Case[] }
const nodes: Readonly<Record<Case['node'], NodeDefinition>> = { harris, 'good-features': goodFeatures, fast }

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

const grayOf = (file: string): Promise<ImageValue> =>
  bench.device.image(
    pictureShape(size, size, 1),
    Float32Array.from(Buffer.from(pictures[file] ?? '', 'base64'), (v) => v / 255),
  )

async function found(node: NodeDefinition, image: ImageValue, params: object) {
  const { keypoints } = await bench.run(node, { image }, { ...params })
  const rows = bench.device.read((keypoints as KeypointsValue).points)
  const count = rows.length / 5
  const column = (c: number) => Array.from({ length: count }, (_, i) => rows[5 * i + c] ?? Number.NaN)
  return { points: column(0).flatMap((x, i) => [x, column(1)[i] ?? Number.NaN]), responses: column(4) }
}

describe('corners are those of OpenCV', () => {
  test.each(cases.map((one) => [`${one.node} ${one.file} ${JSON.stringify(one.params)}`, one] as const))(
    '%s',
    async (_, { node, file, params, points, responses }) => {
      const made = await found(nodes[node], await grayOf(file), params)
      const named = (all: readonly number[]) =>
        Array.from({ length: all.length / 2 }, (_, i) => `${all[2 * i]} ${all[2 * i + 1]}`)
      // Responses that are equal to the last digits may come in another order.
      expect(named(made.points).sort()).toEqual(named(points).sort())
      const sorted = (all: readonly number[]) => [...all].sort((a, b) => b - a)
      const [ours, theirs] = [sorted(made.responses), sorted(responses ?? [])]
      const most = Math.max(...theirs)
      for (const [i, response] of theirs.entries())
        expect(Math.abs((ours[i] ?? 0) - response)).toBeLessThan(1e-5 * most + 1e-9)
    },
  )
})

test.each(Object.entries(nodes))('%s finds nothing in what is flat, small, or no number', async (_, node) => {
  for (const [height, width] of [
    [1, 1],
    [2, 9],
    [7, 3],
    [20, 20],
  ] as const) {
    const flat = await bench.device.image(pictureShape(height, width, 1), new Float32Array(height * width).fill(0.5))
    expect((await found(node, flat, {})).points).toEqual([])
  }
  const numbers = Float32Array.from({ length: 400 }, (_, i) => [Number.NaN, Infinity, 0.5, -Infinity][i % 4] ?? 0)
  const broken = await found(node, await bench.device.image(pictureShape(20, 20, 1), numbers), {})
  for (const number of [...broken.points, ...broken.responses]) expect(Number.isFinite(number)).toBe(true)
})
