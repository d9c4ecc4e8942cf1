import { expect, it } from 'vitest'
import { type Cloud, lensOf, pixelOf, placeUnder } from './cloud.ts'
import { ballAt, boxAround, rectangleOf, seenIn, within } from './selection.ts'

const size = { width: 400, height: 300 }
/** From the front, at a distance of 10; y is down, as in a capture. */
const pose = {
  eye: [0, 0, -10],
  target: [0, 0, 0],
  up: [0, -1, 0],
  fov: 2 * (180 / Math.PI) * Math.atan(0.15),
} as const
const lens = lensOf(pose, size)

function cloudOf(places: readonly (readonly [number, number, number])[], opacity = 1, width = 0.05): Cloud {
  return {
    count: places.length,
    centres: Float32Array.from(places.flat()),
    sizes: new Float32Array(places.length).fill(width),
    opacities: new Float32Array(places.length).fill(opacity),
  }
}

it('is a pinhole camera: a height of 2 · 0.15 · 10 fills the picture', () => {
  expect(lens.focal).toBeCloseTo(1000, 6)
  expect(pixelOf(lens, [1.5, 1, 0])).toEqual({ x: expect.closeTo(350, 6), y: expect.closeTo(250, 6), depth: 10 })
  expect(pixelOf(lens, [0, 0, -11])).toBeUndefined()
})

it('finds what is seen under a pixel: the first that is not see-through', () => {
  const cloud = cloudOf([
    [0, 0, 0],
    [0, 0, 5],
    [1, 0, 2],
  ])
  expect(placeUnder(cloud, lens, 200, 150)?.map((v) => v.toFixed(3))).toEqual(['0.000', '0.000', '0.000'])
  expect(placeUnder(cloud, lens, 200, 20)).toBeUndefined()
  const [x, , z] = placeUnder(cloud, lens, 200 + 1000 / 12, 150) ?? []
  expect([x?.toFixed(3), z?.toFixed(3)]).toEqual(['1.000', '2.000'])
  const veil = {
    ...cloudOf([
      [0, 0, -5],
      [0, 0, 0],
    ]),
    opacities: Float32Array.of(0.1, 1),
  }
  expect(placeUnder(veil, lens, 200, 150)?.[2]).toBeCloseTo(0, 6)
})

it('chooses by a rectangle, and puts a box around what was chosen', () => {
  const cloud = cloudOf([
    [0, 0, 0],
    [1, 0.5, 1],
    [-1, 0, 0],
    [0, 0, -20],
  ])
  const chosen = seenIn(cloud, lens, rectangleOf([390, 280], [190, 140]))
  expect(chosen).toEqual([0, 1])
  const box = boxAround(cloud, chosen)
  expect(box).toMatchObject({ shape: 'box', centre: [0.5, 0.25, 0.5] })
  expect(box && [...within(cloud, box)]).toEqual([0, 1])
  expect(boxAround(cloud, [])).toBeUndefined()
})

it('leaves a few that lie apart out of a box around many', () => {
  const places = Array.from({ length: 1000 }, (_, i) => [Math.sin(i), Math.cos(3 * i), Math.sin(5 * i)] as const)
  const cloud = cloudOf([...places, [90, 0, 0]])
  const box = boxAround(
    cloud,
    Array.from({ length: 1001 }, (_, i) => i),
  )
  expect(box?.shape === 'box' && box.size[0]).toBeLessThan(2.1)
})

it('grows a ball from what is under the pointer', () => {
  const cloud = cloudOf([
    [0, 0, 0],
    [0.3, 0, 0],
    [0.9, 0, 0],
  ])
  const ball = ballAt(cloud, lens, [200, 150], [250, 150])
  expect(ball).toMatchObject({ shape: 'sphere', radius: expect.closeTo(0.5, 6) })
  expect(ball && [...within(cloud, ball)]).toEqual([0, 1])
  expect(ballAt(cloud, lens, [10, 10], [20, 10])).toBeUndefined()
})
