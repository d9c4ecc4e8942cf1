/**
 * Points from text: a line a point, x y z first, then perhaps red, green and blue. So .xyz is written by most programs that scan;
 * a .pts has a line with its number of points first, and an intensity before the colours.
 */
import type { SplatScene } from '../../../engine/types/services.ts'
import { cloudScene } from './cloud.ts'
import { damaged } from './form.ts'

const [lineFeed, carriageReturn] = [10, 13] as const
/** Of a point, a line with more is none. */
const longestLine = 4096

/** The numbers of a line, up to the first word that is none; separated by spaces, tabs, commas or semicolons. */
export function numbersOfLine(
  bytes: Uint8Array,
  at: number,
): { readonly numbers: readonly number[]; readonly next: number } {
  let end = at
  while (end < bytes.length && bytes[end] !== lineFeed && bytes[end] !== carriageReturn) end++
  const next = end + (bytes[end] === carriageReturn && bytes[end + 1] === lineFeed ? 2 : 1)
  let line = ''
  if (end - at <= longestLine) for (let i = at; i < end; i++) line += String.fromCharCode(bytes[i] ?? 0)
  const numbers: number[] = []
  for (const word of line.split(/[\s,;]+/)) {
    if (word === '') continue
    const number = /^[-+]?nan$/i.test(word) ? Number.NaN : Number(word)
    if (Number.isNaN(number) && !/nan/i.test(word)) break
    numbers.push(number)
  }
  return { numbers, next }
}

/** Whether three columns are colours, and their full scale; undefined of normals and others. */
function coloursOf(rows: Float64Array, width: number, from: number): number | undefined {
  let [most, lengths, whole] = [0, 0, true]
  const count = rows.length / width
  for (let i = 0; i < count; i++) {
    let square = 0
    for (let k = 0; k < 3; k++) {
      const v = rows[width * i + from + k] ?? Number.NaN
      if (!(v >= 0)) return undefined
      most = Math.max(most, v)
      whole &&= Number.isInteger(v)
      square += v * v
    }
    if (Math.abs(square - 1) < 0.01) lengths++
  }
  // Directions have a length of 1.
  if (most <= 1) return lengths > 0.99 * count && count > 3 && !whole ? undefined : 1
  return whole ? (most <= 255 ? 255 : 65_535) : undefined
}

/** Throws `scene.*`. */
export function readXyz(bytes: Uint8Array, name: string): SplatScene {
  let [width, count, skipped] = [0, 0, 0]
  let rows = new Float64Array(0)
  for (let at = 0; at < bytes.length; ) {
    const { numbers, next } = numbersOfLine(bytes, at)
    at = next
    if (numbers.length < 3) {
      // A title, a count or a remark.
      skipped++
      continue
    }
    if (width === 0) {
      width = Math.min(numbers.length, 16)
      // A line of n numbers takes at least 2 n bytes.
      rows = new Float64Array(width * (1 + Math.ceil((bytes.length - at) / (2 * width))))
    }
    if (numbers.length < width)
      throw damaged(name, `${numbers.length} of ${width} numbers in line ${count + skipped + 1}`)
    rows.set(numbers.slice(0, width), width * count)
    count++
  }
  if (count === 0) throw damaged(name, 'no line begins with three numbers')
  rows = rows.subarray(0, width * count)
  const first = width >= 7 ? [4, 3] : width >= 6 ? [3] : []
  const found = first
    .map((from) => ({ from, most: coloursOf(rows, width, from) }))
    .find(({ most }) => most !== undefined)
  const places = new Float64Array(3 * count)
  const colours = found && new Float32Array(3 * count)
  for (let i = 0; i < count; i++)
    for (let k = 0; k < 3; k++) {
      places[3 * i + k] = rows[width * i + k] ?? 0
      if (colours) colours[3 * i + k] = (rows[width * i + found.from + k] ?? 0) / (found.most ?? 1)
    }
  return cloudScene({ places, ...(colours && { colours }) }, name)
}
