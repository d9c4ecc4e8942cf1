/** What statistics are of, and what they say. */
import type { StoredShape } from '../op.ts'

/** Of the finite numbers of one channel; `null` where there are none. */
export interface ChannelStatistics {
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  /** Standard deviation of the population. */
  readonly std: number | null
  readonly nan: number
  readonly infinite: number
  /** Counts of equal bins over `range`, the end belonging to the last one. */
  readonly histogram: readonly number[]
  readonly range: readonly [number, number]
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly channels: number
}

/** A tensor is one channel, its last axis the rows. */
export function layoutOf(shape: StoredShape): Layout {
  if (shape.kind === 'image') return shape
  const width = shape.shape.at(-1) ?? 1
  return { width, height: shape.shape.slice(0, -1).reduce((a, b) => a * b, 1), channels: 1 }
}
