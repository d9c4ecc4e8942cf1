/** The widths of the panels beside the canvas: what the user chose, as far as the window has room. */

export interface Side {
  readonly id: string
  /** In px: chosen by the user, or the usual one. */
  readonly width: number
  readonly min: number
  /** The width of the window, in px, in which the user chose this width. */
  readonly chosenAt?: number | undefined
}

/** The canvas never gets less than this, in px. */
export const leastMain = 360
/** A separator can be moved until the canvas has only this, in px. */
export const tightMain = 320
/** The usual widths give way while the canvas has less than this part of the window. */
const mainShare = 0.55

const sum = (sides: readonly Side[], of: (side: Side) => number): number =>
  sides.reduce((total, side) => total + of(side), 0)

/** The sides that the window has room for. @param sides what may be left out first comes last */
export function sidesWithRoom(room: number, sides: readonly Side[]): readonly Side[] {
  let kept = sides
  while (kept.length > 0 && sum(kept, ({ min }) => min) + leastMain > room) kept = kept.slice(0, -1)
  return kept
}

/**
 * The width of each side in px: its own, or less, so that the canvas keeps its share; never less than its minimum. What the user
 * chose in a window of this size or a smaller one stays.
 */
export function sideWidths(room: number, sides: readonly Side[]): ReadonlyMap<string, number> {
  const wanted = sum(sides, ({ width }) => width)
  const least = sum(sides, ({ min }) => min)
  const chosen = sides.some(({ chosenAt }) => chosenAt !== undefined && chosenAt <= room)
  const main = chosen ? leastMain : Math.max(leastMain, mainShare * room)
  const left = Math.max(least, Math.min(wanted, room - main))
  // All give the same part of what they have above their minimum.
  const part = wanted > least ? (left - least) / (wanted - least) : 1
  return new Map(sides.map(({ id, width, min }) => [id, Math.round(min + (width - min) * part)]))
}
