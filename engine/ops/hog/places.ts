/** What kernel.as.ts reads beside pictures. */
import { blockPlaces, type HogParams } from './plain.ts'

/** Bytes that a pixel votes, as in kernel.as.ts. */
export const VOTE = 16

/** The cells that each pixel of a block counts in, at most four: those that count first, then nothing. */
export function hogPlaces({ cell, block, bins }: HogParams): Int32Array {
  const places = blockPlaces(cell, block)
  const table = new Int32Array(8 * places.length)
  const floats = new Float32Array(table.buffer)
  for (const [i, cells] of places.entries())
    for (const [k, { cell, weight }] of cells.filter(({ weight }) => weight !== 0).entries()) {
      table[8 * i + 2 * k] = 4 * bins * cell
      floats[8 * i + 2 * k + 1] = weight
    }
  return table
}
