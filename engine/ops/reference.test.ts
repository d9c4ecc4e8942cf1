/** Ops as nodes call them against OpenCV, numpy and published formulas (fixtures/make_ops.py), on both devices. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGpuTestDevice, createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { gpuTimeout, noGpu, openTestGpu } from '../../host/testing/gpu.ts'
import type { ColourSpace, ImageShape, ImageValue } from '../values/index.ts'
import type { BorderMode } from './border.ts'
import { abs, div, expr, greater, mix, pow, sub } from './expr.ts'
import type { StoredValue } from './op.ts'
import { viridis } from './preview/colours.ts'
import { gaussianTaps } from './separable/gaussian.ts'

interface Stored {
  readonly shape: readonly [number, number, number]
  readonly numbers: readonly (number | null | 'inf' | '-inf')[]
}
/** Those of all cases together. */
interface Params {
  readonly sigma: number
  readonly border: BorderMode
  readonly t: number
  readonly at: number
  readonly gamma: number
  readonly mean: readonly number[]
  readonly std: readonly number[]
  readonly depth: 8 | 16
  readonly width: number
  readonly height: number
  readonly bins: number
}
interface Case {
  readonly op: string
  readonly inputs: readonly string[]
  readonly params: Params
  readonly outputs: Readonly<Record<string, Stored>>
  readonly tolerance: number
  readonly source: string
  readonly circle?: number
}

const { pictures, cases } = JSON.parse(await readFile(new URL('fixtures/ops.json', import.meta.url), 'utf8')) as {
  pictures: Readonly<Record<string, Stored & { space: ColourSpace }>>
  cases: readonly Case[]
}

const parse = ({ numbers }: Stored): Float64Array =>
  Float64Array.from(numbers, (v) => (v === null ? Number.NaN : v === 'inf' ? Infinity : v === '-inf' ? -Infinity : v))

let devices: { readonly single: TestDevice; readonly threads: TestDevice; readonly gpu?: TestDevice }
beforeAll(async () => {
  devices = await createTestDevices()
  if (!noGpu) devices = { ...devices, gpu: await createGpuTestDevice(await openTestGpu()) }
})
afterAll(async () => {
  await Promise.all(Object.values(devices).map((device) => device.close()))
})

function load(device: TestDevice, name: string): Promise<ImageValue> {
  const stored = pictures[name]
  if (!stored) throw new Error(`no picture ${name}`)
  const [height, width, channels] = stored.shape
  const bounded = stored.space !== 'data' && stored.space !== 'hsv'
  const shape: ImageShape = { kind: 'image', height, width, channels, space: stored.space, alpha: false }
  return device.image(bounded ? { ...shape, range: [0, 1] } : shape, parse(stored))
}

type Results = Readonly<Record<string, ArrayLike<number>>>

/** The formulas and chains that cases name; all other names are ops. */
async function compute(device: TestDevice, { op, inputs, params }: Case): Promise<Results> {
  const { ops, fetch } = device
  const [a, b] = await Promise.all(inputs.map((name) => load(device, name)))
  if (op === 'gaussianTaps') return { '': gaussianTaps(params.sigma) }
  if (op === 'viridis') return { '': viridis }
  if (!a) throw new Error(`${op} has no input`)
  const formula = (build: Parameters<typeof expr>[0]) => ops.pointwise(...(b ? [a, b] : [a]), { formula: expr(build) })
  switch (op) {
    case 'gaussian': {
      const taps = gaussianTaps(params.sigma)
      return { '': await fetch(await ops.separable(a, { x: taps, y: taps, border: params.border })) }
    }
    case 'edges': {
      const taps = gaussianTaps(params.sigma)
      const gray = await ops.convertColour(a, { to: 'gray' })
      const smooth = await ops.separable(gray, { x: taps, y: taps, border: 'reflect101' })
      const { magnitude } = await ops.sobel(smooth, { border: 'reflect101', outputs: ['magnitude'] })
      return { '': await fetch(magnitude as ImageValue) }
    }
    case 'blend':
      return { '': await fetch(await formula((a, b) => mix(a, b, params.t))) }
    case 'difference':
      return { '': await fetch(await formula((a, b) => abs(sub(a, b)))) }
    case 'threshold':
      return { '': await fetch(await formula((a) => greater(a, params.at))) }
    case 'normalise':
      return { '': await fetch(await formula((a) => div(sub(a, params.mean), params.std))) }
    case 'gamma':
      return { '': await fetch(await formula((a) => pow(a, 1 / params.gamma))) }
    case 'toPicture':
      return { '': (await ops.toPicture(a, params)).data }
    case 'preview': {
      const { rgba } = await ops.preview(a, { ...params, display: { mode: 'auto' } })
      return { '': rgba.filter((_, i) => i % 4 !== 3) }
    }
    case 'statistics': {
      const channels = await ops.statistics(a, params)
      const field = (name: 'min' | 'max' | 'mean' | 'std' | 'nan' | 'infinite') =>
        channels.map((c) => c[name] ?? Number.NaN)
      const fields = (['min', 'max', 'mean', 'std', 'nan', 'infinite'] as const).map((name) => [name, field(name)])
      return { ...Object.fromEntries(fields), histogram: channels.flatMap(({ histogram }) => histogram) }
    }
  }
  const run = ops[op as 'resize'] as (image: ImageValue, params: unknown) => Promise<StoredValue | object>
  const result = await run(a, params)
  if ('store' in result) return { '': await fetch(result as StoredValue) }
  const fetched = Object.entries(result).map(async ([name, value]) => [name, await fetch(value)] as const)
  return Object.fromEntries(await Promise.all(fetched))
}

describe.each(['single', 'threads', 'gpu'] as const)('%s', (kind) => {
  if (kind === 'gpu' && noGpu) return it.skip(noGpu, () => undefined)
  it.each([...new Set(cases.map(({ op }) => op))])('%s', { timeout: gpuTimeout }, async (op) => {
    const device = devices[kind] as TestDevice
    for (const c of cases.filter((candidate) => candidate.op === op)) {
      const results = await compute(device, c)
      for (const [name, stored] of Object.entries(c.outputs)) {
        const what = `${c.source}: ${c.inputs} ${JSON.stringify(c.params)} ${name}`
        const [got, want] = [results[name] ?? [], parse(stored)]
        expect(got.length, what).toBe(want.length)
        let worst = 0
        for (const [i, wanted] of want.entries()) {
          // Nine digits name a float32; what must be equal is compared as one. Of hue and direction: on the circle.
          const exact = c.tolerance === 0 ? Math.fround(wanted) : wanted
          const apart = Math.abs((got[i] ?? Number.NaN) - exact)
          const distance = c.circle && apart > c.circle / 2 ? Math.abs(c.circle - apart) : apart
          worst = Number.isNaN(distance) ? Infinity : Math.max(worst, distance)
        }
        expect(worst, what).toBeLessThanOrEqual(c.tolerance)
      }
      device.clear()
    }
  })
})
