/**
 * The form of an op: one mathematical operation with a rule for its output's shape, a kernel for each device, and the two
 * functions from which every explanation follows: `reach` and `terms`. Nodes call ops and never learn which device runs them.
 */

import type { Tensor } from '@tensorflow/tfjs-core'
import type { Block } from '../gpu/buffers.ts'
import type { GpuCall, GpuDevice } from '../gpu/device.ts'
import type { DType, ImageShape, ImageValue, TensorShape, TensorValue } from '../values/index.ts'
import type { CpuDevice } from './cpu.ts'
import type { Read, Rows } from './rows.ts'
import type { TensorFlow, Tensorwise } from './tensorflow.ts'

/** Values that live on a device. */
export type StoredValue = ImageValue | TensorValue
export type StoredShape = ImageShape | TensorShape

/** One number of one input: `input` counts the op's inputs from 0; y, x, c index it (tensors: flat index in x). */
export interface Site {
  readonly input: number
  readonly y: number
  readonly x: number
  readonly c: number
}

/** In whole pixels, both ends included. */
export interface Extent {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Where in the output. */
export interface At {
  readonly y: number
  readonly x: number
  readonly c: number
  /** Of ops with several outputs: which. */
  readonly output?: string
}

export interface Term {
  /** Absent: a constant, such as a border value or a bias. */
  readonly from?: Site
  readonly weight: number
  readonly value: number
  /** How many times the border rule brought this site in: its weight is the sum. Absent: once, as itself. */
  readonly times?: number
  /** Without `from`: which constant it is. */
  readonly says?: string
}

/**
 * How one output value is made: Σ weight·value (`sum`), the smallest, largest or middle weight·value (`min`, `max`, `median`), or
 * `function`: `says` names it and `result` is its value.
 */
export interface Terms {
  readonly combine: 'sum' | 'min' | 'max' | 'median' | 'function'
  readonly terms: readonly Term[]
  readonly says?: string
  readonly result?: number
  /** For a function: the sums that enter it, by the names that `says` gives them. */
  readonly parts?: Readonly<Record<string, Terms>>
}

/** An input whose numbers can be read: `at(y, x, c)`. */
export interface Readable {
  readonly shape: StoredShape
  at(y: number, x: number, c: number): number
}

/** What an op's CPU implementation works with. Everything it allocates is released when it ends, except what it returns. */
export interface CpuContext {
  readonly device: CpuDevice
  readonly signal: AbortSignal
  /** An image of this shape, contents undefined. */
  image(shape: ImageShape): ImageValue
  /** The same, to be filled with one byte a number: v stands for v / 255. Its address is that of `stored`. */
  eightBitImage(shape: ImageShape): ImageValue
  tensor(shape: TensorShape): TensorValue
  /** The address of a value's first number. Valid until the op ends. */
  address(value: StoredValue): number
  /** The same, for ops with `eightBit`: of its bytes where that is what the value has. */
  stored(value: StoredValue): { readonly address: number; readonly eightBit: boolean }
  /** What a dispatch reads of this value, for the rows that it writes. */
  reading(value: StoredValue, rows: Rows): Read
  /** Copies numbers in for the duration of this op (taps, tables); returns their address. */
  upload(numbers: ArrayLike<number> | Float64Array | Int32Array | Uint8Array | Uint16Array): number
  /** Zeroed memory for the duration of this op. */
  temporary(bytes: number): number
  /** A fresh view of memory. Do not keep it across an `await`. */
  float32(address: number, length: number): Float32Array
  float64(address: number, length: number): Float64Array
  int32(address: number, length: number): Int32Array
  uint8(address: number, length: number): Uint8Array
  /** The result of the op's `tensorflow` on these inputs, in this shape. */
  tensorflow(call: TensorWork & { readonly op: string }): Promise<StoredValue>
}

/** The inputs of TensorFlow.js, and the shape of its result. */
export interface TensorWork {
  readonly inputs: readonly StoredValue[]
  readonly params: unknown
  readonly shape: StoredShape
}

/** What an op's GPU implementation works with. Its work is in order; only reads are waited for. */
export interface GpuContext {
  readonly device: GpuDevice
  readonly signal: AbortSignal
  /** An image of this shape, contents undefined. Throws GpuError if there is no room. */
  image(shape: ImageShape): Promise<ImageValue>
  tensor(shape: TensorShape): Promise<TensorValue>
  /** Where a value's numbers are. Valid until the op ends. */
  block(value: StoredValue): Block
  /** Copies numbers in for the duration of this op; lists become float32. */
  upload(numbers: readonly number[] | ArrayBufferView<ArrayBuffer>): Promise<Block>
  /** Copies bytes into a block, from its start. */
  write(block: Block, bytes: ArrayBufferView<ArrayBuffer>): Promise<void>
  /** Memory for the duration of this op, contents undefined. */
  temporary(bytes: number): Promise<Block>
  zeroed(bytes: number): Promise<Block>
  /** A copy of the first `bytes` bytes, once all earlier work has run. */
  read(block: Block, bytes?: number): Promise<ArrayBuffer>
  dispatch(call: GpuCall): Promise<void>
  /** One after the other, without waiting for each. */
  dispatchAll(calls: readonly GpuCall[]): Promise<void>
  /** The result of TensorFlow.js on these inputs, on this device. */
  tensorflow(
    call: TensorWork & { readonly compute: (tensorflow: TensorFlow, inputs: readonly Tensor[]) => Tensor },
  ): Promise<StoredValue>
}

/** Calls an op. */
export type PerformOp = <I extends readonly StoredValue[], P, R>(
  op: OpDefinition<I, P, R>,
  inputs: I,
  params: P,
) => Promise<R>

/** What an op makes a part of its result from. */
export interface PartGiven<P> {
  /** Of the output. */
  readonly part: Extent
  /** Cut to `needs`; undefined where nothing is needed. */
  readonly inputs: readonly (ImageValue | undefined)[]
  readonly needs: readonly (Extent | null)[]
  /** Of the whole inputs. */
  readonly shapes: readonly ImageShape[]
  readonly params: P
}

/** One op. `I`: its inputs, `P`: its parameters, `R`: its result (a value, a record of values, or plain numbers). */
export interface OpDefinition<I extends readonly StoredValue[], P, R> {
  readonly name: string
  /** The dtypes of its inputs; others are refused by name before it is called. Absent: float32 only. */
  readonly dtypes?: readonly DType[]
  /**
   * On the CPU it takes float32 values as they are stored (`stored`), if need be as bytes v that stand for v / 255, and gives the
   * same result. Absent: such values are made float32 before.
   */
  readonly eightBit?: true
  /** The CPU implementation: checks its inputs (throws `op.unsupported`, `shape.mismatch`), dispatches kernels. */
  readonly cpu: (context: CpuContext, inputs: I, params: P) => Promise<R>
  /** The same on the GPU, to 1e-4 of the numbers' size. A GpuError `limit` has it done on the CPU instead. */
  readonly gpu?: (context: GpuContext, inputs: I, params: P) => Promise<R>
  /**
   * What becomes of NaN and infinity, and whose answer that is: OpenCV's, NumPy's or PyTorch's. Both devices and `terms` follow
   * it; truth.json has the answer. -0 and denormals are ordinary numbers, but a GPU may treat a denormal as 0.
   */
  readonly nonFinite: string
  /** How, for ops that TensorFlow.js computes (`defineTensorOp`). */
  readonly tensorflow?: Tensorwise<P>
  /** Every number of the result may depend on all numbers of the inputs: explanations count them instead of listing them. */
  readonly whole?: true
  /** The sites that the output value at `at` may depend on. */
  readonly reach: (at: At, inputs: readonly StoredShape[], params: P) => readonly Site[]
  /** For ops whose reach may be very large: the rectangle around it, in input 0 and the same channel, found without listing it. */
  readonly extent?: (at: At, inputs: readonly StoredShape[], params: P) => Extent
  /**
   * Which part of each input a part of the output needs; call `needsOf`. It contains everything in `reach`. Absent: a barrier,
   * which needs every input whole.
   */
  readonly needs?: (part: Extent, inputs: readonly StoredShape[], params: P) => readonly (Extent | null)[]
  /** On inputs cut to what a part needs, the op makes that part with the same parameters: it does not depend on position. */
  readonly local?: true
  /**
   * Makes exactly a part of the result from pictures cut to what it needs, where the parameters name places. Absent in an op
   * that is not `local` either: it is run whole. `again` calls this op, `perform` another one.
   */
  readonly makePart?: (
    again: (inputs: I, params: P) => Promise<R>,
    given: PartGiven<P>,
    perform: PerformOp,
  ) => Promise<R>
  /** The sum (or other combination) that makes the output value at `at`. */
  readonly terms: (at: At, inputs: readonly Readable[], params: P) => Terms
}

export const defineOp = <const I extends readonly StoredValue[], P, R>(
  definition: OpDefinition<I, P, R>,
): OpDefinition<I, P, R> => definition
