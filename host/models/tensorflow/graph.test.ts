/** Training by TensorFlow.js: torch's gradients, losses and steps, and the weights that ONNX Runtime comes to. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tensor } from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { MadeRuntime, OwnTensor } from '../../../engine/graph/models.ts'
import type { Loss } from '../../../engine/models/training/losses.ts'
import type { Optimiser } from '../../../engine/models/training/optimisers.ts'
import { type TrainingOptions, trainingOf } from '../../../engine/models/training/training.ts'
import type { TensorFlow } from '../../../engine/ops/tensorflow.ts'
import { NetBuilder } from '../../../engine/values/layers/graph.ts'
import { type Layer, type Settings, sizeOf } from '../../../engine/values/layers/layer.ts'
import { architecture } from '../../../nodes/network/architectures/index.ts'
import { drawMasks, rowOf } from '../../../nodes/trainer.ts'
import { openTensorFlow } from '../../tensorflow/open.ts'
import { complaints, openWebAssembly } from '../../tensorflow/wasm.ts'
import { gpuTimeout, noGpu, openTestGpu } from '../../testing/gpu.ts'
import { apartOf, noiseOf, smallNetworks, weightsByName } from '../../testing/layers.ts'
import { createNodeBench, type NodeBench } from '../../testing/nodes.ts'
import { floats, ints, partsOf, train } from '../../testing/trainer.ts'
import { readGraph } from '../onnx/graph.ts'
import { tensorFlowGraph } from './graph.ts'

type Numbers = readonly number[]

interface Truth {
  readonly gradients: Readonly<
    Record<
      string,
      {
        readonly input: Numbers
        readonly loss: number
        readonly gradients: Readonly<Record<string, Numbers>>
        readonly measured: Readonly<Record<string, Numbers>>
      }
    >
  >
  readonly single: Readonly<
    Record<
      string,
      {
        readonly input: Numbers
        readonly settings: object
        readonly output: Numbers
        readonly given: Numbers
        readonly gradients: Readonly<Record<string, Numbers>>
      }
    >
  >
  readonly losses: Readonly<
    Record<
      string,
      {
        readonly kind: Loss['kind']
        readonly settings: Partial<Loss>
        readonly shape: Numbers
        readonly loss: number
        readonly gradient: Numbers
      }
    >
  >
  readonly lenet5: Readonly<
    Record<
      string,
      {
        readonly kind: Optimiser['kind']
        readonly settings: Partial<Optimiser>
        readonly rate: number
        readonly losses: Numbers
      }
    >
  >
}

const truth = JSON.parse(
  await readFile(join(import.meta.dirname, '../../../nodes/fixtures/network-training.json'), 'utf8'),
) as Truth

/** What TensorFlow.js has nothing for: a transposed convolution over three axes. */
const lacks = ['conv3d', 'convTranspose3d']

const noise = (name: string, ...shape: Numbers): OwnTensor => floats(noiseOf(name, shape), ...shape)
const classes = (name: string, count: number, ...shape: Numbers): OwnTensor =>
  ints(
    Int32Array.from(noiseOf(name, shape), (u) => Math.floor(((u + 1) / 2) * count)),
    ...shape,
  )

type Options = Omit<TrainingOptions, 'batch' | 'optimiser' | 'gradient'>

/** Loss, gradient of every learned number, and what was measured: of one step, in this process. */
async function once(
  tf: TensorFlow,
  layers: readonly Layer[],
  options: Options,
  inputs: Readonly<Record<'input' | 'target', OwnTensor>>,
  weights = weightsByName(layers),
) {
  const batch = inputs.input.shape[0] ?? 1
  const training = trainingOf(layers, { ...options, batch, optimiser: { kind: 'sgd' }, gradient: true })
  const before = tf.memory().numTensors
  const graph = tensorFlowGraph(tf, readGraph(training.graph))
  const given: Readonly<Record<string, OwnTensor>> = {
    ...inputs,
    learned: floats(rowOf(training.learned, weights)),
    ...(training.fixed.length > 0 && { fixed: floats(rowOf(training.fixed, weights)) }),
    rate: floats(Float32Array.of(0)),
    ...drawMasks(training.masks, 0, 0),
  }
  const tensors = new Map(
    Object.entries(given).map(([name, { numbers, shape, dtype }]): [string, Tensor] => [
      name,
      tf.tensor(numbers, [...shape], dtype === 'float32' ? 'float32' : 'int32'),
    ]),
  )
  const wanted = ['loss', 'gradient', ...(training.fixed.length > 0 ? ['fixed:next'] : [])]
  const made = graph.run(tensors, wanted)
  const [loss, gradient, fixed] = await Promise.all(made.map(async (one) => (await one.data()) as Float32Array))
  for (const one of [...tensors.values(), ...made, graph]) one.dispose()
  expect(tf.memory().numTensors, 'left in TensorFlow.js').toBe(before)
  return {
    loss: loss?.[0] ?? Number.NaN,
    gradient: gradient ?? new Float32Array(0),
    parts: partsOf(training.learned, gradient ?? new Float32Array(0)),
    measured: partsOf(training.fixed, fixed ?? new Float32Array(0)),
  }
}

/** Nothing is dropped. */
const undropped = (layers: readonly Layer[]): readonly Layer[] =>
  layers.map((layer) => (layer.type === 'dropout' ? { ...layer, set: { p: 0 } } : layer))

async function checkNetwork(tf: TensorFlow, name: string): Promise<void> {
  complaints.length = 0
  const told = truth.gradients[name] as Truth['gradients'][string]
  const net = new NetBuilder(told.input)
  smallNetworks[name]?.(net)
  const layers = undropped(net.layers)
  const inputs = {
    input: noise('input', 3, ...told.input),
    target: noise('target', 3, ...net.shape(layers.length - 1)),
  }
  const { loss, parts, measured } = await once(tf, layers, { loss: { kind: 'mse' } }, inputs)
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
    expect(apartOf(measured.get(weight) ?? [], [...numbers]), weight).toBeLessThan(1e-5)
  expect(complaints).toEqual([])
}

describe('gradients are those of torch, on WebAssembly', () => {
  test.each(Object.keys(truth.gradients))('of the layers of "%s"', async (name) => {
    await checkNetwork(await openWebAssembly(), name)
  })

  test.each(Object.entries(truth.single).filter(([name]) => !lacks.includes(name)))('%s', async (name, told) => {
    const net = new NetBuilder(told.input)
    const before = net.add('before', 'shift', [0], { shape: told.input })
    const type = name.split(',')[0] ?? ''
    // Queries, keys and values are the same here.
    net.add('own', type, type === 'dotAttention' ? [before, before, before] : [before], told.settings as Settings)
    const inputs = { input: noise('input', 3, ...told.input), target: noise('target', 3, ...told.output) }
    const weights = weightsByName(net.layers)
    // What is learned before it adds nothing.
    weights.fill(0, 0, sizeOf(told.input))
    const { parts } = await once(await openWebAssembly(), net.layers, { loss: { kind: 'mse' } }, inputs, weights)
    expect(apartOf(parts.get('before') ?? [], [...told.given])).toBeLessThan(1e-5)
    for (const [weight, gradient] of Object.entries(told.gradients))
      expect(apartOf(parts.get(weight) ?? [], [...gradient]), weight).toBeLessThan(1e-5)
  })

  test.each(Object.entries(truth.losses))('of the loss %s', async (_, { kind, settings, shape, ...told }) => {
    const net = new NetBuilder([...shape])
    net.add('x', 'shift', [0], { shape })
    const loss: Loss = { kind, ...settings }
    const real = kind === 'mse' || kind === 'bce' || loss.shares === true
    const half = noiseOf('target', [3, ...shape])
    const target = real
      ? floats(
          half.map((v) => (v + 1) / 2),
          ...[3, ...shape],
        )
      : classes('target', 4, 3, ...shape.slice(1))
    const wide = noiseOf('input', [3, ...shape]).map((v) => v * 3)
    const inputs = { input: floats(wide, 3, ...shape), target }
    const tf = await openWebAssembly()
    const made = await once(tf, net.layers, { loss }, inputs, new Float32Array(sizeOf(shape)))
    expect(Math.abs(made.loss / told.loss - 1)).toBeLessThan(1e-5)
    expect(apartOf(made.gradient, [...told.gradient])).toBeLessThan(1e-5)
  })
})

describe('steps in a process of their own', { timeout: 120_000 }, () => {
  let bench: NodeBench
  beforeAll(async () => {
    bench = await createNodeBench(import.meta.dirname)
  })
  afterEach(() => bench.device.clear())
  afterAll(() => bench.close())

  const carried = ['learned:next', 'moment1:next']

  /** Losses of these steps, and every carried row after them. */
  const steps = (
    runtime: MadeRuntime,
    layers: readonly Layer[],
    options: Omit<TrainingOptions, 'loss'>,
    shape: Numbers,
    rate: number,
    count: number,
  ) =>
    train(
      bench,
      layers,
      weightsByName(layers),
      { ...options, loss: { kind: 'crossEntropy' } },
      async ({ training, step }) => {
        const { batch } = options
        const losses: number[] = []
        let rows: Readonly<Record<string, OwnTensor>> = {}
        for (let i = 0; i < count; i++) {
          const input = noise(`batch ${i % 4}`, batch, ...shape)
          const inputs = { input, target: classes(`classes ${i % 4}`, 10, batch), ...drawMasks(training.masks, 7, i) }
          const more = training.fixed.length > 0 ? ['fixed:next', 'hits'] : ['hits']
          rows = await step(inputs, rate, i + 1, i === count - 1 ? [...carried, ...more] : [])
          losses.push(rows.loss?.numbers[0] ?? Number.NaN)
        }
        return { losses, rows }
      },
      runtime,
    )

  async function agree(
    layers: readonly Layer[],
    options: Omit<TrainingOptions, 'loss'>,
    shape: Numbers,
    rate: number,
    count: number,
  ) {
    const one = await steps('onnxruntime', layers, options, shape, rate, count)
    const other = await steps('tensorflow.js graph', layers, options, shape, rate, count)
    expect(apartOf(Float32Array.from(other.losses), one.losses)).toBeLessThan(1e-5)
    expect(Object.keys(other.rows)).toEqual(Object.keys(one.rows))
    expect(other.rows.hits?.numbers).toEqual(one.rows.hits?.numbers)
    for (const [name, { numbers, shape: own }] of Object.entries(one.rows)) {
      const made = other.rows[name]
      expect(made?.shape).toEqual(own)
      if (name === 'learned:next') {
        const apart = Array.from(numbers, (v, i) => Math.abs(v - (made?.numbers[i] ?? Number.NaN)))
        expect(Math.max(...apart), name).toBeLessThan(1e-4)
      } else if (name !== 'hits') expect(apartOf(made?.numbers ?? [], [...numbers]), name).toBeLessThan(1e-4)
    }
    return other.losses
  }

  test.each(Object.entries(truth.lenet5).filter(([name]) => name === 'sgd' || name === 'adamw'))(
    'LeNet-5 by %s: torch’s losses, and the weights that ONNX Runtime comes to',
    async (_, told) => {
      const options = { batch: 16, optimiser: { kind: told.kind, ...told.settings } }
      const losses = await agree(architecture('lenet5', 10), options, [1, 28, 28], told.rate, 5)
      for (const [i, loss] of losses.entries()) expect(Math.abs(loss / (told.losses[i] ?? 0) - 1)).toBeLessThan(1e-5)
    },
  )

  test.each([
    { kind: 'sgd', momentum: 0.9, weightDecay: 1e-3 },
    { kind: 'adamw', weightDecay: 0.01 },
  ] as const)('batch norm and dropout by $kind, with a clipped gradient and rates of layers', async (optimiser) => {
    const net = new NetBuilder([2, 8, 8])
    let x = net.add('conv', 'conv', [0], { out: 12, kernel: 3, padding: 1, bias: false })
    x = net.add('relu', 'relu', [net.add('bn', 'batchNorm', [x])])
    x = net.add('pool', 'maxPool', [x], { kernel: 3, stride: 2, padding: 1 })
    x = net.add('conv2', 'conv', [x], { out: 6, kernel: 3, stride: 2, padding: 1 })
    x = net.add('drop', 'dropout', [net.add('flat', 'flatten', [x])], { p: 0.4 })
    net.add('fc', 'linear', [x], { out: 10 })
    const options = { batch: 6, optimiser, clip: 0.5, rates: new Map([['fc', 0.5]]) }
    await agree(net.layers, options, [2, 8, 8], 0.02, 4)
  })

  test('what TensorFlow.js cannot do is said before the first step', async () => {
    const net = new NetBuilder([1, 4, 4, 4])
    net.add('up', 'convTranspose3d', [0], { out: 1, kernel: 2, stride: 2 })
    const options = { batch: 1, loss: { kind: 'mse' }, optimiser: { kind: 'sgd' } } as const
    let begun = false
    const work = async (): Promise<void> => {
      begun = true
    }
    await expect(
      train(bench, net.layers, weightsByName(net.layers), options, work, 'tensorflow.js graph'),
    ).rejects.toThrow('ConvTranspose over three axes')
    expect(begun).toBe(false)
  })
})

describe.skipIf(noGpu)(`on WebGPU${noGpu ? ` (${noGpu})` : ''}`, { timeout: gpuTimeout }, () => {
  let tf: TensorFlow
  beforeAll(async () => {
    const gpu = await openTestGpu()
    gpu.destroy()
    const opened = await openTensorFlow({ device: 'auto', adapter: 'swiftshader' })
    tf = opened.tf
    expect(opened.provider.name.toLowerCase()).toContain('swiftshader')
  }, gpuTimeout)
  afterAll(() => (tf?.backend() as unknown as { readonly device: GPUDevice } | undefined)?.device.destroy())

  test('what it complains of is an error, as its numbers mean nothing', async () => {
    complaints.length = 0
    const x = tf.zeros([1, 2, 1, 2, 1])
    // TensorFlow.js writes no valid shader for five axes.
    const made = tf.pad(x, [
      [0, 0],
      [0, 1],
      [0, 0],
      [0, 1],
      [0, 0],
    ])
    await made.data()
    expect(complaints.length).toBeGreaterThan(0)
    complaints.length = 0
  })

  test.each(Object.keys(truth.gradients))('gradients of the layers of "%s" are torch’s', async (name) => {
    await checkNetwork(tf, name)
  })
})
