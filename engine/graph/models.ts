/** Models as nodes see them: networks in a file, whatever runtime computes them. What a file says of itself is known without running it. */
import type { DType } from '../values/dtype.ts'
import type { ModelExpects } from '../values/expects.ts'
import type { TensorValue } from '../values/index.ts'
import type { Network } from './network.ts'

/** The order in which a runtime usually has channels and space. */
export type Layout = 'channels-first' | 'channels-last'

/** One input or output of a model. */
export interface ModelPort {
  readonly name: string
  /** As NumPy names it: float32, float16, int64, uint8, bool, string, ... */
  readonly dtype: string
  /**
   * One entry an axis: its length, the name of a length that is free ("batch"; the same name means the same length), or null
   * where it is free and has no name. Absent: the file does not say how many axes there are.
   */
  readonly shape?: readonly (number | string | null)[]
  /** One name an axis (N, C, H, W, ...), guessed from the shape and the layout that the runtime uses. Absent where `shape` is. */
  readonly axes?: readonly string[]
  /**
   * Where the file keeps real numbers as whole ones: real = scale · (stored − zeroPoint). An input takes the stored numbers (its
   * `dtype`); an output is given as real ones (`float32`).
   */
  readonly quantised?: { readonly scale: number; readonly zeroPoint: number }
}

/** Numbers that were learned, by the name that the file gives them. */
export interface ModelWeight {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  /**
   * One name an axis: rows H and columns W of a kernel, channels that go in (I) and out (O), guessed from the shape and the layout
   * that the runtime uses.
   */
  readonly axes: readonly string[]
}

export interface ModelDescription {
  /** What runs it: "onnxruntime", "tensorflow.js", "litert". */
  readonly runtime: string
  /** Absent where the runtime does not report one. */
  readonly version?: string
  /** Of the file that was named. */
  readonly sha256: string
  /** Of all its files. */
  readonly bytes: number
  readonly layout: Layout
  /** Files that belong to it (shards, external weights), relative to its folder. */
  readonly parts: readonly string[]
  readonly inputs: readonly ModelPort[]
  readonly outputs: readonly ModelPort[]
  /** In the order of the file. Absent where the runtime cannot read them. */
  readonly weights?: readonly ModelWeight[]
  /** Of ONNX: the version of its operators. */
  readonly opset?: number
  /** What an installed model's manifest says of its picture inputs. */
  readonly expects?: readonly ModelExpects[]
  /** The program that wrote the file. */
  readonly producer?: string
  /** How many operators (layers) it has. */
  readonly operators: number
}

/** What can be asked about a model before anything runs. Paths are as the document has them. */
export interface ModelFacts {
  /** Throws `file.*`, `model.not-a-model`, `model.truncated`, `model.no-runtime`. */
  describe(path: string): Promise<ModelDescription>
  /** The operators of the network, without running or loading it. Throws as `describe`. */
  network(path: string): Promise<Network>
  /** What a result depends on: the SHA-256 of all its files, the runtime and its version. Throws as `describe`. */
  identity(path: string): Promise<string>
}

export interface ModelRunOptions {
  /** Outputs to give, or which of those that the model declares. Default: all of them. */
  readonly outputs?: readonly string[] | ((name: string) => boolean)
  /** Inner tensors to give besides, by the names that the file gives them. */
  readonly taps?: readonly string[]
}

/** What runs a made model. */
export type MadeRuntime = 'onnxruntime' | 'tensorflow.js layers' | 'tensorflow.js graph'

/** A network that was made here and lies in no file. */
export interface MadeModel {
  /** The same text means the same network with the same weights. */
  readonly id: string
  /** How a person knows it. */
  readonly name: string
  /** What runs it. Default: ONNX Runtime. */
  readonly runtime?: MadeRuntime
  /** ONNX, what lies outside it is in "weights"; for "tensorflow.js layers" the layers as JSON. */
  readonly graph: Uint8Array
  readonly opset: number
  readonly operators: number
  readonly inputs: readonly ModelPort[]
  readonly outputs: readonly ModelPort[]
  /** How many bytes of weights there are, and they themselves: asked for when it is loaded. */
  readonly bytes: number
  readonly weights: () => Promise<ArrayBufferView>
}

/** A tensor whose numbers are its own: no value of the arena. */
export interface OwnTensor {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly numbers: Float32Array | Uint8Array | Int32Array
}

export interface HeldRunOptions {
  /** Those to give. */
  readonly outputs: readonly string[]
  /** Outputs that the model keeps to itself, and the inputs that they are in the next run, unless that gives others. */
  readonly carry?: Readonly<Record<string, string>>
}

/** A model that is loaded as long as somebody works with it. */
export interface HeldModel {
  /** Throws `model.*`, and the signal's reason. */
  run(
    inputs: Readonly<Record<string, OwnTensor>>,
    options: HeldRunOptions,
  ): Promise<Readonly<Record<string, OwnTensor>>>
}

export interface Models extends ModelFacts {
  /**
   * Weights of the file, by name, without running or loading it. Half and double precision become float32, quantised ones the
   * numbers that they stand for. Throws `file.*`, `model.weight-unknown`, `model.output-dtype`, `memory.full`.
   */
  weight(path: string, name: string): Promise<TensorValue>
  /** Several of them, one after the other in one row of float32, which must all be in `describe`. Throws as `weight`. */
  weights(path: string, names: readonly string[]): Promise<TensorValue>
  /**
   * Runs a model on tensors by the names of its inputs; gives tensors by the names of its outputs and taps. It is loaded when
   * it is not yet, and stays until memory is short. Whole numbers are converted where every one of them fits (int32 ↔ int64);
   * other outputs become float32. Throws `file.*`, `model.*`, `memory.full`.
   */
  run(
    path: string,
    inputs: Readonly<Record<string, TensorValue>>,
    options?: ModelRunOptions,
  ): Promise<Readonly<Record<string, TensorValue>>>
  /** The same with a network that was made here. */
  runMade(
    model: MadeModel,
    inputs: Readonly<Record<string, TensorValue>>,
    options?: ModelRunOptions,
  ): Promise<Readonly<Record<string, TensorValue>>>
  /**
   * Runs a network that was made here many times: ONNX Runtime on the CPU, so that the same inputs give the same bits, TensorFlow.js
   * on whatever it has. `work` is called again, with nothing carried, where the model's process has ended. Throws `model.*`, and what
   * `work` throws.
   */
  hold<T>(model: MadeModel, work: (model: HeldModel) => Promise<T>): Promise<T>
}

/** A file that comes with Sightline, by its name (`sample:NAME`); undefined for any other path. */
export const sampleOf = (path: string): string | undefined => /^sample:([\w-][\w.-]*)$/.exec(path)?.[1]

/** The name of the installed model that a path (`model:NAME/FILE`) means; undefined for any other path. */
export const installedModel = (path: string): string | undefined => /^model:([a-z0-9][a-z0-9-]*)\//.exec(path)?.[1]
