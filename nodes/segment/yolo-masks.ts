import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { inverse, sourceOf, stretch, toSource } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { around, boxesFrom, picked } from '../boxes.ts'
import { coco80 } from '../coco.ts'
import { wrong } from '../decode.ts'
import { yolov8Columns } from '../detect/formats/yolov8.ts'
import { objectsFrom } from '../labelmap.ts'
import { nms } from '../nms.ts'
import { yoloMasksWork } from './yolo-masks.work.ts'

/**
 * Boxes and masks of YOLO v8's segmentation networks as they are exported. Tensor (1, 4 + C + K, A): of each cell its box, C class
 * scores and K weights; tensor (1, K, h, w) of K prototype masks; the image that the network was shown. Boxes after NMS, a label map
 * (H, W) with the number of each box, from 1, and a mask (H, W) of all of them out, over the picture that image was letterboxed from.
 */
export const yoloMasks = defineNode({
  type: 'segment/yolo-masks',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'YOLO masks',
  alias: 'ops.process_mask_native',
  keywords: ['YOLACT', 'YOLOv8-seg', 'prototypes', 'coefficients', 'instance segmentation', 'mask decoder', 'proto'],
  summary: 'Makes masks of prototypes and the weights that a network gives for each box.',
  inputs: {
    image: socket.image({ help: 'The picture that the network was shown: the letterbox, or the picture itself.' }),
    output: socket.tensor({ help: '1 × (4 + classes + prototypes) × boxes, as exported.' }),
    prototypes: socket.tensor({ help: '1 × prototypes × rows × columns.' }),
  },
  params: {
    score: param.number({
      default: 0.25,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'Boxes below it are left out.',
    }),
    iou: param.number({
      default: 0.45,
      min: 0,
      max: 1,
      label: 'Overlap',
      help: 'A box that overlaps a better one of its class by more than this goes (NMS).',
    }),
    threshold: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Threshold',
      help: 'Above this probability a pixel belongs to the object.',
    }),
    names: param.choice({
      default: 'coco',
      of: ['coco', 'none'],
      names: { coco: 'COCO', none: 'Numbers' },
      label: 'Class names',
      help: 'The data set that the network was trained on.',
    }),
  },
  outputs: { objects: socket.labelmap(), mask: socket.mask(), boxes: socket.boxes({ over: 'image' }) },
  shape: ({ image }) => {
    if (!image) return {}
    const size = sourceOf(image)
    return {
      objects: { kind: 'labelmap', ...size },
      mask: { kind: 'mask', ...size },
      boxes: { kind: 'boxes', ...size },
    }
  },
  run: async ({ image, output, prototypes, score, iou, threshold, names }, { ops, work }) => {
    const [one, count = 0, rows = 0, columns = 0] = prototypes.shape
    const [, all = 0, cells = 0] = output.shape
    if (prototypes.shape.length !== 4 || one !== 1) throw wrong(prototypes.shape, '1 × prototypes × rows × columns')
    if (output.shape.length !== 3 || all < 5 + count)
      throw wrong(output.shape, `1 × (4 + classes + ${count}) × boxes, as there are ${count} prototypes`)
    const numbers = Float32Array.from(await ops.read(output, {}))
    const boxRows = all - count
    // Of every cell, so that the place of a box in the list is its column.
    const decoded = yolov8Columns(numbers, boxRows, cells, Number.NEGATIVE_INFINITY)
    const kept = nms(decoded, { iou, score, method: 'class' }).map(({ index }) => index)
    const found = picked(decoded, kept)
    const size = sourceOf(image)
    const back = image.placement && inverse(image.placement.matrix)
    const boxes = new Float32Array(4 * kept.length)
    for (let i = 0; i < boxes.length; i += 4)
      boxes.set(around(toSource(image), Float32Array.from(found.boxes).subarray(i, i + 4)), i)
    const labels = await work(yoloMasksWork, {
      ...{ ...size, threshold, boxes, count, rows, columns, back: back ?? stretch(1, 1) },
      shown: { width: image.width, height: image.height },
      prototypes: Float32Array.from(await ops.read(prototypes, {})),
      weights: Float32Array.from(
        kept.flatMap((cell) => Array.from({ length: count }, (_, k) => numbers[(boxRows + k) * cells + cell] ?? 0)),
      ),
    })
    const called = names === 'coco' ? coco80 : []
    const objects = Array.from(found.classes, (id, i) => `${called[id] ?? id} ${i + 1}`)
    return {
      ...(await objectsFrom(ops, labels, size, objects)),
      boxes: await boxesFrom({ ...found, boxes }, { ...size, names: called }, ops),
    }
  },
  explain: {
    idea: 'The network draws a few masks of the whole picture, the prototypes, and says for each box how much of each to add. The sum is cut to the box. So masks cost hardly more than boxes.',
    formula: String.raw`M_i = \sigma\!\left(\sum_k c_{ik} P_k\right) > \param{threshold}{t} \quad \text{inside } B_i`,
    reference: 'YOLACT (Bolya et al. 2019); YOLO v8 segmentation (Ultralytics), process_mask_native.',
    code: 'masks = 1 / (1 + np.exp(-np.tensordot(weights, prototypes[0], 1))) > {threshold}',
  },
})
