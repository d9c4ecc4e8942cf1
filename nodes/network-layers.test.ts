/** Every type of layer, by ONNX Runtime, against torch; and what layers refuse. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TensorValue } from '../engine/values/index.ts'
import { joined, NetBuilder, totalsOf } from '../engine/values/layers/graph.ts'
import { layerTypes } from '../engine/values/layers/index.ts'
import type { Layer } from '../engine/values/layers/layer.ts'
import { apartOf, noisePicture, withWeights } from '../host/testing/layers.ts'
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

/** The networks of network-layers.py. */
const networks: Readonly<Record<string, (net: NetBuilder) => void>> = {
  convolutions(net) {
    const set = { out: 6, kernel: [3, 2], stride: [2, 1], padding: 1, dilation: [1, 2], groups: 2 }
    let x = net.add('gn', 'groupNorm', [net.add('a', 'conv', [0], set)], { groups: 3, eps: 1e-3 })
    x = net.add('lrn', 'responseNorm', [net.add('hs', 'hardswish', [x])], { size: 3, alpha: 0.1, beta: 0.75, k: 2 })
    x = net.add('b', 'convTranspose', [x], { out: 4, kernel: 3, stride: 2, padding: 1, groups: 2, bias: false })
    const y = net.add('silu', 'silu', [net.add('bn', 'batchNorm', [x])])
    const means = net.add('c', 'conv', [net.add('mean', 'adaptiveAvgPool', [y], { size: 1 })], { out: 4, kernel: 1 })
    const z = net.add('gated', 'multiply', [y, net.add('gate', 'sigmoid', [means])])
    const twice = net.add('twice', 'add', [z, z])
    const most = net.add('relu6', 'relu6', [net.add('four', 'add', [twice, twice])])
    net.add('both', 'concatenate', [most, net.add('gelu', 'gelu', [y])])
  },
  pools(net) {
    const max = net.add('max', 'maxPool', [0], { kernel: 3, stride: 2, padding: 1, ceil: true })
    const a = net.add('a', 'flatten', [net.add('a2', 'adaptiveAvgPool', [max], { size: [3, 2] })])
    const mean = net.add('mean', 'avgPool', [0], { kernel: 3, stride: 2, padding: 1 })
    const b = net.add('b', 'adaptiveAvgPool', [mean], { size: [4, 1] })
    const small = net.add('small', 'maxPool', [0], { kernel: 2, ceil: true })
    const rows = net.add('rows', 'slice', [small], { axis: 1, begin: 0, end: 4 })
    const c = net.add('c', 'slice', [rows], { axis: 2, begin: 1, end: 2 })
    const flat = net.add('flat', 'flatten', [net.add('sum', 'add', [b, c])])
    const y = net.add('y', 'concatenate', [a, net.add('two', 'slice', [flat], { axis: 0, begin: 0, end: 2 })])
    const three = net.add('three', 'add', [net.add('double', 'add', [y, y]), y])
    const dropped = net.add('dropout', 'dropout', [net.add('hs', 'hardsigmoid', [three])])
    net.add('softmax', 'softmax', [net.add('fc', 'linear', [dropped], { out: 3, bias: false })])
  },
  tokens(net) {
    const maps = net.add('patch', 'conv', [0], { out: 8, kernel: 4, stride: 4 })
    const flat = net.add('flat', 'reshape', [maps], { shape: [8, 6] })
    let y = net.add('class_token', 'token', [net.add('rows', 'permute', [flat], { order: [1, 0] })], {
      shape: [1, 1, 8],
    })
    y = net.add('pos', 'shift', [y], { shape: [1, 7, 8] })
    const z = net.add('ln', 'layerNorm', [y], { eps: 1e-6 })
    const looked = net.add('scale', 'scale', [net.add('attention', 'attention', [z], { heads: 2 })], { shape: [7, 1] })
    const fc = net.add('fc', 'linear', [net.add('add', 'add', [y, looked])], { out: 5 })
    net.add('relu', 'tanh', [fc])
  },
  windows(net) {
    const window = 3
    const y = net.add('last', 'permute', [0], { order: [1, 2, 0] })
    const plain = net.add('plain', 'windowAttention', [y], { heads: 2, window })
    const sum = net.add('add', 'add', [plain, y])
    const shifted = net.add('shifted', 'windowAttention', [sum], { heads: 2, window, shift: 1 })
    const cut = net.add('cut', 'slice', [shifted], { axis: 0, begin: 0, end: 3 })
    net.add('first', 'permute', [net.add('whole', 'windowAttention', [cut], { heads: 1, window, shift: 1 })], {
      order: [2, 0, 1],
    })
  },
}

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
