/**
 * TensorFlow.js computes the same on the processor (WebAssembly) and on a GPU (WebGPU, on SwiftShader): whole networks, by the code
 * that runs them, to 1e-3.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GpuDevice } from '../../engine/gpu/device.ts'
import type { TensorFlow } from '../../engine/ops/tensorflow.ts'
import { modelFolder } from '../store/places.ts'
import { openWebAssembly } from '../tensorflow/wasm.ts'
import { noise } from '../testing/cpu.ts'
import { gpuTimeout, noGpu, openTestGpu } from '../testing/gpu.ts'
import { lacking } from '../testing/networks.ts'
import type { LoadContext, RuntimeFile, RuntimeTensor } from './runtime.ts'
import { tensorflowjs } from './runtimes/tensorflowjs.ts'

const context: LoadContext = {
  ...{ threads: 1, device: 'cpu' },
  read: ({ real }) => new Uint8Array(readFileSync(real)),
}
const fileOf = (real: string): RuntimeFile => ({ path: real, real, sha256: '', bytes: 0 })

describe.skipIf(noGpu)(`TensorFlow.js on WebGPU${noGpu ? ` (${noGpu})` : ''}`, { timeout: gpuTimeout }, () => {
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
  }, gpuTimeout)
  afterAll(() => gpu?.destroy())

  /** All that the network gives, on one of the two. */
  async function outputsOn(backend: string, path: string, inputs: ReadonlyMap<string, RuntimeTensor>) {
    expect(await tf.setBackend(backend)).toBe(true)
    const { parts, outputs } = await tensorflowjs.describe(fileOf(path), context)
    const shards = parts.map((part) => fileOf(join(dirname(path), part)))
    const model = await tensorflowjs.load(fileOf(path), shards, context)
    expect(tf.getBackend()).toBe(backend)
    return model.run(
      inputs,
      outputs.map(({ name }) => name),
    )
  }

  const fixtures = join(import.meta.dirname, 'fixtures')
  it.each([
    ['a graph model', join(fixtures, 'graph/model.json')],
    ['a layers model', join(fixtures, 'layers/model.json')],
  ])('gives the numbers of WebAssembly: %s', (_, path) => compare(path))

  const reason = lacking(['movenet'])
  it.skipIf(reason)(`gives the numbers of WebAssembly: MoveNet${reason ? ` (${reason})` : ''}`, () =>
    compare(join(modelFolder('movenet'), 'movenet-lightning.json')),
  )

  async function compare(path: string): Promise<void> {
    const { inputs } = await tensorflowjs.describe(fileOf(path), context)
    const given = new Map(
      inputs.map(({ name, shape = [], dtype }) => {
        const whole = shape.map((length) => (typeof length === 'number' ? length : 2))
        const values = noise(whole.reduce((a, b) => a * b, 1))
        const numbers = dtype === 'int32' ? Int32Array.from(values, (v) => Math.round(v * 255)) : values
        return [name, { dtype, shape: whole, numbers }] as const
      }),
    )
    const wanted = await outputsOn('wasm', path, given)
    const made = await outputsOn('swiftshader', path, given)
    expect([...made.keys()]).toEqual([...wanted.keys()])
    for (const [name, tensor] of wanted) {
      const other = made.get(name)
      expect(other?.shape).toEqual(tensor.shape)
      const [a, b] = [tensor.numbers as Float32Array, other?.numbers as Float32Array]
      expect(a.length).toBeGreaterThan(0)
      expect(a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0)).toBeLessThan(1e-3)
    }
  }
})
