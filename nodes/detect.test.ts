import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { NodeDefinition } from '../engine/graph/node.ts'
import type { BoxesValue, ImageValue, TensorValue } from '../engine/values/index.ts'
import { algorithmStepSchema } from '../engine/values/step.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { coco80, coco90 } from './coco.ts'
import { convert } from './colour/convert.ts'
import type { NumbersIn } from './decode.ts'
import { detectDecode } from './detect/decode.ts'
import { decodeFastestDet } from './detect/formats/fastestdet.ts'
import { decodeSsd } from './detect/formats/ssd.ts'
import { decodeYolox } from './detect/formats/yolox.ts'
import { detectNms } from './detect/nms.ts'
import { gaussianBlur } from './filter/gaussian-blur.ts'
import { median } from './filter/median.ts'
import truth from './fixtures/detect.json' with { type: 'json' }
import { crop } from './geometry/crop.ts'
import { letterbox } from './geometry/letterbox.ts'
import { iouOf } from './iou.ts'
import { arithmetic } from './math/arithmetic.ts'
import { type NmsMethod, nms, nmsSteps } from './nms.ts'
import { toldNms } from './nms-steps.ts'

const { boxes, scores, classes, cases } = truth.nms
const candidates = { boxes: boxes.flat(), scores, classes }

describe('suppression', () => {
  it.each(cases.map((one) => ({ ...one, method: one.method as NmsMethod })))(
    'keeps what torchvision and the Soft-NMS paper keep: $method, iou $iou, score $score',
    ({ kept, ...params }) => {
      const found = nms(candidates, params)
      expect(found.map(({ index }) => index)).toEqual(kept.map(([index]) => index))
      for (const [i, { score }] of found.entries()) expect(score).toBeCloseTo(kept[i]?.[1] ?? Number.NaN, 6)
    },
  )

  it('has cases in which the methods differ', () => {
    const counts = new Set(cases.filter(({ iou, score }) => iou === 0.3 && score === 0).map(({ kept }) => kept.length))
    expect(counts.size).toBe(3)
  })

  it('tells each decision: who stays, and who goes because of it', () => {
    const two = { boxes: [0, 0, 10, 10, 0, 0, 10, 5, 50, 50, 60, 60], scores: [0.5, 0.9, 0.4], classes: [0, 0, 0] }
    expect([...nmsSteps(two, { iou: 0.4, score: 0, method: 'hard' })]).toEqual([
      { kept: { index: 1, score: 0.9 }, changed: [{ index: 0, iou: 0.5, score: 0 }] },
      { kept: { index: 2, score: 0.4 }, changed: [] },
    ])
    // 0.5 · exp(−0.5² / 0.5)
    const soft = nms(two, { iou: 0.4, score: 0, method: 'soft' })
    expect(soft[2]).toEqual({ index: 0, score: 0.5 * Math.exp(-0.5) })
  })

  it('takes nothing, and refuses what has no score', () => {
    expect(nms({ boxes: [], scores: [], classes: [] }, { iou: 0.5, score: 0, method: 'hard' })).toEqual([])
    const odd = { boxes: [0, 0, 1, 1, 0, 0, 1, 1], scores: [0.5, Number.NaN], classes: [0, 0] }
    expect(() => nms(odd, { iou: 0.5, score: 0, method: 'soft' })).toThrow(/1 of 2 boxes/)
    expect(iouOf([3, 3, 3, 3], 0, [3, 3, 3, 3], 0)).toBeNaN()
  })
})

describe('suppression, told step by step', () => {
  const names = ['cat', 'dog', 'bird']
  it.each(cases.map((one) => ({ ...one, method: one.method as NmsMethod })))(
    'ends with what is kept: $method, iou $iou, score $score',
    ({ kept, ...params }) => {
      const steps = [...toldNms(candidates, params, names)]
      for (const step of steps) algorithmStepSchema.parse(step)
      const order = scores.map((_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
      const numbers = kept.map(([index = -1]) => order.indexOf(index) + 1)
      expect(new Set(steps.at(-1)?.state?.kept as number[])).toEqual(new Set(numbers))
      expect(steps.at(-1)?.marks?.filter(({ group }) => group === 0)).toHaveLength(kept.length)
    },
  )

  it('names the pair, its overlap and the limit', () => {
    const two = { boxes: [0, 0, 10, 10, 0, 0, 10, 5, 50, 50, 60, 60], scores: [0.5, 0.9, 0.1], classes: [0, 0, 0] }
    const steps = [...toldNms(two, { iou: 0.4, score: 0.2, method: 'class' }, names)]
    expect(steps.map(({ say }) => say)).toEqual([
      '3 boxes, best first. 1 with a score below 0.20 is left out.',
      'Box 1 (cat, 0.90) is the best of those that wait: it stays.',
      'Box 2 (cat, 0.50) overlaps box 1 by 0.50, more than 0.40: it is removed.',
      'No box waits any more: 1 of 3 stay.',
    ])
    expect(steps[2]?.marks?.map(({ label, group }) => [label, group])).toEqual([
      ['best', 1],
      ['removed, IoU 0.50', 3],
      [undefined, 6],
    ])
    expect(steps[2]?.marks?.[1]).toMatchObject({ kind: 'rect', box: [0, 0, 10, 10], row: 1 })
  })
})

interface Detected {
  readonly shape: readonly number[]
  readonly cells: Readonly<Record<string, readonly number[] | undefined>>
  readonly letterbox: { readonly width: number; readonly height: number; readonly anchor: string }
  readonly found: readonly { readonly box: readonly number[]; readonly score: number; readonly class: number }[]
}

/** The network's numbers; of cells that are not in the fixture: 0. */
function given({ shape, cells }: Detected, planar: boolean): NumbersIn {
  const count = shape.reduce((a, b) => a * b, 1)
  const numbers = new Float32Array(count)
  const each = planar ? (shape[1] ?? 0) : (shape[2] ?? 0)
  const plane = count / each
  for (const [cell, values] of Object.entries(cells))
    for (const [i, value] of (values ?? []).entries())
      numbers[planar ? i * plane + Number(cell) : Number(cell) * each + i] = value
  return { shape, numbers }
}

describe('boxes of a real photograph', () => {
  it.each([
    { name: 'YOLOX', of: truth.yolox as Detected, decode: decodeYolox, planar: false },
    { name: 'FastestDet', of: truth.fastestdet as Detected, decode: decodeFastestDet, planar: true },
  ])('are those of a plain script, to half a pixel: $name', ({ of, decode, planar }) => {
    const decoded = decode(given(of, planar), of.letterbox, 0.3)
    const kept = nms(decoded, { iou: 0.45, score: 0.3, method: 'class' })
    expect(kept.map(({ index }) => decoded.classes[index])).toEqual(of.found.map((found) => found.class))
    const { width, height } = truth.photo
    const scale = Math.min(of.letterbox.width / width, of.letterbox.height / height)
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
    const corner = of.letterbox.anchor === 'corner'
    const [x, y] = corner ? [0, 0] : [(of.letterbox.width - w) >> 1, (of.letterbox.height - h) >> 1]
    for (const [i, { index, score }] of kept.entries()) {
      expect(score).toBeCloseTo(of.found[i]?.score ?? Number.NaN, 4)
      const box = [0, 1, 2, 3].map((side) => decoded.boxes[4 * index + side] ?? Number.NaN)
      const back = box.map((value, side) => (side % 2 ? (value - y) * (height / h) : (value - x) * (width / w)))
      for (const [side, value] of back.entries())
        expect(Math.abs(value - (of.found[i]?.box[side] ?? Number.NaN))).toBeLessThan(0.5)
    }
  })

  it('of SSD are scaled from 0..1, y first', () => {
    const scores = { shape: [1, 2, 3], numbers: [0.1, 0.7, 0.2, 0.01, 0.02, 0.03] }
    const anchors = { shape: [1, 2, 1, 4], numbers: [0.25, 0.5, 0.75, 1, 0, 0, 1, 1] }
    const { boxes, scores: found, classes } = decodeSsd(scores, anchors, { width: 200, height: 100 }, 0.5)
    expect([...Array.from(boxes), ...Array.from(classes)]).toEqual([100, 25, 200, 75, 1])
    expect(found[0]).toBeCloseTo(0.7, 6)
  })

  it('are refused where the shape is another network’s', () => {
    const numbers = new Float32Array(3549 * 85)
    const size = { width: 416, height: 320 }
    for (const wrong of [
      () => decodeYolox({ shape: [1, 3549, 85], numbers }, size, 0),
      () => decodeFastestDet({ shape: [1, 3549, 85], numbers }, size, 0),
      () => decodeSsd({ shape: [1, 3549, 85], numbers }, { shape: [1, 7, 4], numbers }, size, 0),
    ])
      expect(wrong).toThrow(/./)
  })
})

const bench = await createNodeBench('.')
const { device } = bench
afterEach(() => device.clear())

const tensor = ({ shape, numbers }: NumbersIn) =>
  device.ops.fromNumbers({ shape: { kind: 'tensor', shape, axes: [...'NLCD'].slice(0, shape.length) }, numbers })

const plain = ({ boxes, scores, classes }: BoxesValue) => {
  const [sides, weights, ids] = [boxes, scores, classes].map((part: TensorValue) => Array.from(device.read(part)))
  return (weights ?? []).map((score, i) => ({ box: sides?.slice(4 * i, 4 * i + 4), score, class: ids?.[i] }))
}

describe('the nodes, one after the other', () => {
  it.each([
    { format: 'yolox', of: truth.yolox as Detected, planar: false },
    { format: 'fastestdet', of: truth.fastestdet as Detected, planar: true },
  ])('find what the plain script finds, in pixels of the photo: $format', async ({ format, of, planar }) => {
    const { width, height } = truth.photo
    const shape = { kind: 'image', width, height, channels: 3, space: 'rgb', alpha: false } as const
    const photo = await device.image(shape, new Float32Array(width * height * 3))
    const { image } = await bench.run(letterbox, { image: photo }, { ...of.letterbox, fill: 0 })
    if (!image) throw new Error('no picture')
    const params = { format, score: 0.3 }
    const decoded = await bench.run(detectDecode, { image, output: await tensor(given(of, planar)) }, params)
    const boxes = decoded.boxes as BoxesValue
    expect(boxes).toMatchObject({ kind: 'boxes', width, height, names: coco80 })
    const kept = (await bench.run(detectNms, { boxes }, { iou: 0.45, score: 0.3 })).boxes as BoxesValue
    const found = plain(kept)
    expect(found.map((one) => one.class)).toEqual(of.found.map((one) => one.class))
    for (const [i, wanted] of of.found.entries()) {
      expect(found[i]?.score).toBeCloseTo(wanted.score, 4)
      for (const [side, value] of wanted.box.entries())
        expect(Math.abs((found[i]?.box?.[side] ?? Number.NaN) - value)).toBeLessThan(0.5)
    }
  })

  it('know what the boxes are of before anything runs, and through filters on the way', async () => {
    const shape = {
      kind: 'image',
      width: 60,
      height: 40,
      channels: 3,
      space: 'rgb',
      alpha: false,
      range: [0, 1],
    } as const
    const photo = await device.image(shape, new Float32Array(60 * 40 * 3))
    const params = { width: 32, height: 32 }
    const foretold = await bench.shape(letterbox, { image: photo }, params)
    const { image } = await bench.run(letterbox, { image: photo }, params)
    expect(foretold.image).toMatchObject({ placement: (image as ImageValue).placement })
    const way: readonly (readonly [NodeDefinition, object])[] = [
      [arithmetic, {}],
      [gaussianBlur, { sigma: 1 }],
      [median, {}],
      [convert, { to: 'bgr' }],
    ]
    let value = image as ImageValue
    for (const [node, given] of way) {
      value = (await bench.run(node, { image: value }, given as Record<string, unknown>)).image as ImageValue
      expect(value.placement, node.type).toEqual({
        source: { width: 60, height: 40 },
        matrix: [60 / 32, 0, 0, 0, 40 / 21, expect.closeTo((-5 * 40) / 21, 9), 0, 0, 1],
      })
    }
    expect(await bench.shape(detectDecode, { image: value })).toEqual({
      boxes: { kind: 'boxes', width: 60, height: 40 },
    })
    // Cut, it lies nowhere.
    const cut = (await bench.run(crop, { image: value }, { x: 1, y: 1, width: 8, height: 8 })).image as ImageValue
    expect(cut.placement).toBeUndefined()
  })

  it('have the names in a file, one a line, for every class', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-names-'))
    try {
      const shape = { kind: 'image', width: 32, height: 32, channels: 3, space: 'rgb', alpha: false } as const
      const image = await device.image(shape, new Float32Array(32 * 32 * 3))
      // One cell of FastestDet, 3 classes: objectness 1, the second class.
      const output = await tensor({ shape: [1, 8, 1, 1], numbers: [1, 0, 0, 0, 0, 0, 1, 0] })
      const decode = async (text: string | Uint8Array, name = 'names.txt') => {
        const file = join(folder, name)
        await writeFile(file, text)
        return bench.run(detectDecode, { image, output }, { format: 'fastestdet', labels: 'file', file })
      }
      const made = (await decode('\ufeffapple\r\nred pepper\r\nZwiebel süß\r\n\r\n')).boxes as BoxesValue
      expect(made.names).toEqual(['apple', 'red pepper', 'Zwiebel süß'])
      expect(Array.from((await bench.device.ops.read(made.classes, {})) as Int32Array)).toEqual([1])
      await expect(decode('apple\nred pepper\n')).rejects.toMatchObject({
        code: 'detect.names',
        params: { given: 2, wanted: 3 },
      })
      for (const wrong of [Uint8Array.of(0xff, 0xfe, 0x41, 0), Uint8Array.of(65, 0, 66)])
        await expect(decode(wrong)).rejects.toMatchObject({ code: 'file.not-text' })
      await expect(decode(new Uint8Array(2_000_000).fill(65))).rejects.toMatchObject({ code: 'file.not-text' })
      await expect(decode('')).rejects.toMatchObject({ code: 'file.empty' })
      const gone = { format: 'fastestdet', labels: 'file', file: join(folder, 'gone.txt') }
      await expect(bench.run(detectDecode, { image, output }, gone)).rejects.toMatchObject({ code: 'file.missing' })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('say which tensor is missing, and which shape is wrong', async () => {
    const shape = { kind: 'image', width: 32, height: 32, channels: 3, space: 'rgb', alpha: false } as const
    const image = await device.image(shape, new Float32Array(32 * 32 * 3))
    await expect(bench.run(detectDecode, { image }, { format: 'ssd' })).rejects.toMatchObject({ code: 'input.waiting' })
    const output = await tensor({ shape: [1, 2, 3], numbers: new Float32Array(6) })
    await expect(bench.run(detectDecode, { image, output })).rejects.toMatchObject({ code: 'detect.shape' })
  })
})

it('COCO has 80 classes, in 90 ids of which ten are unused', () => {
  expect(coco80).toHaveLength(80)
  expect(coco90).toHaveLength(90)
  // Of the published id list: 1 person, 13 stop sign, 37 sports ball, 90 toothbrush.
  expect([1, 13, 37, 90].map((id) => coco90[id - 1])).toEqual(['person', 'stop sign', 'sports ball', 'toothbrush'])
})
