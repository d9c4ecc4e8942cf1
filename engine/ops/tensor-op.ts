/**
 * Ops that TensorFlow.js computes: one function over tensors, which runs on whatever backend there is. An op is one of these where
 * a kernel of our own would only do again what a network's library does well.
 */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ImageShape, ImageValue, TensorShape, TensorValue } from '../values/index.ts'
import { defineOp, type OpDefinition, type StoredShape, type StoredValue } from './op.ts'
import { dimensions } from './shape.ts'
import { makeStrip, stripsOf, type TensorFlow, type Tensorwise } from './tensorflow.ts'

type ShapeOf<R> = R extends ImageValue ? ImageShape : R extends TensorValue ? TensorShape : StoredShape

interface TensorOp<I extends readonly StoredValue[], P, R extends StoredValue>
  extends Omit<OpDefinition<I, P, R>, 'cpu' | 'gpu' | 'tensorflow'> {
  /** Of the result. Checks what it is given, as `cpu` of other ops does. */
  readonly shape: (inputs: I, params: P) => ShapeOf<R>
  readonly tensorflow: Tensorwise<P>
}

/** Products, so that no GPU call takes long. */
const LONG = 4e9

/** The whole result on the GPU. */
function makeAll<P>(tf: TensorFlow, op: Tensorwise<P>, inputs: readonly Tensor[], params: P, shape: readonly number[]) {
  const shapes = inputs.map((input) => input.shape)
  const cut = (i: number, from: number, to: number): Tensor => {
    const input = inputs[i] as Tensor
    const [height, ...rest] = input.shape
    if (from === 0 && to === height) return input
    return tf.slice(input, [from, ...rest.map(() => 0)], [to - from, ...rest])
  }
  const strips = stripsOf(op, shape, params, LONG).map((rows) => makeStrip(tf, op, shapes, cut, params, rows))
  const [only, ...others] = strips
  return only && others.length === 0 ? only : tf.concat(strips, 0)
}

export const defineTensorOp = <const I extends readonly StoredValue[], P, R extends StoredValue>({
  shape,
  ...op
}: TensorOp<I, P, R>): OpDefinition<I, P, R> =>
  defineOp<I, P, R>({
    ...op,
    cpu: (context, inputs, params) =>
      context.tensorflow({ op: op.name, inputs, params, shape: shape(inputs, params) }) as Promise<R>,
    gpu(context, inputs, params) {
      const made = shape(inputs, params)
      const compute = (tf: TensorFlow, tensors: readonly Tensor[]): Tensor =>
        makeAll(tf, op.tensorflow, tensors, params, dimensions(made))
      return context.tensorflow({ compute, inputs, params, shape: made }) as Promise<R>
    },
  })
