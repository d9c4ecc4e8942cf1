/**
 * What every op promises, on its samples: terms make the kernel's result, nothing outside `reach` matters and everything
 * in it is a term, one thread and several agree to the bit, inputs stay as they are, nothing leaks.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGpuTestDevice, createTestDevices, noise, type TestDevice } from '../../host/testing/cpu.ts'
import { gpuTimeout, noGpu, openTestGpu } from '../../host/testing/gpu.ts'
import type { GpuDevice } from '../gpu/device.ts'
import { type Sample, samples } from './conformance.samples.ts'
import { readable } from './context.ts'
import { ops } from './index.ts'
import type { At, OpDefinition, Readable, Site, StoredShape, StoredValue } from './op.ts'
import { countOf } from './shape.ts'
import { recombine } from './terms.ts'

type AnyOp = OpDefinition<readonly StoredValue[], unknown, unknown>
interface Result {
  readonly at: At
  readonly value: number
}

let devices: { readonly single: TestDevice; readonly threads: TestDevice; readonly gpu?: TestDevice }
let gpu: GpuDevice | undefined
beforeAll(async () => {
  devices = await createTestDevices()
  if (noGpu) return
  gpu = await openTestGpu()
  devices = { ...devices, gpu: await createGpuTestDevice(gpu) }
})
afterAll(async () => {
  await Promise.all(Object.values(devices).map((device) => device.close()))
})

const isValue = (result: unknown): result is StoredValue =>
  typeof result === 'object' && result !== null && 'store' in result

/** All numbers of a value. */
async function numbersOf(device: TestDevice, value: StoredValue, output?: string): Promise<Result[]> {
  const numbers = await device.fetch(value)
  const [width, channels] = value.kind === 'image' ? [value.width, value.channels] : [numbers.length, 1]
  return Array.from(numbers, (number, i) => {
    const at = { y: Math.floor(i / channels / width), x: Math.floor(i / channels) % width, c: i % channels }
    return { at: output === undefined ? at : { ...at, output }, value: number }
  })
}

async function resultsOf(device: TestDevice, { numbers }: Sample, result: unknown): Promise<readonly Result[]> {
  if (numbers) return numbers(result as never)
  if (isValue(result)) return numbersOf(device, result)
  const outputs = Object.entries(result as Record<string, StoredValue>)
  return (await Promise.all(outputs.map(([output, value]) => numbersOf(device, value, output)))).flat()
}

const numbersFor = ({ inputs }: Sample, seed: number): Float32Array[] =>
  inputs.map(({ shape, from }, i) => noise(countOf(shape), seed + i).map((v, index) => (from ? from(v, index) : v)))

async function run(device: TestDevice, name: string, sample: Sample, numbers: readonly Float32Array[]) {
  const inputs: StoredValue[] = []
  for (const [i, { shape }] of sample.inputs.entries())
    inputs.push(await device.ops.fromNumbers({ shape, numbers: numbers[i] ?? [] }))
  const op = device.ops[name as keyof typeof ops] as unknown as (...args: unknown[]) => Promise<unknown>
  const result = await op(...inputs, sample.params)
  return { inputs, result, results: await resultsOf(device, sample, result) }
}

const valuesOf = (results: readonly Result[]) => Float64Array.from(results, ({ value }) => value)

/** A few of all, the same every time: the first, the last and some in between. */
function pick<T>(all: readonly T[], count: number): readonly T[] {
  const places = [0, all.length - 1, ...Array.from(noise(count, 77), (v) => Math.floor(v * all.length))]
  return [...new Set(places)].flatMap((place) => all[place] ?? [])
}

const keyOf = ({ input, y, x, c }: Site): string => `${input} ${y} ${x} ${c}`
const flatIndex = (shape: StoredShape, { y, x, c }: Site): number =>
  shape.kind === 'image' ? (y * shape.width + x) * shape.channels + c : x

function distance(sample: Sample, at: At, a: number, b: number): number {
  const circle = sample.circle?.(at)
  const apart = Math.abs(a - b)
  return circle === undefined ? apart : Math.min(apart, circle - apart)
}

function checkTerms(op: AnyOp, sample: Sample, { at, value }: Result, readables: readonly Readable[]): void {
  const terms = op.terms(at, readables, sample.params)
  const made = recombine(terms)
  const where = `${sample.say} at ${JSON.stringify(at)}: terms make ${made}, the kernel ${value}`
  expect(distance(sample, at, made, value), where).toBeLessThanOrEqual(
    sample.tolerance ?? 1e-4 * Math.max(1, Math.abs(value)),
  )
  for (const { from, value: read } of terms.terms)
    if (from) expect(read, where).toBe(readables[from.input]?.at(from.y, from.x, from.c))
  const sites = op.reach(
    at,
    readables.map(({ shape }) => shape),
    sample.params,
  )
  const extent = op.extent?.(
    at,
    readables.map(({ shape }) => shape),
    sample.params,
  )
  if (extent && sites.length > 0)
    expect(extent, where).toEqual({
      left: Math.min(...sites.map(({ x }) => x)),
      top: Math.min(...sites.map(({ y }) => y)),
      right: Math.max(...sites.map(({ x }) => x)),
      bottom: Math.max(...sites.map(({ y }) => y)),
    })
  const named = terms.terms.flatMap(({ from }) => (from ? [keyOf(from)] : []))
  expect(new Set(sites.map(keyOf)), where).toEqual(new Set(named))
  expect(new Set(sites.map(keyOf)).size, `${where}: a site twice`).toBe(sites.length)
}

/** Everything outside what `at` reaches is changed, and the number there must stay. */
async function checkReach(op: AnyOp, name: string, sample: Sample, { at, value }: Result): Promise<void> {
  const shapes = sample.inputs.map(({ shape }) => shape)
  const numbers = numbersFor(sample, 5)
  const others = numbersFor(sample, 905)
  for (const site of op.reach(at, shapes, sample.params)) {
    const shape = shapes[site.input]
    const [from, to] = [numbers[site.input], others[site.input]]
    if (!shape || !from || !to) throw new Error(`${name} reaches input ${site.input}, which is not there`)
    const index = flatIndex(shape, site)
    expect(index, `${name} reaches outside: ${keyOf(site)}`).toBeLessThan(from.length)
    to[index] = from[index] ?? Number.NaN
  }
  const { results } = await run(devices.single, name, sample, others)
  const key = JSON.stringify(at)
  const after = results.find((result) => JSON.stringify(result.at) === key)
  expect(after?.value, `${sample.say} at ${key}: something outside its reach changed it`).toBe(value)
}

for (const [name, definition] of Object.entries(ops)) {
  const op = definition as unknown as AnyOp
  const own = samples[name as keyof typeof ops] as readonly Sample[] | undefined
  describe(name, () => {
    it('has samples', () => expect(own?.length).toBeGreaterThan(0))

    it('is what its terms say, from within its reach, on any number of threads', async () => {
      for (const sample of own ?? []) {
        const numbers = numbersFor(sample, 5)
        const { inputs, results } = await run(devices.single, name, sample, numbers)
        expect(results.length, sample.say).toBeGreaterThan(0)
        const threaded = await run(devices.threads, name, sample, numbers)
        expect(valuesOf(threaded.results), `${sample.say}: one thread and two`).toEqual(valuesOf(results))
        for (const [i, input] of inputs.entries())
          expect(devices.single.read(input), `${sample.say}: input ${i} was changed`).toEqual(numbers[i])
        const readables = inputs.map(readable)
        for (const result of pick(results, 24)) checkTerms(op, sample, result, readables)
        for (const result of pick(results, 2)) await checkReach(op, name, sample, result)
        devices.single.clear()
        devices.threads.clear()
      }
    })

    it.skipIf(noGpu)('is the same on the GPU', { timeout: gpuTimeout }, async () => {
      const device = devices.gpu as TestDevice
      for (const sample of own ?? []) {
        const numbers = numbersFor(sample, 5)
        const { results } = await run(devices.single, name, sample, numbers)
        const there = await run(device, name, sample, numbers)
        expect(there.results.length, sample.say).toBe(results.length)
        for (const [i, { at, value }] of results.entries()) {
          const other = there.results[i]?.value ?? Number.NaN
          const where = `${sample.say} at ${JSON.stringify(at)}: ${other} on the GPU, ${value} on the CPU`
          const tolerance = sample.tolerance ?? 1e-4 * Math.max(1, Math.abs(value))
          if (!(distance(sample, at, other, value) <= tolerance) && !Object.is(other, value)) expect.fail(where)
        }
        for (const [i, input] of there.inputs.entries())
          expect(await device.fetch(input), `${sample.say}: input ${i} was changed`).toEqual(numbers[i])
        devices.single.clear()
        device.clear()
      }
    })

    it('leaves no memory behind', { timeout: gpuTimeout }, async () => {
      for (const sample of pick(own ?? [], 4)) {
        const used: number[] = []
        for (let round = 0; round < 2; round++) {
          for (const device of [devices.single, devices.gpu]) {
            if (!device) continue
            await run(device, name, sample, numbersFor(sample, 5))
            device.clear()
          }
          used.push(devices.single.arena.used + (gpu?.buffers.used ?? 0))
        }
        // The first round may have grown the device's own scratch memory.
        expect(used[1], sample.say).toBe(used[0])
      }
    })
  })
}
