import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { floatsOf, grayInput, keypointsFrom } from '../corners.ts'
import { houghCirclesWork } from './hough-circles.work.ts'

/** Circles by voting. Image (H, W, 1) in; circles as keypoints, whose size is the diameter, best first, and a table of them out. */
export const houghCircles = defineNode({
  type: 'feature/hough-circles',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Hough circles',
  alias: 'cv2.HoughCircles',
  keywords: ['circle', 'round', 'Hough transform', 'coins', 'voting', 'radius', 'detector'],
  summary: 'Finds circles, by letting edges vote for the point that they bend around.',
  inputs: { image: grayInput },
  params: {
    edge: param.number({
      default: 0.8,
      min: 0.01,
      max: 1e6,
      soft: [0.05, 2],
      step: 0.01,
      label: 'Edge',
      help: 'The high threshold of the Canny edges that vote; the low one is half of it.',
    }),
    support: param.number({
      default: 0.5,
      min: 0.05,
      max: 1,
      step: 0.01,
      label: 'Support',
      help: 'Which part of the circumference must be edges.',
    }),
    least: param.integer({
      default: 10,
      min: 2,
      max: 10_000,
      soft: [2, 200],
      unit: 'px',
      label: 'Least radius',
      help: 'Smaller circles are not looked for.',
    }),
    largest: param.integer({
      default: 100,
      min: 2,
      max: 10_000,
      soft: [2, 400],
      unit: 'px',
      label: 'Largest radius',
      help: 'Larger circles are not looked for. The narrower the range, the surer and faster it is.',
    }),
    distance: param.number({
      default: 10,
      min: 0,
      max: 10_000,
      soft: [0, 200],
      unit: 'px',
      label: 'Distance',
      help: 'Centres are no nearer than this to each other: the better circle stays.',
    }),
    most: param.integer({
      default: 50,
      min: 1,
      max: 1000,
      soft: [1, 100],
      label: 'How many',
      help: 'The most circles returned, the best first.',
    }),
  },
  outputs: { circles: socket.keypoints({ over: 'image' }), table: socket.table() },
  shape: ({ image }) => ({
    ...(image && { circles: { kind: 'keypoints' as const, width: image.width, height: image.height } }),
    table: { kind: 'table' },
  }),
  run: async ({ image, edge, least, largest, ...params }, { ops, work, scale }) => {
    const { x, y } = await ops.sobel(image, { border: 'replicate', outputs: ['x', 'y'] })
    if (!x || !y) throw new Error('Sobel gave no derivatives')
    const thin = await ops.nonMaximum(x, y, {})
    const linked = await ops.hysteresis(thin, { low: edge / 2 / scale, high: edge / scale })
    const [edges, gradX, gradY] = [await floatsOf(ops, linked), await floatsOf(ops, x), await floatsOf(ops, y)]
    const radii = { least: Math.min(least, largest), largest: Math.max(least, largest) }
    const input = { edges, gradX, gradY, width: image.width, ...radii, ...params }
    const transfer = [edges.buffer, gradX.buffer, gradY.buffer]
    const found = await work(houghCirclesWork, input, { transfer })
    const rows = found.flatMap(({ x, y, radius, support }) => [x, y, 2 * radius, -1, support])
    return {
      circles: keypointsFrom(rows, image, ops),
      table: {
        kind: 'table',
        columns: ['x', 'y', 'radius', 'support'],
        rows: found.map(({ x, y, radius, support }) => [x, y, radius, support]),
      },
    }
  },
  explain: {
    idea: 'The gradient on the edge of a disc points to its centre, or away from it. So every edge pixel votes for all points on that line. Where many votes meet is a centre; the distance at which most edges lie around it is the radius.',
    formula: String.raw`c = p \pm r \frac{G(p)}{|G(p)|}, \quad \param{least}{r_0} \le r \le \param{largest}{r_1}, \qquad \frac{\#\{p : |p - c| = r\}}{2 \pi r} \ge \param{support}{s}`,
    reference:
      'OpenCV HoughCircles (HOUGH_GRADIENT), whose thresholds count otherwise; H. Yuen, J. Princen, J. Illingworth and J. Kittler, Comparative study of Hough transform methods for circle finding, 1990.',
    code: 'circles = cv2.HoughCircles(np.uint8(np.rint(255 * image)), cv2.HOUGH_GRADIENT, 1, max(1, {distance}), None, 255 * {edge}, 2 * np.pi * {least} * {support}, {least}, {largest})',
  },
})
