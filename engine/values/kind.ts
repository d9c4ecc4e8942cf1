/**
 * The form of a kind of value: one declaration, from which its type, its sockets, its colour, its memory, its previews, its files
 * and its tests follow. Nothing outside `engine/values` switches over kinds.
 */
import type { z } from 'zod'
import type { DisplayInput } from './display.ts'
import type { Numbers } from './dtype.ts'
import type { ImageShape, ImageValue } from './image.ts'
import type { Mark } from './mark.ts'
import type { TensorShape, TensorValue } from './tensor.ts'

/** What every value has. */
export interface AnyValue {
  readonly kind: string
  /** Something the node says of it ("converted from Display P3 to sRGB"). */
  readonly note?: string
}
export interface AnyShape {
  readonly kind: string
}

/** The tensors of a value, by name. */
export type Parts = Readonly<Record<string, TensorValue>>

/** Copies the numbers of a tensor out, as its dtype has them. */
export type Read = (tensor: TensorValue) => Promise<Numbers>

/** Makes a tensor of these numbers. */
export type MakeTensor = (shape: TensorShape, numbers: ArrayLike<number>) => Promise<TensorValue>

/** In pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** What an op can draw. */
export type Raster = ImageValue | TensorValue

/** What a value looks like besides its raster: marks over a picture, or a small value that the window has a view for. */
export interface Face {
  /** In pixels of `size(shape)`. */
  readonly marks?: readonly Mark[]
  /** Plain JSON with a `kind`: a number, text, table or plot, or a kind with a view of its own. */
  readonly json?: AnyValue
}

/** A scene in space and a camera that sees all of it, for the op that draws it. */
export interface Sketch {
  /** Means (N, 3), quaternions (N, 4), sizes (N, 3), opacities (N) and harmonics (N, K, 3). */
  readonly scene: readonly [TensorValue, TensorValue, TensorValue, TensorValue, TensorValue]
  /** In pixels, as a camera's value has them. */
  readonly fx: number
  readonly fy: number
  readonly cx: number
  readonly cy: number
  /** World to camera: 16 numbers, row by row. */
  readonly view: readonly number[]
  readonly near: number
  readonly far: number
  readonly antialiased: boolean
  readonly space: 'rgb' | 'linear'
}

/** A file that the command line writes. `raw`: only where the numbers themselves are asked for. */
export type OutputFile =
  | { readonly ext: string; readonly text: string }
  | { readonly ext: string; readonly bytes: Uint8Array }
  /** Drawn as in a preview, at full size. */
  | { readonly ext: 'png'; readonly raster: Raster }
  /** As NumPy's .npy. */
  | { readonly ext: string; readonly tensor: TensorValue; readonly raw?: true }
  /** Gray, as it is: identities, or a mask. */
  | { readonly ext: 'png'; readonly gray: Uint8Array | Uint16Array; readonly width: number; readonly height: number }

/** A colour in the light and in the dark theme, and a border radius: the shape of a socket, for eyes that confuse colours. */
export interface Look {
  readonly light: string
  readonly dark: string
  readonly radius: string
}

/** What a quick preview makes smaller values with. */
export interface Scaling {
  /** The picture at this size, by area averages. */
  resize(image: ImageValue, size: Size): Promise<ImageValue>
  readonly read: Read
  readonly tensor: MakeTensor
}

/** `V`: the value, `S`: what is known of it beforehand, `N`: what a socket may ask of it besides its kind. */
export interface Kind<V extends AnyValue, S extends AnyShape, N extends object = object> {
  readonly kind: V['kind']
  readonly words: {
    /** "Picture": in the palette and the inspector. */
    readonly title: string
    /** "a picture": what a socket takes. */
    readonly one: string
    /** "boxes": its marks, as in "No boxes.". Absent: "marks". */
    readonly many?: string
    /** "a 3-channel RGB picture": the same with what the socket asks for. Absent: `one`. */
    wanted?(needs: N): string
  }
  readonly look: Look
  /** Everything but the tensors, as plain JSON. Other properties of a value are stripped. */
  readonly head: z.ZodType
  /** The tensors of a value: its only stores. Absent: there are none. */
  parts?(value: V): Parts
  /** Puts a value together again. Absent: the head with the parts beside it. */
  make?(head: Omit<V, never>, parts: Parts): V
  /** The shape of all values of this kind, where it says no more than the kind. */
  readonly only?: S
  /** What is known of a value without its numbers. */
  shape(value: V): S
  /** "1080 × 1920 × 3 rgb" */
  describe(shape: S): string
  /** The size of the picture that the value is, or whose pixels its coordinates are. Quick previews change it. */
  size?(shape: S): Size | undefined
  /** The same at another size. */
  sized?(shape: S, size: Size): S
  /** The size it is drawn at, where that is not `size`. */
  drawn?(shape: S): Size | undefined
  /** The value as it is when its picture is `by` as large. Absent: the same. */
  scaled?(value: V, by: number, scaling: Scaling): V | Promise<V>
  /** The names of what a socket may ask for, each a list of what is taken or given. */
  readonly needs?: readonly (keyof N & string)[]
  /** What a shape tells of them. */
  told?(shape: S): Partial<N>
  /** The shape of an output that is like an input of this shape, but for what its socket states. Absent: the same. */
  like?(needs: N, shape: S): S | undefined
  /** The picture that it looks like, over the value's own stores. Absent, or undefined: it is none. */
  raster?(value: V): Raster | undefined
  /** How that picture is always shown, whatever a view asks for. Absent: as the view asks. */
  readonly display?: DisplayInput['mode']
  /** The shape of that picture, where it has one of an image. */
  pictured?(shape: S): ImageShape | undefined
  /** The sides of that picture's array: height, width, channels; of a tensor all of them. */
  sides?(shape: S): readonly number[]
  /** What the number of a pixel stands for ("dog"). Absent: for itself. */
  meaning?(value: V, number: number): string | undefined
  /** The number that it is, for values that are a single one. Absent: it is none. */
  single?(value: V): number
  /** What else it looks like in the window. With neither, only its description is shown. */
  face?(value: V, read: Read): Face | Promise<Face>
  /**
   * How a picture of this size is drawn of a value that is none itself, beside its face. Absent or undefined: no picture. The
   * window draws it large by itself, from the numbers.
   */
  sketch?(value: V, size: Size, read: Read): Promise<Sketch | undefined>
  /** What `sightline run --out` writes. Absent: nothing. */
  files?(value: V, read: Read): readonly OutputFile[] | Promise<readonly OutputFile[]>
  /** What `sightline run --json` says of it besides the shape. */
  report?(value: V, read: Read): object | Promise<object>
  /** Bytes in ordinary memory, roughly. */
  bytes?(value: V): number
  /** Some values for the contract tests. */
  sample(tensor: MakeTensor): Promise<readonly V[]>
  /** Types only. */
  readonly __value?: V
  readonly __shape?: S
  readonly __needs?: N
}

export type AnyKind = Kind<AnyValue, AnyShape>
