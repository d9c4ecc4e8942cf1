import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { maskOf } from '../mask-of.ts'
import { fillPolygon } from './polygon.work.ts'

/** A mask with straight edges. Image (H, W, C), whose size it gets, in; mask (H, W) of 0 and 1 out. */
export const polygonMask = defineNode({
  type: 'draw/polygon',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Polygon mask',
  alias: 'cv2.fillPoly',
  keywords: ['region of interest', 'roi', 'polygon', 'lasso', 'outline', 'select', 'area', 'polygon2mask', 'draw'],
  summary: 'A mask of the inside of a polygon that you draw on the picture.',
  inputs: { image: socket.image({ help: 'The picture to draw on.' }) },
  params: {
    points: param.points({
      default: [
        [64, 48],
        [208, 64],
        [176, 192],
        [48, 160],
      ],
      minCount: 3,
      maxCount: 200,
      unit: 'px',
      label: 'Corners',
      help: '[x, y] each, in order; drag them on the picture in the viewer. Where lines cross, the inside changes sides.',
    }),
    invert: param.boolean({
      default: false,
      label: 'Outside',
      help: 'Marks what lies outside of the polygon instead.',
    }),
  },
  handles: [{ kind: 'polygon', over: 'image', params: { points: 'points' } }],
  outputs: { mask: socket.mask() },
  shape: ({ image }) => (image ? { mask: { kind: 'mask', width: image.width, height: image.height } } : {}),
  run: async ({ image: { width, height }, points, invert }, { ops, work }) => {
    const inside = await work(fillPolygon, { polygons: [points], width, height })
    const shape = { kind: 'image', height, width, channels: 1, space: 'gray', alpha: false, range: [0, 1] } as const
    const numbers = invert ? inside.map((v) => 1 - v) : inside
    return { mask: maskOf((await ops.fromNumbers({ shape, numbers })) as ImageValue) }
  },
  explain: {
    idea: 'From the middle of each pixel one walks to the side and counts how many edges one crosses. After an odd number one was inside.',
    formula: String.raw`M(p) = \left(\sum_{i} \bigl[\text{edge } i \text{ lies to the right of } p\bigr]\right) \bmod 2`,
    reference:
      'skimage.draw.polygon2mask: the middle of a pixel counts. OpenCV fillPoly marks the pixels of the edges as well.',
    code: {
      by: 'invert',
      of: {
        false:
          'mask = np.float32(skimage.draw.polygon2mask(image.shape[:2], [(y - 0.5, x - 0.5) for x, y in {points}]))',
        true: 'mask = 1 - np.float32(skimage.draw.polygon2mask(image.shape[:2], [(y - 0.5, x - 0.5) for x, y in {points}]))',
      },
    },
  },
})
