/** Networks of layers by TensorFlow.js: what torch gives for them, on WebAssembly in a model's process and on a GPU in software. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { GpuDevice } from '../../../engine/gpu/device.ts'
import type { TensorFlow } from '../../../engine/ops/tensorflow.ts'
import type { TensorValue } from '../../../engine/values/index.ts'
import { NetBuilder, totalsOf } from '../../../engine/values/layers/graph.ts'
import { architecture, inputOf } from '../../../nodes/network/architectures/index.ts'
import { networkRun } from '../../../nodes/network/run.ts'
import { openWebAssembly } from '../../tensorflow/wasm.ts'
import { gpuTimeout, noGpu, openTestGpu } from '../../testing/gpu.ts'
import {
  apartOf,
  moreNetworks,
  noiseOf,
  noisePicture,
  smallNetworks,
  weightsByName,
  withWeights,
} from '../../testing/layers.ts'
import { createNodeBench, type NodeBench } from '../../testing/nodes.ts'
import { tensorFlowNetwork } from './layers.ts'

interface Told {
  readonly size: number
  readonly classes?: number
  readonly shape: readonly number[]
  readonly output: readonly number[]
}

const fixtures = join(import.meta.dirname, '../../../nodes/fixtures')
const fixture = async <T>(name: string) => JSON.parse(await readFile(join(fixtures, name), 'utf8')) as T
const outputs = await fixture<Readonly<Record<string, Told>>>('network-outputs.json')
const layers =
  await fixture<Readonly<Record<string, { readonly input: readonly number[]; readonly output: readonly number[] }>>>(
    'network-layers.json',
  )
const all = process.env.SIGHTLINE_ALL_NETWORKS !== undefined
const most = all ? 6e7 : 4e6

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname, all ? { memory: 2 ** 31 } : {})
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

describe('architectures, in a process of their own', () => {
  for (const [name, { size, classes = 5, shape, output }] of Object.entries(outputs)) {
    const [channels = 3] = inputOf(name)
    const made = architecture(name, classes, [channels, size, size])
    test.runIf(totalsOf(made).parameters < most)(name, { timeout: 240_000 }, async () => {
      const network = await withWeights(bench, name, made)
      const image = await noisePicture(bench, [channels, size, size])
      const { tensor } = await bench.run(networkRun, { network, image }, { normalise: 'none', runtime: 'tensorflow' })
      expect((tensor as TensorValue).shape).toEqual(shape)
      expect(apartOf(bench.device.read(tensor as TensorValue), output)).toBeLessThan(1e-5)
    })
  }

  test('layers that are looked into', async () => {
    const network = await withWeights(bench, 'lenet5', architecture('lenet5', 5, [1, 28, 28]))
    const image = await noisePicture(bench, [1, 28, 28])
    const look = async (runtime: string) =>
      (await bench.run(networkRun, { network, image }, { normalise: 'none', taps: 'conv2', runtime }))
        .conv2 as TensorValue
    const [one, other] = [await look('onnxruntime'), await look('tensorflow')]
    expect(other.shape).toEqual(one.shape)
    expect(apartOf(bench.device.read(other), [...bench.device.read(one)])).toBeLessThan(1e-5)
  })
})

/** What torch made of the same network: how far this is from it. */
async function apartIn(tf: TensorFlow, name: string, make: (net: NetBuilder) => void): Promise<number> {
  const { input = [], output = [] } = layers[name] ?? {}
  const net = new NetBuilder(input)
  make(net)
  const before = tf.memory().numTensors
  const network = tensorFlowNetwork(tf, net.layers, weightsByName(net.layers))
  const given = tf.tensor(noiseOf('input', input), [1, ...input])
  const [made] = network.run({ input: given }, ['output'])
  const numbers = await made?.data()
  for (const one of [given, made, network]) one?.dispose()
  expect(tf.memory().numTensors, 'left in TensorFlow.js').toBe(before)
  return apartOf(numbers ?? [], output)
}

const networks = Object.entries({ ...smallNetworks, ...moreNetworks })
/** It has a transposed convolution over three axes. */
const lacks = ['signals']

describe('every layer, on WebAssembly', () => {
  test.each(networks.filter(([name]) => !lacks.includes(name)))('%s', async (name, make) => {
    expect(await apartIn(await openWebAssembly(), name, make)).toBeLessThan(1e-5)
  })

  test('what TensorFlow.js cannot do is said', async () => {
    const net = new NetBuilder([1, 4, 4, 4])
    net.add('up', 'convTranspose3d', [0], { out: 1, kernel: 2, stride: 2 })
    const tf = await openWebAssembly()
    const network = tensorFlowNetwork(tf, net.layers, weightsByName(net.layers))
    const given = tf.zeros([1, 1, 4, 4, 4])
    expect(() => network.run({ input: given }, ['output'])).toThrow('ConvTranspose over three axes')
  })
})

describe.skipIf(noGpu)(`on WebGPU${noGpu ? ` (${noGpu})` : ''}`, { timeout: gpuTimeout }, () => {
  let tf: TensorFlow
  let gpu: GpuDevice
  beforeAll(async () => {
    tf = await openWebAssembly()
    gpu = await openTestGpu()
    const require = createRequire(import.meta.url)
    const { WebGPUBackend } =
      require('@tensorflow/tfjs-backend-webgpu') as typeof import('@tensorflow/tfjs-backend-webgpu')
    tf.copyRegisteredKernels('webgpu', 'swiftshader')
    tf.registerBackend('swiftshader', () => new WebGPUBackend(gpu.device, gpu.device.adapterInfo))
    expect(await tf.setBackend('swiftshader')).toBe(true)
  }, gpuTimeout)
  afterAll(() => gpu?.destroy())

  test.each(networks.filter(([name]) => !lacks.includes(name)))('%s', async (name, make) => {
    expect(await apartIn(tf, name, make)).toBeLessThan(1e-5)
  })
})
