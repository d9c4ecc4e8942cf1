/** Walks back from a number, checked against sums made by hand. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTestDevice, pictureShape, type TestDevice } from '../../host/testing/cpu.ts'
import type { Ops } from '../ops/calls.ts'
import { expr, greater, mul, select } from '../ops/expr.ts'
import type { StoredValue } from '../ops/op.ts'
import type { ImageValue } from '../values/index.ts'
import { Area, type Spot } from './area.ts'
import { derivationsOf } from './derivations.ts'
import { reachOf } from './reach.ts'
import { Recorder } from './trace.ts'

let device: TestDevice
beforeAll(async () => {
  device = await createTestDevice()
})
afterEach(() => device.clear())

const image = (rows: readonly (readonly number[])[]): Promise<ImageValue> =>
  device.image(pictureShape(rows.length, rows[0]?.length ?? 0, 1), rows.flat())

/** The result of `run` on pictures, and its trace. */
async function made(
  inputs: Readonly<Record<string, StoredValue>>,
  run: (ops: Ops, inputs: Readonly<Record<string, ImageValue>>) => Promise<unknown>,
) {
  const recorder = new Recorder(device.ops)
  for (const [port, value] of Object.entries(inputs)) recorder.input(port, value)
  const out = await run(recorder.ops, inputs as Readonly<Record<string, ImageValue>>)
  const trace = recorder.trace({ out })
  return {
    out: out as StoredValue,
    trace,
    derive: (at: Spot | { value: number }) => derivationsOf(trace, recorder, 'out', at),
    reach: (at: Spot) => {
      const area = new Area()
      area.add(at)
      return reachOf(trace, 'out', area)
    },
  }
}

const at = (x: number, y: number, c = 0): Spot => ({ x, y, c })
const border = 'reflect101'

describe('one op', () => {
  it('Sobel of a 3 × 3 picture: both sums, and the root', async () => {
    const photo = await image([
      [0.1, 0.2, 0.4],
      [0.1, 0.5, 0.7],
      [0.3, 0.3, 0.9],
    ])
    const { derive, reach } = await made({ photo }, async (ops, { photo }) => {
      return (await ops.sobel(photo as ImageValue, { border, outputs: ['magnitude'] })).magnitude
    })
    const [derivation, ...others] = derive(at(1, 1))
    expect(others).toEqual([])
    expect(derivation).toMatchObject({ op: 'sobel', combine: 'function', says: '√(x² + y²)', count: 8, places: 1 })
    expect(derivation?.sources).toEqual([{ port: 'photo' }])
    // x: −0.1 + 0.4 − 2·0.1 + 2·0.7 − 0.3 + 0.9 = 2.1; y: −0.1 − 2·0.2 − 0.4 + 0.3 + 2·0.3 + 0.9 = 0.9
    expect(derivation?.parts?.x?.result).toBeCloseTo(2.1, 6)
    expect(derivation?.parts?.y?.result).toBeCloseTo(0.9, 6)
    expect(derivation?.result).toBeCloseTo(Math.sqrt(2.1 ** 2 + 0.9 ** 2), 6)
    expect(derivation?.parts?.x?.terms.map(({ weight }) => weight)).toEqual([-1, 1, -2, 2, -1, 1])
    expect(derivation?.parts?.x?.terms[3]?.spot).toEqual(at(2, 1))
    expect(reach(at(1, 1)).get('photo')?.count).toBe(8)
    expect(reach(at(1, 1)).get('photo')?.box).toEqual({ left: 0, top: 0, right: 2, bottom: 2 })
  })

  it('smoothing in a corner: what is mirrored counts more than once', async () => {
    const photo = await image([
      [0.4, 0.8, 0],
      [0.2, 0.6, 0],
      [0, 0, 0],
    ])
    const taps = [0.25, 0.5, 0.25]
    const { derive } = await made({ photo }, (ops, { photo }) =>
      ops.separable(photo as ImageValue, { x: taps, y: taps, border }),
    )
    const [derivation] = derive(at(0, 0))
    const told = derivation?.terms.map(({ spot, weight, value, times }) => [spot?.x, spot?.y, weight, value, times])
    // Of the 3 × 3 taps, the outer ones fall back on the row and column next to the corner.
    expect(told).toEqual([
      [1, 1, 0.25, Math.fround(0.6), 4],
      [0, 1, 0.25, Math.fround(0.2), 2],
      [1, 0, 0.25, Math.fround(0.8), 2],
      [0, 0, 0.25, Math.fround(0.4), undefined],
    ])
    expect(derivation?.result).toBeCloseTo(0.25 * (0.6 + 0.2 + 0.8 + 0.4), 6)
  })

  it('a constant border is named, and is no pixel', async () => {
    const photo = await image([[1]])
    const kernel = [[1, 1, 1]]
    const { derive, reach } = await made({ photo }, (ops, { photo }) =>
      ops.convolve(photo as ImageValue, { kernel, border: 'constant', value: 0.5, delta: 2 }),
    )
    expect(derive(at(0, 0))[0]?.terms).toEqual([
      { weight: 2, value: 0.5, says: 'beyond the edge', times: 2 },
      { input: 0, spot: at(0, 0), weight: 1, value: 1 },
      { weight: 1, value: 2, says: 'added' },
    ])
    expect(reach(at(0, 0)).get('photo')?.count).toBe(1)
  })

  it('the median of a window, edge pixels repeated', async () => {
    const photo = await image([
      [9, 1, 5],
      [2, 8, 3],
      [7, 4, 6],
    ])
    const { derive } = await made({ photo }, (ops, { photo }) => ops.median(photo as ImageValue, { size: 3 }))
    expect(derive(at(1, 1))[0]).toMatchObject({ combine: 'median', result: 5, count: 9 })
    // 9 9 1 / 9 9 1 / 2 2 8 in order: 1 1 2 2 8 9 9 9 9
    expect(derive(at(0, 0))[0]).toMatchObject({ combine: 'median', result: 8, count: 9 })
  })

  it('an area average over 2 × 2', async () => {
    const photo = await image([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ])
    const { derive, reach } = await made({ photo }, (ops, { photo }) =>
      ops.resize(photo as ImageValue, { width: 2, height: 1, method: 'area' }),
    )
    const [derivation] = derive(at(1, 0))
    expect(derivation?.terms.map(({ spot, weight, value }) => [spot?.x, spot?.y, weight, value])).toEqual([
      [2, 0, 0.25, 2],
      [3, 0, 0.25, 3],
      [2, 1, 0.25, 6],
      [3, 1, 0.25, 7],
    ])
    expect(derivation?.result).toBe(4.5)
    expect(reach(at(1, 0)).get('photo')?.boxes(8)).toEqual([{ left: 2, top: 0, right: 3, bottom: 1 }])
  })

  it('NaN is in the terms and in the result', async () => {
    const photo = await image([[Number.NaN, 1, 2]])
    const { derive } = await made({ photo }, (ops, { photo }) =>
      ops.convolve(photo as ImageValue, { kernel: [[1, 1, 1]], border }),
    )
    expect(derive(at(1, 0))[0]).toMatchObject({ result: Number.NaN })
    expect(derive(at(1, 0))[0]?.terms[0]?.value).toBeNaN()
  })
})

describe('several ops', () => {
  it('go back one by one, each told by the number that counts most', async () => {
    const photo = await image([
      [0, 0, 0, 0, 0],
      [0, 1, 2, 3, 0],
      [0, 4, 5, 6, 0],
      [0, 7, 8, 9, 0],
      [0, 0, 0, 0, 0],
    ])
    const box = [
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ]
    const { derive, reach } = await made({ photo }, async (ops, { photo }) =>
      ops.convolve(
        await ops.convolve(await ops.pointwise(photo as ImageValue, { formula: expr((a) => mul(a, 2)) }), {
          kernel: box,
          border,
        }),
        { kernel: [[-1, 0, 1]], border },
      ),
    )
    const told = derive(at(2, 2))
    expect(told.map(({ op, places, sources }) => [op, places, sources])).toEqual([
      ['convolve', 1, [{ step: 1 }]],
      ['convolve', 2, [{ step: 2 }]],
      ['pointwise', 9, [{ port: 'photo' }]],
    ])
    // Twice the sums of the 3 × 3 around (3, 2) and (1, 2): 66 and 54; the first counts more.
    expect(told[0]?.result).toBe(66 - 54)
    expect(told[1]).toMatchObject({ at: at(3, 2), result: 66 })
    expect(told[2]).toMatchObject({ at: at(3, 3), result: 18 })
    expect(told[2]?.terms).toEqual([{ input: 0, spot: at(3, 3), weight: 2, value: 9 }])
    expect(reach(at(2, 2)).get('photo')?.boxes(8)).toEqual([{ left: 0, top: 1, right: 4, bottom: 3 }])
  })

  it('a threshold that was measured comes from the whole picture', async () => {
    const photo = await image([
      [0, 1],
      [2, 5],
    ])
    const { derive, reach } = await made({ photo }, async (ops, { photo }) => {
      const [{ mean = 0 } = {}] = await ops.statistics(photo as ImageValue, {})
      const formula = expr((a) => select(greater(a, mean ?? 0), 1, 0))
      return ops.pointwise(photo as ImageValue, { formula })
    })
    const [chosen, measured] = derive(at(1, 1))
    expect(chosen).toMatchObject({ says: '((a > 2) ? 1 : 0)', result: 1 })
    expect(measured).toMatchObject({ op: 'statistics', count: 4 })
    expect(measured?.facts).toContainEqual({ name: 'mean', value: 2 })
    const area = reach(at(1, 1)).get('photo')
    expect(area?.count).toBe(4)
    expect(area?.exact).toBe(false)
  })

  it('what is measured afterwards decides nothing', async () => {
    const photo = await image([[1, 2]])
    const { derive, reach } = await made({ photo }, async (ops, { photo }) => {
      const out = await ops.pointwise(photo as ImageValue, { formula: expr((a) => mul(a, 2)) })
      await ops.statistics(out, {})
      return out
    })
    expect(derive(at(0, 0))).toHaveLength(1)
    expect(reach(at(0, 0)).get('photo')?.count).toBe(1)
  })

  it('a picture handed on as it is', async () => {
    const photo = await image([[1, 2]])
    const { derive, reach } = await made({ photo }, (ops, { photo }) => ops.median(photo as ImageValue, { size: 1 }))
    expect(derive(at(1, 0))).toMatchObject([{ op: '', sources: [{ port: 'photo' }], result: 2 }])
    expect(reach(at(1, 0)).get('photo')?.count).toBe(1)
  })

  it('tensors are seen as the pictures they are', async () => {
    const photo = await device.image(
      pictureShape(2, 3, 3),
      Array.from({ length: 18 }, (_, i) => i),
    )
    const { derive, reach } = await made({ photo }, async (ops, { photo }) =>
      ops.toTensor(photo as ImageValue, { axes: 'CHW' }),
    )
    const [derivation] = derive({ x: 1, y: 1, c: 2 })
    expect(derivation?.terms).toEqual([{ input: 0, spot: { x: 1, y: 1, c: 2 }, weight: 1, value: (3 + 1) * 3 + 2 }])
    expect(reach({ x: 1, y: 1, c: 2 }).get('photo')?.box).toEqual({ left: 1, top: 1, right: 1, bottom: 1 })
  })
})

describe('areas', () => {
  it('are rectangles where they can be', () => {
    const area = new Area()
    for (const [x, y] of [
      [0, 0],
      [2, 0],
      [0, 1],
      [2, 1],
      [1, 2],
    ] as const)
      area.add(at(x, y))
    expect(area.boxes(8)).toEqual([
      { left: 0, right: 0, top: 0, bottom: 1 },
      { left: 2, right: 2, top: 0, bottom: 1 },
      { left: 1, right: 1, top: 2, bottom: 2 },
    ])
    expect(area.boxes(2)).toEqual([{ left: 0, right: 2, top: 0, bottom: 2 }])
  })

  it('become a rectangle when they are large, and its edges reach as far as all of it', async () => {
    const photo = await device.noise(64, 64, 1)
    const size = 31
    const { trace } = await made({ photo }, (ops, { photo }) => ops.median(photo as ImageValue, { size }))
    const area = new Area()
    for (let y = 10; y < 60; y++) for (let x = 10; x < 60; x++) area.add(at(x, y))
    expect(area.exact).toBe(false)
    const reach = reachOf(trace, 'out', area).get('photo')
    expect(reach?.exact).toBe(false)
    expect(reach?.box).toEqual({ left: 0, top: 0, right: 63, bottom: 63 })
  })
})
