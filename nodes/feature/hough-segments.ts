import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { houghSteps } from '../hough-params.ts'
import { linesFrom } from '../lines.ts'

/** Straight segments by voting in random order. Edges (H, W, 1), not 0, in; segments and a table of them out. */
export const houghSegments = defineNode({
  type: 'feature/hough-segments',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Hough segments',
  alias: 'cv2.HoughLinesP',
  keywords: ['line segments', 'probabilistic Hough transform', 'straight lines', 'voting', 'lane', 'detector'],
  summary: 'Finds straight pieces of edges, with their two ends.',
  inputs: { image: socket.image({ channels: [1], help: 'Edges, as from Canny: all above 0 counts.' }) },
  params: {
    threshold: param.integer({
      default: 50,
      min: 1,
      max: 1_000_000,
      soft: [10, 500],
      unit: 'px',
      label: 'Votes',
      help: 'A line with this many votes is followed.',
    }),
    length: param.integer({
      default: 30,
      min: 0,
      max: 100_000,
      soft: [0, 200],
      unit: 'px',
      label: 'Least length',
      help: 'Shorter segments, along the picture’s sides, are left out.',
    }),
    gap: param.integer({
      default: 5,
      min: 0,
      max: 10_000,
      soft: [0, 50],
      unit: 'px',
      label: 'Gap',
      help: 'The longest gap that a segment may have.',
    }),
    ...houghSteps,
    most: param.integer({
      default: 1000,
      min: 1,
      max: 100_000,
      soft: [1, 2000],
      label: 'How many',
      help: 'The most segments returned; the search ends there.',
    }),
  },
  outputs: { lines: socket.lines({ over: 'image' }), table: socket.table() },
  shape: ({ image }) => ({
    ...(image && { lines: { kind: 'lines' as const, width: image.width, height: image.height } }),
    table: { kind: 'table' },
  }),
  run: async ({ image, theta, ...params }, { ops }) => {
    const { width, height } = image
    const points = await ops.read(await ops.houghSegments(image, { theta: (theta * Math.PI) / 180, ...params }), {})
    const count = points.length / 4
    return {
      lines: linesFrom(points, new Uint8Array(count).fill(2), { width, height, closed: false }, ops),
      table: {
        kind: 'table',
        columns: ['x0', 'y0', 'x1', 'y1', 'length'],
        rows: Array.from({ length: count }, (_, i) => {
          const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = points.subarray(4 * i, 4 * i + 4)
          return [x0, y0, x1, y1, Math.hypot(x1 - x0, y1 - y0)]
        }),
      },
    }
  },
  explain: {
    idea: 'Edge pixels vote in random order. As soon as one line has enough votes, it is followed both ways from the last voter, over small gaps, to its two ends. Its pixels vote no more. Few votes are needed, so it is fast.',
    formula: String.raw`\rho = x \cos \theta + y \sin \theta, \qquad \text{votes}(\rho, \theta) \ge \param{threshold}{t} \Rightarrow \text{follow, gaps} \le \param{gap}{g}`,
    reference:
      'OpenCV HoughLinesP, with its order of chance; J. Matas, C. Galambos and J. Kittler, Robust detection of lines using the progressive probabilistic Hough transform, 2000.',
    code: 'lines = cv2.HoughLinesP(np.uint8(image > 0), {rho}, np.radians({theta}), {threshold}, None, {length}, {gap}); lines = [] if lines is None else lines[:{most}, 0]',
  },
})
