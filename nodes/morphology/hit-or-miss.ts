import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { expr, greater, min, select } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'

/** Finds a pattern of bright and dark pixels. Mask or gray image (H, W, 1) in; 1 where the pattern fits, else 0, out. */
export const hitOrMiss = defineNode({
  type: 'morphology/hit-or-miss',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Hit-or-miss',
  alias: 'cv2.MORPH_HITMISS',
  keywords: ['morphology', 'morphologyEx', 'pattern', 'template', 'corner', 'isolated pixels', 'thinning', 'mask'],
  summary: 'Finds the places of a mask where a small pattern fits exactly.',
  inputs: { image: socket.image({ channels: [1], help: 'A mask: what is above 0.5 is bright, all else dark.' }) },
  params: {
    pattern: param.matrix({
      default: [
        [0, 1, 0],
        [-1, 1, 1],
        [-1, -1, 0],
      ],
      minSize: 1,
      maxSize: 31,
      odd: true,
      label: 'Pattern',
      help: '1: must be bright; -1: must be dark; 0: either. The first one finds lower left corners, [[-1,-1,-1],[-1,1,-1],[-1,-1,-1]] single pixels.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image }) => (image ? { image: { ...image, space: 'gray', alpha: false, range: [0, 1] } } : {}),
  run: async ({ image, pattern }, { ops }) => {
    if (!pattern.some((row) => row.some((v) => v !== 0)))
      throw unsupported('Hit-or-miss', 'a pattern of zeros', 'one that wants at least one pixel to be bright or dark')
    const to = { space: 'gray', range: [0, 1] } as const
    const eroded = async (sign: 1 | -1) => {
      const element = pattern.map((row) => row.map((v) => (Math.sign(v) === sign ? 1 : 0)))
      if (!element.some((row) => row.includes(1))) return undefined
      const formula = expr((v) => (sign === 1 ? select(greater(v, 0.5), 1, 0) : select(greater(v, 0.5), 0, 1)))
      // Beyond the edge anything goes: where nothing else is asked for, erosion gives infinity.
      return ops.morphology(await ops.pointwise(image, { formula, ...to }), { operation: 'erode', element })
    }
    const [bright, dark] = [await eroded(1), await eroded(-1)]
    const one = bright ?? dark
    const other = dark ?? bright
    if (!one || !other) return {}
    return { image: await ops.pointwise(one, other, { formula: expr((a, b) => min(min(a, b), 1)), ...to }) }
  },
  explain: {
    idea: 'The pattern is laid over every pixel. It is a hit where all that must be bright is bright and all that must be dark is dark: two erosions, one of the mask and one of its negative, that agree.',
    formula: String.raw`M' = (M \ominus E_{1}) \wedge (\neg M \ominus E_{-1}), \qquad E = \param{pattern}{\begin{bmatrix} e_{00} & \cdots \\ \vdots & \ddots \end{bmatrix}}`,
    reference: 'OpenCV morphologyEx with MORPH_HITMISS; Serra, "Image Analysis and Mathematical Morphology", 1982.',
    code: 'cv2.morphologyEx((image > 0.5).astype(np.uint8), cv2.MORPH_HITMISS, np.array({pattern}))',
  },
})
