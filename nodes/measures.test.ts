/** The measures over ground truth against pycocotools, VOC's and panopticapi's code; fixtures/measures.py names the versions. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { NodeDefinition } from '../engine/graph/node.ts'
import type {
  BoxesValue,
  LabelmapValue,
  SequenceValue,
  TableValue,
  TensorValue,
  Value,
} from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { parseCoco, parseVoc } from './annotations.ts'
import { boxesFrom } from './boxes.ts'
import truth from './fixtures/measures.json' with { type: 'json' }
import { annotations } from './io/annotations.ts'
import { averagePrecisionNode } from './measure/average-precision.ts'
import { confusionMatrix } from './measure/confusion-matrix.ts'
import { match } from './measure/match.ts'
import { meanIou } from './measure/mean-iou.ts'
import { panopticQuality } from './measure/panoptic-quality.ts'
import { prCurve } from './measure/pr-curve.ts'
import { labelsFromImage } from './segment/from-image.ts'
import { vocColour } from './voc.ts'

const bench = await createNodeBench('.')
const { device } = bench
const coco = await readFile(join(import.meta.dirname, 'fixtures/annotations.json'), 'utf8')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-measures-'))
  await writeFile(join(folder, 'truth.json'), coco)
  for (const [i, xml] of truth.xml.entries()) await writeFile(join(folder, `picture ${i}.xml`), xml)
})
afterEach(() => device.clear())
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true })
})

const sequence = <T extends Value>(values: readonly T[], labels?: readonly string[]): SequenceValue => ({
  kind: 'sequence',
  length: values.length,
  element: { kind: 'unknown' },
  ...(labels && { labels }),
  at: async (index) => values[index] as T,
})

const labels = truth.found.map((_, i) => `picture ${i}.png`)
const { width, height } = truth
/** Class 3 is one that ground truth has not. */
const names = ['nothing', 'cat', 'dog', 'fish', 'bird']

const detected = async (): Promise<readonly BoxesValue[]> =>
  Promise.all(
    truth.found.map((boxes) =>
      boxesFrom(
        {
          boxes: boxes.flatMap(({ box }) => box),
          scores: boxes.map(({ score }) => score),
          classes: boxes.map((one) => one.class),
        },
        { width, height, names },
        device.ops,
      ),
    ),
  )

const annotated = async (format: 'coco' | 'voc', image?: SequenceValue): Promise<SequenceValue> => {
  const params = { format, path: join(folder, 'truth.json'), folder }
  return (await bench.run(annotations, image ? { image } : {}, params)).boxes as SequenceValue
}

const rowsOf = (value: Value | undefined): ReadonlyMap<string, readonly (string | number)[]> =>
  new Map((value as TableValue).rows.map(([name, ...rest]) => [String(name), rest]))

function expectClose(made: readonly (string | number | undefined)[], wanted: readonly number[], say = ''): void {
  expect(made.length, say).toBe(wanted.length)
  for (const [i, number] of wanted.entries())
    expect(Math.abs(Number(made[i]) - number), `${say} ${i}: ${made[i]} for ${number}`).toBeLessThan(1e-5)
}

const run = async (
  node: NodeDefinition,
  params: object,
  format: 'coco' | 'voc' = 'coco',
  order?: readonly number[],
) => {
  const boxes = await detected()
  const chosen = order ?? boxes.map((_, i) => i)
  const found = sequence(
    chosen.map((i) => boxes[i] as BoxesValue),
    chosen.map((i) => labels[i] ?? ''),
  )
  const right = await annotated(format, format === 'voc' ? found : undefined)
  return bench.run(node, { boxes: found, truth: right }, params as Record<string, unknown>)
}

describe('average precision', () => {
  it('is that of pycocotools', async () => {
    const made = await run(averagePrecisionNode, { method: 'coco' })
    const rows = rowsOf(made.table)
    expectClose(rows.get('all classes')?.slice(0, 4) ?? [], truth.coco.stats, 'all')
    expectClose([(made.map as { value: number }).value], truth.coco.stats.slice(0, 1), 'map')
    for (const [name, wanted] of Object.entries(truth.coco.classes))
      expectClose(rows.get(name)?.slice(0, 4) ?? [], wanted, name)
    expect(rows.size).toBe(4)
  })

  it.each([
    ['voc2010', 0.5, 0],
    ['voc2007', 0.5, 1],
    ['voc2010', 0.75, 2],
    ['voc2007', 0.75, 3],
  ] as const)('is that of VOC’s code: %s, %d', async (method, iou, at) => {
    const rows = rowsOf((await run(averagePrecisionNode, { method, iou }, 'voc')).table)
    for (const [name, wanted] of Object.entries(truth.voc)) expectClose([rows.get(name)?.[0]], [wanted[at] ?? -1], name)
    // Of birds nothing was found.
    expect(rows.get('bird')?.[0]).toBe(0)
  })

  it('finds each picture’s annotations by its name, and leaves out what has none', async () => {
    const all = await run(averagePrecisionNode, {})
    const turned = await run(averagePrecisionNode, {}, 'coco', [8, 7, 6, 5, 4, 3, 2, 1, 0])
    expectClose(rowsOf(turned.table).get('all classes')?.slice(0, 4) ?? [], truth.coco.stats)
    expect((turned.pictures as TableValue).rows.length).toBe((all.pictures as TableValue).rows.length)
    const boxes = sequence([(await detected())[0] as BoxesValue], ['elsewhere.png'])
    await expect(bench.run(averagePrecisionNode, { boxes, truth: await annotated('coco') })).rejects.toThrow(
      /None of the 1 pictures has annotations among the 9/,
    )
  })

  it('lists the pictures, worst first', async () => {
    const { rows } = (await run(averagePrecisionNode, { score: 0.3 })).pictures as TableValue
    const quality = rows.map(([, f1]) => Number(f1))
    expect(quality).toEqual([...quality].sort((a, b) => a - b))
    expect(rows).toHaveLength(9)
    for (const [, f1 = 0, right = 0, wrong = 0, missed = 0] of rows) {
      const sum = 2 * Number(right) + Number(wrong) + Number(missed)
      expect(f1).toBeCloseTo(sum === 0 ? 1 : (2 * Number(right)) / sum, 12)
    }
  })
})

describe('precision and recall', () => {
  it('are the curve of pycocotools', async () => {
    const made = await run(prCurve, { class: 'Cat' })
    const { series } = made.curve as unknown as { series: { name: string; values: number[] }[] }
    expect(series.map(({ name }) => name)).toEqual(['cat'])
    expectClose(series[0]?.values ?? [], truth.coco.curve)
    expectClose([(made.ap as { value: number }).value], [truth.coco.classes.cat[1] ?? -1])
    const points = (made.points as TableValue).rows
    expect(Math.max(...points.map(([, , , recall]) => Number(recall)))).toBeLessThanOrEqual(1)
    await expect(run(prCurve, { class: 'cow' })).rejects.toThrow(/"cow"; wanted one of.*bird, cat, dog/)
  })

  it('count in pictures what the curve counts', async () => {
    const boxes = await detected()
    const right = await annotated('coco')
    const counts = { right: 0, wrong: 0, missed: 0 }
    for (const [i, one] of boxes.entries()) {
      const made = await bench.run(match, { boxes: one, truth: await right.at(i, new AbortController().signal) })
      for (const key of Object.keys(counts) as (keyof typeof counts)[])
        counts[key] += (made[key] as { value: number }).value
    }
    const { rows } = (await run(averagePrecisionNode, { score: 0 })).pictures as TableValue
    const sums = [2, 3, 4].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0))
    expect(Object.values(counts)).toEqual(sums)
    expect(Math.min(...sums)).toBeGreaterThan(3)
  })
})

describe('annotations', () => {
  const parsed = () => parseCoco(coco, 'truth.json')

  it('of both formats are the same boxes', () => {
    for (const [i, xml] of truth.xml.entries()) {
      const [one, other] = [parseVoc(xml, `picture ${i}.xml`), parsed()]
      const [a, b] = [one.pictures[0], other.pictures[i]]
      expect(a?.boxes).toEqual(b?.boxes)
      expect(a?.ignored).toEqual(b?.ignored)
      expect(a?.classes.map((id) => one.names[id])).toEqual(b?.classes.map((id) => other.names[id]))
      expect([a?.name, a?.width, a?.height]).toEqual([b?.name, b?.width, b?.height])
    }
  })

  it('leave parts of persons out, and read entities', () => {
    const box = '<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>10</xmax><ymax>20</ymax></bndbox>'
    const part = `<part><name>head</name>${box.replace('10', '99')}</part>`
    const xml = `<annotation><size><width>40</width><height>30</height></size><object>${part}<name>cat &amp; dog</name>${box}</object></annotation>`
    expect(parseVoc(xml, 'folder/7.xml')).toEqual({
      names: ['cat & dog'],
      pictures: [{ name: '7', width: 40, height: 30, boxes: [0, 1, 10, 20], classes: [0], ignored: [false] }],
    })
  })

  it.each([
    ['{', /no file of annotations/],
    ['[]', /no list "categories"/],
    ['{"categories": [{"id": 1e9}], "images": [], "annotations": []}', /id 1000000000/],
    ['{"categories": [], "images": [{"id": 1}], "annotations": []}', /"file_name"/],
    ['{"categories": [], "images": [], "annotations": [{"image_id": 3, "category_id": 1}]}', /picture 3/],
  ])('say what is wrong with a file: %s', (text, words) => expect(() => parseCoco(text, 'a.json')).toThrow(words))

  it.each(['<html/>', '<annotation><object></object></annotation>', '<annotation></annotation>'])(
    'say what is wrong with XML: %s',
    (text) => expect(() => parseVoc(text, 'a.xml')).toThrow(/no file of annotations/),
  )

  it('are those of the pictures that are wired, and say which one is missing', async () => {
    const pictures = sequence([], ['picture 2.jpg', 'other.jpg'])
    const wired = await annotated('coco', { ...pictures, length: 2 })
    const { signal } = new AbortController()
    const first = (await wired.at(0, signal)) as BoxesValue
    expect(first.names[first.names.length - 1]).toBe('bird')
    expect(Array.from(device.read(first.boxes))).toEqual(parsed().pictures[2]?.boxes)
    await expect(wired.at(1, signal)).rejects.toMatchObject({ code: 'annotations.no-picture' })
    const voc = await annotated('voc', { ...pictures, length: 2 })
    await expect(voc.at(1, signal)).rejects.toMatchObject({ code: 'file.missing' })
    await expect(annotated('voc')).rejects.toMatchObject({ code: 'input.waiting' })
  })
})

const labelmap = async (
  numbers: readonly number[],
  size: { readonly width: number; readonly height: number },
  names: readonly string[],
): Promise<LabelmapValue> => ({
  kind: 'labelmap',
  ...size,
  names,
  labels: (await device.ops.fromNumbers({
    shape: { kind: 'tensor', shape: [size.height, size.width], axes: ['H', 'W'], dtype: 'int32' },
    numbers,
  })) as TensorValue,
})

describe('label maps', () => {
  const { maps, width, height, matrix, iou, dice, accuracy } = truth.labelled
  const inputs = async () => {
    const of = (at: 0 | 1) =>
      Promise.all(maps.map((pair) => labelmap(pair[at] ?? [], { width, height }, ['sky', 'tree'])))
    return { labels: sequence(await of(1)), truth: sequence(await of(0)) }
  }

  it('agree as NumPy counts it', async () => {
    const made = await bench.run(meanIou, await inputs())
    const rows = (made.table as TableValue).rows.slice(1)
    expectClose(
      rows.map((row) => row[1]),
      iou,
    )
    expectClose(
      rows.map((row) => row[2]),
      dice,
    )
    expectClose([(made.accuracy as { value: number }).value], [accuracy])
    expectClose([(made.miou as { value: number }).value], [iou.reduce((a, b) => a + b, 0) / iou.length])
    expect(rows.map(([name]) => name)).toEqual(['sky', 'tree', '2', '3', '4'])
  })

  it('are confused as NumPy counts it', async () => {
    const made = (await bench.run(confusionMatrix, await inputs())).matrix as TableValue
    expect(made.rows.map((row) => row.slice(1))).toEqual(matrix)
    const parts = (await bench.run(confusionMatrix, await inputs(), { normalise: 'truth' })).matrix as TableValue
    for (const [i, row] of parts.rows.entries()) {
      const sum = row.slice(1).reduce<number>((a, b) => a + Number(b), 0)
      expect(sum).toBeCloseTo(matrix[i]?.some((n) => n > 0) ? 1 : 0, 12)
    }
  })

  it('are read from pictures, as data sets store them', async () => {
    // Of VOC's published table: background, aeroplane, bicycle, person, TV, and the edge.
    const colours = [0, 1, 2, 15, 20, 255].map(vocColour)
    expect(colours).toEqual([
      [0, 0, 0],
      [128, 0, 0],
      [0, 128, 0],
      [192, 128, 128],
      [0, 64, 128],
      [224, 224, 192],
    ])
    const of = async (channels: number, numbers: readonly number[], params: object) => {
      const space = channels === 1 ? 'gray' : 'rgb'
      const size = { width: numbers.length / channels, height: 1 }
      const shape = { kind: 'image', ...size, channels, space, alpha: false } as const
      const image = await device.image(
        shape,
        numbers.map((v) => v / 255),
      )
      const made = (await bench.run(labelsFromImage, { image }, params as Record<string, unknown>)).labels
      return Array.from((await device.ops.read((made as LabelmapValue).labels, {})) as Int32Array)
    }
    expect(await of(3, colours.flat(), { code: 'voc' })).toEqual([0, 1, 2, 15, 20, 255])
    expect(await of(3, [7, 1, 2], { code: 'coco' })).toEqual([7 + 256 + 2 * 65536])
    expect(await of(1, [0, 19, 255], {})).toEqual([0, 19, 255])
    expect(await of(1, [0, 255], { white: 1 })).toEqual([0, 1])
    await expect(of(3, [0, 0, 0, 5, 6, 7], { code: 'voc' })).rejects.toThrow(/column 1, row 0 is 5, 6, 7/)
    await expect(of(1, [0], { code: 'voc' })).rejects.toMatchObject({ code: 'op.unsupported' })
  })

  it('of two sizes are refused', async () => {
    const labels = await labelmap([1, 2], { width: 2, height: 1 }, [])
    const right = await labelmap([1, 2], { width: 1, height: 2 }, [])
    const wrong = bench.run(meanIou, { labels: sequence([labels]), truth: sequence([right]) })
    await expect(wrong).rejects.toMatchObject({ code: 'shape.mismatch' })
  })

  it('have the panoptic quality of panopticapi', async () => {
    const { pictures, all, classes } = truth.panoptic
    const [found, right] = await Promise.all([
      Promise.all(pictures.map((one) => labelmap(one.found, { width, height }, one.foundNames))),
      Promise.all(pictures.map((one) => labelmap(one.truth, { width, height }, one.truthNames))),
    ])
    const made = await bench.run(panopticQuality, { labels: sequence(found), truth: sequence(right) })
    const rows = rowsOf(made.table)
    expectClose(rows.get('all classes')?.slice(0, 3) ?? [], all)
    for (const [name, wanted] of Object.entries(classes)) expectClose(rows.get(name)?.slice(0, 3) ?? [], wanted, name)
    expectClose(
      ['pq', 'sq', 'rq'].map((port) => (made[port] as { value: number }).value),
      all,
    )
  })
})
