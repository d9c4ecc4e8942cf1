/**
 * Which part of its inputs a part of an op's output needs, in both directions: what a quick preview of a zoomed view must compute
 * to show just that view. Ask `needsOf`; an op answers with `needs`.
 */
import type { BorderMode } from './border.ts'
import type { Extent, OpDefinition, PartGiven, PerformOp, StoredShape, StoredValue } from './op.ts'
import { reached } from './rows.ts'

/** All of a value. A tensor is one row of its numbers, as in `Site`. */
export function whole(shape: StoredShape): Extent {
  if (shape.kind === 'image') return { left: 0, top: 0, right: shape.width - 1, bottom: shape.height - 1 }
  return { left: 0, top: 0, right: shape.shape.reduce((a, b) => a * b, 1) - 1, bottom: 0 }
}

/**
 * The part of each input that a part of the output needs: `null` if it needs nothing of it, all of it if the op is a barrier,
 * because its numbers may depend on all.
 *
 * @param part of the output, in whole pixels, both ends included; within it
 */
export function needsOf<P>(
  { needs }: Pick<OpDefinition<readonly StoredValue[], P, unknown>, 'needs'>,
  part: Extent,
  inputs: readonly StoredShape[],
  params: P,
): readonly (Extent | null)[] {
  return needs ? needs(part, inputs, params) : inputs.map(whole)
}

type AnyOp = OpDefinition<readonly StoredValue[], unknown, unknown>

/** What `makePart` has to be given of each input: an op that cannot make a part needs all of them. */
export const givenFor = (
  op: AnyOp,
  part: Extent,
  inputs: readonly StoredShape[],
  params: unknown,
): readonly (Extent | null)[] => (op.local || op.makePart ? needsOf(op, part, inputs, params) : inputs.map(whole))

/** The result of an op, or more of it than `part`: `from` is where what was made begins in the output. */
export async function makePart(
  perform: PerformOp,
  op: AnyOp,
  given: PartGiven<unknown>,
): Promise<{ readonly result: unknown; readonly from: { readonly x: number; readonly y: number } }> {
  const { part, inputs, needs, params } = given
  if (op.makePart) {
    const again = (inputs: readonly StoredValue[], params: unknown) => perform(op, inputs, params)
    return { result: await op.makePart(again, given, perform), from: { x: part.left, y: part.top } }
  }
  const result = await perform(op, inputs.map(needed), params)
  const need = op.local && needs[0]
  return { result, from: need ? { x: need.left, y: need.top } : { x: 0, y: 0 } }
}

/** Each pixel depends on the same pixel of every input. */
export const alike = (part: Extent, inputs: readonly StoredShape[]): readonly Extent[] => inputs.map(() => part)

/** This many more pixels on each side, within a picture with this border. */
export function widened(
  { left, top, right, bottom }: Extent,
  shape: StoredShape | undefined,
  by: { readonly x: number; readonly y: number },
  border: BorderMode,
): readonly Extent[] {
  if (shape?.kind !== 'image') return []
  const [x0, x1] = reached(left - by.x, right + by.x, shape.width, border)
  const [y0, y1] = reached(top - by.y, bottom + by.y, shape.height, border)
  return [{ left: x0, top: y0, right: x1, bottom: y1 }]
}

/** The part of `part` inside a picture; `null` if there is none. */
export function within(part: Extent, shape: StoredShape): Extent | null {
  const all = whole(shape)
  const cut = {
    left: Math.max(part.left, all.left),
    top: Math.max(part.top, all.top),
    right: Math.min(part.right, all.right),
    bottom: Math.min(part.bottom, all.bottom),
  }
  return cut.left <= cut.right && cut.top <= cut.bottom ? cut : null
}

/** The smallest part that holds both. */
export const union = (a: Extent, b: Extent | undefined): Extent =>
  b
    ? {
        left: Math.min(a.left, b.left),
        top: Math.min(a.top, b.top),
        right: Math.max(a.right, b.right),
        bottom: Math.max(a.bottom, b.bottom),
      }
    : a

export const sameExtent = (a: Extent, b: Extent): boolean =>
  a.left === b.left && a.top === b.top && a.right === b.right && a.bottom === b.bottom

export const rectangleOf = ({ left, top, right, bottom }: Extent) => ({
  x: left,
  y: top,
  width: right - left + 1,
  height: bottom - top + 1,
})

/** An input that every part of the output needs. */
export function needed<T>(input: T | undefined): T {
  if (input === undefined) throw new Error('an op lacks an input that it needs')
  return input
}

/** The same part elsewhere. */
export const moved = ({ left, top, right, bottom }: Extent, x: number, y: number): Extent => ({
  left: left + x,
  top: top + y,
  right: right + x,
  bottom: bottom + y,
})
