/** Every type of layer, by ONNX Runtime, against torch; and what layers refuse. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TensorValue } from '../engine/values/index.ts'
import { joined, NetBuilder, totalsOf } from '../engine/values/layers/graph.ts'
import { layerTypes } from '../engine/values/layers/index.ts'
import type { Layer } from '../engine/values/layers/layer.ts'
import { apartOf, moreNetworks, noisePicture, smallNetworks, withWeights } from '../host/testing/layers.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { withJoin, withLayer } from './layers.ts'
import { networkRun } from './network/run.ts'

interface Told {
  readonly input: readonly number[]
  readonly shape: readonly number[]
  readonly output: readonly number[]
}
const truth = JSON.parse(
  await readFile(join(import.meta.dirname, 'fixtures', 'network-layers.json'), 'utf8'),
) as Readonly<Record<string, Told>>

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

const networks = { ...smallNetworks, ...moreNetworks }

describe('the whole output, as torch gives it', () => {
  test.each(Object.entries(networks))('%s', async (name, build) => {
    const { input = [], shape, output = [] } = truth[name] ?? {}
    const net = new NetBuilder(input)
    build(net)
    const network = await withWeights(bench, name, net.layers)
    const given = { network, image: await noisePicture(bench, input) }
    const { tensor } = await bench.run(networkRun, given, { normalise: 'none' })
    expect((tensor as TensorValue).shape).toEqual(shape)
    expect(apartOf(bench.device.read(tensor as TensorValue), output)).toBeLessThan(1e-5)
  })

  test('no type of layer is left out', () => {
    const used = Object.entries(networks).flatMap(([name, build]) => {
      const net = new NetBuilder(truth[name]?.input ?? [])
      build(net)
      return net.layers.map(({ type }) => type)
    })
    // ReLU is in every architecture.
    expect([...layerTypes.keys()].filter((type) => !used.includes(type))).toEqual(['relu'])
  })
})

const begin = (shape: readonly number[]) => ({ kind: 'network', layers: new NetBuilder(shape).layers }) as const
const conv = (out: number) => ({ type: 'conv', set: { out, kernel: 3 } })

describe('building', () => {
  test('shapes that do not meet are said with both, at the layer', () => {
    const network = withLayer(begin([3, 8, 8]), conv(4), '')
    expect(() => withJoin(network, begin([3, 8, 8]), { type: 'add' }, 'skip')).toThrow(
      'The layer "skip" (Add) takes two of one shape; 4 × 6 × 6 and 3 × 8 × 8 came.',
    )
    expect(() => withLayer(begin([3, 2, 8]), conv(4), 'first')).toThrow(
      'The layer "first" (Conv2d) takes at least 3 × 3 pixels; 3 × 2 × 8 came.',
    )
    expect(() => withLayer(begin([7]), conv(4), '')).toThrow('takes channels × height × width; 7 came')
  })

  test('branches share what came before them, and names are numbered', () => {
    const stem = withLayer(begin([3, 8, 8]), conv(4), '')
    const one = withLayer(stem, { type: 'relu' }, '')
    const two = withLayer(withLayer(stem, { type: 'tanh' }, ''), { type: 'relu' }, '')
    const made = withJoin(one, two, { type: 'add' }, '')
    expect(made.layers.map(({ name, from }) => `${name}: ${from.join()}`)).toEqual([
      ...['input: ', 'conv1: 0', 'relu1: 1', 'tanh1: 1', 'relu1_2: 3', 'add1: 2,4'],
    ])
    expect(totalsOf(made.layers).parameters).toBe(4 * 27 + 4)
    const { ends } = joined([stem.layers, one.layers] as readonly (readonly Layer[])[])
    expect(ends).toEqual([1, 2])
  })

  test('layers without end are refused', () => {
    expect(() => withLayer(begin([1]), { type: 'linear', set: { out: 2 ** 40 } }, '')).toThrow(
      'more than memory can hold',
    )
  })

  test('random weights follow from the seed and the names alone', async () => {
    const image = await noisePicture(bench, [3, 8, 8])
    const network = withLayer(begin([3, 8, 8]), conv(2), '')
    const run = async (seed: number) => {
      const { tensor } = await bench.run(networkRun, { network, image }, { normalise: 'none', seed })
      return [...bench.device.read(tensor as TensorValue)]
    }
    const first = await run(1)
    expect(await run(1)).toEqual(first)
    expect(await run(2)).not.toEqual(first)
  })
})
