import { expect, it } from 'vitest'
import type { Choice, Goal, Prediction } from '../../engine/graph/lesson.ts'
import { boundWords, choiceWords, parseAnswer, predictionWords, valueWords } from './words.ts'

it('reads numbers as people type them', () => {
  const read = ['1036800', '1,036,800', '1 036 800', '3,780', '0,674', ' .5 ', '−0.36', '2e3'].map(parseAnswer)
  expect(read).toEqual([1036800, 1036800, 1036800, 3780, 0.674, 0.5, -0.36, 2000])
  expect(['', 'many', '1,2,3', '1.2.3'].map(parseAnswer)).toEqual([undefined, undefined, undefined, undefined])
})

it('says how far off a prediction is, not what is right', () => {
  const ask = { tolerance: 0.01, mistakes: [{ weights: {}, say: 'The average.' }] } as unknown as Prediction
  const say = (given: number, mistake?: number) =>
    predictionWords(ask, given, { right: false, values: [0.5], ...(mistake !== undefined && { mistake }) })
  expect(say(0.52)).toBe('0.52 is a little too high.')
  expect(say(0.44)).toBe('0.44 is too low.')
  expect(say(1.5)).toBe('1.5 is much too high.')
  expect(say(0.4, 0)).toBe('The average.')
  for (const given of [0.52, 0.44, 1.5]) expect(say(given)).not.toContain('0.5 ')
})

it('says what a wrong choice has', () => {
  const ask = {
    options: [{ label: 'Mean' }, { label: 'Median' }],
    wanted: 'largest',
    name: 'PSNR',
    unit: 'dB',
  } as Choice
  expect(choiceWords(ask, 0, { right: false, values: [24.097, 30.0496] })).toBe(
    'Mean has 24.1 dB (PSNR). Another one has more.',
  )
})

it('tells bounds and values', () => {
  expect(boundWords({ above: 28, unit: 'dB' } as Goal)).toBe('above 28 dB')
  expect(boundWords({ above: 1, below: 2 } as Goal)).toBe('above 1 and below 2')
  expect(valueWords(1036800)).toBe('1036800')
  expect(valueWords(0.67426)).toBe('0.6743')
})
