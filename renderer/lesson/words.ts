/** Feedback on an answer, from the numbers. */
import type { Verdict } from '../../engine/graph/answer.ts'
import type { Choice, Goal, Prediction } from '../../engine/graph/lesson.ts'
import { formatNumber, parseNumber } from '../ui/numbers.ts'

/** "1,036,800", "3,780" and "3 780" are whole numbers; "0,674" has a decimal comma. */
export const parseAnswer = (text: string): number | undefined => {
  const plain = text.trim()
  return parseNumber(/^[1-9]\d{0,2}([, ’']\d{3})+$/.test(plain) ? plain.replace(/\D/g, '') : plain)
}

const withUnit = (value: number, unit: string | undefined, digits = 4): string =>
  `${formatNumber(value, digits)}${unit ? ` ${unit}` : ''}`

/** An integer is written in full. */
export const valueWords = (value: number, unit?: string): string =>
  withUnit(value, unit, Number.isInteger(value) ? 12 : 4)

/** How close a wrong prediction is, without giving away the answer. */
export function predictionWords(ask: Prediction, given: number, { values, mistake }: Verdict): string {
  const say = mistake === undefined ? undefined : ask.mistakes[mistake]?.say
  if (say) return say
  const apart = given - (values[0] ?? 0)
  const far =
    Math.abs(apart) > 12 * ask.tolerance ? 'much too' : Math.abs(apart) > 4 * ask.tolerance ? 'too' : 'a little too'
  return `${valueWords(given, ask.unit)} is ${far} ${apart > 0 ? 'high' : 'low'}.`
}

export function choiceWords({ options, wanted, name, unit }: Choice, chosen: number, { values }: Verdict): string {
  const more = wanted === 'largest' ? 'more' : 'less'
  return `${options[chosen]?.label} has ${valueWords(values[chosen] ?? Number.NaN, unit)} (${name}). Another one has ${more}.`
}

/** "above 28 dB" */
export function boundWords({ above, below, unit }: Goal): string {
  return [
    ...(above === undefined ? [] : [`above ${valueWords(above, unit)}`]),
    ...(below === undefined ? [] : [`below ${valueWords(below, unit)}`]),
  ].join(' and ')
}
