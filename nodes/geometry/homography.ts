import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { keypointsFrom, unnumbered } from '../corners.ts'
import type { Match } from '../homography.ts'
import { homographyWork } from './homography.work.ts'

/**
 * The homography between matched keypoints, by RANSAC. Two keypoints in the same order in; a matrix (3, 3) from places of the first
 * picture to those of the second, the matches that agree with it, and how many they are, out.
 */
export const homography = defineNode({
  type: 'geometry/homography',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Homography',
  alias: 'cv2.findHomography',
  keywords: [
    'RANSAC',
    'perspective',
    'matrix',
    'plane',
    'robust',
    'outliers',
    'inliers',
    'stitching',
    'panorama',
    'DLT',
  ],
  summary: 'Finds how one picture of a plane lies on another, from matches of which some are wrong.',
  inputs: {
    first: socket.keypoints({ help: 'Matched keypoints of the first picture: from "Match features".' }),
    second: socket.keypoints({ help: 'Their partners in the second, in the same order.' }),
  },
  params: {
    threshold: param.number({
      default: 3,
      min: 0.1,
      max: 1000,
      soft: [0.5, 10],
      step: 0.1,
      unit: 'px',
      label: 'Threshold',
      help: 'A match agrees if it lies no further than this from where the matrix takes it.',
    }),
    most: param.integer({
      default: 2000,
      min: 1,
      max: 100_000,
      soft: [100, 5000],
      label: 'Tries',
      help: 'The most samples of four matches that are tried.',
    }),
    confidence: param.number({
      default: 0.995,
      min: 0.5,
      max: 0.9999,
      soft: [0.9, 0.9999],
      label: 'Confidence',
      help: 'The search ends once a sample of four right matches has been tried with this probability.',
    }),
    seed: param.integer({
      default: 1,
      min: 0,
      max: 2 ** 31 - 1,
      soft: [0, 100],
      label: 'Seed',
      help: 'Of the order of chance: the same seed gives the same result.',
    }),
  },
  outputs: {
    matrix: socket.tensor({ axes: ['HW'] }),
    first: socket.keypoints({ over: 'first', help: 'The matches that agree.' }),
    second: socket.keypoints({ over: 'second', help: 'Their partners.' }),
    count: socket.number({ help: 'How many agree.' }),
  },
  shape: ({ first, second }) => ({
    matrix: { kind: 'tensor', shape: [3, 3], axes: ['H', 'W'] },
    ...(first && { first: unnumbered(first) }),
    ...(second && { second: unnumbered(second) }),
    count: { kind: 'number' },
  }),
  run: async ({ first, second, ...options }, { ops, work, note }) => {
    const [p, q] = [await ops.read(first.points, {}), await ops.read(second.points, {})]
    const count = first.points.shape[0] ?? 0
    if (count !== second.points.shape[0])
      throw new SightlineError('shape.mismatch', {
        what: 'number of points',
        a: `${count}`,
        b: `${second.points.shape[0] ?? 0}`,
        advice: 'Wire both from one "Match features": row by row they are partners.',
      })
    if (count < 4) throw new SightlineError('homography.few', { given: count })
    const matches = Array.from({ length: count }, (_, i): Match => {
      const [x = 0, y = 0, u = 0, v = 0] = [p[5 * i], p[5 * i + 1], q[5 * i], q[5 * i + 1]]
      return [x, y, u, v]
    })
    const fit = await work(homographyWork, { matches, ...options })
    if (!fit) throw new SightlineError('homography.degenerate', { given: count })
    note(`${fit.count} of ${count} matches agree, after ${fit.tries} tries`)
    const rows = (numbers: ArrayLike<number>) =>
      Float32Array.from(
        matches.flatMap((_, i) => (fit.inliers[i] ? Array.from({ length: 5 }, (_, k) => numbers[5 * i + k] ?? 0) : [])),
      )
    const shape = { kind: 'tensor', shape: [3, 3], axes: ['H', 'W'] } as const
    return {
      matrix: (await ops.fromNumbers({ shape, numbers: fit.matrix })) as TensorValue,
      first: keypointsFrom(rows(p), first, ops),
      second: keypointsFrom(rows(q), second, ops),
      count: { kind: 'number', value: fit.count },
    }
  },
  explain: {
    idea: 'Four matches fix the matrix. So four are drawn at random, again and again, and each time the others vote: does it take me where my partner is? Wrong matches agree with nobody. The matrix with most votes is made anew from all that agree.',
    formula: String.raw`\begin{pmatrix} u \\ v \\ 1 \end{pmatrix} \sim H \begin{pmatrix} x \\ y \\ 1 \end{pmatrix}, \qquad \max_H\, \#\{i : |H p_i - q_i| \le \param{threshold}{t}\}`,
    reference:
      'OpenCV findHomography with RANSAC; M. Fischler and R. Bolles, Random sample consensus, 1981; Hartley and Zisserman, Multiple View Geometry, section 4.8.',
    code: 'matrix, agree = cv2.findHomography(first, second, cv2.RANSAC, {threshold}, maxIters={most}, confidence={confidence})',
  },
})
