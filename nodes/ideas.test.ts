/** Blocks with an idea and without it: what the chapter and the papers say that they cost. */
import { expect, test } from 'vitest'
import { NetBuilder, totalsOf } from '../engine/values/layers/graph.ts'
import { type Idea, ideas, withIdea } from './ideas.ts'
import { Net } from './network/architectures/blocks.ts'
import { scaledEfficientnet } from './network/architectures/efficientnet.ts'
import { modernised, steps } from './network/architectures/modernised.ts'

/** Weights of convolutions alone, per pixel that comes out. */
function costs(idea: Idea, on: boolean, [from, channels, side = 14]: readonly number[]) {
  const { layers } = new NetBuilder([from ?? 1, side, side])
  const made = withIdea({ kind: 'network', layers }, { idea, on, channels: channels ?? 1, name: 'block' })
  const { output, parameters, multiplyAdds } = totalsOf(made.layers)
  return { output, parameters, perPixel: multiplyAdds / side ** 2, layers: made.layers }
}

test('a depthwise-separable convolution takes 133,376 multiplications a pixel, a standard one 1,179,648', () => {
  expect(costs('separable', false, [256, 512]).perPixel).toBe(1_179_648)
  expect(costs('separable', true, [256, 512]).perPixel).toBe(133_376)
})

test('two 3 × 3 have 18 weights for each pair of channels, one 5 × 5 has 25', () => {
  expect(costs('small-kernels', false, [64, 64]).perPixel).toBe(25 * 64 * 64)
  expect(costs('small-kernels', true, [64, 64]).perPixel).toBe(18 * 64 * 64)
})

test('a skip connection changes no parameter and no multiplication', () => {
  const [without, having] = [false, true].map((on) => costs('residual', on, [64, 64]))
  expect(having?.parameters).toBe(without?.parameters)
  expect(having?.perPixel).toBe(without?.perPixel)
  expect(having?.layers.filter(({ type }) => type === 'add')).toHaveLength(1)
})

test('dense connections: the channels grow by as many as each layer adds', () => {
  expect(costs('dense', true, [64, 32]).output[0]).toBe(64 + 4 * 32)
  // Layer i takes 64 + 32 i channels.
  expect(costs('dense', true, [64, 32]).perPixel).toBe(9 * 32 * (64 + 96 + 128 + 160))
  expect(costs('dense', false, [64, 32]).output[0]).toBe(32)
})

test('attention in windows of 7 × 7 looks at 49 places instead of all', () => {
  const looking = (on: boolean) => costs('windows', on, [96, 96, 56]).perPixel - 4 * 96 ** 2
  expect(looking(false)).toBe(2 * 56 * 56 * 96)
  expect(looking(true)).toBe(2 * 49 * 96)
})

test('1 × 1 convolutions make large kernels cheaper, and inverted residuals are wide inside', () => {
  const [without, having] = [false, true].map((on) => costs('bottleneck', on, [256, 256]).perPixel)
  expect(having).toBeLessThan((without ?? 0) / 5)
  const inner = costs('inverted', true, [32, 32]).layers.find(({ name }) => name === 'block.look')
  expect(inner?.set).toMatchObject({ out: 192, groups: 192 })
})

test.each(ideas)('%s: the shapes fit, and names are those of the block', (idea) => {
  for (const on of [false, true]) {
    const { layers } = costs(idea, on, [64, 32])
    expect(layers.slice(1).every(({ name }) => name.startsWith('block.'))).toBe(true)
  }
})

test('dense connections: L (L + 1) / 2 of them', () => {
  const { layers } = costs('dense', true, [64, 32])
  // What each layer reads: the block's input, and every layer that was put beside it.
  const seen = (at: number): number =>
    layers[at]?.type === 'concatenate' ? layers[at].from.reduce((sum, from) => sum + seen(from), 0) : 1
  const read = layers.filter(({ type }) => type === 'conv').map(({ from }) => seen(from[0] ?? 0))
  expect(read).toEqual([1, 2, 3, 4])
})

test('a ResNet-50 becomes a ConvNeXt-T in seven steps', () => {
  const all = steps.map((_, step) => {
    const net = new Net([3, 224, 224])
    modernised(net, step, 1000)
    return totalsOf(net.layers)
  })
  // Of the first and the last network torchvision's.
  expect([all[0]?.parameters, all[7]?.parameters]).toEqual([25_557_032, 28_589_128])
  // The paper's table 10 (G), where the depthwise convolutions have 3 × 3 at first.
  const more = [3, 3, 9, 3].reduce((sum, count, s) => sum + count * (49 - 9) * 96 * 2 ** s * (56 / 2 ** s) ** 2, 0)
  const counted = all.map(({ multiplyAdds }, step) => multiplyAdds - (step === 4 ? more : 0))
  expect(counted.map((count) => Math.round(count / 1e7) / 100)).toEqual([
    ...[4.09, 4.09, 4.53, 4.42, 5.27, 4.15, 4.15, 4.46],
  ])
})

test('compound scaling: depth and width by their factors, the cost by α·β²·γ²', () => {
  const scaled = (depth: number, width: number, side = 224) => {
    const net = new Net([3, side, side])
    scaledEfficientnet(net, { depth, width }, 1000)
    return { ...totalsOf(net.layers), blocks: net.layers.filter(({ name }) => name.endsWith('.add')).length }
  }
  const base = scaled(1, 1)
  expect(base.parameters).toBe(5_288_548)
  expect(scaled(2, 1).multiplyAdds / base.multiplyAdds).toBeCloseTo(2, 0)
  expect(scaled(1, 2).multiplyAdds / base.multiplyAdds).toBeCloseTo(4, 0)
  expect(scaled(1, 1, 448).multiplyAdds / base.multiplyAdds).toBeCloseTo(4, 1)
  // torchvision's B4.
  expect(scaled(1.8, 1.4, 380).parameters).toBe(19_341_616)
})
