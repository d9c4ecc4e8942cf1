/** Histograms of oriented gradients of a whole picture (cv2.HOGDescriptor). */
import type { ImageShape, ImageValue, TensorShape, TensorValue } from '../../values/index.ts'
import { requireImage, requireInteger } from '../check.ts'
import { SCRATCH_SLACK } from '../cpu.ts'
import { defineOp } from '../op.ts'
import { same } from '../rows.ts'
import { everyNumber, explainWhole } from '../whole.ts'
import { workspace } from '../workspace.ts'
import { hogPlaces, VOTE } from './places.ts'
import { type HogParams, hog, hogLength, hogSize } from './plain.ts'

const label = 'HOG'

/** The shape of the op's result. Throws like the op. */
export function hogShape(image: ImageShape, params: HogParams): TensorShape {
  requireImage(label, image)
  requireInteger(label, 'a cell of', params.cell, 2, 1024)
  requireInteger(label, 'a block of', params.block, 1, 64)
  requireInteger(label, 'bins', params.bins, 2, 1024)
  return { kind: 'tensor', shape: [1, hogLength(image.width, image.height, params)], axes: ['N', 'C'] }
}

const explain = explainWhole(hog, (vector, { x }) => ({
  says: 'a part of the slopes of a block, its length 1',
  value: vector[x],
}))

/**
 * Of each cell how much slopes in which direction, block by block, downwards and then to the right; in a block cell by cell in the same
 * order, and bin by bin. Pixels beyond the last whole cell are left out. It has no GPU kernel and runs on the CPU.
 *
 * Image (H, W, C) float32 of 0 to 1, any C, in; (1, N) float32 of 0 to 1 out.
 * @throws op.unsupported for cells, blocks and bins out of range
 * @see OpenCV HOGDescriptor (L2Hys, trilinear, blocks weighted by a Gaussian); Dalal and Triggs 2005
 */
export const hogVector = defineOp<readonly [ImageValue], HogParams, TensorValue>({
  name: 'hogVector',
  nonFinite: 'Counted as 0, as numpy.nan_to_num does before a picture is made 8 bits; infinity too.',
  async cpu(context, [image], params) {
    const vector = context.tensor(hogShape(image, params))
    const { width, height, channels } = image
    const { cell, block, bins, signed, gamma } = params
    const { width: w, height: h, across, down } = hogSize(width, height, params)
    const { device } = context
    const numbers = workspace(context, 4 * width * height * channels)
    await device.dispatch({
      kernel: 'hogNumbers',
      args: [context.address(image), width * channels, gamma ? 1 : 0, numbers],
      rows: height,
      reads: [context.reading(image, same)],
    })
    const votes = workspace(context, VOTE * w * h)
    await device.dispatch({
      kernel: 'hogVotes',
      args: [numbers, width, height, channels, w, bins, signed ? 360 : 180, votes],
      rows: h,
      scratch: 8 * w + 256 + SCRATCH_SLACK,
    })
    const places = context.upload(hogPlaces(params))
    const blocks = [votes, w, cell, cell * block, down, places, context.address(vector), block * block * bins]
    await device.dispatch({ kernel: 'hogBlocks', args: blocks, rows: across * down })
    return vector
  },
  whole: true,
  reach: (_, [shape]) => everyNumber(shape),
  terms: explain,
})
