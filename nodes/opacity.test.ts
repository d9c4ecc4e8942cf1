/**
 * Opacity, over all nodes: an opaque picture gives what its colours give, and an opacity of 1; the colours under an opacity of 0
 * make no difference to what is seen, or the node says so.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { NodeDefinition } from '../engine/graph/node.ts'
import type { ImageShape, ImageValue, Value } from '../engine/values/index.ts'
import { fits, type SocketSpec } from '../engine/values/socket.ts'
import { createGpuTestDevice, noise, pictureShape } from '../host/testing/cpu.ts'
import { gpuTimeout, noGpu, openTestGpu } from '../host/testing/gpu.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { averageSeen, filterColours } from './alpha.ts'
import { catalogue } from './catalogue.ts'

let folder: string
let bench: NodeBench
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-opacity-'))
  bench = await createNodeBench(folder)
})
beforeEach(() => bench.device.clear())
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true })
})

const [H, W] = [12, 14]
const rgb: ImageShape = pictureShape(H, W, 3)
const rgba: ImageShape = { ...pictureShape(H, W, 4), alpha: true }

const takes = (socket: SocketSpec, shape: ImageShape): boolean =>
  socket.type === 'any' ||
  fits(
    { socket: { type: 'image', channels: [shape.channels], spaces: [shape.space] }, shape },
    { ...socket, collect: false },
  ).ok

/** Nodes that take pictures only, and such with opacity. */
const nodes = catalogue.filter(
  (node) =>
    !node.sockets &&
    !node.composite &&
    node.kind === 'pure' &&
    Object.keys(node.inputs).length > 0 &&
    Object.values(node.inputs).every(({ type, optional }) => optional || type === 'image' || type === 'any') &&
    Object.values(node.inputs).some((socket) => takes(socket, rgba)),
)

/** Parameters that show more than the defaults do; each is a case. */
const settings: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  'filter/custom-kernel': [
    {
      kernel: [
        [0, -1, 0],
        [-1, 4, -1],
        [0, -1, 0],
      ],
    },
    { kernel: [[0, 0, 0, 0, 1]], delta: 0.25 },
    { border: 'constant' },
  ],
  'filter/gaussian-blur': [{ sigma: 4 }, { border: 'constant' }, { sigma: 0 }],
  'filter/sharpen': [{ amount: 3, border: 'wrap' }],
  'filter/median': [{ size: 1 }, { size: 9 }],
  'edge/sobel': [{ border: 'constant' }],
  'filter/box': [{ width: 9, height: 3 }, { normalise: false }, { border: 'constant' }],
  'filter/bilateral': [{ diameter: 0 }],
  'morphology/compound': [{ operation: 'gradient' }, { form: 'ellipse', iterations: 2 }],
  'geometry/resize': ['nearest', 'bilinear', 'bicubic', 'area'].flatMap((method) =>
    [5, 31].map((width) => ({ width, height: width, keep: false, method })),
  ),
  'geometry/letterbox': [{ width: 20, height: 9 }],
  'geometry/crop': [{ x: 3, width: 6 }],
  'math/arithmetic': ['multiply', 'subtract', 'difference', 'maximum'].map((operation) => ({ operation })),
  'math/blend': ['multiply', 'screen', 'difference'].map((mode) => ({ mode })),
  'math/normalise': [{ mode: 'percentile' }, { mode: 'standard' }],
  'math/composite': ['in', 'out', 'xor'].map((operator) => ({ operator })),
  'geometry/pad': [{ border: 'reflect' }],
  'geometry/tile': [{ mirror: true }],
  'measure/delta-e': [{ formula: '1976' }],
  'colour/equalise': [{ of: 'channels' }],
  'filter/noise': [{ noise: 'salt-and-pepper' }],
  'colour/white-balance': [{ method: 'white-patch' }],
  'network/conv2d': [{ stride: 2, padding: 2 }],
  'network/max-pool': [{ size: 3, stride: 1, padding: 1 }],
  'colour/convert': ['bgr', 'linear', 'hsv'].map((to) => ({ to })),
}

/** Nodes that give or measure all numbers, opacity as one channel among them. */
const raw: ReadonlySet<string> = new Set(['tensor/view'])

/** What a node says that hands out hidden colours or counts them: found in its help, reference or summary. */
const told: Readonly<Record<string, RegExp>> = {
  'colour/convert': /hidden colours/,
  'measure/joint-histogram': /hidden colours/,
  'colour/split': /hidden colours/,
  'math/arithmetic': /hidden colours/,
  'tensor/inspect': /hidden colours/,
  'tensor/view': /opacity and hidden colours/,
}
const wordsOf = (node: NodeDefinition): string =>
  JSON.stringify([node.summary, node.inputs, node.params, node.outputs, node.explain])

/** Runs the node; the picture may be at one input only, with a colour picture at the others. */
async function run(
  node: NodeDefinition,
  at: string | undefined,
  image: ImageValue,
  params: object,
): Promise<Record<string, Value>> {
  const other = await bench.device.image(rgb, noise(H * W * 3, 77))
  const plane = await bench.device.image(pictureShape(H, W, 1), noise(H * W, 78))
  const inputs = Object.entries(node.inputs)
    .filter(([name, { optional, type }]) => !optional || (name === at && type === 'image'))
    .map(([name, socket]) => [name, name === at ? image : takes(socket, other) ? other : plane] as const)
  return bench.run(node, Object.fromEntries(inputs), { ...params })
}

/** Channels of every pixel that is seen, and the opacity (1 where there is none). */
function seenOf(value: ImageValue): { colours: number[][]; opacity: number[] } {
  const numbers = bench.device.read(value)
  const { channels, alpha } = value
  const pixels = Array.from({ length: numbers.length / channels }, (_, i) => [
    ...numbers.subarray(i * channels, (i + 1) * channels),
  ])
  return {
    colours: pixels.map((p) => (alpha ? p.slice(0, -1) : p)),
    opacity: pixels.map((p) => (alpha ? (p.at(-1) ?? 0) : 1)),
  }
}

function expectAlike(made: Value | undefined, wanted: Value | undefined, name: string): void {
  if (made?.kind === 'image' && wanted?.kind === 'image') {
    const [a, b] = [seenOf(made), seenOf(wanted)]
    const apart = a.colours.flatMap((pixel, i) =>
      (a.opacity[i] ?? 0) > 0
        ? pixel.map((v, c) => Math.abs(v - (b.colours[i]?.[c] ?? Number.NaN)) / Math.max(1, Math.abs(v)))
        : [0],
    )
    expect(
      apart.reduce((a, b) => Math.max(a, b), 0),
      `the colours of ${name}`,
    ).toBeLessThan(2e-6)
    expect(a.opacity, `the opacity of ${name}`).toEqual(b.opacity)
  } else if (made?.kind === 'number' && wanted?.kind === 'number') expect(made.value, name).toBeCloseTo(wanted.value, 5)
  else if (made && 'store' in made && wanted && 'store' in wanted)
    expect(bench.device.read(made)).toEqual(bench.device.read(wanted))
  else if (made?.kind === 'table' && wanted?.kind === 'table')
    expect(made.rows.slice(0, wanted.rows.length)).toEqual(wanted.rows)
  else if (made?.kind === 'plot' && wanted?.kind === 'plot')
    expect(made.series.slice(0, wanted.series.length)).toEqual(wanted.series)
}

const colours = noise(H * W * 3, 5)
/** A third is transparent, a third half, a third opaque, in patches. */
const opacityAt = (i: number): number => {
  const patch = (Math.floor((i % W) / 3) * 7 + Math.floor(i / W / 3) * 5) % 3
  return patch / 2
}
const withOpacity = (opacity: (i: number) => number, hidden: (i: number) => number): Float32Array =>
  Float32Array.from({ length: H * W * 4 }, (_, k) => {
    const [i, c] = [Math.floor(k / 4), k % 4]
    if (c === 3) return opacity(i)
    return opacity(i) > 0 ? (colours[3 * i + c] ?? 0) : hidden(k)
  })

describe.each(nodes.map((node) => [node.type, node] as const))('%s', (type, node) => {
  const cases = [{}, ...(settings[type] ?? [])].flatMap((params) =>
    Object.entries(node.inputs)
      .filter(([, socket]) => takes(socket, rgba))
      .map(([at]) => [at, JSON.stringify(params), params] as const),
  )

  test.skipIf(raw.has(type)).each(cases)(
    'an opaque picture at %s is as its colours, with %s',
    async (at, _, params) => {
      const made = await run(
        node,
        at,
        await bench.device.image(
          rgba,
          withOpacity(
            () => 1,
            () => 0,
          ),
        ),
        params,
      )
      const wanted = await run(node, at, await bench.device.image(rgb, colours), params)
      for (const [name, value] of Object.entries(wanted)) expectAlike(made[name], value, name)
    },
  )

  test.each(cases)('hidden colours at %s make no difference, or are told, with %s', async (at, _, params) => {
    if (told[type]) {
      expect(wordsOf(node)).toMatch(told[type])
      return
    }
    const made = await run(
      node,
      at,
      await bench.device.image(
        rgba,
        withOpacity(opacityAt, () => 0),
      ),
      params,
    )
    for (const hidden of [(i: number) => ((i * 37) % 11) - 5, () => Number.NaN]) {
      const image = await bench.device.image(rgba, withOpacity(opacityAt, hidden))
      const other = await run(node, at, image, params)
      for (const [name, value] of Object.entries(other)) expectAlike(made[name], value, name)
    }
  })
})

test('nodes with opacity are found', () => {
  expect(nodes.map(({ type }) => type)).toEqual(expect.arrayContaining(Object.keys(settings)))
})

test.skipIf(noGpu)('opacity is kept on a GPU as on a CPU', { timeout: gpuTimeout }, async () => {
  const gpu = await createGpuTestDevice(await openTestGpu(1 << 28))
  try {
    const numbers = withOpacity(opacityAt, () => 9)
    const taps = [0.25, 0.5, 0.25]
    const both = await Promise.all(
      [bench.device, gpu].map(async (device) => {
        const image = await device.image(rgba, numbers)
        const filtered = await filterColours(device.ops, image, 2, (colours) => device.ops.median(colours, { size: 5 }))
        const blurred = await averageSeen(device.ops, image, (picture) =>
          device.ops.separable(picture, { x: taps, y: taps, border: 'replicate' }),
        )
        const read = (value: ImageValue) => device.ops.read(value, {})
        return [...(await read(filtered)), ...(await read(blurred))]
      }),
    )
    const [cpu = [], there = []] = both
    expect(cpu).toHaveLength(2 * numbers.length)
    expect(cpu.reduce((most, v, i) => Math.max(most, Math.abs(v - (there[i] ?? Number.NaN))), 0)).toBeLessThan(1e-4)
  } finally {
    gpu.close()
  }
})
