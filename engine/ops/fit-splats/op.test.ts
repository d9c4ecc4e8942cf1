import { afterAll, afterEach, expect, it } from 'vitest'
import { createTestDevices, type TestDevice } from '../../../host/testing/cpu.ts'
import type { TensorValue } from '../../values/index.ts'
import type { FitParams } from './params.ts'
import { plainFit } from './plain.ts'
import { pictureOf, rowsOf } from './testing.ts'

const { single, threads } = await createTestDevices()
afterEach(() => {
  single.clear()
  threads.clear()
})
afterAll(() => Promise.all([single.close(), threads.close()]))

const [width, height] = [12, 9] as const
const params: FitParams = {
  cameras: [
    { fx: 15, fy: 14, cx: 5, cy: 5, view: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], near: 0.01, far: 1e10 },
  ],
  ...{ order: [0], start: 0, part: 0.2, background: [0.1, 0.2, 0.3], antialiased: false },
  rates: {
    ...{
      means: 1e-2,
      meansEnd: 1e-3,
      decay: 20,
      quats: 1e-2,
      scales: 1e-2,
      opacities: 5e-2,
      colours: 1e-2,
      harmonics: 1e-3,
    },
  },
}

interface Given {
  readonly numbers: Float32Array
  readonly row: number
  readonly count: number
}

async function run(
  { ops, fetch }: TestDevice,
  { numbers, row, count }: Given,
  own: Partial<FitParams> = {},
  picture = pictureOf(width, height),
) {
  const shape = { kind: 'tensor', shape: [count, row], axes: ['N', 'C'] } as const
  const zeros = new Float32Array(numbers.length)
  const [rows, first, second] = (await Promise.all(
    [numbers, zeros, zeros].map((of) => ops.fromNumbers({ shape, numbers: of })),
  )) as [TensorValue, TensorValue, TensorValue]
  const pictures = (await ops.fromNumbers({
    shape: { kind: 'tensor', shape: [1, height, width, 3], axes: ['N', 'H', 'W', 'C'] },
    numbers: picture,
  })) as TensorValue
  const made = await ops.fitSplats(rows, first, second, pictures, { ...params, ...own })
  const names = ['params', 'first', 'second', 'gradients', 'seen', 'losses'] as const
  const entries = await Promise.all(names.map(async (name) => [name, await fetch(made[name])] as const))
  return Object.fromEntries(entries) as Record<(typeof names)[number], Float32Array>
}

it('gradients agree with differences to 1e-3 of the largest of their kind', async () => {
  for (const [degree, seed, antialiased] of [
    [0, 3, false],
    [3, 8, false],
    // Small ones: there the factor of the opacity counts.
    [0, 3, true],
  ] as const) {
    const given = rowsOf(4, degree, seed, antialiased ? 0.05 : 0.5)
    const picture = pictureOf(width, height)
    const { gradients, seen } = await run(single, given, { antialiased })
    const plain = plainFit(
      {
        ...{ count: 4, row: given.row, degree, height, width, params: Float64Array.from(given.numbers) },
        ...{ first: new Float64Array(given.numbers.length), second: new Float64Array(given.numbers.length) },
        pictures: (at) => picture[at] ?? Number.NaN,
      },
      { ...params, antialiased },
    )
    const largest = (of: ArrayLike<number>, from: number, to: number, width: number): number =>
      Array.from(of).reduce(
        (most, v, i) => (i % width >= from && i % width < to ? Math.max(most, Math.abs(v)) : most),
        0,
      )
    for (const [from, to] of [
      [0, 3],
      [3, 7],
      [7, 10],
      [10, 11],
      [11, given.row],
    ] as const) {
      const apart = gradients.map((v, i) => v - (plain.gradients[i] ?? Number.NaN))
      const most = largest(plain.gradients, from, to, given.row)
      expect(most).toBeGreaterThan(1e-5)
      expect(largest(apart, from, to, given.row) / most).toBeLessThan(1e-3)
    }
    const by = seen.map((v, i) => v - (plain.seen[i] ?? Number.NaN))
    expect(largest(by, 0, 2, 2)).toBeLessThan(1e-3 * largest(plain.seen, 0, 1, 2))
  }
})

it('many steps of many splats: the same on any number of threads, and nearer to the picture', async () => {
  const given = rowsOf(1500, 1, 21, 0.3)
  const order = new Array<number>(12).fill(0)
  const one = await run(single, given, { order })
  expect(await run(threads, given, { order })).toEqual(one)
  expect(one.losses[22]).toBeLessThan(0.85 * (one.losses[0] ?? 0))
  expect(one.losses[23]).toBeGreaterThan((one.losses[1] ?? 0) + 0.05)
})

it('what is drawn is what the rasteriser draws: a picture of its own has no loss', async () => {
  const given = rowsOf(40, 0, 5, 0.3)
  const { ops, fetch } = single
  const part = (from: number, each: number, of = (v: number) => v): Float32Array =>
    Float32Array.from({ length: each * 40 }, (_, i) =>
      of(given.numbers[given.row * Math.floor(i / each) + from + (i % each)] ?? 0),
    )
  const tensor = async (numbers: Float32Array, ...shape: number[]): Promise<TensorValue> =>
    (await ops.fromNumbers({
      shape: { kind: 'tensor', shape, axes: ['N', 'K', 'C'].slice(0, shape.length) },
      numbers,
    })) as TensorValue
  const [camera] = params.cameras
  const { image } = await ops.rasterise(
    await tensor(part(0, 3), 40, 3),
    await tensor(part(3, 4), 40, 4),
    await tensor(part(7, 3, Math.exp), 40, 3),
    await tensor(
      part(10, 1, (v) => 1 / (1 + Math.exp(-v))),
      40,
    ),
    await tensor(part(11, 3), 40, 1, 3),
    {
      ...(camera as NonNullable<typeof camera>),
      width,
      height,
      background: params.background,
      antialiased: false,
      space: 'rgb',
    },
  )
  const { losses } = await run(single, given, {}, await fetch(image))
  expect(losses[0]).toBeLessThan(1e-6)
  expect(losses[1]).toBeCloseTo(1, 5)
})

it('splats whose rates are 0 stay as they are', async () => {
  const given = rowsOf(20, 1, 4, 0.3)
  const rates = { means: 0, meansEnd: 0, decay: 1, quats: 0, scales: 0, opacities: 0, colours: 0, harmonics: 0 }
  const made = await run(single, given, { rates })
  expect(made.params).toEqual(given.numbers)
  expect(Math.max(...made.gradients.map(Math.abs))).toBeGreaterThan(0)
})

it('refuses other shapes, cameras that are none, and views that are not there', async () => {
  const given = rowsOf(4, 0, 3, 0.1)
  const refused = (own: Partial<FitParams>, rows = given) =>
    expect(run(single, rows, own)).rejects.toMatchObject({ code: 'op.unsupported' })
  const [camera] = params.cameras as [FitParams['cameras'][number]]
  await refused({ cameras: [] })
  await refused({ order: [1] })
  await refused({ part: 2 })
  await refused({ start: -1 })
  await refused({ background: [0, Number.NaN, 0] })
  await refused({ rates: { ...params.rates, scales: -1 } })
  await refused({ rates: { ...params.rates, colours: Number.POSITIVE_INFINITY } })
  await refused({ cameras: [{ ...camera, fx: 0 }] })
  await refused({ cameras: [{ ...camera, view: new Array(16).fill(0) }] })
  await refused({}, { numbers: new Float32Array(4 * 13), row: 13, count: 4 })
})
