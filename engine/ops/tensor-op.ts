/**
 * Ops that TensorFlow.js computes: one function over tensors, which runs on whatever backend there is. An op is one of these where
 * a kernel of our own would only do again what a network's library does well.
 */
import type { ImageShape, ImageValue, TensorShape, TensorValue } from '../values/index.ts'
import { defineOp, type OpDefinition, type StoredShape, type StoredValue } from './op.ts'
import type { Compute } from './tensorflow.ts'

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
