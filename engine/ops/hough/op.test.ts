/** Lines and segments against OpenCV on a photo's edges, which need several parts of the search, and what is refused. */
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { afterEach, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'
import { picture } from '../sample.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

const degree = Math.PI / 180
const lines = { rho: 1, theta: degree, threshold: 100, most: 50 }
const segments = { rho: 1, theta: degree, threshold: 50, length: 30, gap: 5, most: 100_000 }

interface Truth {
  readonly width: number
  readonly height: number
  /** A bit a pixel, packed by gzip. */
  readonly bits: string
  readonly segments: readonly (readonly number[])[]
  /** ρ, θ, votes. */
  readonly lines: readonly (readonly number[])[]
}
const truth = JSON.parse(await readFile(new URL('./edges.json', import.meta.url), 'utf8')) as Truth

const edges = () => {
  const bits = gunzipSync(Buffer.from(truth.bits, 'base64'))
  const { width, height } = truth
  return device.image(
    picture(height, width, 1),
    Float32Array.from({ length: width * height }, (_, i) => ((bits[i >> 3] ?? 0) >> (7 - (i & 7))) & 1),
  )
}

it('finds the segments of cv2.HoughLinesP in its order, in several parts', async () => {
  const made = device.read(await device.ops.houghSegments(await edges(), segments))
  const found = Array.from({ length: made.length / 4 }, (_, i) => [...made.slice(4 * i, 4 * i + 4)].join())
  const theirs = truth.segments.map((one) => one.join())
  // A vote between two places may fall to either by the last digit, and after it all is another story.
  let same = 0
  while (same < theirs.length && found[same] === theirs[same]) same++
  expect(same / theirs.length).toBe(1)
})

it('finds the lines of cv2.HoughLines with their votes', async () => {
  const made = device.read(await device.ops.houghLines(await edges(), lines))
  const rows = Array.from({ length: made.length / 3 }, (_, i) => made.slice(3 * i, 3 * i + 3))
  const key = ([rho = 0, theta = 0, votes = 0]: ArrayLike<number> & Iterable<number>) =>
    `${rho.toFixed(1)} ${(theta / degree).toFixed(1)} ${votes}`
  const theirs = new Set(truth.lines.map(key))
  const both = rows.filter((row) => theirs.has(key(row))).length
  expect(both / Math.max(rows.length, theirs.size)).toBeGreaterThan(0.97)
})

it('refuses several channels and steps out of range', async () => {
  const [gray, rgb] = [await device.noise(5, 5, 1), await device.noise(5, 5, 3)]
  const wrong = [
    device.ops.houghLines(rgb, lines),
    device.ops.houghLines(gray, { ...lines, rho: 0 }),
    device.ops.houghLines(gray, { ...lines, theta: Number.NaN }),
    device.ops.houghSegments(rgb, segments),
    device.ops.houghSegments(gray, { ...segments, threshold: 0 }),
    device.ops.houghSegments(gray, { ...segments, gap: -1 }),
  ]
  for (const one of wrong) await expect(one).rejects.toMatchObject({ code: 'op.unsupported' })
})

it('has nothing to find in a picture of a pixel, with coarse steps', async () => {
  const image = await device.image(picture(1, 1, 1), [1])
  const coarse = { rho: 1000, theta: 1 }
  expect((await device.ops.houghLines(image, { ...lines, ...coarse })).shape).toEqual([0, 3])
  expect((await device.ops.houghSegments(image, { ...segments, ...coarse })).shape).toEqual([0, 4])
})
