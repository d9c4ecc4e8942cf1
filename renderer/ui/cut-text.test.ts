import { expect, test } from 'vitest'
import { cutText, type Measure, shrinkage, twoLines } from './cut-text.ts'

/** Every character is 10 wide. */
const context = { measureText: (text: string) => ({ width: 10 * [...text].length }) } as Measure

test('a text that fits stays whole, a longer one ends with an ellipsis and is no wider', () => {
  expect(cutText(context, 'Blur', 40)).toBe('Blur')
  expect(cutText(context, 'EfficientNet', 80)).toBe('Efficie…')
  expect(cutText(context, 'What it costs', 60)).toBe('What…')
  expect(cutText(context, '🐈🐈🐈🐈', 30)).toBe('🐈🐈…')
  expect(cutText(context, 'Blur', 5)).toBe('…')
})

test('two lines break after a space or a hyphen, and both are cut', () => {
  expect(twoLines(context, 'One of them', 110)).toEqual(['One of them'])
  expect(twoLines(context, 'What the network says', 120)).toEqual(['What the', 'network says'])
  expect(twoLines(context, 'What EfficientNet costs', 120)).toEqual(['What', 'EfficientNe…'])
  expect(twoLines(context, 'EfficientNet-Lite0', 130)).toEqual(['EfficientNet-', 'Lite0'])
  expect(twoLines(context, 'EfficientNet', 100)).toEqual(['Efficient…'])
})

test('a long word makes the font smaller, to a limit', () => {
  expect(shrinkage(context, 'a short one', 100, 0.75)).toBe(1)
  expect(shrinkage(context, 'EfficientNet', 100, 0.75)).toBeCloseTo(100 / 120)
  expect(shrinkage(context, 'EfficientNet-Lite0', 130, 0.75)).toBe(1)
  expect(shrinkage(context, 'EfficientNetLite0', 100, 0.75)).toBe(0.75)
})
