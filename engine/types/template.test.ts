import { expect, it } from 'vitest'
import { codeFor, filled, namedIn, symbolic } from './template.ts'

const gaussian = String.raw`e^{-x^2 / (2 \cdot \param{sigma}{\sigma}^2)}`

it('a formula is shown with its signs, and with its numbers', () => {
  expect(symbolic(gaussian)).toBe(String.raw`e^{-x^2 / (2 \cdot \sigma^2)}`)
  expect(filled(gaussian, { sigma: 2 })).toBe(String.raw`e^{-x^2 / (2 \cdot \htmlClass{live}{2}^2)}`)
  expect(filled('a + b', { a: 1 })).toBeUndefined()
  expect(namedIn(gaussian)).toEqual(['sigma'])
})

it('writes numbers, lists and matrices as formulas have them', () => {
  const live = (value: number | string | readonly number[] | readonly (readonly number[])[]): string | undefined =>
    filled(String.raw`\param{p}{\begin{bmatrix} k_{0} \end{bmatrix}}`, { p: value })?.slice(17, -1)
  expect(live(-0.5)).toBe('(-0.5)')
  expect(live(1 / 3)).toBe('0.33333')
  expect(live(1e-9)).toBe(String.raw`1 \cdot 10^{-9}`)
  expect(live([0.5, -1])).toBe(String.raw`(0.5,\ -1)`)
  expect(
    live([
      [1, 2],
      [3, 4],
    ]),
  ).toBe(String.raw`\begin{bmatrix}1 & 2 \\ 3 & 4\end{bmatrix}`)
  expect(live(Array.from({ length: 9 }, () => [1]))).toBe(String.raw`\text{9 × 1}`)
  // What somebody typed is no formula.
  expect(live('}$x')).toBe(String.raw`\text{  x}`)
})

it('writes code as Python has it, and a text for each choice', () => {
  const line = { by: 'mode', of: { a: 'f({sigma}, {kernel}{border}) {other}', b: 'g({path})' } }
  const words = { border: { wrap: ', WRAP', plain: '' } }
  expect(codeFor(line, { mode: 'a', sigma: 2, kernel: [[1, -2]], border: 'wrap' }, words)).toBe(
    'f(2, [[1, -2]], WRAP) {other}',
  )
  expect(codeFor(line, { mode: 'a', sigma: 0.1 + 0.2, kernel: [], border: 'plain' }, words)).toBe('f(0.3, []) {other}')
  expect(codeFor(line, { mode: 'b', path: "it's" }, words)).toBe(String.raw`g('it\'s')`)
  expect(codeFor(line, { mode: 'b', path: 'a\\b\n.png' }, words)).toBe(String.raw`g('a\\b\x0a.png')`)
  const crop = { border: { wrap: '', plain: 'x' }, 'border:crop': { wrap: '[1:-1]', plain: '' } }
  expect(codeFor('f({border}){border:crop}', { border: 'wrap' }, crop)).toBe('f()[1:-1]')
})
