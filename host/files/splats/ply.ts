/** Splats from a .ply: any legal header (`engine/protocol/ply`), or the compressed form of SuperSplat. */
import { harmonics } from '../../../engine/ops/rasterise/rules.ts'
import { type PlyHeader, readPlyHeader } from '../../../engine/protocol/ply/header.ts'
import { needsConversion, type SceneNote, toPlainPly } from '../../../engine/protocol/ply/plain.ts'
import type { SplatScene } from '../../../engine/types/services.ts'
import { damaged, degreeOf, type SplatFile, setRotation, truncated } from './form.ts'

/** Splats of a chunk of the compressed form. */
const chunkOf = 256

/** The numbers of an element by name. */
interface Rows {
  readonly at: ReadonlyMap<string, number>
  readonly width: number
  readonly count: number
  readonly start: number
}

function elementsOf({ elements, data }: PlyHeader): ReadonlyMap<string, Rows> {
  const sizes = { float32: 4, uint32: 4, int32: 4, uint8: 1, int8: 1, uint16: 2, int16: 2, float64: 8 } as const
  let start = data
  return new Map(
    elements.map(({ name, count, properties }) => {
      let width = 0
      const at = new Map<string, number>()
      for (const property of properties) {
        at.set(property.name, width)
        width += sizes[property.type]
      }
      const rows = { at, width, count, start }
      start += width * count
      return [name, rows]
    }),
  )
}

const part = (value: number, shift: number, bits: number): number =>
  ((value >>> shift) & (2 ** bits - 1)) / (2 ** bits - 1)

/** @see https://github.com/playcanvas/splat-transform (compressed PLY) */
function openPacked(bytes: Uint8Array, elements: ReadonlyMap<string, Rows>, name: string): SplatFile {
  const [vertex, chunk, sh] = ['vertex', 'chunk', 'sh'].map((of) => elements.get(of))
  if (!vertex || !chunk) throw damaged(name, 'it has no chunks')
  const { count } = vertex
  if (chunk.count < Math.ceil(count / chunkOf)) throw damaged(name, `${count} splats in ${chunk.count} chunks`)
  if (sh && sh.count < count) throw damaged(name, `harmonics of ${sh.count} of ${count} splats`)
  const rest = sh ? sh.at.size / 3 : 0
  const degree = degreeOf(rest)
  const kept = (degree + 1) ** 2
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const place = (rows: Rows, property: string): number => {
    const at = rows.at.get(property)
    if (at === undefined) throw damaged(name, `it has no ${property}`)
    return rows.start + at
  }
  const word = (property: string): ((i: number) => number) => {
    const at = place(vertex, property)
    return (i) => view.getUint32(at + vertex.width * i, true)
  }
  const [position, rotation, scale, colour] = ['position', 'rotation', 'scale', 'color'].map((of) =>
    word(`packed_${of}`),
  )
  if (!position || !rotation || !scale || !colour) throw damaged(name, 'it has no packed numbers')
  const coloured = chunk.at.has('min_r')
  const ranged = ['x', 'y', 'z', 'scale_x', 'scale_y', 'scale_z', ...(coloured ? ['r', 'g', 'b'] : [])]
  const lowest = ranged.map((axis) => place(chunk, `min_${axis}`))
  const highest = ranged.map((axis) => place(chunk, `max_${axis}`))

  const fill = (scene: SplatScene, from: number, to: number): void => {
    const { means, quats, scales, opacities } = scene
    const [low, span] = [new Float64Array(9), new Float64Array(9).fill(1)]
    let read = -1
    for (let i = from; i < to; i++) {
      const own = Math.floor(i / chunkOf)
      if (own !== read) {
        read = own
        for (const [k, at] of lowest.entries()) {
          low[k] = view.getFloat32(at + chunk.width * own, true)
          span[k] = view.getFloat32((highest[k] ?? 0) + chunk.width * own, true) - (low[k] ?? 0)
        }
      }
      const p = position(i)
      const q = rotation(i)
      const s = scale(i)
      const c = colour(i)
      for (let k = 0; k < 3; k++) {
        const shift = k === 0 ? 21 : k === 1 ? 11 : 0
        const bits = k === 1 ? 10 : 11
        means[3 * i + k] = (low[k] ?? 0) + (span[k] ?? 0) * part(p, shift, bits)
        scales[3 * i + k] = Math.exp((low[3 + k] ?? 0) + (span[3 + k] ?? 0) * part(s, shift, bits))
        const level = (low[6 + k] ?? 0) + (span[6 + k] ?? 0) * part(c, 24 - 8 * k, 8)
        scene.sh[3 * kept * i + k] = (level - 0.5) / harmonics.c0
      }
      opacities[i] = part(c, 0, 8)
      const a = (part(q, 20, 10) - 0.5) * Math.SQRT2
      const b = (part(q, 10, 10) - 0.5) * Math.SQRT2
      const d = (part(q, 0, 10) - 0.5) * Math.SQRT2
      setRotation(quats, i, q >>> 30, a, b, d)
      if (!sh) continue
      const coefficients = sh.start + sh.width * i
      for (let k = 0; k < 3; k++)
        for (let j = 1; j < kept; j++) {
          const v = bytes[coefficients + k * rest + j - 1] ?? 0
          scene.sh[3 * (kept * i + j) + k] = ((v === 0 ? 0 : v === 255 ? 1 : (v + 0.5) / 256) - 0.5) * 8
        }
    }
  }
  return { count, degree, antialiased: false, fill }
}

/** Rows that are copied at a time to where floats may lie: few enough to stay in the cache. */
const rowsAtOnce = 256

function openPlain(bytes: Uint8Array, vertex: Rows): SplatFile {
  const { at, count, start } = vertex
  const width = vertex.width / 4
  const column = (of: string): number => (at.get(of) ?? 0) / 4
  const rest = [...at.keys()].filter((property) => property.startsWith('f_rest_')).length / 3
  const degree = degreeOf(rest)
  const kept = (degree + 1) ** 2
  const names = ['x', 'f_dc_0', 'f_rest_0', 'opacity', 'scale_0', 'rot_0']
  const [x = 0, dc = 0, first = 0, opacity = 0, scale = 0, rotation = 0] = names.map(column)

  function fill({ means, quats, scales, opacities, sh }: SplatScene, from: number, to: number): void {
    // A header may end anywhere; floats begin at multiples of four.
    const rows = new Float32Array(width * rowsAtOnce)
    const room = new Uint8Array(rows.buffer)
    for (let begin = from; begin < to; begin += rowsAtOnce) {
      const end = Math.min(to, begin + rowsAtOnce)
      room.set(bytes.subarray(start + 4 * width * begin, start + 4 * width * end))
      for (let i = begin, row = 0; i < end; i++, row += width) {
        const of = 3 * kept * i
        for (let k = 0; k < 3; k++) {
          means[3 * i + k] = rows[row + x + k] ?? 0
          scales[3 * i + k] = Math.exp(rows[row + scale + k] ?? 0)
          sh[of + k] = rows[row + dc + k] ?? 0
          const own = row + first + k * rest - 1
          for (let j = 1; j < kept; j++) sh[of + 3 * j + k] = rows[own + j] ?? 0
        }
        for (let k = 0; k < 4; k++) quats[4 * i + k] = rows[row + rotation + k] ?? 0
        opacities[i] = 1 / (1 + Math.exp(-(rows[row + opacity] ?? 0)))
      }
    }
  }
  return { count, degree, antialiased: false, fill }
}

const words = {
  dots: 'it has no sizes, so its points are splats of a third of their spacing',
  faces: 'its faces are left out',
  harmonics: 'harmonics beyond those that splats have are left out',
} as const

/** Throws `scene.*`. */
export function openPly(bytes: Uint8Array, name: string): SplatFile {
  const { bytes: plain, notes } = needsConversion(bytes, name)
    ? toPlainPly(bytes, name, true)
    : { bytes, notes: [] as readonly SceneNote[] }
  const header = readPlyHeader(plain, name)
  const elements = elementsOf(header)
  const vertex = elements.get('vertex')
  if (!vertex) throw damaged(name, 'it has no vertices')
  const end = [...elements.values()].reduce((most, rows) => Math.max(most, rows.start + rows.width * rows.count), 0)
  if (plain.length < end) throw truncated(name, plain.length, end)
  const file = elements.has('chunk') ? openPacked(plain, elements, name) : openPlain(plain, vertex)
  // Written by us, Postshot and Brush, for scenes that were trained with the filter's compensation; the last line counts.
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, header.data + 4096))
  const remarks = head
    .slice(0, head.indexOf('end_header'))
    .matchAll(/^comment[ \t]+(?:antialiased|SplatRenderMode:)[ \t]*(\w*)[ \t]*\r?$/gim)
  const antialiased = ['', '1', 'mip'].includes([...remarks].at(-1)?.[1]?.toLowerCase() ?? '0')
  return { ...file, antialiased, ...(notes.length > 0 && { note: notes.map((note) => words[note]).join('; ') }) }
}

/** Whether several threads may each open it and read a part: one that is converted first would be converted by each. */
export const readsInRanges = (bytes: Uint8Array, name: string): boolean => !needsConversion(bytes, name)
