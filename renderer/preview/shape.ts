/** Shapes as the window shows them: a sequence counts as the element on display. */
import { drawnSize, type ImageShape, picturedAs, type Shape, type Size } from '../../engine/values/index.ts'

/** The picture that a value of this shape is drawn as, also of a sequence's elements. */
export const imageOf = (shape: Shape | undefined): ImageShape | undefined => shape && picturedAs(shape)

/** Size in pixels if the shape tells it, also of a tensor with a height and a width. */
export const sizeOf = (shape: Shape | undefined) => shape && drawnSize(shape)

/** A picture fitted into a box, in the middle. */
export function fitted({ width, height }: Size, box: Size): Size & { readonly x: number; readonly y: number } {
  const scale = Math.min(box.width / width, box.height / height)
  const [wide, high] = [width * scale, height * scale]
  return { x: (box.width - wide) / 2, y: (box.height - high) / 2, width: wide, height: high }
}
