/**
 * The tests that every op passes, on its samples: terms make the kernel's result, nothing outside `reach` matters and everything
 * in it is a term, one thread and several agree to the bit, the GPU agrees to 1e-4, inputs stay as they are, nothing leaks. Then
 * the same with NaN, infinities, -0 and denormals among the inputs; and the outside truth of the folder's truth.json.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GpuDevice } from '../../engine/gpu/device.ts'
import type { CountedStore } from '../../engine/memory/store.ts'
import { bringToCpu, readable, readNumbers } from '../../engine/ops/context.ts'
import { type CpuDevice, instantiateKernels, type Kernels } from '../../engine/ops/cpu.ts'
import type { At, Extent, OpDefinition, Readable, Site, StoredShape, StoredValue } from '../../engine/ops/op.ts'
import { makePart, needsOf, rectangleOf } from '../../engine/ops/parts.ts'
import type { Read } from '../../engine/ops/rows.ts'
import type { Sample, Samples } from '../../engine/ops/sample.ts'
import { countOf, dtypeOf } from '../../engine/ops/shape.ts'
import { recombine } from '../../engine/ops/terms.ts'
import type { ColourSpace, ImageShape, ImageValue } from '../../engine/values/index.ts'
import { kernelFiles } from '../build/kernels.ts'
import { createGpuTestDevice, createTestDevices, deviceOf, noise, type TestDevice } from './cpu.ts'
import { gpuTimeout, noGpu, openTestGpu } from './gpu.ts'

type AnyOp = OpDefinition<readonly StoredValue[], unknown, unknown>
interface Result {
  readonly at: At
  readonly value: number
}

let devices: { readonly single: TestDevice; readonly threads: TestDevice; readonly gpu?: TestDevice }
let gpu: GpuDevice | undefined
let kernels: Kernels
/** For the tests of one file: files that share a worker share this module too. */
function withDevices(): void {
  beforeAll(async () => {
    devices = await createTestDevices()
    const module = await WebAssembly.compile(readFileSync(kernelFiles.single))
    kernels = instantiateKernels(module, devices.single.arena.memory)
    if (noGpu) return
    gpu = await openTestGpu()
    devices = { ...devices, gpu: await createGpuTestDevice(gpu) }
  })
  afterAll(async () => {
    await Promise.all(Object.values(devices).map((device) => device.close()))
  })
}

const isValue = (result: unknown): result is StoredValue =>
  typeof result === 'object' && result !== null && 'store' in result

/** The numbers of a value of any dtype, as float32. */
async function storedIn(device: TestDevice, value: StoredValue): Promise<Float32Array> {
  const done = await bringToCpu(value, device.arena)
  try {
    return Float32Array.from(readNumbers(value))
  } finally {
    done()
  }
}

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
  const outputs = Object.entries(result as Record<string, unknown>).filter((entry): entry is [string, StoredValue] =>
    isValue(entry[1]),
  )
  return (await Promise.all(outputs.map(([output, value]) => numbersOf(device, value, output)))).flat()
}

const numbersFor = ({ inputs }: Sample, seed: number): Float32Array[] =>
  inputs.map(({ shape, from }, i) => noise(countOf(shape), seed + i).map((v, index) => (from ? from(v, index) : v)))

async function run(device: TestDevice, name: string, sample: Sample, numbers: readonly Float32Array[]) {
  const inputs: StoredValue[] = []
  for (const [i, { shape }] of sample.inputs.entries())
    inputs.push(await device.ops.fromNumbers({ shape, numbers: numbers[i] ?? [] }))
  const op = device.ops[name as keyof TestDevice['ops']] as unknown as (...args: unknown[]) => Promise<unknown>
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

/** 0 for the same infinity and for NaN beside NaN; NaN or infinite where only one of them is finite. */
function distance(sample: Sample, at: At, a: number, b: number): number {
  if (Object.is(a, b)) return 0
  const circle = sample.circle?.(at)
  const apart = Math.abs(a - b)
  return circle === undefined ? apart : Math.min(apart, circle - apart)
}

const toleranceOf = ({ tolerance }: Sample, value: number): number =>
  tolerance ?? 1e-4 * (Number.isFinite(value) ? Math.max(1, Math.abs(value)) : 1)

function checkTerms(op: AnyOp, sample: Sample, { at, value }: Result, readables: readonly Readable[]): void {
  const terms = op.terms(at, readables, sample.params)
  const made = recombine(terms)
  const where = `${sample.say} at ${JSON.stringify(at)}: terms make ${made}, the kernel ${value}`
  expect(distance(sample, at, made, value), where).toBeLessThanOrEqual(toleranceOf(sample, value))
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
  const finite = new Set(
    terms.terms.flatMap(({ from, value }) => (from && Number.isFinite(value) ? [keyOf(from)] : [])),
  )
  const named = terms.terms.flatMap(({ from }) => (from ? [keyOf(from)] : []))
  const valueAt = ({ input, y, x, c }: Site) => readables[input]?.at(y, x, c)
  // Statistics leave out what is not finite, which `reach` cannot know.
  const counted = op.whole ? sites.filter((site) => Number.isFinite(valueAt(site))) : sites
  expect(new Set(counted.map(keyOf)), where).toEqual(new Set(op.whole ? named.filter((key) => finite.has(key)) : named))
  expect(new Set(sites.map(keyOf)).size, `${where}: a site twice`).toBe(sites.length)
}

/** Everything outside what `at` reaches becomes NaN, and the number there must stay. */
async function checkReach(op: AnyOp, name: string, sample: Sample, { at, value }: Result): Promise<void> {
  const shapes = sample.inputs.map(({ shape }) => shape)
  const numbers = numbersFor(sample, 5)
  const others = numbers.map((one) => one.slice().fill(Number.NaN))
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

/** What is not an ordinary number. */
const specials = [Number.NaN, Infinity, -Infinity, -0, 1e-40, -1e-40]

/** The sample's inputs with specials in them: all of them spread over a large input, in a small one each by itself. */
function brokenFor(sample: Sample): readonly (readonly Float32Array[])[] {
  // Whole numbers have no such thing.
  if (sample.inputs.some(({ shape }) => dtypeOf(shape) !== 'float32')) return []
  const total = sample.inputs.reduce((sum, { shape }) => sum + countOf(shape), 0)
  if (total > 30) {
    const numbers = numbersFor(sample, 5)
    for (const [i, one] of numbers.entries())
      for (const [k, special] of specials.entries()) one[Math.floor((noise(9, 31 + i)[k] ?? 0) * one.length)] = special
    return [numbers]
  }
  return specials.map((special, k) => {
    const numbers = numbersFor(sample, 5)
    const one = numbers[k % numbers.length]
    if (one) one[(k * 7) % one.length] = special
    return numbers
  })
}

const valuesIn = (result: unknown): readonly StoredValue[] =>
  isValue(result) ? [result] : Object.values(result ?? {}).filter(isValue)

/** What has kernels for the GPU ran there: an op that does not fit is done on the CPU, without a word. */
function checkPlace({ gpu }: AnyOp, { say }: Sample, inputs: readonly StoredValue[], result: unknown): void {
  const suits = (value: StoredValue): boolean => dtypeOf(value) === 'float32' && countOf(value) > 0
  const made = valuesIn(result).filter(({ store }) => inputs.every((input) => input.store !== store))
  if (!gpu || ![...inputs, ...made].every(suits)) return
  for (const { store } of made) expect((store as CountedStore).place, `${say}: where it was computed`).toBe('gpu')
}

/** The GPU's result on these inputs is that of one thread. */
async function checkGpu(op: AnyOp, name: string, sample: Sample, numbers: readonly Float32Array[]): Promise<void> {
  const device = devices.gpu as TestDevice
  const { results } = await run(devices.single, name, sample, numbers)
  const there = await run(device, name, sample, numbers)
  checkPlace(op, sample, there.inputs, there.result)
  expect(there.results.length, sample.say).toBe(results.length)
  for (const [i, { at, value }] of results.entries()) {
    const other = there.results[i]?.value ?? Number.NaN
    const where = `${sample.say} at ${JSON.stringify(at)}: ${other} on the GPU, ${value} on the CPU`
    if (!(distance(sample, at, other, value) <= toleranceOf(sample, value))) expect.fail(where)
  }
  for (const [i, input] of there.inputs.entries())
    expect(await storedIn(device, input), `${sample.say}: input ${i} was changed`).toEqual(numbers[i])
  devices.single.clear()
  device.clear()
}

/** Runs each band of a dispatch by itself, with NaN in all rows that it does not name; what names none runs whole. */
function bandsOf(device: TestDevice, kernels: Kernels, size: number): CpuDevice {
  const { memory } = device.arena
  const numbers = ({ address, stride, height }: Read) => new Float32Array(memory.buffer, address, (stride / 4) * height)
  return {
    threads: 1,
    memory,
    async dispatch(call, signal) {
      const { kernel: name, reads, rows, grain = 1, scratch } = call
      if (!reads) return device.device.dispatch(call, signal)
      const kernel = kernels.get(name)
      if (!kernel) throw new Error(`no kernel ${name}`)
      const room = scratch ? [device.arena.alloc(scratch)] : []
      const before = reads.map((read) => numbers(read).slice())
      const step = Math.ceil(size / grain) * grain
      const bands = Array.from({ length: Math.ceil(rows / step) }, (_, i) => i * step)
      // The last band first: none may rest on what another left.
      for (const y0 of bands.reverse()) {
        const y1 = Math.min(rows, y0 + step)
        for (const read of reads) numbers(read).fill(Number.NaN)
        for (const [i, read] of reads.entries()) {
          const row = read.stride / 4
          const [from, to] = read.rows(y0, y1)
          numbers(read).set(before[i]?.subarray(from * row, to * row) ?? [], from * row)
        }
        kernel(...call.args, ...room, y0, y1)
      }
      for (const [i, read] of reads.entries()) numbers(read).set(before[i] ?? [])
      for (const address of room) device.arena.free(address)
    },
    close: async () => undefined,
  }
}

/** Some parts of an output: all of it, its corners, a row, a pixel in the middle. */
function partsOf(results: readonly Result[]): readonly Extent[] {
  const [right, bottom] = [Math.max(...results.map(({ at }) => at.x)), Math.max(...results.map(({ at }) => at.y))]
  const [x, y] = [right >> 1, bottom >> 1]
  return [
    { left: 0, top: 0, right, bottom },
    { left: 0, top: 0, right: x, bottom: y },
    { left: x, top: y, right, bottom },
    { left: 0, top: y, right, bottom: y },
    { left: x, top: y, right: x, bottom: y },
  ]
}
const holds = ({ left, top, right, bottom }: Extent, { x, y }: { x: number; y: number }): boolean =>
  x >= left && x <= right && y >= top && y <= bottom

/** What a part needs is enough: with NaN in all else the part stays as it is; and it holds whatever `reach` names. */
async function checkNeeds(op: AnyOp, name: string, sample: Sample, results: readonly Result[]): Promise<void> {
  const shapes = sample.inputs.map(({ shape }) => shape)
  for (const part of partsOf(results)) {
    const needs = needsOf(op, part, shapes, sample.params)
    const own = results.filter(({ at }) => holds(part, at))
    for (const { at } of pick(own, 6))
      for (const site of op.reach(at, shapes, sample.params)) {
        const need = needs[site.input]
        const where = `${sample.say}: ${JSON.stringify(part)} needs ${JSON.stringify(need)}, and ${JSON.stringify(site)}`
        expect(need && holds(need, site), where).toBe(true)
      }
    const numbers = numbersFor(sample, 5).map((one, input) => {
      const [shape, need] = [shapes[input], needs[input]]
      if (shape?.kind !== 'image') return one
      return one.map((v, i) => {
        const pixel = Math.floor(i / shape.channels)
        const at = { x: pixel % shape.width, y: Math.floor(pixel / shape.width) }
        return need && holds(need, at) ? v : Number.NaN
      })
    })
    const after = await run(devices.single, name, sample, numbers)
    const same = (all: readonly Result[]) => valuesOf(all.filter(({ at }) => holds(part, at)))
    expect(same(after.results), `${sample.say}: ${JSON.stringify(part)} needs more`).toEqual(valuesOf(own))
    if (op.local || op.makePart) await checkPart(op, sample, part, needs, own)
    devices.single.clear()
  }
}

/** From pictures cut to what a part needs, the op makes that part. */
async function checkPart(
  op: AnyOp,
  sample: Sample,
  part: Extent,
  needs: readonly (Extent | null)[],
  own: readonly Result[],
): Promise<void> {
  const shapes = sample.inputs.map(({ shape }) => shape)
  if (!shapes.every((shape) => shape.kind === 'image')) return
  const { ops, perform } = devices.single
  const whole = numbersFor(sample, 5)
  const inputs: (ImageValue | undefined)[] = []
  for (const [i, shape] of shapes.entries()) {
    const need = needs[i]
    const all = (await ops.fromNumbers({ shape, numbers: whole[i] ?? [] })) as ImageValue
    inputs.push(need ? await ops.crop(all, rectangleOf(need)) : undefined)
  }
  const { result, from } = await makePart(perform, op, { part, inputs, needs, shapes, params: sample.params })
  const made = await resultsOf(devices.single, sample, result)
  const found: ReadonlyMap<string, number> = new Map(made.map(({ at, value }) => [JSON.stringify(at), value]))
  for (const { at, value } of own) {
    const there: number = found.get(JSON.stringify({ ...at, y: at.y - from.y, x: at.x - from.x })) ?? Number.NaN
    const where = `${sample.say}, ${JSON.stringify(part)} of a cut picture at ${JSON.stringify(at)}: ${there}, not ${value}`
    if (!(distance(sample, at, there, value) <= 1e-5 * Math.max(1, Math.abs(value)))) expect.fail(where)
  }
  if (op.makePart) expect(made.length, `${sample.say}: ${JSON.stringify(part)} has another size`).toBe(own.length)
}

function conformOp(name: string, op: AnyOp, samples: readonly Sample[]): void {
  describe(name, () => {
    it('has samples', () => expect(samples.length).toBeGreaterThan(0))

    it('is what its terms say, from within its reach, on any number of threads', async () => {
      for (const sample of samples) {
        const numbers = numbersFor(sample, 5)
        const { inputs, results } = await run(devices.single, name, sample, numbers)
        expect(results.length, sample.say).toBeGreaterThan(0)
        const threaded = await run(devices.threads, name, sample, numbers)
        expect(valuesOf(threaded.results), `${sample.say}: one thread and two`).toEqual(valuesOf(results))
        for (const [i, input] of inputs.entries())
          expect(await storedIn(devices.single, input), `${sample.say}: input ${i} was changed`).toEqual(numbers[i])
        const readables = inputs.map(readable)
        for (const result of pick(results, 24)) checkTerms(op, sample, result, readables)
        for (const result of pick(results, 2)) await checkReach(op, name, sample, result)
        devices.single.clear()
        devices.threads.clear()
      }
    })

    it('keeps to its rule for NaN and infinity, as its terms do', async () => {
      expect(op.nonFinite.length).toBeGreaterThan(0)
      for (const sample of samples)
        for (const numbers of brokenFor(sample)) {
          const { inputs, results } = await run(devices.single, name, sample, numbers)
          const threaded = await run(devices.threads, name, sample, numbers)
          expect(valuesOf(threaded.results), `${sample.say}: one thread and two`).toEqual(valuesOf(results))
          const readables = inputs.map(readable)
          const odd = results.filter(({ value }) => !Number.isFinite(value))
          for (const result of [...pick(results, 12), ...pick(odd, 12)]) checkTerms(op, sample, result, readables)
          devices.single.clear()
          devices.threads.clear()
        }
    })

    it.each([1, 7, 64])('makes the same in bands of %i rows, from the rows that it names', async (size) => {
      const device = deviceOf(bandsOf(devices.single, kernels, size), devices.single.arena)
      for (const sample of pick(samples, 40)) {
        const numbers = numbersFor(sample, 5)
        const { results } = await run(devices.single, name, sample, numbers)
        const bands = await run(device, name, sample, numbers)
        expect(valuesOf(bands.results), sample.say).toEqual(valuesOf(results))
        device.clear()
        devices.single.clear()
      }
      await device.close()
    })

    it('names the part of its inputs that a part of its output needs', async () => {
      for (const sample of pick(samples, 40)) {
        const { results } = await run(devices.single, name, sample, numbersFor(sample, 5))
        devices.single.clear()
        if (results.every(({ at }) => Number.isInteger(at.y))) await checkNeeds(op, name, sample, results)
      }
    })

    it.skipIf(noGpu)('is the same on the GPU', { timeout: gpuTimeout }, async () => {
      for (const sample of samples) await checkGpu(op, name, sample, numbersFor(sample, 5))
    })

    it.skipIf(noGpu)('keeps to its rule for NaN and infinity on the GPU', { timeout: gpuTimeout }, async () => {
      for (const sample of pick(samples, 24))
        for (const numbers of brokenFor(sample)) await checkGpu(op, name, sample, numbers)
    })

    it('leaves no memory behind', { timeout: gpuTimeout }, async () => {
      for (const sample of pick(samples, 4)) {
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

interface Stored {
  readonly shape: readonly [number, number, number]
  readonly numbers: readonly (number | 'nan' | 'inf' | '-inf')[]
}
interface Truth {
  /** An op, or a computation that the test names. */
  readonly op: string
  readonly inputs: readonly string[]
  readonly params: unknown
  readonly outputs: Readonly<Record<string, Stored>>
  readonly tolerance: number
  readonly source: string
  /** Angles are compared on a circle: its length in degrees. */
  readonly circle?: number
}
interface TruthFile {
  readonly pictures: Readonly<Record<string, Stored & { readonly space: ColourSpace; readonly alpha?: boolean }>>
  readonly cases: readonly Truth[]
}

/** By the names of its outputs; '' for a single one. */
export type Computed = Readonly<Record<string, ArrayLike<number>>>
/** What a case of truth.json names that is no call of an op with its parameters as they are. */
export type Computation<P> = (
  device: TestDevice,
  inputs: readonly [ImageValue, ...ImageValue[]],
  params: P,
) => Promise<Computed>

const special = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity } as const
const parse = ({ numbers }: Stored): Float64Array =>
  Float64Array.from(numbers, (v) => (typeof v === 'string' ? special[v] : v))

function load(device: TestDevice, { pictures }: TruthFile, name: string): Promise<ImageValue> {
  const stored = pictures[name]
  if (!stored) throw new Error(`truth.json has no picture "${name}"`)
  const [height, width, channels] = stored.shape
  const { space, alpha = false } = stored
  const bounded = space !== 'data' && space !== 'hsv'
  const shape: ImageShape = { kind: 'image', height, width, channels, space, alpha }
  return device.image(bounded ? { ...shape, range: [0, 1] } : shape, parse(stored))
}

const callOf =
  (name: string): Computation<unknown> =>
  async ({ ops, fetch }, inputs, params) => {
    const op = ops[name as keyof typeof ops] as unknown as (...args: unknown[]) => Promise<StoredValue | object>
    const result = await op(...inputs, params)
    if (isValue(result)) return { '': await fetch(result) }
    const fetched = Object.entries(result).map(async ([output, value]) => [output, await fetch(value)] as const)
    return Object.fromEntries(await Promise.all(fetched))
  }

async function checkTruth(
  device: TestDevice,
  file: TruthFile,
  truth: Truth,
  compute: Computation<never>,
): Promise<void> {
  const inputs = await Promise.all(truth.inputs.map((name) => load(device, file, name)))
  const results = await compute(
    device,
    inputs as unknown as readonly [ImageValue, ...ImageValue[]],
    truth.params as never,
  )
  for (const [name, stored] of Object.entries(truth.outputs)) {
    const what = `${truth.source}: ${truth.op} ${truth.inputs} ${JSON.stringify(truth.params)} ${name}`
    const [got, want] = [results[name] ?? [], parse(stored)]
    expect(got.length, what).toBe(want.length)
    for (const [i, wanted] of want.entries()) {
      // Nine digits name a float32; what must be equal is compared as one.
      const exact = truth.tolerance === 0 ? Math.fround(wanted) : wanted
      const was = got[i] ?? 0
      const apart = Object.is(was, exact) || was === exact ? 0 : Math.abs(was - exact)
      const { circle } = truth
      const away = circle !== undefined && apart > circle / 2 ? Math.abs(circle - apart) : apart
      if (!(away <= truth.tolerance)) expect.fail(`${what}: number ${i} is ${was}, not ${exact}`)
    }
  }
}

/**
 * Tests the ops of one folder.
 * @param folder where truth.json lies, made by truth.py beside it: what OpenCV, NumPy or a published formula gives
 * @param computations what cases of truth.json name beside the ops
 */
export function conform<Names extends string>(
  folder: string,
  ops: Readonly<Record<Names, unknown>>,
  samples: Samples<Names>,
  computations: Readonly<Record<string, Computation<never>>> = {},
): void {
  withDevices()
  for (const name of Object.keys(ops) as Names[]) conformOp(name, ops[name] as AnyOp, samples[name])
  const path = join(folder, 'truth.json')
  if (!existsSync(path)) return
  const file = JSON.parse(readFileSync(path, 'utf8')) as TruthFile
  describe.each(['single', 'threads', 'gpu'] as const)('truth, %s', (kind) => {
    if (kind === 'gpu' && noGpu) return it.skip(noGpu, () => undefined)
    it.each([...new Set(file.cases.map(({ op }) => op))])('%s', { timeout: gpuTimeout }, async (name) => {
      const device = devices[kind] as TestDevice
      for (const truth of file.cases.filter(({ op }) => op === name)) {
        await checkTruth(device, file, truth, computations[name] ?? callOf(name))
        device.clear()
      }
    })
  })
}
