/** Otsu's threshold on both devices: OpenCV's answers for 8 and 16 bits, and the same parting of pictures that are scaled and shifted. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ImageValue } from '../engine/values/index.ts'
import { createGpuTestDevice, createTestDevice, noise, pictureShape, type TestDevice } from '../host/testing/cpu.ts'
import { gpuTimeout, noGpu, openTestGpu } from '../host/testing/gpu.ts'
import { bestThreshold } from './otsu.ts'

interface Case {
  readonly name: string
  readonly bits: 8 | 16
  readonly width: number
  readonly numbers: readonly number[]
  readonly threshold: number
}
const cases = JSON.parse(await readFile(new URL('./fixtures/otsu.json', import.meta.url), 'utf8')) as readonly Case[]

const devices = [
  ['cpu', undefined, createTestDevice],
  ['gpu', noGpu, async () => createGpuTestDevice(await openTestGpu(1 << 28))],
] as const

describe.each(devices)('%s', (_, missing, create) => {
  describe.skipIf(missing)(missing ?? 'is there', () => {
    let device: TestDevice
    beforeAll(async () => {
      device = await create()
    }, gpuTimeout)
    afterAll(() => device.close())

    const pictureOf = (width: number, numbers: ArrayLike<number>): Promise<ImageValue> =>
      device.image(pictureShape(numbers.length / width, width, 1), Float32Array.from(numbers))

    test.each(cases)(
      '$name is as OpenCV has it',
      { timeout: gpuTimeout },
      async ({ bits, width, numbers, threshold }) => {
        const top = 2 ** bits - 1
        const image = await pictureOf(
          width,
          numbers.map((n) => n / top),
        )
        expect(await bestThreshold(device.ops, image)).toBe(Math.fround(threshold / top))
        device.clear()
      },
    )

    const changes = [1e-4, 0.037, 1, 17, 1000].flatMap((a) => [-1000, -1, 0, 0.3, 1000].map((b) => [a, b] as const))
    test.each(changes)('a picture times %f plus %f is parted alike', { timeout: gpuTimeout }, async (a, b) => {
      for (const { name, bits, width, numbers, threshold } of cases) {
        const top = 2 ** bits - 1
        const moved = Float32Array.from(numbers, (n) => Math.fround((a * n) / top + b))
        // float32 rounds what is shifted far: neighbours must stay well apart.
        const spacing = Math.max(...moved.map(Math.abs)) * 2 ** -24
        if (a / top < 256 * spacing) continue
        const image = await pictureOf(width, moved)
        const at = await bestThreshold(device.ops, image)
        expect(
          Array.from(moved, (v) => v > at),
          name,
        ).toEqual(numbers.map((n) => n > threshold))
        const largest = Math.max(...numbers.filter((n) => n <= threshold))
        expect(at, name).toBe(Math.fround((a * largest) / top + b))
        device.clear()
      }
    })

    test('what is not seen and what is not finite does not count', { timeout: gpuTimeout }, async () => {
      const colours = Array.from(noise(64, 3), (v, i) => (i % 2 ? 0.5 + v / 10 : v / 10))
      const plain = await bestThreshold(device.ops, await pictureOf(8, colours))
      const hidden = Float32Array.from({ length: 256 }, (_, i) =>
        i % 2 ? Number(i < 128) : i < 128 ? (colours[i / 2] ?? 0) : 7,
      )
      const shape = { ...pictureShape(16, 8, 2), space: 'gray' as const, alpha: true }
      expect(await bestThreshold(device.ops, await device.image(shape, hidden))).toBe(plain)
      const broken = [...colours, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0, 0, 0]
      const whole = await bestThreshold(device.ops, await pictureOf(8, [...colours, 0, 0, 0, 0, 0, 0, 0, 0]))
      expect(await bestThreshold(device.ops, await pictureOf(8, broken))).toBe(whole)
      expect(await bestThreshold(device.ops, await pictureOf(2, [0.25, 0.25]))).toBe(0.25)
    })
  })
})
