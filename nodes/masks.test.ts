/** YOLO's prototypes against torch, and the panoptic merge against a second implementation (fixtures/masks.py). */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { BoxesValue, LabelmapValue, MaskValue, TableValue, TensorValue } from '../engine/values/index.ts'
import { algorithmStepSchema } from '../engine/values/step.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { boxesFrom } from './boxes.ts'
import truth from './fixtures/masks.json' with { type: 'json' }
import { letterbox } from './geometry/letterbox.ts'
import { panopticMerge } from './segment/panoptic-merge.ts'
import { yoloMasks } from './segment/yolo-masks.ts'

const bench = await createNodeBench('.')
const { device } = bench
afterEach(() => device.clear())
afterAll(() => bench.close())

const tensor = async (shape: readonly number[], numbers: readonly number[], dtype?: 'int32'): Promise<TensorValue> =>
  (await device.ops.fromNumbers({
    shape: { kind: 'tensor', shape, axes: [...'NCHW'].slice(-shape.length), ...(dtype && { dtype }) },
    numbers,
  })) as TensorValue
const picture = (width: number, height: number) =>
  device.image(
    { kind: 'image', width, height, channels: 3, space: 'rgb', alpha: false, range: [0, 1] },
    new Float32Array(3 * width * height),
  )

describe('prototypes', () => {
  const { width, height, rows, columns, count, classes, cells, output, prototypes, source, ids } = truth.yolo
  const given = async () => ({
    output: await tensor([1, 4 + classes + count, cells], output),
    prototypes: await tensor([1, count, rows, columns], prototypes),
  })
  const different = (made: LabelmapValue, wanted: readonly number[]): number =>
    Array.from(device.read(made.labels)).filter((label, i) => label !== wanted[i]).length

  it('become masks as torch makes them', async () => {
    const made = await bench.run(yoloMasks, { image: await picture(width, height), ...(await given()) })
    const { boxes, classes: found } = made.boxes as BoxesValue
    expect(Array.from(device.read(found))).toEqual(ids)
    expect(Array.from(device.read(boxes))).toEqual(truth.yolo.boxes.map(Math.fround))
    expect(different(made.objects as LabelmapValue, truth.yolo.labels)).toBe(0)
    expect(new Set(truth.yolo.labels).size).toBeGreaterThan(8)
    const inAny = Array.from(device.read((made.mask as MaskValue).pixels))
    expect(inAny).toEqual(truth.yolo.labels.map((label) => Math.min(1, label)))
  })

  it('are found again in the picture that was letterboxed', async () => {
    const [tall = 0, wide = 0] = source
    const { image } = await bench.run(letterbox, { image: await picture(wide, tall) }, { width, height })
    if (!image) throw new Error('no letterbox')
    const made = await bench.run(yoloMasks, { image, ...(await given()) })
    expect(made.objects).toMatchObject({ width: wide, height: tall })
    const sides = Array.from(device.read((made.boxes as BoxesValue).boxes))
    for (const [i, side] of truth.yolo.back.entries()) expect(sides[i]).toBeCloseTo(side, 3)
    // A pixel may lie on the border by less than float32 tells.
    expect(different(made.objects as LabelmapValue, truth.yolo.boxed)).toBeLessThanOrEqual(2)
  })

  it('of another number than the weights are refused', async () => {
    const wrong = { ...(await given()), prototypes: await tensor([1, 8, 4, 4], new Array(128).fill(0)) }
    const run = bench.run(yoloMasks, { image: await picture(width, height), ...wrong })
    await expect(run).rejects.toThrow(/1 × \(4 \+ classes \+ 8\) × boxes/)
  })
})

describe('the panoptic merge', () => {
  const { width, height, semantic, masks, scores, names, classes, cases } = truth.panoptic
  const given = async () => {
    // The boxes of full-size masks do not matter.
    const boxes = scores.flatMap(() => [0, 0, width, height])
    const things = names.map((name) => (name === 'person' || name === 'car' ? name : `no ${name}`))
    return {
      labels: {
        kind: 'labelmap',
        ...{ width, height, names },
        labels: await tensor([height, width], semantic, 'int32'),
      } as LabelmapValue,
      boxes: await boxesFrom({ boxes, scores, classes }, { width, height, names: things }, device.ops),
      masks: await tensor([scores.length, 1, height, width], masks),
    }
  }

  it.each(cases)('is that of the paper: overlap $overlap, area $area, score $score', async (wanted) => {
    const { overlap, area, score } = wanted
    const params = { overlap, area, score }
    const made = await bench.run(panopticMerge, await given(), params)
    const segments = made.segments as LabelmapValue
    expect(Array.from(device.read(segments.labels))).toEqual(wanted.segments)
    expect(segments.names.slice(1)).toEqual(wanted.names)
    const kept = (made.table as TableValue).rows.filter(([segment]) => segment !== '–')
    expect(kept.map(([, name]) => name)).toEqual(wanted.names)

    const read = async (part: TensorValue) => device.read(part)
    const context = { signal: new AbortController().signal, read } as never
    const steps = []
    const told = panopticMerge.steps?.of({ ...(await given()), ...bench.params(panopticMerge, params) }, context)
    for await (const step of told ?? []) steps.push(algorithmStepSchema.parse(step))
    expect(steps).toHaveLength((made.table as TableValue).rows.length)
    expect(steps.at(-1)?.state?.segments).toBe(kept.length)
    expect(steps.filter(({ say }) => /: segment \d+\.$/.test(say))).toHaveLength(kept.length)
  })

  it('takes the stuff that is named', async () => {
    const made = await bench.run(panopticMerge, await given(), { score: 1, area: 0, stuff: 'Sky, 4' })
    expect((made.segments as LabelmapValue).names).toEqual(['nothing', 'sky', 'road'])
    await expect(bench.run(panopticMerge, await given(), { stuff: 'sea' })).rejects.toMatchObject({
      code: 'param.invalid',
    })
  })
})
