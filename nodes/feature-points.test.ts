/** SIFT and ORB beside OpenCV's: the same spots, found again and matched as often; matches, and the homography between them. */
import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { NodeDefinition } from '../engine/graph/node.ts'
import type { ImageValue, KeypointsValue, TableValue, TensorValue } from '../engine/values/index.ts'
import { noise, pictureShape } from '../host/testing/cpu.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { keypointsFrom } from './corners.ts'
import { match } from './feature/match.ts'
import { orb } from './feature/orb.ts'
import { sift } from './feature/sift.ts'
import { homography } from './geometry/homography.ts'
import { moved } from './homography.ts'

type Scores = readonly [again: number, right: number, count: number]
const truth = JSON.parse(await readFile(new URL('./fixtures/features.json', import.meta.url), 'utf8')) as {
  readonly h: readonly number[][]
  readonly side: number
  readonly pictures: readonly {
    readonly file: string
    readonly png: string
    readonly sift: Scores
    readonly orb: Scores
  }[]
  readonly sift: {
    readonly side: number
    readonly bytes: string
    readonly points: readonly number[][]
    readonly descriptors: string
  }
  readonly matches: {
    readonly first: readonly number[][]
    readonly second: readonly number[][]
    readonly true: readonly number[][]
    readonly found: readonly number[][]
    readonly agree: number
  }
}

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

const grayOf = (width: number, bytes: Uint8Array): Promise<ImageValue> =>
  bench.device.image(
    pictureShape(bytes.length / width, width, 1),
    Float32Array.from(bytes, (v) => v / 255),
  )

async function found(node: NodeDefinition, image: ImageValue, params: object) {
  const made = await bench.run(node, { image }, { ...params })
  const keypoints = made.keypoints as KeypointsValue
  const rows = Array.from(bench.device.read(keypoints.points))
  const points = Array.from({ length: rows.length / 5 }, (_, i) => rows.slice(5 * i, 5 * i + 5))
  return { keypoints, points, descriptors: await bench.device.ops.read(made.descriptors as TensorValue, {}) }
}

test('SIFT finds the spots of cv2.SIFT, with its sizes, directions and descriptors', async () => {
  const { side, bytes, points, descriptors } = truth.sift
  const made = await found(sift, await grayOf(side, Buffer.from(bytes, 'base64')), { most: 0 })
  const wanted = Buffer.from(descriptors, 'base64')
  const apart: number[] = []
  const alike = points.map(([x = 0, y = 0, size = 1, angle = 0], i) => {
    const at = made.points.findIndex(([u = 0, v = 0, s = 1, a = 0]) => {
      const turn = Math.abs(a - angle) % 360
      return Math.hypot(u - x, v - y) < 0.2 && Math.abs(s / size - 1) < 0.03 && Math.min(turn, 360 - turn) < 3
    })
    if (at >= 0 && 128 * (i + 1) <= wanted.length) {
      const d = Array.from(
        { length: 128 },
        (_, k) => Number(made.descriptors[128 * at + k]) - (wanted[128 * i + k] ?? 0),
      )
      apart.push(Math.hypot(...d))
    }
    return at >= 0
  })
  expect(alike.filter(Boolean).length / points.length).toBeGreaterThan(0.95)
  expect(Math.abs(made.points.length / points.length - 1)).toBeLessThan(0.05)
  // The length of a descriptor is 512.
  expect(apart.length).toBeGreaterThan(40)
  expect(apart.filter((d) => d < 20).length / apart.length).toBeGreaterThan(0.95)
})

const settings = { sift: { most: 300 }, orb: { most: 300, threshold: 12 / 255 } } as const
describe.each([
  ['sift', sift],
  ['orb', orb],
] as const)('%s finds spots again, and matches them, as often as OpenCV', (name, node) => {
  test.each(truth.pictures.map((one) => [one.file, one] as const))('%s and its warp', async (_, picture) => {
    const { side } = truth
    const { data } = await sharp(Buffer.from(picture.png, 'base64'))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const [a, b] = [data.subarray(0, side * side), data.subarray(side * side)]
    const [first, second] = [
      await found(node, await grayOf(side, a), settings[name]),
      await found(node, await grayOf(side, b), settings[name]),
    ]
    const given = { first: first.keypoints, second: second.keypoints }
    const pairs = (await bench.run(match, given, { ratio: 0.8, cross: false, most: 10_000 })).table as TableValue
    const partner = new Map((pairs.rows as number[][]).map(([i, j]) => [i, j]))
    let [seen, again, right] = [0, 0, 0]
    for (const [i, [x = 0, y = 0]] of first.points.entries()) {
      const [u, v] = moved(truth.h.flat(), x, y)
      if (u < 20 || v < 20 || u >= side - 20 || v >= side - 20) continue
      seen++
      const far = second.points.map(([p = 0, q = 0]) => Math.hypot(p - u, q - v))
      if (Math.min(...far) < 2) again++
      if ((far[partner.get(i) ?? -1] ?? 9) < 3) right++
    }
    const [wantedAgain, wantedRight, count] = picture[name]
    expect(seen).toBeGreaterThan(0.8 * count)
    expect(again / seen).toBeGreaterThan(wantedAgain - 0.02)
    expect(right / seen).toBeGreaterThan(wantedRight - 0.02)
  })

  test('what is flat, small or no number has none', async () => {
    for (const [height, width, value] of [
      [1, 1, 0.5],
      [3, 50, 0.5],
      [70, 70, 0.5],
      [70, 70, Number.NaN],
    ] as const) {
      const flat = new Float32Array(height * width).fill(value)
      const made = await found(node, await bench.device.image(pictureShape(height, width, 1), flat), {})
      expect(made.points).toEqual([])
    }
  })
})

test('no descriptors, or two kinds of them, are refused by name', async () => {
  const bare = await keypointsFrom([1, 2, 3, -1, 1], { width: 9, height: 9 }, bench.device.ops)
  await expect(bench.run(match, { first: bare, second: bare })).rejects.toMatchObject({ code: 'match.no-descriptors' })
  const image = await bench.device.image(pictureShape(80, 80, 1), noise(6400, 3))
  const [a, b] = [await found(sift, image, {}), await found(orb, image, {})]
  const both = bench.run(match, { first: a.keypoints, second: b.keypoints })
  await expect(both).rejects.toMatchObject({ code: 'match.unlike' })
})

const keypoints = (places: readonly (readonly number[])[]): Promise<KeypointsValue> =>
  keypointsFrom(
    places.flatMap(([x = 0, y = 0]) => [x, y, 1, -1, 1]),
    { width: 400, height: 300 },
    bench.device.ops,
  )

test('the homography is found among noise and wrong matches, the same for the same seed', async () => {
  const { first, second, true: right, found: theirs, agree } = truth.matches
  const given = { first: await keypoints(first), second: await keypoints(second) }
  const made = await bench.run(homography, given)
  const matrix = Array.from(bench.device.read(made.matrix as TensorValue))
  const error = (h: readonly number[]): number =>
    Math.max(
      ...[0, 400].flatMap((x) =>
        [0, 300].map((y) => {
          const [[a, b], [c, d]] = [moved(h, x, y), moved(right.flat(), x, y)]
          return Math.hypot(a - c, b - d)
        }),
      ),
    )
  expect(error(matrix)).toBeLessThan(Math.max(1, 1.5 * error(theirs.flat())))
  expect(made.count).toMatchObject({ value: expect.closeTo(agree, -0.4) })
  const again = await bench.run(homography, given)
  expect(Array.from(bench.device.read(again.matrix as TensorValue))).toEqual(matrix)
})

test('too few matches, and matches on one line, are refused by name', async () => {
  const three = await keypoints([
    [1, 2],
    [30, 4],
    [5, 60],
  ])
  await expect(bench.run(homography, { first: three, second: three })).rejects.toMatchObject({ code: 'homography.few' })
  const line = await keypoints(Array.from({ length: 12 }, (_, i) => [10 * i, 20 * i]))
  const one = await keypoints(Array.from({ length: 12 }, () => [7, 8]))
  for (const bad of [line, one])
    await expect(bench.run(homography, { first: bad, second: bad })).rejects.toMatchObject({
      code: 'homography.degenerate',
    })
})
