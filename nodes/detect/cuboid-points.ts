import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { sourceOf, toSource } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { boxesFrom } from '../boxes.ts'
import { boxAround, cuboidLandmarks, keypointsFrom, numbersOf } from '../landmarks.ts'

/** Side of the square that the network takes, in pixels. */
const side = 224

/**
 * The middle and the eight corners of a box in space, as they are seen. Tensors of Objectron (18 numbers and 1) and the crop that it was
 * shown in; 9 points, joined by the edges of the box, and an upright box around them, in pixels of the picture that the crop was cut
 * from, out. Nothing comes of a crop in which it sees no such thing.
 */
export const cuboidPoints = defineNode({
  type: 'detect/cuboid-points',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Decode a box in space',
  alias: 'TensorsToLandmarksCalculator',
  keywords: ['Objectron', '3D', 'box', 'cuboid', 'corners', 'pose', '6D', 'landmarks', 'MediaPipe', 'vertices'],
  summary: 'Turns the output of Objectron into the corners of a box in space.',
  inputs: {
    image: socket.image({ help: 'The picture that the network was shown: the crop.' }),
    landmarks: socket.tensor({ help: 'x and y of 9 points in pixels of the crop: 1 × 18.' }),
    presence: socket.tensor({ help: 'How likely the object is there: 1 × 1.' }),
  },
  params: {
    score: param.number({
      default: 0.99,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'A thing that is less sure is left out. MediaPipe has 0.99.',
    }),
    name: param.text({ default: 'thing', label: 'Name', help: 'What the network was trained on.' }),
  },
  outputs: { points: socket.keypoints({ over: 'image' }), boxes: socket.boxes({ over: 'image' }) },
  shape: ({ image }) => {
    if (!image) return {}
    const source = sourceOf(image)
    return { points: { kind: 'keypoints', ...source }, boxes: { kind: 'boxes', ...source } }
  },
  run: async ({ image, landmarks, presence, score, name }, { ops }) => {
    const source = sourceOf(image)
    const [sure = 0] = await numbersOf(presence, 1, ops)
    const places = await numbersOf(landmarks, 18, ops)
    const back = toSource(image)
    const found = cuboidLandmarks.names.map((_, i) => {
      const [px = 0, py = 0] = places.subarray(2 * i, 2 * i + 2)
      const [x, y] = back((px * image.width) / side, (py * image.height) / side)
      return { x, y, score: sure }
    })
    const seen = sure >= score ? found : []
    const candidates = {
      boxes: seen.length > 0 ? boxAround(seen) : [],
      scores: seen.map(() => sure).slice(0, 1),
      classes: seen.map(() => 0).slice(0, 1),
    }
    return {
      points: await keypointsFrom(seen, cuboidLandmarks, source, ops),
      boxes: await boxesFrom(candidates, { ...source, names: [name || 'thing'] }, ops),
    }
  },
  explain: {
    idea: 'The network has learned what the object looks like from all sides, and predicts where the corners of its box appear in the picture, including the hidden ones. With a known camera, this gives its place in space.',
    formula: String.raw`\begin{pmatrix} x \\ y \end{pmatrix} = M \begin{pmatrix} l_x \\ l_y \\ 1 \end{pmatrix}, \qquad p \ge \param{score}{t}`,
    reference:
      'Objectron (Ahmadyan et al. 2021); MediaPipe box_landmark_cpu.pbtxt: TensorsToLandmarksCalculator, LandmarkProjectionCalculator.',
    code: 'points = landmarks.reshape(9, 2) @ M[:, :2].T + M[:, 2] if presence[0, 0] >= {score} else np.zeros((0, 2)); name = {name}',
  },
})
