/**
 * The header of a .ply: which elements the file holds, in order, and the properties of each.
 * @see Greg Turk, The PLY Polygon File Format, https://gamma.cs.unc.edu/POWERPLANT/papers/ply.pdf
 */
import { SightlineError } from '../../types/problem.ts'

export const plyTypes = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'float32', 'float64'] as const
export type PlyType = (typeof plyTypes)[number]

export interface PlyProperty {
  readonly name: string
  readonly type: PlyType
  /** A list: the type of its length, which comes before its values. */
  readonly length?: PlyType
}

export interface PlyElement {
  readonly name: string
  readonly count: number
  readonly properties: readonly PlyProperty[]
}

export interface PlyHeader {
  readonly format: 'ascii' | 'little' | 'big'
  /** Whether lines end with a line feed alone, as most readers expect. */
  readonly plainLines: boolean
  readonly elements: readonly PlyElement[]
  /** Where the data begins. */
  readonly data: number
}

/** Both names of each type: those of the paper, and those with a number of bits. */
const typesByName: ReadonlyMap<string, PlyType> = new Map([
  ...plyTypes.map((type): [string, PlyType] => [type, type]),
  ...Object.entries<PlyType>({
    ...{ char: 'int8', uchar: 'uint8', short: 'int16', ushort: 'uint16' },
    ...{ int: 'int32', uint: 'uint32', float: 'float32', double: 'float64' },
  }),
])

export const bytesOf: Readonly<Record<PlyType, number>> = {
  ...{ int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, float32: 4, float64: 8 },
}

const formats = { ascii: 'ascii', binary_little_endian: 'little', binary_big_endian: 'big' } as const

/** A header is text; the longest in use has some eighty lines. */
const longestHeader = 65_536
/** Lines may end with a carriage return, a line feed, or both. */
const lineEnd = /\r\n|\r|\n/
const headerEnd = /(?:\r\n|\r|\n)[ \t]*end_header[ \t]*(\r\n|\r|\n)/

/** Throws `scene.truncated` or `scene.damaged`. */
export function readPlyHeader(bytes: Uint8Array, name: string): PlyHeader {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, longestHeader))
  const damaged = (message: string): SightlineError => new SightlineError('scene.damaged', { name, message })
  const end = headerEnd.exec(text)
  if (!end && bytes.length < longestHeader)
    throw new SightlineError('scene.truncated', { name, given: bytes.length, wanted: 'more' })
  if (!end) throw damaged('its header has no end')
  const head = text.slice(0, end.index)
  // After a lone carriage return, a line feed is the first byte of the data.
  const loneReturns = /\r(?!\n)/.test(head) && !head.includes('\n')
  const data = end.index + end[0].length - (end[1] === '\r\n' && loneReturns ? 1 : 0)

  let format: PlyHeader['format'] | undefined
  const elements: { name: string; count: number; properties: PlyProperty[] }[] = []
  const [, ...lines] = head.split(lineEnd)
  for (const line of lines) {
    const [word = '', ...rest] = line.trim().split(/\s+/)
    if (word === '' || word === 'comment' || word === 'obj_info') continue
    const unread = damaged(`its header has the line "${line.trim().slice(0, 80)}"`)
    const typeOf = (given = ''): PlyType => {
      const type = typesByName.get(given)
      if (!type) throw unread
      return type
    }
    if (word === 'format') {
      format = formats[rest[0] as keyof typeof formats]
      if (!format) throw unread
    } else if (word === 'element') {
      const [element = '', count = ''] = rest
      if (!/^\d{1,15}$/.test(count)) throw unread
      elements.push({ name: element, count: Number(count), properties: [] })
    } else if (word === 'property') {
      const list = rest[0] === 'list'
      const [type, property] = list ? [typeOf(rest[2]), rest[3]] : [typeOf(rest[0]), rest[1]]
      const length = list ? typeOf(rest[1]) : undefined
      if (!property || length?.startsWith('float')) throw unread
      const element = elements.at(-1)
      if (!element) throw unread
      element.properties.push({ name: property, type, ...(length && { length }) })
    } else throw unread
  }
  if (!format) throw damaged('its header does not say how its numbers are written')
  return { format, plainLines: !text.slice(0, data).includes('\r'), elements, data }
}
