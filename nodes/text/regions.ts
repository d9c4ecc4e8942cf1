import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { sourceOf, toSource } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { boxesFrom } from '../boxes.ts'
import { textRegionsWork } from './regions.work.ts'

/** Each region is a closed line through its four corners. */
const edges = (regions: number): readonly (readonly [number, number])[] =>
  Array.from({ length: 4 * regions }, (_, i) => [i, i % 4 === 3 ? i - 3 : i + 1] as const)

/** Throws `op.unsupported` for more than one map. */
function mapSize({ shape }: TensorShape): { readonly width: number; readonly height: number } {
  const [batch, channels, height = 0, width = 0] = shape
  if (batch === 1 && channels === 1) return { width, height }
  throw unsupported('Regions of text', `a tensor of ${shape.join(' × ')}`, 'one map, 1 × 1 × rows × columns')
}

/**
 * Where text is, from the probabilities of a DB network. Tensor (1, 1, h, w), 0..1, and the image that the network was shown in;
 * boxes (N, 4) around N regions, and their 4 N corners as keypoints, clockwise from the top left one, in pixels of the picture that
 * the image was made of, out, both in reading order.
 */
export const textRegions = defineNode({
  type: 'text/regions',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Regions of text',
  alias: 'cv2.dnn.TextDetectionModel_DB',
  keywords: [
    'OCR',
    'text detection',
    'DB',
    'DBNet',
    'differentiable binarization',
    'unclip',
    'PaddleOCR',
    'scene text',
  ],
  summary: 'Turns the map of a text detector into boxes around lines of text.',
  inputs: {
    image: socket.image({ help: 'The picture that the network was shown.' }),
    tensor: socket.tensor({ axes: ['NCHW'], help: 'How likely each pixel is text: 1 × 1 × rows × columns.' }),
  },
  params: {
    threshold: param.number({
      default: 0.3,
      min: 0,
      max: 1,
      label: 'Threshold',
      help: 'Pixels above this probability are text.',
    }),
    score: param.number({
      default: 0.6,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'Regions whose mean probability is below it are left out.',
    }),
    unclip: param.number({
      default: 1.5,
      min: 0,
      max: 5,
      soft: [1, 3],
      step: 0.1,
      label: 'Grow by',
      help: 'The network marks the core of a line only. Regions grow by this times their area divided by their circumference.',
    }),
  },
  outputs: { boxes: socket.boxes({ over: 'image' }), corners: socket.keypoints({ over: 'image' }) },
  shape: ({ image, tensor }) => {
    if (tensor) mapSize(tensor)
    if (!image) return {}
    const source = sourceOf(image)
    return { boxes: { kind: 'boxes', ...source }, corners: { kind: 'keypoints', ...source } }
  },
  run: async ({ image, tensor, ...options }, { ops, work }) => {
    const { width, height } = mapSize(tensor)
    const numbers = Float32Array.from(await ops.read(tensor, {}))
    const regions = await work(textRegionsWork, { numbers, width, height, ...options })
    const [source, back] = [sourceOf(image), toSource(image)]
    const placed = regions.map(({ corners, score }) => ({
      corners: corners.map(([x, y]) => back((x * image.width) / width, (y * image.height) / height)),
      score,
    }))
    const around = placed.flatMap(({ corners }) => {
      const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
      return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
    })
    const scores = placed.map(({ score }) => score)
    const found = { boxes: around, scores, classes: scores.map(() => 0) }
    const points = placed.flatMap(({ corners, score }) => corners.flatMap(([x, y]) => [x, y, 0, -1, score]))
    const shape = { kind: 'tensor', shape: [points.length / 5, 5], axes: ['N', 'C'] } as const
    return {
      boxes: await boxesFrom(found, { ...source, names: ['text'] }, ops),
      corners: {
        kind: 'keypoints',
        ...source,
        skeleton: edges(regions.length),
        points: (await ops.fromNumbers({ shape, numbers: points })) as TensorValue,
      },
    }
  },
  explain: {
    idea: 'The network says for each pixel how likely it lies in the core of a line of text; cores do not touch even where lines do. Pixels above a threshold that touch each other are one region. It gets the smallest rectangle around it, in any direction, which then grows to the full size of the line.',
    formula: String.raw`D = \param{unclip}{r}\,\frac{A}{L}, \qquad \text{all sides move outwards by } D`,
    reference:
      'Real-time Scene Text Detection with Differentiable Binarization (Liao et al. 2020); PaddleOCR, DBPostProcess.',
    code: 'contours, _ = cv2.findContours(np.uint8(tensor[0, 0] > {threshold}), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE); rects = [((x, y), (w + w * h * {unclip} / (w + h), h + w * h * {unclip} / (w + h)), a) for (x, y), (w, h), a in map(cv2.minAreaRect, contours) if min(w, h) >= 3]',
  },
})
