import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { KeypointsValue, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { keypointsFrom, unnumbered } from '../corners.ts'

function describedBy(which: string, { descriptors, points }: KeypointsValue): TensorValue {
  if (descriptors && descriptors.shape[0] === points.shape[0]) return descriptors
  throw new SightlineError('match.no-descriptors', { input: which })
}

/** Pairs of features. Two keypoints with descriptors in; those that belong together, row by row, and a table of the pairs out. */
export const match = defineNode({
  type: 'feature/match',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Match features',
  alias: 'cv2.BFMatcher',
  keywords: [
    'matching',
    'descriptors',
    'brute force',
    'nearest neighbour',
    'ratio test',
    'cross check',
    'kNN',
    'FLANN',
  ],
  summary: 'Finds which keypoints of two pictures show the same spot.',
  inputs: {
    first: socket.keypoints({ help: 'Of the first picture, with descriptors: from SIFT or ORB.' }),
    second: socket.keypoints({ help: 'Of the second picture, from the same kind of node.' }),
  },
  params: {
    ratio: param.number({
      default: 0.8,
      min: 0.1,
      max: 1,
      step: 0.01,
      label: 'Ratio',
      help: 'The best match must be nearer than this times the second best: what is like many is left out. 1 asks for nothing.',
    }),
    cross: param.boolean({
      default: true,
      label: 'Both ways',
      help: 'Each must be the best match of the other.',
    }),
    most: param.integer({
      default: 2000,
      min: 1,
      max: 100_000,
      soft: [1, 2000],
      label: 'How many',
      help: 'The most pairs returned, the best first.',
    }),
  },
  outputs: {
    first: socket.keypoints({
      over: 'first',
      help: 'Keypoints of the first picture that have a partner, best pair first.',
    }),
    second: socket.keypoints({ over: 'second', help: 'Their partners, in the same order.' }),
    table: socket.table(),
    count: socket.number(),
  },
  shape: ({ first, second }) => ({
    ...(first && { first: unnumbered(first) }),
    ...(second && { second: unnumbered(second) }),
    table: { kind: 'table' },
    count: { kind: 'number' },
  }),
  run: async ({ first, second, ...how }, { ops }) => {
    const [a, b] = [describedBy('first', first), describedBy('second', second)]
    const alike = a.shape[1] === b.shape[1] && a.dtype === b.dtype
    if (!alike && (a.shape[0] ?? 0) > 0 && (b.shape[0] ?? 0) > 0)
      throw new SightlineError('match.unlike', { first: a.shape[1] ?? 0, second: b.shape[1] ?? 0 })
    const pairs = await ops.read(await ops.matchFeatures(a, b, how), {})
    const count = pairs.length / 4
    const [p, q] = [await ops.read(first.points, {}), await ops.read(second.points, {})]
    const partOf = (numbers: ArrayLike<number>, side: 0 | 1): Float32Array =>
      Float32Array.from({ length: 5 * count }, (_, i) => {
        const row = pairs[4 * Math.floor(i / 5) + side] ?? 0
        return numbers[5 * row + (i % 5)] ?? 0
      })
    return {
      first: keypointsFrom(partOf(p, 0), first, ops),
      second: keypointsFrom(partOf(q, 1), second, ops),
      table: {
        kind: 'table',
        columns: ['first', 'second', 'distance', 'ratio'],
        rows: Array.from({ length: count }, (_, i) => Array.from(pairs.subarray(4 * i, 4 * i + 4))),
      },
      count: { kind: 'number', value: count },
    }
  },
  explain: {
    idea: 'Each descriptor is compared with all of the other picture; the nearest is its partner. If the second nearest is hardly further away, nobody can say which is right, and both are left out.',
    formula: String.raw`j^* = \arg\min_j |d_i - d'_j|, \qquad |d_i - d'_{j^*}| < \param{ratio}{r}\, |d_i - d'_{j^{**}}|`,
    reference:
      'OpenCV BFMatcher (knnMatch; crossCheck); D. Lowe 2004, section 7.1. Bytes are compared bit by bit (Hamming).',
    code: 'pairs = cv2.BFMatcher(cv2.NORM_HAMMING if first.dtype == np.uint8 else cv2.NORM_L2).knnMatch(first, second, k=2); pairs = [m for m, n in pairs if {ratio} == 1 or m.distance < {ratio} * n.distance]',
  },
})
