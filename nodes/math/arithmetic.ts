import { defineNode } from '../../engine/graph/node.ts'
import { abs, add, clamp, div, type Expr, expr, max, min, mul, type Operand, sub } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import type { ColourSpace } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { sameSize } from '../same-size.ts'

const operations = {
  add,
  subtract: sub,
  multiply: mul,
  divide: div,
  minimum: min,
  maximum: max,
  difference: (a: Operand, b: Operand): Expr => abs(sub(a, b)),
} as const
type Operation = keyof typeof operations
const names = Object.keys(operations) as readonly Operation[]

/** Values below 0 or unbounded are not colours any more, unless clipped to 0..1. */
function meaning(
  operation: Operation,
  clip: boolean,
): { space?: ColourSpace; range?: readonly [number, number] | null } {
  if (clip) return { range: [0, 1] }
  return operation === 'subtract' || operation === 'divide' ? { space: 'data', range: null } : {}
}

/** Arithmetic of two pictures, or of a picture and a number. Images (H, W, C) float32 in, C equal or 1; (H, W, C) out. */
export const arithmetic = defineNode({
  type: 'math/arithmetic',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Arithmetic',
  alias: 'cv2.add, cv2.subtract, cv2.multiply',
  keywords: [
    'plus',
    'minus',
    'times',
    'divide',
    'brightness',
    'contrast',
    'absdiff',
    'min',
    'max',
    'calculate',
    'mask',
  ],
  summary: 'Adds, subtracts, multiplies ... two pictures, or a picture and a number.',
  inputs: {
    image: socket.image(),
    other: socket.image({
      optional: true,
      help: 'The second picture. Without it the number below is taken. Where both have opacity, that of the first stays, and the hidden colours of this one count.',
    }),
  },
  params: {
    operation: param.choice({
      default: 'add',
      of: names,
      names: {
        add: 'Add (+)',
        subtract: 'Subtract (−)',
        multiply: 'Multiply (×)',
        divide: 'Divide (÷)',
        minimum: 'Smaller of both',
        maximum: 'Larger of both',
        difference: 'Difference, without sign',
      },
      label: 'Operation',
      help: 'Multiplying by a mask of 0 and 1 cuts a picture out.',
    }),
    value: param.number({
      default: 0.1,
      min: -1e6,
      max: 1e6,
      soft: [-1, 2],
      step: 0.01,
      label: 'Number',
      help: 'Taken where no second picture is wired.',
    }),
    clip: param.boolean({
      default: false,
      label: 'Keep within 0 to 1',
      help: 'As pictures of whole numbers do by themselves. Off: negative numbers and those above 1 are kept.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, other, operation, clip }) =>
    image ? { image: pointwiseShape(other ? [image, other] : [image], meaning(operation, clip)) } : {},
  run: async ({ image, other, operation, value, clip }, { ops, scale }) => {
    const apply = (a: Operand, b: Operand): Expr => {
      const result = operations[operation](a, b)
      return clip ? clamp(result, 0, 1) : result
    }
    const result = meaning(operation, clip)
    if (other) {
      const second = await sameSize(ops, image, other, scale)
      return { image: await ops.pointwise(image, second, { formula: expr((a, b) => apply(a, b)), ...result }) }
    }
    return { image: await ops.pointwise(image, { formula: expr((a) => apply(a, value)), ...result }) }
  },
  explain: {
    idea: 'Pictures are numbers, so they can be calculated with, pixel by pixel. Adding brightens, multiplying changes contrast, the difference of two shows what has changed.',
    formula: {
      by: 'operation',
      of: {
        add: String.raw`I'(p) = I(p) + J(p), \qquad J = \param{value}{v}\ \text{where no picture is wired}`,
        subtract: String.raw`I'(p) = I(p) - J(p), \qquad J = \param{value}{v}\ \text{where no picture is wired}`,
        multiply: String.raw`I'(p) = I(p) \cdot J(p), \qquad J = \param{value}{v}\ \text{where no picture is wired}`,
        divide: String.raw`I'(p) = I(p) / J(p), \qquad J = \param{value}{v}\ \text{where no picture is wired}`,
        minimum: String.raw`I'(p) = \min(I(p), J(p)), \qquad J = \param{value}{v}\ \text{where no picture is wired}`,
        maximum: String.raw`I'(p) = \max(I(p), J(p)), \qquad J = \param{value}{v}\ \text{where no picture is wired}`,
        difference: String.raw`I'(p) = |I(p) - J(p)|, \qquad J = \param{value}{v}\ \text{where no picture is wired}`,
      },
    },
    reference:
      'OpenCV add, subtract, multiply, divide, min, max, absdiff for float pictures: nothing is clipped unless asked for, x / 0 is infinite.',
    code: {
      by: 'operation',
      of: {
        add: 'cv2.add(image, other)  # without a second picture: image + {value}',
        subtract: 'cv2.subtract(image, other)  # without a second picture: image - {value}',
        multiply: 'cv2.multiply(image, other)  # without a second picture: image * {value}',
        divide: 'cv2.divide(image, other)  # without a second picture: image / {value}',
        minimum: 'cv2.min(image, other)  # without a second picture: cv2.min(image, {value})',
        maximum: 'cv2.max(image, other)  # without a second picture: cv2.max(image, {value})',
        difference: 'cv2.absdiff(image, other)  # without a second picture: np.abs(image - {value})',
      },
    },
    laws: [
      { change: { value: 'up' }, measure: 'mean', expect: 'up' },
      { change: { value: 'up' }, measure: 'variance', expect: 'same' },
    ],
  },
})
