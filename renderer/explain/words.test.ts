import { expect, it } from 'vitest'
import { fixed, weightWords } from './words.ts'

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

it('weights are as short as they can be', () => {
  expect([1, -2, 0.25, 1 / 3, 0.000123456].map((v) => weightWords(v))).toEqual([
    '1',
    '−2',
    '0.25',
    '0.3333',
    '0.0001235',
  ])
})
