/** Files of splats: other makers' files agree with each other, our own come back, and damaged ones are refused by name. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32, gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SplatScene } from '../../engine/types/services.ts'
import { type Element, writePly } from '../testing/ply.ts'
import { createServices, type FileServices } from './services.ts'
import { writeSpz } from './splats/spz.ts'
import { openZip } from './splats/zip.ts'
import { makeFolder, never, problem } from './testing.ts'

let folder: Awaited<ReturnType<typeof makeFolder>>
let files: FileServices
beforeAll(async () => {
  folder = await makeFolder()
  files = createServices({ base: folder.path })
})
afterAll(() => folder.remove())

const data = join(process.env.SIGHTLINE_TEST_DATA ?? '/nowhere', 'splats')
const hasData = existsSync(data)

/** A scene of any numbers, the same each time. */
function sceneOf(count: number, degree: number): SplatScene {
  let state = 12345
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return state / 2 ** 32
  }
  const many = (length: number, of: () => number): Float32Array => Float32Array.from({ length }, of)
  const scene = {
    ...{ degree, antialiased: degree % 2 === 1, space: 'rgb' as const },
    means: many(3 * count, () => 4 * next() - 2),
    quats: many(4 * count, () => 2 * next() - 1),
    scales: many(3 * count, () => 0.01 + next()),
    opacities: many(count, () => 0.02 + 0.96 * next()),
    sh: many(3 * (degree + 1) ** 2 * count, () => 1.6 * next() - 0.8),
  }
  // Of length 1 and with w > 0: a rotation has two quaternions, and any length.
  for (let i = 0; i < count; i++) {
    const own = scene.quats.subarray(4 * i, 4 * i + 4)
    const length = Math.hypot(...own) * (own[0] && own[0] < 0 ? -1 : 1)
    for (let k = 0; k < 4; k++) own[k] = (own[k] ?? 0) / length
  }
  return scene
}

function largest(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - (b[i] ?? Number.NaN))), 0)
}

/** Rotations are the same whether the quaternion or its opposite names them. */
function turned(a: Float32Array, b: Float32Array): number {
  let most = 0
  for (let i = 0; i < a.length; i += 4) {
    const along = [0, 1, 2, 3].reduce((sum, k) => sum + (a[i + k] ?? 0) * (b[i + k] ?? 0), 0)
    most = Math.max(most, 1 - Math.abs(along))
  }
  return most
}

describe('written files come back', () => {
  it.each([0, 1, 2, 3])('.ply, degree %i: all of it', async (degree) => {
    const scene = sceneOf(7, degree)
    await files.saveSplats('a.ply', scene, never)
    const { bounds, ...back } = await files.splats('a.ply', never)
    expect([back.degree, back.antialiased]).toEqual([degree, degree % 2 === 1])
    expect(back.means).toEqual(scene.means)
    expect(back.sh).toEqual(scene.sh)
    expect(back.quats).toEqual(scene.quats)
    expect(largest(back.scales, scene.scales)).toBeLessThan(1e-6)
    expect(largest(back.opacities, scene.opacities)).toBeLessThan(1e-6)
    expect(bounds?.[0]).toBe(Math.min(...[0, 3, 6, 9, 12, 15, 18].map((i) => scene.means[i] ?? 0)))
  })

  it.each([0, 1, 2, 3])('.spz, degree %i: within a step of each number', async (degree) => {
    const scene = sceneOf(40, degree)
    await files.saveSplats('a.spz', scene, never)
    const back = await files.splats('a.spz', never)
    expect([back.degree, back.antialiased]).toEqual([degree, degree % 2 === 1])
    expect(largest(back.means, scene.means)).toBeLessThan(1e-5)
    expect(turned(back.quats, scene.quats)).toBeLessThan(1e-5)
    expect(largest(back.scales.map(Math.log), scene.scales.map(Math.log))).toBeLessThan(1 / 31)
    expect(largest(back.opacities, scene.opacities)).toBeLessThan(1 / 500)
    expect(largest(back.sh, scene.sh)).toBeLessThan(1 / 70)
  })

  it('.splat: without harmonics', async () => {
    const scene = sceneOf(9, 1)
    await files.saveSplats('a.splat', scene, never)
    const back = await files.splats('a.splat', never)
    expect(back.degree).toBe(0)
    expect(back.means).toEqual(scene.means)
    expect(back.scales).toEqual(scene.scales)
    const lengths = Array.from({ length: 9 }, (_, i) => Math.hypot(...back.quats.subarray(4 * i, 4 * i + 4)))
    expect(
      turned(
        back.quats.map((v, i) => v / (lengths[i >> 2] ?? 1)),
        scene.quats,
      ),
    ).toBeLessThan(1e-4)
    expect(largest(back.opacities, scene.opacities)).toBeLessThan(1 / 500)
    const first = scene.sh.filter((_, i) => i % 12 < 3)
    expect(largest(back.sh, first)).toBeLessThan(1 / 100)
  })

  it('more than one thread reads at a time, as a whole', async () => {
    const count = 100_003
    const scene = sceneOf(count, 0)
    for (const file of ['many.ply', 'many.splat', 'many.spz']) {
      await files.saveSplats(file, scene, never)
      const { bounds, ...back } = await files.splats(file, never)
      const exact = !file.endsWith('z')
      expect(largest(back.means, scene.means)).toBeLessThanOrEqual(exact ? 0 : 1e-5)
      expect(largest(back.scales.map(Math.log), scene.scales.map(Math.log))).toBeLessThan(exact ? 1e-5 : 1 / 31)
      expect(largest(back.opacities, scene.opacities)).toBeLessThan(1 / 500)
      if (!file.endsWith('splat')) expect(turned(back.quats, scene.quats)).toBeLessThan(1e-5)
      expect(largest(back.sh, scene.sh)).toBeLessThan(1 / 70)
      const axis = (k: number): Float32Array => back.means.filter((_, i) => i % 3 === k)
      const corners = [Math.min, Math.max].flatMap((end) => [0, 1, 2].map((k) => axis(k).reduce((a, b) => end(a, b))))
      expect(bounds).toEqual(corners)
    }
  })

  it('.spz of version 4, whose attributes are packed each by itself', async () => {
    const scene = sceneOf(12, 2)
    const plain = writeSpz(scene)
    // Positions, opacities, colours, sizes, rotations, harmonics.
    const sizes = [9, 1, 3, 3, 4, 24].map((each) => 12 * each)
    let at = 16
    const streams = sizes.map((size) => {
      at += size
      return zstdCompressSync(plain.subarray(at - size, at))
    })
    const head = Buffer.alloc(32 + 16 * streams.length)
    head.set(plain.subarray(0, 15))
    head.writeUInt32LE(4, 4)
    head[15] = streams.length
    head.writeUInt32LE(32, 16)
    for (const [i, stream] of streams.entries()) {
      head.writeBigUInt64LE(BigInt(stream.length), 32 + 16 * i)
      head.writeBigUInt64LE(BigInt(sizes[i] ?? 0), 40 + 16 * i)
    }
    await writeFile(join(folder.path, 'four.spz'), Buffer.concat([head, ...streams]))
    await files.saveSplats('three.spz', scene, never)
    expect(await files.splats('four.spz', never)).toEqual(await files.splats('three.spz', never))
  })
})

describe('any .ply', () => {
  const names = ['opacity', 'z', 'y', 'x', 'scale_1', 'scale_0', 'scale_2', 'rot_3', 'rot_0', 'rot_1', 'rot_2']
  const colours = ['f_dc_2', 'f_dc_0', 'f_dc_1', 'label']
  const rows = [0, 1, 2].map((row) => [...names, ...colours].map((_, i) => (row * 17 + i * 5) / 8 - 2))
  const vertex = (type: 'float32' | 'float64'): Element => ({
    name: 'vertex',
    properties: [...names, ...colours].map((name) => ({ name, type })),
    rows,
  })
  const column = (of: string): number[] => rows.map((row) => row[[...names, ...colours].indexOf(of)] ?? 0)
  it.each([
    ['ascii', 'float32'],
    ['binary_little_endian', 'float64'],
    ['binary_big_endian', 'float32'],
  ] as const)('%s of %s, its properties in any order', async (format, type) => {
    const other: Element = { name: 'camera', properties: [{ name: 'fov', type: 'uint8' }], rows: [[50]] }
    const bytes = writePly({ format, lineEnd: '\n', elements: [other, vertex(type)] })
    await writeFile(join(folder.path, 'any.ply'), bytes)
    const { means, scales, opacities, sh, quats } = await files.splats('any.ply', never)
    expect([0, 3, 6].map((i) => means[i])).toEqual(column('x'))
    expect([2, 5, 8].map((i) => means[i])).toEqual(column('z'))
    expect([1, 4, 7].map((i) => scales[i])).toEqual(column('scale_1').map((v) => Math.fround(Math.exp(v))))
    expect([...opacities]).toEqual(column('opacity').map((v) => Math.fround(1 / (1 + Math.exp(-v)))))
    expect([2, 5, 8].map((i) => sh[i])).toEqual(column('f_dc_2'))
    expect([0, 4, 8].map((i) => quats[i])).toEqual(column('rot_0'))
  })

  it('a cloud of points stays where it is, gets sizes and says so', async () => {
    const points: Element = {
      name: 'vertex',
      properties: ['x', 'y', 'z'].map((name) => ({ name, type: 'float32' as const })),
      rows: [
        [100, 0, 0],
        [103, 0, 0],
        [106, 0, 0],
      ],
    }
    await writeFile(join(folder.path, 'cloud.ply'), writePly({ format: 'ascii', lineEnd: '\n', elements: [points] }))
    const { means, scales, note } = await files.splats('cloud.ply', never)
    expect([means[0], means[3], means[6]]).toEqual([100, 103, 106])
    expect(scales[0]).toBeCloseTo(1, 5)
    expect(note).toMatch(/no sizes/)
  })
})

/** A zip of stored files. */
function zipOf(all: Readonly<Record<string, Buffer>>, claimed?: number): Buffer {
  const [parts, list]: [Buffer[], Buffer[]] = [[], []]
  let at = 0
  for (const [name, bytes] of Object.entries(all)) {
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt32LE(crc32(bytes), 16)
    entry.writeUInt32LE(bytes.length, 20)
    entry.writeUInt32LE(claimed ?? bytes.length, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(at, 42)
    local.writeUInt16LE(name.length, 26)
    parts.push(local, Buffer.from(name), bytes)
    list.push(entry, Buffer.from(name))
    at += 30 + name.length + bytes.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Object.keys(all).length, 10)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, ...list, end])
}

describe('.sog', () => {
  const codebook = Array.from({ length: 256 }, (_, i) => i / 64 - 2)
  const list = {
    ...{ version: 2, count: 2, antialias: true },
    means: { mins: [-1, 0, 0], maxs: [1, 1, 2], files: ['means_l.webp', 'means_u.webp'] },
    scales: { codebook, files: ['scales.webp'] },
    quats: { files: ['quats.webp'] },
    sh0: { codebook, files: ['sh0.webp'] },
  }
  const webp = (pixels: readonly number[]): Promise<Buffer> =>
    sharp(Uint8Array.from(pixels), { raw: { width: 2, height: 1, channels: 4 } })
      .webp({ lossless: true, exact: true })
      .toBuffer()
  const pictures = async () => ({
    'means_l.webp': await webp([255, 0, 128, 255, 0, 0, 0, 255]),
    'means_u.webp': await webp([255, 0, 128, 255, 0, 0, 255, 255]),
    'scales.webp': await webp([128, 192, 0, 255, 128, 128, 128, 255]),
    'quats.webp': await webp([128, 128, 128, 252, 255, 128, 128, 255]),
    'sh0.webp': await webp([128, 64, 0, 255, 192, 128, 128, 51]),
  })
  const packed = async (own: object = list) => ({
    'meta.json': Buffer.from(JSON.stringify(own)),
    ...(await pictures()),
  })

  it('bundled and unpacked are the same, by the published formulas', async () => {
    await writeFile(join(folder.path, 'a.sog'), zipOf(await packed()))
    for (const [name, bytes] of Object.entries(await packed())) await writeFile(join(folder.path, name), bytes)
    const scene = await files.splats('a.sog', never)
    expect(await files.splats('meta.json', never)).toEqual(scene)
    expect(scene.antialiased).toBe(true)
    // sign(v) (e^|v| − 1) of v between the smallest and the largest.
    const exp = (v: number): number => Math.fround(Math.sign(v) * (Math.exp(Math.abs(v)) - 1))
    expect([...scene.means]).toEqual([1, 0, (2 * 32896) / 65535, -1, 0, (2 * 65280) / 65535].map(exp))
    expect([...scene.scales.subarray(0, 3)]).toEqual([0, 1, -2].map((v) => Math.fround(Math.exp(v))))
    expect([...scene.sh]).toEqual([0, -1, -2, 1, 0, 0])
    expect([...scene.opacities]).toEqual([1, Math.fround(0.2)])
    // The largest is the first of w, x, y, z; then the fourth.
    const small = Math.fround((128 / 255 - 0.5) * Math.SQRT2)
    expect(scene.quats[0]).toBeGreaterThan(0.99)
    expect(scene.quats[1]).toBe(small)
    expect([scene.quats[4], scene.quats[5]]).toEqual([Math.fround(0.5 * Math.SQRT2), small])
    expect(scene.quats[7]).toBeCloseTo(Math.SQRT1_2, 3)
  })

  it('says what is wrong with a list, a picture or a claim', async () => {
    const said = async (bytes: Buffer): Promise<string> => {
      await writeFile(join(folder.path, 'b.sog'), bytes)
      const { code, params } = await problem(files.splats('b.sog', never))
      return `${code} ${String(params.message ?? '')}`
    }
    expect(await said(zipOf(await packed({ ...list, version: 3 })))).toMatch(/damaged version 3/)
    expect(await said(zipOf(await packed({ ...list, count: 3 })))).toMatch(/damaged 2 pixels for 3 splats/)
    expect(await said(zipOf(await packed({ ...list, count: 1e9 })))).toMatch(/damaged 2 pixels/)
    expect(await said(zipOf({ 'meta.json': Buffer.from(JSON.stringify(list)) }))).toMatch(/has no means_l/)
    expect(await said(zipOf(await packed(), 2 ** 31))).toMatch(/scene.too-packed/)
    expect(await said(zipOf(await packed()).subarray(0, 200))).toMatch(/scene.truncated/)
    expect(await said(zipOf({ ...(await packed()), 'quats.webp': Buffer.from('no picture') }))).toMatch(/quats.webp/)
  })
})

describe('.ksplat', () => {
  interface Row {
    readonly mean: readonly number[]
    readonly scale: readonly number[]
    readonly quat: readonly number[]
    readonly colour: readonly number[]
    readonly rest: readonly number[]
  }
  const given = async (): Promise<{ rows: readonly Row[]; files: readonly string[] }> =>
    JSON.parse(await readFile(join(import.meta.dirname, 'fixtures/ksplat.json'), 'utf8'))
  const fileOf = async (level: number): Promise<Buffer> =>
    gunzipSync(Buffer.from((await given()).files[level] ?? '', 'base64'))

  it.each([
    [0, 1e-6, 1e-6, 1e-6],
    [1, 1e-4, 1e-3, 1e-3],
    // 8 bits of −1.5 to 1.5, rounded down.
    [2, 1e-4, 1e-3, 0.0118],
  ])('level %i: what its own library wrote', async (level, far, half, harmonics) => {
    await writeFile(join(folder.path, 'a.ksplat'), await fileOf(level))
    const scene = await files.splats('a.ksplat', never)
    const { rows } = await given()
    expect([scene.degree, scene.opacities.length]).toEqual([2, rows.length])
    // Buckets have an order of their own.
    const order = Array.from(rows, (_, i) => i).sort((a, b) => (scene.means[3 * a] ?? 0) - (scene.means[3 * b] ?? 0))
    for (const [place, row] of [...rows].sort((a, b) => (a.mean[0] ?? 0) - (b.mean[0] ?? 0)).entries()) {
      const i = order[place] ?? 0
      const near = (part: Float32Array, width: number, wanted: readonly number[]): number =>
        Math.max(...wanted.map((v, k) => Math.abs(v - (part[width * i + k] ?? Number.NaN))))
      expect(near(scene.means, 3, row.mean)).toBeLessThan(far)
      expect(near(scene.scales, 3, row.scale)).toBeLessThan(half)
      expect(near(scene.quats, 4, row.quat)).toBeLessThan(half)
      expect(near(scene.opacities, 1, [(row.colour[3] ?? 0) / 255])).toBeLessThan(1e-6)
      const dc = row.colour.slice(0, 3).map((v) => (v / 255 - 0.5) / 0.28209479177387814)
      // In the file degree by degree, and in each channel by channel; here coefficient by coefficient.
      const rest = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((j) =>
        [0, 1, 2].map((k) => row.rest[j < 3 ? 3 * k + j : 9 + 5 * k + j - 3] ?? 0),
      )
      expect(near(scene.sh, 27, [...dc, ...rest])).toBeLessThan(harmonics)
    }
  })

  it('says what is wrong with its header and its counts', async () => {
    const whole = await fileOf(1)
    const said = async (bytes: Uint8Array): Promise<string> => {
      await writeFile(join(folder.path, 'b.ksplat'), bytes)
      const { code, params } = await problem(files.splats('b.ksplat', never))
      return `${code} ${String(params.message ?? '')}`
    }
    const changed = (change: (bytes: Buffer) => void): Buffer => {
      const bytes = Buffer.from(whole)
      change(bytes)
      return bytes
    }
    expect(await said(whole.subarray(0, -1))).toMatch(/truncated/)
    expect(await said(whole.subarray(0, 100))).toMatch(/truncated/)
    expect(await said(changed((bytes) => bytes.writeUInt8(1, 0)))).toMatch(/damaged version 1/)
    expect(await said(changed((bytes) => bytes.writeUInt16LE(3, 20)))).toMatch(/damaged compression level 3/)
    expect(await said(changed((bytes) => bytes.writeUInt32LE(2 ** 31, 4)))).toMatch(/truncated/)
    expect(await said(changed((bytes) => bytes.writeUInt32LE(2 ** 31, 4096 + 4)))).toMatch(/truncated/)
    expect(await said(changed((bytes) => bytes.writeUInt32LE(0, 4096 + 32)))).toMatch(/damaged (more splats|bucket)/)
    expect(await said(changed((bytes) => bytes.writeUInt16LE(9, 4096 + 40)))).toMatch(/degree 9/)
  })
})

describe('.sog, written', () => {
  it.each([0, 1, 2, 3])('degree %i: within a step of each number, along the curve', async (degree) => {
    const scene = sceneOf(300, degree)
    await files.saveSplats('w.sog', scene, never)
    const back = await files.splats('w.sog', never)
    expect([back.degree, back.antialiased, back.opacities.length]).toEqual([degree, degree % 2 === 1, 300])
    const by = (of: SplatScene): number[] =>
      Array.from({ length: 300 }, (_, i) => i).sort((a, b) => (of.means[3 * a] ?? 0) - (of.means[3 * b] ?? 0))
    const [before, after] = [by(scene), by(back)]
    const pick = (part: Float32Array, order: readonly number[], width: number): Float32Array =>
      Float32Array.from(order.flatMap((i) => [...part.subarray(width * i, width * (i + 1))]))
    expect(largest(pick(back.means, after, 3), pick(scene.means, before, 3))).toBeLessThan(2e-4)
    expect(turned(pick(back.quats, after, 4), pick(scene.quats, before, 4))).toBeLessThan(1e-4)
    const logs = [pick(back.scales, after, 3), pick(scene.scales, before, 3)].map((part) => part.map(Math.log))
    const [made = new Float32Array(), own = new Float32Array()] = logs
    expect(largest(made, own)).toBeLessThan(0.1)
    // 256 numbers of the scene's own are nearer than 256 even steps on the average.
    const apart = made.reduce((sum, v, i) => sum + Math.abs(v - (own[i] ?? Number.NaN)), 0) / made.length
    expect(apart).toBeLessThan((Math.max(...own) - Math.min(...own)) / 255 / 4)
    expect(largest(pick(back.opacities, after, 1), pick(scene.opacities, before, 1))).toBeLessThan(1 / 500)
    const width = 3 * (degree + 1) ** 2
    expect(largest(pick(back.sh, after, width), pick(scene.sh, before, width))).toBeLessThan(0.02)
    // The same bytes each time.
    const first = await readFile(join(folder.path, 'w.sog'))
    await files.saveSplats('w.sog', scene, never)
    expect(await readFile(join(folder.path, 'w.sog'))).toEqual(first)
  })

  it('leaves out what has no place, and refuses a scene of nothing else', async () => {
    const scene = sceneOf(4, 0)
    scene.means[4] = Number.NaN
    await files.saveSplats('n.sog', scene, never)
    expect((await files.splats('n.sog', never)).opacities.length).toBe(3)
    scene.opacities.fill(Number.NaN)
    expect((await problem(files.saveSplats('n.sog', scene, never))).code).toBe('scene.nothing')
  })
})

describe('.sog of several levels', () => {
  const write = async (tree: object, own: object = {}): Promise<void> => {
    for (const [name, count] of [
      ['fine', 6],
      ['coarse', 3],
    ] as const) {
      const scene = sceneOf(count, 0)
      // In the order in which they are written.
      for (let i = 0; i < count; i++) scene.means.set([i, i, i], 3 * i)
      await files.saveSplats(`${name}.sog`, scene, never)
      await mkdir(join(folder.path, name), { recursive: true })
      const zip = openZip(await readFile(join(folder.path, `${name}.sog`)), name)
      for (const file of ['meta.json', 'means_l.webp', 'means_u.webp', 'quats.webp', 'scales.webp', 'sh0.webp'])
        await writeFile(join(folder.path, name, file), await zip.read(file))
    }
    const list = { lodLevels: 2, filenames: ['fine/meta.json', 'coarse/meta.json'], tree, ...own }
    await writeFile(join(folder.path, 'lod-meta.json'), JSON.stringify(list))
  }
  const leaves = [
    { lods: { 0: { file: 0, offset: 0, count: 4 }, 1: { file: 1, offset: 0, count: 2 } } },
    { lods: { 0: { file: 0, offset: 4, count: 1 } } },
  ]
  const places = async (level: number): Promise<number[]> => {
    const { means } = await files.splats('lod-meta.json', never, level)
    return [...means].filter((_, i) => i % 3 === 0).map((v) => Math.round(v))
  }
  it('reads the splats that the list gives for a level', async () => {
    await write({ children: leaves })
    expect(await places(0)).toEqual([0, 1, 2, 3, 4])
    // A place without the level is shown at a finer one.
    expect(await places(1)).toEqual([4, 0, 1])
    expect(await places(7)).toEqual([4, 0, 1])
    await write({ children: leaves }, { environment: 'coarse/meta.json' })
    expect(await places(0)).toEqual([0, 1, 2, 3, 4, 0, 1, 2])
  })
  it('refuses lists that lead elsewhere, name splats twice, or more than there are', async () => {
    const said = async (tree: object, own: object = {}): Promise<string> => {
      await write(tree, own)
      return (await problem(files.splats('lod-meta.json', never))).code
    }
    expect(await said({}, { filenames: ['../meta.json'] })).toBe('scene.no-level-list')
    expect(await said({}, { filenames: ['/etc/meta.json'] })).toBe('scene.no-level-list')
    expect(await said({ children: [...leaves, ...leaves] })).toBe('scene.no-level-list')
    expect(await said({ lods: { 0: { file: 5, offset: 0, count: 1 } } })).toBe('scene.no-level-list')
    expect(await said({ lods: { 0: { file: 0, offset: 3, count: 4 } } })).toBe('scene.damaged')
    expect(await said({ lods: { 0: { file: 0, offset: 0, count: 1e9 } } })).toBe('scene.damaged')
    expect(await said({})).toBe('scene.nothing')
  })
})

describe('points', () => {
  const read = async (name: string, bytes: Uint8Array | string): Promise<SplatScene> => {
    await writeFile(join(folder.path, name), bytes)
    return files.splats(name, never)
  }
  const said = async (name: string, bytes: Uint8Array | string): Promise<string> => {
    await writeFile(join(folder.path, name), bytes)
    const { code, params } = await problem(files.splats(name, never))
    return `${code} ${String(params.message ?? '')}`
  }
  const level = (scene: SplatScene, at: number): number => 0.5 + 0.28209479177387814 * (scene.sh[at] ?? Number.NaN)

  it('.xyz: with colours of 0 to 255 or 0 to 1, with normals, with remarks', async () => {
    const bytes = await read('a.xyz', '# scanned\n0 0 0 255 0 51\n\n3,0,0,0,255,0\r\n6;0;0;0;0;255')
    expect([...bytes.means]).toEqual([0, 0, 0, 3, 0, 0, 6, 0, 0])
    expect([level(bytes, 0), level(bytes, 2), level(bytes, 4)].map((v) => v.toFixed(4))).toEqual([
      '1.0000',
      '0.2000',
      '1.0000',
    ])
    expect(bytes.scales[0]).toBeCloseTo(1, 5)
    expect(bytes.note).toMatch(/no sizes/)
    expect(level(await read('b.xyz', '0 0 0 0.25 0 1\n1 0 0 0 0 0'), 0)).toBeCloseTo(0.25, 6)
    const normals = Array.from({ length: 9 }, (_, i) => `${i} 0 0 ${Math.sin(i)} ${Math.cos(i)} 0`).join('\n')
    expect(level(await read('c.xyz', normals), 0)).toBeCloseTo(0.7, 6)
    const pts = await read('d.pts', '2\n1 2 3 -500 255 0 0\n4 5 6 20 0 0 0')
    expect([pts.means[3], level(pts, 0), level(pts, 1)]).toEqual([4, expect.closeTo(1, 6), expect.closeTo(0, 6)])
    expect(await said('e.xyz', 'nothing here')).toMatch(/no line begins/)
    expect(await said('e.xyz', '1 2 3 4\n1 2 3')).toMatch(/3 of 4 numbers/)
  })

  it('far from the origin, what is near is kept apart', async () => {
    const scene = await read('far.xyz', '500000.01 5200000.02 300\n500000.02 5200000.02 300\n500001 5200001 301')
    expect((scene.means[3] ?? 0) - (scene.means[0] ?? 0)).toBeCloseTo(0.01, 5)
    expect(scene.note).toMatch(/far from the origin, so \(5000.., 520000., 30.\) was subtracted/)
  })

  /** As the format's page has it. */
  const pcd = (data: string, fields = 'x y z rgb', type = 'F F F F'): string =>
    `# .PCD v0.7\nVERSION 0.7\nFIELDS ${fields}\nSIZE 4 4 4 4\nTYPE ${type}\nCOUNT 1 1 1 1\nWIDTH 3\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS 3\nDATA ${data}\n`
  it('.pcd: text, bytes, and columns packed by LZF', async () => {
    // 4.2108e+06 is the number of the format's page: 64, 64, 78 or so.
    const text = await read(
      'a.pcd',
      `${pcd('ascii')}0.93773 0.33763 0 4.2108e+06\n0.90805 0.35641 0 4.2108e+06\nnan nan nan 0\n`,
    )
    expect(text.opacities.length).toBe(2)
    expect(text.note).toMatch(/1 points without a place/)
    expect(text.means[3]).toBeCloseTo(0.90805, 6)
    const rows = new DataView(new ArrayBuffer(48))
    const columns = new DataView(new ArrayBuffer(48))
    for (let i = 0; i < 3; i++)
      for (let k = 0; k < 4; k++) {
        const v = k === 3 ? 0xff8000 : 10 * i + k
        for (const [view, at] of [
          [rows, 16 * i + 4 * k],
          [columns, 12 * k + 4 * i],
        ] as const)
          if (k === 3) view.setUint32(at, v, true)
          else view.setFloat32(at, v, true)
      }
    const head = Buffer.from(pcd('binary', 'x y z rgba', 'F F F U'))
    const binary = await read('b.pcd', Buffer.concat([head, Buffer.from(rows.buffer)]))
    expect([...binary.means]).toEqual([0, 1, 2, 10, 11, 12, 20, 21, 22])
    for (const [k, wanted] of [1, 128 / 255, 0].entries()) expect(level(binary, k)).toBeCloseTo(wanted, 6)
    // Literal runs of up to 32 bytes; then eleven bytes that repeat those of four before: 3 × the same colour.
    const packed = Buffer.concat([
      ...[Buffer.from([31]), Buffer.from(columns.buffer, 0, 32)],
      ...[Buffer.from([7]), Buffer.from(columns.buffer, 32, 8)],
      Buffer.from([(6 << 5) | 0, 3]),
    ])
    const sizes = Buffer.alloc(8)
    sizes.writeUInt32LE(packed.length, 0)
    sizes.writeUInt32LE(48, 4)
    const own = Buffer.from(pcd('binary_compressed', 'x y z rgba', 'F F F U'))
    expect(await read('c.pcd', Buffer.concat([own, sizes, packed]))).toEqual(binary)

    expect(await said('d.pcd', Buffer.concat([head, Buffer.alloc(47)]))).toMatch(/truncated/)
    expect(await said('d.pcd', pcd('ascii'))).toMatch(/truncated/)
    expect(await said('d.pcd', pcd('ascii').replace('POINTS 3', 'POINTS 999999999'))).toMatch(/truncated/)
    expect(await said('d.pcd', pcd('binary').replace('SIZE 4', 'SIZE 3'))).toMatch(/field x is/)
    expect(await said('d.pcd', Buffer.concat([own, sizes, packed.subarray(0, 9)]))).toMatch(/truncated/)
    sizes.writeUInt32LE(2 ** 31, 4)
    expect(await said('d.pcd', Buffer.concat([own, sizes, packed]))).toMatch(/damaged 2147483648 bytes/)
    expect(await said('d.pcd', 'VERSION 0.7\n')).toMatch(/truncated/)
  })

  /** By the tables of the specification. */
  const las = (format: number, minor: number, colours: boolean): Buffer => {
    const width = format === 2 ? 26 : format === 7 ? 36 : 20
    const header = minor === 4 ? 375 : 227
    const bytes = Buffer.alloc(header + 2 * width)
    bytes.write('LASF', 0, 'latin1')
    bytes.set([1, minor], 24)
    bytes.writeUInt16LE(header, 94)
    bytes.writeUInt32LE(header, 96)
    bytes.set([format], 104)
    bytes.writeUInt16LE(width, 105)
    if (minor < 4) bytes.writeUInt32LE(2, 107)
    else bytes.writeBigUInt64LE(2n, 247)
    for (const [k, scale] of [0.01, 0.01, 0.5].entries()) bytes.writeDoubleLE(scale, 131 + 8 * k)
    for (const [k, offset] of [10, 20, 30].entries()) bytes.writeDoubleLE(offset, 155 + 8 * k)
    for (let i = 0; i < 2; i++) {
      for (let k = 0; k < 3; k++) bytes.writeInt32LE(100 * i - k, header + width * i + 4 * k)
      if (colours) bytes.writeUInt16LE(65_535, header + width * i + (format === 2 ? 20 : 30))
    }
    return bytes
  }
  it('.las: whole numbers with a scale and an offset, of old and new versions', async () => {
    for (const [format, minor] of [
      [0, 2],
      [2, 2],
      [7, 4],
    ] as const) {
      const scene = await read('a.las', las(format, minor, format > 0))
      expect([...scene.means].map((v) => Number(v.toFixed(4)))).toEqual([10, 19.99, 29, 11, 20.99, 79])
      expect(level(scene, 0)).toBeCloseTo(format > 0 ? 1 : 0.7, 5)
    }
    const good = las(0, 2, false)
    expect(await said('b.las', good.subarray(0, -1))).toMatch(/truncated/)
    expect(await said('b.las', good.subarray(0, 50))).toMatch(/truncated/)
    expect(await said('b.las', Buffer.from('no points'))).toMatch(/not-a-scene/)
    const changed = (at: number, ...to: readonly number[]): Buffer => {
      const bytes = Buffer.from(good)
      bytes.set(to, at)
      return bytes
    }
    expect(await said('b.las', changed(104, 0x80))).toMatch(/no record says how/)
    expect(await said('b.las', changed(104, 11))).toMatch(/format 11/)
    expect(await said('b.las', changed(25, 9))).toMatch(/version 1.9/)
    expect(await said('b.las', changed(107, 255, 255, 255, 255))).toMatch(/truncated/)
  })
})

describe('damaged files', () => {
  const said = async (name: string, bytes: Uint8Array): Promise<string> => {
    await writeFile(join(folder.path, name), bytes)
    return (await problem(files.splats(name, never))).code
  }
  it('are refused by name', async () => {
    await files.saveSplats('good.ply', sceneOf(20, 1), never)
    const ply = await readFile(join(folder.path, 'good.ply'))
    expect(await said('c.ply', ply.subarray(0, -5))).toBe('scene.truncated')
    const huge = Buffer.from(ply.toString('latin1').replace('vertex 20\n', 'vertex 999999999\n'), 'latin1')
    expect(await said('c.ply', huge)).toBe('scene.truncated')
    expect(await said('c.ply', Buffer.from('not a scene'))).toBe('scene.not-a-scene')
    expect(await said('c.splat', new Uint8Array(33))).toBe('scene.truncated')
    expect(await said('c.txt', new Uint8Array(32))).toBe('scene.unknown')
    const spz = gzipSync(writeSpz(sceneOf(20, 1)))
    expect(await said('c.spz', spz.subarray(0, -9))).toBe('scene.truncated')
    expect(await said('c.spz', Buffer.from(spz).fill(255, 20, 60))).toBe('scene.damaged')
    const many = writeSpz(sceneOf(2, 0))
    new DataView(many.buffer).setUint32(8, 2 ** 31, true)
    expect(await said('c.spz', gzipSync(many))).toBe('scene.truncated')
    expect(await said('c.spz', gzipSync(new Uint8Array(200 << 20)))).toBe('scene.too-packed')
    expect((await problem(files.splats('none.ply', never))).code).toBe('file.missing')
  })

  it('numbers that are none stay, and do not count for the bounds', async () => {
    const scene = sceneOf(3, 0)
    scene.means.set([Number.NaN, Infinity, 0])
    await files.saveSplats('nan.ply', scene, never)
    const back = await files.splats('nan.ply', never)
    expect(back.means).toEqual(scene.means)
    expect(back.bounds?.every(Number.isFinite)).toBe(true)
  })
})

describe.skipIf(!hasData)('files of other makers', () => {
  it('agree where they hold the same scene: a compressed .ply of SuperSplat and a .spz', async () => {
    const given = createServices({ base: data })
    const [ply, spz] = [await given.splats('biker.compressed.ply', never), await given.splats('biker.spz', never)]
    expect([ply.opacities.length, spz.opacities.length]).toEqual([152_746, 152_746])
    // The .ply keeps 11 bits of a place in its chunk, the .spz 12 behind the point.
    expect(largest(ply.means, spz.means)).toBeLessThan(0.002)
    expect(largest(ply.opacities, spz.opacities)).toBeLessThan(0.005)
    expect(turned(ply.quats, spz.quats)).toBeLessThan(0.01)
    expect(largest(ply.sh, spz.sh)).toBeLessThan(0.03)
  })

  it('of a .sog, of both versions, have their count and bounds', async () => {
    const given = createServices({ base: data })
    const bot = await given.splats('playbot/6_0/meta.json', never)
    const { count } = JSON.parse(await readFile(join(data, 'playbot/6_0/meta.json'), 'utf8')) as { count: number }
    expect([bot.opacities.length, bot.degree]).toEqual([count, 2])
    const [x0 = 0, , z0 = 0, x1 = 0, , z1 = 0] = bot.bounds ?? []
    // What the list of all its levels says, and a little more of the lightest.
    expect(Math.max(-x0, -z0, x1, z1)).toBeLessThan(1.3)
    // Level 6 of the list of all levels is that folder.
    expect((await given.splats('playbot/lod-meta.json', never, 6)).means).toEqual(bot.means)
    const logo = await given.splats('playcanvas-logo/meta.json', never)
    expect(logo.opacities.length).toBe(307_128)
  })
})
