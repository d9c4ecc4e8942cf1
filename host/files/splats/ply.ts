/** Splats from a .ply: any legal header (`engine/protocol/ply`), or the compressed form of SuperSplat. */
import { type PlyHeader, readPlyHeader } from '../../../engine/protocol/ply/header.ts'
import { needsConversion, type SceneNote, toPlainPly } from '../../../engine/protocol/ply/plain.ts'
import type { SplatScene } from '../../../engine/types/services.ts'
import { damaged, degreeOf, fourth, harmonic, roomFor, truncated } from './form.ts'

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
function fromPacked(bytes: Uint8Array, elements: ReadonlyMap<string, Rows>, name: string): SplatScene {
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
  const scene = roomFor(count, degree, name)
  const { means, quats, scales, opacities } = scene
  const [low, span] = [new Float64Array(9), new Float64Array(9).fill(1)]
  for (let i = 0; i < count; i++) {
    if (i % chunkOf === 0)
      for (const [k, at] of lowest.entries()) {
        const from = chunk.width * (i / chunkOf)
        low[k] = view.getFloat32(at + from, true)
        span[k] = view.getFloat32((highest[k] ?? 0) + from, true) - (low[k] ?? 0)
      }
    const [p, q, s, c] = [position(i), rotation(i), scale(i), colour(i)]
    for (let k = 0; k < 3; k++) {
      const [shift, bits] = k === 0 ? [21, 11] : k === 1 ? [11, 10] : [0, 11]
      means[3 * i + k] = (low[k] ?? 0) + (span[k] ?? 0) * part(p, shift, bits)
      scales[3 * i + k] = Math.exp((low[3 + k] ?? 0) + (span[3 + k] ?? 0) * part(s, shift, bits))
      const level = (low[6 + k] ?? 0) + (span[6 + k] ?? 0) * part(c, 24 - 8 * k, 8)
      scene.sh[3 * kept * i + k] = (level - 0.5) / harmonic
    }
    opacities[i] = part(c, 0, 8)
    const [a, b, d] = [20, 10, 0].map((shift) => (part(q, shift, 10) - 0.5) * Math.SQRT2) as [number, number, number]
    const three = [a, b, d]
    three.splice(q >>> 30, 0, fourth(a, b, d))
    quats.set(three, 4 * i)
    if (!sh) continue
    const from = sh.start + sh.width * i
    for (let k = 0; k < 3; k++)
      for (let j = 1; j < kept; j++) {
        const v = bytes[from + k * rest + j - 1] ?? 0
        scene.sh[3 * (kept * i + j) + k] = ((v === 0 ? 0 : v === 255 ? 1 : (v + 0.5) / 256) - 0.5) * 8
      }
  }
  return scene
}

function fromPlain(bytes: Uint8Array, vertex: Rows, name: string): SplatScene {
  const { at, count, start } = vertex
  const width = vertex.width / 4
  // A header may end anywhere; floats begin at multiples of four.
  const rows = new Float32Array(bytes.slice(start, start + 4 * width * count).buffer)
  const column = (of: string): number => (at.get(of) ?? 0) / 4
  const rest = [...at.keys()].filter((property) => property.startsWith('f_rest_')).length / 3
  const degree = degreeOf(rest)
  const kept = (degree + 1) ** 2
  const scene = roomFor(count, degree, name)
  const { means, quats, scales, opacities, sh } = scene
  const [x, dc, first, opacity, scale, rotation] = ['x', 'f_dc_0', 'f_rest_0', 'opacity', 'scale_0', 'rot_0'].map(
    column,
  )
  for (let i = 0; i < count; i++) {
    const from = width * i
    const number = (of = 0, k: number): number => rows[from + of + k] ?? 0
    for (let k = 0; k < 3; k++) {
      means[3 * i + k] = number(x, k)
      scales[3 * i + k] = Math.exp(number(scale, k))
      sh[3 * kept * i + k] = number(dc, k)
      for (let j = 1; j < kept; j++) sh[3 * (kept * i + j) + k] = number(first, k * rest + j - 1)
    }
    for (let k = 0; k < 4; k++) quats[4 * i + k] = number(rotation, k)
    opacities[i] = 1 / (1 + Math.exp(-number(opacity, 0)))
  }
  return scene
}

const words = {
  dots: 'it has no sizes, so its points are splats of a third of their spacing',
  faces: 'its faces are left out',
  harmonics: 'harmonics beyond those that splats have are left out',
} as const

/** Throws `scene.*`. */
export function readPly(bytes: Uint8Array, name: string): SplatScene {
  const { bytes: plain, notes } = needsConversion(bytes, name)
    ? toPlainPly(bytes, name, true)
    : { bytes, notes: [] as readonly SceneNote[] }
  const header = readPlyHeader(plain, name)
  const elements = elementsOf(header)
  const vertex = elements.get('vertex')
  if (!vertex) throw damaged(name, 'it has no vertices')
  const end = [...elements.values()].reduce((most, rows) => Math.max(most, rows.start + rows.width * rows.count), 0)
  if (plain.length < end) throw truncated(name, plain.length, end)
  const scene = elements.has('chunk') ? fromPacked(plain, elements, name) : fromPlain(plain, vertex, name)
  // Written by us, Postshot and Brush, for scenes that were trained with the filter's compensation; the last line counts.
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, header.data + 4096))
  const remarks = head
    .slice(0, head.indexOf('end_header'))
    .matchAll(/^comment[ \t]+(?:antialiased|SplatRenderMode:)[ \t]*(\w*)[ \t]*\r?$/gim)
  const antialiased = ['', '1', 'mip'].includes([...remarks].at(-1)?.[1]?.toLowerCase() ?? '0')
  return { ...scene, antialiased, ...(notes.length > 0 && { note: notes.map((note) => words[note]).join('; ') }) }
}
