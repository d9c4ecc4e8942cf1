import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SightlineError } from '../../engine/types/problem.ts'
import { problemWords } from '../../engine/types/words.ts'
import { createServices, type FileServices } from './services.ts'
import { bytes, height, makeFolder, never, noise, problem, raw, width, withProfile, words } from './testing.ts'

let folder: Awaited<ReturnType<typeof makeFolder>>
let base: string
let files: FileServices

const at = (name: string): string => join(base, name)
const put = (name: string, bytes: Uint8Array | string): Promise<void> => writeFile(at(name), bytes)
const decode = (name: string, limit = 64) => files.decode(name, limit, never)

beforeAll(async () => {
  folder = await makeFolder()
  base = folder.path
  files = createServices({ base })
})
afterAll(() => folder.remove())

describe('decode', () => {
  test.each(['png', 'webp', 'tiff', 'gif', 'jpeg', 'avif'] as const)('reads %s', async (format) => {
    const smooth = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3)
      return [pixel % width, Math.floor(pixel / width), 20][i % 3] ?? 0
    }).map((v) => v * 5)
    const lossless = { webp: { lossless: true }, tiff: { compression: 'deflate' } }[format as string] ?? {}
    await put(
      `smooth.${format}`,
      await sharp(smooth, raw(width, height, 3))
        .toFormat(format, lossless)
        .toBuffer(),
    )
    const info = await files.probe(`smooth.${format}`, never)
    const picture = await decode(`smooth.${format}`)
    expect(info).toMatchObject({ width, height, depth: 8 })
    expect(picture).toMatchObject(info)
    const pixels = width * height
    let worst = 0
    for (let i = 0; i < pixels; i++)
      for (let c = 0; c < 3; c++)
        worst = Math.max(worst, Math.abs((picture.data[i * picture.channels + c] ?? -1) - (smooth[i * 3 + c] ?? -1)))
    expect(worst).toBeLessThanOrEqual({ png: 0, webp: 0, tiff: 0, gif: 48, jpeg: 24, avif: 24 }[format])
  })

  test.each([
    ['png', 1],
    ['png', 3],
    ['png', 4],
    ['tiff', 1],
    ['tiff', 3],
  ] as const)('keeps 16 bit of %s with %i channels', async (format, channels) => {
    const data = words(977, channels)
    const space = channels === 1 ? 'grey16' : 'rgb16'
    const file = sharp(data, raw(width, height, channels)).toColourspace(space)
    await put(`deep.${format}`, await file.toFormat(format, { compression: 'lzw' }).toBuffer())
    const picture = await decode(`deep.${format}`)
    expect(picture).toMatchObject({ width, height, channels, depth: 16 })
    expect(picture.data).toEqual(data)
  })

  test('10-bit AVIF fills 16 bits: white is 65535', async () => {
    const white = new Uint16Array(16 * 16 * 3).fill(65535)
    const file = sharp(white, raw(16, 16, 3))
      .toColourspace('rgb16')
      .avif({ bitdepth: 10, lossless: true })
    await put('ten.avif', await file.toBuffer())
    const picture = await decode('ten.avif')
    expect(picture.depth).toBe(16)
    expect(new Set(picture.data)).toEqual(new Set([65535]))
  })

  test('gray stays one channel, gray with alpha becomes four', async () => {
    await put(
      'gray.png',
      await sharp(bytes(7, 1), raw(width, height, 1))
        .toColourspace('b-w')
        .png()
        .toBuffer(),
    )
    expect(await decode('gray.png')).toMatchObject({ channels: 1, data: bytes(7, 1) })
    const pair = bytes(7, 2)
    await put(
      'gray-alpha.png',
      await sharp(pair, raw(width, height, 2))
        .toColourspace('b-w')
        .png()
        .toBuffer(),
    )
    const picture = await decode('gray-alpha.png')
    expect(picture.channels).toBe(4)
    expect([...picture.data.subarray(4, 8)]).toEqual([pair[2], pair[2], pair[2], pair[3]])
  })

  test('alpha is straight: colour under full transparency survives', async () => {
    await put(
      'glass.png',
      await sharp(Uint8Array.of(200, 100, 50, 0), raw(1, 1, 4))
        .png()
        .toBuffer(),
    )
    expect([...(await decode('glass.png')).data]).toEqual([200, 100, 50, 0])
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('applies EXIF orientation %i', async (orientation) => {
    // 2 wide, 3 high, one channel: where each of the six numbers must end up, by the EXIF table.
    const stored = [10, 20, 30, 40, 50, 60]
    const upright = {
      1: [10, 20, 30, 40, 50, 60],
      2: [20, 10, 40, 30, 60, 50],
      3: [60, 50, 40, 30, 20, 10],
      4: [50, 60, 30, 40, 10, 20],
      5: [10, 30, 50, 20, 40, 60],
      6: [50, 30, 10, 60, 40, 20],
      7: [60, 40, 20, 50, 30, 10],
      8: [20, 40, 60, 10, 30, 50],
    }[orientation]
    const file = sharp(Uint8Array.from(stored), raw(2, 3, 1))
      .toColourspace('b-w')
      .withMetadata({ orientation })
    await put('turned.png', await file.png().toBuffer())
    const picture = await decode('turned.png')
    const turned = orientation > 4
    expect(picture).toMatchObject({ width: turned ? 3 : 2, height: turned ? 2 : 3 })
    expect([...picture.data].filter((_, i) => i % picture.channels === 0)).toEqual(upright)
    expect(await files.probe('turned.png', never)).toMatchObject({ width: picture.width, height: picture.height })
  })

  /** Display P3 → sRGB, in linear light (CSS Color 4, section 10.8). */
  const toSrgb = [
    [1.2249401762805598, -0.22494017628055996, 0],
    [-0.042056954709688163, 1.0420569547096881, 0],
    [-0.019637554590334432, -0.078636045550631889, 1.0982736001409663],
  ]
  /** IEC 61966-2-1. */
  const linear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  const encoded = (v: number): number => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055)

  test.each([8, 16] as const)('converts Display P3 of %i bit to sRGB and names it', async (depth) => {
    const top = depth === 8 ? 255 : 65535
    const inP3 = [0.75, 0.42, 0.33, 0.45, 0.45, 0.45, 0.38, 0.59, 0.51, 0.21, 0.25, 0.49]
    const stored = depth === 8 ? Uint8Array.from(inP3, (v) => v * top) : Uint16Array.from(inP3, (v) => v * top)
    // PNG does not convert if the profile is inserted by hand.
    const profile = (
      await sharp(
        await sharp(bytes(1, 3), raw(width, height, 3))
          .withIccProfile('p3')
          .png()
          .toBuffer(),
      ).metadata()
    ).icc
    const plain = await sharp(stored, raw(4, 1, 3))
      .toColourspace(depth === 8 ? 'srgb' : 'rgb16')
      .png()
      .toBuffer()
    await put('p3.png', withProfile(plain, profile ?? Buffer.alloc(0)))
    const picture = await decode('p3.png')
    expect(picture.note).toMatch(/^converted from .*P3.* to sRGB$/i)
    const wanted = [0, 3, 6, 9].flatMap((i) => {
      const rgb = [...stored.subarray(i, i + 3)].map((v) => linear(v / top))
      return toSrgb.map((row) => encoded(row.reduce((sum, m, c) => sum + m * (rgb[c] ?? 0), 0)))
    })
    // One step of 8 bit; the colour engine uses a table, also for 16.
    expect(Math.max(...wanted.map((value, i) => Math.abs((picture.data[i] ?? -1) / top - value)))).toBeLessThan(1 / 255)
  })

  describe('a gray profile', () => {
    const s15 = (v: number): Buffer => {
      const bytes = Buffer.alloc(4)
      bytes.writeInt32BE(Math.round(v * 65536))
      return bytes
    }
    const u16 = (...values: readonly number[]): Buffer => {
      const bytes = Buffer.alloc(2 * values.length)
      for (const [i, v] of values.entries()) bytes.writeUInt16BE(v, 2 * i)
      return bytes
    }
    const curv = (...values: readonly number[]): Buffer =>
      Buffer.concat([Buffer.from('curv\0\0\0\0\0\0', 'latin1'), u16(values.length, ...values)])
    const para = (kind: number, ...values: readonly number[]): Buffer =>
      Buffer.concat([Buffer.from('para\0\0\0\0', 'latin1'), u16(kind, 0), ...values.map(s15)])
    /** A profile of one curve (ICC.1:2022, 7); of shorter chunks libpng drops it. */
    function profileOf(curve: Buffer, space = 'XYZ '): Buffer {
      const head = Buffer.alloc(132 + 12)
      head.writeUInt32BE(0x02400000, 8)
      head.write('mntrGRAY', 12, 'latin1')
      head.write(space, 20, 'latin1')
      head.write('acsp', 36, 'latin1')
      for (const [i, v] of [63190, 65536, 54061].entries()) head.writeUInt32BE(v, 68 + 4 * i)
      head.writeUInt32BE(1, 128)
      head.write('kTRC', 132, 'latin1')
      head.writeUInt32BE(144, 136)
      head.writeUInt32BE(curve.length, 140)
      const profile = Buffer.concat([head, curve, noise(256)])
      profile.writeUInt32BE(profile.length, 0)
      return profile
    }
    const lightness = (l: number): number => (l <= 8 ? l / 903.3 : ((l + 16) / 116) ** 3)
    const table = [0, 9000, 30000, 65535]
    const curves: readonly [string, Buffer, (v: number) => number][] = [
      ['of gamma 1', profileOf(curv(256)), (v) => v],
      ['of gamma 1.8', profileOf(curv(461)), (v) => v ** (461 / 256)],
      ['without numbers', profileOf(curv()), (v) => v],
      [
        'of four numbers',
        profileOf(curv(...table)),
        (v) => {
          const i = Math.min(2, Math.floor(v * 3))
          return ((table[i] ?? 0) + (v * 3 - i) * ((table[i + 1] ?? 0) - (table[i] ?? 0))) / 65535
        },
      ],
      ['with a formula', profileOf(para(0, 1.5)), (v) => v ** 1.5],
      [
        'with the formula of BT.709',
        profileOf(para(3, 1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)),
        (v) => (v < 0.081 ? v / 4.5 : ((v + 0.099) / 1.099) ** (1 / 0.45)),
      ],
      ['of lightness', profileOf(curv(256), 'Lab '), (v) => lightness(100 * v)],
    ]
    test.each(curves)('%s is applied, at 8 and at 16 bits alike', async (_, profile, curve) => {
      const gray = Uint8Array.of(0, 3, 32, 64, 128, 192, 250, 255)
      const deep = Uint16Array.from(gray, (v) => v * 257)
      const [plain, wide] = await Promise.all([
        sharp(gray, raw(8, 1, 1))
          .toColourspace('b-w')
          .png()
          .toBuffer(),
        sharp(deep, raw(8, 1, 1))
          .toColourspace('grey16')
          .png()
          .toBuffer(),
      ])
      for (const [file, top] of [
        [plain, 255],
        [wide, 65535],
      ] as const) {
        await put('gray-profile.png', withProfile(file, profile))
        const picture = await decode('gray-profile.png')
        expect(picture).toMatchObject({ channels: 1, note: 'converted from its gray profile to sRGB' })
        for (const [i, v] of gray.entries())
          expect(Math.abs((picture.data[i] ?? -1) - top * encoded(curve(v / 255)))).toBeLessThanOrEqual(
            0.51 + top / 65535,
          )
      }
    })

    test('of sRGB changes nothing; without a curve it is not applied, and said so', async () => {
      const plain = await sharp(bytes(7, 1), raw(width, height, 1))
        .toColourspace('b-w')
        .png()
        .toBuffer()
      await put(
        'gray-srgb.png',
        withProfile(plain, profileOf(para(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))),
      )
      const picture = await decode('gray-srgb.png')
      expect(picture.note).toBeUndefined()
      expect(picture.data).toEqual(bytes(7, 1))
      await put('gray-none.png', withProfile(plain, profileOf(Buffer.from('lut8\0\0\0\0\0\0\0\0', 'latin1'))))
      const without = await decode('gray-none.png')
      expect(without.note).toBe('its gray profile was not applied')
      expect(without.data).toEqual(bytes(7, 1))
    })
  })

  test('an sRGB profile changes nothing and needs no note', async () => {
    await put(
      'srgb.png',
      await sharp(bytes(7, 3), raw(width, height, 3))
        .withIccProfile('srgb')
        .png()
        .toBuffer(),
    )
    const picture = await decode('srgb.png')
    expect(picture.note).toBeUndefined()
    expect(picture.data).toEqual(bytes(7, 3))
  })

  test('a damaged profile is ignored and said so', async () => {
    const plain = await sharp(bytes(7, 3), raw(width, height, 3))
      .jpeg()
      .toBuffer()
    const segment = Buffer.from(`\xff\xe2\0\xd8ICC_PROFILE\0\x01\x01${'x'.repeat(200)}`, 'latin1')
    await put('plain.jpg', plain)
    await put('bad-profile.jpg', Buffer.concat([plain.subarray(0, 2), segment, plain.subarray(2)]))
    const picture = await decode('bad-profile.jpg')
    expect(picture.note).toMatch(/profile is damaged/)
    expect(picture.data).toEqual((await decode('plain.jpg')).data)
  })

  test('converts CMYK and says so', async () => {
    await put(
      'print.jpg',
      await sharp(bytes(7, 3), raw(width, height, 3))
        .toColourspace('cmyk')
        .jpeg()
        .toBuffer(),
    )
    const picture = await decode('print.jpg')
    expect(picture).toMatchObject({ width, height, channels: 3, depth: 8 })
    expect(picture.note).toMatch(/CMYK/)
  })

  test('a file that was written again is read again', async () => {
    for (const value of [10, 20]) {
      await put(
        'again.png',
        await sharp(new Uint8Array(3).fill(value), raw(1, 1, 3))
          .png()
          .toBuffer(),
      )
      expect((await decode('again.png')).data[0]).toBe(value)
    }
  })

  test('a wrong extension is read by content and named', async () => {
    await put(
      'really-png.jpg',
      await sharp(bytes(7, 3), raw(width, height, 3))
        .png()
        .toBuffer(),
    )
    const picture = await decode('really-png.jpg')
    expect(picture.data).toEqual(bytes(7, 3))
    expect(picture.note).toBe('named .jpg, but a PNG picture')
  })

  test('the first of an animation', async () => {
    const frames = Uint8Array.from({ length: 4 * 4 * 3 * 2 }, (_, i) => (i < 48 ? 255 : 0))
    const file = sharp(frames, { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } }).gif({ loop: 0 })
    await put('two.gif', await file.toBuffer())
    const picture = await decode('two.gif')
    expect(picture).toMatchObject({ width: 4, height: 4, note: 'the first of 2 pictures in the file' })
    expect(picture.data[0]).toBe(255)
  })
})

describe('what cannot be read', () => {
  test('no path, nothing there, a folder, empty', async () => {
    await mkdir(at('folder'), { recursive: true })
    await put('empty.png', '')
    expect((await problem(decode(''))).code).toBe('file.none')
    expect(await problem(decode('nothing.png'))).toMatchObject({
      code: 'file.missing',
      params: { path: 'nothing.png' },
    })
    expect((await problem(decode('folder'))).code).toBe('file.is-a-folder')
    expect((await problem(decode('empty.png'))).code).toBe('file.empty')
    expect((await problem(decode('empty.png/inside.png'))).code).toBe('file.missing')
  })

  test.each([
    ['notes.png', 'only words', 'text'],
    ['page.jpg', '<!doctype html><p>404', 'a web page'],
    ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'an SVG drawing; export it as PNG'],
    ['paper.png', '%PDF-1.7 ...', 'a PDF document'],
    ['phone.heic', '\0\0\0\x18ftypheic\0\0\0\0', 'an HEIC photo; export it as JPEG or PNG'],
    ['noise.png', '\x01\x02\x03\x04\x05', 'binary data of an unknown kind'],
  ])('%s is no picture', async (name, content, given) => {
    await put(name, Buffer.from(content, 'latin1'))
    expect(await problem(decode(name))).toEqual({ code: 'file.not-a-picture', params: { path: name, given } })
    expect((await problem(files.probe(name, never))).code).toBe('file.not-a-picture')
  })

  test.each(['png', 'jpeg', 'webp', 'tiff', 'gif', 'avif'] as const)('a %s cut short', async (format) => {
    const whole = await sharp(noise(200 * 200 * 3), raw(200, 200, 3))
      .toFormat(format)
      .toBuffer()
    await put(`cut.${format}`, whole.subarray(0, whole.length >> 1))
    expect((await problem(decode(`cut.${format}`))).code).toBe('file.truncated')
    await put(`stub.${format}`, whole.subarray(0, 20))
    expect((await problem(files.probe(`stub.${format}`, never))).code).toBe('file.truncated')
  })

  test.skipIf(process.platform === 'win32')('a pipe, which would be waited for for ever', async () => {
    execFileSync('mkfifo', [at('pipe.png')])
    expect((await problem(decode('pipe.png'))).code).toBe('file.unsafe-path')
    expect((await problem(files.probe('pipe.png', never))).code).toBe('file.unsafe-path')
  })

  /** Sound files of kinds that are not read must not be called damaged. */
  const jpegOf = async (change: (bytes: Buffer, frame: number) => void): Promise<Buffer> => {
    const bytes = await sharp(noise(32 * 32 * 3), raw(32, 32, 3))
      .jpeg()
      .toBuffer()
    change(bytes, bytes.indexOf(Buffer.of(0xff, 0xc0)))
    return bytes
  }
  test.each([
    // ITU-T T.81, table B.1 and B.2.2: a differential frame, one in lossless arithmetic coding, 12 bits.
    ['differential.jpg', () => jpegOf((b, at) => b.writeUInt8(0xc5, at + 1)), /./],
    ['arithmetic.jpg', () => jpegOf((b, at) => b.writeUInt8(0xcb, at + 1)), /./],
    ['twelve.jpg', () => jpegOf((b, at) => b.writeUInt8(12, at + 4)), /./],
  ] as const)('%s is not read, and told so', async (name, make, given) => {
    await put(name, await make())
    const { code, params } = await problem(decode(name))
    expect([code, params.given]).toEqual(['file.unsupported', expect.stringMatching(given)])
    const words = new SightlineError('file.unsupported', { path: name, given: String(params.given) }).message
    expect(words).toMatch(/which Sightline does not read\. Export it as a gray or RGB picture of 8 or 16 bits/)
  })

  test('too many pixels, told before anything is decoded', async () => {
    // A header of 20,000 × 10,000 pixels and nothing after it.
    const header = await sharp(bytes(7, 3), raw(width, height, 3))
      .png()
      .toBuffer()
    header.writeUInt32BE(20_000, 16)
    header.writeUInt32BE(10_000, 20)
    header.writeUInt32BE(crc32(header.subarray(12, 29)), 29)
    await put('bomb.png', header)
    expect(await files.probe('bomb.png', never)).toMatchObject({ width: 20_000, height: 10_000 })
    expect(await problem(decode('bomb.png'))).toMatchObject({
      code: 'file.too-many-pixels',
      params: { given: 200, limit: 64 },
    })
    expect((await problem(decode('bomb.png', 250))).code).toBe('file.truncated')
    // The size named in the message is a sufficient limit.
    const given = (await problem(decode('bomb.png', 199.6))).params.given
    header.writeUInt32BE(10_010, 20)
    header.writeUInt32BE(crc32(header.subarray(12, 29)), 29)
    await put('bomb.png', header)
    expect([given, (await problem(decode('bomb.png', 200))).params.given]).toEqual([200, 201])
    expect((await problem(decode('bomb.png', 201))).code).toBe('file.truncated')
  })

  test('an aborted decode is dropped', async () => {
    await put(
      'plain.png',
      await sharp(bytes(7, 3), raw(width, height, 3))
        .png()
        .toBuffer(),
    )
    const abort = new AbortController()
    const pending = files.decode('plain.png', 64, abort.signal)
    abort.abort(new Error('superseded'))
    await expect(pending).rejects.toThrow('superseded')
    await expect(files.decode('plain.png', 64, abort.signal)).rejects.toThrow('superseded')
    expect((await decode('plain.png')).width).toBe(width)
  })
})

test('beyond what any setting allows, no setting is advised', async () => {
  const png = await sharp(bytes(7, 1), raw(width, height, 1))
    .png()
    .toBuffer()
  png.writeUInt32BE(50_000, 16)
  png.writeUInt32BE(50_000, 20)
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29)
  await writeFile(at('vast.png'), png)
  const { code, params } = await problem(decode('vast.png', 1000))
  expect({ code, params }).toMatchObject({ code: 'file.far-too-many-pixels', params: { given: 2500, limit: 1000 } })
  expect(problemWords[code as 'file.far-too-many-pixels']).not.toMatch(/--set|Raise/)
})
