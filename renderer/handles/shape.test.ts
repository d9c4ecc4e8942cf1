/** What a drag makes of the parameters: legal, inside the picture, and back where it came from. */
import { describe, expect, it } from 'vitest'
import type { ShapeHandle } from '../../engine/types/handle.ts'
import { isParamValue, param, scaleParam } from '../../engine/types/param.ts'
import { dragged, type Grip, gripsOf, type Params, readShape, type Specs, writeShape } from './shape.ts'

const size = { width: 600, height: 400 }
const box: ShapeHandle = { kind: 'box', over: 'image', params: { x: 'x', y: 'y', width: 'w', height: 'h' }, open: true }
const whole = param.integer({ default: 0, min: 0, max: 65535, unit: 'px' })
const specs: Specs = { x: whole, y: whole, w: whole, h: whole }

function moved(handle: ShapeHandle, params: Params, grip: Grip, dx: number, dy: number, of: Specs): Params {
  const points = readShape(handle, params, size)
  const next = writeShape(handle, dragged(handle, points, grip, { x: dx, y: dy }, size), params, of, size)
  for (const [name, value] of Object.entries(next)) {
    const spec = of[name]
    expect(spec && isParamValue(spec, value), `${name}: ${JSON.stringify(value)}`).toBe(true)
  }
  return next
}
const edge = (x: -1 | 0 | 1, y: -1 | 0 | 1): Grip => ({ kind: 'edge', x, y })

describe('a box', () => {
  const closed = { x: 100, y: 50, w: 200, h: 100 }
  it('is dragged by its edges and corners, in whole pixels', () => {
    expect(moved(box, closed, edge(-1, 0), 10.4, 99, specs)).toEqual({ x: 110, y: 50, w: 190, h: 100 })
    expect(moved(box, closed, edge(1, 1), -20.6, 30.2, specs)).toEqual({ x: 100, y: 50, w: 179, h: 130 })
    expect(moved(box, closed, { kind: 'whole' }, -30, 20, specs)).toEqual({ x: 70, y: 70, w: 200, h: 100 })
  })
  it('stays in the picture and keeps a pixel', () => {
    expect(moved(box, closed, { kind: 'whole' }, 9999, -9999, specs)).toEqual({ x: 400, y: 0, w: 200, h: 100 })
    expect(moved(box, closed, edge(1, 0), 9999, 0, specs)).toMatchObject({ x: 100, w: 500 })
    expect(moved(box, closed, edge(1, 0), -9999, 0, specs)).toMatchObject({ x: 100, w: 1 })
    expect(moved(box, closed, edge(-1, -1), 9999, 9999, specs)).toEqual({ x: 299, y: 149, w: 1, h: 1 })
  })
  it('that extends to the edge of the picture does so until that edge is taken away', () => {
    const open = { x: 0, y: 0, w: 0, h: 0 }
    expect(readShape(box, open, size)).toEqual([
      { x: 0, y: 0 },
      { x: 600, y: 400 },
    ])
    expect(moved(box, open, edge(-1, -1), 40, 30, specs)).toEqual({ x: 40, y: 30, w: 0, h: 0 })
    expect(moved(box, open, edge(1, 0), -100, 0, specs)).toEqual({ x: 0, y: 0, w: 500, h: 0 })
    expect(moved(box, { ...open, x: 40 }, { kind: 'whole' }, -10, 0, specs)).toEqual({ x: 30, y: 0, w: 560, h: 0 })
  })
  it('keeps to the limits of its parameters', () => {
    const narrow: Specs = {
      ...specs,
      x: param.integer({ default: 0, min: 20, max: 90 }),
      w: param.integer({ default: 9, max: 64 }),
    }
    expect(moved(box, { x: 30, y: 0, w: 50, h: 9 }, edge(-1, 0), -30, 0, narrow)).toMatchObject({ x: 20, w: 60 })
    expect(moved(box, { x: 30, y: 0, w: 50, h: 9 }, edge(1, 0), 300, 0, narrow)).toMatchObject({ x: 30, w: 64 })
  })
  it('comes back to where it was', () => {
    for (const { grip } of gripsOf(box, readShape(box, closed, size)))
      expect(moved(box, closed, grip, 0, 0, specs)).toEqual(closed)
  })
})

describe('points, lines and polygons', () => {
  const number = param.number({ default: 0, unit: 'px' })
  it('in numbers of their own', () => {
    const point: ShapeHandle = { kind: 'point', over: 'image', params: { x: 'x', y: 'y' } }
    expect(moved(point, { x: 10, y: 20 }, { kind: 'point', at: 0 }, 0.25, -50, { x: number, y: number })).toEqual({
      x: 10.25,
      y: 0,
    })
    // A whole coordinate names a pixel, and the last one is one less than the width.
    expect(moved(point, { x: 10, y: 20 }, { kind: 'point', at: 0 }, 9999, 9999, { x: whole, y: whole })).toEqual({
      x: 599,
      y: 399,
    })
    const line: ShapeHandle = { kind: 'line', over: 'image', params: { x0: 'a', y0: 'b', x1: 'c', y1: 'd' } }
    const all = { a: number, b: number, c: number, d: number }
    expect(moved(line, { a: 0, b: 0, c: 10, d: 10 }, { kind: 'whole' }, 5, -5, all)).toEqual({
      a: 5,
      b: 0,
      c: 15,
      d: 10,
    })
    expect(moved(line, { a: 0, b: 0, c: 10, d: 10 }, { kind: 'point', at: 1 }, 5, -5, all)).toEqual({
      a: 0,
      b: 0,
      c: 15,
      d: 5,
    })
  })
  it('in one parameter', () => {
    const spec = param.points({ default: [[0, 0]], minCount: 3, maxCount: 8, unit: 'px', integer: true })
    const polygon: ShapeHandle = { kind: 'polygon', over: 'image', params: { points: 'p' } }
    const before = {
      p: [
        [10, 10],
        [50, 10],
        [30, 40],
      ],
    }
    expect(moved(polygon, before, { kind: 'point', at: 2 }, 4.6, 0, { p: spec })).toEqual({
      p: [
        [10, 10],
        [50, 10],
        [35, 40],
      ],
    })
    expect(moved(polygon, before, { kind: 'whole' }, -99, 0, { p: spec })).toEqual({
      p: [
        [0, 10],
        [40, 10],
        [20, 40],
      ],
    })
    expect(gripsOf(polygon, readShape(polygon, before, size))).toHaveLength(4)
    // In a quick preview they lie at the same place of the smaller picture.
    expect(scaleParam(spec, before.p, 0.5)).toEqual([
      [5, 5],
      [25, 5],
      [15, 20],
    ])
    expect(scaleParam({ ...spec, unit: undefined } as never, before.p, 0.5)).toEqual(before.p)
  })
})
