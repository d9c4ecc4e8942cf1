/**
 * Parameters that are a place on a picture: the viewer shows handles for them over the picture of an input. Coordinates are in
 * pixels of that picture at full size.
 */

interface Over<I extends string> {
  /** The input whose picture the handle lies over. */
  readonly over: I
}

/** All points of the shape in one `points` parameter. */
interface InPoints<P extends string> {
  readonly points: P
}

interface PointHandle<P extends string> {
  readonly kind: 'point'
  readonly params: Readonly<Record<'x' | 'y', P>> | InPoints<P>
}

interface BoxHandle<P extends string> {
  readonly kind: 'box'
  readonly params: Readonly<Record<'x' | 'y' | 'width' | 'height', P>>
  /** A width or height of 0 extends to the edge of the picture. */
  readonly open?: true
}

interface LineHandle<P extends string> {
  readonly kind: 'line'
  readonly params: Readonly<Record<'x0' | 'y0' | 'x1' | 'y1', P>> | InPoints<P>
}

interface PolygonHandle<P extends string> {
  readonly kind: 'polygon'
  readonly params: InPoints<P>
}

/** A shape with a fixed number of places, or a polygon. */
export type ShapeHandle<I extends string = string, P extends string = string> = Over<I> &
  (PointHandle<P> | BoxHandle<P> | LineHandle<P> | PolygonHandle<P>)

/**
 * Any number of points, each with a label where the parameter has labels: a click adds one. With `boxes` also any number of boxes:
 * a drag draws one.
 */
export interface PointsHandle<I extends string = string, P extends string = string> extends Over<I> {
  readonly kind: 'points'
  readonly params: InPoints<P> & { readonly boxes?: P }
  /** The output, a mask over the same picture, that is drawn over it. */
  readonly shows?: string
}

/** Strokes of a round brush: a drag draws one. */
export interface StrokesHandle<I extends string = string, P extends string = string> extends Over<I> {
  readonly kind: 'strokes'
  readonly params: { readonly strokes: P }
  /** The output, a mask over the same picture, that is drawn over it. */
  readonly shows?: string
}

export type Handle<I extends string = string, P extends string = string> =
  | ShapeHandle<I, P>
  | PointsHandle<I, P>
  | StrokesHandle<I, P>

/** It takes all clicks on the picture, so a person must be able to leave it. */
export const takesPicture = ({ kind }: Handle): boolean => kind === 'points' || kind === 'strokes'
