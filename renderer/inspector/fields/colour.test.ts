import { expect, it } from 'vitest'
import { hexOf, parseColour } from './colour.ts'

it.each([
  ['#f80', [1, 136 / 255, 0]],
  ['ff8800', [1, 136 / 255, 0]],
  ['255, 136, 0', [1, 136 / 255, 0]],
  ['rgb(0 0 0)', [0, 0, 0]],
  ['256 0 0', undefined],
  ['orange', undefined],
  ['#ff88', undefined],
  ['', undefined],
])('reads "%s"', (text, rgb) => expect(parseColour(text)).toEqual(rgb))

it('reads back what it writes', () => expect(hexOf(parseColour('#12ab9f') ?? [0, 0, 0])).toBe('#12ab9f'))
