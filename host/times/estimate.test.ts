/** What a run takes, reckoned before it, against what it takes: the memory as the arena measures it, and which nodes run. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseFile } from '../../engine/graph/file.ts'
import { type Made, makeEngine } from '../engine.ts'
import { temporaryFolder } from '../server/testing.ts'
import { openTimes } from './file.ts'

const folder = temporaryFolder()
const megabyte = 1e6

beforeAll(async () => {
  const picture = (width: number, height: number) => ({
    create: { width, height, channels: 3 as const, background: '#963' },
  })
  await sharp(picture(1600, 1200)).png().toFile(join(folder, 'large.png'))
  mkdirSync(join(folder, 'many'))
  for (let i = 0; i < 6; i++)
    await sharp(picture(800, 600))
      .png()
      .toFile(join(folder, 'many', `${i}.png`))
})

type Node = readonly [type: string, params?: object]
const graph = (nodes: Readonly<Record<string, Node>>, wires: readonly string[]) =>
  parseFile({
    format: 'sightline',
    version: 1,
    nodes: Object.entries(nodes).map(([id, [type, params = {}]]) => ({ id, type, params })),
    edges: wires.map((wire) => {
      const [from, to] = wire.split(' > ')
      return { from, to }
    }),
  })

const large: Node = ['io/load-image', { path: 'large.png' }]
const graphs = {
  'a chain': graph(
    {
      photo: large,
      blur: ['filter/gaussian-blur', { sigma: 3 }],
      gray: ['colour/convert', { to: 'gray' }],
      edges: ['edge/sobel'],
      small: ['geometry/resize', { width: 800 }],
    },
    ['photo.image > blur.image', 'blur.image > gray.image', 'gray.image > edges.image', 'blur.image > small.image'],
  ),
  'many branches': graph(
    {
      photo: large,
      ...Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`b${i}`, ['filter/gaussian-blur', { sigma: 1 + i }]])),
    },
    Array.from({ length: 6 }, (_, i) => `photo.image > b${i}.image`),
  ),
  'a network’s input': graph(
    {
      photo: large,
      fit: ['geometry/letterbox', { width: 1024, height: 1024 }],
      numbers: ['tensor/normalise'],
      back: ['tensor/to-image'],
    },
    ['photo.image > fit.image', 'fit.image > numbers.image', 'numbers.tensor > back.tensor'],
  ),
  'a folder': graph(
    {
      files: ['io/folder', { path: 'many' }],
      blur: ['filter/gaussian-blur', { sigma: 2 }],
      gray: ['colour/convert', { to: 'gray' }],
    },
    ['files.image > blur.image', 'blur.image > gray.image'],
  ),
}

/** The most that the arena and what was spilled from it took at one time. */
function watchPeak({ devices: { arena } }: Made) {
  const alloc = arena.alloc.bind(arena)
  const watch = {
    peak: 0,
    stop() {
      arena.alloc = alloc
    },
  }
  arena.alloc = (...given) => {
    const address = alloc(...given)
    watch.peak = Math.max(watch.peak, arena.used + arena.counters.spilled)
    return address
  }
  return watch
}

const signal = new AbortController().signal

describe.each([
  ['with room for everything', 2000 * megabyte],
  ['with room for little', 64 * megabyte],
])('the memory, %s', (_, memory) => {
  let made: Made
  beforeAll(async () => {
    made = await makeEngine({ device: 'cpu', threads: 2, memory })
  })
  afterAll(() => made.close())

  it.each(Object.entries(graphs))('of %s is between a half and twice what is reckoned', async (_, document) => {
    const services = made.services(folder, { allow: async () => true })
    const { estimate, problems } = await made.engine.foresee(document, { services, fresh: true })
    expect(problems).toEqual([])
    const before = made.devices.arena.used
    const watch = watchPeak(made)
    const result = await made.engine.run(document, { services, signal, fresh: true })
    watch.stop()
    result.release()
    expect(result.ok).toBe(true)
    const ratio = (watch.peak - before) / estimate.bytes
    if (process.env.SIGHTLINE_SAY)
      console.log(name, memory / 1e6, estimate.bytes / 1e6, (watch.peak - before) / 1e6, ratio)
    expect(ratio).toBeGreaterThan(0.5)
    expect(ratio).toBeLessThan(2)
  })
})

describe('what is left to do', () => {
  const path = join(folder, 'home', 'times.json')
  const chain = (sigma: number) =>
    graph(
      {
        files: ['io/folder', { path: 'many' }],
        photo: large,
        blur: ['filter/gaussian-blur', { sigma }],
        gray: ['colour/convert', { to: 'gray' }],
        each: ['math/threshold'],
      },
      ['photo.image > blur.image', 'blur.image > gray.image', 'files.image > each.image'],
    )
  const start = async () => {
    const file = await openTimes(path)
    const made = await makeEngine({ device: 'cpu', threads: 2, times: file })
    const services = made.services(folder, { allow: async () => true })
    const ask = async (sigma: number) => (await made.engine.foresee(chain(sigma), { services })).estimate
    const untimed = async (sigma: number) => (await ask(sigma)).nodes.filter(({ ms }) => ms === undefined).length
    return { made, services, ask, untimed }
  }

  it('is all at first, then what a change needs; times outlive the program, and a damaged file', async () => {
    const { made, services, ask, untimed } = await start()
    const first = await ask(1)
    expect(first.nodes.map(({ node, runs }) => [node, runs]).sort()).toEqual([
      ['blur', 1],
      ['each', 6],
      ['files', 1],
      ['gray', 1],
      ['photo', 1],
    ])
    expect([first.kept, first.ms, await untimed(1)]).toEqual([0, 0, 5])
    const result = await made.engine.run(chain(1), { services, signal })
    expect(await ask(1)).toEqual({ ms: 0, bytes: 0, nodes: [], kept: 5 })
    const changed = await ask(2)
    expect(changed.nodes.map(({ node }) => node)).toEqual(['blur', 'gray'])
    expect(changed.ms).toBeGreaterThan(0)
    // Pictures of 1600 × 1200 float32: RGB and gray.
    expect(changed.bytes).toBe(1600 * 1200 * 4 * 4)
    result.release()
    await made.close()

    const again = await start()
    expect(await again.untimed(1)).toBe(0)
    await again.made.close()
    writeFileSync(path, '{"format":"sightline-times"')
    const damaged = await start()
    expect(await damaged.untimed(1)).toBe(5)
    await damaged.made.close()
  })
})
