/**
 * Radiance HDR (.hdr, .pic): shared-exponent pixels, run-length coded or not, in any of the eight orientations.
 * @see Greg Ward, Real Pixels, Graphics Gems II, 1991; https://radsite.lbl.gov/radiance/refer/filefmts.pdf
 */
import type { PictureInfo } from '../../../engine/types/services.ts'
import { checkSides, ends, NotRead } from './reader.ts'

/** The header is text; longer ones are damaged. */
export const longestHeader = 1 << 16

export interface RadianceHeader extends PictureInfo {
  readonly depth: 32
  /** Where the pixels begin. */
  readonly data: number
  /** Scanlines in the file, and pixels in each. */
  readonly lines: number
  readonly length: number
  /** Where line `l` and pixel `p` of it go: `start + l · line + p · pixel`, counted in pixels. */
  readonly start: number
  readonly line: number
  readonly pixel: number
}

const resolution = /^([+-])([XY]) +(\d{1,9}) +([+-])([XY]) +(\d{1,9})$/

/** Throws NotRead, or an error for what is no header. */
export function radianceHeader(bytes: Uint8Array): RadianceHeader {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, longestHeader))
  const end = text.indexOf('\n\n')
  const after = text.indexOf('\n', end + 2)
  if (end < 0 || after < 0) throw new Error('its header has no end')
  const lines = text.slice(0, end).split('\n')
  const format = lines
    .findLast((line) => line.startsWith('FORMAT='))
    ?.slice('FORMAT='.length)
    .trim()
  if (format === '32-bit_rle_xyze') throw new NotRead('colours as X, Y and Z')
  if (format !== undefined && format !== '32-bit_rle_rgbe')
    throw new NotRead(`pixels of the format "${format.slice(0, 40)}"`)
  const found = resolution.exec(text.slice(end + 2, after).trim())
  const [, sign1, axis1, count1, sign2, axis2, count2] = found ?? []
  if (!found || axis1 === axis2) throw new Error('its header does not say how large it is')
  const [outer, inner] = [Number(count1), Number(count2)]
  const [width, height] = axis1 === 'Y' ? [inner, outer] : [outer, inner]
  checkSides(width, height)
  // −Y is downwards, as rows are; +X is rightwards.
  const step = (axis: string | undefined): number => (axis === 'Y' ? width : 1)
  const backwards = (sign: string | undefined, axis: string | undefined): boolean => (sign === '+') === (axis === 'Y')
  const [back1, back2] = [backwards(sign1, axis1), backwards(sign2, axis2)]
  const exposure = lines
    .filter((line) => line.startsWith('EXPOSURE='))
    .reduce((product, line) => product * Number(line.slice('EXPOSURE='.length)), 1)
  return {
    ...{ width, height, channels: 3, depth: 32, data: after + 1, lines: outer, length: inner },
    ...(exposure !== 1 && { note: `its exposure (${Number(exposure.toPrecision(4))}) was not divided out` }),
    start: (back1 ? (outer - 1) * step(axis1) : 0) + (back2 ? (inner - 1) * step(axis2) : 0),
    line: back1 ? -step(axis1) : step(axis1),
    pixel: back2 ? -step(axis2) : step(axis2),
  }
}

/** Lines of other lengths are never run-length coded in the newer way. */
const [shortest, longest] = [8, 0x7fff]

/** Fills `line`, (length, 4), from the bytes at `at`. Returns where the next line begins. */
function readLine(bytes: Uint8Array, at: number, line: Uint8Array): number {
  const length = line.length / 4
  const byte = (i: number): number => {
    const value = bytes[i]
    if (value === undefined) throw ends()
    return value
  }
  const coded = byte(at) === 2 && byte(at + 1) === 2 && (byte(at + 2) & 128) === 0
  if (length < shortest || length > longest || !coded) return readOldLine(bytes, at, line)
  if (byte(at + 2) * 256 + byte(at + 3) !== length) throw new Error('a line has the wrong length')
  let from = at + 4
  for (let channel = 0; channel < 4; channel++)
    for (let x = 0; x < length; ) {
      const code = byte(from++)
      const run = code > 128
      const count = run ? code - 128 : code
      if (count === 0 || x + count > length) throw new Error('a run goes beyond its line')
      for (let i = 0; i < count; i++) line[4 * x++ + channel] = byte(run ? from : from + i)
      from += run ? 1 : count
    }
  return from
}

/** Pixels as they are; 1, 1, 1, n repeats the last one, n times 256 for each such code before it. */
function readOldLine(bytes: Uint8Array, start: number, line: Uint8Array): number {
  const length = line.length / 4
  let at = start
  let shift = 0
  for (let x = 0; x < length; at += 4) {
    if (at + 4 > bytes.length) throw ends()
    const [r = 0, g = 0, b = 0, e = 0] = bytes.subarray(at, at + 4)
    if (r === 1 && g === 1 && b === 1) {
      const count = e * 2 ** shift
      if (x === 0 || x + count > length) throw new Error('a run goes beyond its line')
      for (let i = 0; i < count; i++, x++) line.copyWithin(4 * x, 4 * x - 4, 4 * x)
      shift += 8
      if (shift > 24) throw new Error('a run goes beyond its line')
    } else {
      line.set([r, g, b, e], 4 * x++)
      shift = 0
    }
  }
  return at
}

/** (H, W, 3) float32: mantissa · 2^(exponent − 136), and 0 where the exponent is 0. */
export function radiancePixels(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const { width, height, data, lines, length, start, line: lineStep, pixel } = radianceHeader(bytes)
  // Every line takes at least four bytes, however it is coded.
  if (bytes.length - data < 4 * lines) throw ends()
  const out = new Float32Array(width * height * 3)
  const line = new Uint8Array(4 * length)
  const powers = Float64Array.from({ length: 256 }, (_, e) => (e === 0 ? 0 : 2 ** (e - 136)))
  let at = data
  for (let l = 0; l < lines; l++) {
    at = readLine(bytes, at, line)
    for (let p = 0; p < length; p++) {
      const to = 3 * (start + l * lineStep + p * pixel)
      const power = powers[line[4 * p + 3] ?? 0] ?? 0
      for (let c = 0; c < 3; c++) out[to + c] = (line[4 * p + c] ?? 0) * power
    }
  }
  return out
}
