import { defineNode } from '../../engine/graph/node.ts'
import { expr, max, min } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { maskOf, sizedMask } from '../mask-of.ts'
import { paintStrokes } from './mask.work.ts'

/**
 * A mask painted with a round brush. Image (H, W, C), whose size it gets, and perhaps a mask to start from in; mask (H, W), 0..1, out.
 * A pixel whose centre lies within the radius of a stroke belongs to it; at the edge it belongs in part, over one pixel.
 */
export const drawMask = defineNode({
  type: 'draw/mask',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Painted mask',
  alias: 'cv2.polylines',
  keywords: [
    'brush',
    'paint',
    'draw',
    'eraser',
    'stroke',
    'hand-made',
    'retouch',
    'selection',
    'scribble',
    'inpainting',
  ],
  summary: 'A mask that you paint on the picture with a brush.',
  inputs: {
    image: socket.image({ help: 'The picture to paint on.' }),
    mask: socket.mask({ optional: true, help: 'A mask to start from: strokes add to it, or take away from it.' }),
  },
  params: {
    strokes: param.strokes({
      default: [],
      maxCount: 1000,
      maxNumbers: 40_000,
      unit: 'px',
      label: 'Strokes',
      help: 'Paint them on the picture in the viewer; with Alt, or the eraser, they take away.',
    }),
  },
  handles: [{ kind: 'strokes', over: 'image', params: { strokes: 'strokes' }, shows: 'mask' }],
  outputs: { mask: socket.mask() },
  shape: ({ image }) => (image ? { mask: { kind: 'mask', width: image.width, height: image.height } } : {}),
  run: async ({ image, mask, strokes }, { ops, work }) => {
    const { width, height } = image
    const { least, most } = await work(paintStrokes, { strokes, width, height })
    const shape = { kind: 'image', height, width, channels: 1, space: 'gray', alpha: false, range: [0, 1] } as const
    const painted = (await ops.fromNumbers({ shape, numbers: least })) as ImageValue
    if (!mask) return { mask: maskOf(painted) }
    const kept = (await ops.fromNumbers({ shape, numbers: most })) as ImageValue
    const sized = await sizedMask(ops, mask, image)
    const formula = expr((start, low, high) => max(min(start, high), low))
    return { mask: maskOf(await ops.pointwise(sized, painted, kept, { formula })) }
  },
  explain: {
    idea: 'You paint what is meant with a brush. The strokes are kept as lines with a radius, not as pixels, so they stay sharp, can be undone one by one, and take little room in the file.',
    formula: String.raw`m \leftarrow \max(m, c_s) \text{ or } \min(m, 1 - c_s), \qquad c_s(p) = \min\left(1, \max\left(0,\ r_s + \tfrac12 - \mathrm{dist}(p, s)\right)\right)`,
    reference: 'The distance to a polyline; as shapely buffer with round ends.',
    code: 'mask = np.zeros(image.shape[:2], np.float32); [cv2.polylines(mask, [np.int32(line).reshape(-1, 1, 2)], False, int(paints), int(2 * r)) for r, paints, *line in {strokes}]',
  },
})
