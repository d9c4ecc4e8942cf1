/** What a drag of the brush becomes: a legal stroke, close to the drag, with few points. */
import { describe, expect, it } from 'vitest'
import { isParamValue, param } from '../../engine/types/param.ts'
import { linePath, radii, radiusOn, resizeBrush, simplified, strokeOf, useBrush } from './strokes.ts'

const size = { width: 600, height: 400 }
const spec = param.strokes({ default: [], maxCount: 9, maxNumbers: 9999 })

describe('a stroke', () => {
  const arc = Array.from({ length: 400 }, (_, i) => ({
    x: 300 + 100 * Math.cos((i * Math.PI) / 400),
    y: 200 + 100 * Math.sin((i * Math.PI) / 400),
  }))

  it('has few points, none of the drag far from it', () => {
    const line = simplified(arc, 0.5)
    expect(line.length).toBeLessThan(30)
    expect([line[0], line.at(-1)]).toEqual([arc[0], arc.at(-1)])
    // A chord of a circle is farthest from it in its middle.
    for (const [i, b] of line.entries()) {
      const a = line[i - 1]
      if (a) expect(100 - Math.hypot((a.x + b.x) / 2 - 300, (a.y + b.y) / 2 - 200)).toBeLessThan(0.5)
    }
  })

  it('is a value that the parameter takes', () => {
    const stroke = strokeOf(arc, { radius: 12, erases: false }, 0.5)
    expect(isParamValue(spec, [stroke])).toBe(true)
    expect(stroke?.slice(0, 4)).toEqual([12, 1, 400, 200])
  })

  it('of a click is a dab, which is drawn too', () => {
    const trembling = [
      { x: 5, y: 6 },
      { x: 5.01, y: 6.02 },
    ]
    expect(strokeOf(trembling, { radius: 3, erases: true }, 0.5)).toEqual([3, 0, 5, 6])
    expect(linePath([{ x: 5, y: 6 }])).toBe('M5 6L5 6')
    expect(strokeOf([], { radius: 3, erases: true }, 0.5)).toBeUndefined()
  })
})

describe('the brush', () => {
  it('fits the picture, and grows and shrinks within it', () => {
    expect([radiusOn(size, undefined), radiusOn(size, 9999), radiusOn(size, 0)]).toEqual([
      15,
      ...radii(size).toReversed(),
    ])
    useBrush.setState({ over: size, radius: 10 })
    resizeBrush(true)
    expect(useBrush.getState().radius).toBe(12)
    for (let i = 0; i < 40; i++) resizeBrush(false)
    expect(useBrush.getState().radius).toBe(1)
    resizeBrush(true)
    expect(useBrush.getState().radius).toBe(2)
    useBrush.setState({ over: undefined, radius: undefined })
  })
})
