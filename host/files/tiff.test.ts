/** TIFFs of every kind: equal to OpenCV, Pillow and TIFF 6.0, or refused in words. `fixtures/tiff.py` makes them and says from what. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createServices, type FileServices } from './services.ts'
import { makeFolder, never, problem } from './testing.ts'

interface Case {
  readonly name: string
  readonly file: readonly [at: number, length: number]
  /** Absent: to be refused. "converted": to other colours by a profile, which no other program does in the same way. */
  readonly right?:
    | 'converted'
    | { readonly numbers: readonly [number, number]; readonly shape: readonly number[]; readonly depth: 8 | 16 | 32 }
}

const fixture = (name: string): URL => new URL(`./fixtures/${name}`, import.meta.url)
const cases = JSON.parse(await readFile(fixture('tiff.json'), 'utf8')) as readonly Case[]
const blob = gunzipSync(await readFile(fixture('tiff.bin.gz')))
const part = ([at, length]: readonly [number, number]): Buffer => blob.subarray(at, at + length)

let folder: Awaited<ReturnType<typeof makeFolder>>
let files: FileServices
beforeAll(async () => {
  folder = await makeFolder()
  files = createServices({ base: folder.path })
})
afterAll(() => folder.remove())

async function put(bytes: Uint8Array): Promise<string> {
  await writeFile(join(folder.path, 'picture.tif'), bytes)
  return 'picture.tif'
}

/** Layouts that the library reads wrongly or not at all. */
const refusedToo = /-12 (tiles|planes)|^ycbcr-(?!1x1|bt709|video)\S+ tiles(?! jpeg)|^ycbcr\S* planes|planes tiles/

const kinds = [...new Set(cases.map(({ name }) => name.split(' ')[0] ?? ''))]
describe.each(kinds)('%s', (kind) => {
  test.each(cases.filter(({ name }) => name.startsWith(`${kind} `)))('$name', async ({ name, file, right }) => {
    const path = await put(part(file))
    if (right === undefined || refusedToo.test(name)) {
      const { code, params } = await problem(files.decode(path, 64, never))
      expect([code, params.given]).toEqual(['file.unsupported', expect.stringMatching(/.{5}/)])
      return
    }
    const { note: _, ...info } = await files.probe(path, never)
    const picture = await files.decode(path, 64, never)
    expect(picture).toMatchObject(info)
    if (right === 'converted') {
      expect(picture.note).toMatch(/CMYK/)
      return
    }
    const [height, width, channels] = right.shape
    expect(info).toMatchObject({ height, width, channels, depth: right.depth })
    const bytes = Uint8Array.from(part(right.numbers))
    const kinds = { 8: Uint8Array, 16: Uint16Array, 32: Float32Array }
    const wanted = new kinds[right.depth](bytes.buffer)
    const apart = Array.from(picture.data, (value, i) => Math.abs(value - (wanted[i] ?? -1)))
    // Dividing by opacity is rounded by one reader and truncated by another; LittleCMS gives Lab as 8 bits.
    expect(Math.max(...apart)).toBeLessThanOrEqual(
      name.includes('lab-') ? 257 : right.depth === 32 ? 1e-6 : name.includes('extra 1') ? 1 : 0,
    )
  })
})

// The first block starts at byte 8; without its header nothing of it can be decoded.
test.each(cases.filter(({ name, right }) => /(deflate|lzw)$/.test(name) && right))(
  '$name with a broken block is no picture',
  async ({ file }) => {
    const bytes = Uint8Array.from(part(file))
    expect([0x78, 0x80]).toContain(bytes[8])
    bytes.fill(0xff, 8, 12)
    const { code } = await problem(files.decode(await put(bytes), 64, never))
    expect(['file.truncated', 'file.unsupported']).toContain(code)
  },
)

test('a TIFF cut in its tags is damaged', async () => {
  const [at, length] = cases[0]?.file ?? [0, 0]
  for (const cut of [9, length - 30]) {
    const path = await put(part([at, cut]))
    expect((await problem(files.probe(path, never))).code).toBe('file.truncated')
  }
})
