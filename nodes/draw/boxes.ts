import { defineNode } from '../../engine/graph/node.ts'
import type { Expr } from '../../engine/ops/expr.ts'
import { equal, expr, mul, round, select } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { boxesOf } from '../../engine/values/boxes.ts'
import { socket } from '../../engine/values/sockets.ts'
import { boxColours, drawOutlines, type Outline } from '../outlines.ts'

const coloursOf = [...boxColours, [0, 0, 0]].map((colour) => colour.map((v) => v / 255))

/**
 * Draws boxes into a picture: outlines in the colour of their class, with name and score. RGB image (H, W, 3) and boxes in; image out.
 * Boxes of a picture of another size are scaled along. The lines are those of cv2.rectangle, LINE_8.
 */
export const drawBoxes = defineNode({
  type: 'draw/boxes',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Draw boxes',
  alias: 'cv2.rectangle',
  keywords: ['bounding box', 'detection', 'annotate', 'overlay', 'label', 'putText', 'rectangle', 'burn in'],
  summary: 'Draws boxes into the picture itself, with names and scores.',
  inputs: { image: socket.image({ channels: [3], spaces: ['rgb'] }), boxes: socket.boxes() },
  params: {
    thickness: param.integer({
      default: 2,
      min: 1,
      max: 64,
      soft: [1, 12],
      unit: 'px',
      label: 'Thickness',
      help: 'Of the lines, as OpenCV counts it: 1 is one pixel, 2 three, 3 and 4 five.',
    }),
    labels: param.boolean({
      default: true,
      label: 'Names',
      help: 'Writes the name and the score at each box, in capitals.',
    }),
    dot: param.integer({
      default: 2,
      min: 1,
      max: 32,
      soft: [1, 8],
      unit: 'px',
      label: 'Letter size',
      help: 'Side of a dot; a letter has 5 × 7 dots.',
      when: { param: 'labels', is: [true] },
    }),
  },
  outputs: { image: socket.image().like('image') },
  run: async ({ image, boxes, thickness, labels, dot }, { ops }) => {
    const { width, height } = image
    const [sx, sy] = [width / Math.max(1, boxes.width), height / Math.max(1, boxes.height)]
    const found = await boxesOf(boxes, async (part) => {
      const numbers = await ops.read(part, {})
      return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)
    })
    // The best on top.
    const outlines = found.toReversed().flatMap(({ box, score, class: id, name }): Outline[] => {
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = box.map((v, i) => Math.round(v * (i % 2 === 0 ? sx : sy)))
      if (![x0, y0, x1, y1].every(Number.isFinite)) return []
      const label = labels ? `${name} ${score.toFixed(2)}` : ''
      return [{ box: [x0, y0, x1, y1], colour: Math.abs(id), label }]
    })
    const data = drawOutlines(width, height, outlines, { thickness, dot })
    const drawn = await ops.fromPicture({ width, height, channels: 1, depth: 8, data })
    const formula = expr((a: Expr, b: Expr) =>
      coloursOf.reduce<Expr>((under, colour, i) => select(equal(round(mul(b, 255)), i + 1), [...colour], under), a),
    )
    return { image: await ops.pointwise(image, drawn, { formula }) }
  },
  explain: {
    idea: 'Each box is four lines of pixels that get the colour of its class. What was there is lost: use it for pictures that leave Sightline, as the viewer shows boxes over the picture without touching it.',
    reference: 'OpenCV rectangle; letters of 5 × 7 dots of our own.',
    code: 'for box, score, id in zip(boxes, scores, classes): x0, y0, x1, y1 = np.rint(box).astype(int); cv2.rectangle(image, (x0, y0), (x1, y1), colours[id % 7], {thickness})',
  },
})
