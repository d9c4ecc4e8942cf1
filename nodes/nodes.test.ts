/** Each node as a whole against OpenCV or a float64 formula; nodes/fixtures/make.py and everyday.py name the versions. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NodeDefinition } from '../engine/graph/node.ts'
import type { ColourSpace, TensorValue, Value } from '../engine/values/index.ts'
import { pictureShape } from '../host/testing/cpu.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { catalogue } from './catalogue.ts'

interface Saved {
  readonly at: number
  readonly shape: readonly number[]
  /** Of a picture; absent: gray or RGB. */
  readonly space?: ColourSpace
  /** What is given is no picture. */
  readonly kind?: 'mask' | 'labelmap' | 'keypoints' | 'lines'
  /** Of keypoints and lines: the size of their picture. */
  readonly size?: readonly [width: number, height: number]
  /** The file it lies in; set as it is read. */
  readonly blob: Buffer
}
interface Case {
  readonly node: string
  readonly params: Readonly<Record<string, unknown>>
  readonly tolerance: number
  readonly inputs: Readonly<Record<string, Saved>>
  readonly outputs: Readonly<Record<string, Saved | number>>
}
interface Fixtures {
  readonly inspect: {
    readonly image: Saved
    readonly rows: readonly number[][]
    readonly histogram: readonly number[][]
  }
  readonly cases: readonly Case[]
}

const file = (name: string): URL => new URL(`./fixtures/${name}`, import.meta.url)
/** Each array knows the file that its numbers lie in. */
async function readFixtures<T>(name: string): Promise<T> {
  const blob = await readFile(file(`${name}.bin`))
  const text = await readFile(file(`${name}.json`), 'utf8')
  return JSON.parse(text, (_, value: object) =>
    value && typeof value === 'object' && Object.hasOwn(value, 'at') ? { ...value, blob } : value,
  ) as T
}
const fixtures = await readFixtures<Fixtures>('nodes')
const everyday = await readFixtures<Pick<Fixtures, 'cases'>>('everyday')
const allCases = [...fixtures.cases, ...everyday.cases]
const numbersOf = ({ at, shape, blob }: Saved): Float32Array =>
  new Float32Array(blob.buffer.slice(blob.byteOffset + at, blob.byteOffset + at + 4 * shape.reduce((a, b) => a * b, 1)))

const nodeOf = (type: string): NodeDefinition => {
  const node = catalogue.find((candidate) => candidate.type === type)
  if (!node) throw new Error(`no node ${type}`)
  return node
}

let bench: NodeBench
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-nodes-'))
  bench = await createNodeBench(folder)
})
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true })
})

async function imageOf(saved: Saved): Promise<Value> {
  const [height = 0, width = 0, channels = 0] = saved.shape
  const shape = pictureShape(height, width, channels)
  const { space } = saved
  if (saved.kind === 'keypoints') {
    const table = { kind: 'tensor', shape: saved.shape, axes: ['N', 'C'] } as const
    const points = (await bench.device.ops.fromNumbers({ shape: table, numbers: numbersOf(saved) })) as TensorValue
    const [width = 1, height = 1] = saved.size ?? []
    return { kind: 'keypoints', width, height, points }
  }
  if (saved.kind === 'lines') {
    const [width = 1, height = 1] = saved.size ?? []
    const many = { kind: 'tensor', shape: saved.shape, axes: ['N', 'C'] } as const
    const points = (await bench.device.ops.fromNumbers({ shape: many, numbers: numbersOf(saved) })) as TensorValue
    const one = { kind: 'tensor', shape: [1], axes: ['N'], dtype: 'int32' } as const
    const lengths = (await bench.device.ops.fromNumbers({ shape: one, numbers: [saved.shape[0] ?? 0] })) as TensorValue
    return { kind: 'lines', width, height, closed: true, points, lengths }
  }
  if (saved.kind) {
    const dtype = saved.kind === 'mask' ? 'float32' : 'int32'
    const flat = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], dtype } as const
    const numbers = (await bench.device.ops.fromNumbers({ shape: flat, numbers: numbersOf(saved) })) as TensorValue
    return saved.kind === 'mask'
      ? { kind: 'mask', width, height, pixels: numbers }
      : { kind: 'labelmap', width, height, names: ['none', 'one'], labels: numbers }
  }
  return bench.device.image(space ? { ...shape, space } : shape, numbersOf(saved))
}

/** The numbers of an output, whatever it is. */
function madeOf(value: Value | undefined, port: string): readonly [shape: readonly number[], ArrayLike<number>] {
  switch (value?.kind) {
    case 'image':
      return [[value.height, value.width, value.channels], bench.device.read(value)]
    case 'tensor':
      return [value.shape, bench.device.read(value)]
    case 'mask':
      return [[value.height, value.width], bench.device.read(value.pixels)]
    case 'plot':
      return [[value.series.length, value.series[0]?.values.length ?? 0], value.series.flatMap(({ values }) => values)]
    case 'table':
      return [
        [value.rows.length, value.rows[0]?.filter((cell) => typeof cell === 'number').length ?? 0],
        value.rows.flatMap((row) => row.filter((cell) => typeof cell === 'number')),
      ]
    default:
      throw new Error(`${port} is ${value?.kind}`)
  }
}

/** The largest distance; angles of 0 and 360 degrees are the same. */
function distance(got: ArrayLike<number>, wanted: ArrayLike<number>, circle: number | undefined): number {
  let worst = got.length === wanted.length ? 0 : Number.POSITIVE_INFINITY
  for (let i = 0; i < wanted.length; i++) {
    const apart = Math.abs((got[i] ?? Number.NaN) - (wanted[i] ?? 0))
    const near = circle === undefined ? apart : Math.min(apart, circle - apart)
    if (Number.isNaN(near)) return near
    worst = Math.max(worst, near)
  }
  return worst
}

describe.each([...new Set(allCases.map(({ node }) => node))])('%s', (type) => {
  const cases = allCases.filter(({ node }) => node === type)
  test.each(cases)('$params', async ({ params, inputs, outputs, tolerance }) => {
    const entries = Object.entries(inputs).map(async ([port, saved]) => [port, await imageOf(saved)] as const)
    const given = Object.fromEntries(await Promise.all(entries))
    const made = await bench.run(nodeOf(type), given, params)
    for (const [port, wanted] of Object.entries(outputs)) {
      const value = made[port]
      if (typeof wanted === 'number') {
        expect(value?.kind === 'number' ? Math.abs(value.value - wanted) : value).toBeLessThanOrEqual(tolerance)
        continue
      }
      const [shape, numbers] = madeOf(value, port)
      expect(shape, port).toEqual(wanted.shape)
      const circle = port === 'direction' ? 360 : undefined
      expect(distance(numbers, numbersOf(wanted), circle), port).toBeLessThanOrEqual(tolerance)
    }
    bench.device.clear()
  })
})

test('inspect says what numpy says', async () => {
  const { image, rows, histogram } = fixtures.inspect
  const made = await bench.run(nodeOf('tensor/inspect'), { image: await imageOf(image) }, { bins: 16 })
  const { table, histogram: plot, text } = made
  if (table?.kind !== 'table' || plot?.kind !== 'plot' || text?.kind !== 'text') throw new Error('wrong kinds')
  expect(table.rows.map(([name]) => name)).toEqual(['Red', 'Green', 'Blue'])
  expect(
    distance(
      table.rows.flatMap((row) => row.slice(1, 5).map(Number)),
      rows.flat(),
      undefined,
    ),
  ).toBeLessThan(1e-6)
  expect(plot.series.map(({ values }) => values)).toEqual(histogram)
  expect(text.text).toContain('11 × 14 × 3 rgb')
})
