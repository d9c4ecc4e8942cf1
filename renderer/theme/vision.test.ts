/** Colour maps and the colours of marks can be told apart with every kind of colour vision. */
import { describe, expect, it } from 'vitest'
import { palette } from '../marks/palette.ts'
import { ramps } from './ramps.ts'
import { kinds, seen } from './vision.ts'

const rising = (values: readonly number[]): boolean => values.every((v, i) => i === 0 || v > (values[i - 1] ?? v))

describe.each(Object.keys(kinds))('%s', (kind) => {
  it('tells the colours of marks from each other, and from their dark halo', () => {
    const colours = palette.map((hex) => seen(hex, kind))
    for (const [i, a] of colours.entries()) {
      // A lightness of 50 over black is more than 3:1.
      expect(a[0]).toBeGreaterThan(50)
      // CIE76: 2.3 is just noticeable side by side.
      for (const b of colours.slice(0, i)) expect(Math.hypot(...a.map((v, j) => v - (b[j] ?? 0)))).toBeGreaterThan(20)
    }
  })

  const look = (ramp: 'viridis' | 'diverging') => ramps[ramp].split(' ').map((hex) => seen(hex, kind))

  it('sees viridis grow lighter at every step', () => expect(rising(look('viridis').map(([l]) => l))).toBe(true))

  it('sees the diverging map darken on both sides of zero, and its two sides apart', () => {
    const steps = look('diverging')
    const middle = (steps.length - 1) / 2
    expect(rising(steps.slice(0, middle + 1).map(([l]) => l))).toBe(true)
    expect(
      rising(
        steps
          .slice(middle)
          .reverse()
          .map(([l]) => l),
      ),
    ).toBe(true)
    // From the third step of eight on, equal amounts below and above zero differ by far more than the just noticeable 2.3.
    for (let i = 3; i <= middle; i++) {
      const [a, b] = [steps[middle - i], steps[middle + i]]
      expect(Math.hypot(...(a ?? []).map((v, j) => v - (b?.[j] ?? 0)))).toBeGreaterThan(15)
    }
  })
})
