/** Files of splats: other makers' files agree with each other, our own come back, and damaged ones are refused by name. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32, gzipSync, zstdCompressSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SplatScene } from '../../engine/types/services.ts'
import { type Element, writePly } from '../testing/ply.ts'
import { createServices, type FileServices } from './services.ts'
import { writeSpz } from './splats/spz.ts'
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
    const logo = await given.splats('playcanvas-logo/meta.json', never)
    expect(logo.opacities.length).toBe(307_128)
  })
})
