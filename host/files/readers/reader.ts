/** What the readers share. Files are of unknown origin: sizes are checked before anything is allocated. */

/** A sound file that is not read; its message says what it holds: "deep pixels". */
export class NotRead extends Error {}

/** The largest side of a picture that any reader makes. */
const largestSide = 1 << 20

/** Throws for a picture without pixels, or with a side that no file has. */
export function checkSides(width: number, height: number): void {
  for (const side of [width, height])
    if (!(Number.isInteger(side) && side >= 1 && side <= largestSide))
      throw new Error(`its header says ${width} × ${height} pixels`)
}

export const ends = (): Error => new Error('the file ends before its last pixel')
