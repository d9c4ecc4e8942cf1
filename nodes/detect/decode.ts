import { defineNode, type NodeContext, type Sockets } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { boxesFrom } from '../boxes.ts'
import { coco80, coco90 } from '../coco.ts'
import { decodeFastestDet, decodeSsd, decodeYolox, type NumbersIn } from '../decode.ts'
import type { Candidates } from '../nms.ts'

type Format = 'ssd' | 'yolox' | 'fastestdet'

const tensor = (help: string) => socket.tensor({ help })
const one = { output: tensor("The network's output.") }
const inputsOf: Record<Format, Sockets['inputs']> = {
  ssd: { scores: tensor('Scores: 1 × boxes × classes.'), boxes: tensor('Boxes: 1 × boxes × 1 × 4, from 0 to 1.') },
  yolox: one,
  fastestdet: one,
}

async function numbersAt(port: string, { inputs, ops }: NodeContext): Promise<NumbersIn> {
  const value = inputs[port]
  if (value?.kind !== 'tensor') throw new SightlineError('input.waiting', { wanted: 'a tensor', port })
  return { shape: value.shape, numbers: await ops.read(value, {}) }
}

async function decode(format: Format, image: ImageValue, least: number, context: NodeContext): Promise<Candidates> {
  switch (format) {
    case 'ssd':
      return decodeSsd(await numbersAt('scores', context), await numbersAt('boxes', context), image, least)
    case 'yolox':
      return decodeYolox(await numbersAt('output', context), image, least)
    case 'fastestdet':
      return decodeFastestDet(await numbersAt('output', context), image, least)
  }
}

/** How many classes the network tells apart. */
function classesOf(format: Format, { inputs }: NodeContext): number {
  const value = inputs[format === 'ssd' ? 'scores' : 'output']
  const shape = value?.kind === 'tensor' ? value.shape : []
  if (format === 'ssd') return shape[2] ?? 0
  return (shape[format === 'yolox' ? 2 : 1] ?? 0) - 5
}

/** The lines of a file. Those at its end may be empty. */
async function namesIn(path: string, classes: number, { services, signal }: NodeContext): Promise<readonly string[]> {
  const names = (await services.text(path, signal))
    .trimEnd()
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
  if (names.length < classes) throw new SightlineError('detect.names', { path, given: names.length, wanted: classes })
  return names
}

/** The picture that boxes are of: the one that was letterboxed, or the picture itself. */
const sourceOf = ({ width, height, placement }: ImageShape) => placement?.source ?? { width, height }

/** From the pixels of the letterboxed picture to those of its source. Not clipped: that would change which boxes overlap. */
function backToSource(candidates: Candidates, image: ImageValue) {
  const { width, height, placement } = image
  const source = sourceOf(image)
  const place = placement ?? { x: 0, y: 0, width, height }
  const boxes = Float32Array.from(candidates.boxes, (value, i) => {
    const across = i % 2 === 0
    const [start, length, whole] = across
      ? [place.x, place.width, source.width]
      : [place.y, place.height, source.height]
    return ((value - start) * whole) / length
  })
  return { candidates: { ...candidates, boxes }, source }
}

/**
 * A detector's raw output as boxes. Tensors (see `nodes/decode.ts` for each format) and the image that the network was shown in;
 * boxes (N, 4) in pixels of the picture that image was letterboxed from, scores 0..1 and classes out. Not suppressed.
 */
export const detectDecode = defineNode({
  type: 'detect/decode',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Decode boxes',
  alias: 'YOLOX demo_postprocess',
  keywords: ['detector', 'detection', 'head', 'SSD', 'YOLO', 'YOLOX', 'FastestDet', 'anchors', 'COCO', 'bounding box'],
  summary: "Turns a detector's raw output into boxes with scores and classes.",
  inputs: {
    image: socket.image({ help: 'The picture that the network was shown: the letterbox, or the picture itself.' }),
  },
  params: {
    format: param.choice({
      default: 'yolox',
      of: ['ssd', 'yolox', 'fastestdet'],
      names: { ssd: 'SSD (TensorFlow)', yolox: 'YOLOX', fastestdet: 'FastestDet' },
      label: 'Format',
      help: 'How the network writes boxes.',
    }),
    labels: param.choice({
      default: 'coco',
      of: ['coco', 'file', 'none'],
      names: { coco: 'COCO', file: 'From a file', none: 'Numbers' },
      label: 'Class names',
      help: 'The data set that the network was trained on, or a file of names.',
    }),
    file: param.file({
      default: '',
      mode: 'open',
      accept: ['txt', 'names', 'labels'],
      label: 'Names',
      help: 'A text file with the name of one class a line, in the order of the classes.',
      when: { param: 'labels', is: ['file'] },
    }),
    score: param.number({
      default: 0.25,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'Boxes below it are left out here already, so that NMS has less to do.',
    }),
  },
  outputs: { boxes: socket.boxes({ over: 'image' }) },
  sockets: { by: ['format'], of: ({ format }) => ({ inputs: inputsOf[format], outputs: {} }) },
  shape: ({ image }) => (image ? { boxes: { kind: 'boxes', ...sourceOf(image) } } : {}),
  identity: async ({ labels, file }, { services, signal }) =>
    labels === 'file' && file ? services.identity(file, signal) : '',
  watches: ({ labels, file }) => (labels === 'file' && file ? [file] : []),
  run: async ({ image, format, labels, file, score }, context) => {
    const decoded = await decode(format, image, score, context)
    const { candidates, source } = backToSource(decoded, image)
    const classes = classesOf(format, context)
    const coco = format === 'ssd' ? coco90 : coco80
    const names = labels === 'file' ? await namesIn(file, classes, context) : labels === 'coco' ? coco : []
    return { boxes: await boxesFrom(candidates, { ...source, names }, context.ops) }
  },
  explain: {
    idea: 'A detector answers at every place of a grid: how sure it is that something is there, where its box lies from that place, and what it is. Decoding turns these answers into boxes in pixels of the photo.',
    formula: {
      by: 'format',
      of: {
        yolox: String.raw`(x, y) = (t_x + c_x,\ t_y + c_y)\,s, \quad (w, h) = (e^{t_w}, e^{t_h})\,s, \quad p = p_{obj}\,p_{class}`,
        fastestdet: String.raw`(x, y) = \frac{c + \tanh t_{xy}}{n}, \quad (w, h) = \sigma(t_{wh}), \quad p = p_{obj}^{0.6}\,p_{class}^{0.4}`,
        ssd: String.raw`(y_0, x_0, y_1, x_1) \in [0, 1]^4, \quad p = \max_c p_c`,
      },
    },
    reference:
      'YOLOX (Ge et al. 2021), demo_postprocess; FastestDet, handle_preds; SSD (Liu et al. 2016) as in TensorFlow.js coco-ssd; COCO (Lin et al. 2014).',
    code: {
      by: 'format',
      of: {
        yolox:
          'centre = (output[0, :, :2] + grid) * stride; size = np.exp(output[0, :, 2:4]) * stride; scores = output[0, :, 4] * output[0, :, 5:].max(axis=1); keep = scores >= {score}',
        fastestdet:
          'scores = output[0, 0] ** 0.6 * output[0, 5:].max(axis=0) ** 0.4; keep = scores >= {score}; centre = (cells + np.tanh(output[0, 1:3])) / output.shape[2]; size = 1 / (1 + np.exp(-output[0, 3:5]))',
        ssd: 'classes = scores[0].argmax(axis=1); keep = scores[0].max(axis=1) >= {score}; y0, x0, y1, x1 = boxes[0].reshape(-1, 4)[keep].T',
      },
    },
  },
})
