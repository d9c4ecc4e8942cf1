/**
 * Graph segmentation against scikit-image, selective search against a second implementation, region proposals against torchvision
 * (fixtures/proposals.py).
 */
import { afterAll, describe, expect, it } from 'vitest'
import type { BoxesValue, ImageValue, LabelmapValue, NumberValue } from '../engine/values/index.ts'
import { noise } from '../host/testing/cpu.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { boxesFrom } from './boxes.ts'
import { detectDecode } from './detect/decode.ts'
import { detectProposals } from './detect/proposals.ts'
import { selectiveSearch } from './detect/selective-search.ts'
import { orderOf } from './felzenszwalb.ts'
import truth from './fixtures/proposals.json' with { type: 'json' }
import { resize } from './geometry/resize.ts'
import { sampleImage } from './io/sample-image.ts'
import { exactIou } from './matching.ts'
import { segmentFelzenszwalb } from './segment/felzenszwalb.ts'
import { binned, described, type Grouped, group, ranked, type Similarities } from './selective-search.ts'

const { width, height } = truth
const bench = await createNodeBench('.')
const { device } = bench
afterAll(() => bench.close())

describe('graph segmentation', () => {
  it.each(truth.segmented)('is that of scikit-image: scale $scale, sigma $sigma, $least pixels', async (wanted) => {
    const shape = { kind: 'image', width, height, channels: 3, space: 'rgb', alpha: false, range: [0, 1] } as const
    const { labels, ...params } = wanted
    const image = await device.image(shape, truth.image)
    const made = await bench.run(segmentFelzenszwalb, { image }, params)
    expect(Array.from(device.read((made.labels as LabelmapValue).labels))).toEqual(labels)
    expect((made.count as NumberValue).value).toBe(new Set(labels).size)
  })

  it('sorts as NumPy does', () => {
    const numbers = Float64Array.from([...noise(3000, 5), 0, 1e-300, 1e300, 0.5, 0.5, 5e-324], (v) => v ** 9)
    const wanted = Array.from(numbers, (_, i) => i).sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0) || a - b)
    expect(Array.from(orderOf(numbers))).toEqual(wanted)
  })
})

describe('selective search', () => {
  const labels = Int32Array.from(truth.segmented[0]?.labels ?? [])
  const count = Math.max(...labels) + 1

  it.each(truth.grouped)('joins regions as the paper says: $use', ({ use, boxes, sizes }) => {
    const all: Similarities = { colour: false, texture: false, size: false, fill: false }
    const similarities = { ...all, ...Object.fromEntries(use.map((name) => [name, true])) }
    const pixels = { width, height, channels: 3, numbers: Float64Array.from(truth.image) }
    const made = group(described(binned(pixels), labels, count), similarities)
    expect(made.map(({ box }) => [...box])).toEqual(boxes)
    expect(made.map(({ size }) => size)).toEqual(sizes)
  })

  it('ranks each box once, by its best place', () => {
    const region = (...box: [number, number, number, number]): Grouped => ({ box, size: 1 })
    const small = [region(0, 0, 2, 9), region(0, 0, 5, 5), region(0, 0, 9, 9)]
    const numbers = [0.5, 0.9, 0.1, 0.9, 0.1, 0.1]
    // Whole pictures first: 1 · 0.5, 2 · 0.9, 3 · 0.1; then 1 · 0.9, 2 · 0.1.
    expect(ranked([small, small.slice(1)], () => numbers.shift() ?? 0, 3)).toEqual([
      [0, 0, 5, 5],
      [0, 0, 9, 9],
    ])
  })

  it('proposes the cup in a photo', async () => {
    const { image } = await bench.run(sampleImage, {}, { name: 'coffee' })
    const half = await bench.run(resize, { image: image as ImageValue }, { width: 300, height: 200, method: 'area' })
    const made = await bench.run(selectiveSearch, { image: half.image as ImageValue })
    const sides = device.read((made.boxes as BoxesValue).boxes)
    const found = Array.from({ length: sides.length / 4 }, (_, i) => {
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = sides.subarray(4 * i, 4 * i + 4)
      return [x0, y0, x1, y1] as const
    })
    // Drawn by hand, as in the gallery.
    expect(Math.max(...found.map((box) => exactIou(box, [86.5, 8.5, 206.5, 154])))).toBeGreaterThan(0.8)
    expect(found.length).toBeGreaterThan(500)
    expect(found.every(([x0, y0, x1, y1]) => x1 - x0 >= 20 && y1 - y0 >= 20)).toBe(true)
  }, 60_000)

  it('says so where a picture is too large', async () => {
    const shape = { kind: 'image', width: 2001, height: 2000, channels: 3, space: 'rgb', alpha: false } as const
    const image = await device.image(shape, new Float32Array(2001 * 2000 * 3))
    await expect(bench.run(selectiveSearch, { image })).rejects.toThrow(/at most 4 megapixels/)
  })
})

/** As in boxes.test.ts: the states of a linear congruential generator. */
function numbers(count: number, seed: number, scale: number, offset: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32
    return (state / 2 ** 32) * scale + offset
  })
}

describe('region proposals', () => {
  const size = { width: 72, height: 56 }
  const numbersOf = (part: BoxesValue['boxes']) => Array.from(device.read(part))
  const tensor = (made: Float32Array, each: number) =>
    device.ops.fromNumbers({
      shape: { kind: 'tensor', shape: [1, made.length / each, each], axes: ['N', 'L', 'C'] },
      numbers: made,
    })

  it.each(truth.proposed)('are those of torchvision: $before, $after, $iou', async (wanted) => {
    const shape = { kind: 'image', ...size, channels: 3, space: 'rgb', alpha: false } as const
    const image = await device.image(shape, new Float32Array(size.width * size.height * 3))
    const scores = await tensor(numbers(wanted.anchors, 90, 8, -4), 1)
    const boxes = await tensor(numbers(4 * wanted.anchors, 91, 2, -1), 4)
    const decoded = await bench.run(detectDecode, { image, scores, boxes }, { format: 'rpn', score: 0 })
    expect((decoded.boxes as BoxesValue).names[1]).toBe('stride 8')
    const { before, after, iou } = wanted
    const made = await bench.run(detectProposals, decoded, { before, after, iou, each: true })
    const found = made.boxes as BoxesValue
    for (const [name, part, right] of [
      ['scores', found.scores, wanted.scores],
      ['boxes', found.boxes, wanted.boxes],
    ] as const) {
      const given = numbersOf(part)
      expect(given, name).toHaveLength(right.length)
      for (const [i, value] of right.entries()) expect(Math.abs((given[i] ?? 9) - value), name).toBeLessThan(1e-4)
    }
    expect(found.names).toEqual(['something'])
  })

  it('do not care what a box is of, unless told', async () => {
    const of = { boxes: [0, 0, 10, 10, 0, 0, 10, 9, -5, 3, 20, 3], scores: [0.5, 0.9, 1], classes: [1, 0, 0] }
    const boxes = await boxesFrom(of, { ...size, names: ['cat', 'dog'] }, device.ops)
    const proposed = async (params: Readonly<Record<string, boolean | number>>) =>
      numbersOf(((await bench.run(detectProposals, { boxes }, params)).boxes as BoxesValue).scores)
    const rounded = (values: readonly number[]) => values.map((v) => Math.round(10 * v) / 10)
    expect(rounded(await proposed({}))).toEqual([0.9])
    expect(rounded(await proposed({ each: true }))).toEqual([0.9, 0.5])
    // The best box is too thin to be looked at.
    expect(await proposed({ before: 1 })).toEqual([])
    expect(rounded(await proposed({ each: true, after: 1 }))).toEqual([0.9])
  })
})
