import { describe, expect, it } from 'vitest'
import {
  type Camera,
  fitCamera,
  hides,
  maxZoom,
  pannedBy,
  pictureRect,
  pixelAt,
  placeAt,
  suffices,
  type Wanted,
  wantedPart,
  zoomedAt,
  zoomOf,
  zoomWords,
} from './camera.ts'

const stage = { width: 800, height: 600 }
const picture = { width: 1600, height: 900 }

it('fits the whole picture, in the middle', () => {
  expect(pictureRect(fitCamera, stage, picture, picture)).toEqual({ x: 0, y: 75, width: 800, height: 450 })
  expect(wantedPart(pictureRect(fitCamera, stage, picture, picture), stage, picture)).toEqual({
    width: 800,
    height: 450,
  })
})

it('keeps what is under the cursor there while it zooms', () => {
  const at = { x: 233, y: 310 }
  let camera: Camera = fitCamera
  const before = placeAt(pictureRect(camera, stage, picture, picture), at)
  for (const factor of [1.3, 2, 3, 0.5, 1.7]) {
    camera = zoomedAt(camera, stage, picture, factor, at)
    const now = placeAt(pictureRect(camera, stage, picture, picture), at)
    expect(now.x).toBeCloseTo(before.x, 9)
    expect(now.y).toBeCloseTo(before.y, 9)
  }
})

it('zooms no further than one can use', () => {
  const far = zoomedAt(fitCamera, stage, picture, 1e9, { x: 1, y: 1 })
  expect(zoomOf(far, stage, picture)).toBe(maxZoom)
  const near = zoomedAt(fitCamera, stage, picture, 1e-9, { x: 1, y: 1 })
  expect(zoomOf(near, stage, picture)).toBeCloseTo(0.125, 9)
})

it('pans by pixels and never loses the picture', () => {
  const camera = { x: 0.5, y: 0.5, zoom: 2 }
  const rect = pictureRect(camera, stage, picture, picture)
  const moved = pictureRect(pannedBy(camera, stage, picture, 30, -20), stage, picture, picture)
  expect(moved.x - rect.x).toBeCloseTo(30, 6)
  expect(moved.y - rect.y).toBeCloseTo(-20, 6)
  expect(pannedBy(camera, stage, picture, 1e6, 1e6)).toMatchObject({ x: 0, y: 0 })
})

describe('linked pictures', () => {
  it('of half the size show the same place', () => {
    const half = { width: 800, height: 450 }
    const camera = { x: 0.3, y: 0.7, zoom: 3 }
    expect(pictureRect(camera, stage, picture, half)).toEqual(pictureRect(camera, stage, picture, picture))
  })
  it('of another shape keep square pixels', () => {
    const square = { width: 100, height: 100 }
    const { width, height } = pictureRect(fitCamera, stage, picture, square)
    expect(width).toBe(height)
  })
})

describe('what is asked for', () => {
  it('is only the visible part, in whole pixels, one for one', () => {
    const camera = { x: 0.5, y: 0.5, zoom: 4 }
    const wanted = wantedPart(pictureRect(camera, stage, picture, picture), stage, picture)
    expect(wanted).toEqual({ width: 200, height: 150, region: { x: 700, y: 375, width: 200, height: 150 } })
  })
  it('is no finer than the stage', () => {
    const camera = { x: 0.5, y: 0.5, zoom: 0.75 }
    const wanted = wantedPart(pictureRect(camera, stage, picture, picture), stage, picture)
    expect(wanted?.region).toEqual({ x: 266, y: 50, width: 1068, height: 800 })
    expect(wanted).toMatchObject({ width: 801, height: 600 })
  })
  it('is nothing where nothing is to be seen', () => {
    expect(wantedPart({ x: 900, y: 0, width: 100, height: 100 }, stage, picture)).toBeUndefined()
  })
  it('reaches further while the camera moves, and then does until the picture is twice as large or its edge comes into sight', () => {
    const at = (x: number, zoom: number) => pictureRect({ x, y: 0.5, zoom }, stage, picture, picture)
    const exact = (x: number, zoom = 4) => wantedPart(at(x, zoom), stage, picture) as Wanted
    const had = wantedPart(at(0.5, 4), stage, picture, 200) as Wanted
    expect(had.region).toEqual({ x: 650, y: 325, width: 300, height: 250 })
    expect(suffices(had, exact(0.5), picture)).toBe(true)
    expect(suffices(had, exact(0.5 + 50 / 1600), picture)).toBe(true)
    expect(suffices(had, exact(0.5 + 51 / 1600), picture)).toBe(false)
    const whole = wantedPart(at(0.5, 0.25), stage, picture) as Wanted
    expect(suffices(whole, exact(0.5, 0.5), picture)).toBe(true)
    expect(suffices(whole, exact(0.5, 0.52), picture)).toBe(false)
  })
  it('covers the stage wherever it looks', () => {
    for (const zoom of [0.6, 1, 1.37, 5, 33]) {
      for (const at of [0.2, 0.5, 0.81]) {
        const rect = pictureRect({ x: at, y: at, zoom }, stage, picture, picture)
        const region = wantedPart(rect, stage, picture)?.region
        if (!region) continue
        const scale = rect.width / picture.width
        expect(rect.x + region.x * scale).toBeLessThanOrEqual(Math.max(0, rect.x) + 1e-6)
        expect(rect.x + (region.x + region.width) * scale).toBeGreaterThanOrEqual(
          Math.min(stage.width, rect.x + rect.width) - 1e-6,
        )
      }
    }
  })
})

it('finds the pixel at a place', () => {
  expect(pixelAt({ x: 0.9999, y: 0 }, picture)).toEqual({ x: 1599, y: 0 })
  expect(pixelAt({ x: 1, y: 0.5 }, picture)).toBeUndefined()
  expect(pixelAt({ x: -0.001, y: 0.5 }, picture)).toBeUndefined()
})

it('says the zoom', () => expect([0.125, 1, 3.333].map(zoomWords)).toEqual(['12.5 %', '100 %', '333 %']))

it('draws nothing under a part that covers what is in sight', () => {
  const all = { x: -100.4, y: 50, width: 2000, height: 500 }
  expect(hides({ x: -20, y: 50, width: 840, height: 500 }, all, stage)).toBe(true)
  expect(hides({ x: 1, y: 50, width: 840, height: 500 }, all, stage)).toBe(false)
  expect(hides({ x: -20, y: 50, width: 819, height: 500 }, all, stage)).toBe(false)
  expect(hides({ x: -20, y: 51, width: 840, height: 500 }, all, stage)).toBe(false)
  expect(hides({ x: -20, y: 50, width: 840, height: 499 }, all, stage)).toBe(false)
})
