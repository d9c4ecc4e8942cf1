/** What clicks, drags and keys make of points and boxes: always values that the parameters take. */
import { describe, expect, it } from 'vitest'
import { isParamValue, type PointsParam, param } from '../../engine/types/param.ts'
import { boxBetween, heldIn, heldWords, type Marked, moved, pointAt, relabelled, without } from './points.ts'

const size = { width: 200, height: 100 }
const spec = param.points({ default: [], minCount: 0, maxCount: 9, min: 0, labels: ['Background', 'Object'] })
const points = spec as PointsParam
const boxes = param.boxes({ default: [], maxCount: 9 })
const marked: Marked = {
  points: [
    [10, 20],
    [30, 40, 0],
  ],
  boxes: [[50, 50, 80, 90]],
}
const legal = (next: Marked): boolean => isParamValue(points, next.points) && isParamValue(boxes, next.boxes)

describe('points and boxes on a picture', () => {
  it('are put where one clicks, inside the picture', () => {
    expect(pointAt({ x: 12.34, y: 250 }, 0, points, size)).toEqual([12.3, 100, 0])
    const { labels: _, ...plain } = points
    expect(pointAt({ x: -1, y: 2 }, 1, plain, size)).toEqual([0, 2])
  })

  it('a box is drawn in any direction, and needs an area', () => {
    expect(boxBetween({ x: 90, y: 80 }, { x: -5, y: 20 }, size)).toEqual([0, 20, 90, 80])
    expect(boxBetween({ x: 90, y: 80 }, { x: 90.5, y: 20 }, size)).toBeUndefined()
  })

  it('are grabbed one by one: points, then each box and two of its corners', () => {
    expect(heldIn(marked).map(({ place }) => [place.x, place.y])).toEqual([
      [10, 20],
      [30, 40],
      [65, 70],
      [50, 50],
      [80, 90],
    ])
    expect(heldIn(marked).map(({ held }) => heldWords(marked, held, { points }))).toEqual([
      'Point 1, object',
      'Point 2, background',
      'Box 1',
      'Box 1, top left',
      'Box 1, bottom right',
    ])
  })

  it('move with their label and stay inside', () => {
    for (const { held } of heldIn(marked))
      for (const by of [
        { x: 500, y: -500 },
        { x: -3.25, y: 4 },
      ])
        expect(legal(moved(marked, held, by, size))).toBe(true)
    expect(moved(marked, { kind: 'point', at: 1 }, { x: 500, y: 1 }, size).points).toEqual([
      [10, 20],
      [200, 41, 0],
    ])
    const corner = { kind: 'box', at: 0, grip: { kind: 'edge', x: 1, y: 1 } } as const
    expect(moved(marked, corner, { x: -500, y: 5 }, size).boxes).toEqual([[50, 50, 51, 95]])
  })

  it('change their label, and are removed', () => {
    expect(relabelled(marked, { kind: 'point', at: 0 }, points).points[0]).toEqual([10, 20, 0])
    expect(relabelled(marked, { kind: 'point', at: 1 }, points).points[1]).toEqual([30, 40, 1])
    expect(without(marked, { kind: 'point', at: 0 }).points).toEqual([[30, 40, 0]])
    expect(without(marked, { kind: 'box', at: 0, grip: { kind: 'whole' } }).boxes).toEqual([])
  })
})
