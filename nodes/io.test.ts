/** The nodes that read and write files, with real ones. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ImageShape, SequenceValue, Value } from '../engine/values/index.ts'
import { readSamples, samplesFolder } from '../host/files/samples.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { folder } from './io/folder.ts'
import { loadImage } from './io/load-image.ts'
import { sampleImage } from './io/sample-image.ts'
import { saveImage } from './io/save-image.ts'

const { signal } = new AbortController()
let base: string
let bench: NodeBench

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'sightline-io-'))
  bench = await createNodeBench(base)
})
beforeEach(() => bench.device.clear())
afterAll(async () => {
  await bench.close()
  await rm(base, { recursive: true })
})

const gray = (width: number, height: number): ImageShape => ({
  kind: 'image',
  height,
  width,
  channels: 1,
  space: 'gray',
  alpha: false,
  range: [0, 1],
})
const sequence = (values: readonly Value[], labels?: readonly string[]): SequenceValue => ({
  kind: 'sequence',
  length: values.length,
  element: { kind: 'unknown' },
  ...(labels && { labels }),
  at: (index) => Promise.resolve(values[index] as Value),
})

async function load(path: string, params = {}): Promise<{ numbers: number[]; value: Value & { kind: 'image' } }> {
  const value = (await bench.run(loadImage, {}, { path, ...params })).image
  if (value?.kind !== 'image') throw new Error('no image')
  return { numbers: [...bench.device.read(value)], value }
}

/** Writes these numbers and returns those in the file. */
async function saved(numbers: readonly number[], params: object): Promise<readonly number[]> {
  const image = await bench.device.image(gray(numbers.length, 1), numbers)
  await bench.run(saveImage, { image: sequence([image]) }, { path: 'saved.png', ...params })
  return (await load('saved.png')).numbers
}

const samples = readSamples(samplesFolder)

test.each(samples.names)('the numbers of %s are those of its file, divided by the largest', async (name) => {
  const { depth, space } = await sharp(samples.pathOf(name)).metadata()
  const raw = sharp(samples.pathOf(name)).toColourspace(space ?? 'srgb')
  // The division is IEEE 754's, as of numpy.float32.
  const expected =
    depth === 'ushort'
      ? new Uint16Array(Uint8Array.from(await raw.raw({ depth: 'ushort' }).toBuffer()).buffer)
      : Uint8Array.from(await raw.raw().toBuffer())
  const { value } = await load(samples.pathOf(name))
  expect(bench.device.read(value)).toEqual(Float32Array.from(expected, (v) => v / (depth === 'ushort' ? 65535 : 255)))
  // 8 bits take a byte a number.
  expect(value.store.bytes).toBe(depth === 'ushort' ? 4 * expected.length : expected.length)
})

test('opacity is kept in 8 bits too', async () => {
  const data = Uint8Array.from([255, 128, 3, 77, 0, 1, 254, 255])
  await sharp(data, { raw: { width: 2, height: 1, channels: 4 } })
    .png()
    .toFile(join(base, 'glass.png'))
  const { numbers, value } = await load('glass.png')
  expect(numbers).toEqual(Array.from(data, (v) => Math.fround(v / 255)))
  expect(value).toMatchObject({ alpha: true, store: { bytes: 8 } })
})

test('16 bit come in as fine as they are', async () => {
  const data = Uint16Array.from([0, 1, 256, 32768, 65534, 65535])
  const file = sharp(data, { raw: { width: 6, height: 1, channels: 1 } }).toColourspace('grey16')
  await writeFile(join(base, 'deep.png'), await file.png().toBuffer())
  const { numbers, value } = await load('deep.png')
  expect(numbers).toEqual(Array.from(data, (v) => Math.fround(v / 65535)))
  expect(value).toMatchObject({ space: 'gray', range: [0, 1], alpha: false })
})

test('what was done to a file on the way in is said', async () => {
  const file = sharp({ create: { width: 2, height: 3, channels: 3, background: 'red' } }).withIccProfile('p3')
  await writeFile(join(base, 'wide.png'), await file.png().toBuffer())
  expect((await load('wide.png')).value.note).toMatch(/P3/i)
})

test('the limit is in megapixels, and can be raised', async () => {
  const file = sharp({ create: { width: 1500, height: 1000, channels: 3, background: 'red' } })
  await writeFile(join(base, 'large.png'), await file.png().toBuffer())
  await expect(load('large.png', { limit: 1 })).rejects.toThrow(
    /1\.5 megapixels; the limit is 1\..*Largest picture.*NODE\.limit=1\.5/,
  )
  expect((await load('large.png', { limit: 2 })).value.width).toBe(1500)
})

test('the samples of the node are those that ship', () => {
  const spec = sampleImage.params.name
  expect(spec?.type === 'choice' ? [...spec.of].sort() : spec).toEqual([...bench.services.samples].sort())
})

test('a changed file or folder has another identity', async () => {
  await mkdir(join(base, 'watched'))
  await writeFile(join(base, 'watched/a.png'), 'one')
  const context = { services: bench.services, models: bench.models, signal }
  const given = { path: 'watched/a.png', pattern: '*', colour: 'stored', limit: 64 }
  const before = [
    await loadImage.identity?.(given, context),
    await folder.identity?.({ ...given, path: 'watched' }, context),
  ]
  await writeFile(join(base, 'watched/a.png'), 'other')
  const after = [
    await loadImage.identity?.(given, context),
    await folder.identity?.({ ...given, path: 'watched' }, context),
  ]
  expect(after[0]).not.toBe(before[0])
  expect(after[1]).not.toBe(before[1])
  expect(loadImage.watches?.(given)).toEqual(['watched/a.png'])
  expect(loadImage.watches?.({ ...given, path: '' })).toEqual([])
})

test('numbers are rounded, halves to even, and cut off', async () => {
  const numbers = [-1, 0, 0.5 / 255, 1.5 / 255, 0.5, 1, 7, Number.NaN]
  expect(await saved(numbers, {})).toEqual([0, 0, 0, 2, 128, 255, 255, 0].map((v) => Math.fround(v / 255)))
  expect(await saved([0.5], { depth: '16' })).toEqual([Math.fround(32768 / 65535)])
})

test('smallest to largest fills the whole range; flat pictures become black', async () => {
  expect(await saved([-3, 1, 5], { values: 'stretch', depth: '16' })).toEqual([0, Math.fround(32768 / 65535), 1])
  expect(await saved([4, 4], { values: 'stretch' })).toEqual([0, 0])
})

test('a sequence needs a name for each, and gets it', async () => {
  await mkdir(join(base, 'out'))
  const values = await Promise.all(Array.from({ length: 11 }, (_, i) => bench.device.image(gray(1, 1), [i / 255])))
  const labels = values.map((_, i) => `shot${i}.jpeg`)
  await expect(bench.run(saveImage, { image: sequence(values) }, { path: 'out/same.png' })).rejects.toMatchObject({
    code: 'param.invalid',
  })
  await bench.run(saveImage, { image: sequence(values, labels) }, { path: 'out/{index}-{name}.png' })
  expect((await readdir(join(base, 'out'))).sort()).toEqual(
    Array.from({ length: 11 }, (_, i) => `${String(i).padStart(2, '0')}-shot${i}.png`),
  )
  expect((await load('out/10-shot10.png')).numbers).toEqual([Math.fround(10 / 255)])
})

test('a folder is a sequence in natural order, in one colour where that is asked for', async () => {
  await mkdir(join(base, 'shots'))
  for (const [name, channels] of [
    ['b10.png', 3],
    ['b2.png', 1],
    ['a.txt', 3],
  ] as const) {
    const file = sharp(new Uint8Array(4 * channels).fill(channels), { raw: { width: 2, height: 2, channels } })
    await writeFile(
      join(base, 'shots', name),
      await file
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .png()
        .toBuffer(),
    )
  }
  const shots = async (params: object) => {
    const shape = (await bench.shape(folder, {}, { path: 'shots', ...params })).image
    const made = (await bench.run(folder, {}, { path: 'shots', ...params })).image
    if (made?.kind !== 'sequence' || shape?.kind !== 'sequence') throw new Error('no sequence')
    expect(shape).toEqual({ kind: 'sequence', length: made.length, element: made.element })
    const elements = await Promise.all(Array.from({ length: made.length }, (_, i) => made.at(i, signal)))
    return { labels: made.labels, channels: elements.map((e) => (e.kind === 'image' ? e.channels : 0)) }
  }
  expect(await shots({})).toEqual({ labels: ['b2.png', 'b10.png'], channels: [1, 3] })
  expect((await shots({ colour: 'rgb' })).channels).toEqual([3, 3])
  expect((await shots({ colour: 'gray' })).channels).toEqual([1, 1])
  expect((await shots({ pattern: '*10*' })).labels).toEqual(['b10.png'])
  await expect(shots({ pattern: '*.tif' })).rejects.toMatchObject({ code: 'file.folder-empty' })
})
