import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { type Homography, inverse, product, shift, stretch } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type Warp, warped, warpedShape, warpFlags, warpParams, warpWords } from '../warp.ts'

interface Given extends Pick<Warp, 'width' | 'height' | 'method' | 'border' | 'fill'> {
  readonly matrix: readonly (readonly number[])[]
}

/** Throws `param.invalid` for what is no matrix of 2 × 3, or has no way back. */
function warpOf(image: ImageShape, { matrix, width, height, ...how }: Given, scale = 1): Warp {
  const [first = [], second = []] = matrix
  const [a = 0, b = 0, c = 0] = first
  const [d = 0, e = 0, f = 0] = second
  const wrong = (wanted: string): SightlineError =>
    new SightlineError('param.invalid', { param: 'matrix', given: JSON.stringify(matrix), wanted })
  if (matrix.length !== 2 || first.length !== 3) throw wrong('a matrix of 2 rows and 3 columns')
  // OpenCV's places are those of the middles of pixels.
  const forth: Homography = product(shift(0.5, 0.5), product([a, b, c, d, e, f, 0, 0, 1], shift(-0.5, -0.5)))
  const back = inverse(product(stretch(scale, scale), product(forth, stretch(1 / scale, 1 / scale))))
  if (!back) throw wrong('a matrix whose first two columns do not make a line of the picture')
  return { matrix: back, width: width || image.width, height: height || image.height, ...how }
}

const side = (label: string) =>
  param.integer({
    default: 0,
    min: 0,
    max: 65535,
    soft: [0, 4096],
    unit: 'px',
    label,
    help: `${label} of the result; 0: as the picture.`,
  })

/** A picture through a 2 × 3 matrix. Image (H, W, C) float32 in; (height, width, C) out. */
export const warpAffine = defineNode({
  type: 'geometry/warp-affine',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Affine warp',
  alias: 'cv2.warpAffine',
  keywords: ['shear', 'skew', 'translate', 'shift', 'matrix', 'transform', 'transformation', 'scale', 'rotate'],
  summary: 'Moves, turns, stretches and shears the picture by a matrix.',
  inputs: { image: socket.image() },
  params: {
    matrix: param.matrix({
      default: [
        [1, 0.2, 0],
        [0, 1, 0],
      ],
      minSize: 2,
      maxSize: 3,
      label: 'Matrix',
      help: "Two rows of three: from the picture's pixels to those of the result. The last column moves, the others turn, stretch and shear.",
    }),
    width: side('Width'),
    height: side('Height'),
    ...warpParams,
  },
  outputs: { image: socket.image() },
  shape: ({ image, ...given }) => (image ? { image: warpedShape(image, warpOf(image, given)) } : {}),
  run: async ({ image, ...given }, { ops, scale }) => ({
    image: await warped(ops, image, warpOf(image, given, scale)),
  }),
  explain: {
    idea: 'Parallel lines stay parallel. Each pixel of the new picture goes back through the matrix to a place in the old one, and mixes what is around there.',
    formula: String.raw`\begin{pmatrix} x' \\ y' \end{pmatrix} = \begin{pmatrix} m_{11} & m_{12} & m_{13} \\ m_{21} & m_{22} & m_{23} \end{pmatrix} \begin{pmatrix} x \\ y \\ 1 \end{pmatrix}`,
    reference: 'OpenCV warpAffine, whose places are rounded to 1/32 of a pixel; here they are not. Chapter 6.1.',
    code: `cv2.warpAffine(image, np.float64({matrix}), ({width} or image.shape[1], {height} or image.shape[0]), ${warpFlags})`,
    words: warpWords,
  },
})
