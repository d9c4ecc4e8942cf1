/** Data to train on: CIFAR-10 in all its forms (fixtures/cifar.py), labelled folders, folders with masks, and a U-Net taught with them. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type {
  ImageValue,
  NetworkValue,
  NumberValue,
  SequenceValue,
  TableValue,
  TensorValue,
  TextValue,
} from '../engine/values/index.ts'
import { NetBuilder } from '../engine/values/layers/graph.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { parseCifar } from './cifar.ts'
import { captures } from './classify/captures.ts'
import { cifar } from './io/cifar.ts'
import { labelledFolder } from './io/labelled-folder.ts'
import { maskFolder } from './io/mask-folder.ts'
import { networkTrain } from './network/train.ts'

let folder: string
let bench: NodeBench
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-data-'))
  bench = await createNodeBench(folder)
  await cp(join(import.meta.dirname, 'fixtures', 'cifar'), join(folder, 'cifar'), { recursive: true })
})
afterEach(() => bench.device.clear())
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true })
})

const read = (value: unknown) => [...bench.device.read(value as TensorValue)]

describe('CIFAR-10', () => {
  test('is read from pickles of Python 2 and 3 and from the binary version, one batch after the other', async () => {
    const made = await bench.run(cifar, {}, { path: 'cifar', first: 1, count: 100 })
    expect((await bench.shape(cifar, {}, { path: 'cifar', first: 1, count: 100 })).batch).toMatchObject({
      shape: [7, 3, 32, 32],
    })
    const all = [1, 2, 3, 4].flatMap((file) => [0, 1].map((n) => ({ file, n }))).slice(1)
    expect(read(made.targets)).toEqual(all.map(({ file, n }) => (3 * file + n) % 10))
    const wanted = all.flatMap(({ file, n }) =>
      Array.from({ length: 3072 }, (_, i) => Math.fround(((7 * i + 31 * n + 101 * file) % 256) / 255)),
    )
    expect(read(made.batch)).toEqual(wanted)
    expect((made.names as TextValue).text.split(', ')[9]).toBe('truck')
    const tested = await bench.run(cifar, {}, { path: 'cifar', set: 'test' })
    expect(read(tested.targets)).toEqual([0, 1])
  })

  test('refuses what is something else, by name', async () => {
    await mkdir(join(folder, 'none'))
    await expect(bench.run(cifar, {}, { path: 'none' })).rejects.toMatchObject({ code: 'data.no-batches' })
    const faults: readonly (readonly [Uint8Array, string])[] = [
      [new Uint8Array(0), 'empty'],
      [new Uint8Array(3072), '3073 bytes'],
      [Uint8Array.from({ length: 3073 }, () => 11), 'no class'],
      // cos\nsystem\n, as a pickle that runs a command begins.
      [Uint8Array.from([0x80, 2, ...new TextEncoder().encode('cos\nsystem\n.')]), 'os.system'],
      [Uint8Array.of(0x80, 2, 0x54, 255, 255, 255, 127), 'in one piece'],
      [Uint8Array.of(0x80, 2, 0x54, 255, 255, 0, 0), 'ends in the middle'],
      [Uint8Array.of(0x80, 2, 0x7d, 0x2e), 'no "data"'],
    ]
    for (const [bytes, given] of faults) expect(() => parseCifar(bytes, 'x')).toThrow(given)
  })
})

const plain = (width: number, height: number, colour: { r: number; g: number; b: number }) =>
  sharp({ create: { width, height, channels: 3, background: colour } }).png()

describe('a labelled folder', () => {
  beforeAll(async () => {
    for (const [name, colour, count] of [
      ['red_things', { r: 255, g: 0, b: 0 }, 10],
      ['blue', { r: 0, g: 0, b: 255 }, 5],
    ] as const) {
      await mkdir(join(folder, 'things', name), { recursive: true })
      for (let n = 0; n < count; n++) await plain(30 + n, 20, colour).toFile(join(folder, 'things', name, `${n}.png`))
    }
  })
  const params = { path: 'things', width: 8, height: 6 }

  test('is a batch of one size, with the class of each by its folder', async () => {
    const made = await bench.run(labelledFolder, {}, params)
    expect(made.batch).toMatchObject({ shape: [15, 3, 6, 8] })
    expect((made.names as TextValue).text).toBe('blue, red things')
    const [numbers, targets] = [read(made.batch), read(made.targets)]
    for (const [n, id] of targets.entries()) {
      const colour = [numbers[n * 144], numbers[n * 144 + 143]]
      for (const [i, v] of (id === 0 ? [0, 1] : [1, 0]).entries()) expect(colour[i]).toBeCloseTo(v, 6)
      expect((made.table as TableValue).rows[n]?.[1]).toMatch(id === 0 ? /^blue\// : /^red_things\//)
    }
    // Mixed, so that the last part has some of each.
    expect(targets.join()).not.toBe([...targets].sort().join())
  })

  test('is split class by class, and both parts together are all of it', async () => {
    const files = async (part: string) =>
      ((await bench.run(labelledFolder, {}, { ...params, part })).table as TableValue).rows.map(([, file]) => file)
    const [training, tested] = [await files('training'), await files('test')]
    expect(tested.filter((file) => String(file).startsWith('blue'))).toHaveLength(1)
    expect(tested.filter((file) => String(file).startsWith('red'))).toHaveLength(2)
    expect(new Set([...training, ...tested]).size).toBe(15)
    expect(training).toHaveLength(12)
  })

  test('says what is wrong with it', async () => {
    await mkdir(join(folder, 'one', 'cats'), { recursive: true })
    await plain(4, 4, { r: 0, g: 0, b: 0 }).toFile(join(folder, 'one', 'cats', 'a.png'))
    await expect(bench.shape(labelledFolder, {}, { path: 'one' })).rejects.toMatchObject({ code: 'data.no-classes' })
    await expect(bench.shape(labelledFolder, {}, { path: 'nowhere' })).rejects.toMatchObject({
      code: 'file.folder-missing',
    })
    const large = { ...params, width: 4096, height: 4096 }
    await expect(bench.shape(labelledFolder, {}, large)).rejects.toMatchObject({ code: 'data.set-too-large' })
    await writeFile(join(folder, 'things', 'blue', 'broken.png'), 'no picture')
    await expect(bench.run(labelledFolder, {}, params)).rejects.toMatchObject({
      code: expect.stringMatching(/^file\./),
      params: { path: expect.stringContaining('broken.png') },
    })
    await rm(join(folder, 'things', 'blue', 'broken.png'))
  })
})

describe('examples of classes', () => {
  const params = { crops: 5, size: 16, names: 'red, blue' }
  const of = async (colour: readonly [number, number, number], width: number) => {
    const shape = { kind: 'image', height: 20, width, channels: 3, space: 'rgb', alpha: false, range: [0, 1] } as const
    const numbers = Float32Array.from({ length: 20 * width * 3 }, (_, i) => colour[i % 3] ?? 0)
    const image = await bench.device.image(shape, numbers)
    return { kind: 'sequence', length: 1, element: shape, at: async () => image } as unknown as SequenceValue
  }

  test('are crops of one size of each, mixed, with the class of each', async () => {
    const inputs = { a: await of([1, 0, 0], 30), b: await of([0, 0, 1], 25) }
    const made = await bench.run(captures, inputs, params)
    const image = made.image as SequenceValue
    const targets = read(made.targets)
    expect(image.length).toBe(10)
    expect([...targets].sort()).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    expect(targets.join()).not.toBe([...targets].sort().join())
    expect((made.names as TextValue).text).toBe('red, blue')
    for (const [i, id] of targets.entries()) {
      const crop = (await image.at(i, new AbortController().signal)) as ImageValue
      expect([crop.height, crop.width, crop.channels]).toEqual([16, 16, 3])
      const pixels = bench.device.read(crop as unknown as TensorValue)
      expect(pixels[id === 0 ? 0 : 2]).toBeCloseTo(1, 5)
      expect(image.labels?.[i]).toMatch(id === 0 ? /^red 1, part \d$/ : /^blue 1, part \d$/)
    }
    expect(read((await bench.run(captures, inputs, { ...params, seed: 1 })).targets)).not.toEqual(targets)
  })
})

/** A bright disc on noise, and its mask. */
async function disc(name: string, n: number): Promise<void> {
  const side = 32
  const [x0, y0, r] = [9 + ((5 * n) % 14), 9 + ((11 * n) % 14), 5 + (n % 3)]
  const inside = Array.from(
    { length: side * side },
    (_, i) => ((i % side) - x0) ** 2 + (Math.floor(i / side) - y0) ** 2 < r * r,
  )
  const raw = { width: side, height: side, channels: 1 } as const
  const random = (i: number): number => Math.abs(Math.sin((i + 1000 * n) * 12.9898) * 43758.5453) % 1
  const photo = Uint8Array.from(inside, (is, i) => (is ? 120 : 70) + 80 * random(i))
  await sharp(photo, { raw })
    .png()
    .toFile(join(folder, 'photos', `${name}.png`))
  await sharp(
    Uint8Array.from(inside, (is) => (is ? 255 : 0)),
    { raw },
  )
    .png()
    .toFile(join(folder, 'masks', `${name}.png`))
}

/** Two scales of a U-Net (Ronneberger et al. 2015). */
function smallUnet(side: number): NetworkValue {
  const net = new NetBuilder([1, side, side])
  const block = (name: string, from: number, out: number): number => {
    const conv = net.add(`${name}.conv`, 'conv', [from], { out, kernel: 3, padding: 1, bias: false })
    return net.add(`${name}.relu`, 'relu', [net.add(`${name}.bn`, 'batchNorm', [conv])])
  }
  const fine = block('down', 0, 8)
  const coarse = block('bottom', net.add('pool', 'maxPool', [fine], { kernel: 2 }), 16)
  const up = net.add('up', 'convTranspose', [coarse], { out: 8, kernel: 2, stride: 2 })
  net.add('head', 'conv', [block('join', net.add('skip', 'concatenate', [fine, up]), 8)], { out: 2, kernel: 1 })
  return { kind: 'network', name: 'small U-Net', layers: net.layers }
}

describe('a folder with masks', () => {
  beforeAll(async () => {
    for (const name of ['photos', 'masks']) await mkdir(join(folder, name))
    for (let n = 0; n < 24; n++) await disc(`p${n}`, n)
    await plain(8, 8, { r: 0, g: 0, b: 0 }).toFile(join(folder, 'photos', 'alone.png'))
  })
  const params = { path: 'photos', masks: 'masks', width: 16, height: 16, colour: 'gray' }

  test('pairs pictures with the masks that are called as they are', async () => {
    const made = await bench.run(maskFolder, {}, params)
    expect(made.batch).toMatchObject({ shape: [24, 1, 16, 16] })
    expect(made.targets).toMatchObject({ shape: [24, 16, 16], dtype: 'int32' })
    const [numbers, targets] = [read(made.batch), read(made.targets)]
    const mean = (id: number) => {
      const own = numbers.filter((_, i) => targets[i] === id)
      return own.reduce((sum, v) => sum + v, 0) / own.length
    }
    expect(mean(1) - mean(0)).toBeGreaterThan(0.15)
    for (const [, picture, mask] of (made.table as TableValue).rows) expect(picture).toBe(mask)
  })

  test('tells numbers of classes from bright and dark', async () => {
    const ids = (code: string) => bench.run(maskFolder, {}, { ...params, code }).then(({ targets }) => read(targets))
    expect(new Set(await ids('gray'))).toEqual(new Set([0, 255]))
    await expect(ids('voc')).rejects.toMatchObject({ code: 'param.invalid' })
  })

  test('says where a mask has another size, or none is called as a picture', async () => {
    for (const name of ['a', 'b']) await mkdir(join(folder, name), { recursive: true })
    await plain(8, 8, { r: 0, g: 0, b: 0 }).toFile(join(folder, 'a', 'x.png'))
    await plain(9, 8, { r: 0, g: 0, b: 0 }).toFile(join(folder, 'b', 'x.png'))
    const given = { ...params, path: 'a', masks: 'b' }
    await expect(bench.run(maskFolder, {}, given)).rejects.toMatchObject({ code: 'data.mask-size' })
    const other = { ...params, path: 'a', masks: 'masks' }
    await expect(bench.shape(maskFolder, {}, other)).rejects.toMatchObject({ code: 'data.no-pairs' })
  })

  test.each(['dice', 'crossEntropyDice'])('teaches a U-Net by %s', { timeout: 60_000 }, async (loss) => {
    const { batch, targets } = await bench.run(maskFolder, {}, { ...params, width: 32, height: 32 })
    const inputs = { network: smallUnet(32), batch: batch as TensorValue, targets: targets as TensorValue }
    const made = await bench.run(networkTrain, inputs, { epochs: 10, batchSize: 6, rate: 0.01, test: 0.25, loss })
    // All dark would be right for nine pixels of ten.
    expect((made.score as NumberValue).value).toBeGreaterThan(0.97)
    const { rows } = made.matrix as TableValue
    const [, [, missed = 0, found = 0] = []] = rows as (readonly [string, number, number])[]
    const [[, , wrong = 0] = []] = rows as (readonly [string, number, number])[]
    expect((2 * found) / (2 * found + missed + wrong)).toBeGreaterThan(0.85)
  })

  test('of 255 is neither learned from nor counted', async () => {
    const { batch, targets } = await bench.run(maskFolder, {}, params)
    const ids = Int32Array.from(read(targets), (id, i) => (i % 16 < 8 ? 255 : id))
    const shape = { kind: 'tensor', shape: [24, 16, 16], axes: ['N', 'H', 'W'], dtype: 'int32' } as const
    const half = (await bench.device.ops.fromNumbers({ shape, numbers: ids })) as TensorValue
    const inputs = { network: smallUnet(16), batch: batch as TensorValue, targets: half }
    const made = await bench.run(networkTrain, inputs, { epochs: 1, batchSize: 6, test: 0.25 })
    const counts = (made.matrix as TableValue).rows.flatMap((row) => row.slice(1) as number[])
    expect(counts.reduce((a, b) => a + b, 0)).toBe((6 * 16 * 16) / 2)
  })
})
