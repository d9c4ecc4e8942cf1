import { defineNode } from '../../engine/graph/node.ts'
import { shapeOf } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { placedIn } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { cutOut, type RotatedBox, warped, warpedShape } from '../warp.ts'

type By = 'box' | 'palm' | 'person'

/** The points of one detection, x and y of each. */
type Points = readonly (readonly [x: number, y: number])[]

/** How far a box is turned clockwise so that its top looks from one point to another. */
const angleTo = ([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): number =>
  90 + (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI

/**
 * The square that the second network wants to see.
 * @see MediaPipe, DetectionsToRectsCalculator, AlignmentPointsRectsCalculator, RectTransformationCalculator
 */
export function regionOf(
  by: By,
  [x0 = 0, y0 = 0, x1 = 0, y1 = 0]: ArrayLike<number> & Iterable<number>,
  points: Points,
  { margin, shift }: { readonly margin: number; readonly shift: number },
): RotatedBox {
  const [first = [0, 0], second = [0, 0], third = [0, 0]] = points
  const square = (x: number, y: number, side: number, angle: number): RotatedBox => ({
    ...{ x, y, angle, width: side * margin, height: side * margin },
  })
  if (by === 'person') {
    const radius = Math.hypot(second[0] - first[0], second[1] - first[1])
    return square(first[0], first[1], 2 * radius, angleTo(first, second))
  }
  const [width, height] = [x1 - x0, y1 - y0]
  const angle = by === 'palm' ? angleTo(first, third) : 0
  const [sin, cos] = [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)]
  // Towards the fingers.
  const [dx, dy] = [height * shift * sin, -height * shift * cos]
  return square((x0 + x1) / 2 + dx, (y0 + y1) / 2 + dy, Math.max(width, height), angle)
}

/** Where a crop lies differs from one to the next; what it is taken from does not. */
const elementOf = (image: ImageShape, size: number, border: 'constant' | 'replicate'): ImageShape => {
  const matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const
  const how = { matrix, width: size, height: size, method: 'bilinear', border, fill: 0 } as const
  return { ...warpedShape(shapeOf(image), how), placement: placedIn(image, matrix) }
}

/** As many points as a detection needs. */
const needs: Readonly<Record<By, number>> = { box: 0, palm: 3, person: 2 }

/**
 * Of each detection an upright square of the picture, as the network that looks closer wants it. Image (H, W, C), boxes (N, 4) and
 * their points in its pixels in; a sequence of images (size, size, C) out, each of which remembers where it lies (`placement`).
 */
export const poseCrops = defineNode({
  type: 'pose/crops',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Upright crops',
  alias: 'DetectionsToRectsCalculator',
  keywords: ['region', 'roi', 'align', 'rotated', 'two-stage', 'hand', 'person', 'crop', 'MediaPipe', 'detections'],
  summary: 'Cuts what a detector found out of the picture, upright, one after the other.',
  inputs: {
    image: socket.image({ help: 'The picture that the boxes are of.' }),
    boxes: socket.boxes({ help: 'What was found, best first.' }),
    points: socket.keypoints({ optional: true, help: 'The points of each box, one box after the other.' }),
  },
  params: {
    by: param.choice({
      default: 'box',
      of: ['box', 'palm', 'person'],
      names: { box: 'The box, not turned', palm: 'Wrist to middle finger', person: 'Hips and circle of the body' },
      label: 'Turned by',
      help: 'Which points say where up is: those of MediaPipe’s palms or persons, or none.',
    }),
    margin: param.number({
      default: 1.5,
      min: 0.1,
      max: 16,
      soft: [1, 4],
      step: 0.05,
      label: 'Size of the square',
      help: 'Times the longer side of the box, or the diameter of the circle: MediaPipe has 2.6 for palms, 1.25 for persons, 1.5 for things.',
    }),
    shift: param.number({
      default: 0,
      min: -4,
      max: 4,
      soft: [-1, 1],
      step: 0.05,
      label: 'Shift upwards',
      help: 'Times the height of the box: from a palm towards the fingers by half.',
    }),
    count: param.integer({
      default: 4,
      min: 1,
      max: 100,
      soft: [1, 16],
      label: 'Most crops',
      help: 'The most boxes cropped, the best first.',
    }),
    size: param.integer({
      default: 224,
      min: 1,
      max: 4096,
      soft: [64, 512],
      label: 'Side of a crop',
      help: 'In pixels, as the network wants it.',
    }),
    border: param.choice({
      default: 'replicate',
      of: ['constant', 'replicate'],
      names: { constant: 'Black', replicate: 'Repeat the edge' },
      label: 'Beyond the edge',
      help: 'What stands where a square reaches outside the picture.',
    }),
  },
  outputs: { crops: socket.sequence({ type: 'image' }, { over: 'image' }) },
  shape: ({ image, size, border }) =>
    image ? { crops: { kind: 'sequence', element: elementOf(image, size, border) } } : {},
  run: async ({ image, boxes, points, by, margin, shift, count, size, border }, { ops }) => {
    const sides = await ops.read(boxes.boxes, {})
    const found = boxes.scores.shape[0] ?? 0
    const places = points && by !== 'box' ? await ops.read(points.points, {}) : []
    const each = found === 0 ? 0 : places.length / 5 / found
    if (found > 0 && (each < needs[by] || !Number.isInteger(each)))
      throw new SightlineError('pose.points', { points: places.length / 5, boxes: found, wanted: needs[by] })
    const regions = Array.from({ length: Math.min(found, count) }, (_, i) => {
      const own = Array.from({ length: each }, (_, k): readonly [number, number] => {
        const at = 5 * (i * each + k)
        return [places[at] ?? 0, places[at + 1] ?? 0]
      })
      return regionOf(by, Array.from(sides).slice(4 * i, 4 * i + 4), own, { margin, shift })
    }).filter(({ width }) => width > 0)
    return {
      crops: {
        kind: 'sequence',
        length: regions.length,
        element: elementOf(image, size, border),
        at: async (index) => {
          const region = regions[index]
          if (!region) throw new Error(`there is no crop ${index}`)
          const matrix = cutOut(region, { width: size, height: size })
          const how = { matrix, width: size, height: size, method: 'bilinear', border, fill: 0 } as const
          return { ...(await warped(ops, image, how)), placement: placedIn(image, matrix) }
        },
      },
    }
  },
  explain: {
    idea: 'A small detector finds where hands or persons are, and how they are turned. Each is cut out upright and in one size, so that a second network sees it as those it was trained on.',
    formula: String.raw`s = \param{margin}{m} \max(w, h), \qquad \alpha = 90^\circ + \operatorname{atan2}(y_1 - y_0,\ x_1 - x_0)`,
    reference:
      'MediaPipe: DetectionsToRectsCalculator, AlignmentPointsRectsCalculator, RectTransformationCalculator, ImageToTensorCalculator; MediaPipe Hands (Zhang et al. 2020).',
    code: {
      by: 'by',
      of: {
        palm: 'x0, y0, x1, y1 = boxes[0]; a = np.pi / 2 + np.arctan2(*(points[2] - points[0])[::-1]); side = {margin} * max(x1 - x0, y1 - y0); middle = ((x0 + x1) / 2 + {shift} * (y1 - y0) * np.sin(a), (y0 + y1) / 2 - {shift} * (y1 - y0) * np.cos(a)); corners = cv2.boxPoints((middle, (side, side), np.degrees(a)))',
        person:
          'a = np.pi / 2 + np.arctan2(*(points[1] - points[0])[::-1]); side = {margin} * 2 * np.linalg.norm(points[1] - points[0]); corners = cv2.boxPoints((points[0], (side, side), np.degrees(a)))',
        box: 'x0, y0, x1, y1 = boxes[0]; side = {margin} * max(x1 - x0, y1 - y0); corners = cv2.boxPoints((((x0 + x1) / 2, (y0 + y1) / 2 - {shift} * (y1 - y0)), (side, side), 0))',
      },
    },
  },
})
