import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { requireSameSize } from '../../engine/ops/check.ts'
import { add, div, expr, max, mul, sub } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filledColours, filterColours } from '../alpha.ts'
import { borderParam, borderWords } from '../border.ts'
import { asData } from '../derivatives.ts'

/** q = mean(a)·I + mean(b), where a·I + b is the line through picture p and guide I in every window. */
async function guidedBy(
  ops: Ops,
  p: ImageValue,
  guide: ImageValue,
  { radius, epsilon, border }: { radius: number; epsilon: number; border: Parameters<Ops['box']>[1]['border'] },
): Promise<ImageValue> {
  const side = 2 * radius + 1
  const mean = (image: ImageValue) => ops.box(image, { width: side, height: side, border })
  const product = (a: ImageValue, b: ImageValue) =>
    ops.pointwise(a, b, { formula: expr((u, v) => mul(u, v)), ...asData })
  const same = p === guide
  const means = await mean(p)
  const guides = same ? means : await mean(guide)
  const squares = await mean(await product(guide, guide))
  const products = same ? squares : await mean(await product(p, guide))
  // A variance, which rounding may make negative; the slope of the line.
  const a = await ops.pointwise(products, means, guides, squares, {
    formula: expr((pi, m, g, ii) => div(sub(pi, mul(m, g)), add(max(sub(ii, mul(g, g)), 0), epsilon))),
    ...asData,
  })
  const b = await ops.pointwise(means, a, guides, { formula: expr((m, slope, g) => sub(m, mul(slope, g))), ...asData })
  const { space, range } = p
  return ops.pointwise(await mean(a), guide, await mean(b), {
    formula: expr((slope, g, offset) => add(mul(slope, g), offset)),
    space,
    range: range ?? null,
  })
}

/** Smooths a picture along the edges of a guide. Image (H, W, C) float32 in, the same shape out. */
export const guided = defineNode({
  type: 'filter/guided',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Guided filter',
  alias: 'cv2.ximgproc.guidedFilter',
  keywords: ['edge preserving', 'smooth', 'denoise', 'matting', 'refine mask', 'depth', 'He', 'haze'],
  summary: 'Smooths and keeps edges, its own or those of another picture.',
  inputs: {
    image: socket.image(),
    guide: socket.image({
      optional: true,
      channels: [1],
      help: 'Whose edges are kept, in gray: the photograph for a mask or a depth map. Not wired: each channel by itself.',
    }),
  },
  params: {
    radius: param.integer({
      default: 4,
      min: 1,
      max: 255,
      soft: [1, 32],
      unit: 'px',
      label: 'Radius',
      help: 'Of the square windows. It costs no time.',
    }),
    epsilon: param.number({
      default: 0.01,
      min: 1e-5,
      max: 1000,
      soft: [1e-4, 0.2],
      step: 1e-4,
      label: 'Epsilon',
      help: 'What varies less than this, as a variance, is smoothed; 0.01 is a contrast of 0.1.',
    }),
    border: borderParam,
  },
  outputs: { image: socket.image().like('image') },
  shape: ({ image, guide }) => {
    if (image && guide) requireSameSize(image, guide)
    return image ? { image } : {}
  },
  run: async ({ image, guide, radius, epsilon, border }, { ops }) => {
    if (guide) requireSameSize(image, guide)
    const over = guide && (await filledColours(ops, guide, radius))
    return {
      image: await filterColours(ops, image, 2 * radius, (colours) =>
        guidedBy(ops, colours, over ?? colours, { radius, epsilon, border }),
      ),
    }
  },
  explain: {
    idea: 'In every window the picture is replaced by the best straight line over the guide. Where the guide hardly varies, the line is flat and the picture becomes its average; at an edge of the guide the line is steep, and the edge stays.',
    formula: String.raw`a = \frac{\operatorname{cov}(I, p)}{\operatorname{var}(I) + \param{epsilon}{\epsilon}}, \quad b = \bar p - a \bar I, \quad q = \bar a\, I + \bar b, \qquad r = \param{radius}{r}`,
    reference:
      'He, Sun and Tang, "Guided Image Filtering", ECCV 2010 (gray guide; without one, I is the picture itself); OpenCV blur.',
    code: 'I = guide[..., None] + 0.0 * image; {border:first}mean = lambda x: cv2.blur(np.float64(x), (2 * {radius} + 1,) * 2{border}); a = (mean(I * image) - mean(I) * mean(image)) / (mean(I * I) - mean(I) ** 2 + {epsilon}); image = (mean(a) * I + mean(mean(image) - a * mean(I))){border:crop}',
    words: {
      ...borderWords,
      'border:first': {
        ...borderWords['border:first'],
        wrap: 'h, w = image.shape[:2]; image, I = (cv2.copyMakeBorder(x, h, h, w, w, cv2.BORDER_WRAP) for x in (image, I)); ',
      },
    },
    laws: [{ change: { epsilon: 'up' }, measure: 'variance', expect: 'down' }],
  },
})
