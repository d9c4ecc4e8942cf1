/** Between the stage, in device pixels, and the marks, in pixels of the picture. */
import type { Mark } from '../../engine/values/mark.ts'
import { markAt } from './hit.ts'
import type { Box } from './labels.ts'
import { boundsOf } from './layer.ts'
import { shownMarks } from './state.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** So far beside a line, in CSS pixels, the line is still meant. */
const tolerance = 5

/** The mark of an output under a point of the stage. `rect`: where the picture lies on the stage. */
export function markUnder(
  output: string,
  at: { readonly x: number; readonly y: number },
  rect: Box,
  size: Size,
  ratio: number,
): number | undefined {
  const shown = shownMarks.get(output)
  if (!shown) return undefined
  const scale = rect.width / size.width
  return markAt(
    shown.layer,
    shown.passing,
    (at.x - rect.x) / scale,
    (at.y - rect.y) / scale,
    (tolerance * ratio) / scale,
  )
}

/** The middle of a mark as fractions of the picture, if the stage does not show it; undefined if it does. */
export function placeInSight(mark: Mark, rect: Box, stage: Size, size: Size): { x: number; y: number } | undefined {
  const [left, top, right, bottom] = boundsOf(mark)
  const [x, y] = [(left + right) / 2 / size.width, (top + bottom) / 2 / size.height]
  const [sx, sy] = [rect.x + x * rect.width, rect.y + y * rect.height]
  const inside = sx >= 0 && sy >= 0 && sx <= stage.width && sy <= stage.height
  return inside ? undefined : { x: Math.min(1, Math.max(0, x)), y: Math.min(1, Math.max(0, y)) }
}
