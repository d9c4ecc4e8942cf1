/**
 * Hands and bodies: regions and landmarks against NumPy, written after MediaPipe's calculators (fixtures/pose.py); with the weights
 * installed, BlazePose and MoveNet, which know nothing of each other, see the same joints in a photograph.
 */
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { graphOf } from '../engine/run/testing.ts'
import type {
  BoxesValue,
  ImageValue,
  KeypointsValue,
  MaskValue,
  SequenceValue,
  TableValue,
  TensorValue,
} from '../engine/values/index.ts'
import { keypoints } from '../engine/values/keypoints.ts'
import { inverse, mapped, toSource } from '../engine/values/placement.ts'
import { createNetworkBench, lacking, photographs } from '../host/testing/networks.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { boxesFrom } from './boxes.ts'
import truth from './fixtures/pose.json' with { type: 'json' }
import { letterbox } from './geometry/letterbox.ts'
import { bodyPoints } from './pose/body-points.ts'
import { cocoPoints } from './pose/coco-points.ts'
import { poseCrops, regionOf } from './pose/crops.ts'
import { handPoints } from './pose/hand-points.ts'
import { together } from './pose/together.ts'

const bench = await createNodeBench('.')
const { device } = bench
afterEach(() => device.clear())
afterAll(() => bench.close())

const [width = 0, height = 0] = truth.size
const photo = () =>
  device.image(
    { kind: 'image', width, height, channels: 3, space: 'rgb', alpha: false, range: [0, 1] },
    new Float32Array(width * height * 3),
  )
const tensor = async (shape: readonly number[], numbers: ArrayLike<number>) =>
  (await device.ops.fromNumbers({
    shape: { kind: 'tensor', shape, axes: [...'NLCD'].slice(0, shape.length) },
    numbers,
  })) as TensorValue
/** As `wave` in pose.py. */
const wave = (count: number, factor: number, scale: number, offset = 0): number[] =>
  Array.from({ length: count }, (_, i) => offset + scale * Math.sin(i * factor))
const keypointsAt = async (places: readonly (readonly number[])[]): Promise<KeypointsValue> => ({
  ...{ kind: 'keypoints', width, height },
  points: await tensor(
    [places.length, 5],
    places.flatMap(([x = 0, y = 0]) => [x, y, 0, -1, 1]),
  ),
})
const one = () =>
  boxesFrom({ boxes: truth.box, scores: [0.9], classes: [0] }, { width, height, names: ['palm'] }, device.ops)
const all = <T>(values: readonly T[]) =>
  ({
    kind: 'sequence',
    length: values.length,
    element: { kind: 'unknown' },
    at: async (i) => values[i],
  }) as SequenceValue
const near = (given: readonly number[], wanted: readonly number[], by = 2e-3): void => {
  expect(given.length).toBe(wanted.length)
  for (const [i, value] of wanted.entries()) expect(Math.abs((given[i] ?? Number.NaN) - value), `${i}`).toBeLessThan(by)
}

/** The one crop of what was found. */
async function cropOf(by: 'palm' | 'person'): Promise<ImageValue> {
  const params = by === 'palm' ? { by, margin: 2.6, shift: 0.5 } : { by, margin: 1.25, size: 256 }
  const points = await keypointsAt(by === 'palm' ? truth.palm : truth.body)
  const { crops } = await bench.run(poseCrops, { image: await photo(), boxes: await one(), points }, params)
  const sequence = crops as SequenceValue
  expect(sequence.length).toBe(1)
  return (await sequence.at(0, new AbortController().signal)) as ImageValue
}

describe('regions', () => {
  it.each([
    { by: 'palm', points: truth.palm, how: { margin: 2.6, shift: 0.5 } },
    { by: 'person', points: truth.body, how: { margin: 1.25, shift: 0 } },
  ] as const)('are those of MediaPipe: $by', ({ by, points, how }) => {
    const { x, y, width, height, angle } = regionOf(by, truth.box, points as unknown as [number, number][], how)
    near([x, y, width, height, ((angle + 540) % 360) - 180], truth.regions[by])
  })

  it('make crops that know where they lie', async () => {
    const crop = await cropOf('palm')
    expect(crop).toMatchObject({ width: 224, height: 224, placement: { source: { width, height } } })
    const [x = 0, y = 0] = truth.regions.palm
    near(toSource(crop)(112, 112), [x, y])
    // The middle finger lies straight above the wrist.
    const back = inverse(crop.placement?.matrix ?? [0, 0, 0, 0, 0, 0, 0, 0, 0])
    const [wrist, middle] = [0, 2].map((i) =>
      mapped(back ?? [0, 0, 0, 0, 0, 0, 0, 0, 0], ...(truth.palm[i] as [number, number])),
    )
    expect(Math.abs((wrist?.[0] ?? 0) - (middle?.[0] ?? 9))).toBeLessThan(1e-6)
    expect(wrist?.[1]).toBeGreaterThan(middle?.[1] ?? 0)
  })

  it('are none where nothing was found, and need points', async () => {
    const none = await boxesFrom({ boxes: [], scores: [], classes: [] }, { width, height, names: [] }, device.ops)
    const { crops } = await bench.run(poseCrops, { image: await photo(), boxes: none, points: await keypointsAt([]) })
    expect(crops).toMatchObject({ kind: 'sequence', length: 0 })
    const without = bench.run(poseCrops, { image: await photo(), boxes: await one() }, { by: 'palm' })
    await expect(without).rejects.toMatchObject({ code: 'pose.points' })
  })
})

const places = (value: KeypointsValue): number[] => Array.from(device.read(value.points)).filter((_, i) => i % 5 < 2)
const ofTable = ({ columns, rows }: TableValue, ...names: readonly string[]): number[] =>
  rows.flatMap((row) => names.map((name) => Number(row[columns.indexOf(name)])))

describe('landmarks', () => {
  const hand = async (presence: number, right: number) => ({
    image: await cropOf('palm'),
    landmarks: await tensor([1, 63], wave(63, 12.9898, 100, 112)),
    presence: await tensor([1, 1], [presence]),
    handedness: await tensor([1, 1], [right]),
    world: await tensor([1, 63], wave(63, 3.7, 0.1)),
  })

  it("of a hand are MediaPipe's", async () => {
    const made = await bench.run(handPoints, await hand(0.9, 0.8))
    const points = made.points as KeypointsValue
    const table = made.table as TableValue
    near(
      places(points),
      truth.hand.points.flatMap(([x = 0, y = 0]) => [x, y]),
    )
    near(ofTable(table, 'x', 'y', 'z'), truth.hand.points.flat())
    near(ofTable(table, 'X', 'Y', 'Z'), truth.hand.world.flat(), 1e-5)
    expect(points).toMatchObject({ width, height })
    expect(points.names).toHaveLength(21)
    const { classes, names } = made.boxes as BoxesValue
    expect(names[device.read(classes)[0] ?? -1]).toBe('right hand')
  })

  it('of a hand: the other one in a mirror, none where there is none', async () => {
    const mirrored = (await bench.run(handPoints, await hand(0.9, 0.8), { mirrored: true })).boxes as BoxesValue
    expect(mirrored.names[device.read(mirrored.classes)[0] ?? -1]).toBe('left hand')
    const { points, boxes, table } = await bench.run(handPoints, await hand(0.4, 0.8))
    expect((points as KeypointsValue).points.shape).toEqual([0, 5])
    expect((boxes as BoxesValue).scores.shape).toEqual([0])
    expect((table as TableValue).rows).toEqual([])
  })

  const body = async (presence = 0.9) => {
    const raw = wave(195, 12.9898, 130, 128)
    for (const [i, value] of wave(78, 0.7, 5).entries()) raw[5 * (i >> 1) + 3 + (i % 2)] = value
    return {
      image: await cropOf('person'),
      landmarks: await tensor([1, 195], raw),
      presence: await tensor([1, 1], [presence]),
      heat: await tensor([1, 64, 64, 39], wave(64 * 64 * 39, 0.731, 6, -4)),
      segmentation: await tensor([1, 256, 256, 1], new Float32Array(256 * 256).fill(20)),
    }
  }

  it("of a body are MediaPipe's, moved by their heat maps", async () => {
    expect(truth.pose.moved).toBeGreaterThan(5)
    const made = await bench.run(bodyPoints, await body(), { visible: 0 })
    near(
      places(made.points as KeypointsValue),
      truth.pose.points.flatMap(([x = 0, y = 0]) => [x, y]),
    )
    const table = made.table as TableValue
    near(ofTable(table, 'x', 'y', 'z'), truth.pose.points.flat())
    near(ofTable(table, 'visibility'), truth.pose.visibility, 1e-5)
    near(ofTable(table, 'presence'), truth.pose.presence, 1e-5)
  })

  it('of a body that are hidden have no place, and no lines', async () => {
    const { points } = await bench.run(bodyPoints, await body(), { visible: 0.5 })
    const value = points as KeypointsValue
    const seen = truth.pose.visibility.map((v) => v >= 0.5)
    expect(seen).toContain(false)
    const found = places(value)
    expect(seen.map((_, i) => Number.isFinite(found[2 * i]))).toEqual(seen)
    const { marks = [] } = (await keypoints.face?.(value, async (part) => Float32Array.from(device.read(part)))) ?? {}
    const dots = marks.filter(({ kind }) => kind === 'point')
    expect(dots.map(({ row }) => row)).toEqual(seen.flatMap((is, i) => (is ? [i] : [])))
    expect(dots[0]).toMatchObject({ group: 0 })
    const lines = (value.skeleton ?? []).filter(([from, to]) => seen[from] && seen[to])
    expect(marks.filter(({ kind }) => kind === 'path')).toHaveLength(lines.length)
  })

  it('of a body have a mask where the crop lies, and nowhere else', async () => {
    const mask = (await bench.run(bodyPoints, await body())).mask as MaskValue
    expect(mask).toMatchObject({ width, height })
    const numbers = device.read(mask.pixels)
    const at = (x: number, y: number): number => numbers[y * width + x] ?? Number.NaN
    const [x = 0, y = 0, side = 0, , angle = 0] = truth.regions.person
    const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]
    let wrong = 0
    for (let v = 0; v < height; v += 7)
      for (let u = 0; u < width; u += 7) {
        const [dx, dy] = [u + 0.5 - x, v + 0.5 - y]
        const away = Math.max(Math.abs(dx * cos + dy * sin), Math.abs(dy * cos - dx * sin)) - side / 2
        // At the edge it fades over a pixel of the network.
        if (Math.abs(away) > 2 && at(u, v) > 0.5 !== away < 0) wrong++
      }
    expect(wrong).toBe(0)
    const none = (await bench.run(bodyPoints, await body(0.2))).mask as MaskValue
    expect(device.read(none.pixels).every((v) => v === 0)).toBe(true)
  })

  it('of MoveNet lie in the picture that was letterboxed', async () => {
    // 192 × 192 of 640 × 360: scale 0.3, 42 rows of bars.
    const { image } = await bench.run(letterbox, { image: await photo() }, { width: 192, height: 192 })
    const numbers = Array.from({ length: 51 }, (_, i) => (i < 3 ? [0.5, 0.25, 0.9] : [0.1, 0.1, 0.1])[i % 3] ?? 0)
    const { points } = await bench.run(cocoPoints, {
      image: image as ImageValue,
      output: await tensor([1, 1, 17, 3], numbers),
    })
    near(places(points as KeypointsValue).slice(0, 2), [160, 180])
    expect(places(points as KeypointsValue)[2]).toBeNaN()
    const wrong = { image: image as ImageValue, output: await tensor([1, 6, 56], new Array(336).fill(0)) }
    await expect(bench.run(cocoPoints, wrong)).rejects.toMatchObject({ code: 'detect.shape' })
  })

  it('of several hands come into one list, with a skeleton each', async () => {
    const made = await bench.run(handPoints, await hand(0.9, 0.8))
    const [points, boxes] = [made.points as KeypointsValue, made.boxes as BoxesValue]
    const none = (await bench.run(handPoints, await hand(0.1, 0.8))).points as KeypointsValue
    const given = { image: await photo(), points: all([points, none, points]), boxes: all([boxes, boxes]) }
    const { points: both, boxes: two } = await bench.run(together, given)
    const value = both as KeypointsValue
    expect(value.points.shape).toEqual([42, 5])
    expect(value.names).toEqual(points.names)
    expect(value.skeleton?.slice(21).map(([from, to]) => [from - 21, to - 21])).toEqual(points.skeleton)
    const { marks = [] } = (await keypoints.face?.(value, async (part) => Float32Array.from(device.read(part)))) ?? {}
    expect(new Set(marks.map(({ group }) => group))).toEqual(new Set([0, 1]))
    expect((two as BoxesValue).scores.shape).toEqual([2])
  })
})

const drawnHands = join(import.meta.dirname, '../assets/samples/hands.jpg')
const reason = lacking(['blazepose', 'movenet', 'mediapipe-hands'], ['astronaut.png'])
describe.skipIf(reason)(`with their weights${reason ? ` (${reason})` : ''}`, () => {
  vi.setConfig({ testTimeout: 180_000 })
  const networks = createNetworkBench()

  it('BlazePose and MoveNet see the same joints, also in a turned picture', async () => {
    const graph = graphOf(
      {
        photo: ['io/load-image', { path: 'astronaut.png' }],
        turned: ['geometry/rotated-crop', { x: 256, y: 256, width: 512, height: 512, angle: -25 }],
        body: 'pose/blazepose',
        movenet: 'pose/movenet',
        again: 'pose/movenet',
        drawn: ['io/load-image', { path: drawnHands }],
        hands: 'pose/hands',
      },
      [
        ...['photo.image > body.image', 'photo.image > movenet.image', 'photo.image > turned.image'],
        ...['turned.image > again.image', 'drawn.image > hands.image'],
      ],
    )
    const bench = await networks
    await bench.run(graph, photographs, async (outputs, read) => {
      const seen = async (port: string) => {
        const value = outputs.get(port) as KeypointsValue
        const numbers = await read(value.points)
        return Object.fromEntries((value.names ?? []).map((name, i) => [name, numbers.slice(5 * i, 5 * i + 2)]))
      }
      const [body, movenet, again] = [
        await seen('body.points'),
        await seen('movenet.points'),
        await seen('again.points'),
      ]
      for (const name of ['nose', 'left eye', 'right eye', 'left shoulder', 'right shoulder']) {
        const apart = ([x = 0, y = 0]: number[] = [], [u = 0, v = 0]: number[] = []): number => Math.hypot(x - u, y - v)
        expect(apart(body[name], movenet[name]), name).toBeLessThan(name.endsWith('shoulder') ? 40 : 12)
        // Found in the turned picture, and said of the photograph.
        expect(apart(again[name], movenet[name]), `${name}, turned`).toBeLessThan(name.endsWith('shoulder') ? 40 : 12)
      }
      const mask = outputs.get('body.mask') as MaskValue
      const numbers = await read(mask.pixels)
      const at = (x: number, y: number): number => numbers[y * 512 + x] ?? Number.NaN
      expect([at(220, 120) > 0.9, at(150, 400) > 0.9, at(420, 120) < 0.1, at(10, 10) < 0.1]).toEqual(
        new Array(4).fill(true),
      )
      // Two hands, of which one was mirrored: assets/samples/make.py. Each box holds one of them.
      const hands = outputs.get('hands.boxes') as BoxesValue
      const found = Object.fromEntries((await read(hands.classes)).map((id, i) => [hands.names[id] ?? '', i] as const))
      expect(Object.keys(found).sort()).toEqual(['left hand', 'right hand'])
      const sides = await read(hands.boxes)
      const middle = (name: string): number => {
        const i = 4 * (found[name] ?? 0)
        return ((sides[i] ?? 0) + (sides[i + 2] ?? 0)) / 2
      }
      expect([middle('right hand') < 320, middle('left hand') > 320]).toEqual([true, true])
      // Stretched fingers, seen from the front: each tip is farther up than its knuckle.
      const points = outputs.get('hands.points') as KeypointsValue
      expect(points.points.shape).toEqual([42, 5])
      const places = await read(points.points)
      for (const [row, name] of [...(points.names ?? []), ...(points.names ?? [])].entries()) {
        if (!/^(index|middle|ring|little) tip$/.test(name)) continue
        expect(places[5 * row + 1], name).toBeLessThan(places[5 * (row - 3) + 1] ?? 0)
      }
    })
  })
})
