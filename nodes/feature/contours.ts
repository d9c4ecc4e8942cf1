import { defineNode } from '../../engine/graph/node.ts'
import { measuresOf } from '../../engine/ops/contours/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'

/**
 * Contours of what is not 0. Mask or gray image (H, W, 1) in; closed lines through the outermost pixels, largest first, and a table of
 * their measures out.
 */
export const contours = defineNode({
  type: 'feature/contours',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Contours',
  alias: 'cv2.findContours',
  keywords: [
    'outline',
    'border',
    'boundary',
    'polygon',
    'area',
    'perimeter',
    'centroid',
    'moments',
    'bounding box',
    'orientation',
    'regionprops',
    'Suzuki',
    'blob',
  ],
  summary: 'Walks around every part of a mask, and measures it: area, outline, centre, direction.',
  inputs: {
    image: socket.image({ channels: [1], help: 'A mask, or a picture after a threshold: all that is not 0.' }),
  },
  params: {
    mode: param.choice({
      default: 'external',
      of: ['external', 'all'],
      names: { external: 'Outermost', all: 'All, holes too' },
      label: 'Which',
      help: 'Only the outermost, or also those of holes and of what lies in holes.',
    }),
    points: param.choice({
      default: 'simple',
      of: ['simple', 'all'],
      names: { simple: 'Corners', all: 'Every pixel' },
      label: 'Points',
      help: 'Of straight pieces only the ends, or every pixel on the way.',
    }),
    area: param.number({
      default: 0,
      min: 0,
      max: 1e9,
      soft: [0, 1000],
      step: 1,
      label: 'Least area',
      help: 'Contours around less than this, in pixels, are left out.',
    }),
    most: param.integer({
      default: 1000,
      min: 1,
      max: 100_000,
      soft: [1, 2000],
      label: 'How many',
      help: 'The most contours returned, the largest first.',
    }),
  },
  outputs: { contours: socket.lines({ over: 'image' }), table: socket.table(), count: socket.number() },
  shape: ({ image }) => ({
    ...(image && { contours: { kind: 'lines' as const, width: image.width, height: image.height } }),
    table: { kind: 'table' },
    count: { kind: 'number' },
  }),
  run: async ({ image, mode, points: which, area, most }, { ops }) => {
    const { width, height } = image
    const how = { external: mode === 'external', simple: which === 'simple', area, most }
    const { points, lengths, measures } = await ops.contours(image, how)
    const rows: (number | string)[][] = []
    for (let at = 0; at < measures.length; at += measuresOf)
      rows.push([...measures.subarray(at, at + 9), measures[at + 9] === 1 ? 'yes' : 'no'])
    return {
      contours: { kind: 'lines', width, height, closed: true, points, lengths },
      table: {
        kind: 'table',
        columns: ['area', 'perimeter', 'x', 'y', 'left', 'top', 'width', 'height', 'angle', 'hole'],
        rows,
      },
      count: { kind: 'number', value: rows.length },
    }
  },
  explain: {
    idea: 'From the first pixel of a part one walks along its border, always with the background at the same hand, until one is back. The walk is the contour. From its points follow area, length, centre and direction.',
    formula: String.raw`A = \tfrac12 \left| \sum_i x_i y_{i+1} - x_{i+1} y_i \right|, \qquad \theta = \tfrac12 \operatorname{atan2}(2 \mu_{11},\ \mu_{20} - \mu_{02})`,
    reference:
      'OpenCV findContours, contourArea, arcLength, moments, boundingRect; S. Suzuki and K. Abe, Topological structural analysis of digitized binary images by border following, 1985.',
    words: {
      mode: { external: 'cv2.RETR_EXTERNAL', all: 'cv2.RETR_TREE' },
      points: { simple: 'cv2.CHAIN_APPROX_SIMPLE', all: 'cv2.CHAIN_APPROX_NONE' },
    },
    code: 'contours, _ = cv2.findContours(np.uint8(image != 0), {mode}, {points}); contours = sorted((c for c in contours if cv2.contourArea(c) >= {area}), key=cv2.contourArea, reverse=True)[:{most}]; count = len(contours)',
  },
})
