import { describe, expect, test } from 'vitest'
import { describeExpr, type Expr, evaluate } from '../engine/ops/expr.ts'
import { parseFormula } from './formula.ts'

const input = (index: number): Expr => ({ kind: 'input', index })
const names = { a: input(0), b: input(1) }
const made = (text: string, a = 0.3, b = 2): number => evaluate(parseFormula(text, names).body, [a, b], 0)

describe('a formula means what Python makes of it', () => {
  // Each number as CPython 3.11 with numpy's names gives it, a = 0.3 and b = 2.
  test.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['2 ** 3 ** 2', 512],
    ['-2 ** 2', -4],
    ['2 ** -1', 0.5],
    ['7 - 2 - 1', 4],
    ['8 / 4 / 2', 1],
    ['-7 % 3', 2],
    ['7 % -3', -2],
    ['1.5e1 + .5', 15.5],
    ['a * b + 1', 1.6],
    ['- - a', 0.3],
    ['where(a > 0.5, 1, b)', 2],
    ['(a > 0.1) & (b < 3)', 1],
    ['(a > 0.5) | (b < 3)', 1],
    ['(a == 0.3) + (a != 0.3)', 1],
    ['clip(b, 0, 1) + minimum(a, b) + maximum(a, b)', 3.3],
    ['sqrt(16) + abs(-2) + floor(-1.5) + round(2.5)', 6],
    ['mod(7, 3) + power(b, 3)', 9],
    ['sin(pi / 2) + cos(0) + exp(0) + log(e)', 4],
    ['arctan2(1, 1)', Math.PI / 4],
  ])('%s', (text, wanted) => {
    expect(made(text)).toBeCloseTo(wanted, 5)
  })

  test.each([
    ['a > 0.5 ? 1 : 0', 0],
    ['a < 0.5 ? b > 1 ? 10 : 20 : 30', 10],
    ['min(a, b) + max(a, b) + clamp(9, 0, 1) + pow(2, 2) + 3^2', 16.3],
    ['not (a > 0.5) and b > 1', 1],
  ])('signs of other languages: %s', (text, wanted) => {
    expect(made(text)).toBeCloseTo(wanted, 5)
  })
})

test('says how it was understood', () => {
  expect(describeExpr(parseFormula('a + b * 2 ** a', names).body)).toBe('(a + (b · (2 ^ a)))')
  expect([...parseFormula('b + 1', names).used]).toEqual(['b'])
})

test.each([
  ['', 'at its end something is missing; wanted a number, a name, or a bracket'],
  ['a +', 'at its end something is missing'],
  ['a + * b', 'at character 5 stands "*"'],
  ['(a + b', 'at its end something is missing; wanted ")"'],
  ['a b', 'at character 3 stands "b"; wanted a sign'],
  ['a + q', 'at character 5 stands "q"; wanted one of a, b, pi, e'],
  ['clip(a, 1)', 'at character 1 "clip" has 2 arguments; wanted 3'],
  ['sqrt', '"sqrt" has no brackets; wanted sqrt(a)'],
  ['a = 1', 'at character 3 stands "="'],
  ['0 < a < 1', 'brackets, and & between two comparisons'],
  ['constructor', 'stands "constructor"'],
  ['__proto__(a)', 'stands "__proto__"'],
  ['a.x', 'at character 2 stands "."'],
  ['import("fs")', 'at character 8 stands'],
  [`${'('.repeat(100)}a`, 'too deep'],
  [`${'-'.repeat(1000)}a`, 'too deep'],
  [Array.from({ length: 400 }, () => 'a').join('+'), 'too many parts'],
  ['a'.repeat(3000), 'too long'],
])('points at what is wrong: %s', (text, words) => {
  expect(() => parseFormula(text, names)).toThrow(words)
})
