/**
 * Ops that TensorFlow.js computes: one function over tensors, which runs on whatever backend there is. An op is one of these where
 * a kernel of our own would only do again what a network's library does well.
 */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ImageShape, ImageValue, TensorShape, TensorValue } from '../values/index.ts'
import { defineOp, type OpDefinition, type StoredShape, type StoredValue } from './op.ts'

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

type ShapeOf<R> = R extends ImageValue ? ImageShape : R extends TensorValue ? TensorShape : StoredShape

interface TensorOp<I extends readonly StoredValue[], P, R extends StoredValue>
  extends Omit<OpDefinition<I, P, R>, 'cpu' | 'gpu' | 'tensorflow'> {
  /** Of the result. Checks what it is given, as `cpu` of other ops does. */
  readonly shape: (inputs: I, params: P) => ShapeOf<R>
  readonly tensorflow: Compute<P>
}

export const defineTensorOp = <const I extends readonly StoredValue[], P, R extends StoredValue>({
  shape,
  ...op
}: TensorOp<I, P, R>): OpDefinition<I, P, R> =>
  defineOp<I, P, R>({
    ...op,
    cpu: (context, inputs, params) =>
      context.tensorflow({ op: op.name, inputs, params, shape: shape(inputs, params) }) as Promise<R>,
    gpu: (context, inputs, params) =>
      context.tensorflow({ compute: op.tensorflow, inputs, params, shape: shape(inputs, params) }) as Promise<R>,
  })

/** The shape of the tensor that a value is. */
export const dimensions = (value: StoredShape): readonly number[] =>
  value.kind === 'image' ? [value.height, value.width, value.channels] : value.shape
