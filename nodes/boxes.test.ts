/** Boxes against torchvision and the papers' published code; fixtures/boxes.py names the versions. */
import { afterEach, describe, expect, it } from 'vitest'
import type { BoxesValue, TensorValue } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { anchorsOf, pyramidOf } from './anchors.ts'
import { boxesFrom } from './boxes.ts'
import type { NumbersIn } from './decode.ts'
import { anchors as anchorsNode } from './detect/anchors.ts'
import { box as boxNode } from './detect/box.ts'
import { detectDecode } from './detect/decode.ts'
import { detectFilter } from './detect/filter.ts'
import { type FormatName, formatNames, formats } from './detect/formats/index.ts'
import { slidingWindow } from './detect/sliding-window.ts'
import truth from './fixtures/boxes.json' with { type: 'json' }
import { overlapMatrix } from './iou.ts'
import { iou as iouNode } from './measure/iou.ts'
import { type NmsMethod, nms } from './nms.ts'

const { boxes, scores, classes } = truth
const candidates = { boxes, scores, classes }
const count = scores.length

/** Equal to 1e-5 of their size. In the fixture, null stands for NaN. */
function expectClose(made: ArrayLike<number>, wanted: readonly (number | null)[], say = ''): void {
  expect(made.length, say).toBe(wanted.length)
  for (const [i, number] of wanted.entries()) {
    const one = made[i] ?? Number.NaN
    if (number === null) expect(one, `${say} ${i}`).toBeNaN()
    else
      expect(Math.abs(one - number), `${say} ${i}: ${one} for ${number}`).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(number)),
      )
  }
}

const every = (step: number, from: readonly number[]): number[] => from.filter((_, i) => Math.floor(i / 4) % step === 0)

describe('overlap', () => {
  it('is that of torchvision, of odd boxes too', () => {
    expectClose(overlapMatrix('iou', boxes, every(3, boxes)), truth.iou)
    const proper = boxes.slice(0, 4 * 42)
    expectClose(overlapMatrix('giou', proper, every(3, proper)), truth.giou)
    expect(truth.iou).toContain(null)
  })
})

describe('suppression', () => {
  it.each(truth.suppressed.map((one) => ({ ...one, method: one.method as NmsMethod })))(
    'keeps what torchvision keeps: $method, $iou',
    ({ method, iou, kept }) => {
      expect(nms(candidates, { method, iou, score: 0 }).map(({ index }) => index)).toEqual(kept)
    },
  )

  it.each(truth.softened.map((one) => ({ ...one, method: one.method as NmsMethod })))(
    'gives the scores of the published code: $method, $iou, $score',
    ({ method, iou, score, kept }) => {
      const found = nms(candidates, { method, iou, score })
      expectClose(
        found.map((one) => one.score),
        kept.map(([, wanted]) => wanted as number),
      )
      // Of boxes that are the same the published code does not say which one stays.
      for (const [i, { index }] of found.entries()) expect(kept[i]?.[0], `${i}`).toContain(index)
    },
  )

  it('has cases in which the methods differ', () => {
    const kept = truth.softened.map((one) => one.kept.map(([, score]) => score).join())
    expect(new Set(kept).size).toBeGreaterThan(5)
    expect(new Set(truth.suppressed.map((one) => one.kept.length)).size).toBeGreaterThan(6)
  })
})

describe('anchors', () => {
  it('are those of torchvision’s AnchorGenerator', () => {
    const sizes = [32, 64, 128, 256, 512].map((x) => [x, Math.floor(x * 2 ** (1 / 3)), Math.floor(x * 2 ** (2 / 3))])
    const levels = pyramidOf({ width: 72, height: 56 }).map((grid, i) => ({ ...grid, sizes: sizes[i] ?? [] }))
    const made = anchorsOf(levels, [0.5, 1, 2])
    expect(made.length / 4).toBe(truth.anchors.count)
    expectClose(every(7, Array.from(made)), truth.anchors.retinanet)
    const two = [
      { across: 6, down: 4, strideX: 8, strideY: 8, sizes: [32, 45] },
      { across: 3, down: 2, strideX: 16, strideY: 16, sizes: [64, 90] },
    ]
    expectClose(anchorsOf(two, [0.5, 1, 2]), truth.anchors.grids)
  })
})

/** As in fixtures/boxes.py. */
function tensor(shape: readonly number[], seed: number, scale = 1, offset = 0): NumbersIn {
  let state = seed
  const numbers = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32
    return (state / 2 ** 32) * scale + offset
  })
  return { shape, numbers }
}

/** Columns or rows of pixels: the first four become larger. */
const inPixels = ({ shape, numbers }: NumbersIn, planar: boolean): NumbersIn => {
  const factors = [64, 32, 40, 40]
  const each = shape[2] ?? 1
  return {
    shape,
    numbers: Array.from(numbers, (v, i) => v * (factors[planar ? Math.floor(i / each) : i % each] ?? 1)),
  }
}

const { count: anchors } = truth.anchors
const places = anchors / 9
interface Given {
  readonly size: { readonly width: number; readonly height: number }
  readonly least: number
  readonly tensors: Readonly<Record<string, NumbersIn>>
}
const pyramid = { width: 72, height: 56 }
const small = { width: 64, height: 32 }
const given = {
  retinanet: {
    ...{ size: pyramid, least: 0.9 },
    tensors: { scores: tensor([1, anchors, 3], 25, 10, -7), boxes: tensor([1, anchors, 4], 21, 3, -1.5) },
  },
  fcos: {
    ...{ size: pyramid, least: 0.8 },
    tensors: {
      scores: tensor([1, places, 3], 30, 10, -5),
      boxes: tensor([1, places, 4], 31, 3),
      centreness: tensor([1, places, 1], 32, 4, -1),
    },
  },
  yolov3: {
    ...{ size: small, least: 0.5 },
    tensors: {
      stride8: tensor([1, 21, 4, 8], 40, 6, -3),
      stride16: tensor([1, 21, 2, 4], 41, 6, -3),
      stride32: tensor([1, 21, 1, 2], 42, 6, -3),
    },
  },
  yolov5: { size: small, least: 0.6, tensors: { output: inPixels(tensor([1, 126, 7], 50), false) } },
  yolov8: { size: small, least: 0.8, tensors: { output: inPixels(tensor([1, 6, 42], 60), true) } },
  detr: {
    ...{ size: small, least: 0.6 },
    tensors: { scores: tensor([1, 20, 5], 70, 8, -4), boxes: tensor([1, 20, 4], 71) },
  },
  centernet: {
    ...{ size: small, least: 0.5 },
    tensors: {
      heat: tensor([1, 3, 8, 16], 80, 10, -6),
      sizes: tensor([1, 2, 8, 16], 81, 6),
      offsets: tensor([1, 2, 8, 16], 82),
    },
  },
} satisfies Partial<Record<FormatName, Given>>

describe('the formats of detectors', () => {
  it.each(Object.entries(given))('are decoded as by a second implementation: %s', (name, { size, least, tensors }) => {
    const wanted = truth.decoded[name as keyof typeof given]
    const found = formats[name as FormatName].decode(tensors, size, least)
    const order = Array.from(found.scores, (_, i) => i).sort((a, b) => (found.scores[b] ?? 0) - (found.scores[a] ?? 0))
    expect(wanted.scores.length).toBeGreaterThan(5)
    expectClose(
      order.map((i) => found.scores[i] ?? 0),
      wanted.scores,
      'score',
    )
    expectClose(
      order.map((i) => found.classes[i] ?? 0),
      wanted.labels,
      'class',
    )
    expectClose(
      order.flatMap((i) => [0, 1, 2, 3].map((side) => found.boxes[4 * i + side] ?? 0)),
      wanted.boxes,
      'box',
    )
  })

  it('that a network has decoded are taken as they are, from the least score on', () => {
    const output = { shape: [1, 3, 6], numbers: [1, 2, 30, 40, 0.75, 2, 5, 6, 7, 8, 0.25, 1, 0, 0, 9, 9, 0.5, 0] }
    const { boxes, scores, classes } = formats.rows.decode({ output }, small, 0.5)
    expect([boxes, scores, classes].map((part) => Array.from(part))).toEqual([
      [1, 2, 30, 40, 0, 0, 9, 9],
      [0.75, 0.5],
      [2, 0],
    ])
  })

  it.each(formatNames)('say which shape is wanted: %s', (name) => {
    const { inputs, decode } = formats[name]
    const wrong = Object.fromEntries(Object.keys(inputs).map((port) => [port, tensor([1, 7, 2, 3, 1], 1)]))
    expect(() => decode(wrong, small, 0.5)).toThrow(/1 × 7 × 2 × 3 × 1; this format has .*1 × /)
  })

  it('say which of several tensors does not belong to the others', () => {
    const { retinanet, fcos, detr, centernet } = given
    const with2 = (tensors: Given['tensors'], port: string) => ({ ...tensors, [port]: tensor([1, 2, 2], 1) })
    for (const [name, one, port] of [
      ['retinanet', retinanet, 'boxes'],
      ['fcos', fcos, 'centreness'],
      ['detr', detr, 'boxes'],
      ['centernet', centernet, 'offsets'],
    ] as const)
      expect(() => formats[name].decode(with2(one.tensors, port), one.size, 0.5), name).toThrow(port)
  })
})

const bench = await createNodeBench('.')
const { device } = bench
afterEach(() => device.clear())

const value = (of: typeof candidates, names: readonly string[] = ['cat', 'dog', 'bird']): Promise<BoxesValue> =>
  boxesFrom(of, { width: 250, height: 220, names }, device.ops)
const numbersOf = (part: TensorValue | undefined): number[] => (part ? Array.from(device.read(part)) : [])

describe('nodes', () => {
  it('decode an FCOS network’s output in pixels of the photo', async () => {
    const { size, least, tensors } = given.fcos
    const shape = { kind: 'image', ...size, channels: 3, space: 'rgb', alpha: false } as const
    const image = await device.image(shape, new Float32Array(72 * 56 * 3))
    const inputs = Object.fromEntries(
      await Promise.all(
        Object.entries(tensors).map(async ([port, { shape, numbers }]) => {
          const of = { kind: 'tensor', shape, axes: ['N', 'L', 'C'] } as const
          return [port, await device.ops.fromNumbers({ shape: of, numbers })] as const
        }),
      ),
    )
    const params = { format: 'fcos', score: least }
    const made = (await bench.run(detectDecode, { image, ...inputs }, params)).boxes as BoxesValue
    expect(numbersOf(made.scores)).toHaveLength(truth.decoded.fcos.scores.length)
    expect(made.names[1]).toBe('person')
  })

  it('filter by score, class and count', async () => {
    const of = { boxes: [...Array(16).keys()], scores: [0.4, 0.9, 0.6, Number.NaN], classes: [0, 1, 1, 2] }
    const filtered = async (params: object) => {
      const made = await bench.run(detectFilter, { boxes: await value(of) }, params as Record<string, unknown>)
      return numbersOf((made.boxes as BoxesValue).boxes).filter((_, i) => i % 4 === 0)
    }
    expect(await filtered({})).toEqual([4, 8])
    expect(await filtered({ score: 0 })).toEqual([4, 8, 0])
    expect(await filtered({ score: 0, classes: ' Dog,0', count: 2 })).toEqual([4, 8])
    expect(await filtered({ score: 0, classes: 'cat' })).toEqual([0])
    await expect(filtered({ classes: 'cow' })).rejects.toThrow(/"cow"; wanted names or numbers.*cat, dog, bird/)
  })

  const picture = (width: number, height: number) =>
    device.image(
      { kind: 'image', width, height, channels: 1, space: 'gray', alpha: false },
      new Float32Array(width * height),
    )

  it('lay anchors over a picture, of every cell or of the middle one', async () => {
    const image = await picture(48, 32)
    const params = { strides: [8, 16], sizes: [32, 45, 64, 90], ratios: [0.5, 1, 2] }
    const { boxes } = (await bench.run(anchorsNode, { image }, params)) as { boxes: BoxesValue }
    expectClose(numbersOf(boxes.boxes), truth.anchors.grids)
    expect(boxes.names).toEqual(['stride 8', 'stride 16'])
    const middle = (await bench.run(anchorsNode, { image }, { ...params, cells: 'middle' })).boxes as BoxesValue
    const all = numbersOf(boxes.boxes)
    // The cell in row 2, column 3 of 4 × 6, then that in row 1, column 1 of 2 × 3.
    const from = [(2 * 6 + 3) * 24, (24 + 1 * 3 + 1) * 24]
    expect(numbersOf(middle.boxes)).toEqual(from.flatMap((at) => all.slice(at, at + 24)))
    await expect(bench.run(anchorsNode, { image }, { ...params, sizes: [1, 2, 3] })).rejects.toThrow(/3 numbers/)
    await expect(bench.run(anchorsNode, { image }, { ...params, ratios: [-1] })).rejects.toThrow(/above 0/)
    await expect(bench.run(anchorsNode, { image }, { ...params, strides: [0, 1] })).rejects.toThrow(/from 1 on/)
  })

  it('slide a window over a picture, inside it', async () => {
    const params = { width: 10, height: 5, step: 10, scales: [1, 2, 4] }
    const made = await bench.run(slidingWindow, { image: await picture(25, 15) }, params)
    const boxes = made.boxes as BoxesValue
    // 2 across and 2 down, then one of twice the size, and none of four times.
    expect(numbersOf(boxes.boxes)).toEqual(
      [
        [0, 0],
        [10, 0],
        [0, 10],
        [10, 10],
      ]
        .flatMap(([x = 0, y = 0]) => [x, y, x + 10, y + 5])
        .concat(0, 0, 20, 10),
    )
    expect(numbersOf(boxes.classes)).toEqual([0, 0, 0, 0, 1])
    expect(made.count).toEqual({ kind: 'number', value: 5 })
  })

  it('take a box by hand, and add it to others', async () => {
    const image = await picture(50, 40)
    const params = { x: 1, y: 2, width: 10, height: 20, name: 'dog' }
    const one = (await bench.run(boxNode, { image }, params)).boxes as BoxesValue
    const boxes = await value({ boxes: [0, 0, 5, 5], scores: [0.5], classes: [2] })
    const two = (await bench.run(boxNode, { image, boxes }, params)).boxes as BoxesValue
    expect([numbersOf(one.boxes), one.names]).toEqual([[1, 2, 11, 22], ['dog']])
    expect([numbersOf(two.boxes), numbersOf(two.classes), two.names]).toEqual([
      [0, 0, 5, 5, 1, 2, 11, 22],
      [2, 1],
      ['cat', 'dog', 'bird'],
    ])
  })

  it('tell of each box which one it overlaps most', async () => {
    const one = await value({ boxes: [0, 0, 10, 10, 50, 50, 60, 60], scores: [0.5, 0.9], classes: [0, 1] })
    const other = await value({ boxes: [0, 0, 10, 5, 0, 0, 10, 9], scores: [1, 1], classes: [2, 2] })
    const { table, matrix } = await bench.run(iouNode, { boxes: one, other })
    expect(table).toMatchObject({
      rows: [
        ['1 (cat)', '2 (bird)', Math.fround(0.9)],
        ['2 (dog)', '1 (bird)', 0],
      ],
    })
    expect(matrix).toMatchObject({ shape: [2, 2] })
    const none = await value({ boxes: [], scores: [], classes: [] })
    const empty = await bench.run(iouNode, { boxes: one, other: none })
    expect(empty.table).toMatchObject({ rows: [['1 (cat)', '–', '–'], expect.anything()] })
  })
})

it('has as many boxes as scores', () => expect(boxes).toHaveLength(4 * count))
