import { defineNode } from '../../engine/graph/node.ts'
import { type Expr, expr, greater, greaterEqual, lessEqual, max, mul, type Operand } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { coverOf, opaque } from '../alpha.ts'
import { maskOf } from '../mask-of.ts'

const spaces = ['hsv', 'rgb', 'lab'] as const

/** 1 from `low` to `high`; where the circle is closed and low is above high, from low over the end to high. */
function within(v: Expr, low: number, high: number, circle: boolean): Expr {
  const above = greaterEqual(v, low)
  const below = lessEqual(v, high)
  return circle && low > high ? max(above, below) : mul(above, below)
}

/** The pixels whose three numbers all lie within bounds. RGB image (H, W, 3 | 4) in; mask (H, W) and its share out. */
export const inRange = defineNode({
  type: 'colour/in-range',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Select by colour',
  alias: 'cv2.inRange',
  keywords: [
    'mask',
    'hsv',
    'colour threshold',
    'chroma key',
    'green screen',
    'select',
    'segment',
    'hue',
    'find colour',
  ],
  summary: 'Marks the pixels whose colour lies between two bounds.',
  basic: true,
  inputs: { image: socket.image({ channels: [3, 4], spaces: ['rgb'] }) },
  params: {
    space: param.choice({
      default: 'hsv',
      of: spaces,
      names: { hsv: 'HSV', rgb: 'RGB', lab: 'Lab' },
      label: 'Colour space',
      help: 'HSV: hue 0 to 360, saturation and value 0 to 1. Lab: lightness 0 to 100, a and b about −128 to 128.',
    }),
    low: param.vector({
      default: [340, 0.5, 0.3],
      minLength: 3,
      maxLength: 3,
      label: 'From',
      help: 'The lower bound of each number. A hue may start above where it ends: 340 to 20 is red.',
    }),
    high: param.vector({
      default: [20, 1, 1],
      minLength: 3,
      maxLength: 3,
      label: 'To',
      help: 'The upper bound of each number; it counts as inside.',
    }),
  },
  outputs: {
    mask: socket.mask({ help: '1 where the colour lies within the bounds.' }),
    share: socket.number({ help: 'How much of the picture that is, 0 to 1.' }),
  },
  shape: ({ image }) => ({
    ...(image && { mask: { kind: 'mask', width: image.width, height: image.height } }),
    share: { kind: 'number' },
  }),
  run: async ({ image, space, low, high }, { ops, wants }) => {
    const colours = await ops.convertColour(await opaque(ops, image), { to: space })
    const planes = await Promise.all([0, 1, 2].map((index) => ops.channel(colours, { index })))
    const covers = image.alpha ? [await coverOf(ops, image)] : []
    const inside = (parts: readonly Expr[]): Operand =>
      parts
        .slice(0, 3)
        .reduce<Operand>(
          (all, v, c) => mul(all, within(v, low[c] ?? 0, high[c] ?? 0, space === 'hsv' && c === 0)),
          parts[3] ? greater(parts[3], 0) : 1,
        )
    const formula = image.alpha
      ? expr((a, b, c, cover) => inside([a, b, c, cover]))
      : expr((a, b, c) => inside([a, b, c]))
    const found = await ops.pointwise(...planes, ...covers, { formula, space: 'data', range: [0, 1] })
    const [channel] = wants('share') ? await ops.statistics(found, {}) : []
    return { mask: maskOf(found), ...(channel && { share: { kind: 'number', value: channel.mean ?? 0 } }) }
  },
  explain: {
    idea: 'A pixel is marked if each of its three numbers lies between two bounds. In HSV the hue stays nearly the same in light and shadow, so one range finds a colour in both; in RGB it does not.',
    formula: String.raw`M(p) = \prod_{c} \bigl[\,\param{low}{l}_c \le I_c(p) \le \param{high}{h}_c\,\bigr], \qquad \text{hue: } l \le H \text{ or } H \le h \text{ where } l > h`,
    reference: 'OpenCV inRange and cvtColor (float pictures); chapter 6.1. A pixel of opacity 0 is never marked.',
    code: {
      by: 'space',
      of: {
        hsv: 'h, s, v = cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2HSV)); low, high = {low}, {high}; hue = (h >= low[0]) & (h <= high[0]) if low[0] <= high[0] else (h >= low[0]) | (h <= high[0]); mask = np.float32(hue & (s >= low[1]) & (s <= high[1]) & (v >= low[2]) & (v <= high[2])); share = mask.mean()',
        rgb: 'mask = np.float32(cv2.inRange(image, np.float64({low}), np.float64({high})) / 255); share = mask.mean()',
        lab: 'mask = np.float32(cv2.inRange(cv2.cvtColor(image, cv2.COLOR_RGB2Lab), np.float64({low}), np.float64({high})) / 255); share = mask.mean()',
      },
    },
  },
})
