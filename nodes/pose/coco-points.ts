import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { sourceOf, toSource } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { cocoLandmarks, keypointsFrom, numbersOf } from '../landmarks.ts'

const columns = ['point', 'x', 'y', 'score']

/**
 * The 17 points of COCO that MoveNet found. Tensor (1, 1, 17, 3), y, x and score of each, and the picture that the network was shown
 * in; points in pixels of the picture that it was letterboxed from, out.
 */
export const cocoPoints = defineNode({
  type: 'pose/coco-points',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Decode MoveNet',
  alias: 'movenet.signatures',
  keywords: ['MoveNet', 'pose', 'landmarks', 'keypoints', 'COCO', 'person', 'joints', 'skeleton', 'single pose'],
  summary: 'Turns the output of MoveNet into the 17 points of COCO.',
  inputs: {
    image: socket.image({ help: 'The picture that the network was shown: the letterbox.' }),
    output: socket.tensor({ help: 'y, x and score of 17 points, from 0 to 1 of the picture: 1 × 1 × 17 × 3.' }),
  },
  params: {
    score: param.number({
      default: 0.3,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'Points that are less sure get no place; the table has all of them.',
    }),
  },
  outputs: { points: socket.keypoints({ over: 'image' }), table: socket.table() },
  shape: ({ image }) =>
    image
      ? { points: { kind: 'keypoints', ...sourceOf(image) }, table: { kind: 'table' } }
      : { table: { kind: 'table' } },
  run: async ({ image, output, score }, { ops }) => {
    const numbers = await numbersOf(output, 51, ops)
    const back = toSource(image)
    const found = cocoLandmarks.names.map((_, i) => {
      const [py = 0, px = 0, sure = 0] = numbers.subarray(3 * i, 3 * i + 3)
      const [x, y] = back(px * image.width, py * image.height)
      return { x, y, score: sure }
    })
    const rows = found.map(({ x, y, score }, i) => [cocoLandmarks.names[i] ?? '', x, y, score])
    return {
      points: await keypointsFrom(found, cocoLandmarks, sourceOf(image), ops, score),
      table: { kind: 'table', columns, rows },
    }
  },
  explain: {
    idea: 'The network gives 17 places of the square that it was shown, each with how sure it is. They are brought back to the photograph; what is not sure is left out.',
    formula: String.raw`\begin{pmatrix} x \\ y \end{pmatrix} = M \begin{pmatrix} W' n_x \\ H' n_y \\ 1 \end{pmatrix}, \qquad p \ge \param{score}{t}`,
    reference: 'MoveNet (Google, 2021), TensorFlow Hub movenet/singlepose/lightning; COCO keypoints (Lin et al. 2014).',
    code: 'y, x, p = output[0, 0].T; points = np.c_[x * 192, y * 192] @ M[:, :2].T + M[:, 2]; seen = p >= {score}',
  },
})
