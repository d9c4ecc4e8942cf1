/** Canny in five nodes and as one, against OpenCV's on photographs; and its last step told in steps. */
import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ImageValue } from '../engine/values/index.ts'
import type { AlgorithmStep } from '../engine/values/step.ts'
import { pictureShape } from '../host/testing/cpu.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { canny } from './edge/canny.ts'
import { doubleThreshold } from './edge/double-threshold.ts'
import { hysteresis } from './edge/hysteresis.ts'
import { nonMaximumSuppression } from './edge/non-maximum-suppression.ts'
import { sobel } from './edge/sobel.ts'
import { gaussianBlur } from './filter/gaussian-blur.ts'

interface Case {
  readonly file: string
  readonly x: number
  readonly y: number
  readonly size: number
  readonly sigma: number
  readonly low: number
  readonly high: number
  readonly edges: string
}
const cases = JSON.parse(await readFile(new URL('./fixtures/canny.json', import.meta.url), 'utf8')) as readonly Case[]

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

/** The five nodes, one after the other, with the parameters that the composite gives them. */
async function edgesOf(image: ImageValue, sigma: number, low: number, high: number): Promise<ImageValue> {
  const nodes = canny.composite?.nodes
  const of = (id: string) => nodes?.[id]?.params ?? {}
  const blurred = await bench.run(gaussianBlur, { image }, { ...of('blur'), sigma })
  const { x, y } = await bench.run(sobel, { image: blurred.image as ImageValue }, of('gradient'))
  const thin = await bench.run(nonMaximumSuppression, { x: x as ImageValue, y: y as ImageValue })
  const sorted = await bench.run(doubleThreshold, { image: thin.image as ImageValue }, { low, high })
  const made = await bench.run(hysteresis, { image: sorted.image as ImageValue })
  return made.image as ImageValue
}

describe('edges are those of cv2.Canny', () => {
  test.each(cases)('$file, sigma $sigma, $low and $high', async ({ file, x, y, size, sigma, low, high, edges }) => {
    const path = bench.services.sample(file.split('.')[0] as never)
    const picture = await bench.device.ops.fromPicture(
      await bench.services.decode(path, 64, new AbortController().signal),
    )
    const part = await bench.device.ops.crop(picture, { x, y, width: size, height: size })
    const made = bench.device.read(await edgesOf(part, sigma, low / 255, high / 255))
    const wanted = Array.from(Buffer.from(edges, 'hex')).flatMap((byte) =>
      Array.from({ length: 8 }, (_, bit) => (byte >> (7 - bit)) & 1),
    )
    const same = wanted.filter((v, i) => v === made[i]).length / wanted.length
    expect(wanted.length).toBe(made.length)
    expect(same).toBeGreaterThanOrEqual(0.995)
    // Edges are few: of them as well most must be the same.
    const both = wanted.filter((v, i) => v === 1 && made[i] === 1).length
    const either = wanted.filter((v, i) => v === 1 || made[i] === 1).length
    expect(both / either).toBeGreaterThan(0.95)
  })
})

test('a picture of one pixel, one row or one column has no edges', async () => {
  for (const [height, width] of [
    [1, 1],
    [1, 5],
    [5, 1],
  ] as const) {
    const flat = await bench.device.image(
      pictureShape(height, width, 3),
      new Float32Array(3 * height * width).fill(0.5),
    )
    const made = bench.device.read(await edgesOf(flat, 1, 0.1, 0.2))
    expect(Array.from(made)).toEqual(new Array(height * width).fill(0))
  }
})

test('NaN and infinity end nothing', async () => {
  const numbers = Float32Array.from({ length: 64 }, (_, i) => (i === 20 ? Number.NaN : i === 43 ? Infinity : i / 64))
  const made = await edgesOf(await bench.device.image(pictureShape(8, 8, 1), numbers), 0, 0.1, 0.2)
  for (const v of bench.device.read(made)) expect([0, 1]).toContain(v)
})

test('the composite is these five nodes', () => {
  expect(Object.values(canny.composite?.nodes ?? {}).map(({ type }) => type)).toEqual([
    'filter/gaussian-blur',
    'edge/sobel',
    'edge/non-maximum-suppression',
    'edge/double-threshold',
    'edge/hysteresis',
  ])
  expect(Object.keys(canny.params)).toEqual(['sigma', 'low', 'high'])
  expect(Object.keys(canny.outputs)).toEqual(['edges'])
})

test('the steps of hysteresis end with what the node gives', async () => {
  const rows = ['.w..s', '.w.w.', 'w...w', '..w..', 's....']
  const value: Readonly<Record<string, number>> = { '.': 0, w: 0.5, s: 1 }
  const numbers = Float32Array.from(rows.join(''), (letter) => value[letter] ?? 0)
  const image = await bench.device.image(pictureShape(5, 5, 1), numbers)
  const made = bench.device.read((await bench.run(hysteresis, { image })).image as ImageValue)
  const steps: AlgorithmStep[] = []
  const params = bench.params(hysteresis)
  const told = hysteresis.steps?.of({ image, ...params } as never, {
    signal: new AbortController().signal,
    read: async () => numbers,
  })
  for await (const step of told ?? []) steps.push(step)
  const last = steps.at(-1)
  expect(steps.length).toBe(4)
  expect(last?.state?.kept).toBe(made.reduce((sum, v) => sum + v, 0))
  const kept = (last?.marks ?? []).filter(({ group }) => group === 0)
  expect(kept.map((mark) => mark.kind === 'rect' && mark.box[1] * 5 + mark.box[0]).sort()).toEqual(
    Array.from(made.keys())
      .filter((i) => made[i] === 1)
      .sort(),
  )
})
