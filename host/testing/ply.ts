/** Writes a .ply from its parts, as the paper says. For tests. */
import type { PlyType } from '../../engine/protocol/ply/header.ts'

export interface Property {
  readonly name: string
  readonly type: PlyType
  /** The type of a list's length. */
  readonly length?: PlyType
}
export interface Element {
  readonly name: string
  readonly properties: readonly Property[]
  /** A number for each property, or a list of them. */
  readonly rows: readonly (readonly (number | readonly number[])[])[]
}
export interface Written {
  readonly format: 'ascii' | 'binary_little_endian' | 'binary_big_endian'
  readonly lineEnd: string
  readonly elements: readonly Element[]
  /** What a type is called. */
  readonly word?: (type: PlyType) => string
  /** Comments between two lines of the header. */
  readonly comments?: readonly string[]
}

const words: Readonly<Record<PlyType, string>> = {
  ...{ int8: 'char', uint8: 'uchar', int16: 'short', uint16: 'ushort' },
  ...{ int32: 'int', uint32: 'uint', float32: 'float', float64: 'double' },
}

function bytesOf(type: PlyType, value: number, big: boolean): Buffer {
  const bytes = Buffer.alloc(8)
  const end = big ? 'BE' : 'LE'
  if (type === 'int8') return bytes.subarray(0, bytes.writeInt8(value))
  if (type === 'uint8') return bytes.subarray(0, bytes.writeUInt8(value))
  if (type === 'int16') return bytes.subarray(0, bytes[`writeInt16${end}`](value))
  if (type === 'uint16') return bytes.subarray(0, bytes[`writeUInt16${end}`](value))
  if (type === 'int32') return bytes.subarray(0, bytes[`writeInt32${end}`](value))
  if (type === 'uint32') return bytes.subarray(0, bytes[`writeUInt32${end}`](value))
  if (type === 'float32') return bytes.subarray(0, bytes[`writeFloat${end}`](value))
  return bytes.subarray(0, bytes[`writeDouble${end}`](value))
}

export function writePly({ format, lineEnd, elements, word = (type) => words[type], comments = [] }: Written): Buffer {
  const lines = ['ply', `format ${format} 1.0`, ...comments]
  for (const { name, properties, rows } of elements) {
    lines.push(`element ${name} ${rows.length}`)
    for (const { name, type, length } of properties)
      lines.push(`property ${length ? `list ${word(length)} ` : ''}${word(type)} ${name}`, ...comments)
  }
  const head = Buffer.from([...lines, 'end_header', ''].join(lineEnd), 'latin1')
  const parts: Buffer[] = [head]
  for (const { properties, rows } of elements)
    for (const row of rows) {
      const values = properties.flatMap(({ type, length }, i): (readonly [PlyType, number])[] => {
        const value = row[i]
        if (!length) return [[type, Number(value)]]
        const list = value as readonly number[]
        return [[length, list.length], ...list.map((each) => [type, each] as const)]
      })
      parts.push(
        format === 'ascii'
          ? Buffer.from(values.map(([, value]) => String(value)).join(' ') + lineEnd, 'latin1')
          : Buffer.concat(values.map(([type, value]) => bytesOf(type, value, format === 'binary_big_endian'))),
      )
    }
  return Buffer.concat(parts)
}
