/** What is in sight, what is under the pointer, where tags go, and what a new result does to the selection. */
import { beforeEach, describe, expect, it } from 'vitest'
import { type Mark, markSchema } from '../../engine/values/mark.ts'
import { countsAt, noFilter, passing } from './filter.ts'
import { markAt } from './hit.ts'
import { placeTags } from './labels.ts'
import { createLayer, sameMarks } from './layer.ts'
import { placeInSight } from './look.ts'
import { placeNow, stillShows } from './moving.ts'
import {
  coverMarks,
  filterMarks,
  forgetMarks,
  hoverMark,
  receiveMarks,
  rowOf,
  selectMark,
  selectRow,
  shownMarks,
  stepMark,
  useMarks,
} from './state.ts'
import { placeWords, tagWords } from './words.ts'

const rect = (x0: number, y0: number, x1: number, y1: number, more: Partial<Mark> = {}): Mark =>
  ({ kind: 'rect', box: [x0, y0, x1, y1], ...more }) as Mark
const person = { label: 'person', group: 0 }
const dog = { label: 'dog', group: 16 }

const marks: readonly Mark[] = [
  rect(0, 0, 100, 100, { ...person, weight: 0.9, row: 0 }),
  rect(20, 20, 40, 40, { ...dog, weight: 0.4, row: 1 }),
  { kind: 'point', at: [200, 50], radius: 10, angle: 90, row: 2 },
  {
    kind: 'path',
    points: [
      [300, 0],
      [400, 0],
      [400, 100],
    ],
    closed: true,
    group: 'outline',
    weight: 0.1,
  },
]
const layer = createLayer(marks)
const all = passing(layer, noFilter)

it('a mark is what the protocol says, and survives JSON', () => {
  for (const mark of marks) expect(markSchema.parse(JSON.parse(JSON.stringify(mark)))).toEqual(mark)
  for (const wrong of [
    { kind: 'rect', box: [0, 0, 1] },
    { kind: 'rect', box: [0, 0, 1, null] },
    { kind: 'point', at: [0, 0], weight: 1.5 },
    { kind: 'path', points: [] },
    { kind: 'circle', at: [0, 0] },
  ])
    expect(markSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false)
})

describe('a filter', () => {
  it('leaves out lower scores and hidden classes; what has no score stays', () => {
    expect(all).toEqual([0, 1, 2, 3])
    expect(passing(layer, { ...noFilter, least: 0.4 })).toEqual([0, 1, 2])
    expect(passing(layer, { ...noFilter, least: 0.5 })).toEqual([0, 2])
    expect(passing(layer, { least: 0, hidden: new Set(['0', 'outline']) })).toEqual([1, 2])
  })
  it('counts the classes at a score', () => {
    expect(Object.fromEntries(countsAt(layer, 0.5))).toEqual({ 0: 1, '': 1 })
    expect(layer.groups.map(({ name, count }) => [name, count])).toEqual([
      ['person', 1],
      ['dog', 1],
      ['', 1],
      ['outline', 1],
    ])
  })
})

describe('the mark under the pointer', () => {
  it('is the smallest around it, or the one whose line is near', () => {
    expect(markAt(layer, all, 30, 30, 2)).toBe(1)
    expect(markAt(layer, all, 60, 60, 2)).toBe(0)
    expect(markAt(layer, all, 101, 50, 2)).toBe(0)
    expect(markAt(layer, all, 104, 50, 2)).toBeUndefined()
    // The line of the large box before the area of a small one.
    expect(markAt(createLayer([rect(0, 0, 100, 100), rect(0, 10, 30, 30)]), [0, 1], 1, 5, 2)).toBe(0)
  })
  it('is found in circles, along lines and inside closed ones', () => {
    expect(markAt(layer, all, 204, 53, 2)).toBe(2)
    expect(markAt(layer, all, 213, 50, 2)).toBeUndefined()
    expect(markAt(layer, all, 390, 20, 2)).toBe(3)
    expect(markAt(layer, all, 320, 80, 2)).toBeUndefined()
    expect(markAt(layer, all, 350, 51, 2)).toBe(3)
  })
  it('is never one that is filtered out', () => expect(markAt(layer, [0], 30, 30, 2)).toBe(0))
  it('does not depend on the order of the corners', () =>
    expect(markAt(createLayer([rect(40, 40, 20, 20)]), [0], 30, 30, 1)).toBe(0))
})

describe('tags', () => {
  const stage = { width: 400, height: 300 }
  const wish = (index: number, x: number, y: number, width = 60, height = 60) => ({
    index,
    box: { x, y, width, height },
    width: 50,
    height: 16,
  })
  it('stand above their box, or inside where there is no room above', () => {
    expect(placeTags([wish(0, 50, 100)], stage, new Set())).toEqual([{ index: 0, x: 50, y: 84, width: 50, height: 16 }])
    expect(placeTags([wish(0, 50, 5)], stage, new Set())[0]).toMatchObject({ y: 5 })
    expect(placeTags([wish(0, -30, 100)], stage, new Set())[0]).toMatchObject({ x: 0 })
  })
  it('give way to neighbours, and to each other', () => {
    const wishes = [wish(0, 100, 40, 60, 55), wish(1, 100, 100)]
    const tags = placeTags(wishes, stage, new Set())
    // Above the second lies the first: its own inside is free.
    expect(tags.find(({ index }) => index === 1)).toMatchObject({ y: 100 })
    const crowd = Array.from({ length: 40 }, (_, i) => wish(i, 100 + i, 100))
    const placed = placeTags(crowd, stage, new Set([39]))
    for (const a of placed)
      for (const b of placed)
        if (a.index !== b.index && a.index !== 39 && b.index !== 39)
          expect(a.x < b.x + 50 && b.x < a.x + 50 && a.y < b.y + 16 && b.y < a.y + 16).toBe(false)
    expect(placed.length).toBeLessThan(40)
    expect(placed.some(({ index }) => index === 39)).toBe(true)
  })
})

it('says a mark in words', () => {
  expect(tagWords(marks[0] as Mark)).toBe('person 0.90')
  expect(tagWords(marks[2] as Mark)).toBe('')
  expect(marks.map(placeWords)).toEqual([
    'x 0–100, y 0–100',
    'x 20–40, y 20–40',
    'x 200, y 50, radius 10, 90°',
    '3 points from x 300, y 0',
  ])
})

it('looks where a mark is only if it is out of sight', () => {
  const size = { width: 400, height: 100 }
  const stage = { width: 200, height: 100 }
  const whole = { x: 0, y: 25, width: 200, height: 50 }
  expect(placeInSight(marks[0] as Mark, whole, stage, size)).toBeUndefined()
  const zoomed = { x: -1400, y: 0, width: 1600, height: 400 }
  expect(placeInSight(marks[0] as Mark, zoomed, stage, size)).toEqual({ x: 0.125, y: 0.5 })
})

describe('marks of an output', () => {
  const output = 'find.boxes'
  beforeEach(() => {
    forgetMarks()
    receiveMarks(output, marks)
  })
  const selected = () => useMarks.getState().selected?.index

  it('keep their filter over results', () => {
    filterMarks(output, { least: 0.5 })
    expect(shownMarks.get(output)?.passing).toEqual([0, 2])
    receiveMarks(output, [...marks, rect(1, 1, 2, 2, { weight: 0.2 }), rect(1, 1, 3, 3, { weight: 0.8 })])
    expect(shownMarks.get(output)?.passing).toEqual([0, 2, 5])
  })
  it('tell nobody of a result that is the same', () => {
    let told = 0
    const stop = shownMarks.subscribe(output, () => told++)
    receiveMarks(output, JSON.parse(JSON.stringify(marks)))
    expect(told).toBe(0)
    receiveMarks(output, marks.slice(1))
    expect(told).toBe(1)
    stop()
    expect(sameMarks(marks, marks.slice(1))).toBe(false)
  })
  it('make room for those of a step, and are back afterwards, as they are by then', () => {
    filterMarks(output, { least: 0.5 })
    const step = [rect(1, 2, 3, 4, { weight: 0.1, label: 'removed' })]
    coverMarks([output, 'other.image'], step)
    expect(shownMarks.get(output)).toMatchObject({ layer: { marks: step }, passing: [0] })
    expect(shownMarks.get('other.image')?.layer.marks).toEqual(step)
    receiveMarks(output, marks.slice(0, 3))
    expect(shownMarks.get(output)?.layer.marks).toEqual(step)
    coverMarks([output, 'other.image'], undefined)
    expect(shownMarks.get(output)).toMatchObject({ layer: { marks: marks.slice(0, 3) }, passing: [0, 2] })
    expect(shownMarks.get('other.image')).toBeUndefined()
  })
  it('stay selected in another place, and not if they are others', () => {
    selectMark(output, 1)
    hoverMark(output, 1)
    receiveMarks(output, [...marks].reverse())
    expect(selected()).toBe(2)
    expect(useMarks.getState().hovered).toBeUndefined()
    receiveMarks(output, [marks[0] as Mark, rect(20, 20, 41, 40, dog)])
    expect(selected()).toBeUndefined()
  })
  it('are gone through one by one, only those in sight', () => {
    filterMarks(output, { hidden: new Set(['16']) })
    const way = [stepMark(output, 1), stepMark(output, 1), stepMark(output, 1), stepMark(output, 1)]
    expect(way).toEqual([0, 2, 3, 0])
    expect(stepMark(output, -1)).toBe(3)
    filterMarks(output, { least: 1, hidden: new Set(['']) })
    expect(stepMark(output, 1)).toBeUndefined()
  })
  it('and the rows of a table of the same node are selected together', () => {
    selectRow('find.table', 1)
    expect(selected()).toBe(1)
    expect(rowOf(useMarks.getState().selected, 'find.table')).toBe(1)
    expect(rowOf(useMarks.getState().selected, 'other.table')).toBeUndefined()
    selectRow('find.table', 77)
    expect(selected()).toBe(1)
  })
  it('end with the document', () => {
    selectMark(output, 0)
    forgetMarks()
    expect(shownMarks.get(output)).toBeUndefined()
    expect(selected()).toBeUndefined()
  })
})

describe('marks that were drawn ahead', () => {
  const stage = { width: 100, height: 80 }
  const size = { width: 400, height: 400 }
  const now = {
    layer,
    shown: all,
    ratio: 1,
    tags: true,
    size,
    stage,
    rect: { x: -150, y: -100, width: 400, height: 400 },
  }
  const then = { ...now, stage: { width: 200, height: 180 }, rect: { ...now.rect, x: -100, y: -50 } }
  const at = (x: number, y: number, width = 400) => ({ ...now, rect: { x, y, width, height: width } })

  it('lie where their picture lies now', () => {
    expect(placeNow(then, now)).toEqual({ x: -50, y: -50, width: 200, height: 180 })
    // A mark at (200, 200) of the picture is at (100, 150) of the canvas, and on the stage at -300 + 2 * 200 = 100.
    const twice = placeNow(then, at(-300, -200, 800))
    expect([twice.x + 100 * 2, twice.y + 150 * 2]).toEqual([100, 200])
  })
  it('are enough until the stage reaches beyond them, the scale has changed much, or they have changed', () => {
    expect(stillShows(then, now)).toBe(true)
    expect(stillShows(then, at(-100, -50))).toBe(true)
    expect(stillShows(then, at(-99, -50))).toBe(false)
    expect(stillShows(then, at(-100, -151))).toBe(false)
    expect(stillShows(then, at(-250, -160, 600))).toBe(true)
    expect(stillShows(then, at(-250, -160, 604))).toBe(false)
    for (const other of [{ hovered: 1 }, { selected: 1 }, { shown: [0] }, { ratio: 2 }, { layer: createLayer(marks) }])
      expect(stillShows(then, { ...now, ...other }), JSON.stringify(Object.keys(other))).toBe(false)
  })
})
