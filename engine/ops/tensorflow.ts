/** TensorFlow.js as ops see it: a function over tensors, strip by strip, and the device that runs it. */
import type { Tensor } from '@tensorflow/tfjs-core'

export type TensorFlow = typeof import('@tensorflow/tfjs-core')

/**
 * How TensorFlow.js makes an op's result: in strips of rows, because a call can be stopped only between two of them. All inputs
 * are float32 and have the same rows; images are (height, width, channels).
 */
export interface Tensorwise<P> {
  /** The rows [from, to) of the inputs that the rows [y0, y1) of the result are made of. Those beyond an edge count as zeros. */
  readonly reads: (y0: number, y1: number, params: P) => readonly [from: number, to: number]
  /** Roughly how many products make one row of a result of this shape. */
  readonly work: (shape: readonly number[], params: P) => number
  /**
   * Rows of the result, of the rows that they read. At once and without side effects: it may run in another thread, and gets
   * nothing but this. Tensors that it makes besides are disposed of.
   * @param beyond how many rows of zeros pad the inputs above and below
   */
  readonly make: (
    tensorflow: TensorFlow,
    inputs: readonly Tensor[],
    params: P,
    beyond: readonly [above: number, below: number],
  ) => Tensor
}

/** Cuts a result's rows into strips of at most `most` products, or of one row. */
export function stripsOf<P>(
  { work }: Tensorwise<P>,
  shape: readonly number[],
  params: P,
  most: number,
): readonly (readonly [y0: number, y1: number])[] {
  const [height = 0] = shape
  const rows = Math.max(1, Math.floor(most / work(shape, params)))
  return Array.from({ length: Math.ceil(height / rows) }, (_, i) => [i * rows, Math.min((i + 1) * rows, height)])
}

/**
 * One strip.
 * @param shapes of the inputs
 * @param cut the rows [from, to) of an input
 */
export function makeStrip<P>(
  tensorflow: TensorFlow,
  { reads, make }: Tensorwise<P>,
  shapes: readonly (readonly number[])[],
  cut: (input: number, from: number, to: number) => Tensor,
  params: P,
  [y0, y1]: readonly [y0: number, y1: number],
): Tensor {
  const [height = 0] = shapes[0] ?? []
  const [from, to] = reads(y0, y1, params)
  const [first, last] = [Math.max(0, from), Math.min(to, height)]
  // A strip may lie in the padding alone.
  if (first >= last) {
    const zeros = shapes.map(([, ...rest]) => tensorflow.zeros([to - from, ...rest]))
    return make(tensorflow, zeros, params, [0, 0])
  }
  const inputs = shapes.map((_, input) => cut(input, first, last))
  return make(tensorflow, inputs, params, [first - from, to - last])
}

/** One computation, as the thread that does it is told. */
export interface TensorCall {
  /** The name of an op with `tensorflow`. */
  readonly op: string
  readonly params: unknown
  readonly inputs: readonly { readonly numbers: Float32Array; readonly shape: readonly number[] }[]
  /** Where the result goes, and its shape. */
  readonly output: Float32Array
  readonly shape: readonly number[]
}

/** TensorFlow.js without a GPU of ours: in a thread of its own, because its CPU backends compute without a break. */
export interface TensorDevice {
  /** What it computes with: TensorFlow's own library, which comes before a GPU of ours, or WebAssembly. */
  backend(): Promise<'tensorflow' | 'wasm'>
  /** Throws KernelError, or the signal's reason. Nothing is written any more when it has ended. */
  run(call: TensorCall, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}
