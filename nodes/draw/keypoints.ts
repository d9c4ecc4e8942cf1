import { defineNode } from '../../engine/graph/node.ts'
import { expr, mix } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { keypointsOf } from '../../engine/values/keypoints.ts'
import { socket } from '../../engine/values/sockets.ts'
import { drawPoints } from './keypoints.work.ts'

/** Draws keypoints into a picture. RGB image (H, W, 3) and keypoints in; image out. Points of a picture of another size are scaled along. */
export const drawKeypoints = defineNode({
  type: 'draw/keypoints',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Draw keypoints',
  alias: 'cv2.drawKeypoints',
  keywords: ['circles', 'corners', 'landmarks', 'skeleton', 'features', 'pose', 'annotate', 'burn in', 'draw'],
  summary: 'Draws keypoints, and the lines between them, into the picture itself.',
  inputs: { image: socket.image({ channels: [3], spaces: ['rgb'] }), keypoints: socket.keypoints() },
  params: {
    rich: param.boolean({
      default: true,
      label: 'Size and direction',
      help: 'Circles as large as each keypoint says, with a line for its direction. Off: all alike.',
    }),
    radius: param.number({
      default: 4,
      min: 0.5,
      max: 256,
      soft: [1, 16],
      unit: 'px',
      label: 'Least radius',
      help: 'Of the circles; larger keypoints have larger ones.',
    }),
    thickness: param.number({
      default: 1.5,
      min: 0.5,
      max: 64,
      soft: [1, 8],
      unit: 'px',
      label: 'Thickness',
      help: 'Of circles and lines.',
    }),
    colour: param.colour({ default: [0.39, 1, 0.66], label: 'Colour', help: 'Of circles and lines.' }),
  },
  outputs: { image: socket.image().like('image') },
  run: async ({ image, keypoints, rich, radius, thickness, colour }, { ops, work }) => {
    const { width, height } = image
    const [sx, sy] = [width / Math.max(1, keypoints.width), height / Math.max(1, keypoints.height)]
    const found = await keypointsOf(keypoints, async (part) => {
      const numbers = await ops.read(part, {})
      return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)
    })
    const points = Float32Array.from(
      found.flatMap(({ x, y, size, angle }) => [x * sx, y * sy, size * Math.sqrt(sx * sy), angle]),
    )
    const bones = keypoints.skeleton ?? []
    const marks = { points, bones, width, height, least: radius, half: thickness / 2, rich }
    const data = await work(drawPoints, marks)
    const drawn = await ops.fromPicture({ width, height, channels: 1, depth: 8, data })
    return { image: await ops.pointwise(image, drawn, { formula: expr((v, share) => mix(v, [...colour], share)) }) }
  },
  explain: {
    idea: 'Each keypoint becomes a circle around its place, as large as what it describes, with a line for its direction. What was there is lost; the viewer shows keypoints without touching the picture.',
    reference: 'OpenCV drawKeypoints (DRAW_RICH_KEYPOINTS), with smooth edges.',
    code: 'image = cv2.drawKeypoints(np.uint8(255 * image), keypoints, None, [255 * c for c in {colour}], cv2.DRAW_MATCHES_FLAGS_DRAW_RICH_KEYPOINTS) / 255',
  },
})
