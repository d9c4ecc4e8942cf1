/** A runtime whose package is not installed: the models that need it cannot be run, and all else goes on. */
import Module from 'node:module'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Runtime } from './runtime.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
type Resolve = (name: string, ...rest: unknown[]) => string
const loader = Module as unknown as { _resolveFilename: Resolve }
const resolve = loader._resolveFilename

beforeEach(() => {
  loader._resolveFilename = function (name, ...rest) {
    if (/^(@litertjs\/core|onnxruntime-node)(\/|$)/.test(name)) throw new Error(`Cannot find module '${name}'`)
    return resolve.call(this, name, ...rest)
  }
  vi.resetModules()
})
afterEach(() => {
  loader._resolveFilename = resolve
})

it.each([
  ['litert', 'linear.tflite', '@litertjs/core'],
  ['onnxruntime', 'linear.onnx', 'onnxruntime-node'],
])('%s is missing: its files are described, and a run says which package to install', async (name, path, missing) => {
  const { runtimes } = (await import('./runtimes.ts')) as { runtimes: readonly Runtime[] }
  const runtime = runtimes.find((one) => one.name === name)
  if (!runtime) throw new Error('no such runtime')
  const { createServices } = await import('../files/services.ts')
  const file = await createServices({ base: fixtures }).open(path, new AbortController().signal)
  const context = { threads: 1, device: 'cpu' as const, read: () => new Uint8Array() }
  const { version, inputs } = await runtime.describe(file, context)
  expect(version).toBeUndefined()
  expect(inputs.map((input) => input.name)).toEqual(['x'])
  await expect(runtime.load(file, [], context)).rejects.toMatchObject({
    ...{ code: 'model.no-runtime', params: { path, reason: expect.stringContaining(missing) } },
  })
})
