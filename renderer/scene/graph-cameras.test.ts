import { expect, it } from 'vitest'
import { lookAt } from '../../nodes/camera/look-at.ts'
import { pinhole } from '../../nodes/camera/pinhole.ts'
import { lensOf, pixelOf } from './cloud.ts'
import { orbitWith, paramsOf } from './graph-cameras.ts'
import { type Orbit, poseOf, upAxes, viewOf } from './orbit.ts'

const orbits = upAxes.map(
  (up, i): Orbit => ({ target: [1, -2, 3], distance: 4 + i, yaw: 0.7 + i, pitch: 0.3, up, fov: 40 }),
)
const size = { width: 640, height: 480 }
const places = [
  [1, -2, 3],
  [1.5, -1.75, 2.5],
  [0.25, -2.5, 3.75],
] as const

/** As OpenCV's pinhole camera sees it. */
function seen(
  view: readonly number[],
  { fx, fy, cx, cy }: { fx: number; fy: number; cx: number; cy: number },
  place: readonly number[],
) {
  const [x, y, z] = [0, 4, 8].map((row) =>
    [0, 1, 2].reduce((sum, k) => sum + (view[row + k] ?? 0) * (place[k] ?? 0), view[row + 3] ?? 0),
  ) as [number, number, number]
  return [fx * (x / z) + cx, fy * (y / z) + cy]
}

it.each(orbits)('a camera node sees what the scene shows, with $up up', async (orbit) => {
  const lens = lensOf(poseOf(orbit), size)
  const wanted = places.map((place) => pixelOf(lens, place))
  const context = {} as never
  const made = [
    await lookAt.run({ ...paramsOf('camera/look-at', orbit, size), ...size } as never, context),
    await pinhole.run({ ...paramsOf('camera/pinhole', orbit, size), ...size } as never, context),
  ]
  for (const result of made) {
    const { camera } = result as { camera: { view: number[]; fx: number; fy: number; cx: number; cy: number } }
    for (const [i, place] of places.entries()) {
      const [x, y] = seen(camera.view, camera, place)
      expect(Math.abs((x ?? 0) - (wanted[i]?.x ?? 0))).toBeLessThan(0.01)
      expect(Math.abs((y ?? 0) - (wanted[i]?.y ?? 0))).toBeLessThan(0.01)
    }
  }
})

it.each(orbits)('and the scene shows what the node sees, with $up up', (orbit) => {
  for (const type of ['camera/look-at', 'camera/pinhole']) {
    const back = orbitWith(type, { ...paramsOf(type, orbit, size), ...size }, orbit.up, orbit.distance)
    expect(back.fov).toBeCloseTo(orbit.fov, 3)
    for (const [i, v] of viewOf(back).entries()) expect(v).toBeCloseTo(viewOf(orbit)[i] ?? 0, 4)
  }
})
