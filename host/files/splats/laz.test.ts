/**
 * .laz: every byte of every point as in the .las of the same points. The files are packed by an encoder of its own, from the
 * specification (`fixtures/laz.py`). Damaged ones are refused before anything is unpacked, or by name.
 */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServices, type FileServices } from '../services.ts'
import { makeFolder, never, problem } from '../testing.ts'
import { readLas } from './las.ts'
import { readLasHead } from './las-points.ts'
import { unpackLaz } from './laz.ts'

type Place = readonly [number, number]
interface Case {
  readonly name: string
  readonly format: number
  readonly points: number
  readonly las: Place
  readonly laz: Place
  /** The same file, whose chunk table is found from its end. */
  readonly streamed?: Place
}

const fixture = (name: string): URL => new URL(`../fixtures/${name}`, import.meta.url)
const cases = JSON.parse(readFileSync(fixture('laz.json'), 'utf8')) as readonly Case[]
const blob = gunzipSync(readFileSync(fixture('laz.bin.gz')))
const part = ([from, length]: Place): Buffer => Buffer.from(blob.subarray(from, from + length))
const caseOf = (name: string): Case => {
  const found = cases.find((one) => one.name === name)
  if (!found) throw new Error(`no case ${name}`)
  return found
}

/** The points of a file, each as in a .las. */
async function pointsOf(file: Buffer): Promise<readonly string[]> {
  const head = readLasHead(file, 'a.laz')
  const found: string[] = []
  await unpackLaz(file, head, 'a.laz', (i, view, at) => {
    found[i] = Buffer.from(view.buffer, at, head.width).toString('hex')
  })
  return found
}

function plainPoints(file: Buffer): readonly string[] {
  const { start, width, count } = readLasHead(file, 'a.las')
  return Array.from({ length: count }, (_, i) =>
    file.subarray(start + width * i, start + width * (i + 1)).toString('hex'),
  )
}

describe('points are those of the .las', () => {
  it.each(cases)('format $format: $name', async ({ las, laz, streamed, points }) => {
    const wanted = plainPoints(part(las))
    expect(wanted.length).toBe(points)
    expect(await pointsOf(part(laz))).toEqual(wanted)
    expect(await readLas(part(laz), 'a')).toEqual(await readLas(part(las), 'a'))
    if (streamed) expect(await pointsOf(part(streamed))).toEqual(wanted)
  })

  it('leaves the process as it was', async () => {
    const count = (): number => process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection')
    const before = count()
    await pointsOf(part(caseOf('one point').laz))
    expect(count()).toBe(before)
  })
})

describe('by a path', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>
  let files: FileServices
  beforeAll(async () => {
    folder = await makeFolder()
    files = createServices({ base: folder.path })
  })
  afterAll(() => folder.remove())

  it('is read in a thread, whatever its name: packed or not, its header says', async () => {
    const { las, laz } = caseOf('with colours')
    for (const [name, place] of [
      ['a.las', las],
      ['a.LAZ', laz],
      ['packed.las', laz],
      ['plain.laz', las],
    ] as const)
      await writeFile(join(folder.path, name), part(place))
    const wanted = await files.splats('a.las', never)
    expect(wanted.opacities.length).toBe(300)
    for (const name of ['a.LAZ', 'packed.las', 'plain.laz']) expect(await files.splats(name, never)).toEqual(wanted)
  })

  it('is refused by name', async () => {
    await writeFile(join(folder.path, 'b.laz'), part(caseOf('with colours').laz).subarray(0, -9))
    expect((await problem(files.splats('b.laz', never))).code).toBe('scene.truncated')
  })
})

describe('damaged files', () => {
  const said = async (file: Buffer): Promise<string> => {
    const { code, params } = await problem(Promise.resolve().then(() => readLas(file, 'a.laz')))
    return `${code} ${String(params.message ?? params.given)}`
  }
  const chunks = caseOf('points, in chunks')
  const layers = caseOf('in layers, chunks of several sizes')
  const changed = (one: Case, change: (file: Buffer, start: number, table: number) => void): Buffer => {
    const file = part(one.laz)
    const start = file.readUInt32LE(96)
    change(file, start, Number(file.readBigInt64LE(start)))
    return file
  }
  /** Where the LASzip record lies: after a record of five bytes. */
  const record = ({ format }: Case): number => (format < 6 ? 227 : 375) + 54 + 5 + 54

  it('cut off anywhere, are incomplete', async () => {
    for (const one of [chunks, layers]) {
      const file = part(one.laz)
      const start = file.readUInt32LE(96)
      const ends = [start, start + 8, start + 15, ...Array.from({ length: 20 }, (_, i) => file.length - 1 - i ** 2)]
      // The table's last bytes only fill the coder up.
      for (const end of ends.filter((end) => end < file.length - 3))
        expect(await said(file.subarray(0, end))).toMatch(/truncated/)
    }
  })

  it('with another number of points than they hold, are refused before room is made', async () => {
    const count = (n: number) => changed(chunks, (file) => file.writeUInt32LE(n, 107))
    expect(await said(count(0))).toMatch(/nothing/)
    expect(await said(count(301))).toMatch(/damaged 301 points in 3 chunks of 100/)
    expect(await said(count(200))).toMatch(/damaged 200 points in 3 chunks of 100/)
    expect(await said(count(4_000_000))).toMatch(/too-packed 77/)
    expect(await said(count(2 ** 32 - 1))).toMatch(/too-large/)
    const more = (n: bigint) => changed(layers, (file) => file.writeBigUInt64LE(n, 247))
    for (const n of [299n, 301n, 1000n]) expect(await said(more(n))).toMatch(/damaged 300 points in its chunks/)
  })

  it('with a chunk table that lies, are refused', async () => {
    const table = (change: (file: Buffer, table: number) => void) =>
      said(changed(chunks, (file, _, at) => change(file, at)))
    expect(await table((file, at) => file.writeUInt32LE(1, at))).toMatch(/laz a chunk table of version 1/)
    expect(await table((file, at) => file.writeUInt32LE(2 ** 31, at + 4))).toMatch(/damaged 2147483648 chunks/)
    expect(await table((file, at) => file.fill(0xff, at + 8))).toMatch(/damaged chunk 1 of/)
    expect(await table((file) => file.writeBigInt64LE(3n, file.readUInt32LE(96)))).toMatch(/table at byte 3/)
    const beyond = (n: bigint) => table((file) => file.writeBigInt64LE(n, file.readUInt32LE(96)))
    for (const n of [BigInt(part(chunks.laz).length) - 7n, 2n ** 62n]) expect(await beyond(n)).toMatch(/truncated/)
    expect(await beyond(-1n)).toMatch(/damaged|truncated/)
  })

  it('with layers that lie, are refused', async () => {
    const layer = (at: number, to: number) =>
      said(changed(layers, (file, start) => file.writeUInt32LE(to, start + 38 + at)))
    expect(await layer(0, 149)).toMatch(/damaged a chunk of 149 points where its table has 150/)
    for (let i = 1; i <= 9; i++) expect(await layer(4 * i, 2 ** 31)).toMatch(/damaged layers of 21474/)
  })

  it('in forms that are not read, say which', async () => {
    const form = (one: Case, at: number, to: number) =>
      said(changed(one, (file) => file.writeUInt16LE(to, record(one) + at)))
    expect(await form(chunks, 0, 1)).toMatch(/laz compressor 1/)
    expect(await form(layers, 0, 2)).toMatch(/laz compressor 2/)
    expect(await form(chunks, 2, 1)).toMatch(/laz/)
    expect(await form(chunks, 38, 1)).toMatch(/laz item 6 in version 1/)
    expect(await form(layers, 38, 4)).toMatch(/laz item 10 in version 4/)
    expect(await form(chunks, 34, 99)).toMatch(/laz item 99/)
    expect(await form(chunks, 36, 21)).toMatch(/damaged 21 bytes for item 6/)
    expect(await form(chunks, 32, 900)).toMatch(/damaged 900 items/)
    expect(await form(chunks, 12, 0)).toMatch(/damaged chunks of 0 points/)
    expect(await form(chunks, -36, 5)).toMatch(/damaged it is packed as LAZ, but no record/)
    expect(await said(changed(chunks, (file) => file.writeUInt16LE(24, 105)))).toMatch(/damaged items 6 of 20 bytes/)
    expect(await said(changed(chunks, (file) => file.set([0xc0], 104)))).toMatch(/laz an old compressor/)
    const waves = changed(chunks, (file) => {
      file.set([0x84], 104)
      file.writeUInt16LE(57, 105)
    })
    expect(await said(waves)).toMatch(/laz points of format 4, with waveforms/)
  })

  it('changed in their points, give points or are refused by name', async () => {
    for (const one of [chunks, layers])
      for (let i = 0; i < 12; i++) {
        const file = changed(one, (bytes, start) => bytes.fill(31 * i, start + 30 + 97 * i, start + 40 + 101 * i))
        const result = await Promise.resolve()
          .then(() => readLas(file, 'a.laz'))
          .catch((error: unknown) => String((error as { code?: unknown }).code))
        expect(typeof result === 'string' ? result : result.opacities.length).toSatisfy(
          (v) => v === 'scene.damaged' || v === one.points,
        )
      }
  })
})
