import { describe, expect, it } from 'vitest'
import { guessAxes } from './axes.ts'

describe('the names of axes', () => {
  it.each([
    [[1, 3, 224, 224], 'channels-last', 'NCHW'],
    [[1, 224, 224, 3], 'channels-first', 'NHWC'],
    [[1, 7, 7, 2048], 'channels-last', 'NHWC'],
    // What is left of a picture after pooling over all of it.
    [[1, 1, 1, 1024], 'channels-last', 'NHWC'],
    [[1, 1024, 1, 1], 'channels-first', 'NCHW'],
    [[1, 1000], 'channels-last', 'NC'],
  ] as const)('of %j, %s, are %s', (shape, layout, axes) => {
    expect(guessAxes(shape, layout).join('')).toBe(axes)
  })
})
