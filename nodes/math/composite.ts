import { defineNode } from '../../engine/graph/node.ts'
import { add, div, type Expr, expr, greater, mul, select, sub } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { covered, coveredShape, opacityOf, opaque, opaqueShape } from '../alpha.ts'
import { sizedMask } from '../mask-of.ts'
import { sameSize } from '../same-size.ts'

/** How much of the upper and of the lower picture remains, from their opacities. */
const operators = {
  over: (_: Expr, above: Expr) => [1, sub(1, above)],
  in: (below: Expr) => [below, 0],
  out: (below: Expr) => [sub(1, below), 0],
  atop: (below: Expr, above: Expr) => [below, sub(1, above)],
  xor: (below: Expr, above: Expr) => [sub(1, below), sub(1, above)],
} as const
type Operator = keyof typeof operators
const names = Object.keys(operators) as readonly Operator[]

const spaces = ['gray', 'rgb', 'bgr', 'linear', 'data'] as const

/** Lays a picture with opacity over another. Images (H, W, C) in, C without opacity equal; (H, W, C + opacity) out. */
export const composite = defineNode({
  type: 'math/composite',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Composite',
  alias: 'PIL.Image.alpha_composite',
  keywords: ['over', 'Porter-Duff', 'alpha', 'opacity', 'layer', 'transparent', 'atop', 'xor', 'matte', 'merge'],
  summary: 'Lays one picture over another by their opacities.',
  inputs: {
    image: socket.image({ spaces, help: 'The picture below.' }),
    other: socket.image({ spaces, help: 'The picture on top.' }),
    mask: socket.mask({ optional: true, help: 'How much of the upper picture is there; times its own opacity.' }),
  },
  params: {
    operator: param.choice({
      default: 'over',
      of: names,
      names: {
        over: 'Over',
        in: 'In: the upper one where the lower one is',
        out: 'Out: the upper one where the lower one is not',
        atop: 'Atop: over, within the lower one',
        xor: 'Xor: where only one of them is',
      },
      label: 'Operator',
      help: 'Which parts of the two remain.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, other }) =>
    image && other
      ? { image: coveredShape({ ...image, alpha: true }, pointwiseShape([opaqueShape(image), opaqueShape(other)], {})) }
      : {},
  run: async ({ image, other: upper, mask, operator }, { ops, scale }) => {
    const other = await sameSize(ops, image, upper, scale)
    const [below, above] = await Promise.all([opaque(ops, image), opaque(ops, other)])
    const [under, own] = await Promise.all([opacityOf(ops, image), opacityOf(ops, other)])
    const over = mask
      ? await ops.pointwise(own, await sizedMask(ops, mask, image), {
          formula: expr((a, b) => mul(a, b)),
        })
      : own
    const weights = (ab: Expr, as: Expr) => {
      const [fa = 0, fb = 0] = operators[operator](ab, as)
      return [mul(as, fa), mul(ab, fb)] as const
    }
    const opacity = await ops.pointwise(under, over, {
      formula: expr((ab, as) => add(...weights(ab, as))),
      ...{ space: 'data', range: [0, 1] },
    })
    // A weight of 0 hides a colour, whatever it is.
    const weighed = (colour: Expr, weight: Expr): Expr => select(greater(weight, 0), mul(colour, weight), 0)
    const colours = await ops.pointwise(below, above, under, over, opacity, {
      formula: expr((cb, cs, ab, as, all) => {
        const [wa, wb] = weights(ab, as)
        return select(greater(all, 0), div(add(weighed(cs, wa), weighed(cb, wb)), all), 0)
      }),
    })
    return { image: await covered(ops, colours, opacity) }
  },
  explain: {
    idea: 'Each pixel has a colour and says how much of it is there. What the upper picture does not cover shows the lower one, and the opacities add up accordingly.',
    formula: {
      by: 'operator',
      of: {
        over: String.raw`\alpha = \alpha_s + \alpha_b\,(1 - \alpha_s), \qquad \alpha\,C = \alpha_s\,C_s + \alpha_b\,(1 - \alpha_s)\,C_b`,
        in: String.raw`\alpha = \alpha_s\,\alpha_b, \qquad C = C_s`,
        out: String.raw`\alpha = \alpha_s\,(1 - \alpha_b), \qquad C = C_s`,
        atop: String.raw`\alpha = \alpha_b, \qquad \alpha\,C = \alpha_s\,\alpha_b\,C_s + \alpha_b\,(1 - \alpha_s)\,C_b`,
        xor: String.raw`\alpha = \alpha_s\,(1 - \alpha_b) + \alpha_b\,(1 - \alpha_s), \qquad \alpha\,C = \alpha_s\,(1 - \alpha_b)\,C_s + \alpha_b\,(1 - \alpha_s)\,C_b`,
      },
    },
    reference:
      'T. Porter and T. Duff, Compositing Digital Images, 1984; W3C Compositing and Blending Level 1. Composited in the numbers given: convert to linear RGB first to mix light.',
    code: {
      by: 'operator',
      of: {
        over: 'a = mask[..., np.newaxis]; image = np.dstack([a * other + (1 - a) * image, np.ones_like(mask)])  # a: the opacity of the upper picture; the lower one is opaque',
        in: 'image = np.dstack([other * (mask[..., np.newaxis] > 0), mask])  # over an opaque picture',
        out: 'image = np.dstack([other * 0, mask * 0])  # over an opaque picture nothing remains',
        atop: 'a = mask[..., np.newaxis]; image = np.dstack([a * other + (1 - a) * image, np.ones_like(mask)])  # over an opaque picture, as over',
        xor: 'image = np.dstack([np.where(mask[..., np.newaxis] < 1, image, 0), 1 - mask])  # over an opaque picture the lower one remains',
      },
    },
  },
})
