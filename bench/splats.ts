/**
 * Rendering 3D Gaussians on the CPU and, where there is one, on the GPU: made scenes of 100,000 and a million, with colours alone
 * and with harmonics, and a real one.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Ops } from '../engine/ops/calls.ts'
import type { RasteriseParams } from '../engine/ops/rasterise/rules.ts'
import type { SplatScene } from '../engine/types/services.ts'
import type { TensorValue } from '../engine/values/index.ts'
import { splatParts } from '../engine/values/splats.ts'
import { defaultGpuMemory } from '../host/engine.ts'
import { createServices } from '../host/files/services.ts'
import { openGpu } from '../host/gpu/open.ts'
import { ratesOf, rowLength, stateOf } from '../nodes/splat-fit.ts'
import { type BenchDevice, benchDevice } from './device.ts'
import { median, pairs } from './pairs.ts'
import type { Suite } from './report.ts'

const rounds = 9

/** Splats all over what the camera sees, 2 to 8 away, of sizes around `size`; always the same. */
export function madeSplats(count: number, degree: number, size: number, aspect: number): SplatScene {
  let state = 1
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const many = (length: number, of: (i: number) => number): Float32Array =>
    Float32Array.from({ length }, (_, i) => of(i))
  const means = new Float32Array(3 * count)
  for (let i = 0; i < count; i++) {
    const z = 2 + 6 * next()
    means.set([(next() - 0.5) * z * aspect * 1.1, (next() - 0.5) * z * 1.1, z], 3 * i)
  }
  return {
    ...{ degree, antialiased: false, space: 'rgb', means },
    quats: many(4 * count, () => next() - 0.5),
    scales: many(3 * count, () => size * (0.4 + 1.2 * next())),
    opacities: many(count, () => 0.05 + 0.95 * next()),
    sh: many(3 * (degree + 1) ** 2 * count, (i) => (next() - 0.5) * (i % 48 < 3 ? 3 : 0.3)),
  }
}

const camera = (width: number, height: number): RasteriseParams => ({
  ...{ width, height, fx: height, fy: height, cx: width / 2, cy: height / 2, near: 0.01, far: 1e10 },
  view: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  ...{ background: [0, 0, 0], antialiased: false, space: 'rgb' },
})

type Parts = readonly [TensorValue, TensorValue, TensorValue, TensorValue, TensorValue]

async function partsOn(device: BenchDevice, arrays: SplatScene): Promise<Parts> {
  const shapes = splatParts(arrays.opacities.length, arrays.degree)
  const parts: TensorValue[] = []
  for (const part of ['means', 'quats', 'scales', 'opacities', 'sh'] as const)
    parts.push(
      await device.keep(
        async (ops) => (await ops.fromNumbers({ shape: shapes[part], numbers: arrays[part] })) as TensorValue,
      ),
    )
  return parts as unknown as Parts
}

/** Steps of training: a scene of 5,000 splats that sees itself, a little moved, at 128 × 128. */
async function training(threads: number): Promise<{ least: number; median: number; processor: number }> {
  const device = await benchDevice(threads)
  const [count, side, steps] = [5000, 128, 20]
  const scene = madeSplats(count, 0, 0.02, 1)
  const { params } = stateOf(scene, 0)
  const row = rowLength(0)
  const shapes = { rows: [count, row], pictures: [1, side, side, 3] } as const
  const tensor = (shape: readonly number[], numbers: Float32Array) =>
    device.keep(
      async (ops) =>
        (await ops.fromNumbers({
          shape: { kind: 'tensor', shape, axes: ['N', 'H', 'W', 'C'].slice(0, shape.length) },
          numbers,
        })) as TensorValue,
    )
  const rows = await tensor(shapes.rows, params)
  const zeros = await tensor(shapes.rows, new Float32Array(params.length))
  const picture = Float32Array.from({ length: 3 * side * side }, (_, i) => 0.5 + 0.4 * Math.sin(i / 50))
  const pictures = await tensor(shapes.pictures, picture)
  const work = (ops: Ops): Promise<unknown> =>
    ops.fitSplats(rows, zeros, zeros, pictures, {
      ...{
        cameras: [camera(side, side)],
        order: new Array(steps).fill(0),
        start: 0,
        part: 0.2,
        background: [0, 0, 0],
        antialiased: false,
      },
      rates: ratesOf(4, 1000),
    })
  await device.time(work)
  const [times, costs]: [number[], number[]] = [[], []]
  for (let i = 0; i < rounds; i++) {
    const before = process.cpuUsage()
    times.push((await device.time(work)) / steps)
    const { user, system } = process.cpuUsage(before)
    costs.push((user + system) / 1000 / threads / steps)
  }
  await device.close()
  return { least: Math.min(...times), median: median(times), processor: Math.min(...costs) }
}

export const splats: Suite = async ({ threads, report, say, only, adapter }) => {
  const opened = await openGpu({ adapter, memory: 2 * defaultGpuMemory })
  const gpu = 'gpu' in opened ? opened.gpu : undefined
  say(
    `\nsplats: rendered on the CPU, ${threads} threads; least and median of ${rounds}, and the least processor time by thread`,
  )
  say(
    'reason' in opened ? `On a GPU it cannot be measured here: ${opened.reason}.` : `Beside it on ${opened.gpu.name}.`,
  )
  const data = join(process.env.SIGHTLINE_TEST_DATA ?? '/nowhere', 'splats')
  const [square, wide] = [camera(512, 512), camera(1920, 1080)]
  const cases: (readonly [name: string, scene: () => SplatScene | Promise<SplatScene>, params: RasteriseParams])[] = [
    ['100 k at 512 × 512', () => madeSplats(100_000, 0, 0.01, 1), square],
    ['1 M at 1920 × 1080', () => madeSplats(1_000_000, 0, 0.004, 16 / 9), wide],
    ['1 M, degree 3', () => madeSplats(1_000_000, 3, 0.004, 16 / 9), wide],
  ]
  if (existsSync(data)) {
    const services = createServices({ base: data })
    const view = [1, 0, 0, 0, 0, 1, 0, 1.6, 0, 0, 1, 2.5, 0, 0, 0, 1]
    cases.push([
      'biker at 1920 × 1080',
      () => services.splats('biker.spz', new AbortController().signal),
      { ...wide, view },
    ])
  }
  for (const [name, scene, params] of cases) {
    if (only !== undefined && !name.includes(only)) continue
    const device = await benchDevice(threads)
    const arrays = await scene()
    const draw = (parts: Parts) => (ops: Ops) => ops.rasterise(...parts, params)
    const work = draw(await partsOn(device, arrays))
    await device.time(work)
    const [times, costs]: [number[], number[]] = [[], []]
    for (let i = 0; i < rounds; i++) {
      const before = process.cpuUsage()
      times.push(await device.time(work))
      const { user, system } = process.cpuUsage(before)
      costs.push((user + system) / 1000 / threads)
    }
    // On a busy machine, processor time by thread tells more.
    const figures = { least: Math.min(...times), median: median(times), processor: Math.min(...costs) }
    report({ suite: 'splats', name, figures })
    if (gpu) {
      const there = await benchDevice(threads, gpu)
      const own = draw(await partsOn(there, arrays))
      const clock: number[] = []
      for (let i = 0; i < rounds; i++) clock.push(await there.gpuTime(own))
      const pair = await pairs(
        () => there.time(own),
        () => device.time(work),
        { seconds: 3 },
      )
      const ratio = { 'whole ms': pair.a, 'CPU ms': pair.b, 'whole / CPU': pair.ratio }
      report({ suite: 'splats, GPU', name, figures: { 'GPU clock ms': median(clock), ...ratio } })
      await there.close()
    }
    await device.close()
  }
  gpu?.destroy()
  const step = 'a step of training, 5 k at 128 × 128'
  if (only === undefined || step.includes(only))
    report({ suite: 'splats', name: step, figures: await training(threads) })
}
