/**
 * Which rows a kernel reads for the rows that it writes. Every dispatch names them (`reads`), so that it could run in bands
 * while other ops follow; one that does not is a barrier, which needs all of its inputs first (statistics, for example).
 */
import { type BorderMode, borderIndex } from './border.ts'

/** The rows [from, to) that the rows [y0, y1) of the output need. Both hold at least one. */
export type Rows = (y0: number, y1: number) => readonly [from: number, to: number]

/** What one dispatch reads of one value. */
export interface Read {
  /** Of the value's first number. */
  readonly address: number
  /** Bytes of a row. */
  readonly stride: number
  readonly height: number
  readonly rows: Rows
}

/** Each row is made of the same row. */
export const same: Rows = (y0, y1) => [y0, y1]

/**
 * `up` rows above and `down` below, of a picture of `height` rows whose border repeats or mirrors it. Border `wrap` needs all of
 * it where a window leaves it.
 */
export const around =
  (up: number, down: number, height: number, border: BorderMode): Rows =>
  (y0, y1) => {
    const [top, bottom] = reached(y0 - up, y1 - 1 + down, height, border)
    return [top, bottom + 1]
  }

/** From the first to the last place of an axis of `length` that the places `first` to `last`, some of them beyond it, stand for. */
export function reached(
  first: number,
  last: number,
  length: number,
  border: BorderMode,
): readonly [first: number, last: number] {
  let [low, high] = [Math.max(first, 0), Math.min(last, length - 1)]
  // What lies beyond: more than two periods of a mirror tell nothing new.
  const include = (from: number, to: number): void => {
    for (let i = from; i <= Math.min(to, from + 4 * length); i++) {
      const place = borderIndex(i, length, border)
      if (place < 0) continue
      low = Math.min(low, place)
      high = Math.max(high, place)
    }
  }
  if (first < 0) include(first, Math.min(-1, last))
  if (last >= length) include(Math.max(length, first), last)
  return low <= high ? [low, high] : [0, 0]
}
