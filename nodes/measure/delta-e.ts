import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import {
  abs,
  add,
  atan2,
  cos,
  div,
  type Expr,
  equal,
  exp,
  expr,
  greater,
  less,
  lessEqual,
  max,
  mul,
  type Operand,
  pow,
  select,
  sin,
  sqrt,
  sub,
} from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { coverOf, opaque, opaqueShape } from '../alpha.ts'

const kinds = ['1976', '2000'] as const
const circle = 2 * Math.PI
const rad = (degrees: number): number => (degrees * Math.PI) / 180
const square = (v: Operand): Expr => mul(v, v)
const length = (a: Operand, b: Operand): Expr => sqrt(add(square(a), square(b)))
/** √(C⁷ / (C⁷ + 25⁷)) */
const grayness = (chroma: Operand): Expr => {
  const seventh = pow(chroma, 7)
  return sqrt(div(seventh, add(seventh, 25 ** 7)))
}

type Planes = readonly [l: ImageValue, a: ImageValue, b: ImageValue]

async function planesOf(ops: Ops, image: ImageValue): Promise<Planes> {
  const lab = await ops.convertColour(await opaque(ops, image), { to: 'lab' })
  const [l, a, b] = await Promise.all([0, 1, 2].map((index) => ops.channel(lab, { index })))
  if (!l || !a || !b) throw new Error('three channels')
  return [l, a, b]
}

const data = { space: 'data', range: null } as const

const distance1976 = async (ops: Ops, [l, a, b]: Planes, [k, c, d]: Planes): Promise<ImageValue> => {
  const formula = expr((l, a, b, k, c, d) => sqrt(add(add(square(sub(l, k)), square(sub(a, c))), square(sub(b, d)))))
  return ops.pointwise(l, a, b, k, c, d, { formula, ...data })
}

/** @see Sharma, Wu and Dalal, 2005; in the steps of its section 2 */
async function distance2000(ops: Ops, [l1, a1, b1]: Planes, [l2, a2, b2]: Planes): Promise<ImageValue> {
  // 1 + G: how much a is stretched near gray.
  const stretch = await ops.pointwise(a1, b1, a2, b2, {
    formula: expr((a, b, c, d) => sub(1.5, mul(grayness(mul(add(length(a, b), length(c, d)), 0.5)), 0.5))),
    ...data,
  })
  const chroma = expr((a, b, s) => length(mul(a, s), b))
  const hue = expr((a, b, s) => {
    const angle = atan2(b, mul(a, s))
    return select(less(angle, 0), add(angle, circle), angle)
  })
  const [c1, c2, h1, h2] = await Promise.all([
    ops.pointwise(a1, b1, stretch, { formula: chroma, ...data }),
    ops.pointwise(a2, b2, stretch, { formula: chroma, ...data }),
    ops.pointwise(a1, b1, stretch, { formula: hue, ...data }),
    ops.pointwise(a2, b2, stretch, { formula: hue, ...data }),
  ])
  // Of a gray the hue says nothing.
  const apart = await ops.pointwise(h1, h2, c1, c2, {
    formula: expr((h, k, c, d) => {
      const turn = sub(k, h)
      const near = select(
        greater(turn, Math.PI),
        sub(turn, circle),
        select(less(turn, -Math.PI), add(turn, circle), turn),
      )
      return select(equal(mul(c, d), 0), 0, near)
    }),
    ...data,
  })
  const middle = await ops.pointwise(h1, h2, c1, c2, {
    formula: expr((h, k, c, d) => {
      const sum = add(h, k)
      const far = mul(select(less(sum, circle), add(sum, circle), sub(sum, circle)), 0.5)
      const mean = select(lessEqual(abs(sub(h, k)), Math.PI), mul(sum, 0.5), far)
      return select(equal(mul(c, d), 0), sum, mean)
    }),
    ...data,
  })
  return ops.pointwise(l1, l2, c1, c2, apart, middle, {
    formula: expr((l, k, c, d, turn, h) => {
      const [light, chroma] = [sub(mul(add(l, k), 0.5), 50), mul(add(c, d), 0.5)]
      const wave = (times: number, by: number, much: number): Expr => mul(cos(add(mul(h, times), rad(by))), much)
      const t = add(add(add(wave(1, -30, -0.17), 1), wave(2, 0, 0.24)), add(wave(3, 6, 0.32), wave(4, -63, -0.2)))
      const lightness = div(sub(k, l), add(div(mul(square(light), 0.015), sqrt(add(square(light), 20))), 1))
      const chromas = div(sub(d, c), add(mul(chroma, 0.045), 1))
      const hues = div(mul(mul(sqrt(mul(c, d)), 2), sin(mul(turn, 0.5))), add(mul(mul(chroma, 0.015), t), 1))
      const blue = mul(exp(mul(square(div(sub(h, rad(275)), rad(25))), -1)), rad(60))
      const rotated = mul(mul(sin(blue), mul(grayness(chroma), -2)), mul(chromas, hues))
      return sqrt(max(add(add(square(lightness), square(chromas)), add(square(hues), rotated)), 0))
    }),
    ...data,
  })
}

function shapeFor(image: ImageShape, other: ImageShape): ImageShape {
  const { range: _, ...shape } = pointwiseShape([opaqueShape(image), opaqueShape(other)], {})
  return { ...shape, channels: 1, space: 'data' }
}

/** How different the colours of two pictures look. RGB images (H, W, 3 | 4) in; ΔE (H, W, 1), its mean and its largest out. */
export const deltaE = defineNode({
  type: 'measure/delta-e',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Colour difference ΔE',
  alias: 'skimage.color.deltaE_ciede2000',
  keywords: ['delta e', 'deltaE', 'CIEDE2000', 'CIE76', 'Lab', 'perceptual', 'compare', 'distance', 'metric'],
  summary: 'Says for each pixel how different two colours look to the eye.',
  inputs: {
    image: socket.image({ channels: [3, 4], spaces: ['rgb'] }),
    other: socket.image({
      channels: [3, 4],
      spaces: ['rgb'],
      help: 'The picture to compare with, of the same size. Where either is fully transparent the difference is 0.',
    }),
  },
  params: {
    formula: param.choice({
      default: '2000',
      of: kinds,
      names: { '1976': 'CIE 1976', '2000': 'CIEDE2000' },
      label: 'Formula',
      help: '1976 is the plain distance in Lab; 2000 corrects it where the eye sees less, as among strong colours.',
    }),
  },
  outputs: {
    difference: socket.image({ channels: [1], help: 'About 1 is just seen side by side, 10 at a glance.' }),
    mean: socket.number({ help: 'The mean over all pixels.' }),
    maximum: socket.number({ help: 'The largest difference.' }),
  },
  shape: ({ image, other }) => ({
    ...(image && other && { difference: shapeFor(image, other) }),
    ...{ mean: { kind: 'number' }, maximum: { kind: 'number' } },
  }),
  run: async ({ image, other, formula }, { ops }) => {
    shapeFor(image, other)
    const [first, second] = await Promise.all([planesOf(ops, image), planesOf(ops, other)])
    let difference = await (formula === '1976' ? distance1976 : distance2000)(ops, first, second)
    for (const one of [image, other])
      if (one.alpha)
        difference = await ops.pointwise(difference, await coverOf(ops, one), {
          formula: expr((v, cover) => select(greater(cover, 0), v, 0)),
          ...data,
        })
    const [channel] = await ops.statistics(difference, {})
    // A single NaN must not make two pictures look alike.
    const broken = (channel?.nan ?? 0) + (channel?.infinite ?? 0) > 0
    const number = (value: number | null | undefined) =>
      ({ kind: 'number', value: broken ? Number.NaN : (value ?? Number.NaN) }) as const
    return { difference, mean: number(channel?.mean), maximum: number(channel?.max) }
  },
  explain: {
    idea: 'Lab is made so that equal distances look about equally different. The distance of two colours there is one number that says whether an eye would notice.',
    formula: {
      by: 'formula',
      of: {
        '1976': String.raw`\Delta E = \sqrt{(L_1 - L_2)^2 + (a_1 - a_2)^2 + (b_1 - b_2)^2}`,
        '2000': String.raw`\Delta E = \sqrt{\left(\frac{\Delta L'}{S_L}\right)^2 + \left(\frac{\Delta C'}{S_C}\right)^2 + \left(\frac{\Delta H'}{S_H}\right)^2 + R_T\, \frac{\Delta C'}{S_C}\, \frac{\Delta H'}{S_H}}`,
      },
    },
    reference:
      'G. Sharma, W. Wu and E. Dalal, The CIEDE2000 color-difference formula, 2005; skimage.color.deltaE_cie76 and deltaE_ciede2000.',
    code: {
      by: 'formula',
      of: {
        '1976':
          'difference = skimage.color.deltaE_cie76(skimage.color.rgb2lab(image), skimage.color.rgb2lab(other)); mean, maximum = difference.mean(), difference.max()',
        '2000':
          'difference = skimage.color.deltaE_ciede2000(skimage.color.rgb2lab(image), skimage.color.rgb2lab(other)); mean, maximum = difference.mean(), difference.max()',
      },
    },
  },
})
