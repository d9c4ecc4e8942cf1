import { defineNode } from '../../engine/graph/node.ts'
import { type PointValue, param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { placedIn } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { cutOut, type RotatedBox, type Warp, warped, warpedShape, warpFlags, warpParams, warpWords } from '../warp.ts'

interface Given extends RotatedBox, Pick<Warp, 'method' | 'border' | 'fill'> {
  readonly by: 'box' | 'points'
  readonly axis: readonly PointValue[]
  readonly margin: number
  readonly size: number
}

/** A square about the first point whose upper edge looks to the second one. Throws `param.invalid` where both are the same. */
function squareBy([[x, y] = [0, 0], [x1, y1] = [0, 0]]: readonly PointValue[], margin: number): RotatedBox {
  const side = 2 * Math.hypot(x1 - x, y1 - y) * margin
  if (side === 0)
    throw new SightlineError('param.invalid', { param: 'axis', given: 'one place', wanted: 'two different points' })
  return { x, y, width: side, height: side, angle: 90 + (Math.atan2(y1 - y, x1 - x) * 180) / Math.PI }
}

function warpOf({ by, axis, margin, size, x, y, width, height, angle, ...how }: Given): Warp {
  const box = by === 'box' ? { x, y, width, height, angle } : squareBy(axis, margin)
  const scale = size === 0 ? 1 : size / Math.max(box.width, box.height)
  const side = (length: number): number => Math.min(65535, Math.max(1, Math.round(length * scale)))
  const made = { width: side(box.width), height: side(box.height) }
  return { matrix: cutOut(box, made), ...made, ...how }
}

const shapeFor = (image: ImageShape, warp: Warp) => ({
  ...warpedShape(image, warp),
  placement: placedIn(image, warp.matrix),
})

const length = (label: string, value: number, help: string) =>
  param.number({
    ...{ default: value, min: 1, max: 65535, soft: [1, 4096], unit: 'px', label, help },
    when: { param: 'by', is: ['box'] },
  })
const place = (label: string, value: number, help: string) =>
  param.number({
    ...{ default: value, min: -65535, max: 65535, soft: [0, 4096], unit: 'px', label, help },
    when: { param: 'by', is: ['box'] },
  })

/**
 * A turned rectangle of a picture, upright. Image (H, W, C) float32 in; a picture out that remembers where it lies (`placement`):
 * what is found in it is said of the picture that it was cut from.
 */
export const rotatedCrop = defineNode({
  type: 'geometry/rotated-crop',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Rotated crop',
  alias: 'cv2.RotatedRect',
  keywords: [
    'align',
    'upright',
    'region',
    'roi',
    'face',
    'hand',
    'cut',
    'rotation',
    'patch',
    'MediaPipe',
    'warpAffine',
  ],
  summary: 'Cuts a turned rectangle out of the picture and sets it upright.',
  inputs: { image: socket.image() },
  params: {
    by: param.choice({
      default: 'box',
      of: ['box', 'points'],
      names: { box: 'A box and an angle', points: 'Two points' },
      label: 'Given by',
      help: 'Two points: the middle of a square, and where its upper edge looks.',
    }),
    x: place('Middle, x', 240, 'From the left edge of the picture.'),
    y: place('Middle, y', 160, 'From the upper edge of the picture.'),
    width: length('Width', 200, 'Of the rectangle in the picture.'),
    height: length('Height', 150, 'Of the rectangle in the picture.'),
    angle: param.number({
      default: 20,
      min: -3600,
      max: 3600,
      soft: [-180, 180],
      step: 1,
      unit: '°',
      label: 'Angle',
      help: 'How far the rectangle is turned clockwise.',
      when: { param: 'by', is: ['box'] },
    }),
    axis: param.points({
      default: [
        [240, 200],
        [260, 120],
      ],
      minCount: 2,
      maxCount: 2,
      unit: 'px',
      label: 'Points',
      help: 'The first is the middle; the second lies above it in the result.',
      when: { param: 'by', is: ['points'] },
    }),
    margin: param.number({
      default: 1.25,
      min: 0.01,
      max: 100,
      soft: [0.5, 4],
      step: 0.05,
      label: 'Margin',
      help: 'At 1 the upper edge of the square goes through the second point.',
      when: { param: 'by', is: ['points'] },
    }),
    size: param.integer({
      default: 0,
      min: 0,
      max: 8192,
      soft: [0, 1024],
      unit: 'px',
      label: 'Size of the result',
      help: 'Its longer side, as a network wants it; 0: as large as in the picture.',
    }),
    ...warpParams,
  },
  // What is found in the result is shown over the picture itself.
  outputs: { image: socket.image({ over: 'image' }) },
  handles: [
    { kind: 'point', over: 'image', params: { x: 'x', y: 'y' } },
    { kind: 'line', over: 'image', params: { points: 'axis' } },
  ],
  shape: ({ image, ...given }) => (image ? { image: shapeFor(image, warpOf(given)) } : {}),
  run: async ({ image, ...given }, { ops }) => {
    const warp = warpOf(given)
    const { placement } = shapeFor(image, warp)
    return { image: { ...(await warped(ops, image, warp)), placement } }
  },
  explain: {
    idea: 'Networks that look closer want their object upright and always of one size. The crop remembers the matrix, so that the points they find land on the photograph again.',
    formula: String.raw`\begin{pmatrix} x \\ y \end{pmatrix} = R(\param{angle}{\alpha}) \begin{pmatrix} s\,(x' - w'/2) \\ s\,(y' - h'/2) \end{pmatrix} + \begin{pmatrix} c_x \\ c_y \end{pmatrix}`,
    reference:
      'OpenCV RotatedRect, boxPoints and warpAffine; MediaPipe AlignmentPointsRectsCalculator and ImageToTensorCalculator.',
    code: {
      by: 'by',
      of: {
        box: `s = {size} / max({width}, {height}) if {size} else 1; w, h = (max(1, int(v * s + 0.5)) for v in ({width}, {height})); corners = cv2.boxPoints((({x}, {y}), ({width}, {height}), {angle}))[1:] - np.float32(0.5); M = cv2.getAffineTransform(corners, np.float32([(0, 0), (w, 0), (w, h)]) - np.float32(0.5)); cv2.warpAffine(image, M, (w, h), ${warpFlags})`,
        points: `(x, y), (x1, y1) = {axis}; side = 2 * np.hypot(x1 - x, y1 - y) * {margin}; n = max(1, int(({size} or side) + 0.5)); corners = cv2.boxPoints(((x, y), (side, side), 90 + np.degrees(np.arctan2(y1 - y, x1 - x))))[1:] - np.float32(0.5); M = cv2.getAffineTransform(corners, np.float32([(0, 0), (n, 0), (n, n)]) - np.float32(0.5)); cv2.warpAffine(image, M, (n, n), ${warpFlags})`,
      },
    },
    words: warpWords,
  },
})
