/** Cameras: what they see is where it should be, and in which axes. */
import { expect, it } from 'vitest'
import { type CameraValue, kindOf, type SequenceValue } from '../engine/values/index.ts'
import { keyframes } from './camera/keyframes.ts'
import { lookAt } from './camera/look-at.ts'
import { orbit } from './camera/orbit.ts'
import { pinhole } from './camera/pinhole.ts'
import { lookAt as viewOf } from './cameras.ts'
import path from './fixtures/camera-path.json' with { type: 'json' }

const signal = new AbortController().signal
const context = {} as never
const defaults = (node: typeof lookAt): Record<string, unknown> =>
  Object.fromEntries(Object.entries(node.params).map(([name, spec]) => [name, spec.default]))

/** Where a place of the world comes to. */
function seen({ view, fx, fy, cx, cy }: CameraValue, point: readonly number[]): { u: number; v: number; z: number } {
  const [x = 0, y = 0, z = 0] = [0, 4, 8].map(
    (row) => [0, 1, 2].reduce((sum, k) => sum + (view[row + k] ?? 0) * (point[k] ?? 0), 0) + (view[row + 3] ?? 0),
  )
  return { u: (fx * x) / z + cx, v: (fy * y) / z + cy, z }
}

it('look at: the target is in the middle, as far as it is, and up is up', async () => {
  const given = { ...defaults(lookAt), eye: [3, -2, 1], target: [0.5, 1, 2], up: [0, -1, 0], width: 200, height: 100 }
  const { camera } = (await lookAt.run(given, context)) as { camera: CameraValue }
  const middle = seen(camera, [0.5, 1, 2])
  expect([middle.u, middle.v]).toEqual([100, 50].map((v) => expect.closeTo(v, 9)))
  expect(middle.z).toBeCloseTo(Math.hypot(2.5, 3, 1), 9)
  expect(seen(camera, [0.5, 0.9, 2]).v).toBeLessThan(50)
  // The rotation is one: its rows are at right angles, and it does not mirror.
  const rows = [0, 4, 8].map((at) => camera.view.slice(at, at + 3))
  for (const [i, a] of rows.entries())
    for (const [j, b] of rows.entries())
      expect(a.reduce((sum, v, k) => sum + v * (b[k] ?? 0), 0)).toBeCloseTo(i === j ? 1 : 0, 12)
  const [[a = 0, b = 0, c = 0] = [], [d = 0, e = 0, f = 0] = [], [g = 0, h = 0, i = 0] = []] = rows
  expect(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)).toBeCloseTo(1, 12)
})

it('look at: numpy gives the same numbers', () => {
  // numpy 1.24, by the line of code that the node shows: eye (3, -2, 1), target (0.5, 1, 2), up (0, -1, 0).
  const wanted = [
    0.3713907, 0.0, 0.9284767, -2.0426487, 0.6909802, 0.6679475, -0.2763921, -0.4606534, -0.6201737, 0.7442084,
    0.2480695, 3.1008684, 0.0, 0.0, 0.0, 1.0,
  ]
  expect(viewOf([3, -2, 1], [0.5, 1, 2], [0, -1, 0])).toEqual(wanted.map((v) => expect.closeTo(v, 6)))
})

it('look at: says what makes no camera', () => {
  const refused = (own: object) => () => lookAt.run({ ...defaults(lookAt), ...own }, context)
  expect(refused({ target: [0, -1, -4] })).toThrow(/another place/)
  expect(refused({ up: [0, 1, 4] })).toThrow(/another direction/)
  expect(refused({ up: [0, 0, 0] })).toThrow(/length of 0/)
})

it('orbit: all cameras look at the middle from the same distance, and a full turn has no camera twice', async () => {
  for (const up of [
    [0, -1, 0],
    [0, 0, 1],
    [1, 2, 3],
  ]) {
    const given = { ...defaults(orbit), target: [1, 2, 3], up, radius: 5, elevation: 30, count: 8 }
    const { cameras } = (await orbit.run(given, context)) as { cameras: SequenceValue }
    const places = new Set<string>()
    for (let i = 0; i < 8; i++) {
      const camera = (await cameras.at(i, signal)) as CameraValue
      const { u, v, z } = seen(camera, [1, 2, 3])
      expect([u, v, z]).toEqual([256, 256, 5].map((n) => expect.closeTo(n, 6)))
      places.add(camera.view.map((n) => n.toFixed(6)).join())
    }
    expect(places.size).toBe(8)
  }
  const first = { ...defaults(orbit), elevation: 0, count: 1 }
  const { cameras } = (await orbit.run(first, context)) as { cameras: SequenceValue }
  // At −z, where captured scenes have their front.
  expect(((await cameras.at(0, signal)) as CameraValue).view[11]).toBeCloseTo(4, 9)
})

it('orbit: half a turn begins and ends where it says', async () => {
  const given = { ...defaults(orbit), elevation: 0, turn: 180, count: 3 }
  const { cameras } = (await orbit.run(given, context)) as { cameras: SequenceValue }
  const depths = await Promise.all(
    [0, 1, 2].map(async (i) => seen((await cameras.at(i, signal)) as CameraValue, [0, 0, -1]).z),
  )
  expect(depths).toEqual([3, 4, 5].map((n) => expect.closeTo(n, 6)))
})

it('pinhole: keeps its numbers, and refuses what is no rigid place', async () => {
  const made = (await pinhole.run({ ...defaults(pinhole) }, context)) as { camera: CameraValue }
  expect(seen(made.camera, [0, 0, 0])).toEqual({ u: 256, v: 256, z: 4 })
  const view = [...made.camera.view]
  view[15] = 2
  expect(() => pinhole.run({ ...defaults(pinhole), view }, context)).toThrow(/last row/)
  expect(() => pinhole.run({ ...defaults(pinhole), view: [...Array(15).fill(0), 1] }, context)).toThrow(/plane/)
})

it('half the size shows the same', async () => {
  const { camera } = (await pinhole.run({ ...defaults(pinhole), width: 401, cx: 130 }, context)) as {
    camera: CameraValue
  }
  const half = kindOf(camera).scaled?.(camera, 0.5, undefined as never) as CameraValue
  expect([half.width, half.height]).toEqual([201, 256])
  const [a, b] = [seen(camera, [0.3, -0.2, 1]), seen(half, [0.3, -0.2, 1])]
  expect([b.u / 201, b.v / 256]).toEqual([a.u / 401, a.v / 512].map((v) => expect.closeTo(v, 9)))
})

it.each([
  ['smooth', true],
  ['straight', false],
] as const)('keyframes: %s, goes where SciPy goes', async (name, smooth) => {
  const given = { ...defaults(keyframes), keys: path.keys, fps: path.fps, smooth, width: 80, height: 60 }
  const { cameras } = (await keyframes.run(given, context)) as { cameras: SequenceValue }
  expect(cameras.length).toBe(path[name].length)
  for (const [i, numbers] of path[name].entries()) {
    const camera = (await cameras.at(i, signal)) as CameraValue
    const [a = 0, b = 0, c = 0, x = 0, y = 0, z = 0, fov = 0] = numbers
    const eye = [a, b, c]
    const target = [x, y, z]
    // What it looks at is in the middle, as far as it is, and the eye at the origin.
    const middle = seen(camera, target)
    expect([middle.u, middle.v]).toEqual([40, 30].map((v) => expect.closeTo(v, 6)))
    expect(middle.z).toBeCloseTo(Math.hypot(...eye.map((v, k) => v - (target[k] ?? 0))), 6)
    const origin = [0, 4, 8].map((row) =>
      eye.reduce((sum, v, k) => sum + (camera.view[row + k] ?? 0) * v, camera.view[row + 3] ?? 0),
    )
    expect(Math.hypot(...origin)).toBeLessThan(1e-6)
    expect(camera.fy).toBeCloseTo(30 / Math.tan((fov * Math.PI) / 360), 4)
  }
})

it('keyframes: says what is no path', () => {
  const refused = (keys: readonly number[]) => () => keyframes.run({ ...defaults(keyframes), keys }, context)
  const key = (time: number, fov = 50) => [time, 0, 0, -4, 0, 0, 0, fov]
  expect(refused([...key(0), 1])).toThrow(/eight numbers for each keyframe/)
  expect(refused([...key(1), ...key(1)])).toThrow(/later than the one before/)
  expect(refused(key(0, 180))).toThrow(/field of view from 0 to 180/)
  expect(refused(key(3))).not.toThrow()
})
