import { defineNode } from '../../engine/graph/node.ts'
import { add, clamp, div, expr, floor, mul, select, sub } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { covered, coverOf, opaque } from '../alpha.ts'

/** Turns hues and changes saturation and value, through HSV. RGB image (H, W, 3 | 4) in, the same shape out. */
export const hueSaturation = defineNode({
  type: 'colour/hue-saturation',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Hue and saturation',
  alias: 'T.ColorJitter',
  keywords: ['hsv', 'colour', 'vibrance', 'desaturate', 'tint', 'shift', 'rotate', 'adjust_hue', 'augment'],
  summary: 'Turns all hues along the colour circle, and makes colours stronger or weaker.',
  basic: true,
  inputs: { image: socket.image({ channels: [3, 4], spaces: ['rgb'] }) },
  params: {
    hue: param.number({
      default: 30,
      min: -3600,
      max: 3600,
      soft: [-180, 180],
      step: 1,
      unit: '°',
      label: 'Hue',
      help: 'Added to every hue: red is at 0, green at 120, blue at 240; after 360 comes red again.',
    }),
    saturation: param.number({
      default: 1,
      min: 0,
      max: 100,
      soft: [0, 2],
      step: 0.01,
      label: 'Saturation',
      help: 'What the saturation is multiplied by: 0 leaves grays, 1 changes nothing.',
    }),
    value: param.number({
      default: 1,
      min: 0,
      max: 100,
      soft: [0, 2],
      step: 0.01,
      label: 'Value',
      help: 'What the value, the largest of red, green and blue, is multiplied by.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image }) => (image ? { image: pointwiseShape([image], { range: [0, 1] }) } : {}),
  run: async ({ image, hue, saturation, value }, { ops }) => {
    const hsv = await ops.convertColour(await opaque(ops, image), { to: 'hsv' })
    const turned = await ops.pointwise(hsv, {
      formula: expr((v) => {
        const angle = add(v, hue)
        const wrapped = sub(angle, mul(floor(div(angle, 360)), 360))
        return select([1, 0, 0], wrapped, clamp(mul(v, [1, saturation, value]), 0, 1))
      }),
    })
    const rgb = await ops.convertColour(turned, { to: 'rgb' })
    const made = image.alpha ? await covered(ops, rgb, await coverOf(ops, image)) : rgb
    return { image: { ...made, range: [0, 1] } }
  },
  explain: {
    idea: 'In HSV a colour is an angle on the colour circle, how strong it is, and how light. Each can be changed without the others.',
    formula: String.raw`H' = (H + \param{hue}{h}) \bmod 360^\circ, \qquad S' = \min(1,\ \param{saturation}{s}\,S), \qquad V' = \min(1,\ \param{value}{v}\,V)`,
    reference: 'OpenCV cvtColor, RGB to HSV (float pictures); torchvision adjust_hue, adjust_saturation.',
    code: 'hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV); h, s, v = cv2.split(hsv); hsv = np.float32(np.dstack([(h + {hue}) % 360, np.clip({saturation} * s, 0, 1), np.clip({value} * v, 0, 1)])); cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)',
  },
})
