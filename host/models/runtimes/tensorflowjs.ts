/** TensorFlow.js: graph models and layers models, model.json with its shards, on the WebAssembly backend. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { GraphModel } from '@tensorflow/tfjs-converter'
import type { io, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { guessAxes, guessLayout, weightAxes } from '../../../engine/models/axes.ts'
import { listed } from '../../../engine/models/check.ts'
import type { TensorFlow } from '../../../engine/ops/tensorflow.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import { complaints, openWebAssembly } from '../../tensorflow/wasm.ts'
import {
  onCpu,
  outOfMemory,
  type Runtime,
  type RuntimeFile,
  type RuntimeModel,
  type RuntimeTensor,
} from '../runtime.ts'
import { networkOfTensorFlow } from '../tensorflow/network.ts'
import { readTensorFlow, type TensorFlowFile, type TensorFlowPort } from '../tensorflow/read.ts'

const require = createRequire(import.meta.url)
const { version } = require('@tensorflow/tfjs-core/package.json') as { readonly version: string }
const words = 'TensorFlow.js (model.json)'

/** Throws `model.truncated`, `model.not-a-model`. */
function read(path: string, text: string): { raw: Record<string, unknown>; file: TensorFlowFile } {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    const message = `its JSON is not whole (${error instanceof Error ? error.message : error})`
    throw new SightlineError('model.truncated', { path, message }, error)
  }
  const file = readTensorFlow(raw)
  if (file) return { raw: raw as Record<string, unknown>, file }
  const given = 'It is JSON without a "modelTopology" and a "weightsManifest".'
  throw new SightlineError('model.not-a-model', { path, known: words, given })
}

let library: Promise<TensorFlow> | undefined
/** One for the thread. */
const openLibrary = (): Promise<TensorFlow> => {
  library ??= openWebAssembly()
  return library
}

/** TensorFlow.js's words for an operator that neither it nor its WebAssembly backend has. */
const lacking = [
  /Unknown op '([^']+)'/,
  /Kernel '([^']+)' not registered/,
  /TypeError: '([^']+)' is not supported/,
  /Unknown layer: (\S+?)\./,
]

function problemOf(path: string, error: unknown): SightlineError {
  if (error instanceof SightlineError) return error
  const message = error instanceof Error ? error.message : String(error)
  for (const pattern of lacking) {
    const given = pattern.exec(message)?.[1]
    const params = { path, given: given ?? '', runtime: `TensorFlow.js ${version}`, message }
    if (given) return new SightlineError('model.unsupported-operator', params, error)
  }
  return outOfMemory(path, message, error) ?? new SightlineError('model.failed', { path, message }, error)
}

/** Said of a graph that could have been run in one go; running it node by node is right for all. */
const advice = /did not contain any nodes with control flow or dynamic output shapes/

/** Gives tensors by name. Those of `inputs` are disposed of by the caller. */
type Predict = (inputs: NamedTensorMap, outputs: readonly string[]) => Promise<readonly Tensor[]>

function unknownOutput(output: string, file: TensorFlowFile): SightlineError {
  return new SightlineError('model.output-unknown', { output, known: listed(file.outputs.map(({ name }) => name)) })
}

async function openGraph(handler: io.IOHandler, file: TensorFlowFile): Promise<Predict> {
  const { loadGraphModel } = require('@tensorflow/tfjs-converter') as typeof import('@tensorflow/tfjs-converter')
  const model: GraphModel = await loadGraphModel(handler)
  const inner = new Set(
    Object.keys((model as unknown as { executor: { graph: { nodes: object } } }).executor.graph.nodes),
  )
  return async (inputs, outputs) => {
    const unknown = outputs.find((output) => !inner.has(output.replace(/:\d+$/, '')))
    if (unknown !== undefined) throw unknownOutput(unknown, file)
    const made = await model.executeAsync(inputs, [...outputs])
    return Array.isArray(made) ? made : [made]
  }
}

async function openLayers(tf: TensorFlow, handler: io.IOHandler, file: TensorFlowFile): Promise<Predict> {
  const layers = require('@tensorflow/tfjs-layers') as typeof import('@tensorflow/tfjs-layers')
  const whole: LayersModel = await layers.loadLayersModel(handler)
  /** Models that share the weights and give other layers' outputs, by names. */
  const models = new Map<string, LayersModel>()
  const giving = (outputs: readonly string[]): LayersModel => {
    const key = JSON.stringify(outputs)
    const known = models.get(key)
    if (known) return known
    const wanted = outputs.map((output) => {
      const layer = whole.layers.find(({ name }) => name === output)
      if (!layer) throw unknownOutput(output, file)
      return layer.output
    })
    const made = layers.model({ inputs: whole.inputs, outputs: wanted.flat() })
    models.set(key, made)
    return made
  }
  return async (inputs, outputs) => {
    const model = giving(outputs)
    const given = file.inputs.map(({ name }) => inputs[name] as Tensor)
    const made = tf.tidy(() => model.predict(given.length === 1 ? (given[0] as Tensor) : given))
    return Array.isArray(made) ? made : [made]
  }
}

function modelOf(tf: TensorFlow, path: string, predict: Predict): RuntimeModel {
  return {
    provider: onCpu,
    async run(inputs, outputs) {
      complaints.length = 0
      const given: Record<string, Tensor> = {}
      let made: readonly Tensor[] = []
      try {
        for (const [name, { numbers, shape, dtype }] of inputs)
          given[name] = tf.tensor(numbers as Float32Array, [...shape], dtype as 'float32')
        made = await predict(given, outputs)
        const results = await Promise.all(
          made.map(async ({ shape, dtype }, i): Promise<RuntimeTensor> => {
            return { dtype, shape, numbers: (await made[i]?.data()) as Float32Array }
          }),
        )
        const [complaint] = complaints.splice(0).filter((text) => !advice.test(text))
        if (complaint !== undefined) throw new Error(complaint)
        return new Map(outputs.map((output, i) => [output, results[i] as RuntimeTensor]))
      } catch (error) {
        throw problemOf(path, error)
      } finally {
        for (const tensor of new Set([...Object.values(given), ...made])) tensor.dispose()
      }
    },
  }
}

const isInput = (shape: TensorFlowPort['shape']): shape is readonly (number | null)[] => shape !== undefined

export const tensorflowjs: Runtime = {
  name: 'tensorflow.js',
  extensions: ['.json'],
  words,
  looks: (head) => /^\s*\{/.test(String.fromCharCode(...head)),
  async describe(file) {
    const { inputs, outputs, producer, operators, shards, weights } = read(
      file.path,
      readFileSync(file.real, 'utf8'),
    ).file
    const layout = guessLayout(inputs.map(({ shape }) => shape).filter(isInput), 'channels-last')
    const withAxes = (port: TensorFlowPort) => ({ ...port, ...(port.shape && { axes: guessAxes(port.shape, layout) }) })
    return {
      ...{ version, layout, operators, parts: shards },
      ...(producer !== undefined && { producer }),
      inputs: inputs.map(withAxes),
      outputs: outputs.map(withAxes),
      weights: weights.map(({ name, dtype, shape }) => ({ name, dtype, shape, axes: weightAxes(shape, layout) })),
    }
  },
  network: async (file) => networkOfTensorFlow(read(file.path, readFileSync(file.real, 'utf8')).file),
  async weight(whole, parts, name, context) {
    const { raw, file } = read(whole.path, new TextDecoder().decode(context.read(whole)))
    const groups = raw.weightsManifest as { readonly weights: io.WeightsManifestEntry[] }[]
    const specs = groups.flatMap(({ weights }) => weights)
    const at = file.weights.findIndex((weight) => weight.name === name)
    const [spec, from] = [specs[at], file.weights[at]?.from]
    if (!spec || from === undefined) throw new Error(`it has no weights called "${name}"`)
    const bytes = Buffer.concat(parts.map((part) => context.read(part))).subarray(from, file.weights[at + 1]?.from)
    const tf = await openLibrary()
    const { [name]: tensor } = tf.io.decodeWeights(Uint8Array.from(bytes).buffer, [spec])
    if (!tensor) throw new Error(`TensorFlow.js did not read "${name}"`)
    const { dtype, shape } = tensor
    const numbers = (await tensor.data()) as Float32Array
    tensor.dispose()
    return { dtype, shape, numbers }
  },
  async load(whole: RuntimeFile, parts, context) {
    const { raw, file } = read(whole.path, new TextDecoder().decode(context.read(whole)))
    const shards = parts.map((part) => context.read(part))
    const bytes = shards.reduce((sum, { length }) => sum + length, 0)
    if (file.weightBytes !== undefined && bytes < file.weightBytes) {
      const message = `its weights have ${bytes} bytes of ${file.weightBytes}`
      throw new SightlineError('model.truncated', { path: whole.path, message })
    }
    const groups = raw.weightsManifest as { readonly weights: io.WeightsManifestEntry[] }[]
    const weightData = Buffer.concat(shards)
    const artifacts = {
      ...raw,
      weightSpecs: groups.flatMap(({ weights }) => weights),
      weightData: weightData.buffer.slice(
        weightData.byteOffset,
        weightData.byteOffset + weightData.length,
      ) as ArrayBuffer,
    } as unknown as io.ModelArtifacts
    const handler = { load: async () => artifacts }
    try {
      const tf = await openLibrary()
      const predict = file.kind === 'graph' ? openGraph(handler, file) : openLayers(tf, handler, file)
      return modelOf(tf, whole.path, await predict)
    } catch (error) {
      throw problemOf(whole.path, error)
    }
  },
}
