/**
 * The form of a runtime: one file in `runtimes/`, one line in `runtimes.ts`. All of it but the declaration itself runs in a
 * model's own thread, so a runtime may compute as long as it likes, and loads its library only where it is needed.
 */
import type { Layout, ModelPort, ModelWeight } from '../../engine/graph/models.ts'
import type { Network } from '../../engine/graph/network.ts'
import type { ModelProvider } from '../../engine/models/device.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { DType } from '../../engine/values/dtype.ts'

/** A file as a runtime opens it. `path` is how the person knows it, for problems. */
export interface RuntimeFile {
  readonly path: string
  readonly real: string
  readonly sha256: string
  readonly bytes: number
  /** Of what was made here: it lies in the file that numbers go through, from this byte on. */
  readonly at?: number
}

export interface RuntimeDescription {
  readonly version: string | undefined
  readonly layout: Layout
  readonly parts: readonly string[]
  readonly inputs: readonly ModelPort[]
  readonly outputs: readonly ModelPort[]
  readonly weights?: readonly ModelWeight[]
  readonly opset?: number
  readonly producer?: string
  readonly operators: number
}

/** Any array of numbers, with a runtime's own name for what it holds: int64, float16, bool, ... */
export interface RuntimeTensor {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly numbers: ArrayBufferView
}

export interface RuntimeModel {
  /** What it computes with, as far as it is known by now. */
  readonly provider: ModelProvider
  /** @param inputs converted to the dtype that the model wants */
  run(
    inputs: ReadonlyMap<string, RuntimeTensor>,
    outputs: readonly string[],
  ): Promise<ReadonlyMap<string, RuntimeTensor>>
  /** Gives its memory back. Absent: only the end of its process does. */
  close?(): Promise<void>
}

export interface LoadContext {
  readonly threads: number
  /** cpu: on nothing but the CPU. */
  readonly device: 'auto' | 'cpu'
  /** The whole of a file; throws `model.changed` where it is not what was hashed. */
  readonly read: (file: RuntimeFile) => Uint8Array<ArrayBuffer>
}

/** Of runtimes that compute with the processor alone. */
export const onCpu: ModelProvider = { name: 'the CPU', failed: [] }

export interface Runtime {
  readonly name: string
  /** Undefined where it is not installed, or does not say. */
  readonly version?: string | undefined
  /** With the dot, in lower case. */
  readonly extensions: readonly string[]
  /** What such a file is called, for the problem that names all that is known. */
  readonly words: string
  /** Whether its models can be closed, so that several small ones may share a process. Default: no. */
  readonly closes?: boolean
  /** Whether these may be the first bytes of such a file (64 of them, or the whole of a smaller one). */
  readonly looks: (head: Uint8Array) => boolean
  /** Without the weights. Throws `model.*`. */
  readonly describe: (file: RuntimeFile, context: LoadContext) => Promise<RuntimeDescription>
  /** Its operators, without running or loading it. Throws `model.*`. */
  readonly network: (file: RuntimeFile) => Promise<Network>
  /** The numbers of one of the weights that it described. Absent: it describes none. Throws `model.*`. */
  readonly weight?: (
    file: RuntimeFile,
    parts: readonly RuntimeFile[],
    name: string,
    context: LoadContext,
  ) => Promise<RuntimeTensor>
  /** Throws `model.*`; whatever else it throws becomes `model.failed`. */
  readonly load: (file: RuntimeFile, parts: readonly RuntimeFile[], context: LoadContext) => Promise<RuntimeModel>
}

/** Where a runtime's words say that memory was short: the problem, else undefined. */
export function outOfMemory(path: string, message: string, cause: unknown): SightlineError | undefined {
  const bytes = /allocate memory for requested buffer of size (\d+)/.exec(message)?.[1]
  const megabytes = bytes === undefined ? /no room for (\d+) MB/.exec(message)?.[1] : Math.round(Number(bytes) / 1e6)
  if (megabytes === undefined && !/\bbad[_ ]alloc|out of memory/i.test(message)) return undefined
  const told = megabytes === undefined ? 'it asked for more than there is' : `it asked for ${megabytes} MB at once`
  return new SightlineError('model.out-of-memory', { path, message: told }, cause)
}

/** How the arena holds what a runtime gives; undefined where it does not. */
export const heldAs = (dtype: string): DType | undefined => held[dtype]

const held: Readonly<Record<string, DType>> = {
  float32: 'float32',
  float16: 'float32',
  float64: 'float32',
  bool: 'uint8',
  uint8: 'uint8',
  int8: 'int32',
  uint16: 'int32',
  int16: 'int32',
  int32: 'int32',
  uint32: 'int32',
  int64: 'int32',
  uint64: 'int32',
}
