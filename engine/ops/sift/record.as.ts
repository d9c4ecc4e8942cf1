// A spot that was found: where its numbers are, in bytes. RECORD of layout.ts.
export const X: usize = 0
export const Y: usize = 8
export const SIZE: usize = 16
export const RESPONSE: usize = 24
export const COLUMN: usize = 32
export const ROW: usize = 36
export const PLANE: usize = 40
export const COUNT: usize = 44
export const ANGLES: usize = 48
/** No two neighbours of 36 directions are both larger than those beside them: at most 18 angles. */
export const RECORD: usize = 192
