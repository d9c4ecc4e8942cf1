/** Against what the papers count: MobileNets (Howard et al. 2017), tables 1 and 4. */
import { describe, expect, it } from 'vitest'
import type { Network, NetworkOperator } from './network.ts'
import { costOf, multipliesOf } from './network-cost.ts'

const operator = (type: string, inputs: readonly string[], attributes = {}): NetworkOperator => ({
  name: '',
  type,
  inputs,
  outputs: ['out'],
  attributes,
})
const network = (
  one: NetworkOperator,
  shapes: Record<string, readonly (number | string | null)[]>,
  weights: Record<string, readonly number[]>,
): Network => {
  const typed = <T extends object>(all: T) =>
    Object.fromEntries(Object.entries(all).map(([name, shape]) => [name, { dtype: 'float32', shape }]))
  return { inputs: ['in'], outputs: ['out'], operators: [one], tensors: typed(shapes), weights: typed(weights) }
}

describe('multiplications', () => {
  it.each([
    // The first layers: 3 × 3 of 3 channels with stride 2; 3 × 3 of each of 32 channels; 1 × 1 of 32 channels to 64.
    ['CONV_2D', [1, 112, 112, 32], [32, 3, 3, 3], 10_838_016],
    ['DEPTHWISE_CONV_2D', [1, 112, 112, 32], [1, 3, 3, 32], 3_612_672],
    ['CONV_2D', [1, 112, 112, 64], [64, 1, 1, 32], 25_690_112],
    ['Conv2D', [null, 112, 112, 64], [1, 1, 32, 64], 25_690_112],
    ['DepthwiseConv2dNative', [1, 112, 112, 32], [3, 3, 32, 1], 3_612_672],
    ['Conv', ['N', 64, 112, 112], [64, 32, 1, 1], 25_690_112],
    // In 32 groups of one channel.
    ['Conv', [1, 32, 112, 112], [32, 1, 3, 3], 3_612_672],
    ['Dense', [null, 1000], [1024, 1000], 1_024_000],
    ['Gemm', [1, 1000], [1000, 1024], 1_024_000],
  ] as const)('of %s giving %j with %j', (type, shape, weight, wanted) => {
    const one = operator(type, ['in', 'w'])
    expect(multipliesOf(one, network(one, { out: shape }, { w: weight }))).toBe(wanted)
  })

  it('of a transposed convolution follow from what it is given', () => {
    const one = operator('ConvTranspose', ['in', 'w'])
    const shapes = { in: [1, 16, 10, 10], out: [1, 8, 20, 20] }
    expect(multipliesOf(one, network(one, shapes, { w: [16, 8, 2, 2] }))).toBe(16 * 100 * 8 * 4)
  })

  it('of two results follow from both', () => {
    const one = operator('MatMul', ['in', 'other'])
    const shapes = { in: [1, 8, 49, 32], other: [1, 8, 32, 49], out: [1, 8, 49, 49] }
    expect(multipliesOf(one, network(one, shapes, {}))).toBe(8 * 49 * 49 * 32)
  })

  it('are none of what has no weights, and not known where shapes are not', () => {
    const relu = operator('Relu', ['in'])
    expect(multipliesOf(relu, network(relu, {}, {}))).toBe(0)
    const conv = operator('Conv', ['in', 'w'])
    const open = network(conv, { out: [1, 8, 'height', 'width'] }, { w: [8, 3, 3, 3] })
    expect(multipliesOf(conv, open)).toBeUndefined()
    expect(costOf(open)).toEqual([{ type: 'Conv', count: 1, parameters: 216, multiplies: 0, unknown: 1 }])
  })
})
