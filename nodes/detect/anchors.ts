import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type AnchorLevel, anchorCount, anchorsOf } from '../anchors.ts'
import { boxesFrom } from '../boxes.ts'

/** More are of no use to anybody, and would take long to draw. */
const most = 500_000

/** The grids over a picture. The sizes are shared out evenly: the first ones belong to the first stride. */
function levelsOver(
  { width, height }: { readonly width: number; readonly height: number },
  strides: readonly number[],
  sizes: readonly number[],
): readonly AnchorLevel[] {
  const each = sizes.length / strides.length
  if (!Number.isInteger(each))
    throw new SightlineError('param.invalid', {
      param: 'sizes',
      given: `${sizes.length} numbers`,
      wanted: `as many for each of the ${strides.length} strides`,
    })
  return strides.map((stride, i) => ({
    across: Math.ceil(width / stride),
    down: Math.ceil(height / stride),
    ...{ strideX: stride, strideY: stride },
    sizes: sizes.slice(i * each, (i + 1) * each),
  }))
}

/** The cell in the middle of a grid alone, as a level of one cell that starts there. */
function middleOf(level: AnchorLevel, ratios: readonly number[]): Float32Array {
  const [x, y] = [Math.floor(level.across / 2) * level.strideX, Math.floor(level.down / 2) * level.strideY]
  return anchorsOf([{ ...level, across: 1, down: 1 }], ratios).map((side, i) => side + (i % 2 === 0 ? x : y))
}

/**
 * The anchors of a detector over a picture. Image (H, W, C) in; boxes (N, 4) in its pixels out, level by level, each with its stride as
 * class and a score of 1. Made as by torchvision's AnchorGenerator, for grids of ⌈H / stride⌉ × ⌈W / stride⌉ cells.
 */
export const anchors = defineNode({
  type: 'detect/anchors',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Anchors',
  alias: 'torchvision AnchorGenerator',
  keywords: [
    'anchor boxes',
    'prior boxes',
    'default boxes',
    'RPN',
    'Faster R-CNN',
    'RetinaNet',
    'SSD',
    'grid',
    'detector',
  ],
  summary: 'Shows the boxes from which a detector starts, at every cell of its grids.',
  inputs: { image: socket.image({ help: 'The picture as the network is shown it.' }) },
  params: {
    strides: param.vector({
      default: [32, 64, 128],
      minLength: 1,
      maxLength: 8,
      label: 'Strides',
      help: 'Pixels from one cell to the next, of each grid: 1 to 1024.',
    }),
    sizes: param.vector({
      default: [64, 128, 256],
      minLength: 1,
      maxLength: 32,
      label: 'Sizes',
      help: 'Sides of a square anchor in pixels, as many for each grid: the first ones are for the first stride.',
    }),
    ratios: param.vector({
      default: [0.5, 1, 2],
      minLength: 1,
      maxLength: 16,
      label: 'Ratios',
      help: 'Height by width. All anchors of one size have the same area.',
    }),
    cells: param.choice({
      default: 'all',
      of: ['all', 'middle'],
      names: { all: 'All cells', middle: 'The cell in the middle' },
      label: 'Shown',
      help: 'The anchors of one cell of each grid are easier to look at.',
    }),
  },
  outputs: { boxes: socket.boxes({ over: 'image' }) },
  shape: ({ image }) => (image ? { boxes: { kind: 'boxes', width: image.width, height: image.height } } : {}),
  run: async ({ image, strides, sizes, ratios, cells }, { ops }) => {
    for (const [param, values] of Object.entries({ strides, sizes, ratios })) {
      const low = param === 'strides' ? 1 : 0
      if (values.some((value) => value < low || value === 0))
        throw new SightlineError('param.invalid', {
          param,
          given: `[${values.join(', ')}]`,
          wanted: low ? 'numbers from 1 on' : 'numbers above 0',
        })
    }
    const levels = levelsOver(image, strides, sizes)
    const count = anchorCount(levels, ratios.length)
    if (count > most)
      throw new SightlineError('param.invalid', {
        param: 'strides',
        given: `[${strides.join(', ')}], which makes ${count} anchors`,
        wanted: `larger ones: at most ${most} anchors`,
      })
    const each = levels.map((level) =>
      Array.from(cells === 'all' ? anchorsOf([level], ratios) : middleOf(level, ratios)),
    )
    const classes = each.flatMap((boxes, level) => Array.from({ length: boxes.length / 4 }, () => level))
    const candidates = { boxes: each.flat(), scores: classes.map(() => 1), classes }
    const names = strides.map((stride) => `stride ${stride}`)
    return { boxes: await boxesFrom(candidates, { width: image.width, height: image.height, names }, ops) }
  },
  explain: {
    idea: 'A detector does not search: it has boxes of a few sizes and shapes laid over the picture beforehand, the same ones at every cell of a grid, and only learns which of them hold something and how to move them onto it.',
    formula: String.raw`w = s / \sqrt{a}, \quad h = s\,\sqrt{a}, \quad (x, y) = (i\,d,\ j\,d), \quad s \in \param{sizes}{S},\ a \in \param{ratios}{A},\ d \in \param{strides}{D}`,
    reference: 'torchvision AnchorGenerator; Faster R-CNN (Ren et al. 2015), SSD (Liu et al. 2016); chapter 6.3.',
    code: 'torchvision.models.detection.anchor_utils.AnchorGenerator(tuple((size,) for size in {sizes}), (tuple({ratios}),) * len({sizes})).cell_anchors',
  },
})
