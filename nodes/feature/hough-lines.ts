import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { acrossPicture } from '../hough.ts'
import { houghSteps } from '../hough-params.ts'
import { linesFrom } from '../lines.ts'

/** Straight lines by voting. Edges (H, W, 1), not 0, in; lines across the picture, most votes first, and a table of them out. */
export const houghLines = defineNode({
  type: 'feature/hough-lines',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Hough lines',
  alias: 'cv2.HoughLines',
  keywords: ['straight lines', 'Hough transform', 'voting', 'rho', 'theta', 'lane', 'detector'],
  summary: 'Finds straight lines that go across the picture, by letting edges vote.',
  inputs: { image: socket.image({ channels: [1], help: 'Edges, as from Canny: all above 0 counts.' }) },
  params: {
    threshold: param.integer({
      default: 100,
      min: 0,
      max: 1_000_000,
      soft: [10, 500],
      unit: 'px',
      label: 'Votes',
      help: 'A line needs more edge pixels than this.',
    }),
    ...houghSteps,
    most: param.integer({
      default: 50,
      min: 1,
      max: 10_000,
      soft: [1, 200],
      label: 'How many',
      help: 'The most lines returned, the best first.',
    }),
  },
  outputs: { lines: socket.lines({ over: 'image' }), table: socket.table() },
  shape: ({ image }) => ({
    ...(image && { lines: { kind: 'lines' as const, width: image.width, height: image.height } }),
    table: { kind: 'table' },
  }),
  run: async ({ image, theta, ...params }, { ops }) => {
    const { width, height } = image
    const table = await ops.read(await ops.houghLines(image, { theta: (theta * Math.PI) / 180, ...params }), {})
    const found = Array.from({ length: table.length / 3 }, (_, i) => {
      const [rho = 0, theta = 0, votes = 0] = table.subarray(3 * i, 3 * i + 3)
      return { rho, theta, votes, ends: acrossPicture({ rho, theta }, width, height) }
    }).filter(({ ends }) => ends)
    const points = found.flatMap(({ ends }) => ends ?? [])
    return {
      lines: linesFrom(
        points,
        found.map(() => 2),
        { width, height, closed: false },
        ops,
      ),
      table: {
        kind: 'table',
        columns: ['rho', 'theta', 'votes'],
        rows: found.map(({ rho, theta, votes }) => [rho, (theta * 180) / Math.PI, votes]),
      },
    }
  },
  explain: {
    idea: 'Every edge pixel votes for all lines that could pass through it, one for each direction. Pixels on one straight line have exactly one line in common: it gets all their votes, even where it has gaps.',
    formula: String.raw`\rho = x \cos \theta + y \sin \theta, \qquad \text{lines} = \{(\rho, \theta) : \text{votes} > \param{threshold}{t}\}`,
    reference:
      'OpenCV HoughLines; R. Duda and P. Hart, Use of the Hough transformation to detect lines and curves, 1972.',
    code: 'lines = cv2.HoughLines(np.uint8(image > 0), {rho}, np.radians({theta}), {threshold}); lines = [] if lines is None else lines[:{most}, 0]',
  },
})
