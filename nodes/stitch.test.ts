/** Two parts of a photograph, one of them turned, put together again; and what cannot be. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { ImageValue, KeypointsValue, LinesValue, TensorValue } from '../engine/values/index.ts'
import { linesOf } from '../engine/values/lines.ts'
import { pictureShape } from '../host/testing/cpu.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { keypointsFrom } from './corners.ts'
import { match } from './feature/match.ts'
import { matchLines } from './feature/match-lines.ts'
import { sift } from './feature/sift.ts'
import { concatenate } from './geometry/concatenate.ts'
import { homography } from './geometry/homography.ts'
import { rotatedCrop } from './geometry/rotated-crop.ts'
import { stitch } from './geometry/stitch.ts'

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

const matrixOf = async (numbers: readonly number[]) =>
  (await bench.device.ops.fromNumbers({
    shape: { kind: 'tensor', shape: [3, 3], axes: ['H', 'W'] },
    numbers,
  })) as TensorValue

test('two views of one photograph become the photograph again', async () => {
  const { ops } = bench.device
  const whole = await ops.fromPicture(
    await bench.services.decode(bench.services.sample('camera'), 64, new AbortController().signal),
  )
  const image = await ops.crop(whole, { x: 100, y: 40, width: 200, height: 200 })
  const turned = { x: 300, y: 150, width: 200, height: 180, angle: 12 }
  const other = (await bench.run(rotatedCrop, { image: whole }, turned)).image as ImageValue
  const [first, second] = await Promise.all(
    [image, other].map(async (one) => (await bench.run(sift, { image: one })).keypoints as KeypointsValue),
  )
  if (!first || !second) throw new Error('no keypoints')
  const pairs = await bench.run(match, { first, second })
  const found = await bench.run(homography, {
    first: pairs.first as KeypointsValue,
    second: pairs.second as KeypointsValue,
  })
  expect(found.count).toMatchObject({ value: expect.any(Number) })
  const matrix = found.matrix as TensorValue
  const made = (await bench.run(stitch, { image, other, matrix })).image as ImageValue
  expect(made.width).toBeGreaterThan(300)
  // The first picture lies where it was: above it reaches only the other one.
  const numbers = bench.device.read(made)
  const truth = bench.device.read(whole)
  let best = Number.POSITIVE_INFINITY
  for (let top = 0; top <= made.height - 200; top++) {
    let sum = 0
    for (let y = 45; y < 165; y += 5)
      for (let x = 20; x < 260; x += 5)
        sum += Math.abs((numbers[(top + y) * made.width + x] ?? 0) - (truth[(40 + y) * 512 + 100 + x] ?? 0)) / (24 * 48)
    best = Math.min(best, sum)
  }
  expect(best).toBeLessThan(0.02)

  const both = (await bench.run(concatenate, { image, other }, { align: 'start' })).image as ImageValue
  const given = { image: both, first: found.first as KeypointsValue, second: found.second as KeypointsValue }
  const { lines } = await bench.run(matchLines, given, { most: 5 })
  const drawn = await linesOf(lines as LinesValue, async (part) => bench.device.read(part) as Float32Array<ArrayBuffer>)
  expect(drawn).toHaveLength(5)
  for (const [[x = 0] = [], [u = 0] = []] of drawn) {
    expect(x).toBeLessThan(200)
    expect(u).toBeGreaterThan(both.width - 200)
  }
})

test('where only one picture is, it stands as it is; a hard seam mixes nothing', async () => {
  const { device } = bench
  const image = await device.image(pictureShape(3, 4, 1), new Float32Array(12).fill(0.25))
  const other = await device.image(pictureShape(3, 4, 1), new Float32Array(12).fill(0.75))
  const made = (
    await bench.run(stitch, { image, other, matrix: await matrixOf([1, 0, -3, 0, 1, 0, 0, 0, 1]) }, { blend: 0 })
  ).image as ImageValue
  expect([made.width, made.height]).toEqual([7, 3])
  const row = Array.from(device.read(made)).slice(7, 14)
  expect(row.slice(0, 3)).toEqual([0.25, 0.25, 0.25])
  expect(row.slice(4)).toEqual([0.75, 0.75, 0.75])
})

test('a matrix that cannot be, and a canvas that is too large, are refused by name', async () => {
  const image = await bench.device.image(pictureShape(30, 40, 1), new Float32Array(1200))
  const run = async (numbers: readonly number[]) =>
    bench.run(stitch, { image, other: image, matrix: await matrixOf(numbers) })
  for (const numbers of [
    [0, 0, 0, 0, 0, 0, 0, 0, 0],
    [1, 0, 0, 0, 1, 0, 0.05, 0, 1],
    [Number.NaN, 0, 0, 0, 1, 0, 0, 0, 1],
  ])
    await expect(run(numbers)).rejects.toMatchObject({ code: 'stitch.horizon' })
  await expect(run([1e-4, 0, 0, 0, 1e-4, 0, 0, 0, 1])).rejects.toMatchObject({ code: 'stitch.size' })
})

test('matches of two lengths are refused by name', async () => {
  const image = await bench.device.image(pictureShape(9, 9, 1), new Float32Array(81))
  const of = (count: number) => keypointsFrom(new Float32Array(5 * count), { width: 4, height: 9 }, bench.device.ops)
  await expect(bench.run(matchLines, { image, first: await of(2), second: await of(3) })).rejects.toMatchObject({
    code: 'shape.mismatch',
  })
})
