import { afterAll, afterEach, expect, it } from 'vitest'
import { createTestDevices } from '../../../host/testing/cpu.ts'
import { pixelOf, seenSplats } from './plain.ts'
import type { RasteriseParams } from './rules.ts'
import { testParams as params, renderScene as run, type TestScene, testScene, thinScene } from './testing.ts'

const { single, threads } = await createTestDevices()
afterEach(() => {
  single.clear()
  threads.clear()
})
afterAll(() => Promise.all([single.close(), threads.close()]))

/** Numbers of a scene as the plain reference takes them. */
function numbersOf(scene: readonly TestScene[]) {
  const at = (part: number) => (i: number) => scene[part]?.numbers[i] ?? Number.NaN
  return {
    count: scene[3]?.numbers.length ?? 0,
    degree: Math.sqrt(scene[4]?.shape.shape[1] ?? 1) - 1,
    ...{ means: at(0), quats: at(1), scales: at(2), opacities: at(3), sh: at(4) },
  }
}

it('many splats, in several blocks: the same on any number of threads, and as the plain reference has it', async () => {
  const scene = testScene(35_000, 0, 17, 0.06)
  const made = await run(single, scene)
  expect(await run(threads, scene)).toEqual(made)
  const seen = seenSplats(numbersOf(scene), params)
  for (const [x, y] of [
    [0, 0],
    [74, 49],
    [40, 20],
    [15, 16],
    [16, 15],
  ] as const) {
    const { image, alpha, depth } = pixelOf(seen, x, y, params)
    const pixel = y * params.width + x
    for (const [c, level] of image.entries()) expect(made.image[3 * pixel + c]).toBeCloseTo(level, 4)
    expect(made.alpha[pixel]).toBeCloseTo(alpha, 4)
    expect(made.depth[pixel]).toBeCloseTo(depth, 4)
  }
})

it('long and thin splats are as exact as round ones', async () => {
  const scene = thinScene()
  const { image } = await run(single, scene)
  const seen = seenSplats(numbersOf(scene), params)
  let largest = 0
  for (let y = 0; y < params.height; y += 3)
    for (let x = 0; x < params.width; x += 3)
      for (const [c, level] of pixelOf(seen, x, y, params).image.entries())
        largest = Math.max(largest, Math.abs(level - (image[3 * (y * params.width + x) + c] ?? Number.NaN)))
  expect(largest).toBeLessThan(1e-4)
})

it('nothing is seen: the background, no alpha and a depth of 0', async () => {
  const { image, alpha, depth } = await run(single, testScene(3, 0, 1, 0.1), { near: 100 })
  expect([...image.subarray(0, 3)]).toEqual([0.1, 0.2, 0.3].map(Math.fround))
  expect(Math.max(...alpha, ...depth)).toBe(0)
})

it('the depth is that of the splats, weighted as they are seen', async () => {
  const scene = testScene(1, 0, 1, 0.1)
  scene[0]?.numbers.set([0, 0, 2.5])
  scene[2]?.numbers.fill(0.5)
  scene[3]?.numbers.fill(0.5)
  const { alpha, depth } = await run(single, scene)
  const middle = 25 * params.width + 37
  expect(depth[middle]).toBeCloseTo(2.5, 6)
  expect(alpha[middle]).toBeCloseTo(0.5, 3)
})

it('refuses what is no scene and no camera', async () => {
  const scene = testScene(4, 1, 3, 0.1)
  const refused = (own: Partial<RasteriseParams>) =>
    expect(run(single, scene, own)).rejects.toMatchObject({ code: 'op.unsupported' })
  await refused({ width: 0 })
  await refused({ height: 1.5 })
  await refused({ fx: -1 })
  await refused({ near: 0 })
  await refused({ view: [1, 2, 3] })
  await refused({ view: new Array(16).fill(0) })
  const short = [...scene]
  short[1] = testScene(3, 0, 1, 1)[1] as TestScene
  await expect(run(single, short)).rejects.toMatchObject({ code: 'op.unsupported' })
})
