/**
 * The smallest and the largest number of a picture of which a quick preview makes only a part. Displays that depend on them would
 * change where such a preview begins and ends.
 */
import type { ChannelStatistics } from '../ops/reduce/layout.ts'
import type { View } from '../protocol/messages.ts'

export type Extremes = Pick<ChannelStatistics, 'min' | 'max'>

/** How far a picture goes beyond its part, in lengths of the part's range. */
interface Margins {
  readonly below: number
  readonly above: number
}

interface Whole {
  readonly extremes: readonly Extremes[]
  /** Of the part that each view shows. */
  readonly margins: Map<string, readonly Margins[]>
}

const nameOf = ({ node, port }: View): string => `${node}.${port}`

export class WholeExtents {
  /** Of the last full result of each output. */
  readonly #outputs = new Map<string, Whole>()

  learn(view: View, extremes: readonly Extremes[]): void {
    if (this.#outputs.get(nameOf(view))?.extremes === extremes) return
    this.#outputs.set(nameOf(view), { extremes, margins: new Map() })
  }

  /**
   * What the extremes of the whole picture may be, from those of the part that a view shows. The first part after a full result
   * differs little from it, so it gets the extremes of that; later ones go as far beyond theirs, in proportion.
   */
  estimate(view: View, part: readonly Extremes[]): readonly Extremes[] {
    const whole = this.#outputs.get(nameOf(view))
    if (!whole) return part
    const margins = whole.margins.get(view.id) ?? part.map((own, c) => marginsOf(own, whole.extremes[c]))
    whole.margins.set(view.id, margins)
    return part.map((own, c) => widened(own, margins[c]))
  }
}

function marginsOf({ min, max }: Extremes, whole: Extremes | undefined): Margins {
  if (min === null || max === null || whole?.min == null || whole.max === null || min === max)
    return { below: 0, above: 0 }
  const length = max - min
  return { below: Math.max(0, min - whole.min) / length, above: Math.max(0, whole.max - max) / length }
}

function widened({ min, max }: Extremes, { below, above }: Margins = { below: 0, above: 0 }): Extremes {
  if (min === null || max === null) return { min, max }
  return { min: min - below * (max - min), max: max + above * (max - min) }
}
