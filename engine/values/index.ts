/**
 * What flows along wires. Values are immutable: an op makes a new one. What kinds there are says `kinds.ts`; what each is says its
 * own file.
 */
import type { AnyKind } from './kind.ts'
import { kinds } from './kinds.ts'
import { addKind, kindOf } from './registry.ts'

for (const kind of Object.values(kinds)) addKind(kind as AnyKind)

type Kinds = typeof kinds
export type ValueKind = keyof Kinds

export type Value = NonNullable<Kinds[ValueKind]['__value']>
/** What may be known of a value before it exists. Small values say only their kind. */
export type Shape = NonNullable<Kinds[ValueKind]['__shape']> | { readonly kind: 'unknown' }
/** The value of a kind by its name. */
export type ValueOf<K extends ValueKind> = NonNullable<Kinds[K]['__value']>
/** What a socket may ask of this kind besides that. */
export type NeedsOf<K extends ValueKind> = NonNullable<Kinds[K]['__needs']>

type Together<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never
export type AllNeeds = Together<NonNullable<Kinds[ValueKind]['__needs']>>

/** What is known of a value without its numbers. */
export const shapeOf = (value: Value): Shape => kindOf(value).shape(value) as Shape

export type { AugmentationShape, AugmentationStep, AugmentationValue } from './augmentation.ts'
export { type Box, type BoxesShape, type BoxesValue, boxesOf } from './boxes.ts'
export type { CameraShape, CameraValue } from './camera.ts'
export type { DType, Numbers } from './dtype.ts'
export { type Grid, gridOf } from './grid.ts'
export type { ColourSpace, ImageShape, ImageValue } from './image.ts'
export { colourSpaces } from './image.ts'
export { type Keypoint, type KeypointsShape, type KeypointsValue, keypointsOf } from './keypoints.ts'
export type { AnyShape, AnyValue, Face, Raster, Size, Sketch } from './kind.ts'
export type { LabelmapShape, LabelmapValue } from './labelmap.ts'
export { type LabelsShape, type LabelsValue, labelsOf } from './labels.ts'
export type { LinesShape, LinesValue } from './lines.ts'
export { type MaskShape, type MaskValue, pictureOfMask } from './mask.ts'
export type { NetworkShape, NetworkValue } from './network.ts'
export type { NumberValue } from './number.ts'
export type { PlotValue } from './plot.ts'
export {
  allKinds,
  describeShape,
  displayOf,
  drawnSize,
  kindNamed,
  kindOf,
  meaningOf,
  partsOf,
  picturedAs,
  rasterOf,
  sidesOf,
  singleOf,
  sizeOf,
  storesOf,
} from './registry.ts'
export type { SequenceShape, SequenceValue } from './sequence.ts'
export { shapeDepth } from './sequence.ts'
export type { Place, Sphere } from './sphere.ts'
export { coreOf, distanceTo } from './sphere.ts'
export type { SplatArrays } from './splat-ply.ts'
export {
  arraysOf,
  boundsOf,
  coreOfSplats,
  headOf,
  type SplatBounds,
  type SplatSpace,
  type SplatsHead,
  type SplatsShape,
  type SplatsValue,
  shCount,
  splatParts,
  splatsFrom,
} from './splats.ts'
export type { Store } from './store.ts'
export type { TableValue } from './table.ts'
export type { TensorShape, TensorValue } from './tensor.ts'
export type { TextValue } from './text.ts'
