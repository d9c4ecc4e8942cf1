/** What is done to scenes: choosing, joining, moving, making. Moving a scene and the camera with it changes no picture. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SplatScene } from '../engine/types/services.ts'
import type { CameraValue, ImageValue, SplatsValue } from '../engine/values/index.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { cameraOf, lookAt } from './cameras.ts'
import { kdTree } from './kd-tree.ts'
import { fromPoints } from './splat/from-points.ts'
import { fromRgbd } from './splat/from-rgbd.ts'
import { merge as mergeNode } from './splat/merge.ts'
import { removeFloaters } from './splat/remove-floaters.ts'
import { render } from './splat/render.ts'
import { statistics } from './splat/statistics.ts'
import { transform } from './splat/transform.ts'
import { proceduralScene, sceneKinds } from './splat-made.ts'
import { merge, placed, select, turnOf } from './splat-scenes.ts'
import { toScene, toSplats } from './splats.ts'

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench('.')
})
afterAll(() => bench.close())

/** With harmonics of every degree. */
function coloured(count: number, degree: number): SplatScene {
  const scene = proceduralScene('cloud', count, 3)
  const width = 3 * (degree + 1) ** 2
  const sh = Float32Array.from({ length: width * count }, (_, i) => (((i * 7919) % 101) / 101 - 0.5) * 0.9)
  return { ...scene, degree, sh }
}

async function picture(scene: SplatScene, camera: CameraValue): Promise<Float32Array> {
  const splats = await toSplats(bench.device.ops, scene)
  const { image } = await bench.run(render, { splats, camera })
  return bench.device.read(image as ImageValue)
}

const camera = cameraOf({ fov: 50, width: 40, height: 30 }, lookAt([0.5, -1, -4], [0, 0, 0], [0, -1, 0]))
const apart = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - (b[i] ?? Number.NaN))), 0)

it.each([0, 1, 2, 3])(
  'turned, scaled and moved with its camera, a scene of degree %i looks the same',
  async (degree) => {
    const scene = coloured(60, degree)
    const [turn, scale, move] = [turnOf([30, -50, 110]), 2.5, [3, -1, 2]]
    const moved = placed(scene, { turn, scale, move })
    // p' = s R p + m, so W p + t = W Rᵀ (p' − m) / s + t; the whole view may be scaled, as only directions count.
    const { view } = camera
    const rows = [0, 1, 2].map((row) => {
      const own = [0, 1, 2].map((k) =>
        [0, 1, 2].reduce((sum, j) => sum + (view[4 * row + j] ?? 0) * (turn[k]?.[j] ?? 0), 0),
      )
      return [...own, scale * (view[4 * row + 3] ?? 0) - own.reduce((sum, v, k) => sum + v * (move[k] ?? 0), 0)]
    })
    const there = { ...camera, view: [...rows.flat(), 0, 0, 0, 1] }
    const before = await picture(scene, camera)
    expect(Math.max(...before)).toBeGreaterThan(0.3)
    expect(apart(await picture(moved, there), before)).toBeLessThan(2e-4)
    bench.device.clear()
  },
)

it('transform: what stays the same is shared, and what was up is −y', async () => {
  const splats = await toSplats(bench.device.ops, coloured(4, 1))
  const made = (await bench.run(transform, { splats }, { up: 'z', move: [0, 0, 1] })).splats as SplatsValue
  expect(made.opacities).toBe(splats.opacities)
  const [before, after] = [await toScene(bench.device.ops, splats), await toScene(bench.device.ops, made)]
  // z to −y, and y to z: a quarter of a turn about x.
  expect(after.means[1]).toBeCloseTo(-(before.means[2] ?? 0), 6)
  expect(after.means[2]).toBeCloseTo((before.means[1] ?? 0) + 1, 6)
  for (const [up, axis, sign] of [
    ['y', 1, 1],
    ['-z', 2, -1],
    ['x', 0, 1],
    ['-x', 0, -1],
  ] as const) {
    const turned = (await bench.run(transform, { splats }, { up })).splats as SplatsValue
    const { means } = await toScene(bench.device.ops, turned)
    expect(means[1]).toBeCloseTo(-sign * (before.means[axis] ?? 0), 6)
  }
  bench.device.clear()
})

it('selects by place, opacity, size and number', () => {
  const scene = proceduralScene('cloud', 500, 1)
  const inside = { kind: 'box', centre: [0.2, 0, 0], size: [1, 1.5, 2], inside: true } as const
  const box = select(scene, inside)
  const rest = select(scene, { ...inside, inside: false })
  expect(box.opacities.length + rest.opacities.length).toBe(500)
  expect(box.bounds?.[0]).toBeGreaterThanOrEqual(-0.3)
  expect(box.bounds?.[3]).toBeLessThanOrEqual(0.7)
  const ball = select(scene, { kind: 'sphere', centre: [0, 0, 0], radius: 0.5, inside: true })
  for (let i = 0; i < ball.opacities.length; i++)
    expect(Math.hypot(...ball.means.subarray(3 * i, 3 * i + 3))).toBeLessThanOrEqual(0.5)
  const opaque = select(scene, { kind: 'range', opacity: [0.5, 0.75], size: [0, 1] })
  expect(opaque.opacities.every((v) => v >= 0.5 && v <= 0.75)).toBe(true)
  expect(opaque.opacities.length).toBe(scene.opacities.filter((v) => v >= 0.5 && v <= 0.75).length)

  const largest = select(scene, { kind: 'largest', count: 40 })
  const weight = (of: SplatScene, i: number): number => {
    const [a = 0, b = 0, c = 0] = [...of.scales.subarray(3 * i, 3 * i + 3)].sort((x, y) => y - x)
    return (of.opacities[i] ?? 0) * a * b + 0 * c
  }
  const all = Array.from({ length: 500 }, (_, i) => weight(scene, i)).sort((a, b) => b - a)
  const kept = Array.from({ length: 40 }, (_, i) => weight(largest, i)).sort((a, b) => b - a)
  expect(kept).toEqual(all.slice(0, 40))
  const any = select(scene, { kind: 'random', count: 200, seed: 4 })
  expect(any.opacities.length).toBe(200)
  expect(select(scene, { kind: 'random', count: 200, seed: 4 })).toEqual(any)
  expect(select(scene, { kind: 'random', count: 200, seed: 5 })).not.toEqual(any)
  expect(select(scene, { kind: 'largest', count: 501 }).means).toEqual(scene.means)
  // All alike: still as many as asked for.
  const flat = { ...scene, opacities: scene.opacities.map(() => 1), scales: scene.scales.map(() => 1) }
  expect(select(flat, { kind: 'largest', count: 7 }).opacities.length).toBe(7)
  expect(select(scene, { kind: 'range', opacity: [2, 3], size: [0, 1] }).opacities.length).toBe(0)
})

it('merges scenes of different degrees, and looks as both', async () => {
  const [a, b] = [coloured(30, 2), proceduralScene('cloud', 20, 9)]
  const both = merge(a, b)
  expect([both.degree, both.opacities.length]).toEqual([2, 50])
  expect(both.sh.subarray(0, a.sh.length)).toEqual(a.sh)
  const empty = select(a, { kind: 'range', opacity: [2, 3], size: [0, 1] })
  expect(apart(await picture(merge(empty, b), camera), await picture(b, camera))).toBeLessThan(1e-6)
  const [first, second] = [
    await toSplats(bench.device.ops, a),
    { ...(await toSplats(bench.device.ops, b)), space: 'linear' as const },
  ]
  await expect(bench.run(mergeNode, { first, second })).rejects.toMatchObject({ code: 'shape.mismatch' })
  bench.device.clear()
})

it.each(sceneKinds)('makes a scene: %s', async (kind) => {
  for (const count of [1, 2, 300]) {
    const scene = proceduralScene(kind, count, 0)
    expect(scene.opacities.length).toBe(count)
    for (const part of [scene.means, scene.scales, scene.quats, scene.sh])
      expect(part.every(Number.isFinite)).toBe(true)
    expect(scene.opacities.every((v) => v > 0 && v <= 1)).toBe(true)
    expect(scene.scales.every((v) => v > 0)).toBe(true)
  }
})

it('a picture with depth, as splats, looks like the picture from where it was taken', async () => {
  const [width, height] = [24, 18]
  const shape = { kind: 'image', width, height, channels: 3, space: 'rgb', alpha: false, range: [0, 1] } as const
  const colours = Float32Array.from({ length: 3 * width * height }, (_, i) => 0.5 + 0.4 * Math.sin(i / 300))
  const image = await bench.device.image(shape, colours)
  const { range: _, ...plane } = { ...shape, channels: 1, space: 'data' } as const
  const depths = Float32Array.from({ length: width * height }, (_, i) => 2 + (i % width) / 40)
  depths.set([0, -1, Number.NaN, Infinity])
  const depth = await bench.device.image(plane, depths)
  const given = cameraOf({ fov: 60, width, height }, lookAt([1, 2, 3], [0, 0, 0], [0, -1, 0]))
  for (const camera of [undefined, given]) {
    const made = await bench.run(fromRgbd, { image, depth, ...(camera && { camera }) }, { size: 0.6 })
    const splats = made.splats as SplatsValue
    expect(splats.opacities.shape[0]).toBe(width * height - 4)
    const seen = await bench.run(render, { splats, camera: made.camera as CameraValue })
    const [looks, far] = [bench.device.read(seen.image as ImageValue), bench.device.read(seen.depth as ImageValue)]
    const middle = 9 * width + 12
    expect(looks[3 * middle]).toBeCloseTo(colours[3 * middle] ?? 0, 1)
    expect(far[middle]).toBeCloseTo(depths[middle] ?? 0, 1)
  }
  const small = await bench.device.image({ ...plane, width: 3 }, new Float32Array(3 * height))
  await expect(bench.run(fromRgbd, { image, depth: small })).rejects.toMatchObject({ code: 'shape.mismatch' })
  // A camera of another size is that of the same picture.
  const large = { ...given, width: 48, height: 36, fx: 2 * given.fx, fy: 2 * given.fy, cx: 24, cy: 18 }
  const made = await bench.run(fromRgbd, { image, depth, camera: large })
  expect(made.camera).toEqual(given)
  bench.device.clear()
})

it('finds the nearest points, also where several are the same', () => {
  for (const [count, step] of [
    [0, 1],
    [1, 1],
    [5, 1],
    [700, 0.37],
  ] as const) {
    // Rounded: many points share a number, some all three.
    const points = Float32Array.from({ length: 3 * count }, (_, i) => Math.round(4 * Math.sin(i * i * step)) / 4)
    const tree = kdTree(points)
    for (const place of [0, 3, 300, 999]) {
      const [x, y, z] = [points[place] ?? 0.1, points[place + 1] ?? 0.2, points[place + 2] ?? 0.3]
      const all = Array.from({ length: count }, (_, i) =>
        [x, y, z].reduce((sum, v, k) => sum + ((points[3 * i + k] ?? 0) - v) ** 2, 0),
      ).sort((a, b) => a - b)
      expect([...tree.nearest(x, y, z, 7)]).toEqual(all.slice(0, 7))
    }
  }
})

it('removes what floats, and shows it in red', async () => {
  const ball = proceduralScene('ball', 400, 0)
  const scene = merge(ball, { ...proceduralScene('lattice', 1, 0), means: Float32Array.of(3, 4, 5) })
  scene.means[0] = Number.NaN
  const splats = await toSplats(bench.device.ops, scene)
  const made = await bench.run(removeFloaters, { splats }, { neighbours: 8, ratio: 3 })
  const [kept, marked] = [
    await toScene(bench.device.ops, made.splats as SplatsValue),
    await toScene(bench.device.ops, made.marked as SplatsValue),
  ]
  expect(made.removed).toMatchObject({ value: 2 })
  expect(kept.means).toEqual(ball.means.subarray(3))
  expect(marked.opacities.length).toBe(401)
  const colour = (i: number): number[] => [0, 1, 2].map((k) => 0.5 + 0.28209479177387814 * (marked.sh[3 * i + k] ?? 0))
  for (const i of [0, 400]) expect(colour(i)[0]).toBeCloseTo(1, 5)
  expect(marked.sh.subarray(3, 1200)).toEqual(ball.sh.subarray(3))
  // By the formula, of all pairs: the same number for several ratios.
  const { means } = ball
  const distances = Array.from({ length: 400 }, (_, i) => {
    const all = Array.from({ length: 400 }, (_, j) =>
      Math.hypot(...[0, 1, 2].map((k) => (means[3 * i + k] ?? 0) - (means[3 * j + k] ?? 0))),
    ).sort((a, b) => a - b)
    return all.slice(1, 5).reduce((a, b) => a + b, 0) / 4
  })
  const mean = distances.reduce((a, b) => a + b, 0) / 400
  const deviation = Math.sqrt(distances.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 399)
  const whole = await toSplats(bench.device.ops, ball)
  for (const ratio of [0, 0.5, 1]) {
    const { removed } = await bench.run(removeFloaters, { splats: whole }, { neighbours: 4, ratio })
    expect(removed).toMatchObject({ value: distances.filter((v) => v > mean + ratio * deviation).length })
  }
  bench.device.clear()
})

it('keeps what has a colour, or all others', () => {
  const scene = coloured(200, 1)
  const rule = { kind: 'colour', colour: [0.6, 0.4, 0.5], within: 0.2 } as const
  const [near, far] = [select(scene, { ...rule, inside: true }), select(scene, { ...rule, inside: false })]
  expect(near.opacities.length + far.opacities.length).toBe(200)
  expect(near.opacities.length).toBeGreaterThan(5)
  for (const [of, sign] of [
    [near, 1],
    [far, -1],
  ] as const)
    for (let i = 0; i < of.opacities.length; i++) {
      const apart = Math.sqrt(
        rule.colour.reduce((sum, v, k) => sum + (0.5 + 0.28209479177387814 * (of.sh[12 * i + k] ?? 0) - v) ** 2, 0),
      )
      expect(sign * (rule.within - apart)).toBeGreaterThanOrEqual(0)
    }
})

it('splats from points: as large as the distance to three neighbours, as 3DGS begins', async () => {
  const tensor = (shape: readonly number[], numbers: readonly number[]) =>
    bench.device.ops.fromNumbers({
      shape: { kind: 'tensor', shape, axes: ['N', 'C'] },
      numbers: Float32Array.from(numbers),
    })
  const places = [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9]
  const points = await tensor([5, 3], places)
  const made = await bench.run(fromPoints, { points }, { size: 1, opacity: 0.1 })
  const scene = await toScene(bench.device.ops, made.splats as SplatsValue)
  expect(scene.scales[0]).toBeCloseTo(Math.sqrt((1 + 4 + 9) / 3), 6)
  expect(scene.scales[3]).toBeCloseTo(Math.sqrt((1 + 5 + 10) / 3), 6)
  expect(scene.opacities[4]).toBeCloseTo(0.1, 6)
  const both = await tensor([2, 6], [0, 0, 0, 1, 0.5, 0, Number.NaN, 0, 0, 0, 0, 0])
  const tinted = await toScene(bench.device.ops, (await bench.run(fromPoints, { points: both })).splats as SplatsValue)
  for (const [k, wanted] of [1, 0.5, 0].entries())
    expect(0.5 + 0.28209479177387814 * (tinted.sh[k] ?? 9)).toBeCloseTo(wanted, 6)
  expect(tinted.sh.length).toBe(3)
  const wrong = await tensor([3, 5], new Array(15).fill(0))
  await expect(bench.run(fromPoints, { points: wrong })).rejects.toMatchObject({ code: 'shape.mismatch' })
  bench.device.clear()
})

it('counts what a scene has', async () => {
  const scene = proceduralScene('cloud', 101, 2)
  const splats = await toSplats(bench.device.ops, scene)
  const made = await bench.run(statistics, { splats })
  expect(made.count).toEqual({ kind: 'number', value: 101 })
  const { rows } = made.table as unknown as { rows: (string | number)[][] }
  const sorted = [...scene.opacities].sort((a, b) => a - b)
  expect(rows[0]).toEqual(['opacity', ...[0, 25, 50, 75, 100].map((i) => Number((sorted[i] ?? 0).toPrecision(4)))])
  const { series } = made.histogram as unknown as { series: { values: number[] }[] }
  expect(series[0]?.values.reduce((a, b) => a + b, 0)).toBe(101)
  bench.device.clear()
})
