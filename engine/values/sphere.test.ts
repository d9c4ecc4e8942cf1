import { expect, it } from 'vitest'
import { sphereOf } from './sphere.ts'

it('holds all of few splats, with their size', () => {
  expect(sphereOf(Float64Array.of(-1, 0, 0, 0.5, 3, 0, 0, 0.5))).toEqual({ centre: [1, 0, 0], radius: 2.5 })
  expect(sphereOf(Float64Array.of(1, 2, 3, 0.25))).toEqual({ centre: [1, 2, 3], radius: 0.25 })
})

it('does not follow a few that are far away', () => {
  const splats = Float64Array.from({ length: 4 * 1000 }, (_, i) => {
    const [at, k] = [i >> 2, i & 3]
    if (k === 3) return 0.01
    return at < 10 ? 1000 : Math.sin(at * (k + 1.7))
  })
  const { centre, radius } = sphereOf(splats)
  expect(Math.hypot(...centre)).toBeLessThan(0.2)
  // The cube filled by the rest has its corners at √3.
  expect(radius).toBeGreaterThan(1.4)
  expect(radius).toBeLessThan(2.2)
})

it('has a size though nothing in it has', () => {
  expect(sphereOf(Float64Array.of(1, 1, 1, 0)).radius).toBe(1)
})
