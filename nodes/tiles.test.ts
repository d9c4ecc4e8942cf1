/** Tiles cover a picture, each place once, and look beyond their edges where there is something to see. */
import { describe, expect, it } from 'vitest'
import { tilesOf } from './tiles.ts'

describe('tiles', () => {
  it.each([
    [100, 70, 32, 5],
    [31, 33, 32, 8],
    [1, 1, 16, 4],
    [64, 64, 32, 0],
  ])('of %i × %i, in %i with %i more', (width, height, tile, overlap) => {
    const covered = new Uint8Array(width * height)
    for (const { seen, kept } of tilesOf({ width, height }, tile, overlap)) {
      expect(Math.max(kept.width, kept.height)).toBeLessThanOrEqual(tile)
      for (let y = kept.y; y < kept.y + kept.height; y++)
        for (let x = kept.x; x < kept.x + kept.width; x++) covered[y * width + x] = (covered[y * width + x] ?? 0) + 1
      expect(seen.x).toBe(Math.max(0, kept.x - overlap))
      expect(seen.y).toBe(Math.max(0, kept.y - overlap))
      expect(seen.x + seen.width).toBe(Math.min(width, kept.x + kept.width + overlap))
      expect(seen.y + seen.height).toBe(Math.min(height, kept.y + kept.height + overlap))
    }
    expect(covered.every((times) => times === 1)).toBe(true)
  })
})
