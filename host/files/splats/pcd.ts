/**
 * Points from a .pcd: text, rows of bytes, or columns packed by LZF.
 * @see https://pointclouds.org/documentation/tutorials/pcd_file_format.html
 */
import type { SplatScene } from '../../../engine/types/services.ts'
import { cloudScene } from './cloud.ts'
import { damaged, truncated } from './form.ts'
import { numbersOfLine } from './xyz.ts'

interface Field {
  readonly name: string
  readonly size: number
  readonly type: string
  readonly count: number
}

interface Header {
  readonly fields: readonly Field[]
  readonly points: number
  readonly data: string
  readonly start: number
}

const longestHeader = 65_536
const sizes: Readonly<Record<string, readonly number[]>> = { F: [4, 8], I: [1, 2, 4, 8], U: [1, 2, 4, 8] }

/** Throws `scene.damaged`. */
function headerOf(bytes: Uint8Array, name: string): Header {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, longestHeader))
  const end = /^DATA[ \t]+(\S+)[ \t]*\r?\n/m.exec(text)
  if (!end) throw bytes.length < longestHeader ? truncated(name, bytes.length) : damaged(name, 'its header has no end')
  const lines = new Map(
    text
      .slice(0, end.index)
      .split(/\r?\n/)
      .filter((line) => !line.startsWith('#'))
      .map((line) => {
        const [word = '', ...rest] = line.trim().split(/\s+/)
        return [word, rest]
      }),
  )
  const names = lines.get('FIELDS') ?? lines.get('COLUMNS')
  if (!names || names.length === 0) throw damaged(name, 'its header names no fields')
  const list = (word: string, usual: string): readonly string[] => lines.get(word) ?? names.map(() => usual)
  const [size, type, count] = [list('SIZE', '4'), list('TYPE', 'F'), list('COUNT', '1')]
  const fields = names.map((field, i) => {
    const own = { name: field, size: Number(size[i]), type: type[i] ?? '', count: Number(count[i]) }
    const known = sizes[own.type]?.includes(own.size) && Number.isInteger(own.count) && own.count >= 1
    if (!known || own.count > 4096)
      throw damaged(name, `its field ${field.slice(0, 40)} is ${own.count} × ${own.type}${own.size}`)
    return own
  })
  const width = Number(lines.get('WIDTH')?.[0]) * Number(lines.get('HEIGHT')?.[0] ?? 1)
  const points = Number(lines.get('POINTS')?.[0] ?? width)
  if (!Number.isInteger(points) || points < 0 || points > 1e9) throw damaged(name, `${points} points`)
  return { fields, points, data: (end[1] ?? '').toLowerCase(), start: end.index + end[0].length }
}

/**
 * Unpacks LZF.
 * @see http://oldhome.schmorp.de/marc/liblzf.html
 */
function unpackLzf(packed: Uint8Array, size: number, name: string): Uint8Array {
  const out = new Uint8Array(size)
  let [at, to] = [0, 0]
  const bad = (): Error => damaged(name, 'its packed part is not what LZF makes')
  while (at < packed.length) {
    const control = packed[at++] ?? 0
    if (control < 32) {
      const length = control + 1
      if (at + length > packed.length || to + length > size) throw bad()
      out.set(packed.subarray(at, at + length), to)
      at += length
      to += length
      continue
    }
    let length = control >> 5
    if (length === 7) length += packed[at++] ?? 0
    let from = to - ((control & 31) << 8) - (packed[at++] ?? 0) - 1
    length += 2
    if (from < 0 || to + length > size) throw bad()
    for (; length > 0; length--) out[to++] = out[from++] ?? 0
  }
  if (to !== size) throw bad()
  return out
}

type At = (view: DataView, at: number) => number

function reader({ type, size }: Field): At {
  if (type === 'F')
    return size === 4 ? (view, at) => view.getFloat32(at, true) : (view, at) => view.getFloat64(at, true)
  if (size === 1) return type === 'U' ? (view, at) => view.getUint8(at) : (view, at) => view.getInt8(at)
  if (size === 2) return type === 'U' ? (view, at) => view.getUint16(at, true) : (view, at) => view.getInt16(at, true)
  if (size === 4) return type === 'U' ? (view, at) => view.getUint32(at, true) : (view, at) => view.getInt32(at, true)
  return (view, at) => Number(type === 'U' ? view.getBigUint64(at, true) : view.getBigInt64(at, true))
}

/** The number of a field of a point, by the index of both. Throws `scene.*` */
function numbersOf(bytes: Uint8Array, { fields, points, data, start }: Header, name: string) {
  const widths = fields.map(({ size, count }) => size * count)
  const before = widths.map((_, i) => widths.slice(0, i).reduce((a, b) => a + b, 0))
  const width = widths.reduce((a, b) => a + b, 0)
  if (data === 'ascii') {
    const columns = fields.map((_, i) => fields.slice(0, i).reduce((sum, { count }) => sum + count, 0))
    const all = columns.length === 0 ? 0 : (columns.at(-1) ?? 0) + (fields.at(-1)?.count ?? 0)
    // A number and a space take two bytes.
    if (bytes.length - start + 1 < 2 * all * points) throw truncated(name, bytes.length, start + 2 * all * points - 1)
    const rows = new Float64Array(points * all)
    let at = start
    for (let i = 0; i < points; ) {
      if (at >= bytes.length) throw truncated(name, bytes.length)
      const { numbers, next } = numbersOfLine(bytes, at)
      at = next
      if (numbers.length === 0) continue
      if (numbers.length < all) throw damaged(name, `${numbers.length} of ${all} numbers for point ${i + 1}`)
      rows.set(numbers.slice(0, all), all * i)
      i++
    }
    return (field: number, i: number) => rows[all * i + (columns[field] ?? 0)] ?? Number.NaN
  }
  let [view, from] = [new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start]
  let [step, first] = [widths.map(() => width), before]
  if (data === 'binary_compressed') {
    if (bytes.length < start + 8) throw truncated(name, bytes.length, start + 8)
    const [packed, size] = [view.getUint32(start, true), view.getUint32(start + 4, true)]
    if (bytes.length < start + 8 + packed) throw truncated(name, bytes.length, start + 8 + packed)
    if (size !== width * points) throw damaged(name, `${size} bytes for ${points} points`)
    // Three bytes of LZF stand for 264 at most.
    if (size > 90 * packed) throw damaged(name, `${packed} bytes cannot stand for ${size}`)
    const plain = unpackLzf(bytes.subarray(start + 8, start + 8 + packed), size, name)
    // All of one field, then all of the next.
    view = new DataView(plain.buffer)
    from = 0
    step = widths
    first = before.map((at) => at * points)
  } else if (data !== 'binary') throw damaged(name, `its numbers are "${data.slice(0, 40)}"`)
  else if (bytes.length < start + width * points) throw truncated(name, bytes.length, start + width * points)
  const read = fields.map(reader)
  return (field: number, i: number) =>
    read[field]?.(view, from + (first[field] ?? 0) + (step[field] ?? 0) * i) ?? Number.NaN
}

/** Throws `scene.*`. */
export function readPcd(bytes: Uint8Array, name: string): SplatScene {
  const header = headerOf(bytes, name)
  const { fields, points } = header
  const at = numbersOf(bytes, header, name)
  const place = ['x', 'y', 'z'].map((axis) => fields.findIndex((field) => field.name === axis))
  if (place.some((field) => field < 0)) throw damaged(name, 'its points have no x, y and z')
  const packed = fields.findIndex((field) => field.name === 'rgb' || field.name === 'rgba')
  const places = new Float64Array(3 * points)
  const colours = packed < 0 ? undefined : new Float32Array(3 * points)
  // Eight bits a channel, whose 32 bits are often written as those of a float.
  const bits = new DataView(new ArrayBuffer(4))
  const float = fields[packed]?.type === 'F'
  let kept = 0
  for (let i = 0; i < points; i++) {
    const [x, y, z] = place.map((field) => at(field, i)) as [number, number, number]
    // Sensors write points that they did not see as NaN.
    if (!Number.isFinite(x + y + z)) continue
    places.set([x, y, z], 3 * kept)
    if (colours) {
      const number = at(packed, i)
      if (float) bits.setFloat32(0, number)
      else bits.setUint32(0, number)
      for (let k = 0; k < 3; k++) colours[3 * kept + k] = bits.getUint8(1 + k) / 255
    }
    kept++
  }
  const lost = points - kept
  return cloudScene(
    {
      places: places.subarray(0, 3 * kept),
      ...(colours && { colours: colours.subarray(0, 3 * kept) }),
      ...(lost > 0 && { note: `${lost} points without a place are left out` }),
    },
    name,
  )
}
