/** Points of bodies, hands and things, as networks of landmarks give them: what they are, which belong together, how they are read. */
import type { Ops } from '../engine/types/ops.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { KeypointsValue, Size, TensorValue } from '../engine/values/index.ts'

export interface Landmarks {
  readonly names: readonly string[]
  /** The points that are joined. */
  readonly skeleton: readonly (readonly [from: number, to: number])[]
}

const finger = (name: string): readonly string[] =>
  ['knuckle', 'middle joint', 'end joint', 'tip'].map((part) => `${name} ${part}`)

/** @see MediaPipe, hand_landmark.h and hand_connections */
export const handLandmarks: Landmarks = {
  names: [
    ...['wrist', 'thumb root', 'thumb knuckle', 'thumb joint', 'thumb tip'],
    ...['index', 'middle', 'ring', 'little'].flatMap(finger),
  ],
  skeleton: [
    ...([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [0, 5],
      [5, 6],
      [6, 7],
      [7, 8],
      [5, 9],
      [9, 10],
      [10, 11],
    ] as const),
    ...([
      [11, 12],
      [9, 13],
      [13, 14],
      [14, 15],
      [15, 16],
      [13, 17],
      [17, 18],
      [18, 19],
      [19, 20],
      [0, 17],
    ] as const),
  ],
}

const bothSides = (parts: readonly string[]): readonly string[] =>
  parts.flatMap((part) => [`left ${part}`, `right ${part}`])

/** @see MediaPipe, pose_landmark.pbtxt and pose_connections */
export const bodyLandmarks: Landmarks = {
  names: [
    ...['nose', 'left eye inner', 'left eye', 'left eye outer', 'right eye inner', 'right eye', 'right eye outer'],
    ...['left ear', 'right ear', 'mouth left', 'mouth right'],
    ...bothSides(['shoulder', 'elbow', 'wrist', 'little finger', 'index finger', 'thumb']),
    ...bothSides(['hip', 'knee', 'ankle', 'heel', 'toes']),
  ],
  skeleton: [
    ...([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 7],
      [0, 4],
      [4, 5],
      [5, 6],
      [6, 8],
      [9, 10],
      [11, 12],
      [11, 13],
      [13, 15],
    ] as const),
    ...([
      [15, 17],
      [15, 19],
      [15, 21],
      [17, 19],
      [12, 14],
      [14, 16],
      [16, 18],
      [16, 20],
      [16, 22],
      [18, 20],
    ] as const),
    ...([
      [11, 23],
      [12, 24],
      [23, 24],
      [23, 25],
      [24, 26],
      [25, 27],
      [26, 28],
      [27, 29],
      [28, 30],
      [29, 31],
    ] as const),
    ...([
      [30, 32],
      [27, 31],
      [28, 32],
    ] as const),
  ],
}

/** @see COCO keypoints; TensorFlow.js, pose-detection, COCO_CONNECTED_KEYPOINTS_PAIRS */
export const cocoLandmarks: Landmarks = {
  names: ['nose', ...bothSides(['eye', 'ear', 'shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle'])],
  skeleton: [
    ...([
      [0, 1],
      [0, 2],
      [1, 3],
      [2, 4],
      [5, 6],
      [5, 7],
      [5, 11],
      [6, 8],
      [6, 12],
      [7, 9],
      [8, 10],
      [11, 12],
    ] as const),
    ...([
      [11, 13],
      [12, 14],
      [13, 15],
      [14, 16],
    ] as const),
  ],
}

/** The middle and the corners of a box. @see MediaPipe, objectron.py, BoxLandmark and BOX_CONNECTIONS */
export const cuboidLandmarks: Landmarks = {
  names: [
    'middle',
    ...['left', 'right'].flatMap((side) =>
      ['bottom', 'top'].flatMap((level) => ['back', 'front'].map((depth) => `${depth} ${level} ${side}`)),
    ),
  ],
  skeleton: [
    ...([
      [1, 2],
      [2, 6],
      [6, 5],
      [5, 1],
      [3, 4],
      [4, 8],
      [8, 7],
      [7, 3],
      [1, 3],
      [2, 4],
      [5, 7],
      [6, 8],
    ] as const),
  ],
}

/** The numbers of a network's output, however its axes are called. Throws `detect.shape` where it has another count. */
export async function numbersOf(tensor: TensorValue, count: number, ops: Ops): Promise<Float32Array> {
  if (tensor.shape.reduce((a, b) => a * b, 1) !== count)
    throw new SightlineError('detect.shape', { given: tensor.shape.join(' × '), wanted: `${count} numbers` })
  return Float32Array.from(await ops.read(tensor, {}))
}

export interface Landmark {
  readonly x: number
  readonly y: number
  /** How sure it is, 0..1. */
  readonly score: number
}

/** Points over a picture of this size. One that is less sure than `least` keeps its row and has no place (NaN). */
export async function keypointsFrom(
  points: readonly Landmark[],
  { names, skeleton }: Landmarks,
  { width, height }: Size,
  ops: Ops,
  least = 0,
): Promise<KeypointsValue> {
  const numbers = points.flatMap(({ x, y, score }) => {
    const seen = score >= least
    return [seen ? x : Number.NaN, seen ? y : Number.NaN, 0, -1, score]
  })
  const shape = { kind: 'tensor', shape: [points.length, 5], axes: ['N', 'C'] } as const
  const value = {
    kind: 'keypoints',
    width,
    height,
    points: (await ops.fromNumbers({ shape, numbers })) as TensorValue,
  } as const
  return points.length === 0 ? value : { ...value, names, skeleton }
}

/** The box around points that have a place. */
export function boxAround(points: readonly Landmark[]): readonly number[] {
  const seen = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
  const [xs, ys] = [seen.map(({ x }) => x), seen.map(({ y }) => y)]
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}
