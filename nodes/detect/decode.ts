import { defineNode, type NodeContext, type Sockets } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { sourceOf, toSource } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { around, boxesFrom } from '../boxes.ts'
import type { NumbersIn } from '../decode.ts'
import type { Candidates } from '../nms.ts'
import { formatNames, formats, ofFormats } from './formats/index.ts'

/** The numbers of the tensors that a format needs, by socket. */
async function numbersAt(
  ports: readonly string[],
  { inputs, ops }: NodeContext,
): Promise<Readonly<Record<string, NumbersIn>>> {
  const found = ports.map(async (port) => {
    const value = inputs[port]
    if (value?.kind !== 'tensor') throw new SightlineError('input.waiting', { wanted: 'a tensor', port })
    return [port, { shape: value.shape, numbers: await ops.read(value, {}) }] as const
  })
  return Object.fromEntries(await Promise.all(found))
}

const socketsOf = ofFormats(
  ({ inputs }): Sockets => ({
    inputs: Object.fromEntries(Object.entries(inputs).map(([port, help]) => [port, socket.tensor({ help })])),
    outputs: {},
  }),
)

/** The lines of a file. Those at its end may be empty. */
async function namesIn(path: string, classes: number, { services, signal }: NodeContext): Promise<readonly string[]> {
  const names = (await services.text(path, signal))
    .trimEnd()
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
  if (names.length < classes) throw new SightlineError('detect.names', { path, given: names.length, wanted: classes })
  return names
}

/** From the picture that the network was shown to its source. Not clipped: that would change which boxes overlap. */
function backToSource(candidates: Candidates, image: ImageShape): Candidates {
  const back = toSource(image)
  const boxes = Float32Array.from(candidates.boxes)
  for (let i = 0; i < boxes.length; i += 4) boxes.set(around(back, boxes.subarray(i, i + 4)), i)
  return { ...candidates, boxes }
}

/**
 * A detector's raw output as boxes. Tensors (see `formats/NAME.ts` for each format) and the image that the network was shown in;
 * boxes (N, 4) in pixels of the picture that image was letterboxed from, scores 0..1 and classes out. Not suppressed.
 */
export const detectDecode = defineNode({
  type: 'detect/decode',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Decode boxes',
  alias: 'YOLOX demo_postprocess',
  keywords: [
    'detector',
    'detection',
    'head',
    'anchors',
    'COCO',
    'bounding box',
    ...Object.values(ofFormats(({ title }) => title)),
  ],
  summary: "Turns a detector's raw output into boxes with scores and classes.",
  inputs: {
    image: socket.image({ help: 'The picture that the network was shown: the letterbox, or the picture itself.' }),
  },
  params: {
    format: param.choice({
      default: 'yolox',
      of: formatNames,
      names: ofFormats(({ title }) => title),
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
  sockets: { by: ['format'], of: ({ format }) => socketsOf[format] },
  shape: ({ image }) => (image ? { boxes: { kind: 'boxes', ...sourceOf(image) } } : {}),
  identity: async ({ labels, file }, { services, signal }) =>
    labels === 'file' && file ? services.identity(file, signal) : '',
  watches: ({ labels, file }) => (labels === 'file' && file ? [file] : []),
  run: async ({ image, format, labels, file, score }, context) => {
    const { inputs, coco, classes: classesOf, decode } = formats[format]
    const tensors = await numbersAt(Object.keys(inputs), context)
    const decoded = decode(tensors, image, score)
    const candidates = backToSource(decoded, image)
    const classes = classesOf(Object.fromEntries(Object.entries(tensors).map(([port, { shape }]) => [port, shape])))
    const names = labels === 'file' ? await namesIn(file, classes, context) : labels === 'coco' ? coco : []
    return { boxes: await boxesFrom(candidates, { ...sourceOf(image), names }, context.ops) }
  },
  explain: {
    idea: 'A detector answers at every place of a grid: how sure it is that something is there, where its box lies from that place, and what it is. Decoding turns these answers into boxes in pixels of the photo.',
    formula: { by: 'format', of: ofFormats(({ formula }) => formula) },
    reference:
      'SSD (Liu et al. 2016) as in TensorFlow.js coco-ssd; RetinaNet (Lin et al. 2017) and FCOS (Tian et al. 2019) as in torchvision; the RPN of Faster R-CNN (Ren et al. 2015) as in torchvision; YOLO v3 (Redmon and Farhadi 2018), v5 and v8 (Ultralytics), YOLOX (Ge et al. 2021); FastestDet; DETR (Carion et al. 2020); CenterNet (Zhou et al. 2019); COCO (Lin et al. 2014).',
    code: { by: 'format', of: ofFormats(({ code }) => code) },
  },
})
