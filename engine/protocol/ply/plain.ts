/**
 * Any .ply as the one form that Spark reads: little-endian, lines that end with a line feed, and the vertices as float32 with
 * everything that a splat has. Point clouds get sizes from their spacing.
 */

import { SightlineError } from '../../types/problem.ts'
import { checkSceneSize } from '../scene.ts'
import { bytesOf, type PlyElement, type PlyHeader, type PlyType, readPlyHeader } from './header.ts'
import { type Numbers, numbersOf, PlyEnds, skipElement, skipList } from './numbers.ts'
import { spacingOf } from './spacing.ts'

/** What is shown otherwise than one might expect. */
export type SceneNote = 'dots' | 'faces' | 'harmonics'

export interface PlainPly {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly notes: readonly SceneNote[]
}

/** A colour is 0.5 + this × the zeroth coefficient. */
const harmonic = 0.5 / Math.sqrt(Math.PI)
/** Coefficients a channel, without the zeroth, for degrees 0 to 3. */
const harmonics = [0, 3, 8, 15] as const
/** Opacities are stored as logits, which are infinite for 0 and 1. */
const faintest = 0.001
const logit = (p: number): number => {
  const within = Math.max(faintest, Math.min(1 - faintest, p))
  return Math.log(within / (1 - within))
}
/** Standard deviation of a dot, as a part of the distance to its neighbours: dots nearly touch. */
const dotPart = 1 / 3
/** Spark keeps positions in 16 bits, so a cloud is moved to the origin and scaled to about this radius. */
const cloudRadius = 10
/** Of points without a colour. */
const gray = 0.7
/** The third size of flat splats, as a logarithm: nothing. */
const flat = -20

const isPacked = (elements: readonly PlyElement[]): boolean =>
  elements.some(({ name }) => name === 'chunk') &&
  elements.some(
    ({ name, properties }) => name === 'vertex' && properties.some((property) => property.name === 'packed_position'),
  )
const packedElements = new Set(['chunk', 'vertex', 'sh'])

const restOf = (has: (name: string) => boolean): number => {
  let count = 0
  while (has(`f_rest_${count}`)) count++
  return count
}
const required = [
  ...['x', 'y', 'z', 'f_dc_0', 'f_dc_1', 'f_dc_2', 'opacity'],
  ...['scale_0', 'scale_1', 'scale_2', 'rot_0', 'rot_1', 'rot_2', 'rot_3'],
]

/** Whether Spark reads the file as it is. */
function isPlain({ format, plainLines, elements }: PlyHeader): boolean {
  if (format !== 'little' || !plainLines) return false
  if (isPacked(elements))
    return elements.every(
      ({ name, properties }) => packedElements.has(name) && properties.every(({ length }) => length === undefined),
    )
  const [vertices, ...others] = elements
  if (others.length > 0 || vertices?.name !== 'vertex') return false
  const names = new Set(vertices.properties.map(({ name }) => name))
  return (
    vertices.properties.every(({ type, length }) => type === 'float32' && length === undefined) &&
    required.every((name) => names.has(name)) &&
    harmonics.some((count) => restOf((name) => names.has(name)) === 3 * count)
  )
}

const headOf = (elements: readonly PlyElement[]): Uint8Array<ArrayBuffer> => {
  const words: Partial<Record<PlyType, string>> = { float32: 'float', uint8: 'uchar', uint32: 'uint' }
  const lines = ['ply', 'format binary_little_endian 1.0']
  for (const { name, count, properties } of elements) {
    lines.push(`element ${name} ${count}`)
    for (const property of properties) lines.push(`property ${words[property.type] ?? property.type} ${property.name}`)
  }
  const text = (): string => [...lines, 'end_header', ''].join('\n')
  // The numbers begin at a multiple of four bytes.
  lines.push(`comment${' '.repeat((4 - ((text().length + 'comment\n'.length) % 4)) % 4)}`)
  return new TextEncoder().encode(text())
}

/** A file with a header and room for its data. Throws `scene.too-large`. */
function room(elements: readonly PlyElement[], name: string): { bytes: Uint8Array<ArrayBuffer>; data: number } {
  const head = headOf(elements)
  const size = elements.reduce(
    (sum, { count, properties }) => sum + count * properties.reduce((row, { type }) => row + bytesOf[type], 0),
    head.length,
  )
  checkSceneSize(size, name)
  const bytes = new Uint8Array(size)
  bytes.set(head)
  return { bytes, data: head.length }
}

/** Throws `PlyEnds` before room is made for rows that the file cannot hold. */
function checkLeft(numbers: Numbers, { count, properties }: PlyElement): void {
  const row = properties.reduce((sum, { type, length }) => sum + numbers.least(length ?? type), 0)
  if (count * row > numbers.left) throw new PlyEnds()
}

/** The compressed form of SuperSplat: the same numbers, without the elements that do not belong to it. */
function plainPacked(header: PlyHeader, numbers: Numbers, name: string): Uint8Array<ArrayBuffer> {
  const kept = header.elements.filter((element) => packedElements.has(element.name))
  for (const { properties } of kept)
    if (properties.some(({ length }) => length)) throw new Error('it has lists among packed splats')
  for (const element of kept) checkLeft(numbers, element)
  const { bytes, data } = room(kept, name)
  const view = new DataView(bytes.buffer)
  let at = data
  const write: Readonly<Record<PlyType, (value: number) => void>> = {
    int8: (value) => view.setInt8(at, value),
    uint8: (value) => view.setUint8(at, value),
    int16: (value) => view.setInt16(at, value, true),
    uint16: (value) => view.setUint16(at, value, true),
    int32: (value) => view.setInt32(at, value, true),
    uint32: (value) => view.setUint32(at, value, true),
    float32: (value) => view.setFloat32(at, value, true),
    float64: (value) => view.setFloat64(at, value, true),
  }
  for (const element of header.elements) {
    if (!kept.includes(element)) {
      skipElement(numbers, element)
      continue
    }
    for (let i = 0; i < element.count; i++)
      for (const { type } of element.properties) {
        write[type](numbers.next(type))
        at += bytesOf[type]
      }
  }
  return bytes
}

/** Where the numbers of a row come from. */
interface Plan {
  readonly columns: readonly string[]
  /** The property that a column is read from, if it has another name. */
  readonly from: ReadonlyMap<string, string>
  /** Column by property. */
  readonly targets: ReadonlyMap<string, number>
  readonly has: (property: string) => boolean
  readonly typeOf: (property: string) => PlyType | undefined
}

const colourNames = [
  ['red', 'green', 'blue'],
  ['diffuse_red', 'diffuse_green', 'diffuse_blue'],
  ['r', 'g', 'b'],
] as const
const opacityNames = ['alpha', 'a', 'diffuse_alpha'] as const

function planOf({ properties }: PlyElement): { plan: Plan; notes: SceneNote[] } {
  const types = new Map(properties.flatMap(({ name, type, length }) => (length ? [] : [[name, type] as const])))
  const has = (property: string): boolean => types.has(property)
  const lacks = ['x', 'y', 'z'].filter((axis) => !has(axis))
  if (lacks.length > 0) throw new Error(`its vertices have no ${lacks.join(', ')}`)
  const notes: SceneNote[] = []
  const from = new Map<string, string>()
  const colours = has('f_dc_0') ? undefined : colourNames.find((names) => names.every(has))
  colours?.forEach((colour, i) => {
    from.set(`f_dc_${i}`, colour)
  })
  const alpha = has('opacity') ? undefined : opacityNames.find(has)
  if (alpha) from.set('opacity', alpha)
  // Channel by channel: all of red, then green, then blue.
  const rest = has('f_dc_0') ? Math.floor(restOf(has) / 3) : 0
  const kept = harmonics.findLast((count) => count <= rest) ?? 0
  if (kept !== rest) notes.push('harmonics')
  const coefficients = Array.from({ length: 3 * kept }, (_, i) => {
    const column = `f_rest_${i}`
    from.set(column, `f_rest_${Math.floor(i / kept) * rest + (i % kept)}`)
    return column
  })
  const columns = [...required.slice(0, 6), ...coefficients, ...required.slice(6)]
  const targets = new Map(columns.map((column, i) => [from.get(column) ?? column, i]))
  return { plan: { columns, from, targets, has, typeOf: (property) => types.get(property) }, notes }
}

/**
 * Fills the rows of the vertices: columns that the file lacks are 0.
 * @param relative subtracts the first finite position from all, in float64, before they become float32
 */
function rowsOf(numbers: Numbers, vertices: PlyElement, plan: Plan, rows: Float32Array, relative: boolean): void {
  const width = plan.columns.length
  const steps = vertices.properties.map(({ name, type, length }) => ({
    type,
    length,
    column: length ? undefined : plan.targets.get(name),
  }))
  const origin = new Float64Array(3)
  let found = !relative
  const row = new Float64Array(width)
  for (let i = 0; i < vertices.count; i++) {
    for (const { type, length, column } of steps)
      if (length) skipList(numbers, length, type)
      else if (column === undefined) numbers.next(type)
      else row[column] = numbers.next(type)
    const [x = 0, y = 0, z = 0] = row
    if (!found && Number.isFinite(x + y + z)) {
      found = true
      origin.set([x, y, z])
    }
    for (let axis = 0; axis < 3; axis++) row[axis] = (row[axis] ?? 0) - (origin[axis] ?? 0)
    rows.set(row, i * width)
  }
}

/** The full scale of a colour: floats go to 1, unless they are bytes written as floats. */
function fullScale(type: PlyType | undefined, most: number): number {
  if (type === 'uint8' || type === 'int8') return 255
  if (type === 'uint16' || type === 'int16') return 65535
  return most <= 1 ? 1 : most <= 255 ? 255 : 65535
}

/** Calls `change` with every number of a column, and keeps what it returns. */
function change(rows: Float32Array, width: number, column: number, of: (value: number) => number): void {
  for (let at = column; at < rows.length; at += width) rows[at] = of(rows[at] ?? 0)
}

function mostOf(rows: Float32Array, width: number, columns: readonly number[]): number {
  let most = 0
  for (const column of columns)
    for (let at = column; at < rows.length; at += width) most = Math.max(most, rows[at] || 0)
  return most
}

/** Moves the cloud to the origin and scales it to a usual size: its own unit may be anything. */
function recentre(rows: Float32Array, width: number): void {
  const step = width * Math.max(1, Math.floor(rows.length / width / 10_000))
  const axes = [0, 1, 2].map((axis) => {
    const values: number[] = []
    for (let at = axis; at < rows.length; at += step) if (Number.isFinite(rows[at])) values.push(rows[at] ?? 0)
    return Float64Array.from(values).sort()
  })
  const at = (sorted: Float64Array, part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? 0
  const centres = axes.map((sorted) => (at(sorted, 0.02) + at(sorted, 0.98)) / 2)
  const radius = Math.max(...axes.map((sorted) => (at(sorted, 0.98) - at(sorted, 0.02)) / 2))
  const scale = radius > 0 && Number.isFinite(radius) ? cloudRadius / radius : 1
  for (const [axis, centre] of centres.entries()) change(rows, width, axis, (value) => (value - centre) * scale)
}

function plainVertices(header: PlyHeader, numbers: Numbers, name: string, keepPlaces: boolean): PlainPly {
  const vertices = header.elements.find((element) => element.name === 'vertex')
  if (!vertices || vertices.count === 0) throw new SightlineError('scene.nothing', { name })
  const { plan, notes } = planOf(vertices)
  const { columns, from, has, typeOf } = plan
  const width = columns.length
  const cloud = !has('scale_0')
  for (const element of header.elements) {
    if (element === vertices) break
    skipElement(numbers, element)
  }
  checkLeft(numbers, vertices)
  const properties = columns.map((column) => ({ name: column, type: 'float32' as const }))
  const { bytes, data } = room([{ name: 'vertex', count: vertices.count, properties }], name)
  const rows = new Float32Array(bytes.buffer, data)
  rowsOf(numbers, vertices, plan, rows, cloud && !keepPlaces)

  const column = (of: string): number => columns.indexOf(of)
  const all = (names: readonly string[], of: (value: number) => number): void => {
    for (const each of names) change(rows, width, column(each), of)
  }
  const colour = required.slice(3, 6)
  const scaled = (names: readonly string[]): number =>
    fullScale(typeOf(from.get(names[0] ?? '') ?? ''), mostOf(rows, width, names.map(column)))
  if (from.has('f_dc_0')) {
    const most = scaled(colour)
    all(colour, (value) => (value / most - 0.5) / harmonic)
  } else if (!has('f_dc_0')) all(colour, () => (gray - 0.5) / harmonic)
  if (from.has('opacity')) {
    const most = scaled(['opacity'])
    all(['opacity'], (value) => logit(value / most))
  } else if (!has('opacity')) all(['opacity'], () => logit(1))
  if (cloud) {
    if (!keepPlaces) recentre(rows, width)
    const size = Math.log(dotPart * (spacingOf(rows, width) ?? 1))
    all(['scale_0', 'scale_1', 'scale_2'], () => size)
    notes.push('dots')
    if (header.elements.some((element) => element.name === 'face' && element.count > 0)) notes.push('faces')
  } else {
    // One size is a ball, two are a disc.
    const first = column('scale_0')
    if (!has('scale_1')) for (let at = first; at < rows.length; at += width) rows.fill(rows[at] ?? 0, at + 1, at + 3)
    else if (!has('scale_2')) all(['scale_2'], () => flat)
  }
  if (!['rot_0', 'rot_1', 'rot_2', 'rot_3'].every(has)) {
    all(['rot_0'], () => 1)
    all(['rot_1', 'rot_2', 'rot_3'], () => 0)
  }
  return { bytes, notes }
}

/** The size that a header promises, if no row has a length of its own. */
function promised({ format, elements, data }: PlyHeader): number | undefined {
  if (format === 'ascii') return undefined
  let size = data
  for (const { count, properties } of elements)
    for (const { type, length } of properties) {
      if (length) return undefined
      size += count * bytesOf[type]
    }
  return size
}

/** Whether `toPlainPly` would change the file. Throws `scene.*` for one that is known to be no scene, or not all of one. */
export function needsConversion(bytes: Uint8Array, name: string): boolean {
  const header = readPlyHeader(bytes, name)
  if (!header.elements.some((element) => element.name === 'vertex' && element.count > 0))
    throw new SightlineError('scene.nothing', { name })
  const wanted = promised(header)
  if (wanted !== undefined && bytes.length < wanted)
    throw new SightlineError('scene.truncated', { name, given: bytes.length, wanted })
  return !isPlain(header)
}

/**
 * @param keepPlaces point clouds stay where they are, instead of being moved and scaled for the viewer
 * @throws `scene.damaged`, `scene.truncated`, `scene.nothing` or `scene.too-large`
 */
export function toPlainPly(bytes: Uint8Array, name: string, keepPlaces = false): PlainPly {
  const header = readPlyHeader(bytes, name)
  const numbers = numbersOf(bytes, header)
  try {
    if (isPacked(header.elements)) return { bytes: plainPacked(header, numbers, name), notes: [] }
    return plainVertices(header, numbers, name, keepPlaces)
  } catch (error) {
    if (error instanceof SightlineError) throw error
    if (error instanceof PlyEnds)
      throw new SightlineError('scene.truncated', { name, given: bytes.length, wanted: 'more' }, error)
    throw new SightlineError('scene.damaged', { name, message: error instanceof Error ? error.message : '' }, error)
  }
}
