/** TensorFlow.js as ops see it: a function over tensors, and the device that runs it. */
import type { Tensor } from '@tensorflow/tfjs-core'

export type TensorFlow = typeof import('@tensorflow/tfjs-core')

/**
 * Makes the op's result of its inputs, all float32, images as (height, width, channels). At once and without side effects: it may run
 * in another thread, and is told nothing but this. What it makes besides is disposed of.
 */
export type Compute<P> = (tensorflow: TensorFlow, inputs: readonly Tensor[], params: P) => Tensor

/** One computation, as the thread that does it is told. */
export interface TensorCall {
  /** The name of an op with `tensorflow`. */
  readonly op: string
  readonly params: unknown
  readonly inputs: readonly { readonly numbers: Float32Array; readonly shape: readonly number[] }[]
  /** Where the result goes. */
  readonly output: Float32Array
}

/** TensorFlow.js without a GPU of ours: in a thread of its own, as it cannot be stopped otherwise. */
export interface TensorDevice {
  /** What it computes with: TensorFlow's own library, which comes before a GPU of ours, or WebAssembly. */
  backend(): Promise<'tensorflow' | 'wasm'>
  /** Throws KernelError, or the signal's reason. Nothing is written any more when it has ended. */
  run(call: TensorCall, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}
