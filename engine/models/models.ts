/** Models for one node: its files by its own services, its results under the rules of its ops. */

import type { MadeModel, ModelDescription, ModelFacts, ModelRunOptions, Models, OwnTensor } from '../graph/models.ts'
import { fromNumbers } from '../ops/array/op.ts'
import type { NodeOps } from '../ops/context.ts'
import { SightlineError, wordsOf } from '../types/problem.ts'
import type { Services } from '../types/services.ts'
import { bytesEach, viewOf } from '../values/dtype.ts'
import type { TensorShape, TensorValue } from '../values/index.ts'
import { guessAxes } from './axes.ts'
import { checkInputs, checkOutputs, listed } from './check.ts'
import type { ModelDevice, ModelFile, ModelProvider, ModelResult, ModelRun, ModelStore } from './device.ts'
import { modelOp } from './op.ts'
import type { Shelf } from './shelf.ts'

export type Perform = NodeOps['perform']

export interface Reach {
  /** Absent: there is nothing here that runs models. */
  readonly shelf: Shelf | undefined
  readonly services: Services
  readonly signal: AbortSignal
}

interface Found {
  readonly shelf: Shelf
  readonly file: ModelFile
  readonly description: ModelDescription
}

const withoutRuntime = (path: string): SightlineError =>
  new SightlineError('model.no-runtime', { path, reason: 'this engine has no runtime for models' })

async function open({ shelf, services, signal }: Reach, path: string) {
  if (!shelf) throw withoutRuntime(path)
  return { shelf, whole: await services.open(path, signal) }
}

async function describe(reach: Reach, path: string) {
  const { shelf, whole } = await open(reach, path)
  return { shelf, whole, description: await shelf.device.describe(whole, reach.signal) }
}

async function find(reach: Reach, path: string): Promise<Found> {
  const { services, signal } = reach
  const { shelf, whole, description } = await describe(reach, path)
  const parts = await Promise.all(description.parts.map((name) => services.openPart(whole, name, signal)))
  return { shelf, file: { whole, parts }, description }
}

export const modelFacts = (reach: Reach): ModelFacts => ({
  async describe(path) {
    return (await describe(reach, path)).description
  },
  async network(path) {
    const { shelf, whole } = await open(reach, path)
    return shelf.device.network(whole, reach.signal)
  },
  async identity(path) {
    const { file, description } = await find(reach, path)
    const { runtime, version = '' } = description
    return [runtime, version, ...[file.whole, ...file.parts].map(({ sha256 }) => sha256)].join(' ')
  },
})

export interface NodeReach extends Reach {
  readonly perform: Perform
  readonly progress: (fraction: number, say: string) => void
  /** Something to know about the run. */
  readonly note?: (note: string) => void
}

/** As if it were a file. */
function fileOf(
  { id, name, graph, bytes, weights, runtime = 'onnxruntime', ...told }: MadeModel,
  version: string | undefined,
) {
  const { inputs, outputs, opset, operators } = told
  const whole = { path: name, real: '', bytes: graph.length, sha256: id }
  const parts = bytes === 0 ? [] : [{ path: 'weights', real: '', bytes, sha256: '' }]
  const file: ModelFile = {
    ...{ whole, parts },
    content: async () => (bytes === 0 ? [graph] : [graph, await weights()]),
  }
  const description: ModelDescription = {
    runtime,
    ...(version !== undefined && { version }),
    ...{ sha256: id, bytes: graph.length + bytes, layout: 'channels-first', parts: parts.map(({ path }) => path) },
    ...{ inputs, outputs, opset, operators },
  }
  return { file, description }
}

export function modelsFor(reach: NodeReach): Models {
  const { signal, perform } = reach

  async function compute(
    { shelf, file, description }: Found,
    inputs: Readonly<Record<string, TensorValue>>,
    { outputs, taps = [] }: ModelRunOptions,
  ) {
    checkInputs(description, inputs)
    const all = description.outputs.map(({ name }) => name)
    const chosen = typeof outputs === 'function' ? all.filter(outputs) : (outputs ?? all)
    checkOutputs(description, chosen)
    const names = description.inputs.map(({ name }) => name)
    const progress = (fraction: number): void => reach.progress(fraction, 'Loading the model')
    return shelf.use(file, description, { signal, progress }, async (model) => {
      const made = await perform(
        modelOp,
        names.map((name) => inputs[name] as TensorValue),
        {
          device: shelf.device,
          model,
          names,
          outputs: [...new Set([...chosen, ...taps])],
          shapeOf: (result) => shapeOf(result, description),
        },
      )
      const { runtime, version } = description
      const { provider } = model
      reach.services.uses({
        name: runtime,
        ...(version !== undefined && { version }),
        ...(provider && { provider: provider.name }),
      })
      if (provider) reach.note?.(ranWith(description, provider))
      return made
    })
  }

  return {
    ...modelFacts(reach),
    async weight(path, name) {
      const { shelf, file, description } = await find(reach, path)
      const weight = description.weights?.find((one) => one.name === name)
      if (!weight) throw new SightlineError('model.weight-unknown', { path, name, known: nearest(description, name) })
      const [made] = await shelf.device.weights(file, description, [name], signal)
      if (!made) throw new Error('no weight came')
      const { dtype, shape, numbers } = made
      const tensor = { kind: 'tensor', shape, axes: weight.axes, ...(dtype !== 'float32' && { dtype }) } as const
      return perform(fromNumbers, [], { shape: tensor, numbers }) as Promise<TensorValue>
    },
    async weights(path, names) {
      const { shelf, file, description } = await find(reach, path)
      const made = await shelf.device.weights(file, description, names, signal)
      const all = new Float32Array(made.reduce((sum, { numbers }) => sum + numbers.length, 0))
      let at = 0
      for (const { numbers } of made) {
        all.set(numbers, at)
        at += numbers.length
      }
      const shape = { kind: 'tensor', shape: [all.length], axes: ['N'] } as const
      return perform(fromNumbers, [], { shape, numbers: all }) as Promise<TensorValue>
    },
    async run(path, inputs, options = {}) {
      return compute(await find(reach, path), inputs, options)
    },
    async runMade(model, inputs, options = {}) {
      const { shelf } = reach
      if (!shelf) throw withoutRuntime(model.name)
      return compute({ shelf, ...fileOf(model, shelf.device.version(model.runtime ?? 'onnxruntime')) }, inputs, options)
    },
    async hold(model, work) {
      const { shelf } = reach
      if (!shelf) throw withoutRuntime(model.name)
      const { runtime = 'onnxruntime' } = model
      const version = shelf.device.version(runtime)
      const progress = (fraction: number): void => reach.progress(fraction, 'Loading the model')
      const id = claimed(shelf, model.id)
      try {
        const { file, description } = fileOf({ ...model, id }, version)
        const held: ModelFile = runtime === 'onnxruntime' ? { ...file, on: 'cpu' } : file
        return await shelf.use(held, description, { signal, progress }, (store) => {
          const provider = store.provider?.name ?? 'the CPU'
          reach.services.uses({ name: runtime, ...(version !== undefined && { version }), provider })
          if (runtime !== 'onnxruntime' && store.provider) reach.note?.(ranWith(description, store.provider))
          return work({ run: (inputs, options) => runHeld(shelf.device, store, { inputs, signal, ...options }) })
        })
      } finally {
        inUse.get(shelf)?.delete(id)
      }
    },
  }
}

/** Models that are held now. */
const inUse = new WeakMap<object, Set<string>>()

/**
 * A name for a model that nobody else holds: what one run makes for the next stays in the model's process, so two trainings of one
 * network at the same time are two models.
 */
function claimed(shelf: object, id: string): string {
  const taken = inUse.get(shelf) ?? new Set()
  inUse.set(shelf, taken)
  let own = id
  for (let number = 2; taken.has(own); number++) own = `${id} ${number}`
  taken.add(own)
  return own
}

async function runHeld(
  device: ModelDevice,
  store: ModelStore,
  run: Pick<ModelRun, 'outputs' | 'carry' | 'signal'> & { readonly inputs: Readonly<Record<string, OwnTensor>> },
): Promise<Readonly<Record<string, OwnTensor>>> {
  const made: Record<string, OwnTensor> = {}
  await device.run(store, {
    ...run,
    // Nothing moves it, as it is not in the arena.
    shared: true,
    place: (results) =>
      results.map((result) => {
        const { name, dtype, shape } = result
        const count = shape.reduce((all, length) => all * length, 1)
        const numbers = viewOf(dtype, new ArrayBuffer(count * bytesEach(dtype)), 0, count)
        made[name] = { dtype, shape, numbers }
        return numbers
      }),
  })
  return made
}

const names: Readonly<Record<string, string>> = {
  ...{ onnxruntime: 'ONNX Runtime', 'tensorflow.js': 'TensorFlow.js', litert: 'LiteRT' },
  ...{ 'tensorflow.js layers': 'TensorFlow.js', 'tensorflow.js graph': 'TensorFlow.js' },
}

/** What ran it, and what did not, in words. */
function ranWith({ runtime, version = '' }: ModelDescription, { name, failed, onCpu = [] }: ModelProvider): string {
  const what = `${names[runtime] ?? runtime} ${version}`.trim()
  const sentences = [wordsOf({ code: 'model.ran', params: { runtime: what, provider: name } })]
  if (onCpu.length > 0) {
    const count = onCpu.reduce((sum, [, n]) => sum + n, 0)
    const operators = onCpu.map(([type, n]) => (n > 1 ? `${n} ${type}` : type)).join(', ')
    sentences.push(wordsOf({ code: 'model.ran-on-cpu', params: { count, operators } }))
  }
  for (const { name: provider, message } of failed)
    sentences.push(wordsOf({ code: 'model.provider-failed', params: { provider, message } }))
  return sentences.join(' ')
}

/** Some names of weights, those that have most in common with `name` first. */
function nearest({ weights = [] }: ModelDescription, name: string): string {
  const wanted = name.toLowerCase()
  const found = weights.filter((weight) => wanted !== '' && weight.name.toLowerCase().includes(wanted))
  return listed((found.length > 0 ? found : weights).slice(0, 5).map((weight) => weight.name))
}

function shapeOf({ name, shape, dtype }: ModelResult, { outputs, layout }: ModelDescription): TensorShape {
  const port = outputs.find((output) => output.name === name)
  const axes = port?.axes?.length === shape.length ? port.axes : guessAxes(shape, layout)
  return { kind: 'tensor', shape, axes, ...(dtype !== 'float32' && { dtype }) }
}
