/** The names of a picture's channels. */
import type { ColourSpace, Shape } from '../../engine/values/index.ts'
import { imageOf } from './shape.ts'

const names: Readonly<Record<ColourSpace, readonly string[]>> = {
  gray: ['Gray'],
  rgb: ['R', 'G', 'B'],
  bgr: ['B', 'G', 'R'],
  hsv: ['H', 'S', 'V'],
  lab: ['L', 'a', 'b'],
  linear: ['R', 'G', 'B'],
  ycrcb: ['Y', 'Cr', 'Cb'],
  data: [],
}

/** "R", "G", "B", "A"; a number, from 0, for a channel without a name. Empty for a value without channels. */
export function channelNames(shape: Shape | undefined): readonly string[] {
  const image = imageOf(shape)
  if (!image) return []
  const own = image.space === 'data' && image.channels === 1 ? ['value'] : names[image.space]
  return Array.from({ length: image.channels }, (_, c) =>
    image.alpha && c === image.channels - 1 ? 'A' : (own[c] ?? String(c)),
  )
}

/** A line colour for this channel, in the order of the plot. */
export const channelColour = (name: string, at: number): string =>
  ({
    R: 'var(--channel-0)',
    G: 'var(--channel-1)',
    B: 'var(--channel-2)',
    A: 'var(--channel-3)',
    Gray: 'var(--text-2)',
  })[name] ?? `var(--channel-${at % 3})`
