import { expect, it } from 'vitest'
import { fov, inSight, type Orbit, pan, poseOf, turn, upAxes, upsideDown, withUp, zoom } from './orbit.ts'
import type { Pose, Vec3 } from './pose.ts'

const front: Orbit = { target: [1, 2, 3], distance: 4, yaw: 0, pitch: 0, up: 'y', fov }

const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const unit = (a: Vec3): Vec3 => a.map((v) => v / Math.hypot(...a)) as unknown as Vec3
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

/** A textbook pinhole camera: where a point projects, in window heights from the centre, right and up. */
function seen({ eye, target, up, fov }: Pose, point: Vec3): readonly [number, number] {
  const ahead = unit(minus(target, eye))
  const right = unit(cross(ahead, up))
  const away = minus(point, eye)
  const depth = dot(away, ahead)
  const focal = 0.5 / Math.tan((fov * Math.PI) / 360)
  return [(focal * dot(away, right)) / depth, (focal * dot(away, cross(right, ahead))) / depth]
}

it.each(upAxes)('x is to the right and up is up, with %s up', (up) => {
  const pose = poseOf({ ...front, target: [0, 0, 0], up })
  expect(seen(pose, [0.5, 0, 0])[0]).toBeGreaterThan(0)
  const above = pose.up.map((v) => v / 2) as unknown as Vec3
  expect(seen(pose, above)[1]).toBeGreaterThan(0)
})

it('turns: what is in front goes left when one goes round to the right', () => {
  const pose = poseOf(turn({ ...front, target: [0, 0, 0] }, 0.3, 0.2))
  const [x, y] = seen(pose, [0, 0, 1])
  expect(x).toBeLessThan(0)
  expect(y).toBeLessThan(0)
  expect(Math.abs(turn(front, 0, 9).pitch)).toBeLessThan(Math.PI / 2)
})

it('moves a point by just as much as it was dragged', () => {
  const from = turn(front, 0.7, -0.4)
  const [x, y] = seen(poseOf(pan(from, 0.25, -0.1)), from.target)
  expect(x).toBeCloseTo(0.25, 10)
  expect(y).toBeCloseTo(-0.1, 10)
})

/** Air around what is fitted. */
const room = 1.06

it.each([0.4, 1, 2.5])('fits a sphere and its room into a window of aspect %s, and no smaller', (aspect) => {
  const sphere = { centre: [5, -1, 2] as const, radius: 3 }
  const { distance, target } = inSight(front, sphere, aspect)
  expect(target).toEqual(sphere.centre)
  // The outline of a sphere is a cone around the direction to its centre.
  const outline = Math.tan(Math.asin((room * sphere.radius) / distance)) * (0.5 / Math.tan((fov * Math.PI) / 360))
  expect(outline).toBeCloseTo(Math.min(0.5, aspect / 2), 10)
})

it('zooms within bounds', () => {
  const sphere = { centre: [0, 0, 0] as const, radius: 1 }
  expect(zoom(front, 2, sphere).distance).toBe(2)
  expect(zoom(front, 1e9, sphere).distance).toBeGreaterThan(0)
  expect(zoom(front, 1e-9, sphere).distance).toBe(100)
})

it('turned upright it is seen from the same place, the other way up', () => {
  const from = turn(front, 0.7, -0.4)
  const over = upsideDown(from)
  const [a, b] = [poseOf(from), poseOf(over)]
  for (const i of [0, 1, 2]) expect(b.eye[i]).toBeCloseTo(a.eye[i] ?? Number.NaN, 10)
  const point: Vec3 = [1.3, 2.6, 3.1]
  const [x, y] = seen(a, point)
  const turned = seen(b, point)
  expect(turned[0]).toBeCloseTo(-x, 10)
  expect(turned[1]).toBeCloseTo(-y, 10)
  const back = withUp(over, 'y')
  expect(back.pitch).toBeCloseTo(from.pitch, 10)
  expect(back.yaw).toBeCloseTo(from.yaw, 10)
})
