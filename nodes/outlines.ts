/** Boxes with names as a picture of colour numbers: 0 nothing, 1 to 7 a colour, 8 letters. Plain arrays. */
import { drawText, letterHeight, letterWidth } from './letters.ts'

/** Told apart with every kind of colour vision, bright enough for black letters. sRGB, 0..255. */
export const boxColours = [
  [99, 255, 168],
  [255, 193, 0],
  [127, 184, 247],
  [240, 87, 90],
  [140, 120, 255],
  [203, 121, 0],
  [187, 172, 179],
] as const
export const letterColour = boxColours.length + 1

export interface Outline {
  /** Left, top, right, bottom: whole pixels, all four of them on the line. */
  readonly box: readonly [number, number, number, number]
  /** From 0. */
  readonly colour: number
  /** '': none. */
  readonly label: string
}

export interface OutlineStyle {
  /** As OpenCV's: 1 is one pixel, 2 three, 3 and 4 five, ... */
  readonly thickness: number
  /** Side of a dot of the letters, in pixels. */
  readonly dot: number
}

/** Later boxes lie over earlier ones, and all names over all lines. */
export function drawOutlines(
  width: number,
  height: number,
  outlines: readonly Outline[],
  { thickness, dot }: OutlineStyle,
): Uint8Array {
  const pixels = new Uint8Array(width * height)
  const fill = (x0: number, y0: number, x1: number, y1: number, value: number): void => {
    const [left, right] = [Math.max(0, x0), Math.min(width - 1, x1)]
    if (left > right) return
    for (let y = Math.max(0, y0); y <= Math.min(height - 1, y1); y++)
      pixels.fill(value, y * width + left, y * width + right + 1)
  }
  for (const { box, colour } of outlines) frame(box, 1 + (colour % boxColours.length))
  for (const { box, colour, label } of outlines) if (label) tag(box, 1 + (colour % boxColours.length), label)
  return pixels

  /** All pixels no further than `reach` from the outline, as cv2.rectangle draws thick lines: with round corners. */
  function frame([x0, y0, x1, y1]: Outline['box'], value: number): void {
    const reach = thickness === 1 ? 0 : (thickness + 1) >> 1
    for (let d = -reach; d <= reach; d++) {
      const inset = Math.floor(Math.sqrt(reach * reach - d * d))
      // Above and below each horizontal line, and left and right of each vertical one, a corner is this much longer.
      for (const y of [y0, y1]) fill(x0 - inset, y + d, x1 + inset, y + d, value)
      fill(x0 + d, y0, x0 + d, y1, value)
      fill(x1 + d, y0, x1 + d, y1, value)
    }
  }

  /** On the box where there is room above it, otherwise inside. */
  function tag([x0, y0]: Outline['box'], value: number, label: string): void {
    const [wide, high] = [dot * (letterWidth * [...label].length + 1), dot * (letterHeight + 2)]
    const left = Math.max(0, Math.min(x0, width - wide))
    const top = y0 - high >= 0 ? y0 - high : Math.max(0, y0)
    fill(left, top, left + wide - 1, top + high - 1, value)
    drawText(label, (x, y) => {
      const [px, py] = [left + dot * (x + 1), top + dot * (y + 1)]
      fill(px, py, px + dot - 1, py + dot - 1, letterColour)
    })
  }
}
