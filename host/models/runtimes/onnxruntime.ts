/** ONNX Runtime: models in .onnx files, and in its own .ort files. */
import { closeSync, openSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { guessAxes, guessLayout, weightAxes } from '../../../engine/models/axes.ts'
import { listed } from '../../../engine/models/check.ts'
import type { ModelProvider } from '../../../engine/models/device.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import { readNetwork } from '../onnx/network.ts'
import { readOrt, readOrtNetwork } from '../onnx/ort.ts'
import { type Bytes, buffered, bytesOf, WireError } from '../onnx/protobuf.ts'
import { type OnnxFile, type OnnxPort, readOnnx } from '../onnx/read.ts'
import { withOutputs } from '../onnx/taps.ts'
import { weightOf } from '../onnx/weights.ts'
import { installedPackage } from '../package.ts'
import { candidates, Placement, type ProviderName, providerWords, thisMachine } from '../providers.ts'
import {
  type LoadContext,
  outOfMemory,
  type Runtime,
  type RuntimeDescription,
  type RuntimeFile,
  type RuntimeModel,
  type RuntimeTensor,
} from '../runtime.ts'

type Ort = typeof import('onnxruntime-node')

const require = createRequire(import.meta.url)
/** Undefined where it is not installed. */
const version = installedPackage('onnxruntime-node')?.version
const name = 'onnxruntime'

/** Throws `model.no-runtime` where there is no library for this system. */
function library(path: string): Ort {
  try {
    return require('onnxruntime-node') as Ort
  } catch (error) {
    const reason = version
      ? `ONNX Runtime ${version} does not start on ${process.platform} ${process.arch}`
      : 'ONNX Runtime is not installed (the package onnxruntime-node); npm ci installs it'
    throw new SightlineError('model.no-runtime', { path, reason }, error)
  }
}

const isOrt = (head: Uint8Array): boolean => String.fromCharCode(...head.subarray(4, 8)) === 'ORTM'
/** The first field of every known writer: the version of the format, which has been below 20 so far. */
const isOnnx = (head: Uint8Array): boolean => head[0] === 8 && (head[1] ?? 0) > 0 && (head[1] ?? 0) < 100

function onFile<T>({ real, bytes }: RuntimeFile, use: (bytes: Bytes) => T): T {
  const file = openSync(real, 'r')
  try {
    const read = (at: number, length: number): Uint8Array => {
      const piece = new Uint8Array(length)
      return piece.subarray(0, readSync(file, piece, 0, length, at))
    }
    return use({ size: bytes, read })
  } finally {
    closeSync(file)
  }
}

/** Throws `model.truncated`, `model.not-a-model`. */
function read<T>(path: string, find: () => T): T {
  try {
    return find()
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    if (error.cut) throw new SightlineError('model.truncated', { path, message: error.message }, error)
    const given = `It is named like an ONNX file, but ${error.message}.`
    throw new SightlineError('model.not-a-model', { path, known: '.onnx', given }, error)
  }
}

/** What the file says of inputs and outputs, with the order of their axes. Some files keep that of TensorFlow. */
function ports(inputs: readonly OnnxPort[], outputs: readonly OnnxPort[]) {
  const layout = guessLayout(
    inputs.map(({ shape }) => shape),
    'channels-first',
  )
  const withAxes = (port: OnnxPort) => ({ ...port, ...(port.shape && { axes: guessAxes(port.shape, layout) }) })
  return { layout, inputs: inputs.map(withAxes), outputs: outputs.map(withAxes) }
}

/** ONNX Runtime's own words, without its codes and its places in the source. */
const said = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .replace(/^.*?\bErrorCode:|\s*\n[\s\S]*$/g, '')
    .replace(/^(Error: )?(Load model from .*? failed:|Exception during \w+: )/, '')
    .replace(/\/[\w/.-]+\.(cc|h):\d+ \S+ ?/g, '')
    .trim()

/** Its ways of naming an operator that it lacks. */
const lacking = [
  /No Op registered for (\S+)/,
  /(\S+)\(\S+\) is not a registered function\/op/,
  /Could not find an implementation for (\S+?)\(/,
  /In Node, \("[^"]*", (\w+), .* Error No opset import for domain/,
]

function problemOf(path: string, error: unknown): SightlineError {
  if (error instanceof SightlineError) return error
  const message = said(error)
  for (const pattern of lacking) {
    const given = pattern.exec(message)?.[1]
    if (given) {
      const params = { path, given, runtime: `ONNX Runtime ${version}`, message }
      return new SightlineError('model.unsupported-operator', params, error)
    }
  }
  return outOfMemory(path, message, error) ?? new SightlineError('model.failed', { path, message }, error)
}

/** The library reads half floats as the bytes that they are, but its own tensors hold a Float16Array, which it does not know. */
function feedOf(Tensor: Ort['Tensor'], { dtype, numbers, shape }: RuntimeTensor): Tensor {
  const tensor = new Tensor(dtype as 'float32', numbers as Float32Array, [...shape])
  if (numbers instanceof Float16Array)
    Object.assign(tensor, { cpuData: new Uint16Array(numbers.buffer, numbers.byteOffset, numbers.length) })
  return tensor
}

interface Opened {
  readonly session: InferenceSession
  readonly provider: ProviderName
  /** Of another than the CPU: where its operators run is known after the first run. */
  readonly placement?: Placement
}

/**
 * Between two operators of a run its threads wait for work in a loop, for at most 200 µs: without that, waking them takes a third
 * of the time of a small network. After a run they stop at once, because they would take the processor from the engine's own.
 */
const extra = { session: { force_spinning_stop: '1', intra_op: { spin_duration_us: '200' } } }

type Open = (taps: readonly string[], provider: ProviderName) => Promise<Omit<Opened, 'provider'>>

class Model implements RuntimeModel {
  readonly #ort: Ort
  readonly #file: RuntimeFile
  readonly #open: Open
  /** Those that are left to try, the best first. */
  #providers: readonly ProviderName[]
  readonly #failed: { readonly name: string; readonly message: string }[] = []
  #onCpu: ModelProvider['onCpu']
  #opened: Opened | undefined
  /** With more outputs than the file declares: those that were asked for last. */
  #tapped: { readonly names: string; readonly session: InferenceSession } | undefined

  constructor(ort: Ort, file: RuntimeFile, providers: readonly ProviderName[], open: Open) {
    this.#ort = ort
    this.#file = file
    this.#providers = providers
    this.#open = open
  }

  get provider(): ModelProvider {
    const [best = 'cpu'] = this.#providers
    return { name: providerWords[best], failed: this.#failed, ...(this.#onCpu && { onCpu: this.#onCpu }) }
  }

  /** With the best provider that starts. */
  async open(): Promise<Opened> {
    while (!this.#opened) {
      const [provider = 'cpu'] = this.#providers
      try {
        this.#opened = { provider, ...(await this.#open([], provider)) }
      } catch (error) {
        if (provider === 'cpu') throw problemOf(this.#file.path, error)
        this.#giveUp(provider, error)
      }
    }
    return this.#opened
  }

  async close(): Promise<void> {
    await this.#tapped?.session.release()
    await this.#opened?.session.release()
    this.#opened?.placement?.drop()
    this.#tapped = undefined
    this.#opened = undefined
  }

  async run(inputs: ReadonlyMap<string, RuntimeTensor>, outputs: readonly string[]) {
    for (;;) {
      const opened = await this.open()
      try {
        return await this.#compute(opened, inputs, outputs)
      } catch (error) {
        if (opened.provider === 'cpu') throw problemOf(this.#file.path, error)
        // It may be the model's fault: then the CPU says so.
        this.#giveUp(opened.provider, error)
        await this.close()
      }
    }
  }

  async #compute(opened: Opened, inputs: ReadonlyMap<string, RuntimeTensor>, outputs: readonly string[]) {
    const { Tensor } = this.#ort
    const taps = outputs.filter((output) => !opened.session.outputNames.includes(output))
    const feeds = [...inputs].map(([name, tensor]) => [name, feedOf(Tensor, tensor)] as const)
    const session = taps.length > 0 ? await this.#withTaps(taps, opened.provider) : opened.session
    const given = (await session.run(Object.fromEntries(feeds), [...outputs])) as Record<string, Tensor>
    if (session === opened.session && opened.placement && !this.#onCpu) {
      session.endProfiling()
      this.#onCpu = opened.placement.onCpu()
    }
    return new Map(
      outputs.map((output) => {
        const { type, dims, data } = given[output] as Tensor
        return [output, { dtype: type, shape: dims, numbers: data as Float32Array }]
      }),
    )
  }

  #giveUp(provider: ProviderName, error: unknown): void {
    this.#failed.push({ name: providerWords[provider], message: said(error) })
    this.#providers = this.#providers.filter((one) => one !== provider)
  }

  async #withTaps(taps: readonly string[], provider: ProviderName): Promise<InferenceSession> {
    const names = JSON.stringify(taps)
    if (this.#tapped?.names !== names) {
      await this.#tapped?.session.release()
      this.#tapped = undefined
      const { session, placement } = await this.#open(taps, provider)
      placement?.drop()
      this.#tapped = { names, session }
    }
    return this.#tapped.session
  }
}

async function load(
  file: RuntimeFile,
  parts: readonly RuntimeFile[],
  external: readonly string[],
  { threads, device, read: readFile }: LoadContext,
) {
  const ort = library(file.path)
  const machine = thisMachine(installedPackage('onnxruntime-node')?.folder ?? '')
  const providers: readonly ProviderName[] =
    device === 'cpu' ? ['cpu'] : candidates(ort.listSupportedBackends(), machine)
  const open: Open = async (taps, provider) => {
    const bytes = readFile(file)
    if (taps.length > 0 && !isOrt(bytes)) {
      const { inner, outputs } = read(file.path, () => readOnnx(bytesOf(bytes)))
      const unknown = taps.find((tap) => !inner.has(tap))
      const known = listed(outputs.map(({ name }) => name))
      if (unknown !== undefined) throw new SightlineError('model.output-unknown', { output: unknown, known })
    }
    const placement = provider === 'cpu' || taps.length > 0 ? undefined : new Placement()
    try {
      const session = await ort.InferenceSession.create(taps.length > 0 ? withOutputs(bytes, taps) : bytes, {
        intraOpNumThreads: threads,
        // What a provider lacks runs on the CPU.
        executionProviders: [provider],
        ...placement?.options,
        extra,
        externalData: parts.map((part, i) => ({ path: external[i] ?? '', data: readFile(part) })),
        // What goes wrong is thrown as well.
        logSeverityLevel: 4,
      })
      return { session, ...(placement && { placement }) }
    } catch (error) {
      placement?.drop()
      throw error
    }
  }
  const model = new Model(ort, file, providers, open)
  await model.open()
  return model
}

/** What was made here is there once: whoever opens it again, with another provider, needs what was read. */
function keeping(context: LoadContext): LoadContext {
  const kept = new Map<number, Uint8Array<ArrayBuffer>>()
  return {
    ...context,
    read(file) {
      const { at = 0 } = file
      const content = kept.get(at) ?? context.read(file)
      kept.set(at, content)
      return content
    },
  }
}

const readFromFile = (file: RuntimeFile): OnnxFile =>
  read(file.path, () => onFile(file, (bytes) => readOnnx(buffered(bytes))))

/** What an .ort file says of itself. */
function describeOrt(file: RuntimeFile): RuntimeDescription {
  const { inputs, outputs, opset, producer, operators } = read(file.path, () => onFile(file, readOrt))
  return {
    ...{ version, operators, parts: [] },
    ...(opset !== undefined && { opset }),
    ...(producer !== undefined && { producer }),
    ...ports(inputs, outputs),
  }
}

export const onnxruntime: Runtime = {
  ...{ name, version },
  extensions: ['.onnx', '.ort'],
  words: 'ONNX (.onnx, .ort)',
  closes: true,
  looks: (head) => isOnnx(head) || isOrt(head),
  async describe(file) {
    if (onFile(file, (bytes) => isOrt(bytes.read(0, 8)))) return describeOrt(file)
    const { inputs, outputs, opset, producer, operators, external, weights } = readFromFile(file)
    const told = ports(inputs, outputs)
    return {
      ...{ version, opset, operators, parts: external },
      ...(producer !== undefined && { producer }),
      ...told,
      weights: weights.map(({ name, dtype, shape }) => ({
        name,
        dtype,
        shape,
        axes: weightAxes(shape, 'channels-first'),
      })),
    }
  },
  network: async (file) =>
    read(file.path, () =>
      onFile(file, (bytes) => (isOrt(bytes.read(0, 8)) ? readOrtNetwork(bytes) : readNetwork(buffered(bytes)))),
    ),
  async weight(file, parts, name, { read: readFile }) {
    const { weights, external } = readFromFile(file)
    const weight = weights.find((one) => one.name === name)
    if (!weight) throw new Error(`it has no weights called "${name}"`)
    const { external: other, held = { from: 0, to: 0 } } = weight
    const part = other && parts[external.indexOf(other.file)]
    const { from, to = part?.bytes ?? 0 } = other ?? held
    return read(file.path, () => weightOf(weight, readFile(part ?? file).subarray(from, to)))
  },
  async load(file, parts, context) {
    const kept = file.at === undefined ? context : keeping(context)
    const own = (): OnnxFile => read(file.path, () => readOnnx(bytesOf(kept.read(file))))
    const external = parts.length === 0 ? [] : (file.at === undefined ? readFromFile(file) : own()).external
    return load(file, parts, external, kept)
  },
}
