/**
 * BMP, Radiance HDR and OpenEXR of every kind: equal to what was written and to OpenCV, or refused in words. `fixtures/readers.py`
 * makes them and says from what. Damaged files end in words too.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { exrLoader } from './readers/exr.ts'
import { createServices, type FileServices } from './services.ts'
import { makeFolder, never, noise, problem } from './testing.ts'

interface Case {
  readonly name: string
  readonly file: readonly [at: number, length: number]
  /** Absent: to be refused. */
  readonly right?: {
    readonly numbers: readonly [number, number]
    readonly shape: readonly number[]
    readonly depth: 8 | 32
    readonly apart: number
  }
}

const fixture = (name: string): URL => new URL(`./fixtures/${name}`, import.meta.url)
const cases = JSON.parse(await readFile(fixture('readers.json'), 'utf8')) as readonly Case[]
const blob = gunzipSync(await readFile(fixture('readers.bin.gz')))
const part = ([at, length]: readonly [number, number]): Buffer => blob.subarray(at, at + length)
const read = cases.filter(({ right }) => right)

let folder: Awaited<ReturnType<typeof makeFolder>>
let files: FileServices
beforeAll(async () => {
  folder = await makeFolder()
  files = createServices({ base: folder.path })
})
afterAll(() => folder.remove())

async function put(name: string, bytes: Uint8Array): Promise<string> {
  const path = `picture.${name.split(/[ -]/)[0]}`
  await writeFile(join(folder.path, path), bytes)
  return path
}

test.each(cases)('$name', async ({ name, file, right }) => {
  const path = await put(name, part(file))
  if (!right) {
    const { code, params } = await problem(files.decode(path, 64, never))
    expect([code, params.given]).toEqual(['file.unsupported', expect.stringMatching(/.{5}/)])
    return
  }
  const info = await files.probe(path, never)
  const picture = await files.decode(path, 64, never)
  expect(picture).toMatchObject(info)
  const [height, width, channels] = right.shape
  expect(info).toMatchObject({ height, width, channels, depth: right.depth })
  const bytes = Uint8Array.from(part(right.numbers))
  const wanted = right.depth === 8 ? bytes : new Float32Array(bytes.buffer)
  expect(picture.data.length).toBe(wanted.length)
  const apart = Array.from(picture.data, (value, i) => {
    const other = wanted[i] ?? Number.NaN
    return Math.abs(value - other) / Math.max(1, Math.abs(other))
  })
  expect(Math.max(...apart)).toBeLessThanOrEqual(right.apart)
})

test('the record of a run names the version of the OpenEXR loader', () => {
  expect(exrLoader).toBe(packageJson.devDependencies.three)
})

test('says what was done, and what was not', async () => {
  const noteOf = async (name: string): Promise<string | undefined> => {
    const found = cases.find((one) => one.name === name)
    if (!found) throw new Error(name)
    return (await files.probe(await put(name, part(found.file)), never)).note
  }
  expect(await noteOf('hdr exposure')).toBe('its exposure (2.5) was not divided out')
  expect(await noteOf('exr opacity')).toBe('its colours were divided by its opacity')
  expect(await noteOf('exr more')).toBe('only R, G, B of 5 channels')
  expect(await noteOf('exr plain')).toBeUndefined()
})

test.each([
  ['bmp', 'bmp-24'],
  ['hdr', 'hdr flat'],
  ['exr', 'exr-zip half smooth'],
])('a .%s of more pixels than allowed is told before they are made', async (format, name) => {
  const bytes = Uint8Array.from(part(cases.find((one) => one.name === name)?.file ?? [0, 0]))
  const view = new DataView(bytes.buffer)
  let huge = bytes
  if (format === 'bmp') {
    view.setInt32(18, 50_000, true)
    view.setInt32(22, 50_000, true)
  } else if (format === 'hdr')
    huge = Buffer.from(Buffer.from(bytes).toString('latin1').replace('-Y 11 +X 13', '-Y 50000 +X 50000'), 'latin1')
  else {
    const window = Buffer.from(bytes).indexOf('dataWindow\0box2i\0') + 'dataWindow\0box2i\0'.length + 4
    view.setInt32(window + 8, 49_999, true)
    view.setInt32(window + 12, 49_999, true)
  }
  const path = await put(format, huge)
  expect(await files.probe(path, never)).toMatchObject({ width: 50_000, height: 50_000 })
  expect((await problem(files.decode(path, 64, never))).code).toBe('file.far-too-many-pixels')
})

describe('a damaged file', () => {
  // One of each way to store pixels.
  const kinds =
    /^(bmp-8 palette up|bmp-8 runs|bmp-32 masks|hdr flat|hdr runs|hdr old runs|exr-\w+ half noise|exr tiles)$/
  test.each(read.filter(({ name }) => kinds.test(name)))(
    '$name, cut or with flipped bytes, is read or refused in words',
    { timeout: 120_000 },
    async ({ name, file }) => {
      const whole = part(file)
      for (const at of [0.02, 0.5, 0.95].map((part) => Math.floor(part * whole.length))) {
        const path = await put(name, whole.subarray(0, Math.max(20, at)))
        expect((await problem(files.decode(path, 64, never))).code).toMatch(/^file\./)
      }
      const random = noise(64)
      for (let i = 0; i < 8; i++) {
        const flipped = Uint8Array.from(whole)
        // In the header at first, in the pixels later; the first bytes say which format it is.
        const reach = i < 4 ? Math.min(400, whole.length) : whole.length
        for (let j = 0; j < 3; j++) {
          const at = 10 + (((random[8 * i + 2 * j] ?? 0) * 257 + (random[8 * i + 2 * j + 1] ?? 0)) % (reach - 10))
          flipped[at] = random[8 * i + j + 3] ?? 0
        }
        const path = await put(name, flipped)
        const error: unknown = await files.decode(path, 1, never).catch((reason: unknown) => reason)
        if (error instanceof Error) expect(error).toMatchObject({ code: expect.stringMatching(/^file\./) })
      }
    },
  )

  test('a cancelled read ends its thread', async () => {
    const { file = [0, 0] as const } = cases.find(({ name }) => name === 'exr-piz half noise') ?? {}
    const path = await put('exr', part(file))
    const stop = new AbortController()
    const reading = files.decode(path, 64, stop.signal)
    stop.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
  })
})
