/** Blocks with an idea and without it: what the chapter and the papers say that they cost. */
import { expect, test } from 'vitest'
import { NetBuilder, totalsOf } from '../engine/values/layers/graph.ts'
import { type Idea, ideas, withIdea } from './ideas.ts'

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
