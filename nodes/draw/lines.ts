import { defineNode } from '../../engine/graph/node.ts'
import { expr, max, mix } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { linesOf } from '../../engine/values/lines.ts'
import { socket } from '../../engine/values/sockets.ts'
import { drawPoints } from './keypoints.work.ts'
import { fillPolygon } from './polygon.work.ts'

/** Draws lines and contours into a picture. RGB image (H, W, 3) and lines in; image out. Lines of a picture of another size are scaled along. */
export const drawLines = defineNode({
  type: 'draw/lines',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Draw lines',
  alias: 'cv2.drawContours, cv2.polylines',
  keywords: ['contours', 'outline', 'segments', 'hough', 'polygon', 'fill', 'annotate', 'burn in', 'draw'],
  summary: 'Draws lines or contours into the picture itself, or fills them.',
  inputs: { image: socket.image({ channels: [3], spaces: ['rgb'] }), lines: socket.lines() },
  params: {
    thickness: param.number({
      default: 2,
      min: 0.5,
      max: 64,
      soft: [1, 12],
      unit: 'px',
      label: 'Thickness',
      help: 'Of the lines.',
    }),
    fill: param.boolean({
      default: false,
      label: 'Filled',
      help: 'Fills what closed lines enclose; a line inside another one leaves a hole.',
    }),
    colour: param.colour({ default: [0.39, 1, 0.66], label: 'Colour', help: 'Of lines and what they enclose.' }),
  },
  outputs: { image: socket.image().like('image') },
  run: async ({ image, lines, thickness, fill, colour }, { ops, work }) => {
    const { width, height } = image
    const [sx, sy] = [width / Math.max(1, lines.width), height / Math.max(1, lines.height)]
    const found = await linesOf(lines, async (part) => {
      const numbers = await ops.read(part, {})
      return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)
    })
    const placed = found.map((points) => points.map(([x, y]) => [x * sx, y * sy] as const))
    let first = 0
    const joints = placed.flatMap((points) => {
      const from = first
      first += points.length
      const last = lines.closed ? points.length : points.length - 1
      return Array.from({ length: Math.max(0, last) }, (_, i) => [from + i, from + ((i + 1) % points.length)] as const)
    })
    const points = Float32Array.from(placed.flat().flatMap(([x, y]) => [x, y, 0, -1]))
    const marks = { points, bones: joints, width, height, least: 0, half: thickness / 2, rich: false, bare: true }
    const data = await work(drawPoints, marks)
    let drawn = await ops.fromPicture({ width, height, channels: 1, depth: 8, data })
    if (fill && lines.closed) {
      const numbers = await work(fillPolygon, { polygons: placed, width, height })
      const shape = { kind: 'image', height, width, channels: 1, space: 'gray', alpha: false, range: [0, 1] } as const
      const inside = (await ops.fromNumbers({ shape, numbers })) as ImageValue
      drawn = await ops.pointwise(drawn, inside, { formula: expr((line, area) => max(line, area)) })
    }
    return { image: await ops.pointwise(image, drawn, { formula: expr((v, share) => mix(v, [...colour], share)) }) }
  },
  explain: {
    idea: 'Every pixel that lies on a line, or inside of a closed one, gets the colour; at the edge in part. What was there is lost; the viewer shows lines without touching the picture.',
    reference: 'OpenCV polylines and drawContours, with smooth edges.',
    code: {
      by: 'fill',
      of: {
        false:
          'image = cv2.polylines(image, [np.int32(line) for line in lines], True, {colour}, max(1, round({thickness})))',
        true: 'image = cv2.drawContours(image, [np.int32(line) for line in lines], -1, {colour}, cv2.FILLED)',
      },
    },
  },
})
