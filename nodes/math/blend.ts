import { defineNode } from '../../engine/graph/node.ts'
import { abs, add, type Expr, expr, greater, max, min, mix, mul, select, sub } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { coverOf, opaque, opaqueShape } from '../alpha.ts'
import { sameSize } from '../same-size.ts'

const hardLight = (below: Expr, above: Expr): Expr =>
  select(greater(above, 0.5), sub(1, mul(2, mul(sub(1, below), sub(1, above)))), mul(2, mul(below, above)))

/** B(below, above) of each mode. */
const modes = {
  normal: (_: Expr, above: Expr): Expr => above,
  multiply: (below: Expr, above: Expr): Expr => mul(below, above),
  screen: (below: Expr, above: Expr): Expr => sub(add(below, above), mul(below, above)),
  overlay: (below: Expr, above: Expr): Expr => hardLight(above, below),
  'hard-light': hardLight,
  darken: (below: Expr, above: Expr): Expr => min(below, above),
  lighten: (below: Expr, above: Expr): Expr => max(below, above),
  add: (below: Expr, above: Expr): Expr => min(add(below, above), 1),
  difference: (below: Expr, above: Expr): Expr => abs(sub(below, above)),
} as const
type Mode = keyof typeof modes
const names = Object.keys(modes) as readonly Mode[]

/** Blends one picture over another. Images (H, W, C) float32 in, C equal or 1; (H, W, C), with the lower one's opacity, out. */
export const blend = defineNode({
  type: 'math/blend',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Blend',
  alias: 'cv2.addWeighted',
  keywords: ['mix', 'overlay', 'composite', 'layer', 'opacity', 'crossfade', 'multiply', 'screen', 'alpha'],
  summary: 'Lays one picture over another, as layers do.',
  basic: true,
  inputs: {
    image: socket.image({ help: 'The picture below.' }),
    other: socket.image({ help: 'The picture on top. Where it is transparent the lower one shows.' }),
  },
  params: {
    opacity: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      step: 0.01,
      label: 'Opacity',
      help: 'How much of the upper picture: 0 shows only the lower one, 1 only the blend.',
    }),
    mode: param.choice({
      default: 'normal',
      of: names,
      names: {
        normal: 'Normal',
        multiply: 'Multiply',
        screen: 'Screen',
        overlay: 'Overlay',
        'hard-light': 'Hard light',
        darken: 'Darken',
        lighten: 'Lighten',
        add: 'Add',
        difference: 'Difference',
      },
      label: 'Mode',
      help: 'How the two meet where the upper one is opaque.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, other }) => (image && other ? { image: pointwiseShape([image, opaqueShape(other)], {}) } : {}),
  run: async ({ image, other: upper, opacity, mode }, { ops, scale }) => {
    const other = await sameSize(ops, image, upper, scale)
    const blended = modes[mode]
    if (!other.alpha) {
      const formula = expr((below, above) => mix(below, blended(below, above), opacity))
      return { image: await ops.pointwise(image, other, { formula }) }
    }
    const [colours, cover] = await Promise.all([opaque(ops, other), coverOf(ops, other)])
    const formula = expr((below, above, cover) =>
      select(greater(cover, 0), mix(below, blended(below, above), mul(cover, opacity)), below),
    )
    return { image: await ops.pointwise(image, colours, cover, { formula }) }
  },
  explain: {
    idea: 'Every pixel of the result lies between the lower picture and what the mode makes of both; opacity says how far along.',
    formula: {
      by: 'mode',
      of: {
        normal: String.raw`I' = (1 - \param{opacity}{\alpha})\, I + \param{opacity}{\alpha}\, B(I, J), \qquad B = J`,
        multiply: String.raw`I' = (1 - \param{opacity}{\alpha})\, I + \param{opacity}{\alpha}\, B(I, J), \qquad B = I \cdot J`,
        screen: String.raw`I' = (1 - \param{opacity}{\alpha})\, I + \param{opacity}{\alpha}\, B(I, J), \qquad B = I + J - I \cdot J`,
        overlay: String.raw`I' = (1 - \param{opacity}{\alpha})\, I + \param{opacity}{\alpha}\, B(I, J), \qquad B = \begin{cases} 2\,I J & I \le \tfrac12 \\ 1 - 2\,(1 - I)(1 - J) & \text{otherwise} \end{cases}`,
        'hard-light': String.raw`I' = (1 - \param{opacity}{\alpha})\, I + \param{opacity}{\alpha}\, B(I, J), \qquad B = \begin{cases} 2\,I J & J \le \tfrac12 \\ 1 - 2\,(1 - I)(1 - J) & \text{otherwise} \end{cases}`,
        darken: String.raw`I' = (1 - \param{opacity}{\alpha})\, I + \param{opacity}{\alpha}\, B(I, J), \qquad B = \min(I, J)`,
        lighten: String.raw`I' = (1 - \param{opacity}{\alpha})\, I + \param{opacity}{\alpha}\, B(I, J), \qquad B = \max(I, J)`,
        add: String.raw`I' = (1 - \param{opacity}{\alpha})\, I + \param{opacity}{\alpha}\, B(I, J), \qquad B = \min(I + J,\ 1)`,
        difference: String.raw`I' = (1 - \param{opacity}{\alpha})\, I + \param{opacity}{\alpha}\, B(I, J), \qquad B = |I - J|`,
      },
    },
    reference:
      'W3C Compositing and Blending Level 1, sections 5.8 (source atop) and 10; OpenCV addWeighted for mode normal. Blended in the numbers given: convert both to linear RGB first to mix light.',
    code: {
      by: 'mode',
      of: {
        normal: 'cv2.addWeighted(image, 1 - {opacity}, other, {opacity}, 0)',
        multiply: '(1 - {opacity}) * image + {opacity} * (image * other)',
        screen: '(1 - {opacity}) * image + {opacity} * (image + other - image * other)',
        overlay:
          '(1 - {opacity}) * image + {opacity} * np.where(image > 0.5, 1 - 2 * (1 - image) * (1 - other), 2 * image * other)',
        'hard-light':
          '(1 - {opacity}) * image + {opacity} * np.where(other > 0.5, 1 - 2 * (1 - image) * (1 - other), 2 * image * other)',
        darken: '(1 - {opacity}) * image + {opacity} * np.minimum(image, other)',
        lighten: '(1 - {opacity}) * image + {opacity} * np.maximum(image, other)',
        add: '(1 - {opacity}) * image + {opacity} * np.minimum(image + other, 1)',
        difference: '(1 - {opacity}) * image + {opacity} * np.abs(image - other)',
      },
    },
  },
})
