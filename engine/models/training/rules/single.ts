/** Functions of single numbers, and sums, differences, products and quotients of two tensors. */
import type { Attribute } from '../../../values/layers/layer.ts'
import { NoGradientError, type Recorded, type Rule, type Tape } from '../tape.ts'
import { axisOf, broadcast, first, minus, plus, scaled, sum, summedTo, times } from './rule.ts'

/** dy/dx from the input, the output and the gradient of the output. */
type Derivative = (tape: Tape, gradient: string, x: string, y: string, node: Recorded) => string

const single = (type: string, derivative?: Derivative): Rule => ({
  type,
  shapes: first,
  ...(derivative && {
    backward: (tape: Tape, node: Recorded, gradient: string) => [
      derivative(tape, gradient, node.inputs[0] ?? '', node.outputs[0] ?? '', node),
    ],
  }),
})

const one = (tape: Tape, type: string, x: string, attributes?: Readonly<Record<string, Attribute>>): string =>
  tape.operator(type, [x], attributes)

/** 1 where low < x < high, else 0. */
function between(tape: Tape, x: string, low: string, high: string): string {
  const inside = tape.operator('And', [tape.operator('Greater', [x, low]), tape.operator('Less', [x, high])])
  return tape.operator('Cast', [inside], { to: 1 })
}

/** dx = dy y′ where y′ is made of y alone. */
const ofOutput =
  (of: (tape: Tape, y: string) => string): Derivative =>
  (tape, gradient, _, y) =>
    times(tape, gradient, of(tape, y))

const pair = (
  type: string,
  backward: (tape: Tape, gradient: string, inputs: readonly [string, string], y: string) => readonly [Made, Made],
): Rule => ({
  type,
  shapes: (tape, [a = '', b = '']) => [broadcast(tape.shape(a), tape.shape(b))],
  backward(tape, { inputs: [a = '', b = ''], outputs: [y = ''] }, gradient, wants) {
    const made = backward(tape, gradient, [a, b], y)
    return [a, b].map((input, i) => (wants(i) ? summedTo(tape, made[i]?.() ?? '', tape.shape(input)) : undefined))
  },
})

/** Made when it is wanted. */
type Made = () => string

const compared = (type: string): Rule => ({
  type,
  shapes: (tape, [a = '', b = '']) => [broadcast(tape.shape(a), tape.shape(b))],
})

/** y (dy − Σ dy y) */
const softmaxBack: Derivative = (tape, gradient, x, y, { attributes }) => {
  const weighted = times(tape, gradient, y)
  const total = sum(tape, weighted, [axisOf(attributes, tape.shape(x), -1)])
  return minus(tape, weighted, times(tape, y, total))
}

/** dy − softmax Σ dy */
const logSoftmaxBack: Derivative = (tape, gradient, x, y, { attributes }) => {
  const total = sum(tape, gradient, [axisOf(attributes, tape.shape(x), -1)])
  return minus(tape, gradient, times(tape, one(tape, 'Exp', y), total))
}

/** Φ(x) + x φ(x) */
const geluBack: Derivative = (tape, gradient, x) => {
  const area = scaled(tape, plus(tape, one(tape, 'Erf', scaled(tape, x, Math.SQRT1_2)), tape.number(1)), 0.5)
  const density = scaled(tape, one(tape, 'Exp', scaled(tape, times(tape, x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
  return times(tape, gradient, plus(tape, area, times(tape, x, density)))
}

export const singleRules: readonly Rule[] = [
  single('Identity', (_, gradient) => gradient),
  // y is 0 or above it: its sign is the derivative, made in fewer passes than by Where.
  single('Relu', (tape, gradient, _, y) => times(tape, gradient, tape.operator('Sign', [y]))),
  single('LeakyRelu', (tape, gradient, x, _, { attributes: { alpha } }) => {
    const slope = (alpha as { float: number } | undefined)?.float ?? 0.01
    const below = scaled(tape, gradient, slope)
    return tape.operator('Where', [tape.operator('Greater', [x, tape.number(0)]), gradient, below])
  }),
  // eˣ − 1 below 0: its derivative is y + 1.
  single('Elu', (tape, gradient, _, y) => {
    const below = times(tape, gradient, plus(tape, y, tape.number(1)))
    return tape.operator('Where', [tape.operator('Greater', [y, tape.number(0)]), gradient, below])
  }),
  single(
    'Sigmoid',
    ofOutput((tape, y) => minus(tape, y, times(tape, y, y))),
  ),
  single(
    'Tanh',
    ofOutput((tape, y) => minus(tape, tape.number(1), times(tape, y, y))),
  ),
  single(
    'Exp',
    ofOutput((_, y) => y),
  ),
  single('Log', (tape, gradient, x) => tape.operator('Div', [gradient, x])),
  single('Sqrt', (tape, gradient, _, y) => tape.operator('Div', [scaled(tape, gradient, 0.5), y])),
  single('Neg', (tape, gradient) => one(tape, 'Neg', gradient)),
  single('Abs', (tape, gradient, x) => times(tape, gradient, one(tape, 'Sign', x))),
  // log(1 + eˣ)
  single('Softplus', (tape, gradient, x) => times(tape, gradient, one(tape, 'Sigmoid', x))),
  single('Erf'),
  single('Sign'),
  single('Cast'),
  single('Gelu', geluBack),
  {
    type: 'Clip',
    shapes: first,
    backward: (tape, { inputs: [x = '', low = '', high = ''] }, gradient) => [
      times(tape, gradient, between(tape, x, low, high)),
    ],
  },
  single('HardSigmoid', (tape, gradient, _, y, { attributes: { alpha } }) => {
    const inside = between(tape, y, tape.number(0), tape.number(1))
    return times(tape, gradient, scaled(tape, inside, (alpha as { float: number } | undefined)?.float ?? 0.2))
  }),
  // x h(x), h from 0 to 1 between -3 and 3: h + x / 6 between, h elsewhere.
  single('HardSwish', (tape, gradient, x) => {
    const own = one(tape, 'HardSigmoid', x, { alpha: { float: 1 / 6 }, beta: { float: 0.5 } })
    const inside = between(tape, x, tape.number(-3), tape.number(3))
    return times(tape, gradient, plus(tape, own, times(tape, inside, scaled(tape, x, 1 / 6))))
  }),
  single('Softmax', softmaxBack),
  single('LogSoftmax', logSoftmaxBack),
  pair('Add', (_, gradient) => [() => gradient, () => gradient]),
  pair('Sub', (tape, gradient) => [() => gradient, () => one(tape, 'Neg', gradient)]),
  pair('Mul', (tape, gradient, [a, b]) => [() => times(tape, gradient, b), () => times(tape, gradient, a)]),
  pair('Div', (tape, gradient, [, b], y) => [
    () => tape.operator('Div', [gradient, b]),
    () => one(tape, 'Neg', tape.operator('Div', [times(tape, gradient, y), b])),
  ]),
  // The exponent is a constant.
  pair('Pow', (tape, gradient, [a, b]) => [
    () => times(tape, gradient, times(tape, b, tape.operator('Pow', [a, minus(tape, b, tape.number(1))]))),
    () => {
      throw new NoGradientError('there is no gradient of an exponent')
    },
  ]),
  {
    type: 'Where',
    shapes: (tape, [condition = '', a = '', b = '']) => [
      broadcast(tape.shape(condition), broadcast(tape.shape(a), tape.shape(b))),
    ],
    backward(tape, { inputs: [condition = '', a = '', b = ''] }, gradient, wants) {
      const part = (own: string, other: string): string => tape.operator('Where', [condition, own, other])
      const none = tape.number(0)
      return [
        undefined,
        wants(1) ? summedTo(tape, part(gradient, none), tape.shape(a)) : undefined,
        wants(2) ? summedTo(tape, part(none, gradient), tape.shape(b)) : undefined,
      ]
    },
  },
  ...['Greater', 'Less', 'Equal', 'And'].map(compared),
]
