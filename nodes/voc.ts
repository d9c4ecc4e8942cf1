/** The classes of Pascal VOC (Everingham et al. 2010), by number; 0 is the background. */
export const voc21: readonly string[] = [
  'background',
  'aeroplane',
  'bicycle',
  'bird',
  'boat',
  'bottle',
  'bus',
  'car',
  'cat',
  'chair',
  'cow',
  'dining table',
  'dog',
  'horse',
  'motorbike',
  'person',
  'potted plant',
  'sheep',
  'sofa',
  'train',
  'tv monitor',
]

/**
 * The colour that VOC's label maps have for a number: its bits are dealt out to red, green and blue, the lowest first. 255 is the
 * edge around things, which does not count.
 * @see VOCdevkit, VOClabelcolormap
 */
export function vocColour(index: number): [red: number, green: number, blue: number] {
  const colour: [number, number, number] = [0, 0, 0]
  for (let bit = 0; bit < 8; bit++)
    for (const c of [0, 1, 2] as const) colour[c] |= ((index >> (3 * bit + c)) & 1) << (7 - bit)
  return colour
}
