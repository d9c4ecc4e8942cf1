/** Files written from generated parts, as the paper says, must come back as the numbers that were written. */
import fc from 'fast-check'
import { PLYLoader } from 'three/examples/jsm/loaders/PLYLoader.js'
import { describe, expect, it } from 'vitest'
import { type Element, type Property, type Written, writePly } from '../../../host/testing/ply.ts'
import { SightlineError } from '../../types/problem.ts'
import { type PlyType, plyTypes } from './header.ts'
import { needsConversion, toPlainPly } from './plain.ts'

const harmonic = 0.28209479177387814

/** The rows of a file in the one form: little-endian, lines with a line feed, nothing but float vertices. */
function rowsOf(bytes: Uint8Array): Record<string, number>[] {
  const text = Buffer.from(bytes).toString('latin1')
  const found =
    /^ply\nformat binary_little_endian 1\.0\nelement vertex (\d+)\n((?:property float \w+\n)+)comment *\nend_header\n/.exec(
      text,
    )
  if (!found?.[2]) throw new Error(text.slice(0, 400))
  const names = found[2]
    .trim()
    .split('\n')
    .map((line) => line.slice('property float '.length))
  const view = new DataView(bytes.buffer, bytes.byteOffset + found[0].length)
  expect(view.byteLength).toBe(4 * Number(found[1]) * names.length)
  return Array.from({ length: Number(found[1]) }, (_, row) =>
    Object.fromEntries(names.map((name, i) => [name, view.getFloat32(4 * (row * names.length + i), true)])),
  )
}

const limits: Readonly<Record<PlyType, readonly [number, number]>> = {
  ...{ int8: [-128, 127], uint8: [0, 255], int16: [-32768, 32767], uint16: [0, 65535] },
  ...{ int32: [-(2 ** 31), 2 ** 31 - 1], uint32: [0, 2 ** 32 - 1], float32: [-1e6, 1e6], float64: [-1e6, 1e6] },
}
const isFloat = (type: PlyType): boolean => type.startsWith('float')
/** Numbers that the type holds and float32 keeps; no -0, which JavaScript writes as 0. */
const numberOf = (type: PlyType): fc.Arbitrary<number> =>
  isFloat(type)
    ? fc.float({ min: -1000, max: 1000, noNaN: true }).map((value) => value + 0)
    : fc.integer({ min: limits[type][0], max: limits[type][1] })

const type = fc.constantFrom(...plyTypes)
const whole = fc.constantFrom(...plyTypes.filter((type) => !isFloat(type)))

interface Column {
  readonly property: Property
  readonly value: fc.Arbitrary<number | readonly number[]>
}
const column = (name: string, type: PlyType, value = numberOf(type)): Column => ({ property: { name, type }, value })

/** Properties that no viewer knows, lists among them. */
const strangers = (prefix: string): fc.Arbitrary<Column[]> =>
  fc.array(fc.record({ type, length: fc.option(whole, { nil: undefined }) }), { maxLength: 3 }).map((all) =>
    all.map(({ type, length }, i) => ({
      property: { name: `${prefix}${i}`, type, ...(length && { length }) },
      value: length ? fc.array(numberOf(type), { maxLength: 4 }) : numberOf(type),
    })),
  )

const elementOf = (name: string, columns: readonly Column[], least: number): fc.Arbitrary<Element> =>
  fc
    .array(fc.tuple(...columns.map(({ value }) => value)), { minLength: least, maxLength: 12 })
    .map((rows) => ({ name, properties: columns.map(({ property }) => property), rows }))

const others = (prefix: string): fc.Arbitrary<Element[]> =>
  fc
    .array(
      strangers(prefix).chain((columns) => elementOf(prefix, columns, 0)),
      { maxLength: 2 },
    )
    .map((all) => all.map((element, i) => ({ ...element, name: `${prefix}${i}` })))

const shortWords = { int8: 'char', uint8: 'uchar', int16: 'short', uint16: 'ushort' } as const
const longWords = { int32: 'int', uint32: 'uint', float32: 'float', float64: 'double' } as const

/** A file around these vertices: any format, line end, names of types, comments and other elements. */
const around = (vertices: fc.Arbitrary<Element>): fc.Arbitrary<{ written: Written; vertices: Element }> =>
  fc
    .record({
      format: fc.constantFrom('ascii', 'binary_little_endian', 'binary_big_endian'),
      lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
      numbered: fc.boolean(),
      comments: fc.constantFrom([], ['comment made by a test', 'obj_info 1 2', '']),
      before: others('before'),
      after: others('after'),
      vertices,
    })
    .map(({ numbered, before, after, vertices, ...rest }) => ({
      vertices,
      written: {
        ...rest,
        elements: [...before, vertices, ...after],
        word: (type: PlyType) => (numbered ? type : { ...shortWords, ...longWords }[type]),
      },
    }))

const floating = fc.constantFrom<PlyType>('float32', 'float64')
const splatNames = [
  ...['x', 'y', 'z', 'nx', 'ny', 'nz', 'f_dc_0', 'f_dc_1', 'f_dc_2', 'opacity'],
  ...['scale_0', 'scale_1', 'scale_2', 'rot_0', 'rot_1', 'rot_2', 'rot_3'],
]
const splats = fc
  .record({ rest: fc.constantFrom(0, 9, 24, 45), type: floating, more: strangers('own') })
  .chain(({ rest, type, more }) => {
    const names = [...splatNames, ...Array.from({ length: rest }, (_, i) => `f_rest_${i}`)]
    const all = [...names.map((name) => column(name, type)), ...more]
    return fc.shuffledSubarray(all, { minLength: all.length }).chain((columns) => elementOf('vertex', columns, 1))
  })

const runs = { numRuns: 150 }

it('reads every splat as it was written, whatever the header', () => {
  fc.assert(
    fc.property(around(splats), ({ written, vertices }) => {
      const { bytes, notes } = toPlainPly(writePly(written), 'a.ply')
      expect(notes).toEqual([])
      expect(needsConversion(bytes, 'a.ply')).toBe(false)
      const rows = rowsOf(bytes)
      expect(rows).toHaveLength(vertices.rows.length)
      for (const [i, row] of rows.entries())
        for (const [name, value] of Object.entries(row)) {
          const at = vertices.properties.findIndex((property) => property.name === name)
          expect(value, name).toBe(vertices.rows[i]?.[at])
        }
      const known = Object.keys(rows[0] ?? {})
      for (const { name } of vertices.properties) if (!/^(own|n[xyz])/.test(name)) expect(known).toContain(name)
    }),
    runs,
  )
})

const cloudColours: readonly (readonly string[])[] = [
  ['red', 'green', 'blue'],
  ['diffuse_red', 'diffuse_green', 'diffuse_blue'],
]
const clouds = fc
  .record({
    names: fc.constantFrom(...cloudColours),
    at: type,
    colour: fc.constantFrom<PlyType>('uint8', 'uint16', 'float32'),
    more: strangers('own'),
  })
  .chain(({ names, at, colour, more }) => {
    const small = fc.integer({ min: 0, max: 100 })
    const shade = colour === 'float32' ? fc.float({ min: 0, max: 1, noNaN: true }) : numberOf(colour)
    return elementOf(
      'vertex',
      [
        ...['x', 'y', 'z'].map((name) => column(name, at, small)),
        ...names.map((name) => column(name, colour, shade)),
        ...more,
      ],
      2,
    )
  })

const positionsByThree = (file: Buffer): number[] => [
  ...new PLYLoader().parse(Uint8Array.from(file).buffer).getAttribute('position').array,
]

type Point = readonly [number, number, number]
const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

it('shows a point cloud as dots of a third of the distance between neighbours', () => {
  fc.assert(
    fc.property(around(clouds), ({ written, vertices }) => {
      const file = writePly(written)
      // three's reader agrees with what was written; it knows no lone carriage returns.
      if (written.lineEnd !== '\r')
        expect(positionsByThree(file)).toEqual(vertices.rows.flatMap((row) => row.slice(0, 3)))
      const { bytes, notes } = toPlainPly(file, 'a.ply')
      expect(notes).toEqual(['dots'])
      const rows = rowsOf(bytes)
      const points = rows.map(({ x = 0, y = 0, z = 0 }): Point => [x, y, z])
      const truth = vertices.rows.map(([x, y, z]): Point => [Number(x), Number(y), Number(z)])
      // Moved and scaled, as a whole.
      const [first, last] = [points[0], truth[0]]
      if (!first || !last) throw new Error('no points')
      const far = truth.reduce(
        (most, point, i) => (distance(point, last) > distance(truth[most] ?? last, last) ? i : most),
        0,
      )
      const scale = distance(points[far] ?? first, first) / distance(truth[far] ?? last, last) || 1
      for (const [i, point] of points.entries())
        for (let axis = 0; axis < 3; axis++) {
          const wanted = ((truth[i]?.[axis] ?? 0) - (last[axis] ?? 0)) * scale
          expect(Math.abs((point[axis] ?? 0) - (first[axis] ?? 0) - wanted)).toBeLessThan(1e-4 * (1 + Math.abs(wanted)))
        }
      const nearest = truth
        .map((point) => Math.min(...truth.map((other) => distance(point, other) || Number.POSITIVE_INFINITY)))
        .filter(Number.isFinite)
        .sort((a, b) => a - b)
      const spacing = nearest.length > 0 ? (nearest[nearest.length >> 1] ?? 0) * scale : 1
      const type = vertices.properties[3]?.type
      const full = type === 'uint8' ? 255 : type === 'uint16' ? 65535 : 1
      for (const [i, row] of rows.entries()) {
        for (const axis of [0, 1, 2]) {
          expect(Math.exp(row[`scale_${axis}`] ?? 0) / spacing).toBeCloseTo(1 / 3, 4)
          expect(0.5 + harmonic * (row[`f_dc_${axis}`] ?? 0)).toBeCloseTo(
            Number(vertices.rows[i]?.[3 + axis]) / full,
            5,
          )
        }
        expect([row.rot_0, row.rot_1, row.rot_2, row.rot_3]).toEqual([1, 0, 0, 0])
        expect(1 / (1 + Math.exp(-(row.opacity ?? 0)))).toBeCloseTo(0.999, 4)
      }
    }),
    runs,
  )
})

const refused = (bytes: Uint8Array): string => {
  try {
    toPlainPly(bytes, 'a.ply')
    return 'read'
  } catch (error) {
    if (error instanceof SightlineError) return error.code
    throw error
  }
}

it('refuses a file that ends early, and one with flipped bytes at worst, always with words', () => {
  fc.assert(
    fc.property(
      around(splats),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      ({ written, vertices }, part, flips) => {
        const whole = writePly(written)
        const last = vertices.rows.length > 0 && written.elements.at(-1) === vertices && written.format !== 'ascii'
        if (last) expect(refused(whole.subarray(0, Math.floor(part * (whole.length - 1))))).toMatch(/^scene\./)
        const flipped = Buffer.from(whole)
        for (const [at, value] of flips) flipped[at % flipped.length] = value
        expect(refused(flipped)).toMatch(/^(read|scene\.\w+.*)$/)
      },
    ),
    runs,
  )
})

const head = (...lines: string[]): Buffer => Buffer.from(['ply', ...lines, 'end_header', ''].join('\n'))
const cloud = ['format ascii 1.0', 'element vertex 1', 'property float x', 'property float y', 'property float z']

describe('a header that promises what is not there', () => {
  it.each([
    ['no vertices', head('format ascii 1.0', 'element face 1', 'property int a'), 'scene.nothing'],
    ['no vertex', head('format ascii 1.0', 'element vertex 0', 'property float x'), 'scene.nothing'],
    ['no z', head(...cloud.slice(0, 4)), 'scene.damaged'],
    ['an unknown format', head('format binary_middle_endian 1.0', ...cloud.slice(1)), 'scene.damaged'],
    ['no format', head(...cloud.slice(1)), 'scene.damaged'],
    ['an unknown type', head(...cloud, 'property float16 w'), 'scene.damaged'],
    ['a list with a float length', head(...cloud, 'property list float int w'), 'scene.damaged'],
    ['a count that is none', head('format ascii 1.0', 'element vertex -1'), 'scene.damaged'],
    ['a property of nothing', head('format ascii 1.0', 'property float x'), 'scene.damaged'],
    ['no numbers', head(...cloud), 'scene.truncated'],
    ['words instead of numbers', Buffer.concat([head(...cloud), Buffer.from('1 2 three')]), 'scene.damaged'],
    [
      'more points than bytes',
      head(cloud[0] ?? '', 'element vertex 999999999999999', ...cloud.slice(2)),
      'scene.truncated',
    ],
    ['no end', Buffer.from('ply\nformat ascii 1.0\n'), 'scene.truncated'],
    ['no end, for long', Buffer.from(`ply\n${'comment\n'.repeat(10_000)}`), 'scene.damaged'],
    [
      'a list of less than nothing',
      Buffer.concat([
        head('format binary_little_endian 1.0', 'element a 1', 'property list char int w', ...cloud.slice(1)),
        Buffer.alloc(20, 255),
      ]),
      'scene.damaged',
    ],
  ])('%s', (_, bytes, code) => {
    expect(refused(bytes)).toBe(code)
  })
})

it('reads what C prints for numbers', () => {
  const rows = ['-1e-3 +2.5E2 .5', '1.#INF -1.#IND 0', 'nan -inf 1e400', '123456789012345678 1. 0']
  const bytes = Buffer.concat([
    head(...cloud.map((line) => line.replace('vertex 1', 'vertex 4'))),
    Buffer.from(rows.join('\n')),
  ])
  const found = rowsOf(toPlainPly(bytes, 'a.ply').bytes)
  // The second point has no place; the first is the origin before the cloud is scaled.
  expect(found.map(({ x, y }) => [Number.isFinite(x), Number.isFinite(y)])).toEqual([
    [true, true],
    [false, false],
    [false, false],
    [true, true],
  ])
})

it('keeps the precision of a cloud far from the origin', () => {
  const rows = [0, 1, 2].map((i) => [4e6 + i * 0.001, 5e6, 100])
  const properties = ['x', 'y', 'z'].map((name) => ({ name, type: 'float64' as const }))
  const bytes = writePly({
    format: 'binary_little_endian',
    lineEnd: '\n',
    elements: [{ name: 'vertex', properties, rows }],
  })
  const [a, b, c] = rowsOf(toPlainPly(bytes, 'a.ply').bytes).map(({ x = 0 }) => x)
  expect(((b ?? 0) - (a ?? 0)) / ((c ?? 0) - (b ?? 0))).toBeCloseTo(1, 3)
})

it('draws a ball for one size, a disc for two, and leaves out what Spark has no room for', () => {
  const make = (names: readonly string[]): Record<string, number>[] => {
    const properties = names.map((name) => ({ name, type: 'float32' as const }))
    const rows = [names.map((_, i) => i)]
    return rowsOf(
      toPlainPly(
        writePly({ format: 'ascii', lineEnd: '\n', elements: [{ name: 'vertex', properties, rows }] }),
        'a.ply',
      ).bytes,
    )
  }
  expect(make(['x', 'y', 'z', 'scale_0'])[0]).toMatchObject({ scale_0: 3, scale_1: 3, scale_2: 3, rot_0: 1 })
  const [disc] = make(['x', 'y', 'z', 'scale_0', 'scale_1'])
  expect(disc).toMatchObject({ scale_0: 3, scale_1: 4 })
  expect(disc?.scale_2).toBeLessThan(-15)
  // Degree 4 has 24 coefficients a channel, of which the first 15 are kept.
  const coefficients = Array.from({ length: 72 }, (_, i) => `f_rest_${i}`)
  const [all] = make(['x', 'y', 'z', 'f_dc_0', 'f_dc_1', 'f_dc_2', 'scale_0', ...coefficients])
  expect(all).toMatchObject({ f_rest_0: 7, f_rest_14: 21, f_rest_15: 31, f_rest_44: 69 })
  expect(all).not.toHaveProperty('f_rest_45')
})

it('keeps compressed splats as they are, without what does not belong to them', () => {
  const chunk: Element = { name: 'chunk', properties: [{ name: 'min_x', type: 'float32' }], rows: [[1.5]] }
  const vertex: Element = {
    name: 'vertex',
    properties: [{ name: 'packed_position', type: 'uint32' }],
    rows: [[4_000_000_001], [7]],
  }
  const stray: Element = {
    name: 'camera',
    properties: [{ name: 'a', type: 'int8', length: 'uint8' }],
    rows: [[[1, 2]]],
  }
  const packed = (elements: readonly Element[], format: Written['format'], lineEnd: string): Buffer =>
    writePly({ format, lineEnd, elements })
  const plain = packed([chunk, vertex], 'binary_little_endian', '\n')
  expect(needsConversion(plain, 'a.ply')).toBe(false)
  for (const format of ['ascii', 'binary_little_endian', 'binary_big_endian'] as const) {
    const { bytes } = toPlainPly(packed([stray, chunk, vertex], format, '\r\n'), 'a.ply')
    expect(needsConversion(bytes, 'a.ply')).toBe(false)
    expect(Buffer.from(bytes.subarray(-12)).equals(plain.subarray(-12))).toBe(true)
  }
})
