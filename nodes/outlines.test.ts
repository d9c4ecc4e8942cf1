import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { BoxesValue, ImageValue, LabelmapValue, NumberValue } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { boxesFrom } from './boxes.ts'
import { drawBoxes } from './draw/boxes.ts'
import truth from './fixtures/outlines.json' with { type: 'json' }
import { drawText } from './letters.ts'
import { drawOutlines, type Outline } from './outlines.ts'
import { components } from './segment/components.ts'

const bench = await createNodeBench('.')
const { device } = bench
afterEach(() => device.clear())
afterAll(() => bench.close())

describe('outlines', () => {
  const { width, height, boxes, drawn } = truth.outlines
  it.each(drawn)('are those of cv2.rectangle: thickness $thickness', ({ thickness, rows }) => {
    const outlines = boxes.map((box, colour) => ({ box: box as unknown as Outline['box'], colour, label: '' }))
    const pixels = drawOutlines(width, height, outlines, { thickness, dot: 1 })
    const made = rows.map((_, y) => pixels.subarray(y * width, (y + 1) * width).join(''))
    expect(made).toEqual(rows)
  })

  it('have their names above them, and inside where there is no room', () => {
    const at = (box: Outline['box']) => {
      const pixels = drawOutlines(60, 60, [{ box, colour: 2, label: 'I' }], { thickness: 1, dot: 1 })
      return Array.from({ length: 60 }, (_, y) => pixels.subarray(60 * y, 60 * y + 60).indexOf(8)).findIndex(
        (x) => x >= 0,
      )
    }
    expect(at([10, 30, 50, 50])).toBe(22)
    expect(at([10, 4, 50, 50])).toBe(5)
  })

  it('are lettered: what is written can be read', () => {
    const grid = Array.from({ length: 7 }, () => Array.from({ length: 11 }, () => '.'))
    drawText('a1', (x, y) => {
      const row = grid[y]
      if (row) row[x] = '#'
    })
    expect(grid.map((row) => row.join(''))).toEqual([
      '.###....#..',
      '#...#..##..',
      '#...#...#..',
      '#####...#..',
      '#...#...#..',
      '#...#...#..',
      '#...#..###.',
    ])
  })
})

describe('the nodes', () => {
  it('draw over the picture, the best box on top, scaled to its size, and leave the rest as it is', async () => {
    const shape = {
      kind: 'image',
      width: 40,
      height: 20,
      channels: 3,
      space: 'rgb',
      alpha: false,
      range: [0, 1],
    } as const
    const numbers = Float32Array.from({ length: 40 * 20 * 3 }, (_, i) => (i % 7) / 7)
    const image = await device.image(shape, numbers)
    const given = {
      boxes: [8, 8, 40, 30, 8, 8, 40, 30, Number.NaN, 0, 1, 1],
      scores: [0.9, 0.5, 0.4],
      classes: [1, 0, 0],
    }
    const boxes: BoxesValue = await boxesFrom(given, { width: 80, height: 40, names: [] }, device.ops)
    const made = await bench.run(drawBoxes, { image, boxes }, { thickness: 1, labels: false })
    const out = device.read(made.image as ImageValue)
    const pixel = (x: number, y: number) => Array.from(out.subarray(3 * (40 * y + x), 3 * (40 * y + x) + 3))
    for (const [x, y] of [
      [4, 4],
      [20, 15],
      [4, 10],
      [12, 4],
    ] as const)
      for (const [c, v] of pixel(x, y).entries()) expect(v).toBeCloseTo([1, 193 / 255, 0][c] ?? Number.NaN, 6)
    expect(pixel(5, 5)).toEqual(Array.from(numbers.subarray(3 * 205, 3 * 205 + 3)))
  })

  const { width, height, mask, parts } = truth.components
  it.each(parts)(
    'number the same parts as cv2.connectedComponents: $connectivity',
    async ({ connectivity, count, labels }) => {
      const shape = { kind: 'image', width, height, channels: 1, space: 'gray', alpha: false, range: [0, 1] } as const
      const image = await device.image(shape, Float32Array.from([...mask.join('')].map(Number)))
      const made = await bench.run(components, { image }, { connectivity: String(connectivity) })
      expect((made.count as NumberValue).value).toBe(count)
      const ours = device.read((made.labels as LabelmapValue).labels)
      // The same partition: each of theirs is one of ours, and the background is the same.
      const pairs = new Map<number, number>()
      for (const [i, theirs] of labels.entries()) {
        const own = ours[i] ?? -1
        expect(pairs.get(theirs) ?? own).toBe(own)
        pairs.set(theirs, own)
      }
      expect(pairs.get(0)).toBe(0)
      expect(new Set(pairs.values()).size).toBe(count + 1)
    },
  )
})
