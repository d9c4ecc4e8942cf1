/** Masks that need more room than is guessed, and what is refused; nodes/lines.test.ts compares with OpenCV. */
import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'
import { picture } from '../sample.ts'
import { measuresOf } from './op.ts'
import { contoursOf, measured } from './plain.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

const params = { external: false, simple: false, area: 0, most: 100_000 }

it('makes room for a chessboard of pixels, each a contour or all of them one', async () => {
  const [height, width] = [120, 130]
  // Pixels with a gap around each, and a net with as many holes.
  for (const [mask, count] of [
    [(x: number, y: number) => x % 2 === 0 && y % 2 === 0, (height / 2) * (width / 2)],
    [(x: number, y: number) => x % 2 === 0 || y % 2 === 0, 1 + (height / 2 - 1) * (width / 2 - 1)],
  ] as const) {
    const numbers = Float32Array.from({ length: height * width }, (_, i) =>
      Number(mask(i % width, Math.floor(i / width))),
    )
    const made = await device.ops.contours(await device.image(picture(height, width, 1), numbers), params)
    expect(made.lengths.shape).toEqual([count])
    const { contours, places } = contoursOf(numbers, width, false)
    expect(made.points.shape[0]).toBe(places.length / 2)
    const areas = contours.map(({ from, to }) => measured(places.subarray(2 * from, 2 * to)).area)
    const own = made.measures.filter((_, i) => i % measuresOf === 0)
    expect([...own]).toEqual(areas.toSorted((a, b) => b - a))
  }
})

it('refuses several channels and numbers out of range', async () => {
  const [gray, rgb] = [await device.noise(5, 5, 1), await device.noise(5, 5, 3)]
  const wrong = [
    device.ops.contours(rgb, params),
    device.ops.contours(gray, { ...params, area: Number.NaN }),
    device.ops.contours(gray, { ...params, most: 0 }),
  ]
  for (const one of wrong) await expect(one).rejects.toMatchObject({ code: 'op.unsupported' })
})
