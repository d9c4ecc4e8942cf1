import { expect, it } from 'vitest'
import { refusal } from './difference.ts'
import { type Part, subtract } from './numbers.ts'
import { differenceWords } from './ProbeBar.tsx'

const display = { mode: 'clip', range: [0, 1] as [number, number], flag: false } as const

const picture = (width: number, channels: number, space: 'rgb' | 'gray' | 'lab' | 'data', alpha = false) => ({
  shape: { kind: 'image', width, height: 4, channels, space, alpha } as const,
  size: { width, height: 4 },
  display,
  value: undefined,
})

it('says why two cannot be subtracted, as the engine would', () => {
  expect(refusal(picture(4, 3, 'rgb'), picture(4, 3, 'rgb'))).toBeUndefined()
  expect(refusal(picture(4, 4, 'rgb', true), picture(4, 3, 'rgb'))).toBeUndefined()
  expect(refusal(picture(4, 3, 'rgb'), picture(4, 1, 'gray'))).toBeUndefined()
  expect(refusal(picture(4, 3, 'rgb'), picture(4, 3, 'data'))).toBeUndefined()
  expect(refusal(picture(4, 3, 'rgb'), picture(5, 3, 'rgb'))).toContain('4 × 4 and 5 × 4')
  expect(refusal(picture(4, 3, 'rgb'), picture(4, 2, 'data'))).toContain('channels: 3 and 2')
  expect(refusal(picture(4, 3, 'rgb'), picture(4, 3, 'lab'))).toContain('rgb and lab')
  const text = {
    shape: { kind: 'text' } as const,
    size: undefined,
    display,
    value: 'x',
  }
  expect(refusal(picture(4, 3, 'rgb'), text)).toBe('Only pictures can be subtracted.')
})

it('subtracts the numbers in the pixels; what is no number stays', () => {
  const part = (values: Part['values']): Part => ({
    x: 0,
    y: 0,
    width: 2,
    height: 2,
    channels: 1,
    values,
    draft: false,
  })
  expect(subtract(part([0.5, 0.25, 'NaN', 2]), part([0.25, 0.5, 1, 2]))?.values).toEqual([0.25, -0.25, 'NaN', 0])
  expect(subtract(part([1, 2, 3, 4]), { ...part([1]), width: 1, height: 1 })).toBeUndefined()
  // One channel goes with each; an opacity that only one has is left out.
  const colour = { ...part([1, 2, 3, 0.5]), width: 1, height: 1, channels: 4 }
  expect(subtract({ ...part([1, 2, 3]), width: 1, height: 1, channels: 3 }, colour)?.values).toEqual([0, 0, 0])
  const gray = { ...part([1]), width: 1, height: 1 }
  expect(subtract({ ...part([1, 2, 3]), width: 1, height: 1, channels: 3 }, gray)).toMatchObject({
    channels: 3,
    values: [0, 1, 2],
  })
})

it('writes Δ with its sign, in the unit of the numbers', () => {
  const { shape } = picture(4, 1, 'gray')
  const ranged = { ...shape, range: [0, 1] } as const
  expect(differenceWords(0.25, shape, 'byte')).toBe('+0.25')
  expect(differenceWords(-0.25, ranged, 'native')).toBe('−0.25')
  expect(differenceWords(-0.2, ranged, 'byte')).toBe('−51.0')
  expect(differenceWords(0.25, ranged, 'unit')).toBe('+0.2500')
  expect(differenceWords(0, ranged, 'unit')).toBe('0.0000')
})
