/** The kinds of value that there are, by name. `index.ts` fills it. */
import type { DisplayInput } from './display.ts'
import type { ImageShape } from './image.ts'
import type { AnyKind, AnyShape, AnyValue, Parts, Raster, Size } from './kind.ts'
import type { Store } from './store.ts'

const known = new Map<string, AnyKind>()

export function addKind(kind: AnyKind): void {
  known.set(kind.kind, kind)
}

export const allKinds = (): readonly AnyKind[] => [...known.values()]

/** Undefined where there is none of this name. */
export const kindNamed = (name: string): AnyKind | undefined => known.get(name)

/** Throws where there is none: a fault of ours. */
export function kindOf({ kind }: AnyValue | AnyShape): AnyKind {
  const found = known.get(kind)
  if (!found) throw new Error(`there is no kind of value "${kind}"`)
  return found
}

const none: Parts = {}

/** The tensors inside a value, by name. */
export const partsOf = (value: AnyValue): Parts => kindOf(value).parts?.(value) ?? none

/** The stores inside a value, so that whoever keeps it can count and release them. */
export const storesOf = (value: AnyValue): readonly Store[] => Object.values(partsOf(value)).map(({ store }) => store)

/** The picture that a value is drawn as; undefined where it is none. */
export const rasterOf = (value: AnyValue): Raster | undefined => kindNamed(value.kind)?.raster?.(value)

/** How the picture of a value is shown where a view asks for `asked`. */
export function displayOf(value: AnyValue | AnyShape, asked: DisplayInput): DisplayInput {
  const mode = kindNamed(value.kind)?.display
  return mode ? { mode } : asked
}

/** What the number of one of its pixels stands for. */
export const meaningOf = (value: AnyValue, number: number): string | undefined =>
  kindNamed(value.kind)?.meaning?.(value, number)

/** The picture that a value of this shape is drawn as; undefined where it is none, or a tensor. */
export const picturedAs = (shape: AnyShape): ImageShape | undefined => kindNamed(shape.kind)?.pictured?.(shape)

/** The number that a value is; undefined where it is more than one, or none. */
export const singleOf = (value: AnyValue): number | undefined => kindNamed(value.kind)?.single?.(value)

/** The sides of a value's array, height before width; none where it is not one. */
export const sidesOf = (shape: AnyShape): readonly number[] => kindNamed(shape.kind)?.sides?.(shape) ?? []

/** "1080 × 1920 × 3 rgb": the shape in the field's order (height, width, channels). */
export const describeShape = (shape: AnyShape): string => kindNamed(shape.kind)?.describe(shape) ?? shape.kind

/** The size of the picture that a value of this shape is, or that it lies over; of a sequence that of an element. */
export const sizeOf = (shape: AnyShape): Size | undefined => kindNamed(shape.kind)?.size?.(shape)

/** The size that a value of this shape is drawn at, also of a tensor with a height and a width. */
export function drawnSize(shape: AnyShape): Size | undefined {
  const kind = kindNamed(shape.kind)
  return kind?.drawn ? kind.drawn(shape) : kind?.size?.(shape)
}
