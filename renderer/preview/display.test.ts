import { expect, it } from 'vitest'
import type { Display } from '../../engine/values/display.ts'
import { displayWords } from './display.ts'

const shown: readonly (readonly [Display, string])[] = [
  [{ mode: 'clip', range: [0, 1], flag: false }, 'clipped 0–1'],
  [{ mode: 'diverging', range: [-3.2, 3.2], flag: false }, '−3.2 … 3.2 diverging'],
  [{ mode: 'viridis', range: [0, 12], flag: false }, 'viridis 0–12'],
  [{ mode: 'stretch', range: [-0.125, 0.75], flag: true }, 'stretched −0.125 … 0.75, flagged'],
  [{ mode: 'clip', range: [0, 1], channel: 1, flag: false }, 'G, clipped 0–1'],
  [{ mode: 'clip', channel: 5, flag: false }, 'channel 5, clipped'],
]

it.each(shown)('says how a value is shown: %j', (display, words) =>
  expect(displayWords(display, ['R', 'G', 'B'])).toBe(words),
)
