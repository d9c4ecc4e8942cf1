/** Shapes as the window looks at them: a sequence is seen as the element that is shown. */
import type { ImageShape, Shape } from '../../engine/types/value.ts'

/** The picture that a shape is, or that the elements of a sequence are. */
export function imageOf(shape: Shape | undefined): ImageShape | undefined {
  if (shape?.kind === 'sequence') return imageOf(shape.element)
  return shape?.kind === 'image' ? shape : undefined
}

/** In pixels, where the shape tells: also of a tensor with a height and a width. */
export function sizeOf(shape: Shape | undefined): { readonly width: number; readonly height: number } | undefined {
  if (shape?.kind === 'sequence') return sizeOf(shape.element)
  if (shape?.kind === 'image') return { width: shape.width, height: shape.height }
  if (shape?.kind !== 'tensor') return undefined
  const width = shape.shape[shape.axes.indexOf('W')]
  const height = shape.shape[shape.axes.indexOf('H')]
  return width !== undefined && height !== undefined ? { width, height } : undefined
}
