/** Training of networks of layers against torch: gradients of all layers and losses, and the losses of many steps. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { OwnTensor } from '../engine/graph/models.ts'
import type { Loss } from '../engine/models/training/losses.ts'
import type { Optimiser } from '../engine/models/training/optimisers.ts'
import { trainingOf } from '../engine/models/training/training.ts'
import { NetBuilder, weightsOfAll } from '../engine/values/layers/graph.ts'
import { layerTypes } from '../engine/values/layers/index.ts'
import { type Layer, type Settings, sizeOf } from '../engine/values/layers/layer.ts'
import { apartOf, fill, resnet20, smallNetworks, weightsByName } from '../host/testing/layers.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { floats, ints, partsOf, train } from '../host/testing/trainer.ts'
import { architecture } from './network/architectures/index.ts'

interface Steps {
  readonly kind: Optimiser['kind']
  readonly settings: Partial<Optimiser>
  readonly rate: number
  readonly losses: readonly number[]
  readonly measured: Readonly<Record<string, readonly number[]>>
}

interface Truth {
  readonly gradients: Readonly<
    Record<
      string,
      {
        readonly input: readonly number[]
        readonly loss: number
        readonly gradients: Readonly<Record<string, readonly number[]>>
        readonly measured: Readonly<Record<string, readonly number[]>>
      }
    >
  >
  readonly penalty: Readonly<
    Record<'critic', { readonly loss: number; readonly gradients: Readonly<Record<string, readonly number[]>> }>
  >
  readonly single: Readonly<
    Record<
      string,
      {
        readonly input: readonly number[]
        readonly settings: object
        readonly output: readonly number[]
        readonly given: readonly number[]
        readonly gradients: Readonly<Record<string, readonly number[]>>
      }
    >
  >
  readonly activations: Readonly<Record<string, { readonly loss: number; readonly gradient: readonly number[] }>>
  readonly losses: Readonly<
    Record<
      string,
      {
        readonly kind: Loss['kind']
        readonly settings: Partial<Loss>
        readonly shape: readonly number[]
        readonly loss: number
        readonly gradient: readonly number[]
      }
    >
  >
  readonly lenet5: Readonly<Record<string, Steps>>
  readonly resnet20: Readonly<Record<string, Steps>>
}

const truth = JSON.parse(
  await readFile(join(import.meta.dirname, 'fixtures', 'network-training.json'), 'utf8'),
) as Truth

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

/** From -1 to 1, by the name, as in the fixture. */
function noise(name: string, ...shape: readonly number[]): OwnTensor {
  const numbers = new Float32Array(sizeOf(shape))
  fill(numbers, name, (u) => u)
  return floats(numbers, ...shape)
}

function classes(name: string, count: number, ...shape: readonly number[]): OwnTensor {
  const { numbers } = noise(name, ...shape)
  return ints(
    Int32Array.from(numbers, (u) => Math.floor(((u + 1) / 2) * count)),
    ...shape,
  )
}

const times = ({ numbers, shape }: OwnTensor, by: number): OwnTensor =>
  floats(
    (numbers as Float32Array).map((v) => v * by),
    ...shape,
  )

const plain: Optimiser = { kind: 'sgd' }
const numberOf = (tensor: OwnTensor | undefined): number => tensor?.numbers[0] ?? Number.NaN

/** Loss, gradient of every learned number, and what was measured: of one step. */
function once(
  layers: readonly Layer[],
  batch: number,
  loss: Loss,
  inputs: Readonly<Record<string, OwnTensor>>,
  weights = weightsByName(layers),
) {
  const options = { batch, loss, optimiser: plain, gradient: true } as const
  return train(bench, layers, weights, options, async ({ training, step }) => {
    const more = training.fixed.length > 0 ? ['fixed:next'] : []
    const made = await step(inputs, 0, 1, ['gradient', ...more])
    const gradient = made.gradient?.numbers as Float32Array
    const measured = partsOf(training.fixed, (made['fixed:next']?.numbers ?? new Float32Array(0)) as Float32Array)
    return { loss: numberOf(made.loss), gradient, parts: partsOf(training.learned, gradient), measured, weights }
  })
}

/** Nothing is dropped. */
const undropped = (layers: readonly Layer[]): readonly Layer[] =>
  layers.map((layer) => (layer.type === 'dropout' ? { ...layer, set: { p: 0 } } : layer))

describe('gradients are those of torch', () => {
  test.each(Object.entries(truth.gradients))('of the layers of "%s"', async (name, told) => {
    const net = new NetBuilder(told.input)
    smallNetworks[name]?.(net)
    const layers = undropped(net.layers)
    const output = net.shape(layers.length - 1)
    const inputs = { input: noise('input', 3, ...told.input), target: noise('target', 3, ...output) }
    const { loss, parts, measured } = await once(layers, 3, { kind: 'mse' }, inputs)
    expect(Math.abs(loss / told.loss - 1)).toBeLessThan(1e-5)
    expect([...parts.keys()].sort()).toEqual(Object.keys(told.gradients).sort())
    const largest = Math.max(...Object.values(told.gradients).flat().map(Math.abs))
    for (const [weight, gradient] of Object.entries(told.gradients)) {
      const made = parts.get(weight) ?? []
      const apart = Math.max(...gradient.map((v, i) => Math.abs(v - (made[i] ?? Number.NaN))))
      // Of a bias before a normalisation only what rounding leaves is not 0.
      const size = Math.max(...gradient.map(Math.abs), 1e-4 * largest)
      expect(apart / size, weight).toBeLessThan(2e-5)
    }
    for (const [weight, numbers] of Object.entries(told.measured))
      expect(apartOf(measured.get(weight) ?? [], numbers), weight).toBeLessThan(1e-5)
  })

  test.each(Object.entries(truth.single))('of a layer by itself: %s', async (name, told) => {
    const net = new NetBuilder(told.input)
    const before = net.add('before', 'shift', [0], { shape: told.input })
    const type = name.split(',')[0] ?? ''
    // Queries, keys and values are the same here.
    net.add('own', type, type === 'dotAttention' ? [before, before, before] : [before], told.settings as Settings)
    expect(net.shape(2)).toEqual(told.output)
    const layers = net.layers
    const inputs = { input: noise('input', 3, ...told.input), target: noise('target', 3, ...told.output) }
    const weights = weightsByName(layers)
    // What is learned before it adds nothing.
    weights.fill(0, 0, sizeOf(told.input))
    const { parts } = await once(layers, 3, { kind: 'mse' }, inputs, weights)
    expect(apartOf(parts.get('before') ?? [], told.given)).toBeLessThan(1e-5)
    for (const [weight, gradient] of Object.entries(told.gradients))
      expect(apartOf(parts.get(weight) ?? [], gradient), weight).toBeLessThan(1e-5)
  })

  test('of a gradient: WGAN-GP', async () => {
    const net = new NetBuilder([2, 6, 6])
    let x = net.add('a', 'conv', [0], { out: 4, kernel: 3, stride: 2, padding: 1 })
    x = net.add('tanh', 'tanh', [net.add('leaky', 'leakyRelu', [x], { slope: 0.2 })])
    x = net.add('silu', 'silu', [net.add('b', 'conv', [x], { out: 3, kernel: 2 })])
    net.add('fc', 'linear', [net.add('flat', 'flatten', [x])], { out: 1 })
    const inputs = { input: noise('input', 3, 2, 6, 6), target: noise('target', 3, 1) }
    const options = { batch: 3, loss: { kind: 'mse' }, optimiser: plain, gradient: true, penalty: 10 } as const
    const told = truth.penalty.critic
    await train(bench, net.layers, weightsByName(net.layers), options, async ({ training, step }) => {
      const made = await step(inputs, 0, 1, ['gradient'])
      expect(Math.abs(numberOf(made.loss) / told.loss - 1)).toBeLessThan(1e-5)
      const parts = partsOf(training.learned, made.gradient?.numbers as Float32Array)
      for (const [weight, gradient] of Object.entries(told.gradients))
        expect(apartOf(parts.get(weight) ?? [], gradient), weight).toBeLessThan(2e-5)
    })
  })

  test('of every layer that there is', () => {
    const held = new Set(['input', ...Object.keys(truth.activations)])
    for (const name of Object.keys(truth.single)) held.add(name.split(',')[0] ?? '')
    for (const [name, { input }] of Object.entries(truth.gradients)) {
      const net = new NetBuilder(input)
      smallNetworks[name]?.(net)
      for (const { type } of net.layers) held.add(type)
    }
    // Without a gradient of its own: a mask, held by its own tests.
    const others = ['stochasticDepth']
    expect([...layerTypes.keys()].filter((type) => !held.has(type) && !others.includes(type))).toEqual([])
  })

  test('of the activations', async () => {
    const told = Object.entries(truth.activations)
    const net = new NetBuilder([64])
    const each = told.map(([name]) => net.add(name, name, [net.add(`${name}.x`, 'shift', [0], { shape: [64] })]))
    net.add('all', 'concatenate', each)
    const target = new Float32Array(64 * told.length)
    for (const i of told.keys()) target.set(noise('target', 1, 64).numbers, 64 * i)
    const inputs = { input: times(noise('input', 1, 64), 4), target: floats(target, 1, target.length) }
    const options = { batch: 1, loss: { kind: 'mse' }, optimiser: plain, gradient: true } as const
    await train(bench, net.layers, new Float32Array(target.length), options, async ({ training, step }) => {
      const made = await step(inputs, 0, 1, ['gradient'])
      const mean = told.reduce((sum, [, { loss }]) => sum + loss, 0) / told.length
      expect(Math.abs(numberOf(made.loss) / mean - 1)).toBeLessThan(1e-5)
      const parts = partsOf(training.learned, made.gradient?.numbers as Float32Array)
      for (const [name, { gradient }] of told) {
        const own = (parts.get(`${name}.x`) ?? new Float32Array(0)).map((v) => v * told.length)
        expect(apartOf(own, gradient), name).toBeLessThan(1e-5)
      }
    })
  })

  test.each(Object.entries(truth.losses))('of the loss %s', async (_, { kind, settings, shape, ...told }) => {
    const net = new NetBuilder(shape)
    net.add('x', 'shift', [0], { shape })
    const loss: Loss = { kind, ...settings }
    const real = kind === 'mse' || kind === 'bce' || loss.shares === true
    const half = noise('target', 3, ...shape)
    const target = real
      ? floats(
          (half.numbers as Float32Array).map((v) => (v + 1) / 2),
          ...half.shape,
        )
      : classes('target', 4, 3, ...shape.slice(1))
    const inputs = { input: times(noise('input', 3, ...shape), 3), target }
    const options = { batch: 3, loss, optimiser: plain, gradient: true } as const
    await train(bench, net.layers, new Float32Array(sizeOf(shape)), options, async ({ step }) => {
      const made = await step(inputs, 0, 1, ['gradient'])
      expect(Math.abs(numberOf(made.loss) / told.loss - 1)).toBeLessThan(1e-5)
      expect(apartOf(made.gradient?.numbers ?? [], told.gradient)).toBeLessThan(1e-5)
    })
  })
})

describe('gradients are what the loss does', () => {
  test.each(Object.entries(truth.gradients))('in "%s"', async (name, { input }) => {
    const net = new NetBuilder(input)
    smallNetworks[name]?.(net)
    const layers = undropped(net.layers)
    const inputs = { input: noise('input', 3, ...input), target: noise('target', 3, ...net.shape(layers.length - 1)) }
    const { gradient, weights } = await once(layers, 3, { kind: 'mse' }, inputs)
    const options = { batch: 3, loss: { kind: 'mse' }, optimiser: plain } as const
    const { learned } = trainingOf(layers, options)
    // Along the gradient itself the loss changes most, so float32 sees it.
    const length = Math.hypot(...gradient)
    const by = 1e-3 / length
    const moved = async (sign: number): Promise<number> => {
      const at = weights.slice()
      const parts = partsOf(learned, gradient)
      for (const { name: own, at: place } of learned)
        for (const [i, v] of (parts.get(own) ?? []).entries()) at[place + i] = (at[place + i] ?? 0) + sign * by * v
      return train(bench, layers, at, options, async ({ step }) => numberOf((await step(inputs, 0, 1)).loss))
    }
    const slope = ((await moved(1)) - (await moved(-1))) / (2 * by * length)
    expect(Math.abs(slope / length - 1)).toBeLessThan(0.02)
  })
})

describe('steps are those of torch', { timeout: 120_000 }, () => {
  const run = (layers: readonly Layer[], { kind, settings, rate, losses }: Steps, shape: readonly number[]) => {
    const options = { batch: 16, loss: { kind: 'crossEntropy' }, optimiser: { kind, ...settings } } as const
    return train(bench, layers, weightsByName(layers), options, async ({ training, step }) => {
      const made: number[] = []
      let fixed: Float32Array = new Float32Array(0)
      for (const i of losses.keys()) {
        const inputs = { input: noise(`batch ${i % 4}`, 16, ...shape), target: classes(`classes ${i % 4}`, 10, 16) }
        const more = training.fixed.length > 0 && i === losses.length - 1 ? ['fixed:next'] : []
        const told = await step(inputs, rate, i + 1, more)
        made.push(numberOf(told.loss))
        if (told['fixed:next']) fixed = told['fixed:next'].numbers as Float32Array
      }
      return { made, measured: partsOf(training.fixed, fixed) }
    })
  }
  const apart = (made: readonly number[], losses: readonly number[]): readonly number[] =>
    losses.map((loss, i) => Math.abs((made[i] ?? Number.NaN) / loss - 1))

  test.each(Object.entries(truth.lenet5))('LeNet-5 by %s: 20 losses to 1e-5', async (_, told) => {
    const { made } = await run(architecture('lenet5', 10), told, [1, 28, 28])
    expect(Math.max(...apart(made, told.losses))).toBeLessThan(1e-5)
  })

  test.each(Object.entries(truth.resnet20))('ResNet-20 by %s: two losses to 1e-5, 20 to 2 %%', async (_, told) => {
    const net = new NetBuilder([3, 32, 32])
    resnet20(net)
    const { made, measured } = await run(net.layers, told, [3, 32, 32])
    const off = apart(made, told.losses)
    expect(Math.max(...off.slice(0, 2))).toBeLessThan(1e-5)
    expect(Math.max(...off)).toBeLessThan(0.02)
    for (const [name, numbers] of Object.entries(told.measured))
      expect(apartOf(measured.get(name) ?? [], numbers), name).toBeLessThan(0.02)
  })
})

describe('a training', () => {
  const conv = (net: NetBuilder): number => net.add('c', 'conv', [0], { out: 2, kernel: 3 })
  const options = { batch: 1, loss: { kind: 'mse' }, optimiser: plain } as const

  test('of a batch norm needs more than one number a channel', () => {
    const net = new NetBuilder([2])
    net.add('bn', 'batchNorm', [net.add('fc', 'linear', [0], { out: 3 })])
    expect(() => trainingOf(net.layers, options)).toThrow('The layer "bn" (BatchNorm2d) takes at least two in a batch')
    expect(() => trainingOf(net.layers, { ...options, batch: 2 })).not.toThrow()
  })

  test('leaves frozen layers as they are, and says where nothing is left', async () => {
    const net = new NetBuilder([1, 5, 5])
    net.add('bn', 'batchNorm', [conv(net)])
    net.add('fc', 'linear', [net.add('flat', 'flatten', [2])], { out: 2 })
    const frozen = new Set(['c', 'bn'])
    const inputs = { input: noise('input', 1, 1, 5, 5), target: noise('target', 1, 2) }
    const weights = weightsByName(net.layers)
    await train(bench, net.layers, weights, { ...options, frozen }, async ({ training, step }) => {
      expect(training.learned.map(({ name }) => name)).toEqual(['fc.weight', 'fc.bias'])
      const made = await step(inputs, 0.1, 1, ['fixed:next', 'learned:next'])
      const parts = partsOf(training.fixed, made['fixed:next']?.numbers as Float32Array)
      for (const { name, at, shape } of weightsOfAll(net.layers).filter(({ name: own }) => !own.startsWith('fc')))
        expect([...(parts.get(name) ?? [])]).toEqual([...weights.subarray(at, at + sizeOf(shape))])
      expect(
        Math.max(...((made['learned:next']?.numbers ?? []) as Float32Array).map((v) => Math.abs(v))),
      ).toBeGreaterThan(0)
    })
    expect(() => trainingOf(net.layers, { ...options, frozen: new Set(['c', 'bn', 'fc']) })).toThrow('Nothing is left')
  })

  test('drops what its mask says, and gives the rest more', async () => {
    const net = new NetBuilder([4])
    net.add('drop', 'dropout', [net.add('x', 'shift', [0], { shape: [4] })], { p: 0.75 })
    const weights = new Float32Array(4)
    const input = floats(Float32Array.of(1, 2, 3, 4), 1, 4)
    await train(bench, net.layers, weights, { ...options, gradient: true }, async ({ training, step }) => {
      const [mask] = training.masks
      expect(mask).toMatchObject({ shape: [1, 4], probability: 0.75 })
      const kept = { dtype: 'uint8', shape: [1, 4], numbers: Uint8Array.of(1, 0, 0, 1) } as const
      const target = floats(new Float32Array(4), 1, 4)
      const made = await step({ input, target, [mask?.name ?? '']: kept }, 0, 1, ['output', 'gradient'])
      expect([...(made.output?.numbers ?? [])]).toEqual([4, 0, 0, 16])
      // d mean(y²) / dx = 2 y · 4 / 4
      expect([...(made.gradient?.numbers ?? [])]).toEqual([8, 0, 0, 32])
    })
  })

  test('leaves out a branch for whole examples, as its mask says', async () => {
    const net = new NetBuilder([2])
    net.add('depth', 'stochasticDepth', [net.add('x', 'shift', [0], { shape: [2] })], { p: 0.5 })
    const input = floats(Float32Array.of(1, 2, 3, 4), 2, 2)
    await train(bench, net.layers, new Float32Array(2), { ...options, batch: 2 }, async ({ training, step }) => {
      const [mask] = training.masks
      expect(mask).toMatchObject({ shape: [2, 1], probability: 0.5 })
      const kept = { dtype: 'uint8', shape: [2, 1], numbers: Uint8Array.of(0, 1) } as const
      const target = floats(new Float32Array(4), 2, 2)
      const made = await step({ input, target, [mask?.name ?? '']: kept }, 0, 1, ['output'])
      expect([...(made.output?.numbers ?? [])]).toEqual([0, 0, 6, 8])
    })
  })

  test('a focal loss below a power of 1 has a gradient where the answer is certain', async () => {
    const net = new NetBuilder([2])
    net.add('x', 'shift', [0], { shape: [2] })
    const inputs = { input: floats(Float32Array.of(60, -60), 1, 2), target: ints(Int32Array.of(0), 1) }
    const focal = { ...options, batch: 1, loss: { kind: 'focal', gamma: 0.5 }, gradient: true } as const
    await train(bench, net.layers, new Float32Array(2), focal, async ({ step }) => {
      const made = await step(inputs, 0, 1, ['gradient'])
      for (const v of made.gradient?.numbers ?? []) expect(Number(v)).toBeCloseTo(0, 4)
    })
  })

  test('shortens a gradient that is too long', async () => {
    const net = new NetBuilder([2])
    net.add('x', 'shift', [0], { shape: [2] })
    const inputs = { input: floats(Float32Array.of(3, 4), 1, 2), target: floats(new Float32Array(2), 1, 2) }
    await train(bench, net.layers, new Float32Array(2), { ...options, clip: 1 }, async ({ step }) => {
      const made = await step(inputs, 1, 1, ['learned:next'])
      for (const [i, v] of [-0.6, -0.8].entries()) expect(made['learned:next']?.numbers[i]).toBeCloseTo(v, 5)
    })
  })
})
