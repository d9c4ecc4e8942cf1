/** The names of a picture's channels. */
import type { ColourSpace, ImageShape } from '../engine/values/index.ts'

const names: Readonly<Record<Exclude<ColourSpace, 'data'>, readonly string[]>> = {
  gray: ['Gray'],
  rgb: ['Red', 'Green', 'Blue'],
  bgr: ['Blue', 'Green', 'Red'],
  hsv: ['Hue', 'Saturation', 'Value'],
  lab: ['L', 'a', 'b'],
  linear: ['Red', 'Green', 'Blue'],
  ycrcb: ['Y', 'Cr', 'Cb'],
}

/** "Red", "Green", "Blue", "Opacity"; plain data has numbers. */
export const channelNames = ({ space, channels, alpha }: ImageShape): readonly string[] =>
  Array.from({ length: channels }, (_, c) =>
    alpha && c === channels - 1 ? 'Opacity' : ((space === 'data' ? undefined : names[space][c]) ?? `Channel ${c}`),
  )
