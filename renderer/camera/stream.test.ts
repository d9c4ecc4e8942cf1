import { expect, test } from 'vitest'
import { rgbOf } from './rgb.ts'
import { cover } from './stream.ts'

test('a picture fills the wanted size, cropped about its centre', () => {
  expect(cover({ width: 640, height: 480 }, { width: 320, height: 240 })).toEqual({
    x: 0,
    y: 0,
    width: 640,
    height: 480,
  })
  expect(cover({ width: 1280, height: 720 }, { width: 640, height: 480 })).toEqual({
    x: 160,
    y: 0,
    width: 960,
    height: 720,
  })
  expect(cover({ width: 480, height: 640 }, { width: 64, height: 48 })).toEqual({
    x: 0,
    y: 140,
    width: 480,
    height: 360,
  })
})

test('opacity is left out', () => {
  expect([...rgbOf(Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255))]).toEqual([1, 2, 3, 4, 5, 6])
})
