/** Nodes that take a whole sequence: however long it is, the memory of a few elements is enough. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NodeDefinition } from '../engine/graph/node.ts'
import { Arena } from '../engine/memory/arena.ts'
import { createEngine } from '../engine/run/create.ts'
import { graphOf, Log, testingNodes, testingServices } from '../engine/run/testing.ts'
import { createTestDevices, type TestDevice } from '../host/testing/cpu.ts'
import { catalogue } from './catalogue.ts'
import { gaussianBlur } from './filter/gaussian-blur.ts'
import { resize } from './geometry/resize.ts'

let device: TestDevice
beforeAll(async () => {
  device = (await createTestDevices()).single
})
afterAll(() => device.close())

const side = 256
const pictureBytes = 4 * side * side

/** Notes the most bytes that were in use at one time, spilled ones included. */
class WatchedArena extends Arena {
  most = 0

  override alloc(...given: Parameters<Arena['alloc']>): number {
    const address = super.alloc(...given)
    this.most = Math.max(this.most, this.used + this.counters.spilled)
    return address
  }
}

const testing = testingNodes(new Log())
const services = { ...testingServices(), encode: async () => undefined }

/** The inputs that take a whole sequence of pictures. Those of boxes and label maps hold little, and read both their inputs in pairs. */
const collectingOf = ({ inputs }: NodeDefinition): string[] =>
  Object.entries(inputs).flatMap(([port, { type, collect }]) =>
    (collect && (type === 'image' || type === 'any')) || type === 'sequence' ? [port] : [],
  )

/** Nodes that read no element, but names or nothing; what they give is made when it is asked for. */
const readingNone = [
  'io/annotations',
  'classify/from-names',
  'classify/captures',
  'learn/nearest',
  'measure/listed-pictures',
]
/** Nodes that hold all pictures, because they go over them again and again. */
const holding = ['splat/train']
const others = new Set([...readingNone, ...holding])

const collecting = [
  ...catalogue.filter(({ type }) => !others.has(type)),
  ...testing.filter(({ type }) => type === 'test/mean'),
].flatMap((node) => collectingOf(node).map((port) => ({ node, port })))

/** What a node needs beside its sequence. */
const params: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'io/save-image': { path: 'out/{index}.png' },
}

async function mostFor(length: number, node: NodeDefinition, port: string): Promise<number> {
  const arena = new WatchedArena(new WebAssembly.Memory({ initial: 64, maximum: 4096 }), { budget: 128 << 20 })
  const engine = createEngine({
    device: device.device,
    arena,
    nodes: [...testing, gaussianBlur, resize, ...(testing.includes(node) ? [] : [node])],
    memory: 2 * pictureBytes,
  })
  try {
    const graph = graphOf(
      {
        images: ['test/images', { length, side }],
        double: ['test/gain', { factor: 2 }],
        blur: ['filter/gaussian-blur', { sigma: 1 }],
        small: ['geometry/resize', { width: 8, height: 8 }],
        end: [node.type, params[node.type] ?? {}],
      },
      [
        'images.images > double.image',
        'double.image > blur.image',
        'blur.image > small.image',
        `small.image > end.${port}`,
      ],
    )
    const result = await engine.run(graph, { services })
    expect(result.problems).toEqual([])
    expect(result.ok).toBe(true)
    result.release()
    return arena.most
  } finally {
    await engine.close()
  }
}

test('some nodes collect', () => {
  expect(collecting.length).toBeGreaterThan(1)
})

test.each(collecting)(
  '$node.type, $port: a long sequence takes no more memory than a short one',
  async ({ node, port }) => {
    const short = await mostFor(12, node, port)
    const long = await mostFor(36, node, port)
    expect(long - short).toBeLessThanOrEqual(pictureBytes)
  },
)
