import { expect, it } from 'vitest'
import { formatBytes, formatNumber, formatTime, parseNumber } from './numbers.ts'

it.each([
  [0, '0'],
  [0.1 + 0.2, '0.3'],
  [-3.2, '−3.2'],
  [1 / 3, '0.333333'],
  [123456789, '123457000'],
  [1e12, '1.000e12'],
  [-0.00001234, '−1.234e−5'],
  [null, 'NaN'],
  [Number.POSITIVE_INFINITY, '∞'],
])('writes %s as %s', (value, text) => expect(formatNumber(value)).toBe(text))

it.each([
  ['1.5', 1.5],
  ['1,5', 1.5],
  [' −3 ', -3],
  ['.5', 0.5],
  ['2 px', 2],
  ['90°', 90],
  ['1e-3', 0.001],
  ['1,234,5', undefined],
  ['', undefined],
  ['two', undefined],
  ['1+1', undefined],
  ['Infinity', undefined],
])('reads "%s" as %s', (text, value) => expect(parseNumber(text)).toBe(value))

it('reads back what it writes', () => {
  for (const value of [0, -0.25, 1e-7, 12345.6, -1e11, 64]) expect(parseNumber(formatNumber(value, 10))).toBe(value)
})

it('says durations and sizes', () => {
  expect([0.42, 3.21, 12.3, 1250, 25_000, 120_000].map(formatTime)).toEqual([
    '420 µs',
    '3.2 ms',
    '12 ms',
    '1.25 s',
    '25.0 s',
    '2 min',
  ])
  expect([0, 900, 1536, 250 * 1024, 1.5e9].map(formatBytes)).toEqual(['0 B', '900 B', '1.5 KB', '250 KB', '1.4 GB'])
})
