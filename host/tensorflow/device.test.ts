/** TensorFlow.js in its thread: stopped, ended and failing calls, and TensorFlow's own library if it is installed. */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import type { TensorCall, TensorDevice } from '../../engine/ops/tensorflow.ts'
import { createTensorDevice } from './device.ts'
import { findLibrary } from './library.ts'
import { openTensorFlow } from './open.ts'

const { signal } = new AbortController()
let device: TensorDevice
afterEach(() => device.close())

const shared = (numbers: readonly number[]): Float32Array => {
  const view = new Float32Array(new SharedArrayBuffer(numbers.length * 4))
  view.set(numbers)
  return view
}
/** The second of four. */
const call = (output: Float32Array, numbers: Float32Array = shared([1, 4, 3, 2])): TensorCall => ({
  ...{
    op: 'conv2d',
    params: {
      kernel: [
        [0, 1],
        [0, 0],
      ],
      stride: 2,
      padding: 0,
    },
    output,
    shape: [1, output.length, 1],
  },
  inputs: [{ numbers, shape: [2, 2, 1] }],
})
/** Takes a while. */
const long = (side = 3000): TensorCall => {
  const numbers = new Float32Array(new SharedArrayBuffer(side * side * 4))
  const kernel = Array.from({ length: 31 }, () => new Array<number>(31).fill(1))
  const output = new Float32Array(new SharedArrayBuffer(numbers.byteLength))
  const params = { kernel, stride: 1, padding: 15, dilation: 1 }
  const shape = [side, side, 1]
  return { op: 'conv2d', params, inputs: [{ numbers: numbers.fill(1), shape }], output, shape }
}

it('works in shared memory where it is, and in other memory over a copy', async () => {
  device = createTensorDevice()
  for (const output of [shared([0]), new Float32Array(1)]) {
    await device.run(call(output), signal)
    expect([...output]).toEqual([4])
  }
  expect(await device.backend()).toBe('wasm')
})

it('a call that is stopped ends, and those after it are done', async () => {
  device = createTensorDevice()
  await device.run(call(shared([0])), signal)
  const stopping = new AbortController()
  const stopped = device.run(long(), stopping.signal)
  const waiting = new AbortController()
  const never = device.run(long(), waiting.signal)
  const output = shared([0])
  const after = device.run(call(output), signal)
  waiting.abort(new Error('not wanted'))
  await expect(never).rejects.toThrow('not wanted')
  expect(output[0]).toBe(0)
  stopping.abort(new Error('enough'))
  await expect(stopped).rejects.toThrow('enough')
  await after
  expect(output[0]).toBe(4)
})

it('a call is stopped between two strips, however much memory it moves, and nothing is written afterwards', async () => {
  device = createTensorDevice()
  await device.run(call(shared([0])), signal)
  const stopping = new AbortController()
  // Ones: each sum is the number of places under the window, at least 256.
  const { output, ...rest } = long()
  const stopped = device.run({ ...rest, output }, stopping.signal)
  await vi.waitUntil(() => output[0] !== 0, { interval: 1, timeout: 20_000 })
  stopping.abort(new Error('enough'))
  await expect(stopped).rejects.toThrow('enough')
  const written = output.filter((sum) => sum !== 0).length
  expect(written).toBeLessThan(output.length)
  await device.run(call(shared([0])), signal)
  expect(output.filter((sum) => sum !== 0).length).toBe(written)
})

it('a call that fails says which and why, and the next is done', async () => {
  device = createTensorDevice()
  const output = shared([0, 0])
  await expect(device.run(call(output), signal)).rejects.toThrow('kernel "conv2d": 1 numbers, where 2 were to come')
  const wrong = { ...call(shared([0])), inputs: [{ numbers: shared([1]), shape: [2, 2, 1] }] }
  await expect(device.run(wrong, signal)).rejects.toThrow(/conv2d.*shape/s)
  await device.run(call(output.subarray(1)), signal)
  expect(output[1]).toBe(4)
})

it('closed, it takes no calls and ends those it has', async () => {
  device = createTensorDevice()
  const running = device.run(long(), signal)
  running.catch(() => undefined)
  await device.close()
  await expect(running).rejects.toThrow()
  await expect(device.run(call(shared([0])), signal)).rejects.toThrow('closed')
})

/** A program folder with a stand-in for TensorFlow's library: its backend name, with plain JavaScript kernels. */
async function folderWith(library: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-tensorflow-'))
  const scope = join(folder, 'node_modules/@tensorflow')
  const own = join(import.meta.dirname, '../../node_modules')
  await mkdir(join(scope, 'tfjs-node-gpu'), { recursive: true })
  for (const name of ['tfjs-core', 'tfjs-backend-cpu'])
    await symlink(join(own, '@tensorflow', name), join(scope, name), 'junction')
  await cp(join(own, 'seedrandom'), join(folder, 'node_modules/seedrandom'), { recursive: true })
  await writeFile(join(scope, 'tfjs-node-gpu/package.json'), JSON.stringify({ main: 'index.js', type: 'commonjs' }))
  await writeFile(join(scope, 'tfjs-node-gpu/index.js'), library)
  return folder
}
const standIn = `
  const tf = require('@tensorflow/tfjs-core')
  tf.env().set('IS_TEST', true)
  const { MathBackendCPU } = require('@tensorflow/tfjs-backend-cpu')
  tf.copyRegisteredKernels('cpu', 'tensorflow')
  tf.registerBackend('tensorflow', () => new MathBackendCPU())`

it("TensorFlow's own library comes first where it is installed", async () => {
  const folder = await folderWith(standIn)
  const library = findLibrary(join(folder, 'index.js'))
  expect(library).toBeDefined()
  const log = vi.fn()
  device = createTensorDevice({ library, log })
  expect(await device.backend()).toBe('tensorflow')
  const output = shared([0])
  await device.run(call(output), signal)
  expect(output[0]).toBe(4)
  expect(log).not.toHaveBeenCalled()
  await rm(folder, { recursive: true })
})

it('a library that does not start is named once, and WebAssembly does its work', async () => {
  const folder = await folderWith('throw new Error("libcudart.so.11.0: cannot open shared object file")')
  const log = vi.fn()
  device = createTensorDevice({ library: findLibrary(join(folder, 'index.js')), log })
  expect(await device.backend()).toBe('wasm')
  const output = shared([0])
  await device.run(call(output), signal)
  expect(output[0]).toBe(4)
  expect(log.mock.calls).toEqual([[expect.stringContaining('libcudart.so.11.0')]])
  await rm(folder, { recursive: true })
})

it("a model's process takes TensorFlow's own library first, and else says what it said", async () => {
  const [good, bad] = [await folderWith(standIn), await folderWith('throw new Error("libcudart.so.11.0 is missing")')]
  const open = (folder: string) => openTensorFlow({ device: 'auto', library: findLibrary(join(folder, 'index.js')) })
  const first = await open(good)
  expect(first.tf.getBackend()).toBe('tensorflow')
  expect(first.provider.failed).toEqual([])
  const second = await open(bad)
  expect(second.tf.getBackend()).not.toBe('tensorflow')
  expect(second.provider.failed[0]?.message).toContain('libcudart.so.11.0 is missing')
  expect((await openTensorFlow({ device: 'cpu', library: findLibrary(join(good, 'index.js')) })).tf.getBackend()).toBe(
    'wasm',
  )
  for (const folder of [good, bad]) await rm(folder, { recursive: true })
})
