/** Adversarial training: its steps against torch, and the job that takes them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest'
import type { HeldModel, OwnTensor } from '../engine/graph/models.ts'
import type { JobContext } from '../engine/graph/node.ts'
import { modelsFor } from '../engine/models/models.ts'
import { type AdversarialMethod, adversarialMethods, adversarialOf } from '../engine/models/training/adversarial.ts'
import type { ImageValue, NetworkValue, PlotValue, TensorValue } from '../engine/values/index.ts'
import { NetBuilder } from '../engine/values/layers/graph.ts'
import { sizeOf } from '../engine/values/layers/layer.ts'
import { apartOf, fill, noiseOf, weightsByName } from '../host/testing/layers.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { floats, partsOf } from '../host/testing/trainer.ts'
import { adversarialOptimiser, GanTrainer, normal, type Side } from './gan-trainer.ts'
import { networkTrainGan } from './network/train-gan.ts'
import { randomOf } from './random.ts'
import { rowOf } from './trainer.ts'

type Told = Readonly<Record<Side, readonly number[]>> &
  Readonly<Record<`${Side}Weights`, Readonly<Record<string, readonly number[]>>>>
const truth = JSON.parse(await readFile(join(import.meta.dirname, 'fixtures', 'adversarial.json'), 'utf8')) as Readonly<
  Record<AdversarialMethod, Told>
>

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

const batch = 6
const shape = [2, 6, 6]

function generator(out = 2, input: readonly number[] = [5]) {
  const net = new NetBuilder(input)
  const maps = net.add('maps', 'reshape', [net.add('fc', 'linear', [0], { out: 27 })], { shape: [3, 3, 3] })
  const x = net.add('relu', 'relu', [net.add('bn', 'batchNorm', [maps])])
  net.add('tanh', 'tanh', [net.add('up', 'convTranspose', [x], { out, kernel: 4, stride: 2, padding: 1 })])
  return net.layers
}

function discriminator({ norm = true, out = 1 } = {}) {
  const net = new NetBuilder(shape)
  let x = net.add('conv', 'conv', [0], { out: 4, kernel: 4, stride: 2, padding: 1, bias: !norm })
  if (norm) x = net.add('bn', 'batchNorm', [x])
  net.add('fc', 'linear', [net.add('flat', 'flatten', [net.add('leaky', 'leakyRelu', [x], { slope: 0.2 })])], { out })
  return net.layers
}

const noise = (name: string, ...dims: readonly number[]): OwnTensor => floats(noiseOf(name, dims), ...dims)
const { signal } = new AbortController()

describe('steps are those of torch', () => {
  test.each(adversarialMethods)('%s: losses to 1e-5, weights to 1e-4', async (method) => {
    const layers = { generator: generator(), discriminator: discriminator({ norm: method !== 'wgan-gp' }) }
    const optimiser = adversarialOptimiser(method)
    const steps = adversarialOf(layers.generator, layers.discriminator, { batch, method, optimiser, penalty: 10 })
    const perform = () => Promise.reject(new Error('nothing is performed'))
    const { shelf } = bench.device
    const models = modelsFor({ shelf, services: bench.services, signal, perform, progress: () => undefined })
    const modelOf = (side: Side) => ({
      ...{ id: `${method} ${side}`, name: side, ...steps[side], bytes: 0 },
      weights: async () => new Float32Array(0),
    })
    const started = (side: Side) => {
      const { learned, fixed } = steps[side]
      const all = weightsByName(layers[side])
      const zeros = new Float32Array(learned.reduce((sum, one) => sum + sizeOf(one.shape), 0))
      return {
        ...{ learned: rowOf(learned, all), moment1: zeros, moment2: zeros },
        ...(fixed.length > 0 && { fixed: rowOf(fixed, all) }),
      }
    }
    /** Gives noise by its name in place of random numbers. */
    const named = (model: HeldModel, side: Side): HeldModel => {
      let step = 0
      return {
        run(inputs, options) {
          const own: Record<string, OwnTensor> = { ...inputs }
          own.noise = noise(`${side === 'generator' ? 'made' : 'judged'} ${step}`, batch, 5)
          if (inputs.input) own.input = noise(`real ${step}`, batch, ...shape)
          if (inputs.mix)
            own.mix = floats(
              noiseOf(`mix ${step}`, [batch]).map((v) => (v + 1) / 2),
              batch,
              1,
              1,
              1,
            )
          step++
          return model.run(own, options)
        },
      }
    }
    const told = truth[method]
    await models.hold(modelOf('discriminator'), (judge) =>
      models.hold(modelOf('generator'), async (maker) => {
        const trainer = new GanTrainer(
          { discriminator: named(judge, 'discriminator'), generator: named(maker, 'generator') },
          { discriminator: started('discriminator'), generator: started('generator') },
          {
            ...{
              steps,
              method,
              optimiser,
              pictures: new Float32Array(2 * batch * sizeOf(shape)),
              shape,
              noiseShape: [5],
            },
            ...{ batch, brought: (numbers) => numbers, criticSteps: 1, rate: 0.01, seed: 0 },
          },
        )
        for (const i of told.generator.keys()) {
          const made = await trainer.step(i, false)
          for (const side of ['discriminator', 'generator'] as const)
            expect(Math.abs(made[side] - (told[side][i] ?? 0)), `${side} ${i}`).toBeLessThan(1e-5)
        }
        for (const side of ['discriminator', 'generator'] as const) {
          const { learned = new Float32Array(0), fixed = new Float32Array(0) } = trainer.rows(side)
          const parts = new Map([...partsOf(steps[side].learned, learned), ...partsOf(steps[side].fixed, fixed)])
          const wanted = told[`${side}Weights`]
          expect([...parts.keys()].sort()).toEqual(Object.keys(wanted).sort())
          for (const [name, numbers] of Object.entries(wanted))
            expect(apartOf(parts.get(name) ?? [], numbers), `${side} ${name}`).toBeLessThan(1e-4)
        }
      }),
    )
  })
})

it('noise is standard normal', () => {
  const numbers = normal(20_001, randomOf(1, 'noise'))
  const mean = numbers.reduce((sum, v) => sum + v, 0) / numbers.length
  const moment = (power: number): number => numbers.reduce((sum, v) => sum + (v - mean) ** power, 0) / numbers.length
  // Four standard errors.
  expect(Math.abs(mean)).toBeLessThan(0.03)
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.04)
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.3)
})

const networks = (given: Partial<Record<Side, NetworkValue['layers']>> = {}) => ({
  generator: { kind: 'network', layers: given.generator ?? generator() } satisfies NetworkValue,
  discriminator: { kind: 'network', layers: given.discriminator ?? discriminator() } satisfies NetworkValue,
})

/** Pictures whose left half is bright. */
async function halves(dims: readonly number[] = shape): Promise<TensorValue> {
  const numbers = new Float32Array(24 * sizeOf(dims))
  fill(numbers, 'halves', (u) => 0.1 * u)
  const width = dims.at(-1) ?? 1
  for (let i = 0; i < numbers.length; i++) numbers[i] = Math.abs(numbers[i] ?? 0) + (i % width < width / 2 ? 0.8 : 0)
  const tensor = { kind: 'tensor', shape: [24, ...dims], axes: ['N', 'C', 'H', 'W'] } as const
  return (await bench.device.ops.fromNumbers({ shape: tensor, numbers })) as TensorValue
}

const params = { steps: 12, batchSize: 8, rate: 0.01, shown: 8, seed: 3 }
const run = async (given: Readonly<Record<string, unknown>> = {}, job?: JobContext, own = networks()) =>
  bench.run(networkTrainGan, { ...own, batch: await halves() }, { ...params, ...given }, job && { job })
const weightsOf = (value: unknown): Float32Array =>
  bench.device.read((value as NetworkValue).weights as TensorValue) as Float32Array

describe('the job', () => {
  it('makes pictures like those that it was given', async () => {
    const made = await run({ steps: 150 })
    const grid = made.grid as ImageValue
    const numbers = bench.device.read(grid)
    const sums = [0, 0]
    // The first picture of the grid, at its top left; pixels are drawn as squares.
    const by = 8
    for (let y = 0; y < 6; y++)
      for (let x = 0; x < 6; x++) {
        const side = x < 3 ? 0 : 1
        sums[side] = (sums[side] ?? 0) + (numbers[(y * by * grid.width + x * by) * grid.channels] ?? 0) / 18
      }
    expect(sums[0]).toBeGreaterThan(0.6)
    expect(sums[1]).toBeLessThan(0.3)
    expect((made.loss as PlotValue).series.map(({ values }) => values.length)).toEqual([75, 75])
  })

  it.each(['dcgan', 'wgan-gp'] as const)('comes to the same bits by a seed, and after a pause: %s', async (method) => {
    const own = networks({ discriminator: discriminator({ norm: method === 'dcgan' }) })
    const whole = await run({ method }, undefined, own)
    let kept: Uint8Array | undefined
    const stops: JobContext = {
      ...{ resume: undefined, paused: true, emit: async () => undefined },
      async checkpoint(bytes) {
        kept = bytes.slice()
        throw new Error('paused')
      },
    }
    await expect(run({ method }, stops, own)).rejects.toThrow('paused')
    const goesOn: JobContext = {
      ...{ resume: kept, paused: false, emit: async () => undefined, checkpoint: async () => undefined },
    }
    const resumed = await run({ method }, goesOn, own)
    for (const side of ['generator', 'discriminator']) expect(weightsOf(resumed[side])).toEqual(weightsOf(whole[side]))
    expect(resumed.loss).toEqual(whole.loss)
    const other = await run({ method, seed: 4 }, undefined, own)
    expect(weightsOf(other.generator)).not.toEqual(weightsOf(whole.generator))
  })

  it.each([
    ['pictures of another size', {}, { generator: generator(3) }, 'gan.pictures'],
    ['a verdict of two numbers', {}, { discriminator: discriminator({ out: 2 }) }, 'gan.verdict'],
    ['a critic with batch norm', { method: 'wgan-gp' }, {}, 'gan.batch-norm'],
  ])('refuses %s', async (_, given, layers, code) => {
    await expect(run(given, undefined, networks(layers))).rejects.toMatchObject({ code })
  })

  it('says so where a loss is lost before anything was kept', async () => {
    const batch = await halves()
    const broken = bench.device.read(batch).map(() => Number.NaN) as Float32Array
    const numbers = { shape: { kind: 'tensor', shape: batch.shape, axes: batch.axes }, numbers: broken } as const
    const given = { ...networks(), batch: (await bench.device.ops.fromNumbers(numbers)) as TensorValue }
    const failed = bench.run(networkTrainGan, given, params)
    await expect(failed).rejects.toMatchObject({ code: 'gan.loss-lost', params: { which: 'discriminator', step: 1 } })
  })

  it('refuses examples that are not what the discriminator takes', async () => {
    const given = { ...networks(), batch: await halves([2, 6, 8]) }
    await expect(bench.run(networkTrainGan, given, params)).rejects.toMatchObject({ code: 'network.examples' })
  })
})
