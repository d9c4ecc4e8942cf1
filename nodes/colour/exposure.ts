import { defineNode } from '../../engine/graph/node.ts'
import { clamp, type Expr, expr, mul } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { decoded, encoded } from '../srgb.ts'

/** More or less light, in stops: sRGB to light, times 2^stops, and back. Image (H, W, C) in, the same shape out. */
export const exposure = defineNode({
  type: 'colour/exposure',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Exposure',
  keywords: ['EV', 'stops', 'light', 'brightness', 'brighten', 'darken', 'linear', 'aperture', 'shutter'],
  summary: 'Gives the picture more or less light, as a longer or shorter exposure does.',
  basic: true,
  inputs: { image: socket.image({ spaces: ['gray', 'rgb', 'bgr', 'linear'] }) },
  params: {
    stops: param.number({
      default: 0.5,
      min: -20,
      max: 20,
      soft: [-4, 4],
      step: 0.05,
      label: 'Stops',
      help: 'Each stop up is twice the light, each one down half of it.',
    }),
    clip: param.boolean({
      default: true,
      label: 'Keep within 0 to 1',
      help: 'What becomes lighter than white is lost, as on film. Off: it is kept.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, clip }) => (image ? { image: pointwiseShape([image], { range: clip ? [0, 1] : null }) } : {}),
  run: async ({ image, stops, clip }, { ops }) => {
    const lit = (v: Expr): Expr => mul(v, 2 ** stops)
    const formula = expr((v) => {
      const result = image.space === 'linear' ? lit(v) : encoded(lit(decoded(v)))
      return clip ? clamp(result, 0, 1) : result
    })
    return { image: await ops.pointwise(image, { formula, range: clip ? [0, 1] : null }) }
  },
  explain: {
    idea: 'The numbers of a picture are not proportional to light. They are turned into light, multiplied, and turned back, so the result is what a camera would have given.',
    formula: String.raw`y = f^{-1}\bigl(2^{\param{stops}{s}}\,f(x)\bigr), \qquad f(x) = \begin{cases} x / 12.92 & x \le 0.04045 \\ \left(\frac{x + 0.055}{1.055}\right)^{2.4} & \text{otherwise} \end{cases}`,
    reference: 'IEC 61966-2-1 (sRGB). A linear picture is only multiplied.',
    code: {
      by: 'clip',
      of: {
        true: 'light = 2 ** {stops} * np.where(image <= 0.04045, image / 12.92, ((image + 0.055) / 1.055) ** 2.4); np.clip(np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055), 0, 1)',
        false:
          'light = 2 ** {stops} * np.where(image <= 0.04045, image / 12.92, ((image + 0.055) / 1.055) ** 2.4); np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)',
      },
    },
    laws: [{ change: { stops: 'up' }, measure: 'mean', expect: 'up' }],
  },
})
