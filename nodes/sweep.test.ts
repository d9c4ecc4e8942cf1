/** A sweep on the real engine: every cell is the pipeline with its values, and only what depends on them runs again. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyDocument, type NodeRecord } from '../engine/graph/document.ts'
import type { ImageValue, NumberValue, PlotValue, TableValue, Value } from '../engine/values/index.ts'
import { type Made, makeEngine } from '../host/engine.ts'
import { root } from '../host/installation.ts'
import { pictureShape } from '../host/testing/cpu.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { sweep } from './measure/sweep.ts'

let bench: NodeBench
let made: Made
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
  made = await makeEngine({ threads: 1, memory: 256e6 })
})
afterAll(async () => {
  await Promise.all([bench.close(), made.close()])
})

const position = { x: 0, y: 0 }
const node = (type: string, params: NodeRecord['params'] = {}): NodeRecord => ({ type, position, params })

test('each cell is what the pipeline gives with its values', async () => {
  const document = {
    ...emptyDocument,
    nodes: {
      photo: node('create/noise', { width: 40, height: 30 }),
      level: node('math/threshold', { value: 0.5 }),
      // Its numbers: the part that is above the threshold.
      apart: node('tensor/compare'),
      black: node('math/arithmetic', { operation: 'multiply', value: 0 }),
      sweep: node('measure/sweep', {
        ...{ first: 'level.value', values: '0.2, 0.5, 0.8', second: 'level.mode', others: 'binary, binary-inv' },
      }),
    },
    edges: {
      'level.image': 'photo.image',
      'black.image': 'photo.image',
      'apart.image': 'level.image',
      'apart.other': 'black.image',
      'sweep.image': 'level.image',
      'sweep.number': 'apart.mse',
    },
  }
  const result = await made.engine.run(document, { services: made.services(root), effects: false })
  try {
    expect(result.nodes.flatMap(({ problem }) => problem ?? [])).toEqual([])
    const of = (port: string): Value | undefined =>
      result.sinks.find((sink) => sink.node === 'sweep' && sink.port === port)?.value
    const { columns, rows } = of('table') as TableValue
    expect(columns).toEqual(['level.value', 'level.mode', 'number', 'least', 'mean', 'most'])
    expect(rows.map((row) => row.slice(0, 2))).toEqual([
      [0.2, 'binary'],
      [0.5, 'binary'],
      [0.8, 'binary'],
      [0.2, 'binary-inv'],
      [0.5, 'binary-inv'],
      [0.8, 'binary-inv'],
    ])
    const numbers = rows.map((row) => Number(row[2]))
    // Of 1,200 uniform numbers; what is above and what is not is all.
    for (const [i, part] of [0.8, 0.5, 0.2].entries()) expect(Math.abs((numbers[i] ?? 0) - part)).toBeLessThan(0.05)
    for (const i of [0, 1, 2]) expect((numbers[i] ?? 0) + (numbers[i + 3] ?? 0)).toBeCloseTo(1, 6)
    expect(rows.map((row) => row[4])).toEqual(numbers.map((v) => expect.closeTo(v, 6)))
    const plot = of('plot') as PlotValue
    expect(plot.x).toEqual({ label: 'value', range: [0.2, 0.8] })
    expect(plot.series.map(({ name }) => name)).toEqual(['mode binary', 'mode binary-inv'])
    // Two by three pictures with room for their values.
    const grid = of('grid') as ImageValue
    expect(grid.width).toBeGreaterThan(3 * 48)
    expect(grid.height).toBeGreaterThan(2 * 38)
    const ran = result.nodes.map(({ id }) => id)
    expect(ran.filter((id) => id.endsWith('/level'))).toHaveLength(6)
    expect(ran.filter((id) => id.endsWith('/photo') || id.endsWith('/black'))).toEqual([])
  } finally {
    result.release()
  }
})

test('a grid has the pictures unchanged, each in its place, and letters only beside them', async () => {
  const image = (value: number, width = 6, height = 4) =>
    bench.device.image(pictureShape(height, width, 1), new Float32Array(width * height).fill(value))
  const number = (value: number): NumberValue => ({ kind: 'number', value })
  const inputs = {
    'image:0': await image(0.25),
    'image:1': await image(0.5),
    'image:2': await image(0.75, 3, 2),
    'image:3': await image(1 / 3),
    'number:0': number(1),
  }
  const params = { first: 'a.b', values: '1,2', second: 'a.c', others: 'x,y' }
  const { grid, table } = await bench.run(sweep, inputs, params)
  const { width, height } = grid as ImageValue
  const pixels = bench.device.read(grid as ImageValue)
  const count = (value: number): number => pixels.filter((v) => v === Math.fround(value)).length
  expect([0.25, 0.5, 0.75, 1 / 3].map(count)).toEqual([24, 24, 6, 24])
  const at = (value: number): readonly [number, number] => {
    const i = pixels.indexOf(Math.fround(value))
    return [i % width, Math.floor(i / width)]
  }
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = [at(0.25), at(0.5), at(0.75), at(1 / 3)]
  expect([x2 - x0, x3 - x1, y1 - y0, y3 - y2]).toEqual([0, 0, 0, 0])
  expect(x1 - x0).toBeGreaterThan(6)
  expect(y2 - y0).toBeGreaterThan(4)
  expect(Math.max(x3 + 6, 0)).toBeLessThanOrEqual(width)
  expect(y3 + 4).toBeLessThanOrEqual(height)
  expect(count(1)).toBeGreaterThan(50)
  expect((table as TableValue).rows).toHaveLength(4)
})

test('results that cannot stand in one picture are refused', async () => {
  const one = await bench.device.image(pictureShape(2, 2, 1), new Float32Array(4))
  const three = await bench.device.image(pictureShape(2, 2, 3), new Float32Array(12))
  const run = bench.run(sweep, { 'image:0': one, 'image:1': three }, { first: 'a.b', values: '1,2' })
  await expect(run).rejects.toMatchObject({ code: 'sweep.sizes' })
  const none = bench.run(sweep, {}, { first: 'a.b', values: ' ' })
  await expect(none).rejects.toMatchObject({ code: 'sweep.no-values' })
})
