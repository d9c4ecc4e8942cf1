/**
 * The form of a layer: one description, from which its shape, its weights, its cost and its ONNX operators follow. Shapes are those
 * of one example: without the axis of the batch, channels first.
 */
import { SightlineError } from '../../types/problem.ts'

export type Dims = readonly number[]
export type Setting = number | string | boolean | readonly number[]
export type Settings = Readonly<Record<string, Setting>>

/** One layer of a network, as plain JSON. What its settings leave out has its default. */
export interface Layer {
  /** As the module is called in PyTorch ("layer1.0.conv1"); its weights are named after it. One network has each name once. */
  readonly name: string
  readonly type: string
  /** Places of the layers that it takes, all before its own. */
  readonly from: readonly number[]
  readonly set: Settings
}

/** How a weight begins where nothing was loaded: uniform within ± `bound`, or all the same number. */
export type Start = { readonly bound: number } | { readonly value: number }

export interface Weight {
  /** After the layer's name, with a dot between; "": it is called as the layer. */
  readonly name: string
  readonly shape: Dims
  readonly start: Start
  /** Measured, not learned (batch norm's running mean): not counted as parameters. */
  readonly measured?: true
}

export type Attribute =
  | number
  | string
  | readonly number[]
  /** Of floating point; numbers alone are whole. */
  | { readonly float: number }

export type Attributes = Readonly<Record<string, Attribute>>

/** What writes operators. Names of tensors go in and come out. */
export interface Emit {
  operator(type: string, inputs: readonly string[], attributes?: Attributes): string
  /** The tensor of one of the layer's weights. */
  weight(name: string): string
  ints(numbers: readonly number[]): string
  /** A whole number without an axis. */
  scalar(number: number): string
  floats(numbers: ArrayLike<number>, shape: Dims): string
}

/** What writes a network that is to be trained. Its batch is known. */
export interface TrainEmit extends Emit {
  readonly batch: number
  /** An operator with all its outputs. */
  several(type: string, inputs: readonly string[], attributes?: Attributes): readonly string[]
  /** What a measured weight is from the next step on. */
  measure(name: string, tensor: string): void
  /** Whether the weights of this layer are learned. */
  readonly learns: boolean
  /** 0 with this probability, else 1 / (1 - p): drawn anew for each step, by the seed. For one example. */
  mask(dims: Dims, probability: number): string
}

/** Along one axis: place i of the result is made of the places of what comes from `by` · i + `first` to `by` · i + `last`. */
export interface Seen {
  readonly by: number
  readonly first: number
  readonly last: number
}

export interface LayerKind<S extends object> {
  readonly type: string
  /** As PyTorch calls it: "Conv2d". */
  readonly title: string
  /** "64, 7 × 7, stride 2" */
  words?(set: S): string
  /** How many layers it takes; `most`: that many or more. */
  readonly takes?: number | { readonly least: number }
  /** Throws by `unfit` what does not fit. */
  shape(inputs: readonly Dims[], set: S): Dims
  weights?(inputs: readonly Dims[], set: S): readonly Weight[]
  /** For one example. Absent: none, as it is counted usually. */
  multiplyAdds?(inputs: readonly Dims[], output: Dims, set: S): number
  /** What each place of the result is made of, along height and width. Absent: of the same place. */
  sees?(inputs: readonly Dims[], output: Dims, set: S): 'all' | readonly [Seen, Seen]
  onnx(
    emit: Emit,
    inputs: readonly string[],
    shapes: { readonly inputs: readonly Dims[]; readonly output: Dims },
    set: S,
  ): string
  /** The same while it is trained; absent: it does no other than `onnx`. */
  train?(
    emit: TrainEmit,
    inputs: readonly string[],
    shapes: { readonly inputs: readonly Dims[]; readonly output: Dims },
    set: S,
  ): string
}

export type AnyLayerKind = LayerKind<Settings>

export const defineLayer = <S extends object>(kind: LayerKind<S>): AnyLayerKind => kind as unknown as AnyLayerKind

export const sizeOf = (dims: Dims): number => dims.reduce((size, length) => size * length, 1)
export const describeDims = (dims: Dims): string => dims.join(' × ')

/** What a layer throws whose inputs do not fit; the layer's name is added where it is known. */
export class UnfitError extends Error {
  override readonly name = 'UnfitError'
  readonly given: string
  readonly wanted: string
  constructor(given: string, wanted: string) {
    super(`${given} instead of ${wanted}`)
    this.given = given
    this.wanted = wanted
  }
}

export function need(fits: boolean, given: readonly Dims[], wanted: string): asserts fits {
  if (!fits) throw new UnfitError(given.map(describeDims).join(' and ') || 'nothing', wanted)
}

export const asProblem = (layer: string, title: string, error: unknown): unknown =>
  error instanceof UnfitError
    ? new SightlineError('network.shapes', { layer, title, given: error.given, wanted: error.wanted })
    : error

/** A setting that is one number for all axes, or one for each. */
export type Lengths = number | readonly number[]

export const lengths = (given: Lengths | undefined, count: number, otherwise: number): readonly number[] =>
  typeof given === 'object' ? given : Array.from({ length: count }, () => given ?? otherwise)

/** "3 × 3" */
export const wordsOfLengths = (given: Lengths, count = 2): string => lengths(given, count, 0).join(' × ')

const spaces = ['', 'channels × length', 'channels × height × width', 'channels × depth × height × width'] as const

/** Channels first, then one length for each of 1 to 3 axes of space. */
export function spatial(
  inputs: readonly Dims[],
  axes: 1 | 2 | 3 = 2,
): { readonly channels: number; readonly sides: Dims } {
  const [dims = []] = inputs
  need(dims.length === axes + 1, inputs, spaces[axes])
  const [channels = 0, ...sides] = dims
  return { channels, sides }
}

/** The length of what a window gives that slides over a side. */
export function windows(
  side: number,
  kernel: number,
  stride: number,
  padding: number,
  dilation = 1,
  up = false,
): number {
  const places = (side + 2 * padding - dilation * (kernel - 1) - 1) / stride
  const count = (up ? Math.ceil(places) : Math.floor(places)) + 1
  // The last window must begin inside.
  return up && (count - 1) * stride >= side + padding ? count - 1 : count
}

/** What places of a sliding window see, along each of two axes. */
export const seenThrough = (
  kernel: readonly number[],
  stride: readonly number[],
  padding: readonly number[],
  dilation: readonly number[] = [],
): readonly [Seen, Seen] => {
  const axis = (i: number): Seen => {
    const first = 0 - (padding[i] ?? 0)
    return { by: stride[i] ?? 1, first, last: first + (dilation[i] ?? 1) * ((kernel[i] ?? 1) - 1) }
  }
  return [axis(0), axis(1)]
}
