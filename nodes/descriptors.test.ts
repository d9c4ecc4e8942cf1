/** HOG against OpenCV, local binary patterns against scikit-image, on parts of photographs. */
import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ImageValue, TensorValue } from '../engine/values/index.ts'
import { noise, pictureShape } from '../host/testing/cpu.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { hog } from './feature/hog.ts'
import { lbp } from './feature/lbp.ts'

interface Stored {
  readonly file: string
  readonly params: Readonly<Record<string, unknown>>
  readonly bytes: string
}
const { pictures, hogs, patterns } = JSON.parse(
  await readFile(new URL('./fixtures/descriptors.json', import.meta.url), 'utf8'),
) as {
  readonly pictures: Readonly<
    Record<string, { readonly shape: readonly [number, number, number]; readonly bytes: string }>
  >
  readonly hogs: readonly Stored[]
  readonly patterns: readonly Stored[]
}

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

function imageOf(file: string): Promise<ImageValue> {
  const { shape, bytes } = pictures[file] ?? { shape: [0, 0, 0], bytes: '' }
  const numbers = Float32Array.from(Buffer.from(bytes, 'base64'), (v) => v / 255)
  return bench.device.image(pictureShape(shape[0], shape[1], shape[2]), numbers)
}
const wholeNumbers = (text: string): Uint16Array => {
  const bytes = Buffer.from(text, 'base64')
  return new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}
const named = (all: readonly Stored[]) => all.map((one) => [`${one.file} ${JSON.stringify(one.params)}`, one] as const)
const far = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, v, i) => Math.max(most, Math.abs(v - (b[i] ?? Number.NaN))), 0)

describe('HOG is that of cv2.HOGDescriptor', () => {
  test.each(named(hogs))('%s', async (_, { file, params, bytes }) => {
    const made = await bench.run(hog, { image: await imageOf(file) }, { ...params })
    const vector = bench.device.read(made.vector as TensorValue)
    const wanted = Float64Array.from(wholeNumbers(bytes), (v) => v / 65535)
    expect(vector.length).toBe(wanted.length)
    expect(far(vector, wanted)).toBeLessThan(1e-3)
  })
})

test('HOG of 64 × 128 has 3,780 numbers, and its drawing a star for each cell', async () => {
  const made = await bench.run(hog, { image: await bench.device.image(pictureShape(128, 64, 3), noise(3 * 8192, 1)) })
  expect(made.vector).toMatchObject({ shape: [1, 3780], axes: ['N', 'C'] })
  expect(made.image).toMatchObject({ width: 128, height: 256, channels: 1 })
})

test('the star of an upright edge is an upright line', async () => {
  const step = Float32Array.from({ length: 256 }, (_, i) => (i % 16 < 8 ? 0.2 : 0.8))
  const made = await bench.run(hog, { image: await bench.device.image(pictureShape(16, 16, 1), step) })
  const drawn = bench.device.read(made.image as ImageValue)
  const sum = (take: (x: number, y: number) => boolean): number =>
    drawn.reduce((all, v, i) => all + (take(i % 32, Math.floor(i / 32)) ? v : 0), 0)
  // Upright through the middle of the left cells, and hardly anything level.
  expect(sum((x) => x === 7 || x === 8)).toBeGreaterThan(3 * sum((_, y) => y === 7 || y === 8))
})

test('HOG of what is small, flat or no number is finite', async () => {
  for (const [height, width, value] of [
    [1, 1, 0.5],
    [3, 40, 0.5],
    [20, 20, Number.NaN],
    [20, 20, Number.POSITIVE_INFINITY],
  ] as const) {
    const flat = new Float32Array(height * width).fill(value)
    const made = await bench.run(hog, { image: await bench.device.image(pictureShape(height, width, 1), flat) })
    const vector = Array.from(bench.device.read(made.vector as TensorValue))
    expect(vector.length).toBeGreaterThan(0)
    expect(new Set(vector)).toEqual(new Set([0]))
  }
})

describe('local binary patterns are those of scikit-image', () => {
  test.each(named(patterns))('%s', async (_, { file, params, bytes }) => {
    const made = await bench.run(lbp, { image: await imageOf(file) }, { ...params })
    const codes = bench.device.read(made.image as ImageValue)
    expect(Array.from(codes)).toEqual(Array.from(wholeNumbers(bytes)))
    const vector = Array.from(bench.device.read(made.vector as TensorValue))
    expect(vector.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5)
    const [first = 0] = codes
    expect(vector[first]).toBeCloseTo(codes.filter((code) => code === first).length / codes.length, 6)
  })
})
