import { expect, it } from 'vitest'
import { checkScene } from './check.ts'
import { sampleBytes } from './sample.ts'

it('is a scene that the viewer takes: whole splats with finite places, sizes above 0 and unit rotations', () => {
  const bytes = sampleBytes()
  expect(() => checkScene(bytes, 'sample.splat')).not.toThrow()
  const view = new DataView(bytes.buffer)
  const count = bytes.length / 32
  expect(count).toBeGreaterThan(20_000)
  let floor = 0
  for (let i = 0; i < count; i++) {
    const numbers = Array.from({ length: 6 }, (_, n) => view.getFloat32(32 * i + 4 * n, true))
    expect(numbers.every(Number.isFinite)).toBe(true)
    expect(Math.min(...numbers.slice(3))).toBeGreaterThan(0)
    expect([...bytes.subarray(32 * i + 27, 32 * i + 32)]).toEqual([255, 255, 128, 128, 128])
    floor = Math.max(floor, numbers[1] ?? 0)
  }
  // Up is −y: the knot stands on the floor.
  expect(floor).toBe(Math.fround(1.75))
})
