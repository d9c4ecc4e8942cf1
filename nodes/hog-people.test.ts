/** Windows that a linear SVM on HOG finds: those of OpenCV on three photographs (fixtures/hog_people.py); a model of one's own. */
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { BoxesValue, TensorValue, Value } from '../engine/values/index.ts'
import { noise, pictureShape } from '../host/testing/cpu.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { hogSvm } from './detect/hog-svm.ts'
import truth from './fixtures/hog-people.json' with { type: 'json' }

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

const pngs = new Map(truth.cases.filter(({ png }) => png).map(({ file, png }) => [file, png]))

describe.each(truth.cases)('$file, scale $scale', ({ file, scale, least, boxes }) => {
  it('has the windows of cv2.HOGDescriptor, with their margins', async () => {
    const { data, info } = await sharp(Buffer.from(pngs.get(file) ?? '', 'base64'))
      .raw()
      .toBuffer({ resolveWithObject: true })
    const image = await bench.device.image(
      pictureShape(info.height, info.width, info.channels),
      Float32Array.from(data, (v) => v / 255),
    )
    const found = (await bench.run(hogSvm, { image }, { scale, threshold: least })).boxes as BoxesValue
    const sides = bench.device.read(found.boxes)
    const margins = Array.from(bench.device.read(found.scores), (score) => Math.log(score / (1 - score)))
    const ours = new Map(
      margins.map((margin, i) => {
        const [x = 0, y = 0, x1 = 0, y1 = 0] = sides.slice(4 * i, 4 * i + 4)
        return [[x, y, x1 - x, y1 - y].join(), margin]
      }),
    )
    expect(boxes.length).toBeGreaterThan(1)
    // OpenCV resizes in whole steps of 1/2,048: margins differ in the third digit, and a window at the brink may fall on the other side.
    const brink = 0.03
    for (const [x, y, w, h, margin = 0] of boxes) {
      const own = ours.get([x, y, w, h].join())
      if (margin > least + brink) expect(own, `${x}, ${y}, ${w} × ${h}`).toBeDefined()
      if (own !== undefined) expect(Math.abs(own - margin)).toBeLessThan(brink)
    }
    const known = new Set(boxes.map((row) => row.slice(0, 4).join()))
    for (const [box, margin] of ours) if (margin > least + brink) expect([...known], box).toContain(box)
  })
})

const tensor = async (shape: readonly number[], axes: readonly string[], numbers: ArrayLike<number>) =>
  (await bench.device.ops.fromNumbers({ shape: { kind: 'tensor', shape, axes }, numbers })) as TensorValue

it('takes the column of one class of weights that were trained', async () => {
  const image = await bench.device.image(pictureShape(16, 24, 1), noise(384, 5))
  const params = { width: 16, height: 16, cell: 4, class: 1, threshold: 0.5, name: 'it' }
  const length = 3 * 3 * 36
  const weights = await tensor([length, 2], ['C', 'K'], new Float32Array(2 * length))
  const bias = await tensor([2], ['C'], [-1, 1])
  const { boxes } = await bench.run(hogSvm, { image, weights, bias }, params)
  // Three places at scale 1; none is larger.
  expect(boxes).toMatchObject({ names: ['it'], width: 24, height: 16 })
  expect(Array.from(bench.device.read((boxes as BoxesValue).boxes)).filter((_, i) => i % 4 === 0)).toEqual([0, 4, 8])
  const none = await bench.run(hogSvm, { image, weights, bias }, { ...params, class: 0 })
  expect((none.boxes as BoxesValue).scores.shape).toEqual([0])
})

it('finds nothing in what is small, flat or no number', async () => {
  for (const [height, width, value] of [
    [1, 1, 0.5],
    [127, 64, 0.5],
    [128, 64, 0.5],
    [130, 70, Number.NaN],
    [130, 70, Number.POSITIVE_INFINITY],
  ] as const) {
    const image = await bench.device.image(pictureShape(height, width, 1), new Float32Array(height * width).fill(value))
    const { boxes } = await bench.run(hogSvm, { image })
    expect((boxes as BoxesValue).scores.shape).toEqual([0])
  }
})

it.each([
  ['a window of another size without weights', { width: 32 }, undefined, 'hog.own-window'],
  ['a window that is no whole cells', { width: 60 }, undefined, 'hog.window'],
  ['a window smaller than a block', { width: 8, height: 8 }, undefined, 'hog.window'],
  ['weights of another length', {}, 12, 'op.unsupported'],
  ['a class that there is not', { class: 2 }, 3780, 'op.unsupported'],
])('refuses %s', async (_, params, length, code) => {
  const image = await bench.device.image(pictureShape(130, 70, 1), noise(9100, 2))
  const given: Record<string, Value> = { image }
  if (length !== undefined) given.weights = await tensor([length, 1], ['C', 'K'], new Float32Array(length))
  await expect(bench.run(hogSvm, given, params)).rejects.toMatchObject({ code })
})
