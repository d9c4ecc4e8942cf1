import { expect, it } from 'vitest'
import { decimalsOf, fixed, weightWords } from './words.ts'

it('numbers have the same count of digits', () => {
  expect([0.31, -0.5, 12.3456, 213.4567, 0].map((v) => fixed(v))).toEqual([
    '0.3100',
    '−0.5000',
    '12.346',
    '213.46',
    '0.0000',
  ])
  expect(fixed(1.5e-7)).toBe('1.50e−7')
  expect(fixed(0.123456, 2)).toBe('0.12')
  expect(fixed('NaN')).toBe('NaN')
  expect(fixed('−∞')).toBe('−∞')
})

it('weights of a sum have the same count of decimals, and no more than they need', () => {
  const all = (weights: readonly number[]): readonly string[] =>
    weights.map((weight) => weightWords(weight, decimalsOf(weights)))
  expect(all([-1, 2, 1])).toEqual(['1', '2', '1'])
  expect(all([0.25, 0.0625, -1])).toEqual(['0.2500', '0.0625', '1.0000'])
  expect(all([0.299, 0.587, 0.114])).toEqual(['0.299', '0.587', '0.114'])
  expect(all([1 / 255])).toEqual(['0.003922'])
  expect(all([0.039789, 0.0000001])).toEqual(['0.039789', '1.0e−7'])
})
