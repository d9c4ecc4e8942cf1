import { defineNode } from '../../engine/graph/node.ts'
import { type PointValue, param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { type Homography, product, stretch } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type Warp, warped, warpedShape, warpFlags, warpParams, warpWords } from '../warp.ts'

interface Given extends Omit<Warp, 'matrix'> {
  readonly corners: readonly PointValue[]
}

/**
 * From the square of side 1 to a quadrangle, whose corners go clockwise from the top left one; undefined where it is not convex.
 * @see Heckbert, Fundamentals of Texture Mapping and Image Warping, 1989, section 2.2.3
 */
export function quadrangle(corners: readonly PointValue[]): Homography | undefined {
  const [[x0, y0] = [0, 0], [x1, y1] = [0, 0], [x2, y2] = [0, 0], [x3, y3] = [0, 0]] = corners
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3]
  const [dx1, dx2, dy1, dy2] = [x1 - x2, x3 - x2, y1 - y2, y3 - y2]
  const area = dx1 * dy2 - dx2 * dy1
  const [g, h] = [(sx * dy2 - dx2 * sy) / area, (dx1 * sy - sx * dy1) / area]
  // The divisor at each corner: all of the square lies on one side of the horizon.
  if (![1, 1 + g, 1 + h, 1 + g + h].every((w) => w > 1e-9)) return undefined
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1]
}

function warpOf({ corners, width, height, ...how }: Given): Warp {
  const square = quadrangle(corners)
  if (!square)
    throw new SightlineError('param.invalid', {
      param: 'corners',
      given: JSON.stringify(corners),
      wanted: 'four corners one after the other, each bulging outwards',
    })
  return { matrix: product(square, stretch(1 / width, 1 / height)), width, height, ...how }
}

const side = (label: string, value: number) =>
  param.integer({
    default: value,
    min: 1,
    max: 65535,
    soft: [1, 4096],
    unit: 'px',
    label,
    help: `${label} of the result.`,
  })

/** A quadrangle of a picture, straightened to a rectangle. Image (H, W, C) float32 in; (height, width, C) out. */
export const warpPerspective = defineNode({
  type: 'geometry/warp-perspective',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Perspective warp',
  alias: 'cv2.warpPerspective',
  keywords: [
    ...['homography', 'four points', 'document', 'scan', 'deskew', 'straighten', 'rectify', "bird's eye"],
    ...['getPerspectiveTransform', 'keystone', 'transform', 'matrix'],
  ],
  summary: 'Straightens four corners of the picture to a rectangle.',
  inputs: { image: socket.image() },
  params: {
    corners: param.points({
      default: [
        [40, 30],
        [440, 60],
        [420, 300],
        [60, 270],
      ],
      minCount: 4,
      maxCount: 4,
      unit: 'px',
      label: 'Corners',
      help: 'On the picture, clockwise from the one that becomes the top left corner.',
    }),
    width: side('Width', 400),
    height: side('Height', 250),
    ...warpParams,
  },
  outputs: { image: socket.image() },
  handles: [{ kind: 'polygon', over: 'image', params: { points: 'corners' } }],
  shape: ({ image, ...given }) => (image ? { image: warpedShape(image, warpOf(given)) } : {}),
  run: async ({ image, ...given }, { ops }) => ({ image: await warped(ops, image, warpOf(given)) }),
  explain: {
    idea: 'What is farther away is smaller: lines stay straight, but parallels meet. Four corners fix the matrix; each pixel of the result goes through it to a place in the picture.',
    formula: String.raw`x = \frac{h_{11} x' + h_{12} y' + h_{13}}{h_{31} x' + h_{32} y' + 1}, \qquad y = \frac{h_{21} x' + h_{22} y' + h_{23}}{h_{31} x' + h_{32} y' + 1}`,
    reference:
      'OpenCV getPerspectiveTransform and warpPerspective; Hartley and Zisserman, Multiple View Geometry, section 2.3.',
    code: `M = cv2.getPerspectiveTransform(np.float32({corners}) - np.float32(0.5), np.float32([(0, 0), ({width}, 0), ({width}, {height}), (0, {height})]) - np.float32(0.5)); cv2.warpPerspective(image, M, ({width}, {height}), ${warpFlags})`,
    words: warpWords,
  },
})
