/**
 * Point-wise formulas: `expr((a, b) => mix(a, b, 0.5))` is a small tree, which the device runs as one pass over the pixels
 * and which explanations take apart. A number is a constant; a list of numbers has one for each channel.
 */

/** To the nearest whole number, halves to even, as IEEE rounds. */
export function roundEven(v: number): number {
  const floor = Math.floor(v)
  const rest = v - floor
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1
}

/** As in IEEE 754 and NumPy, where JavaScript gives NaN: 1 to any power is 1, and so is −1 to an infinite one. */
const power = (a: number, b: number): number =>
  a === 1 || (a === -1 && (b === Infinity || b === -Infinity)) ? 1 : a ** b

/**
 * The angle of (x, y) in radians, −π to π, by the rule of cv2.phase: −0 counts as 0, so the origin has the angle 0, and two
 * infinities have none (NaN).
 */
export function angle(y: number, x: number): number {
  const bothEndless = Math.abs(x) === Infinity && Math.abs(y) === Infinity
  return bothEndless ? Number.NaN : Math.atan2(y + 0, x + 0)
}

const oneIf = (condition: boolean): number => (condition ? 1 : 0)

/** The functions of numbers, in the order of their codes in pointwise/kernel.as.ts. */
export const functions = {
  copy: (a: number) => a,
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  divide: (a: number, b: number) => a / b,
  minimum: (a: number, b: number) => Math.min(a, b),
  maximum: (a: number, b: number) => Math.max(a, b),
  absolute: (a: number) => Math.abs(a),
  negative: (a: number) => -a,
  squareRoot: (a: number) => Math.sqrt(a),
  power,
  exponential: (a: number) => Math.exp(a),
  logarithm: (a: number) => Math.log(a),
  clamp: (a: number, low: number, high: number) => {
    const raised = a < low ? low : a
    return high < raised ? high : raised
  },
  less: (a: number, b: number) => oneIf(a < b),
  lessEqual: (a: number, b: number) => oneIf(a <= b),
  greater: (a: number, b: number) => oneIf(a > b),
  greaterEqual: (a: number, b: number) => oneIf(a >= b),
  equal: (a: number, b: number) => oneIf(a === b),
  select: (a: number, b: number, c: number) => (a !== 0 ? b : c),
  floor: (a: number) => Math.floor(a),
  round: roundEven,
  sine: (a: number) => Math.sin(a),
  cosine: (a: number) => Math.cos(a),
  arcTangent: angle,
} as const
export type FunctionName = keyof typeof functions

export type Expr =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'constant'; readonly values: readonly number[] }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Expr[] }

export type Operand = Expr | number | readonly number[]

/** A formula over `inputs` pictures. */
export interface Formula {
  readonly inputs: number
  readonly body: Expr
}

const isList = (operand: Operand): operand is readonly number[] => Array.isArray(operand)

/** Constants are float32, as on the device. */
function toExpr(operand: Operand): Expr {
  if (typeof operand === 'number') return { kind: 'constant', values: [Math.fround(operand)] }
  return isList(operand) ? { kind: 'constant', values: operand.map(Math.fround) } : operand
}

const call = (name: FunctionName, ...args: readonly Operand[]): Expr => ({ kind: 'call', name, args: args.map(toExpr) })

/** The formula that `build` returns; its parameters are the pictures, in order. */
export const expr = (build: (...inputs: Expr[]) => Operand): Formula => ({
  inputs: build.length,
  body: toExpr(build(...Array.from({ length: build.length }, (_, index): Expr => ({ kind: 'input', index })))),
})

export const add = (a: Operand, b: Operand): Expr => call('add', a, b)
export const sub = (a: Operand, b: Operand): Expr => call('subtract', a, b)
export const mul = (a: Operand, b: Operand): Expr => call('multiply', a, b)
/** IEEE division: x / 0 is ±∞, 0 / 0 is NaN. */
export const div = (a: Operand, b: Operand): Expr => call('divide', a, b)
export const neg = (a: Operand): Expr => call('negative', a)
/** NaN where either is, as numpy.minimum. */
export const min = (a: Operand, b: Operand): Expr => call('minimum', a, b)
/** NaN where either is, as numpy.maximum. */
export const max = (a: Operand, b: Operand): Expr => call('maximum', a, b)
/** NaN stays NaN. */
export const clamp = (a: Operand, low: Operand, high: Operand): Expr => call('clamp', a, low, high)
/** Comparisons are 1 where they hold, else 0. */
export const less = (a: Operand, b: Operand): Expr => call('less', a, b)
export const lessEqual = (a: Operand, b: Operand): Expr => call('lessEqual', a, b)
export const greater = (a: Operand, b: Operand): Expr => call('greater', a, b)
export const greaterEqual = (a: Operand, b: Operand): Expr => call('greaterEqual', a, b)
export const equal = (a: Operand, b: Operand): Expr => call('equal', a, b)
/** `then` where the condition is not 0, else `otherwise`. */
export const select = (condition: Operand, then: Operand, otherwise: Operand): Expr =>
  call('select', condition, then, otherwise)
export const abs = (a: Operand): Expr => call('absolute', a)
export const sqrt = (a: Operand): Expr => call('squareRoot', a)
export const exp = (a: Operand): Expr => call('exponential', a)
export const log = (a: Operand): Expr => call('logarithm', a)
export const pow = (a: Operand, b: Operand): Expr => call('power', a, b)
export const floor = (a: Operand): Expr => call('floor', a)
/** Halves to even. */
export const round = (a: Operand): Expr => call('round', a)
/** Radians. */
export const sin = (a: Operand): Expr => call('sine', a)
export const cos = (a: Operand): Expr => call('cosine', a)
export const atan2 = (y: Operand, x: Operand): Expr => call('arcTangent', y, x)
/** a at t = 0, b at t = 1, linear in between. */
export const mix = (a: Operand, b: Operand, t: Operand): Expr => add(mul(a, sub(1, t)), mul(b, t))

/** The formula's value for these numbers. */
export function evaluate(body: Expr, inputs: readonly number[], channel: number): number {
  switch (body.kind) {
    case 'input':
      return inputs[body.index] ?? Number.NaN
    case 'constant':
      return constantAt(body.values, channel)
    case 'call': {
      const f: (...args: number[]) => number = functions[body.name]
      return f(...body.args.map((arg) => evaluate(arg, inputs, channel)))
    }
  }
}

const constantAt = (values: readonly number[], channel: number): number =>
  (values.length === 1 ? values[0] : values[channel]) ?? Number.NaN

/** Σ weights[i] · input i + constant. */
export interface Linear {
  readonly constant: number
  readonly weights: readonly number[]
}

/** The formula as a weighted sum, if it is one. */
export function linearOf({ body, inputs }: Formula, channel: number): Linear | undefined {
  const scale = ({ constant, weights }: Linear, by: number): Linear => ({
    constant: constant * by,
    weights: weights.map((weight) => weight * by),
  })
  const plus = (a: Linear, b: Linear): Linear => ({
    constant: a.constant + b.constant,
    weights: a.weights.map((weight, i) => weight + (b.weights[i] ?? 0)),
  })
  const isConstant = ({ weights }: Linear): boolean => weights.every((weight) => weight === 0)
  const walk = (node: Expr): Linear | undefined => {
    if (node.kind === 'input')
      return { constant: 0, weights: Array.from({ length: inputs }, (_, i) => (i === node.index ? 1 : 0)) }
    if (node.kind === 'constant')
      return { constant: constantAt(node.values, channel), weights: Array.from({ length: inputs }, () => 0) }
    const parts = node.args.map(walk)
    const [a, b] = parts
    if (parts.every((part) => part && isConstant(part)))
      return { constant: evaluate(node, [], channel), weights: Array.from({ length: inputs }, () => 0) }
    if (a && node.name === 'negative') return scale(a, -1)
    if (!a || !b) return undefined
    if (node.name === 'add') return plus(a, b)
    if (node.name === 'subtract') return plus(a, scale(b, -1))
    if (node.name === 'multiply' && isConstant(b)) return scale(a, b.constant)
    if (node.name === 'multiply' && isConstant(a)) return scale(b, a.constant)
    if (node.name === 'divide' && isConstant(b)) return scale(a, 1 / b.constant)
    return undefined
  }
  return walk(body)
}

/** The inputs that the formula uses. */
export const usedInputs = (body: Expr): ReadonlySet<number> =>
  body.kind === 'call'
    ? new Set(body.args.flatMap((arg) => [...usedInputs(arg)]))
    : new Set(body.kind === 'input' ? [body.index] : [])

const signs: Partial<Record<FunctionName, string>> = {
  add: '+',
  subtract: '−',
  multiply: '·',
  divide: '/',
  power: '^',
  less: '<',
  lessEqual: '≤',
  greater: '>',
  greaterEqual: '≥',
  equal: '=',
}

/** The formula in plain signs, for explanations: "((a · 0.5) + b)". */
export function describeExpr(body: Expr): string {
  if (body.kind === 'input') return String.fromCharCode(97 + body.index)
  const short = (value: number): string => String(Number(value.toPrecision(6)))
  if (body.kind === 'constant')
    return body.values.length === 1 ? short(body.values[0] ?? 0) : `[${body.values.map(short).join(', ')}]`
  const [a = '', b = '', c = ''] = body.args.map(describeExpr)
  const sign = signs[body.name]
  if (sign) return `(${a} ${sign} ${b})`
  if (body.name === 'select') return `(${a} ? ${b} : ${c})`
  return `${body.name}(${[a, b, c].slice(0, body.args.length).join(', ')})`
}
