/**
 * What runs models, as a host implements it (host/models). A model computes in a process of its own, so the engine's thread stays
 * free; inputs are copied from the arena, outputs into it.
 */

import type { ModelDescription, OwnTensor } from '../graph/models.ts'
import type { Network } from '../graph/network.ts'
import { CountedStore } from '../memory/store.ts'
import type { OpenedFile } from '../types/services.ts'
import type { DType } from '../values/dtype.ts'

export type TensorNumbers = Float32Array | Uint8Array | Int32Array

export interface ModelTensor {
  readonly dtype: DType
  readonly shape: readonly number[]
  /** A view of the arena. Row-major. */
  readonly numbers: TensorNumbers
}

/** A result before its numbers are in the arena. */
export interface ModelResult {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
}

/** A model's file with all that belongs to it. */
export interface ModelFile {
  readonly whole: OpenedFile
  /** In the order of `ModelDescription.parts`. */
  readonly parts: readonly OpenedFile[]
  /** Of a model that was made here and lies in no file: what is in the whole, then in its parts. Asked for each time it is loaded. */
  readonly content?: () => Promise<readonly ArrayBufferView[]>
  /** Nothing else may compute it. */
  readonly on?: 'cpu'
}

/** What a model computes with. */
export interface ModelProvider {
  /** "WebGPU", "the CPU" */
  readonly name: string
  /** Those that were tried before it, and what they said. */
  readonly failed: readonly { readonly name: string; readonly message: string }[]
  /** Of another than the CPU, once it has run: types of operators that ran on the CPU all the same, and how many of each. */
  readonly onCpu?: readonly (readonly [type: string, count: number])[]
}

/** A model that is loaded: a store on a third place, beside CPU and GPU. The last release unloads it. */
export class ModelStore extends CountedStore {
  override readonly place = 'model'
  readonly file: ModelFile
  /** Bytes of memory that its process takes: it grows with the first runs. */
  taken: number
  /** Undefined: its runtime does not say. */
  provider: ModelProvider | undefined
  readonly #unload: () => void
  #lost = false

  /** One reference. */
  constructor(file: ModelFile, bytes: number, unload: () => void) {
    super(bytes)
    this.file = file
    this.taken = bytes
    this.#unload = unload
  }

  /** Its process has ended: it must be loaded again. */
  get lost(): boolean {
    return this.#lost
  }

  lose(): void {
    this.#lost = true
  }

  /** It is not unloaded until `unpin`. */
  pin(): void {
    this.alive()
    this.hold()
  }

  protected override free(): void {
    this.#unload()
  }
}

/** The model's process ended before this run began: load it again. */
export class ModelLostError extends Error {
  override readonly name = 'ModelLostError'
}

export interface LoadOptions {
  readonly signal: AbortSignal
  /** 0..1 */
  readonly progress: (fraction: number) => void
}

export interface ModelRun {
  readonly inputs: Readonly<Record<string, ModelTensor>>
  /** Names of outputs and of inner tensors. */
  readonly outputs: readonly string[]
  /** Outputs that stay where the model runs, and the inputs that they are in the next run. */
  readonly carry?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** The arena is shared memory, which never moves. */
  readonly shared: boolean
  /** Called once, when the shapes are known: where each result goes, in order. */
  readonly place: (results: readonly ModelResult[]) => readonly TensorNumbers[]
}

export interface ModelDevice {
  /** Of a runtime; undefined where it is not installed. */
  version(runtime: string): string | undefined
  /** Without loading it. Kept by the file's hash. Throws `model.*`. */
  describe(file: OpenedFile, signal: AbortSignal): Promise<ModelDescription>
  /** Its operators, without loading it. Throws `model.*`. */
  network(file: OpenedFile, signal: AbortSignal): Promise<Network>
  /** The numbers of weights of the file, in the order of their names. Throws `model.*`, or the signal's reason. */
  weights(
    file: ModelFile,
    description: ModelDescription,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly OwnTensor[]>
  /** Throws `model.*`, or the signal's reason. */
  load(file: ModelFile, description: ModelDescription, options: LoadOptions): Promise<ModelStore>
  /**
   * Throws `model.*`, ModelLostError, or the signal's reason: at once when it is aborted; the process is killed where it
   * has not finished 100 ms later. When this has ended, nothing is written any more.
   */
  run(model: ModelStore, run: ModelRun): Promise<void>
  /** Kills the model's process, also in the middle of a run, which then throws `model.ended`. The last release of the store does it. */
  unload(model: ModelStore): Promise<void>
  close(): Promise<void>
}
