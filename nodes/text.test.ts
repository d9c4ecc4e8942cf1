/** Regions of text against PaddleOCR's way with OpenCV and Clipper (fixtures/text.py), and what columns of characters say. */
import { describe, expect, it } from 'vitest'
import { charactersOf, readColumns } from './ctc.ts'
import truth from './fixtures/text.json' with { type: 'json' }
import { regionsIn } from './text-regions.ts'

describe('regions of text', () => {
  const { width, height, map: numbers, regions } = truth

  it("are PaddleOCR's", () => {
    const found = regionsIn({ numbers, width, height }, { threshold: 0.3, score: 0.6, unclip: 1.5 })
    expect(found.length).toBe(regions.length)
    for (const [i, { corners, score }] of found.entries()) {
      const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
      const around = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
      // Clipper rounds to whole pixels.
      for (const [k, side] of around.entries()) expect(Math.abs(side - (regions[i]?.[k] ?? 0))).toBeLessThan(1.5)
      expect(Math.abs(score - (regions[i]?.[4] ?? 0))).toBeLessThan(0.05)
    }
  })

  it('have their corners clockwise from the top left one', () => {
    for (const { corners } of regionsIn({ numbers, width, height }, { threshold: 0.3, score: 0.6, unclip: 1.5 })) {
      const area = corners.reduce((sum, [x, y], i) => {
        const [nx, ny] = corners[(i + 1) % 4] ?? [0, 0]
        return sum + (x * ny - nx * y) / 2
      }, 0)
      expect(area).toBeGreaterThan(0)
      expect(corners[0][0] + corners[0][1]).toBe(Math.min(...corners.map(([x, y]) => x + y)))
    }
  })

  it('of an empty map are none', () => {
    const empty = { numbers: new Float32Array(64), width: 8, height: 8 }
    expect(regionsIn(empty, { threshold: 0.3, score: 0.6, unclip: 1.5 })).toEqual([])
  })
})

describe('columns of characters', () => {
  const characters = [...'helo']
  /** Each column certain of one character; "_" is none. */
  const columns = (said: string) =>
    [...said].flatMap((c) => Array.from({ length: 5 }, (_, i) => (i === characters.indexOf(c) + 1 ? 0.9 : 0.025)))

  it('say a repeated character once, and a double letter twice', () => {
    const read = readColumns(columns('hh_el_lo_'), 0, 9, characters)
    expect(read.text).toBe('hello')
    expect(read.score).toBeCloseTo(0.9, 6)
    expect(readColumns(columns('___'), 0, 3, characters)).toEqual({ text: '', score: 0 })
  })

  it('know a space if there is one class more', () => {
    expect(charactersOf('a\nb\n', 3)).toEqual(['a', 'b'])
    expect(charactersOf('a\r\nb', 4)).toEqual(['a', 'b', ' '])
    expect(charactersOf('a\nb', 9)).toBeUndefined()
  })
})
