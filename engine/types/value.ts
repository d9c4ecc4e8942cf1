/**
 * What flows along wires. Values are immutable: an op makes a new one.
 * A value is a small description plus, where it is large, a `Store`: the handle of its bytes on the device that made it.
 */

export const colourSpaces = ['gray', 'rgb', 'bgr', 'hsv', 'lab', 'linear', 'ycrcb', 'data'] as const
/** `rgb`, `bgr` and `gray` are sRGB-encoded; `linear` is linear-light RGB; `data` is numbers that are no colour (gradients, channels). */
export type ColourSpace = (typeof colourSpaces)[number]

/** Where the bytes of a value live. Opaque to nodes; only the device that made it looks inside. */
export interface Store {
  readonly bytes: number
}

/** What is known of an image before its pixels exist. */
export interface ImageShape {
  readonly kind: 'image'
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly space: ColourSpace
  /** True where the last channel is straight (not premultiplied) opacity, 0..1. */
  readonly alpha: boolean
  /** The nominal range of the values, where there is one: [0, 1] for a picture; absent where any number may occur. */
  readonly range?: readonly [number, number]
}

/** Pixels: (height, width, channels), row-major, channels last, float32. */
export interface ImageValue extends ImageShape {
  readonly store: Store
  /** What a reader did to the file on the way in ("converted from Display P3 to sRGB"), for the node to say. */
  readonly note?: string
}

export interface TensorShape {
  readonly kind: 'tensor'
  readonly shape: readonly number[]
  /** One name an axis: N, C, H, W, ... */
  readonly axes: readonly string[]
}

/** Any array of float32, row-major. */
export interface TensorValue extends TensorShape {
  readonly store: Store
}

export interface NumberValue {
  readonly kind: 'number'
  readonly value: number
}

export interface TextValue {
  readonly kind: 'text'
  readonly text: string
}

export interface TableValue {
  readonly kind: 'table'
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** A histogram or curves over one axis, drawn by the window. */
export interface PlotValue {
  readonly kind: 'plot'
  readonly x: { readonly label: string; readonly range: readonly [number, number] }
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[]
}

/**
 * A stream of values, one element at a time: files of a folder, frames, poses. Bounded by `length`.
 * `element` names what each is, so that shapes can be told before any is read.
 */
export interface SequenceValue {
  readonly kind: 'sequence'
  readonly length: number
  readonly element: Shape
  readonly labels?: readonly string[]
  /** Makes element `index` (0 ≤ index < length). Cancelled by `signal`. */
  at(index: number, signal: AbortSignal): Promise<Value>
}

export interface SequenceShape {
  readonly kind: 'sequence'
  readonly length?: number
  readonly element: Shape
}

export type Value = ImageValue | TensorValue | NumberValue | TextValue | TableValue | PlotValue | SequenceValue

/** What may be known of a value before it exists. Small values say only their kind. */
export type Shape =
  | ImageShape
  | TensorShape
  | SequenceShape
  | { readonly kind: 'number' }
  | { readonly kind: 'text' }
  | { readonly kind: 'table' }
  | { readonly kind: 'plot' }
  | { readonly kind: 'unknown' }

export type ValueKind = Value['kind']

/** The stores inside a value, so that whoever keeps it can count and release them. */
export const storesOf = (value: Value): readonly Store[] =>
  value.kind === 'image' || value.kind === 'tensor' ? [value.store] : []

/** "1080 × 1920 × 3 rgb": the shape in the field's order (height, width, channels). */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case 'image':
      return `${shape.height} × ${shape.width} × ${shape.channels} ${shape.space}${shape.alpha ? ' with alpha' : ''}`
    case 'tensor':
      return `${shape.axes.join('')} ${shape.shape.join(' × ')}`
    case 'sequence':
      return `${shape.length ?? 'some'} × (${describeShape(shape.element)})`
    default:
      return shape.kind
  }
}
