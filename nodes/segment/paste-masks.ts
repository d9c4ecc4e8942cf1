import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { socket } from '../../engine/values/sockets.ts'
import { arraysOf } from '../boxes.ts'
import { objectsFrom } from '../labelmap.ts'
import { pasteWork } from './paste-masks.work.ts'

/**
 * The masks of Mask R-CNN over the picture. Boxes (N, 4), a tensor (N, 1, S, S) of a mask for each, 0..1, and the image in; a
 * label map (H, W) with the number of each box, from 1, and a mask (H, W) of all of them out.
 */
export const pasteMasks = defineNode({
  type: 'segment/paste-masks',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Paste masks',
  alias: 'paste_masks_in_image',
  keywords: ['Mask R-CNN', 'instance segmentation', 'mask head', 'roi', 'mask decoder', 'detectron'],
  summary: 'Enlarges the small mask of each box to the box, and puts it into the picture.',
  inputs: {
    image: socket.image({ help: 'The picture that the boxes lie over.' }),
    boxes: socket.boxes(),
    masks: socket.tensor({ axes: ['NCHW'], help: 'A mask for each box, 0 to 1: boxes × 1 × rows × columns.' }),
  },
  params: {
    threshold: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Threshold',
      help: 'From this probability on, a pixel belongs to the object.',
    }),
  },
  outputs: { objects: socket.labelmap(), mask: socket.mask() },
  shape: ({ image }) => {
    if (!image) return {}
    const { width, height } = image
    return { objects: { kind: 'labelmap', width, height }, mask: { kind: 'mask', width, height } }
  },
  run: async ({ image, boxes, masks, threshold }, { ops, work }) => {
    const { width, height } = image
    const found = await arraysOf(boxes, ops)
    const count = found.scores.length
    const [given = 0, classes = 0, side = 0, wide = 0] = masks.shape
    if (given !== count || classes !== 1 || side !== wide)
      throw new SightlineError('masks.shape', { given: masks.shape.join(' × '), count })
    const sized = Float32Array.from(
      found.boxes,
      (v, i) => v * (i % 2 === 0 ? width / boxes.width : height / boxes.height),
    )
    const numbers = await work(pasteWork, {
      ...{ masks: Float32Array.from(await ops.read(masks, {})), side, boxes: sized },
      ...{ scores: Float32Array.from(found.scores), threshold, width, height },
    })
    const names = Array.from(found.classes, (id, i) => `${boxes.names[id] ?? id} ${i + 1}`)
    return objectsFrom(ops, numbers, { width, height }, names)
  },
  explain: {
    idea: 'The network looks at each box by itself, so it gives its mask in a small square. The square is stretched back to the box in the photo; where masks overlap, the surer box wins.',
    formula: String.raw`L(y, x) = \arg\max_{i:\ \mathrm{resize}(M_i)(y, x) \ge \param{threshold}{t}} s_i`,
    reference: 'Mask R-CNN (He et al. 2017); torchvision, paste_masks_in_image, with a padding of 1.',
    code: 'torchvision.models.detection.roi_heads.paste_masks_in_image(masks, boxes, image.shape[:2]) >= {threshold}',
  },
})
