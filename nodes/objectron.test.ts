/**
 * Objectron: boxes in space as OpenCV sees them and as MediaPipe lifts them (fixtures/lift.py); the anchors and the decoder of its detector against NumPy, written after MediaPipe's (fixtures/ssd_raw.py); with the
 * weights installed, the box in space around the cup of a sample.
 */
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { graphOf } from '../engine/run/testing.ts'
import type { BoxesValue, CameraValue, KeypointsValue, TableValue, TensorValue } from '../engine/values/index.ts'
import { createNetworkBench, lacking } from '../host/testing/networks.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { cuboidPoints } from './detect/cuboid-points.ts'
import { decodeRawSsd, ssdAnchors } from './detect/formats/ssd-raw.ts'
import { liftCuboids } from './detect/lift-cuboids.ts'
import lift from './fixtures/lift.json' with { type: 'json' }
import truth from './fixtures/ssd_raw.json' with { type: 'json' }
import { iouOf } from './iou.ts'
import { cuboidLandmarks, keypointsFrom } from './landmarks.ts'
import { cutOut } from './warp.ts'

/** As `wave` in ssd_raw.py. */
const wave = (count: number, factor: number, scale: number, offset = 0): number[] =>
  Array.from({ length: count }, (_, i) => offset + scale * Math.sin(i * factor))
const close = (numbers: readonly number[], digits: number) => numbers.map((n) => expect.closeTo(n, digits) as number)

describe('raw SSD', () => {
  const size = { width: 300, height: 300 }
  const classes = 24
  const logits = wave(truth.count * classes, 0.731, 6, -5.9).map((v, i) => (i % classes === 0 ? 9 : v))
  const scores = { shape: [1, truth.count, classes], numbers: logits }
  const moves = { shape: [1, truth.count, 4], numbers: wave(truth.count * 4, 12.9898, 4) }

  it('has the anchors of MediaPipe', () => {
    const anchors = ssdAnchors(size)
    expect(anchors.length / 4).toBe(truth.count)
    for (const [i, wanted] of Object.entries(truth.anchors))
      expect([...anchors.subarray(4 * Number(i), 4 * Number(i) + 4)]).toEqual(close(wanted, 6))
  })

  it('is decoded as by MediaPipe', () => {
    const found = decodeRawSsd(scores, moves, size, 0.52)
    expect(found.scores.length).toBe(truth.found)
    for (const [k, [id, score = 0, ...box]] of truth.boxes.entries()) {
      const i = k * truth.every
      expect(found.classes[i]).toBe(id)
      expect(found.scores[i]).toBeCloseTo(score, 5)
      expect(Array.from(found.boxes).slice(4 * i, 4 * i + 4)).toEqual(close(box, 3))
    }
  })

  it('says which shapes it wants', () => {
    expect(() => decodeRawSsd(scores, moves, { width: 320, height: 320 }, 0.5)).toThrow('320 × 320 pixels')
    expect(() => decodeRawSsd(scores, { ...moves, shape: [1, 5, 4] }, size, 0.5)).toThrow('1 × 1917 × 4')
  })
})

const bench = await createNodeBench('.')
const { device } = bench
afterEach(() => device.clear())
afterAll(() => bench.close())

it('corners come back to the picture that was cut', async () => {
  const source = { width: 640, height: 480 }
  const box = { x: 300, y: 200, width: 448, height: 448, angle: 0 }
  const shape = { kind: 'image', width: 224, height: 224, channels: 3, space: 'rgb', alpha: false } as const
  const blank = await device.image(shape, new Float32Array(224 * 224 * 3))
  const image = { ...blank, placement: { source, matrix: cutOut(box, shape) } }
  const tensor = async (numbers: readonly number[]) =>
    (await device.ops.fromNumbers({
      shape: { kind: 'tensor', shape: [1, numbers.length], axes: ['N', 'C'] },
      numbers,
    })) as TensorValue
  const landmarks = await tensor(Array.from({ length: 18 }, (_, i) => (i < 2 ? 112 : 10 * i)))
  const made = await bench.run(cuboidPoints, { image, landmarks, presence: await tensor([1]) }, { name: 'cup' })
  const points = made.points as KeypointsValue
  // Twice as large, from (76, −24) on.
  expect(Array.from(device.read(points.points)).slice(0, 7)).toEqual(close([300, 200, 0, -1, 1, 116, 36], 3))
  expect(points.skeleton).toHaveLength(12)
  expect((made.boxes as BoxesValue).names).toEqual(['cup'])
  const none = await bench.run(cuboidPoints, { image, landmarks, presence: await tensor([0.98]) })
  expect((none.points as KeypointsValue).points.shape).toEqual([0, 5])
})

describe('boxes in space', () => {
  const { size, fx, cx, cy, cases } = lift
  const camera: CameraValue = {
    ...{ kind: 'camera', width: size, height: size, fx, fy: fx, cx, cy },
    ...{ view: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], near: 0.01, far: 100 },
  }
  const picture = () =>
    device.image(
      { kind: 'image', width: size, height: size, channels: 1, space: 'gray', alpha: false },
      new Float32Array(size * size),
    )
  const points = async (places: readonly (readonly number[])[]) =>
    keypointsFrom(
      places.map(([x = 0, y = 0]) => ({ x, y, score: 1 })),
      cuboidLandmarks,
      { width: size, height: size },
      device.ops,
    )
  const lifted = async (places: readonly (readonly number[])[], length: number) => {
    const made = await bench.run(
      liftCuboids,
      { image: await picture(), points: await points(places), camera },
      { length },
    )
    return {
      corners: Array.from(device.read(made.corners as TensorValue)),
      rows: (made.table as TableValue).rows,
      points: made.points as KeypointsValue,
    }
  }

  it.each(cases)('of $length m are where OpenCV saw them from', async ({ seen, edges, length, true: wanted }) => {
    const { corners, rows, points } = await lifted(seen, length)
    expect(corners).toEqual(close(wanted.flat(), 4))
    const [number, ...numbers] = rows[0] as number[]
    const [middle = []] = wanted
    expect(number).toBe(1)
    expect(numbers).toEqual(close([...middle, ...edges, Math.hypot(...middle), 0], 3))
    const read = device.read(points.points)
    expect([read[0], read[1]]).toEqual(close(seen[0] ?? [], 2))
    expect(points.skeleton).toHaveLength(12)
  })

  it.each(cases)(
    'of $length m, seen with errors, are those of MediaPipe',
    async ({ noisy, length, lifted: wanted }) => {
      const { corners, rows } = await lifted(noisy, length)
      expect(corners).toEqual(close(wanted.flat(), 4))
      // The corners were moved by two pixels in each direction.
      expect(rows[0]?.[8]).toBeGreaterThan(0.5)
      expect(rows[0]?.[8]).toBeLessThan(4)
    },
  )

  it('need nine points each, all with a place', async () => {
    const [first, second] = cases
    const one = (first?.seen ?? []).map((place, i) => (i === 3 ? [Number.NaN, 1] : place))
    const { rows, points } = await lifted([...one, ...(second?.seen ?? [])], second?.length ?? 1)
    expect(rows.map(([number]) => number)).toEqual([2])
    expect(points.points.shape).toEqual([9, 5])
    await expect(lifted((first?.seen ?? []).slice(1), 1)).rejects.toMatchObject({
      code: 'detect.shape',
      params: { given: '8 points' },
    })
    expect((await lifted([], 1)).rows).toEqual([])
  })
})

const reason = lacking(['objectron'])
describe.skipIf(reason)(`with its weights${reason ? ` (${reason})` : ''}`, () => {
  vi.setConfig({ testTimeout: 120_000 })
  const networks = createNetworkBench()

  it('finds the cup of a sample, and the box in space around it', async () => {
    const graph = graphOf({ photo: ['io/load-image', { path: 'coffee.jpg' }], cup: 'detect/objectron' }, [
      'photo.image > cup.image',
    ])
    const bench = await networks
    await bench.run(graph, 'assets/samples', async (outputs, read) => {
      const value = outputs.get('cup.points') as KeypointsValue
      expect(value.points.shape).toEqual([9, 5])
      const numbers = await read(value.points)
      const at = (name: string): [number, number] => {
        const i = 5 * (value.names?.indexOf(name) ?? -1)
        return [numbers[i] ?? Number.NaN, numbers[i + 1] ?? Number.NaN]
      }
      // Measured by hand in the photograph: the rim and the foot of the cup, without its handle.
      const cup = [172, 18, 428, 292]
      const found = outputs.get('cup.boxes') as BoxesValue
      expect(iouOf(cup, 0, await read(found.boxes), 0)).toBeGreaterThan(0.7)
      const [x, y] = at('middle')
      expect([x > 240 && x < 340, y > 110 && y < 240]).toEqual([true, true])
      // It is seen from above: each upper corner lies above the lower one, and the opening is wider than the foot.
      for (const corner of ['back', 'front'])
        for (const side of ['left', 'right'])
          expect(at(`${corner} top ${side}`)[1], `${corner} ${side}`).toBeLessThan(at(`${corner} bottom ${side}`)[1])
      const width = (level: string): number => Math.abs(at(`back ${level} left`)[0] - at(`back ${level} right`)[0])
      expect(width('top')).toBeGreaterThan(width('bottom'))
      // In front of the camera, as far as a cup on the table is from who takes its picture.
      const [, , , z = 0, across = 0, up = 0, deep = 0, distance = 0] = (outputs.get('cup.space') as TableValue)
        .rows[0] as number[]
      expect(Math.max(across, up, deep)).toBeCloseTo(0.12, 5)
      expect(Math.min(across, up, deep)).toBeGreaterThan(0.04)
      expect([z > 0.15 && z < 1, distance >= z && distance < 1]).toEqual([true, true])
    })
  })
})
