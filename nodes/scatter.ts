/** Points on a plane as a picture, coloured by their class. */
import type { ImageShape } from '../engine/values/index.ts'

export const scatterShape = (size: number): ImageShape => ({
  ...{ kind: 'image', height: size, width: size, channels: 3, space: 'rgb', alpha: false, range: [0, 1] },
})

export interface Scatter {
  /** Rows, of which the first two columns are drawn. */
  readonly points: Float32Array
  readonly columns: number
  /** The class of each row; undefined: all have one colour. */
  readonly classes: Int32Array | undefined
  readonly size: number
  readonly radius: number
}
