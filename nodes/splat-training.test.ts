/** Training splats: it comes near views that it has not seen, to the same bits when it was paused, and says what is wrong. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { CameraValue, ImageValue, NumberValue, PlotValue, SplatsValue, Value } from '../engine/values/index.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { around, sequenceOf } from '../host/testing/views.ts'
import { render } from './splat/render.ts'
import { bytesOf, halved, train, trainingOf } from './splat/train.ts'
import { anywhere, faded, lookedAt, refined, rowLength, sceneOf, stateOf, viewsOf } from './splat-fit.ts'
import { proceduralScene } from './splat-made.ts'
import { toScene, toSplats } from './splats.ts'

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench('.')
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

async function seen(count: number, size: number) {
  const cameras = around([1, 0, 0], count, size)
  const scene = proceduralScene('ball', 300, 0)
  for (let i = 0; i < 300; i++) scene.means[3 * i] = (scene.means[3 * i] ?? 0) + 1
  const splats = await toSplats(bench.device.ops, scene)
  const images: Value[] = []
  for (const camera of cameras) images.push((await bench.run(render, { splats, camera })).image as ImageValue)
  return { images: sequenceOf(images), cameras: sequenceOf(cameras) }
}

it('comes near views that it has not seen, from splats anywhere; paused and resumed to the same bits', async () => {
  const given = await seen(17, 24)
  const settings = { steps: 200, count: 200, most: 400 }
  const whole = await bench.run(train, given, settings)
  expect((whole.psnr as NumberValue).value).toBeGreaterThan(20)
  const { values } = (whole.loss as PlotValue).series[0] as { values: readonly number[] }
  expect(values.length).toBe(2)
  expect(values[1]).toBeLessThan(0.5 * (values[0] ?? 0))
  expect((whole.quality as PlotValue).series[0]?.values.length).toBe(2)

  let kept: Uint8Array | undefined
  const stop = new Error('paused')
  const job = {
    ...{ resume: undefined, paused: true, emit: async () => undefined },
    checkpoint: async (bytes: Uint8Array) => {
      kept = bytes
      throw stop
    },
  }
  await expect(bench.run(train, given, settings, { job })).rejects.toBe(stop)
  expect(trainingOf(kept as Uint8Array).step).toBe(100)
  const rest = await bench.run(train, given, settings, {
    job: { ...job, resume: kept, checkpoint: async () => undefined },
  })
  const scenes = await Promise.all([whole, rest].map(({ splats }) => toScene(bench.device.ops, splats as SplatsValue)))
  expect(scenes[1]).toEqual(scenes[0])
  expect(rest.loss).toEqual(whole.loss)
})

it('sees large pictures at half their size first: what cameras of that size see, and resumed to the same bits', async () => {
  const { ops } = bench.device
  const scene = await toSplats(ops, proceduralScene('ball', 300, 0))
  const cameras = around([0, 0, 0], 3, 141).map((camera) => ({ ...camera, height: 95, cy: 47.5 }))
  const seenBy = async (camera: CameraValue) => (await bench.run(render, { splats: scene, camera })).image as ImageValue
  const images = await Promise.all(cameras.map(seenBy))
  const views = cameras.map((camera, i) => ({ camera, picture: bench.device.read(images[i] as ImageValue) }))
  for (const { camera, picture } of await halved(ops, views)) {
    expect([camera.width, camera.height]).toEqual([71, 48])
    const apart = async (of: CameraValue): Promise<number> => {
      const drawn = bench.device.read(await seenBy(of))
      return picture.reduce((sum, v, i) => sum + Math.abs(v - (drawn[i] ?? Number.NaN)), 0) / picture.length
    }
    const own = await apart(camera)
    expect(own).toBeLessThan(0.03)
    // A quarter of a pixel to a side is farther.
    for (const [x, y] of [
      [-0.25, 0],
      [0.25, 0],
      [0, -0.25],
      [0, 0.25],
    ] as const)
      expect(await apart({ ...camera, cx: camera.cx + x, cy: camera.cy + y })).toBeGreaterThan(own)
  }
  const given = { images: sequenceOf(images), cameras: sequenceOf(cameras) }
  const settings = { steps: 340, count: 100, most: 100, hold: 0 }
  const kept: Uint8Array[] = []
  const job = { resume: undefined, paused: false, emit: async () => undefined }
  const checkpoint = async (bytes: Uint8Array): Promise<void> => void kept.push(bytes)
  const whole = await bench.run(train, given, settings, { job: { ...job, checkpoint } })
  expect((whole.psnr as NumberValue).value).toBeGreaterThan(18)
  const rest = await bench.run(train, given, settings, { job: { ...job, resume: kept[0], checkpoint } })
  expect(rest.loss).toEqual(whole.loss)
})

it('starts from splats that are given, and needs a camera for each picture, of its size', async () => {
  const given = await seen(3, 16)
  const start = await toSplats(bench.device.ops, proceduralScene('ball', 20, 0))
  const made = await bench.run(train, { ...given, splats: start }, { steps: 1, degree: 1, hold: 0, antialiased: true })
  const scene = await toScene(bench.device.ops, made.splats as SplatsValue)
  expect([scene.opacities.length, scene.degree, scene.antialiased]).toEqual([20, 1, true])
  const less = { ...given, cameras: sequenceOf(around([1, 0, 0], 2, 16)) }
  await expect(bench.run(train, less, {})).rejects.toMatchObject({ code: 'splats.views' })
  // A camera of another size is that of the same picture.
  const small = { ...given, cameras: sequenceOf(around([1, 0, 0], 3, 8)) }
  expect((await bench.run(train, small, { steps: 1, count: 10 })).view).toMatchObject({ width: 16, height: 16 })
  const two = await Promise.all(
    [16, 15].map(async (size) => (await seen(1, size)).images.at(0, new AbortController().signal)),
  )
  const other = { images: sequenceOf(two), cameras: sequenceOf(around([1, 0, 0], 2, 16)) }
  await expect(bench.run(train, other, {})).rejects.toMatchObject({ code: 'shape.mismatch' })
  await expect(bench.run(train, given, { hold: 1 })).rejects.toMatchObject({ code: 'splats.held' })
})

it('shows the background where a picture is transparent, whatever colour is hidden there', async () => {
  const { images, cameras } = await seen(1, 8)
  const plain = (await images.at(0, new AbortController().signal)) as ImageValue
  const colours = bench.device.read(plain)
  const settings = { steps: 2, count: 5, background: [0.2, 0.4, 0.6] }
  const made = async (opacity: number, hidden: (at: number) => number) => {
    const shape = { ...plain, channels: 4, alpha: true } as const
    const numbers = Float32Array.from({ length: 4 * 64 }, (_, i) =>
      i % 4 === 3 ? opacity : hidden(3 * (i >> 2) + (i % 4)),
    )
    return bench.run(train, { images: sequenceOf([await bench.device.image(shape, numbers)]), cameras }, settings)
  }
  const own = await bench.run(train, { images, cameras }, settings)
  expect((await made(1, (at) => colours[at] ?? 0)).loss).toEqual(own.loss)
  expect((await made(0, () => 9)).loss).toEqual((await made(0, () => Number.NaN)).loss)
})

it('finds what cameras look at', () => {
  const { centre, radius } = lookedAt(around([1, 0, 0], 9, 8))
  for (const [k, v] of [1, 0, 0].entries()) expect(centre[k]).toBeCloseTo(v, 5)
  expect(radius).toBeCloseTo(4, 4)
  const { means, scales } = anywhere(around([1, 0, 0], 9, 8), 500, 3)
  for (let i = 0; i < 500; i++)
    expect(Math.hypot((means[3 * i] ?? 0) - 1, means[3 * i + 1] ?? 0, means[3 * i + 2] ?? 0)).toBeLessThan(1.7)
  expect(scales.every((v) => v > 0 && v < 2)).toBe(true)
})

it('looks at every picture once before it looks at one again', () => {
  const order = viewsOf(7, 5, 0, 21)
  for (const from of [0, 7, 14]) expect(order.slice(from, from + 7).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(viewsOf(7, 5, 9, 12)).toEqual(order.slice(9))
  expect(order.slice(0, 7)).not.toEqual(order.slice(7, 14))
})

it('density control: small splats are doubled, large ones split, faint ones go, those that ask most come first', () => {
  const scene = proceduralScene('cloud', 5, 0)
  scene.opacities.set([0.5, 0.001, 0.5, 0.5, 0.5])
  scene.scales.fill(0.01)
  scene.scales.fill(0.3, 0, 3)
  const state = stateOf(scene, 0)
  state.first.fill(1)
  const seen = Float32Array.from([6, 2, 9, 1, 0.1, 1, 4, 1, 2, 1])
  const rule = { gradient: 1, opacity: 0.005, size: 0.1, largest: 9, most: 99, seed: 1 }
  const all = refined(state, seen, rule)
  expect([all.split, all.cloned, all.pruned]).toEqual([1, 2, 1])
  const made = sceneOf(all.state)
  expect(made.opacities.length).toBe(7)
  expect(made.scales[0]).toBeCloseTo(0.3 / 1.6, 6)
  expect(made.scales[3]).toBeCloseTo(0.3 / 1.6, 6)
  for (let k = 0; k < 3; k++) expect(Math.abs((made.means[k] ?? 0) - (scene.means[k] ?? 0))).toBeLessThan(1.2)
  expect(made.means.subarray(0, 3)).not.toEqual(made.means.subarray(3, 6))
  // Not asked for, then doubled twice.
  expect(made.means.subarray(6, 9)).toEqual(scene.means.subarray(6, 9))
  expect(made.means.subarray(9, 12)).toEqual(made.means.subarray(12, 15))
  const row = rowLength(0)
  expect([0, 1, 2, 3, 4].map((i) => all.state.first[row * i])).toEqual([0, 0, 1, 1, 0])
  const few = refined(state, seen, { ...rule, most: 5 })
  expect([few.split, few.cloned]).toEqual([0, 1])
  expect(sceneOf(few.state).opacities.length).toBe(5)
  const faint = faded(state, 0.01)
  expect(Math.max(...sceneOf(faint).opacities)).toBeCloseTo(0.01, 6)
  expect([faint.first[10], faint.first[9]]).toEqual([0, 1])
})

it('keeps all numbers in a checkpoint', () => {
  const state = stateOf(proceduralScene('cloud', 3, 0), 2)
  state.second.fill(0.25)
  const training = { step: 200, state, losses: [3, 2], quality: [10, Number.NaN] }
  expect(trainingOf(bytesOf(training))).toEqual(training)
})
