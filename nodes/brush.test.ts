/** Strokes of a brush over a scene: what they paint by plain geometry, how they are kept, and what is refused. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type BrushStroke, numbersOfStrokes, painted, simplified, strokesIn } from '../engine/values/brush.ts'
import type { SplatsValue } from '../engine/values/index.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { brush } from './splat/brush.ts'
import { proceduralScene } from './splat-made.ts'
import { toScene, toSplats } from './splats.ts'

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench('.')
}, 200_000)
afterAll(() => bench.close())

/** From five units before the origin, along z; the picture is as high as what is one unit wide at a depth of one. */
const ahead: BrushStroke = {
  ...{ eye: [0, 0, -5], right: [1, 0, 0], down: [0, 1, 0], forward: [0, 0, 1], focal: 1, radius: 0.05, far: 0 },
  points: [
    [-0.2, 0],
    [0.1, 0],
    [0.1, 0.3],
  ],
}

it('paints what comes to within the radius of its line, before the camera and not too deep', () => {
  const cases: readonly (readonly [place: readonly [number, number, number], paints: boolean])[] = [
    // Depth 5: a twentieth of the height is a quarter of a unit.
    [[-1, 0, 0], true],
    [[-1, 0.24, 0], true],
    [[-1, 0.26, 0], false],
    [[-1.24, 0, 0], true],
    [[-1.26, 0, 0], false],
    // Round a corner: its outer side is round.
    [[0.5 + 0.17, -0.17, 0], true],
    [[0.5 + 0.19, -0.19, 0], false],
    [[0.5, 1.5, 0], true],
    // Twice as deep, twice as far out.
    [[-2, 0.49, 5], true],
    [[-2, 0.51, 5], false],
    // Behind the camera.
    [[1, 0, -10], false],
  ]
  const places = Float32Array.from(cases.flatMap(([place]) => place))
  expect([...painted(places, [ahead])].map(Boolean)).toEqual(cases.map(([, paints]) => paints))
  const near = painted(places, [{ ...ahead, far: 6 }])
  expect(near[0]).toBe(1)
  expect(near[8]).toBe(0)
})

it('paints as a disc that is moved along the line does, from any side', () => {
  const [s, c] = [Math.sin(0.7), Math.cos(0.7)]
  const turned: BrushStroke = {
    ...ahead,
    eye: [-5 * s, 0, -5 * c],
    right: [c, 0, -s],
    forward: [s, 0, c],
    radius: 0.08,
  }
  const places = Float32Array.from({ length: 3000 }, (_, i) => 4 * (((i * 7919) % 1009) / 1009 - 0.5))
  const marks = painted(places, [turned])
  // The line as many discs, close together.
  const discs = turned.points.slice(1).flatMap(([bx, by], i) => {
    const [ax, ay] = turned.points[i] ?? [0, 0]
    return Array.from({ length: 2001 }, (_, k) => [ax + ((bx - ax) * k) / 2000, ay + ((by - ay) * k) / 2000] as const)
  })
  let count = 0
  for (const [i, mark] of marks.entries()) {
    const [x = 0, y = 0, z = 0] = [0, 1, 2].map((k) => (places[3 * i + k] ?? 0) - (turned.eye[k] ?? 0))
    const depth = s * x + c * z
    const [u, v] = [(c * x - s * z) / depth, y / depth]
    const away = Math.min(...discs.map(([a, b]) => Math.hypot(u - a, v - b)))
    if (Math.abs(away - turned.radius) < 1e-4) continue
    expect(mark, `${i}: ${away}`).toBe(depth > 0 && away < turned.radius ? 1 : 0)
    count += mark
  }
  expect(count).toBeGreaterThan(50)
})

it('is kept as a list of numbers, and what is no list of strokes is refused', () => {
  const strokes = [ahead, { ...ahead, far: 4.5, points: [[0.25, -0.125]] as const }]
  expect(strokesIn(numbersOfStrokes(strokes))).toEqual(strokes)
  expect(strokesIn([])).toEqual([])
  const numbers = numbersOfStrokes([ahead])
  expect(strokesIn(numbers.slice(0, -1))).toBeUndefined()
  expect(strokesIn([...numbers, 1])).toBeUndefined()
  // A count that lies, and a direction that is none.
  expect(strokesIn(numbers.map((v, i) => (i === 15 ? 1e9 : v)))).toBeUndefined()
  expect(strokesIn(numbers.map((v, i) => (i === 3 ? 7 : v)))).toBeUndefined()
})

it('a line keeps its shape with fewer points', () => {
  const wave = Array.from({ length: 400 }, (_, i) => [i, 40 * Math.sin(i / 40)] as const)
  const fewer = simplified(wave, 0.5)
  expect(fewer.length).toBeLessThan(60)
  const far = wave.map(([x, y]) =>
    Math.min(
      ...fewer.slice(1).map(([bx, by], i) => {
        const [ax, ay] = fewer[i] ?? [0, 0]
        const t = Math.min(
          1,
          Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / Math.hypot(bx - ax, by - ay) ** 2),
        )
        return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay))
      }),
    ),
  )
  expect(Math.max(...far)).toBeLessThanOrEqual(0.5 + 1e-9)
  expect(simplified([[1, 2]], 1)).toEqual([[1, 2]])
})

it('the node keeps what is not painted, or only that', async () => {
  const scene = proceduralScene('cloud', 500, 2)
  const splats = await toSplats(bench.device.ops, scene)
  const strokes = numbersOfStrokes([ahead])
  const marks = painted(scene.means, [ahead])
  const wanted = (mark: number) => [...scene.means].filter((_, i) => marks[Math.floor(i / 3)] === mark)
  for (const [keep, mark] of [
    ['outside', 0],
    ['inside', 1],
  ] as const) {
    const { splats: made } = await bench.run(brush, { splats }, { strokes, keep })
    expect([...(await toScene(bench.device.ops, made as SplatsValue)).means]).toEqual(wanted(mark))
  }
  await expect(bench.run(brush, { splats }, { strokes: [1, 2, 3] })).rejects.toMatchObject({ code: 'param.invalid' })
})
