import { defineNode, type NodeContext } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import type { PointValue } from '../../engine/types/param.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue, TensorValue } from '../../engine/values/index.ts'
import { keypointsOf } from '../../engine/values/keypoints.ts'
import { product, shift, stretch } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { quadrangle } from '../geometry/warp-perspective.ts'

/** Throws `op.unsupported`. @param points how many corners there are */
export function checkCorners(points: number): void {
  if (points % 4 !== 0)
    throw unsupported('Lines of text', `${points} keypoints`, 'four for each line: wire the corners of Find text')
}

/** The network was trained on strips of at least this width, in heights of 48. */
const leastRatio = 320 / 48
/** Longer lines are squeezed. */
const mostRatio = 50
/** From this proportion of height and width on, a region is a line that goes down, and is turned. */
const upright = 1.5

type Corners = readonly [PointValue, PointValue, PointValue, PointValue]

const apart = ([ax, ay]: PointValue, [bx, by]: PointValue): number => Math.hypot(ax - bx, ay - by)

/** The size of a region, and its corners in the order in which its line is read. */
function lineOf([a, b, c, d]: Corners) {
  const [width, height] = [Math.max(apart(a, b), apart(d, c)), Math.max(apart(a, d), apart(b, c))]
  return height >= upright * width
    ? { corners: [b, c, d, a] as Corners, width: height, height: width }
    : { corners: [a, b, c, d] as Corners, width, height }
}

/** A region straightened to a given number of rows. */
async function stripOf(
  image: ImageValue,
  { corners, width, height }: ReturnType<typeof lineOf>,
  size: { readonly width: number; readonly height: number },
  { ops }: NodeContext,
): Promise<ImageValue | undefined> {
  const square = quadrangle(corners)
  if (!square) return undefined
  const own = { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) }
  // Places count from the corner of the first pixel, an op's from its middle.
  const matrix = product(
    shift(-0.5, -0.5),
    product(square, product(stretch(1 / own.width, 1 / own.height), shift(0.5, 0.5))),
  )
  const straight = await ops.warp(image, { matrix, ...own, method: 'bilinear', border: 'replicate' })
  return ops.resize(straight, { ...size, method: own.height > size.height ? 'area' : 'bilinear' })
}

/**
 * Lines of text, straightened, as the batch that a network reads. RGB image (H, W, 3) and the corners of N regions, four keypoints
 * each, in; tensor NCHW (N, 3, height, W'), BGR from −1 to 1, out. Shorter lines are followed by zeros. Of no region at all it is one
 * empty line.
 */
export const textLines = defineNode({
  type: 'text/lines',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Straighten lines',
  alias: 'PaddleOCR get_rotate_crop_image',
  keywords: ['OCR', 'text recognition', 'crop', 'rectify', 'perspective', 'deskew', 'batch', 'PaddleOCR'],
  summary: 'Cuts out lines of text, straightens them, and makes a batch of strips that a network can read.',
  inputs: {
    image: socket.image({ channels: [3], spaces: ['rgb'] }),
    corners: socket.keypoints({ help: 'Four corners of each line, clockwise from the top left one.' }),
  },
  params: {
    height: param.integer({
      default: 48,
      min: 8,
      max: 256,
      soft: [32, 64],
      label: 'Height',
      help: 'How high the network wants its lines, in pixels.',
    }),
    most: param.integer({
      default: 64,
      min: 1,
      max: 512,
      soft: [1, 128],
      label: 'Most lines',
      help: 'Further lines are left out, so that a page of text does not fill the memory.',
    }),
  },
  outputs: { tensor: socket.tensor({ axes: ['NCHW'] }) },
  shape: ({ corners }) => {
    if (corners?.count !== undefined) checkCorners(corners.count)
    return {}
  },
  run: async ({ image, corners, height, most }, context) => {
    const { ops, note } = context
    const points = await keypointsOf(corners, async (part) => Float32Array.from(await ops.read(part, {})))
    checkCorners(points.length)
    const [fx, fy] = [image.width / corners.width, image.height / corners.height]
    const at = (i: number): PointValue => [(points[i]?.x ?? 0) * fx, (points[i]?.y ?? 0) * fy]
    const all = Array.from({ length: points.length / 4 }, (_, i) =>
      lineOf([at(4 * i), at(4 * i + 1), at(4 * i + 2), at(4 * i + 3)]),
    )
    const lines = all.slice(0, most)
    if (all.length > most) note(`${all.length} lines came; the first ${most} are used.`)
    const ratios = lines.map((line) => Math.min(mostRatio, line.width / Math.max(1, line.height)))
    const width = Math.ceil(height * Math.max(leastRatio, ...ratios))
    const numbers = new Float32Array(Math.max(1, lines.length) * 3 * height * width)
    for (const [n, line] of lines.entries()) {
      context.signal.throwIfAborted()
      const own = Math.min(width, Math.max(1, Math.ceil(height * (ratios[n] ?? 1))))
      const strip = await stripOf(image, line, { width: own, height }, context)
      if (!strip) continue
      const planes = await ops.toTensor(await ops.convertColour(strip, { to: 'bgr' }), { axes: 'CHW' })
      const given = await ops.read(planes, {})
      for (let row = 0; row < 3 * height; row++)
        numbers.set(
          Float32Array.from(given.subarray(row * own, (row + 1) * own), (v) => 2 * v - 1),
          (n * 3 * height + row) * width,
        )
    }
    const shape = [Math.max(1, lines.length), 3, height, width]
    return {
      tensor: ops.fromNumbers({ shape: { kind: 'tensor', shape, axes: [...'NCHW'] }, numbers }) as Promise<TensorValue>,
    }
  },
  explain: {
    idea: 'The reading network wants each line by itself, level and of one height. The four corners of a region are pulled to those of a rectangle, as if one looked at the sign from straight ahead; a line that goes down is turned. Then all lines lie in one array, the shorter ones followed by nothing.',
    formula: String.raw`T_n = 2\, \mathrm{warp}(I, H_n) - 1, \qquad H_n: \text{four corners} \mapsto \text{a rectangle of height } \param{height}{h}`,
    reference: 'PaddleOCR, get_rotate_crop_image and resize_norm_img; OpenCV getPerspectiveTransform.',
    code: 'strips = [cv2.resize(cv2.warpPerspective(image[:, :, ::-1], cv2.getPerspectiveTransform(np.float32(c), np.float32([[0, 0], [w, 0], [w, h], [0, h]])), (w, h)), (-(-{height} * w // h), {height})) * 2 - 1 for c, w, h in regions]',
  },
})
