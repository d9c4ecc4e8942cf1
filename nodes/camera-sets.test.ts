/** Sets of cameras: what other programs say they see, from disk and back, and what is refused. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CameraValue, ImageValue, SequenceValue } from '../engine/values/index.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { loadSet } from './camera/load-set.ts'
import { saveSet } from './camera/save-set.ts'
import { readColmapText } from './camera/sets/colmap.ts'
import given from './fixtures/camera_sets.json' with { type: 'json' }

let folder: string
let bench: NodeBench
const signal = new AbortController().signal
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cameras-'))
  bench = await createNodeBench(folder)
  for (const name of ['cameras.bin', 'images.bin'] as const)
    await writeFile(join(folder, name), Buffer.from(given.colmap[name], 'base64'))
  for (const name of ['cameras.txt', 'images.txt'] as const) await writeFile(join(folder, name), given.colmap[name])
  await writeFile(join(folder, 'transforms.json'), JSON.stringify(given.nerf['transforms.json']))
}, 200_000)
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true })
})

interface Seen {
  readonly name: string
  readonly camera: CameraValue
}
async function loaded(path: string): Promise<readonly Seen[]> {
  const { cameras } = await bench.run(loadSet, {}, { path }, { wants: (output) => output === 'cameras' })
  const all = cameras as unknown as SequenceValue
  return Promise.all(
    Array.from({ length: all.length }, async (_, i) => ({
      name: all.labels?.[i] ?? '',
      camera: (await all.at(i, signal)) as CameraValue,
    })),
  )
}

/** Where a place of the world comes to. */
function pixel({ view, fx, fy, cx, cy }: CameraValue, point: readonly number[]): readonly number[] {
  const [x = 0, y = 0, z = 0] = [0, 4, 8].map(
    (row) => [0, 1, 2].reduce((sum, k) => sum + (view[row + k] ?? 0) * (point[k] ?? 0), 0) + (view[row + 3] ?? 0),
  )
  return [(fx * x) / z + cx, (fy * y) / z + cy, z]
}

function same(set: readonly Seen[], wanted: typeof given.colmap.wanted): void {
  expect(set.length).toBe(wanted.length)
  for (const { name, width, height, points, pixels } of wanted) {
    const camera = set.find((one) => one.name === name)?.camera
    expect(camera, name).toMatchObject({ width, height })
    for (const [i, point] of points.entries()) {
      const [u = 0, v = 0] = pixel(camera as CameraValue, point)
      expect(Math.hypot(u - (pixels[i]?.[0] ?? 0), v - (pixels[i]?.[1] ?? 0)), `${name} ${i}`).toBeLessThan(1e-6)
    }
  }
}

it.each(['cameras.bin', 'images.bin', 'cameras.txt', 'images.txt'])(
  'COLMAP: cameras of %s see what its formula says, in the order of the pictures',
  async (path) => {
    const set = await loaded(path)
    same(set, given.colmap.wanted)
    expect(set.map(({ name }) => name)).toEqual(['shot 7.jpg', 'shot 8.jpg', 'shot 9.jpg', 'shot 10.jpg'])
  },
)

it('NeRF: a place on a ray comes to the pixel of the ray', async () => {
  const set = await loaded('transforms.json')
  same(set, given.nerf.wanted)
  // It is before the camera, not behind.
  for (const [i, point] of (given.nerf.wanted[0]?.points ?? []).entries())
    expect(pixel(set[0]?.camera as CameraValue, point)[2], String(i)).toBeGreaterThan(0)
})

it('NeRF: sizes come from the pictures where the file says none, and pictures are found without their ending', async () => {
  await mkdir(join(folder, 'train'))
  await sharp({ create: { width: 800, height: 600, channels: 3, background: 'red' } })
    .png()
    .toFile(join(folder, 'train/r_0.png'))
  await writeFile(join(folder, 'synthetic.json'), JSON.stringify(given.nerf.synthetic))
  const [one] = await loaded('synthetic.json')
  expect(one?.camera).toMatchObject({ width: 800, height: 600, cx: 400, cy: 300 })
  expect(one?.camera.fx).toBeCloseTo(given.nerf.focal, 6)
  expect(one?.camera.fy).toBeCloseTo(given.nerf.focal, 6)
  const { images } = await bench.run(loadSet, {}, { path: 'synthetic.json' })
  const picture = (await (images as unknown as SequenceValue).at(0, signal)) as ImageValue
  expect(picture).toMatchObject({ width: 800, height: 600 })
  await expect(bench.run(loadSet, {}, { path: 'transforms.json' })).rejects.toMatchObject({
    code: 'file.no-pictures',
  })
})

it.each(['out/again.json', 'out/cameras.txt', 'out/images.bin'])('written as %s, they see the same', async (path) => {
  await mkdir(join(folder, 'out'), { recursive: true })
  const { cameras } = await bench.run(loadSet, {}, { path: 'cameras.bin' }, { wants: (output) => output === 'cameras' })
  await bench.run(saveSet, { cameras: cameras as never }, { path })
  same(await loaded(path), given.colmap.wanted)
})

it('what is written is what COLMAP reads: a line, the points after it, and a file of points', async () => {
  await mkdir(join(folder, 'plain'))
  const { cameras } = await bench.run(
    loadSet,
    {},
    { path: 'transforms.json' },
    { wants: (output) => output === 'cameras' },
  )
  await bench.run(saveSet, { cameras: cameras as never }, { path: 'plain/cameras.txt' })
  expect(await readFile(join(folder, 'plain/cameras.txt'), 'utf8')).toMatch(/\n1 PINHOLE 420 320 400 410 211 160\n$/)
  const lines = (await readFile(join(folder, 'plain/images.txt'), 'utf8')).split('\n')
  expect(lines[1]).toMatch(/^1( -?[\d.e-]+){7} 1 images\/0001\.png$/)
  expect(lines[2]).toBe('')
  expect(await readFile(join(folder, 'plain/points3D.txt'), 'utf8')).toMatch(/^#.*\n$/)
})

it('says how far a lens bends the corners, as its formula has it', async () => {
  const { readSet } = await import('./camera/sets/read.ts')
  const { all } = await readSet({ path: 'cameras.txt', pictures: '' }, { services: bench.services, signal })
  expect(Math.max(...all.map(({ bent = 0 }) => bent))).toBeCloseTo(given.colmap.bent, 6)
})

const cameras = Buffer.from(given.colmap['cameras.bin'], 'base64')
const images = Buffer.from(given.colmap['images.bin'], 'base64')
/** The bytes with a number of 64 bits at a place. */
function lying(bytes: Buffer, at: number, value: bigint): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeBigUInt64LE(value, at)
  return copy
}
/** The count of points of the first image. */
const points = images.indexOf(0, 72) + 1

it.each<[string, Buffer, Buffer, RegExp]>([
  ['a truncated list of images', cameras, images.subarray(0, images.length - 30), /claims 2 points|ends after/],
  ['a truncated list of lenses', cameras.subarray(0, 50), images, /2 lenses|ends after/],
  ['five bytes', Buffer.alloc(5), images, /ends after 5 bytes/],
  ['2⁶³ images', cameras, lying(images, 0, 1n << 63n), /says that it has/],
  ['a million points that are not there', cameras, lying(images, points, 1_000_000n), /claims 1000000 points/],
  ['a width of 2⁴⁰', lying(cameras, 16, 1n << 40n), images, /a width is/],
  ['another model', lying(cameras, 8, (99n << 32n) | 1n), images, /model 99/],
])('COLMAP: %s is refused by name', async (_, first, second, says) => {
  await mkdir(join(folder, 'bad'), { recursive: true })
  await writeFile(join(folder, 'bad/cameras.bin'), first)
  await writeFile(join(folder, 'bad/images.bin'), second)
  const problem = await loaded('bad/cameras.bin').then(
    () => undefined,
    (error: unknown) => error as { code: string; params: { message: string } },
  )
  expect(problem?.code).toBe('cameras.damaged')
  expect(problem?.params.message).toMatch(says)
})

it.each<[string, Buffer, RegExp]>([
  ['text in another encoding', Buffer.from('1 1 0 0 0 0 0 0 1 caf\xe9.jpg\n\n', 'latin1'), /UTF-8/],
  ['no end of a line', Buffer.alloc(100_000, 'x'), /line of 100000 bytes/],
  ['a line of an image that is cut off', Buffer.from('1 1 0 0 0 0 0\n\n'), /no number/],
])('COLMAP as text: %s is refused by name', async (_, list, says) => {
  await mkdir(join(folder, 'bad'), { recursive: true })
  await writeFile(join(folder, 'bad/cameras.txt'), given.colmap['cameras.txt'])
  await writeFile(join(folder, 'bad/images.txt'), list)
  await expect(loaded('bad/cameras.txt')).rejects.toMatchObject({
    code: 'cameras.damaged',
    params: { message: expect.stringMatching(says) },
  })
})

it('COLMAP: long lists are read in parts, and the points of an image are passed by', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  const lenses = bytes('# lenses\n1 PINHOLE 64 48 50 50 32 24\r\n')
  const seen = '12.5 13.5 -1 '.repeat(10_000)
  const lists = Array.from({ length: 640 }, (_, i) => `${i + 1} 1 0 0 0 ${i} 0 0 1 ${i}.png\n${i === 3 ? seen : ''}\n`)
  const parts = readColmapText(lenses, bytes(lists.join('')), ['cameras.txt', 'images.txt'])
  let pauses = 0
  let part = parts.next()
  for (; !part.done; part = parts.next()) pauses++
  expect(pauses).toBeGreaterThanOrEqual(10)
  expect(part.value.map(({ name }) => name)).toEqual(lists.map((_, i) => `${i}.png`))
  expect(part.value[4]?.camera.view[3]).toBe(4)
})

const frame = {
  file_path: 'a.png',
  transform_matrix: [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((k) => Number(i === k))),
}
const sized = { w: 10, h: 10, fl_x: 10 }
it.each<[string, unknown, string]>([
  ['no JSON', '{"frames": [', 'cameras.damaged'],
  ['no frames', sized, 'cameras.damaged'],
  ['no lens', { w: 10, h: 10, frames: [frame] }, 'cameras.damaged'],
  [
    'a mirror',
    {
      ...sized,
      frames: [
        {
          ...frame,
          transform_matrix: [
            [-1, 0, 0, 0],
            [0, 1, 0, 0],
            [0, 0, 1, 0],
          ],
        },
      ],
    },
    'cameras.damaged',
  ],
  ['an absolute path', { ...sized, frames: [{ ...frame, file_path: '/etc/hostname' }] }, 'cameras.damaged'],
  ['a fisheye', { ...sized, camera_model: 'OPENCV_FISHEYE', frames: [frame] }, 'cameras.fisheye'],
  ['an empty list', { ...sized, frames: [] }, 'cameras.none'],
])('transforms.json: %s is refused', async (_, file, code) => {
  await writeFile(join(folder, 'bad.json'), typeof file === 'string' ? file : JSON.stringify(file))
  await expect(loaded('bad.json')).rejects.toMatchObject({ code })
})
