/** Takes the record of a run: observes nodes reading and saving files, and is shown the results. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import { check } from '../../engine/graph/analyse.ts'
import type { Catalogue } from '../../engine/graph/catalogue.ts'
import type { Document } from '../../engine/graph/document.ts'
import { formatFile, serialise } from '../../engine/graph/file.ts'
import type { RunResult, Sink } from '../../engine/run/engine.ts'
import type { DeviceWords } from '../../engine/types/device.ts'
import type { Runtime, SaveOptions, Services } from '../../engine/types/services.ts'
import { extent } from '../../engine/values/extent.ts'
import { headText } from '../../engine/values/head.ts'
import { kindOf, type Numbers, partsOf, singleOf, type TensorShape, type Value } from '../../engine/values/index.ts'
import { kernelFiles } from '../build/kernels.ts'
import type { FileRef } from '../files/decode.ts'
import { isInside } from '../files/inside.ts'
import { openedFile } from '../files/opened.ts'
import { exrLoader } from '../files/readers/exr.ts'
import { samplesFolder } from '../files/samples.ts'
import type { FileServices } from '../files/services.ts'
import { loadSharp } from '../files/sharp.ts'
import { kernelSources } from '../gpu/sources.ts'
import { version } from '../installation.ts'
import { modelPath } from '../store/places.ts'
import { rounded } from '../text/figures.ts'
import { type InputRecord, type OutputRecord, type RunRecord, recordFormat, recordVersion } from './format.ts'
import { bytesOf, sha256 } from './hash.ts'

export interface RecordOptions {
  /** Where the record is, or will be; absolute. */
  readonly path: string
  /** Where the document's paths start. */
  readonly base: string
  readonly services: FileServices
  readonly device: DeviceWords
  /** What TensorFlow.js computes with, if it is not that device. */
  readonly tensorflow: 'tensorflow' | 'wasm'
  /** Pictures that nodes save are hashed and not written. */
  readonly dry: boolean
}

/** Those of sharp's libraries that determine a picture's numbers; three's loader reads OpenEXR. */
/** The provider whose numbers are the same on every machine of an architecture. */
const onCpu = 'the CPU'
const decoders = ['sharp', 'vips', 'mozjpeg', 'png', 'webp', 'tiff', 'heif', 'aom', 'lcms']

async function decoderVersions(): Promise<Record<string, string>> {
  const { versions } = await loadSharp()
  const own = Object.entries(versions).filter((entry): entry is [string, string] => decoders.includes(entry[0]))
  return { ...Object.fromEntries(own), three: exrLoader }
}

const { version: tensorflowVersion } = createRequire(import.meta.url)('@tensorflow/tfjs-core/package.json') as {
  readonly version: string
}

const portable = (path: string): string => (path || '.').split(sep).join('/')

/** What a record says of an array, or of a value written as text. */
type Seen = Omit<OutputRecord, 'node' | 'port' | 'element'>

function seenPicture({ width, height, channels, depth, data }: SaveOptions): Seen {
  const type = depth === 16 ? 'uint16' : 'uint8'
  return { kind: 'picture', type, shape: [height, width, channels], sha256: sha256(bytesOf(data)), ...extent(data) }
}

/** What is said of an array: how its numbers are stored, their hash and what they come to. */
function seenArray(numbers: Numbers, { shape, dtype = 'float32' }: TensorShape) {
  return { type: dtype, shape: [...shape], sha256: sha256(bytesOf(numbers)), ...extent(numbers) }
}

/** What is said of a value, and its numbers where it has one array of them. Undefined of a sequence: its elements are seen. */
async function seenValue(
  value: Value,
  read: RunResult['read'],
): Promise<{ seen: Seen; numbers?: Numbers } | undefined> {
  const { kind } = value
  const parts = Object.entries(partsOf(value))
  const [[, only] = []] = parts
  if (!only) {
    const file = (await kindOf(value).files?.(value, read))?.find((file) => 'text' in file)
    if (!file || !('text' in file)) return undefined
    const single = singleOf(value)
    return { seen: { kind, sha256: sha256(file.text), ...(single !== undefined && extent([single])) } }
  }
  const head = sha256(headText(value))
  if (parts.length === 1) {
    const numbers = await read(only)
    return { seen: { kind, ...seenArray(numbers, only), head }, numbers }
  }
  const seen: Record<string, ReturnType<typeof seenArray>> = {}
  for (const [name, part] of parts) seen[name] = seenArray(await read(part), part)
  const lines = [head, ...Object.entries(seen).map(([name, part]) => `${name} ${part.sha256}`)]
  return { seen: { kind, sha256: sha256(lines.join('\n')), head, parts: seen } }
}

const orderOf = ({ node, path }: InputRecord): string => `${node} ${path}`

export class Recorder {
  readonly #options: RecordOptions
  readonly #inputs = new Map<string, InputRecord>()
  readonly #outputs: OutputRecord[] = []
  readonly #runtimes = new Map<string, Runtime>()

  constructor(options: RecordOptions) {
    this.#options = options
  }

  /** Models may run on different providers of one runtime. */
  #use(runtime: Runtime): void {
    const { name, provider } = runtime
    const before = this.#runtimes.get(name)?.provider
    const all = [...new Set([before, provider].flatMap((one) => one?.split(', ') ?? []))].sort()
    this.#runtimes.set(name, { ...runtime, ...(all.length > 0 && { provider: all.join(', ') }) })
  }

  /** The services of a node, under observation. */
  servicesOf(node: string): Services {
    const { services, dry } = this.#options
    const observed = services.observed({
      reads: (file, signal) => this.#read(node, file, signal),
      uses: (runtime) => this.#use(runtime),
    })
    let saved = 0
    return {
      ...observed,
      encode: async (path, picture, signal) => {
        if (!dry) await observed.encode(path, picture, signal)
        this.#outputs.push({ node, element: [saved++], ...seenPicture(picture) })
      },
    }
  }

  /** Hashed before it is read, so that the hash is that of what was read. */
  async #read(node: string, file: FileRef, signal?: AbortSignal): Promise<void> {
    const { path, bytes, sha256 } = await openedFile(file, signal)
    const absolute = resolve(this.#options.base, path)
    const sample = isInside(samplesFolder, absolute)
    const anywhere = sample ? basename(absolute) : modelPath(path) && path
    const shown = anywhere ?? portable(relative(dirname(this.#options.path), absolute))
    const input: InputRecord = { node, path: shown, ...(sample && { sample }), bytes, sha256 }
    this.#inputs.set(orderOf(input), input)
  }

  /** @returns the numbers of an array, so that they need not be read again */
  async see({ node, port, value }: Sink, path: readonly number[], read: RunResult['read']) {
    const found = await seenValue(value, read)
    if (!found) return undefined
    const output: OutputRecord = { node, port, ...(path.length > 0 && { element: [...path] }), ...found.seen }
    this.#outputs.push(output)
    return { output, numbers: found.numbers }
  }

  async record(
    document: Document,
    catalogue: Catalogue,
    { ok, ms, nodes }: RunResult,
    /** That live sources gave. */
    frames = 1,
  ): Promise<RunRecord> {
    const { path, base, device, tensorflow } = this.#options
    const checks = check(document, catalogue).nodes
    const place = new Map(nodes.map(({ id }, index) => [id, index]))
    const byPlace = (a: { node: string }, b: { node: string }): number =>
      (place.get(a.node) ?? 0) - (place.get(b.node) ?? 0)
    // Identical sources are read once, by one of them.
    const says = (id: string, type: string): string => `${type} ${JSON.stringify(checks.get(id)?.params)}`
    const typeOf = new Map(nodes.map(({ id, type }) => [id, type]))
    const inputs = nodes.flatMap(({ id, type }) =>
      [...this.#inputs.values()]
        .filter((input) => input.node === id || says(input.node, typeOf.get(input.node) ?? '') === says(id, type))
        .map((input) => ({ ...input, node: id })),
    )
    const runtimes = [...this.#runtimes.values()]
    const providers = runtimes.flatMap(({ name, provider }): [string, string][] =>
      provider === undefined ? [] : [[`${name} provider`, provider]],
    )
    const own = new Map(inputs.map((input) => [orderOf(input), input]))
    const compiled = await readFile(kernelFiles.shared)
    // The rest is up to a GPU's own compiler and driver.
    const texts = device.kind === 'gpu' ? [...(await kernelSources()).values()].map((text) => Buffer.from(text)) : []
    const kernels = sha256(Buffer.concat([compiled, ...texts]))
    return {
      format: recordFormat,
      version: recordVersion,
      made: new Date().toISOString(),
      ok,
      ms: rounded(ms),
      device: { name: device.name, threads: device.threads },
      versions: {
        sightline: version,
        kernels,
        node: process.versions.node,
        v8: process.versions.v8,
        tensorflow: `${tensorflowVersion} ${device.kind === 'gpu' && tensorflow === 'wasm' ? 'webgpu' : tensorflow}`,
        platform: process.platform,
        arch: process.arch,
        ...Object.fromEntries(runtimes.map(({ name, version = 'unknown' }) => [name, version])),
        ...Object.fromEntries(providers),
      },
      decoders: await decoderVersions(),
      expected: {
        // A graphics card's driver is nothing that a version names.
        result:
          runtimes.every(({ version }) => version !== undefined) && providers.every(([, name]) => name === onCpu)
            ? 'bit-equal'
            : 'not-promised',
        // Kernels give the same bits everywhere; JavaScript's Math and the decoders of pictures may change with their versions.
        whileSame: [
          'sightline',
          'kernels',
          'v8',
          ...(device.kind === 'gpu' ? ['device'] : []),
          ...(tensorflow === 'tensorflow' ? ['tensorflow'] : []),
          ...runtimes.map(({ name }) => name),
          ...providers.map(([key]) => key),
          ...(own.size > 0 ? ['decoders'] : []),
          ...(own.size > 0 || runtimes.length > 0 ? ['platform', 'arch'] : []),
        ],
      },
      ...(frames > 1 && { frames }),
      inputs: [...own.values()],
      outputs: this.#outputs.toSorted((a, b) => byPlace(a, b)),
      nodes: nodes.map(({ id, type, status, ms, note }) => {
        const { version } = catalogue.get(type) ?? {}
        const seed = checks.get(id)?.params.seed
        return {
          id,
          type,
          ...(version !== undefined && { version }),
          ...(typeof seed === 'number' && { seed }),
          status,
          ms: rounded(ms),
          ...(note !== undefined && { note }),
        }
      }),
      pipeline: {
        folder: portable(relative(dirname(path), base)),
        sha256: sha256(formatFile(document)),
        document: serialise(document),
      },
    }
  }
}
