import { defineNode } from '../../engine/graph/node.ts'
import { expr, mul, sub } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { boxesOf } from '../../engine/values/boxes.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { pictureOfMask } from '../../engine/values/mask.ts'
import { socket } from '../../engine/values/sockets.ts'
import { encodePrompts, maskSide, mostObjects, type Prompts } from '../sam.ts'

const named = (shape: readonly number[], axes: string): TensorShape => ({ kind: 'tensor', shape, axes: [...axes] })

/** The shapes of the outputs for L objects of P points. */
const shapesFor = (objects: number, points: number) => ({
  coords: named([objects, points, 2], 'NPC'),
  labels: named([objects, points], 'NP'),
  mask: named([objects, 1, maskSide, maskSide], 'NCHW'),
  hasMask: named([1], 'N'),
})

/**
 * Prompts as the decoder of SAM 2 takes them. Points and boxes in pixels of the image; `coords` (L, P, 2) in pixels of the
 * square of 1024, `labels` (L, P), `mask` (L, 1, 256, 256) logits and `hasMask` (1) out, L objects of up to P points.
 */
export const sam2Prompts = defineNode({
  type: 'segment/sam2-prompts',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'SAM 2 prompts',
  alias: 'SAM2ImagePredictor._prep_prompts',
  keywords: ['segment anything', 'SAM', 'SAM2', 'click', 'prompt', 'interactive', 'point', 'box'],
  summary: 'Points and boxes on a picture, as the mask decoder of SAM 2 takes them.',
  inputs: {
    image: socket.image({ channels: [3], spaces: ['rgb'], help: 'The picture that the prompts lie on.' }),
    detections: socket.boxes({ optional: true, help: 'Boxes of a detector: each becomes an object of its own.' }),
    earlier: socket.mask({ optional: true, help: 'A mask to start from: one that was found before, or painted.' }),
  },
  params: {
    points: param.points({
      default: [],
      minCount: 0,
      maxCount: 64,
      min: 0,
      labels: ['Background', 'Object'],
      unit: 'px',
      label: 'Points',
      help: 'Places that belong to the object, or do not: click on the picture, with Alt for what does not belong.',
    }),
    boxes: param.boxes({
      default: [],
      maxCount: mostObjects,
      unit: 'px',
      label: 'Boxes',
      help: 'Drag on the picture to draw one. One box goes with all points; of several, each is an object with the points inside it.',
    }),
  },
  handles: [{ kind: 'points', over: 'image', params: { points: 'points', boxes: 'boxes' } }],
  outputs: {
    coords: socket.tensor({ axes: ['NPC'] }),
    labels: socket.tensor({ axes: ['NP'] }),
    mask: socket.tensor({ axes: ['NCHW'] }),
    hasMask: socket.tensor({ axes: ['N'] }),
  },
  shape: ({ image, detections, points, boxes }) => {
    const found = detections ? detections.count : 0
    if (!image || found === undefined) return { hasMask: shapesFor(1, 1).hasMask }
    const places = new Array<readonly [number, number, number, number]>(found).fill([0, 0, 1, 1])
    const { count, each } = encodePrompts({ points, boxes, detections: places }, image)
    return shapesFor(count, each)
  },
  run: async ({ image, detections, earlier, points, boxes }, { ops, note, wants }) => {
    const found = detections
      ? await boxesOf(detections, async (part) => Float32Array.from(await ops.read(part, {})))
      : []
    const prompts: Prompts = { points, boxes, detections: found.map(({ box }) => box) }
    const given = boxes.length + found.length
    if (given > mostObjects) note(`${given} boxes came; the first ${mostObjects} are used.`)
    const { count, each, coords, labels } = encodePrompts(prompts, image)
    const shapes = shapesFor(count, each)
    const make = async (shape: TensorShape, numbers: ArrayLike<number>) =>
      (await ops.fromNumbers({ shape, numbers })) as TensorValue
    const logits = new Float32Array(count * maskSide * maskSide)
    if (earlier && wants('mask')) {
      const small = await ops.resize(pictureOfMask(earlier), { width: maskSide, height: maskSide, method: 'area' })
      // As SAM 2 makes logits of a mask (sam2_base.py, _use_mask_as_output).
      const scaled = await ops.pointwise(small, {
        formula: expr((m) => sub(mul(m, 20), 10)),
        space: 'data',
        range: null,
      })
      const one = await ops.read(await ops.toTensor(scaled, { axes: 'CHW' }), {})
      for (let i = 0; i < count; i++) logits.set(one, i * one.length)
    }
    return {
      coords: make(shapes.coords, coords),
      labels: make(shapes.labels, labels),
      ...(wants('mask') && { mask: make(shapes.mask, logits) }),
      hasMask: make(shapes.hasMask, [earlier ? 1 : 0]),
    }
  },
  explain: {
    idea: 'A click says "this belongs to it" or "this does not"; a box says where it ends. The network knows both as points with a label, in pixels of the square that it was shown.',
    formula: String.raw`(x, y) \mapsto \left(\tfrac{1024\,x}{W},\ \tfrac{1024\,y}{H}\right), \qquad \text{label} \in \{1, 0, 2, 3, -1\}`,
    reference:
      'SAM 2 (Ravi et al. 2024), SAM2ImagePredictor: 1 object, 0 background, 2 and 3 the corners of a box, -1 padding.',
    code: 'coords = np.array([[[1024 * x / image.shape[1], 1024 * y / image.shape[0]] for x, y, *label in {points}]], np.float32); labels = np.array([[label[0] if label else 1 for x, y, *label in {points}]], np.float32)',
  },
})
