import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/types/ops.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue, MaskValue } from '../../engine/values/index.ts'
import { enlargement, inverse, product, sourceOf, stretch, toSource } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { boxesFrom } from '../boxes.ts'
import { sigmoid } from '../decode.ts'
import { bodyLandmarks, boxAround, keypointsFrom, type Landmark, numbersOf } from '../landmarks.ts'
import { warped } from '../warp.ts'

/** Side of the square that the network takes, and of its mask. */
const side = 256
/** Points that the network gives, of which the last six are of no use to us; numbers of each; cells of a heat map along a side. */
const [count, each, cells] = [39, 5, 64]
const columns = ['person', 'point', 'x', 'y', 'z', 'visibility', 'presence', 'X', 'Y', 'Z']

interface BodyLandmark extends Landmark {
  readonly z: number
  readonly presence: number
}

/** In parts of the network's square. Their score is how visible they are. */
const decoded = (numbers: Float32Array): readonly BodyLandmark[] =>
  bodyLandmarks.names.map((_, i) => {
    const [x = 0, y = 0, z = 0, visible = 0, present = 0] = numbers.subarray(each * i, each * i + each)
    return { x: x / side, y: y / side, z: z / side, score: sigmoid(visible), presence: sigmoid(present) }
  })

/** Cells around a point that are averaged, and how sure the surest has to be. */
const kernel = 7
const least = 0.5

/**
 * Points moved to where their heat map (64, 64, 39) says they are: the mean of 7 × 7 cells around each, weighted by how sure they are.
 * @see MediaPipe, refine_landmarks_from_heatmap_calculator.cc
 */
export function refined(points: readonly BodyLandmark[], heat: Float32Array): readonly BodyLandmark[] {
  return points.map((point, k) => {
    const [column, row] = [Math.trunc(point.x * cells), Math.trunc(point.y * cells)]
    if (column < 0 || column >= cells || row < 0 || row >= cells) return point
    let [sum, x, y, most] = [0, 0, 0, 0]
    const reach = (kernel - 1) / 2
    for (let v = Math.max(0, row - reach); v < Math.min(cells, row + reach + 1); v++)
      for (let u = Math.max(0, column - reach); u < Math.min(cells, column + reach + 1); u++) {
        const sure = sigmoid(heat[(v * cells + u) * count + k] ?? Number.NEGATIVE_INFINITY)
        sum += sure
        most = Math.max(most, sure)
        x += u * sure
        y += v * sure
      }
    return most >= least && sum > 0 ? { ...point, x: x / cells / sum, y: y / cells / sum } : point
  })
}

/** The mask of the crop, laid over the picture that it was cut from. */
async function maskOf(logits: Float32Array | undefined, image: ImageValue, ops: Ops): Promise<MaskValue> {
  const { width, height } = sourceOf(image)
  const made = (store: ImageValue['store']): MaskValue => ({
    ...{ kind: 'mask', width, height },
    pixels: { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], store },
  })
  const gray = { kind: 'image', channels: 1, space: 'gray', alpha: false, range: [0, 1] } as const
  const back = image.placement ? inverse(image.placement.matrix) : stretch(1, 1)
  if (!logits || !back) {
    const none = await ops.fromNumbers({ shape: { ...gray, width, height }, numbers: new Float32Array(width * height) })
    return made((none as ImageValue).store)
  }
  const shape = { ...gray, width: side, height: side }
  const small = (await ops.fromNumbers({ shape, numbers: Float32Array.from(logits, sigmoid) })) as ImageValue
  const matrix = product(stretch(side / image.width, side / image.height), back)
  const whole = await warped(ops, small, { matrix, width, height, method: 'bilinear', border: 'constant', fill: 0 })
  return made(whole.store)
}

/**
 * The 33 points of a body. Tensors of BlazePose (195 numbers, 1, 64 × 64 × 39 and, optionally, 256 × 256 and 117) and the crop that it
 * was shown in; points, a box and a mask in pixels of the picture that the crop was cut from, out. In the table x, y, z are in those
 * pixels, z from the hips away from the camera; X, Y, Z are metres from the middle of the hips. Nothing comes of a crop without a body.
 */
export const bodyPoints = defineNode({
  type: 'pose/body-points',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Decode a body',
  alias: 'TensorsToPoseLandmarksAndSegmentation',
  keywords: ['landmarks', 'keypoints', 'pose', 'BlazePose', 'person', 'joints', 'heat map', 'visibility', 'MediaPipe'],
  summary: 'Turns the output of BlazePose into 33 points and a mask.',
  inputs: {
    image: socket.image({ help: 'The picture that the network was shown: the crop.' }),
    landmarks: socket.tensor({ help: 'x, y, z, visibility and presence of 39 points: 1 × 195.' }),
    presence: socket.tensor({ help: 'How sure it is that there is a person: 1 × 1.' }),
    heat: socket.tensor({ help: 'Where each point is, in cells: 1 × 64 × 64 × 39.' }),
    segmentation: socket.tensor({ optional: true, help: 'The mask, before the sigmoid: 1 × 256 × 256 × 1.' }),
    world: socket.tensor({ optional: true, help: 'x, y and z of 39 points in metres: 1 × 117.' }),
  },
  params: {
    score: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'A person who is less sure is left out.',
    }),
    visible: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Least visibility',
      help: 'Points that are less visible get no place; the table has all of them. 0 keeps what the network guesses behind things and outside the picture.',
    }),
  },
  outputs: {
    points: socket.keypoints({ over: 'image' }),
    boxes: socket.boxes({ over: 'image' }),
    mask: socket.mask({ over: 'image' }),
    table: socket.table(),
  },
  shape: ({ image }) => {
    if (!image) return { table: { kind: 'table' } }
    const source = sourceOf(image)
    return {
      points: { kind: 'keypoints', ...source },
      boxes: { kind: 'boxes', ...source },
      mask: { kind: 'mask', ...source },
      table: { kind: 'table' },
    }
  },
  run: async ({ image, landmarks, presence, heat, segmentation, world, score, visible }, { ops, wants }) => {
    const source = sourceOf(image)
    const [sure = 0] = await numbersOf(presence, 1, ops)
    const numbers = await numbersOf(landmarks, count * each, ops)
    const places = refined(decoded(numbers), await numbersOf(heat, cells * cells * count, ops))
    const metres = world && (await numbersOf(world, count * 3, ops))
    const logits = segmentation && (await numbersOf(segmentation, side * side, ops))
    const back = toSource(image)
    const [scale] = enlargement(image)
    const found = places.map((point) => {
      const [x, y] = back(point.x * image.width, point.y * image.height)
      return { ...point, x, y, z: point.z * image.width * scale }
    })
    const there = sure >= score
    const seen = there ? found : []
    const clear = seen.filter((point) => point.score >= visible)
    const candidates = {
      boxes: there ? boxAround(clear.length > 0 ? clear : seen) : [],
      scores: there ? [sure] : [],
      classes: there ? [0] : [],
    }
    const [[ox, oy], [ax, ay]] = [back(0, 0), back(1, 0)]
    const [cos, sin] = [(ax - ox) / scale, (ay - oy) / scale]
    const rows = seen.map(({ x, y, z, score, presence }, i) => {
      const [X, Y, Z] = metres ? metres.subarray(3 * i, 3 * i + 3) : []
      const turned = X === undefined || Y === undefined ? [] : [X * cos - Y * sin, X * sin + Y * cos, Z ?? 0]
      return ['person', bodyLandmarks.names[i] ?? '', x, y, z, score, presence, ...turned]
    })
    const own = metres ? columns : columns.slice(0, 7)
    return {
      points: await keypointsFrom(seen, bodyLandmarks, source, ops, visible),
      boxes: await boxesFrom(candidates, { ...source, names: ['person'] }, ops),
      ...(wants('mask') && { mask: await maskOf(there ? logits : undefined, image, ops) }),
      table: { kind: 'table', columns: own, rows },
    }
  },
  explain: {
    idea: 'The network guesses all 33 points at once and says how visible each is. A heat map for each point then moves it to where it shines most, and the matrix of the crop brings it back to the photograph.',
    formula: String.raw`l_k = \frac{\sum_{|c - l_k'| \le 3} \sigma(h_k(c))\,c}{\sum_{|c - l_k'| \le 3} \sigma(h_k(c))}, \qquad \begin{pmatrix} x \\ y \end{pmatrix} = M \begin{pmatrix} l_k \\ 1 \end{pmatrix}`,
    reference:
      'BlazePose (Bazarevsky et al. 2020); MediaPipe: tensors_to_pose_landmarks_and_segmentation.pbtxt, RefineLandmarksFromHeatmapCalculator, LandmarkProjectionCalculator.',
    code: 'l = landmarks.reshape(39, 5)[:33]; visibility = 1 / (1 + np.exp(-l[:, 3])); points = l[:, :2] @ M[:, :2].T + M[:, 2] if presence[0, 0] >= {score} else np.zeros((0, 2)); seen = visibility >= {visible}',
  },
})
