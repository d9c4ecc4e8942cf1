import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { arraysOf } from '../boxes.ts'
import { cutOut, type Warp, warped, warpedShape, warpFlags, warpParams, warpWords } from '../warp.ts'

interface Given extends Pick<Warp, 'method' | 'border' | 'fill'> {
  readonly width: number
  readonly height: number
  readonly context: number
}

/**
 * The box with as much around it as makes `context` pixels of the crop.
 * @throws param.invalid where the context leaves no room for the box
 */
function warpOf([x0, y0, x1, y1]: readonly [number, number, number, number], given: Given): Warp {
  const { width, height, context, ...how } = given
  const least = Math.min(width, height)
  if (2 * context >= least)
    throw new SightlineError('param.invalid', {
      param: 'context',
      given: String(context),
      wanted: `less than half a side of the crop (${least / 2})`,
    })
  const box = {
    ...{ x: (x0 + x1) / 2, y: (y0 + y1) / 2, angle: 0 },
    width: ((x1 - x0) * width) / (width - 2 * context),
    height: ((y1 - y0) * height) / (height - 2 * context),
  }
  return { matrix: cutOut(box, { width, height }), width, height, ...how }
}

const shapeFor = (image: ImageShape, given: Given): ImageShape => warpedShape(image, warpOf([0, 0, 1, 1], given))

/**
 * Every box cut out and warped to one size, as R-CNN shows proposals to its network. Image (H, W, C) and boxes (N) in; a sequence of N
 * images (height, width, C) out: what follows runs for each.
 */
export const boxCrops = defineNode({
  type: 'geometry/box-crops',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Crops of boxes',
  alias: 'R-CNN warped regions',
  keywords: ['R-CNN', 'warp', 'proposals', 'patches', 'cut', 'regions', 'crop', 'batch', 'sequence', 'chips'],
  summary: 'Cuts every box out of a picture, all to one size: what follows runs once for each.',
  inputs: { image: socket.image(), boxes: socket.boxes() },
  params: {
    width: param.integer({ default: 224, min: 1, max: 4096, soft: [16, 512], label: 'Width', help: 'Of each crop.' }),
    height: param.integer({ default: 224, min: 1, max: 4096, soft: [16, 512], label: 'Height', help: 'Of each crop.' }),
    context: param.integer({
      default: 16,
      min: 0,
      max: 2047,
      soft: [0, 64],
      label: 'Around it',
      help: 'How many pixels of the crop, on each side, show what is around the box. R-CNN uses 16.',
    }),
    ...warpParams,
  },
  outputs: { image: socket.sequence({ type: 'image' }) },
  shape: ({ image, boxes, ...given }) =>
    image
      ? {
          image: {
            kind: 'sequence',
            element: shapeFor(image, given),
            ...(boxes?.count !== undefined && { length: boxes.count }),
          },
        }
      : {},
  run: async ({ image, boxes, ...given }, { ops }) => {
    const { boxes: sides, scores, classes } = await arraysOf(boxes, ops)
    const [sx, sy] = [image.width / boxes.width, image.height / boxes.height]
    const labels = Array.from(classes, (id, i) => `${boxes.names[id] ?? id} ${i + 1}`)
    return {
      image: {
        kind: 'sequence',
        length: scores.length,
        element: shapeFor(image, given),
        labels,
        at: (index) => {
          const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = [0, 1, 2, 3].map((side) => sides[4 * index + side])
          if (![x0, y0, x1, y1].every(Number.isFinite) || x1 <= x0 || y1 <= y0)
            throw new SightlineError('shape.out-of-bounds', {
              what: `Box ${index + 1}`,
              given: `${x0}, ${y0} to ${x1}, ${y1}`,
              size: `${boxes.width} × ${boxes.height} pixels`,
            })
          return warped(ops, image, warpOf([x0 * sx, y0 * sy, x1 * sx, y1 * sy], given))
        },
      },
    }
  },
  explain: {
    idea: 'A network that takes 224 × 224 pixels can look at any box once the box is stretched to that size. R-CNN did so for 2,000 boxes of every photo.',
    formula: String.raw`I'(v, u) = I\!\left(y_0 + \tfrac{h}{\param{height}{H}} v,\ x_0 + \tfrac{w}{\param{width}{W}} u\right)`,
    reference:
      'R-CNN (Girshick et al. 2014), section 2.1 and appendix A: anisotropic scaling with 16 pixels of context.',
    code: `crops = [cv2.warpAffine(image, matrix, ({width}, {height}), ${warpFlags}) for matrix in matrices]`,
    words: warpWords,
  },
})
