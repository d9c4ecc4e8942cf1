import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { sourceOf, toSource } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { segmentsIn } from '../mlsd.ts'

/** Throws `op.unsupported` where the two tensors are not of one grid. */
function gridOf(scores: TensorShape, offsets: TensorShape) {
  const [batch, height = 0, width = 0, one] = scores.shape
  if (batch === 1 && one === 1 && offsets.shape.join() === [1, height, width, 4].join()) return { width, height }
  throw unsupported(
    'M-LSD lines',
    `scores of ${scores.shape.join(' × ')} and offsets of ${offsets.shape.join(' × ')}`,
    '1 × rows × columns × 1 and 1 × rows × columns × 4',
  )
}

/**
 * Line segments from the numbers of M-LSD. Tensors (1, h, w, 1) of scores and (1, h, w, 4) of offsets, and the image that the network
 * was shown in; the 2 N ends of N segments as keypoints, joined two by two, in pixels of the picture that the image was made of, best
 * first, and a table of them out.
 */
export const mlsdLines = defineNode({
  type: 'feature/mlsd-lines',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Decode M-LSD lines',
  alias: 'M-LSD pred_lines',
  keywords: ['M-LSD', 'line segments', 'wireframe', 'decode', 'straight lines', 'LSD', 'Hough'],
  summary: 'Turns the maps of M-LSD into line segments over the picture.',
  inputs: {
    image: socket.image({ help: 'The picture that the network was shown.' }),
    scores: socket.tensor({ axes: ['NHWC'], help: 'How likely the middle of a segment is at each place.' }),
    offsets: socket.tensor({ axes: ['NHWC'], help: 'How far its two ends are from there, in cells.' }),
  },
  params: {
    score: param.number({
      default: 0.2,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'Segments below it are left out.',
    }),
    length: param.number({
      default: 20,
      min: 0,
      max: 65535,
      soft: [0, 200],
      unit: 'px',
      label: 'Least length',
      help: 'Shorter segments are left out.',
    }),
    most: param.integer({
      default: 200,
      min: 1,
      max: 10_000,
      soft: [1, 500],
      label: 'How many',
      help: 'The most lines returned, the best first.',
    }),
  },
  outputs: { lines: socket.keypoints({ over: 'image' }), table: socket.table() },
  shape: ({ image, scores, offsets }) => {
    if (scores && offsets) gridOf(scores, offsets)
    return {
      ...(image && { lines: { kind: 'keypoints', ...sourceOf(image) } as const }),
      table: { kind: 'table' },
    }
  },
  run: async ({ image, scores, offsets, score, length, most }, { ops }) => {
    const grid = gridOf(scores, offsets)
    const [heat, ends] = [await ops.read(scores, {}), await ops.read(offsets, {})]
    const back = toSource(image)
    const [fx, fy] = [image.width / grid.width, image.height / grid.height]
    // A cell's number names its first pixel, as in M-LSD.
    const place = (x: number, y: number) => back(x * fx, y * fy)
    const segments = segmentsIn({ ...grid, scores: heat, offsets: ends }, score, grid.width * grid.height)
      .map(({ ends: [x0, y0, x1, y1], score }) => ({ a: place(x0, y0), b: place(x1, y1), score }))
      .filter(({ a, b }) => Math.hypot(a[0] - b[0], a[1] - b[1]) >= length)
      .slice(0, most)
    const numbers = segments.flatMap(({ a, b, score }) => [...a, 0, -1, score, ...b, 0, -1, score])
    const shape = { kind: 'tensor', shape: [2 * segments.length, 5], axes: ['N', 'C'] } as const
    return {
      lines: {
        kind: 'keypoints',
        ...sourceOf(image),
        skeleton: segments.map((_, i) => [2 * i, 2 * i + 1] as const),
        points: (await ops.fromNumbers({ shape, numbers })) as TensorValue,
      },
      table: {
        kind: 'table',
        columns: ['x0', 'y0', 'x1', 'y1', 'score'],
        rows: segments.map(({ a, b, score }) => [...a, ...b, score]),
      },
    }
  },
  explain: {
    idea: 'At each place of a grid the network says whether the middle of a straight edge lies there, and how far away its two ends are. Of neighbours that mean the same edge the surest stays.',
    formula: String.raw`\text{ends} = (x + o_0,\ y + o_1),\ (x + o_2,\ y + o_3) \quad \text{where } s(y, x) \ge \param{score}{t} \text{ is a local maximum}`,
    reference: 'Towards Light-weight and Real-time Line Segment Detection (Gu et al. 2022), pred_lines.',
    code: 's = scores[0, :, :, 0]; y, x = np.nonzero((s >= {score}) & (s == cv2.dilate(s, np.ones((3, 3))))); lines = np.c_[x, y, x, y] + offsets[0, y, x]',
  },
})
