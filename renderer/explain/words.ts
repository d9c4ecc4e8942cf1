/** Explanations in words and numbers. */
import type { Amount, ProvenanceDerivation } from '../../engine/protocol/provenance.ts'

/** Enough decimals to compare the numbers of a column; a real minus sign. */
export function fixed(value: Amount, digits = 4): string {
  if (typeof value === 'string') return value
  const size = Math.abs(value)
  const text =
    size !== 0 && (size < 10 ** -digits || size >= 1e7)
      ? value.toExponential(2)
      : value.toFixed(Math.max(0, digits - Math.max(0, Math.floor(Math.log10(Math.max(1, size))))))
  return text.replaceAll('-', '−')
}

/** Enough decimals to tell the weights apart, six at most. */
export function decimalsOf(weights: readonly Amount[]): number {
  const needed = weights.map((weight) => {
    if (typeof weight === 'string' || Number.isInteger(weight)) return 0
    const digits = Number(Math.abs(weight).toPrecision(4)).toFixed(6).replace(/0+$/, '')
    return digits === '0.' ? 6 : (digits.split('.')[1]?.length ?? 0)
  })
  return Math.max(0, ...needed)
}

/** A weight without its sign; one too small for these decimals is written with a power of ten. */
export function weightWords(weight: Amount, decimals: number): string {
  if (typeof weight === 'string') return weight
  const size = Math.abs(weight)
  return size !== 0 && size < 0.5 * 10 ** -decimals ? size.toExponential(1).replace('-', '−') : size.toFixed(decimals)
}

/** Integers as they are, everything else with decimals. */
export const factWords = (value: Amount): string =>
  typeof value === 'number' && Number.isInteger(value) ? String(value).replace('-', '−') : fixed(value)

const many = (n: number): string => n.toLocaleString('en').replaceAll(',', ' ')

/** "9 numbers of Gaussian blur" */
const numbersOf = (count: number, sources: readonly string[]): string => {
  const of = sources.length > 0 ? ` of ${sources.join(' and ')}` : ''
  return `${many(count)} ${count === 1 ? 'number' : 'numbers'}${of}`
}

const countWords = (n: number): string => (n === 1 ? 'one sum' : n === 2 ? 'two sums' : `${n} sums`)
const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What a call does. `sources`: the labels of its inputs. */
export function derivationWords(derivation: ProvenanceDerivation, sources: readonly string[]): string {
  const { combine, count, op, facts, terms, parts } = derivation
  const numbers = numbersOf(count, sources)
  if (op === 'fromPicture') return 'The number in the file, divided by the largest one'
  if (parts) return `${upper(countWords(Object.keys(parts).length))} over ${numbers}, put together`
  if (facts) return `Measured over ${numbers}`
  if (op === '' && combine === 'function') return count === 0 ? 'Set on the node, not measured' : `Made of ${numbers}`
  switch (combine) {
    case 'median':
      return `The middle one of ${numbers}`
    case 'min':
      return `The smallest of ${numbers}`
    case 'max':
      return `The largest of ${numbers}`
    case 'function':
      return `A function of ${numbers}`
    case 'sum':
      return count === 1 && terms[0]?.weight === 1
        ? `The number itself${sources.length > 0 ? `, from ${sources.join(' and ')}` : ''}`
        : count === 1
          ? `A multiple of ${numbers}`
          : `The weighted sum of ${numbers}`
  }
}
