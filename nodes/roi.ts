/** What the nodes of RoI Pool and RoI Align have in common. */
import { roiShape } from '../engine/ops/roi/op.ts'
import { param } from '../engine/types/param.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { BoxesShape, BoxesValue, TensorShape } from '../engine/values/index.ts'
import { socket } from '../engine/values/sockets.ts'

export const roiInputs = {
  features: socket.tensor({
    axes: ['NHWC', 'NCHW'],
    help: 'One feature map: what a layer of a network gives.',
  }),
  boxes: socket.boxes({ help: 'In pixels of the picture that the network was shown.' }),
}

export const roiParams = {
  size: param.integer({
    default: 7,
    min: 1,
    max: 64,
    soft: [1, 14],
    label: 'Bins',
    help: 'Of each box, across and down. Fast R-CNN uses 7.',
  }),
  scale: param.number({
    default: 0,
    min: 0,
    max: 1024,
    soft: [0, 1],
    step: 0.0001,
    label: 'Scale',
    help: 'From pixels to features: 1/16 = 0.0625 for a stride of 16. 0: the width of the map by that of the picture.',
  }),
}

const widthOf = ({ shape, axes }: TensorShape): number => shape[axes.indexOf('W')] ?? 0

/** @throws param.invalid where the scale must be given, as the size of the picture is not known */
export function scaleOf(scale: number, features: TensorShape, boxes: BoxesShape | BoxesValue): number {
  if (scale > 0) return scale
  const found = widthOf(features) / (boxes.width ?? 0)
  if (Number.isFinite(found) && found > 0) return found
  throw new SightlineError('param.invalid', {
    param: 'scale',
    given: '0',
    wanted: 'a number above 0, because the size of the picture is not known',
  })
}

/** What is known before the boxes are: nothing, where nobody knows how many there are. */
export function roiShapes(
  label: string,
  { features, boxes, size }: { features: TensorShape | undefined; boxes: BoxesShape | undefined; size: number },
): { readonly tensor?: TensorShape } {
  if (!features || boxes?.count === undefined) return {}
  const numbers = new Float32Array(4 * boxes.count)
  return { tensor: roiShape(label, features, { boxes: numbers, size: [size, size], scale: 1 }) }
}
