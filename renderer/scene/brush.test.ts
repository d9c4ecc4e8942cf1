import { expect, it } from 'vitest'
import { painted } from '../../engine/values/brush.ts'
import { strokeOf } from './brush.ts'
import type { Cloud } from './cloud.ts'
import { lensOf, pixelOf } from './cloud.ts'

/** One in the middle, one close behind it, one far behind, and one beside. */
const cloud: Cloud = {
  count: 4,
  centres: Float32Array.of(0, 0, 0, 0, 0, 0.1, 0, 0, 4, 1, 0, 0),
  sizes: new Float32Array(4).fill(0.2),
  opacities: new Float32Array(4).fill(0.95),
}
const lens = lensOf({ eye: [0, 0, -5], target: [0, 0, 0], up: [0, -1, 0], fov: 50 }, { width: 300, height: 200 })

it('paints what is seen under the brush, and what is hidden behind it only where that is wanted', () => {
  const radius = 20
  const seen = strokeOf(cloud, lens, [[150, 100]], { radius, through: false })
  expect([...painted(cloud.centres, [seen])]).toEqual([1, 1, 0, 0])
  const all = strokeOf(cloud, lens, [[150, 100]], { radius, through: true })
  expect([...painted(cloud.centres, [all])]).toEqual([1, 1, 1, 0])
})

it('a stroke to the pixel of a splat paints it', () => {
  const { x = 0, y = 0 } = pixelOf(lens, [1, 0, 0]) ?? {}
  const line = Array.from({ length: 50 }, (_, i) => [150 + ((x - 150) * i) / 49, 100 + ((y - 100) * i) / 49] as const)
  const stroke = strokeOf(cloud, lens, line, { radius: 10, through: false })
  expect(stroke.points.length).toBe(2)
  expect([...painted(cloud.centres, [stroke])]).toEqual([1, 1, 0, 1])
})
