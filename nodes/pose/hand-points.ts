import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { enlargement, sourceOf, toSource } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { boxesFrom } from '../boxes.ts'
import { boxAround, handLandmarks, keypointsFrom, numbersOf } from '../landmarks.ts'

/** Side of the square that the network takes, in pixels. */
const side = 224
/** The network gives depth smaller than widths and heights. @see MediaPipe, hand_landmark_cpu.pbtxt, normalize_z */
const depthScale = 0.4
const classes = ['left hand', 'right hand']
const columns = ['hand', 'point', 'x', 'y', 'z', 'X', 'Y', 'Z']

/**
 * The 21 points of a hand. Tensors of MediaPipe's hand network (63 numbers, 1, 1 and 63) and the crop that it was shown in; points and
 * a box with the hand's side, in pixels of the picture that the crop was cut from, out. In the table x, y, z are in those pixels, z
 * from the wrist away from the camera; X, Y, Z are metres from the middle of the hand. Nothing comes of a crop without a hand.
 */
export const handPoints = defineNode({
  type: 'pose/hand-points',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Decode a hand',
  alias: 'TensorsToLandmarksCalculator',
  keywords: ['landmarks', 'keypoints', 'fingers', 'gesture', 'handedness', 'left', 'right', 'MediaPipe', 'skeleton'],
  summary: "Turns the output of MediaPipe's hand network into 21 points.",
  inputs: {
    image: socket.image({ help: 'The picture that the network was shown: the crop.' }),
    landmarks: socket.tensor({ help: 'x, y and z of 21 points in pixels of the crop: 1 × 63.' }),
    presence: socket.tensor({ help: 'How sure it is that there is a hand: 1 × 1.' }),
    handedness: socket.tensor({ help: 'How sure it is that a hand in no mirror is the right one: 1 × 1.' }),
    world: socket.tensor({ optional: true, help: 'x, y and z of 21 points in metres: 1 × 63.' }),
  },
  params: {
    score: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'A hand that is less sure is left out.',
    }),
    mirrored: param.boolean({
      default: false,
      label: 'Mirrored picture',
      help: 'The picture is a mirror image, as from the front camera of a phone: left and right are swapped.',
    }),
  },
  outputs: {
    points: socket.keypoints({ over: 'image' }),
    boxes: socket.boxes({ over: 'image' }),
    table: socket.table(),
  },
  shape: ({ image }) => {
    if (!image) return { table: { kind: 'table' } }
    const source = sourceOf(image)
    return { points: { kind: 'keypoints', ...source }, boxes: { kind: 'boxes', ...source }, table: { kind: 'table' } }
  },
  run: async ({ image, landmarks, presence, handedness, world, score, mirrored }, { ops }) => {
    const source = sourceOf(image)
    const [sure = 0] = await numbersOf(presence, 1, ops)
    const [right = 0] = await numbersOf(handedness, 1, ops)
    const places = await numbersOf(landmarks, 63, ops)
    const metres = world && (await numbersOf(world, 63, ops))
    const back = toSource(image)
    const [scale] = enlargement(image)
    const [sx, sy] = [image.width / side, image.height / side]
    const found = handLandmarks.names.map((name, i) => {
      const [px = 0, py = 0, pz = 0] = places.subarray(3 * i, 3 * i + 3)
      const [x, y] = back(px * sx, py * sy)
      return { name, x, y, z: (pz * sx * scale) / depthScale, score: sure }
    })
    const seen = sure >= score ? found : []
    const isRight = right >= 0.5 !== mirrored
    const candidates = {
      boxes: seen.length > 0 ? boxAround(seen) : [],
      scores: seen.length > 0 ? [sure] : [],
      classes: seen.length > 0 ? [isRight ? 1 : 0] : [],
    }
    // The crop's axes in the picture.
    const [[ox, oy], [ax, ay]] = [back(0, 0), back(1, 0)]
    const [cos, sin] = [(ax - ox) / scale, (ay - oy) / scale]
    const rows = seen.map(({ name, x, y, z }, i) => {
      const [X, Y, Z] = metres ? metres.subarray(3 * i, 3 * i + 3) : []
      const turned = X === undefined || Y === undefined ? [] : [X * cos - Y * sin, X * sin + Y * cos, Z ?? 0]
      return [classes[isRight ? 1 : 0] ?? '', name, x, y, z, ...turned]
    })
    const own = metres ? columns : columns.slice(0, 5)
    return {
      points: await keypointsFrom(seen, handLandmarks, source, ops),
      boxes: await boxesFrom(candidates, { ...source, names: classes }, ops),
      table: { kind: 'table', columns: own, rows },
    }
  },
  explain: {
    idea: 'The network looked at one hand, upright in a square, and says where its wrist, knuckles and finger tips are, whether there is a hand at all, and which one. The matrix of the crop brings the points back to the photograph.',
    formula: String.raw`\begin{pmatrix} x \\ y \end{pmatrix} = M \begin{pmatrix} l_x \\ l_y \\ 1 \end{pmatrix}, \qquad p \ge \param{score}{t}`,
    reference:
      'MediaPipe Hands (Zhang et al. 2020); hand_landmark_cpu.pbtxt: TensorsToLandmarksCalculator, LandmarkProjectionCalculator, TensorsToClassificationCalculator.',
    code: 'points = landmarks.reshape(21, 3)[:, :2] @ M[:, :2].T + M[:, 2] if presence[0, 0] >= {score} else np.zeros((0, 2)); right = (handedness[0, 0] >= 0.5) != {mirrored}',
  },
})
