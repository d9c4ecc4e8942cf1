/** The numbers of a .ply, one after the other: as text, or as bytes in either order. */
import { bytesOf, type PlyElement, type PlyHeader, type PlyType } from './header.ts'

/** Thrown where the data ends before the file's last number. */
export class PlyEnds extends Error {}

export interface Numbers {
  /** Throws `PlyEnds`, or an Error that says what is no number. */
  next(type: PlyType): number
  /** Leaves out numbers whose types are known. */
  skip(types: readonly PlyType[], times: number): void
  /** The fewest bytes that a number of this type takes. */
  least(type: PlyType): number
  /** The bytes after the numbers that were read. */
  readonly left: number
}

function binary(bytes: Uint8Array, start: number, little: boolean): Numbers {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = start
  const read: Readonly<Record<PlyType, (from: number) => number>> = {
    int8: (from) => view.getInt8(from),
    uint8: (from) => view.getUint8(from),
    int16: (from) => view.getInt16(from, little),
    uint16: (from) => view.getUint16(from, little),
    int32: (from) => view.getInt32(from, little),
    uint32: (from) => view.getUint32(from, little),
    float32: (from) => view.getFloat32(from, little),
    float64: (from) => view.getFloat64(from, little),
  }
  return {
    next(type) {
      const from = at
      at += bytesOf[type]
      if (at > bytes.length) throw new PlyEnds()
      return read[type](from)
    },
    skip(types, times) {
      at += times * types.reduce((sum, type) => sum + bytesOf[type], 0)
      if (at > bytes.length) throw new PlyEnds()
    },
    least: (type) => bytesOf[type],
    get left() {
      return bytes.length - at
    },
  }
}

const [zero, nine, plus, minus, point, e, upperE] = [48, 57, 43, 45, 46, 101, 69] as const
/** Up to these, the digits and the power of ten are exact, and so is the rounding of their product. */
const exactDigits = 15
const exactPower = 22
const powers = Array.from({ length: exactPower + 1 }, (_, i) => 10 ** i)

/** What C's printf writes for numbers that are none. */
function special(text: string): number | undefined {
  const found = /^([+-]?)(?:(inf(?:inity)?|1\.#inf\d*)|(?:nan(?:\(.*\))?|1\.#(?:ind|qnan|snan)\d*))$/i.exec(text)
  if (!found) return undefined
  if (!found[2]) return Number.NaN
  return found[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

function slowly(bytes: Uint8Array, from: number, to: number): number {
  const text = String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 400)))
  const value = /^[+-]?[\d.]/.test(text) ? Number(text) : Number.NaN
  const found = Number.isNaN(value) ? special(text) : value
  if (found === undefined) throw new Error(`"${text.slice(0, 40)}" is not a number`)
  return found
}

/** The number that these characters write, as JavaScript rounds it. */
function parse(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  const sign = bytes[at] === minus ? -1 : 1
  if (bytes[at] === minus || bytes[at] === plus) at++
  let [value, digits, power] = [0, 0, 0]
  let behind = false
  for (; at < to; at++) {
    const code = bytes[at] ?? 0
    if (code >= zero && code <= nine) {
      value = 10 * value + (code - zero)
      digits++
      if (behind) power--
    } else if (code === point && !behind) behind = true
    else break
  }
  if (digits === 0 || digits > exactDigits) return slowly(bytes, from, to)
  if (at < to) {
    if (bytes[at] !== e && bytes[at] !== upperE) return slowly(bytes, from, to)
    at++
    const down = bytes[at] === minus
    if (down || bytes[at] === plus) at++
    let exponent = 0
    if (at === to) return slowly(bytes, from, to)
    for (; at < to; at++) {
      const code = bytes[at] ?? 0
      if (code < zero || code > nine || exponent > 999) return slowly(bytes, from, to)
      exponent = 10 * exponent + (code - zero)
    }
    power += down ? -exponent : exponent
  }
  if (power < -exactPower || power > exactPower) return slowly(bytes, from, to)
  return sign * (power < 0 ? value / (powers[-power] ?? 1) : value * (powers[power] ?? 1))
}

function text(bytes: Uint8Array, start: number): Numbers {
  let at = start
  const next = (): number => {
    while (at < bytes.length && (bytes[at] ?? 0) <= 32) at++
    const from = at
    while ((bytes[at] ?? 0) > 32) at++
    if (from === at) throw new PlyEnds()
    return parse(bytes, from, at)
  }
  return {
    next,
    skip(types, times) {
      if (types.length === 0) return
      for (let i = times * types.length; i > 0; i--) next()
    },
    // A digit and what separates it from the next.
    least: () => 2,
    get left() {
      // The last one needs nothing after it.
      return bytes.length - at + 1
    },
  }
}

export const numbersOf = (bytes: Uint8Array, { format, data }: PlyHeader): Numbers =>
  format === 'ascii' ? text(bytes, data) : binary(bytes, data, format === 'little')

/** Reads past the values of a list. Throws an Error for a negative length. */
export function skipList(numbers: Numbers, length: PlyType, type: PlyType): void {
  const count = numbers.next(length)
  if (!(count >= 0)) throw new Error(`it has a list of ${count} values`)
  numbers.skip([type], count)
}

export function skipElement(numbers: Numbers, { count, properties }: PlyElement): void {
  if (properties.every(({ length }) => !length)) {
    numbers.skip(
      properties.map(({ type }) => type),
      count,
    )
    return
  }
  for (let i = 0; i < count; i++)
    for (const { type, length } of properties)
      if (length) skipList(numbers, length, type)
      else numbers.next(type)
}
