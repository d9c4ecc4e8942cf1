import { type Conversion, defineNode } from '../../engine/graph/node.ts'
import { convertedShape } from '../../engine/ops/colour/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { opaque, opaqueShape } from '../alpha.ts'

/** In the order in which converters are tried: to RGB first, for a node that takes several. */
const colours = ['rgb', 'gray', 'bgr', 'hsv', 'lab', 'linear', 'ycrcb'] as const
type Colour = (typeof colours)[number]

const names: Readonly<Record<Colour, string>> = {
  rgb: 'RGB',
  gray: 'Gray',
  bgr: 'BGR',
  hsv: 'HSV',
  lab: 'Lab',
  linear: 'Linear RGB',
  ycrcb: 'YCrCb',
}
const inSentence = (colour: Colour): string => (colour === 'gray' ? 'gray' : names[colour])

/** Only spaces of red, green and blue carry opacity. */
const hasAlpha = (colour: Colour): boolean => colour === 'rgb' || colour === 'bgr' || colour === 'linear'

/** Every conversion from one space to another, and the one that only drops opacity. */
function conversions(from: Colour, to: Colour): readonly Conversion[] {
  const conversion = (channels: number, given: number, alpha: 'keep' | 'drop', label: string): Conversion => ({
    from: { type: 'image', channels: [channels], spaces: [from] },
    to: { type: 'image', channels: [given], spaces: [to] },
    params: { to, alpha },
    label,
  })
  const label = `${inSentence(from)} → ${inSentence(to)}`
  const opaque = to === 'gray' ? 1 : 3
  const keeps = hasAlpha(from) && hasAlpha(to)
  if (from === to) return keeps ? [conversion(4, 3, 'drop', `${names[to]} without opacity`)] : []
  const plain = conversion(from === 'gray' ? 1 : 3, opaque, 'keep', label)
  if (!hasAlpha(from)) return [plain]
  if (!keeps) return [plain, conversion(4, opaque, 'keep', label)]
  return [plain, conversion(4, 4, 'keep', label), conversion(4, 3, 'drop', `${label} without opacity`)]
}

/** Converts the colour space. Image (H, W, 1 | 3 | 4) in any space but data in; (H, W, 1 | 3 | 4) out, see the op `convertColour`. */
export const convert = defineNode({
  type: 'colour/convert',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Convert colour',
  alias: 'cv2.cvtColor',
  keywords: [
    'color',
    'colour space',
    'grayscale',
    'grey',
    'greyscale',
    'hsv',
    'lab',
    'ycbcr',
    'bgr',
    'linear',
    'gamma',
  ],
  summary: 'Gives the same picture in another colour space.',
  basic: true,
  inputs: { image: socket.image({ spaces: colours }) },
  params: {
    to: param.choice({
      default: 'gray',
      of: colours,
      names,
      label: 'To',
      help: 'HSV: hue in degrees 0 to 360, saturation and value 0 to 1. Lab: lightness 0 to 100, a and b about −128 to 128. Linear RGB is proportional to light.',
    }),
    alpha: param.choice({
      default: 'keep',
      of: ['keep', 'drop'],
      names: { keep: 'Keep', drop: 'Take away' },
      label: 'Opacity',
      help: 'Only RGB, BGR and linear RGB can keep it. Where it is taken away, hidden colours show.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, to, alpha }) => {
    if (!image) return {}
    return { image: convertedShape(alpha === 'drop' ? opaqueShape(image) : image, to) }
  },
  run: async ({ image, to, alpha }, { ops }) => ({
    image: await ops.convertColour(alpha === 'drop' ? await opaque(ops, image) : image, { to }),
  }),
  converts: colours.flatMap((to) => colours.flatMap((from) => conversions(from, to))),
  explain: {
    idea: 'The three numbers of a colour can be told in other terms: how bright, which hue, how strong. Gray keeps only brightness, and counts green most, as the eye does.',
    formula: {
      by: 'to',
      of: {
        rgb: String.raw`(R, G, B) = f^{-1}(\text{the numbers given})`,
        gray: String.raw`Y = 0.299\,R + 0.587\,G + 0.114\,B`,
        bgr: `(c_0, c_1, c_2) = (B, G, R)`,
        hsv: String.raw`V = \max(R, G, B), \qquad S = \frac{V - m}{V}, \quad m = \min(R, G, B), \qquad H = \frac{60^\circ}{V - m} \cdot \begin{cases} G - B & V = R \\ 2\,(V - m) + B - R & V = G \\ 4\,(V - m) + R - G & V = B \end{cases}`,
        lab: String.raw`L = 116\,f(Y / Y_n) - 16, \qquad a = 500\,\bigl(f(X / X_n) - f(Y / Y_n)\bigr), \qquad b = 200\,\bigl(f(Y / Y_n) - f(Z / Z_n)\bigr), \qquad f(t) \approx \sqrt[3]{t}`,
        linear: String.raw`C' = \begin{cases} C / 12.92 & C \le 0.04045 \\ \left(\frac{C + 0.055}{1.055}\right)^{2.4} & \text{otherwise} \end{cases}`,
        ycrcb: String.raw`Y = 0.299\,R + 0.587\,G + 0.114\,B, \qquad C_r = 0.713\,(R - Y) + 0.5, \qquad C_b = 0.564\,(B - Y) + 0.5`,
      },
    },
    reference:
      "OpenCV, Color conversions (float pictures, D65 white, sRGB curve for Lab and linear RGB); chapter 6.1, 'Colour Spaces'. Lab follows the published formula; OpenCV's own float Lab is a table.",
    code: {
      by: 'to',
      of: {
        rgb: 'cv2.cvtColor(image, cv2.COLOR_BGR2RGB)',
        gray: 'cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)',
        bgr: 'cv2.cvtColor(image, cv2.COLOR_RGB2BGR)',
        hsv: 'cv2.cvtColor(image, cv2.COLOR_RGB2HSV)',
        lab: 'cv2.cvtColor(image, cv2.COLOR_RGB2Lab)',
        linear: 'np.where(image <= 0.04045, image / 12.92, ((image + 0.055) / 1.055) ** 2.4)',
        ycrcb: 'cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)',
      },
    },
  },
})
