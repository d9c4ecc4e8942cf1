import { expect, it } from 'vitest'
import { leastMain, type Side, sidesWithRoom, sideWidths } from './sides.ts'

const palette: Side = { id: 'palette', width: 232, min: 168 }
const inspector: Side = { id: 'inspector', width: 296, min: 232 }
const both = [inspector, palette]
const total = (widths: ReadonlyMap<string, number>): number => [...widths.values()].reduce((a, b) => a + b, 0)

it('keeps the chosen widths where the window has room', () => {
  for (const room of [1280, 1440, 1920, 3840]) {
    expect(Object.fromEntries(sideWidths(room, both))).toEqual({ inspector: 296, palette: 232 })
    expect(sidesWithRoom(room, both)).toEqual(both)
  }
})

it('leaves the canvas more than half of any window that shows both sides, and does not depend on what was before', () => {
  for (let room = 800; room < 2000; room += 7) {
    const widths = sideWidths(room, both)
    const main = room - total(widths)
    expect(main).toBeGreaterThanOrEqual(Math.min(room - 400, 0.55 * room - 2))
    for (const { id, min, width } of both) {
      expect(widths.get(id)).toBeGreaterThanOrEqual(min)
      expect(widths.get(id)).toBeLessThanOrEqual(width)
    }
  }
})

it('leaves out the last sides where even their minimum takes the room of the canvas', () => {
  for (let room = 200; room < 1000; room += 13) {
    const kept = sidesWithRoom(room, both)
    const main = room - kept.reduce((width, { min }) => width + min, 0)
    expect(kept.length === 0 || main >= leastMain).toBe(true)
    expect(both.slice(0, kept.length)).toEqual(kept)
  }
  expect(sidesWithRoom(960, both)).toHaveLength(2)
  expect(sidesWithRoom(700, both)).toEqual([inspector])
  expect(sidesWithRoom(500, both)).toEqual([])
})

it('keeps what was chosen in a window of the same size or a smaller one', () => {
  const wide: Side = { ...inspector, width: 400, chosenAt: 1100 }
  expect(sideWidths(1100, [wide, palette]).get('inspector')).toBe(400)
  expect(sideWidths(1920, [wide, palette]).get('inspector')).toBe(400)
  expect(sideWidths(1000, [wide, palette]).get('inspector')).toBeLessThan(300)
})
