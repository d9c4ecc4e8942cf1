/**
 * Point-wise formulas: `expr((a, b) => mix(a, b, 0.5))` is a small tree, which the device runs as one pass over the pixels
 * and which explanations take apart. Numbers stand for constants; a list of numbers has one for each channel.
 */

/** By name: what the function makes of numbers. The order is that of the kernel's codes. */
export const functions = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  divide: (a: number, b: number) => a / b,
  minimum: (a: number, b: number) => (b < a ? b : a),
  maximum: (a: number, b: number) => (a < b ? b : a),
  /** 1 where a > b, else 0. */
  greater: (a: number, b: number) => (a > b ? 1 : 0),
  /** b where a is not 0, else c. */
  select: (a: number, b: number, c: number) => (a !== 0 ? b : c),
  absolute: (a: number) => Math.abs(a),
  squareRoot: (a: number) => Math.sqrt(a),
  exponential: (a: number) => Math.exp(a),
  logarithm: (a: number) => Math.log(a),
  power: (a: number, b: number) => a ** b,
  floor: (a: number) => Math.floor(a),
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

/** Constants are float32, as the device has them. */
function toExpr(operand: Operand): Expr {
  if (typeof operand === 'number') return { kind: 'constant', values: [Math.fround(operand)] }
  return isList(operand) ? { kind: 'constant', values: operand.map(Math.fround) } : operand
}

const call = (name: FunctionName, ...args: readonly Operand[]): Expr => ({ kind: 'call', name, args: args.map(toExpr) })

/** The formula that `build` writes down; its parameters are the pictures, in order. */
export const expr = (build: (...inputs: Expr[]) => Operand): Formula => ({
  inputs: build.length,
  body: toExpr(build(...Array.from({ length: build.length }, (_, index): Expr => ({ kind: 'input', index })))),
})

export const add = (a: Operand, b: Operand): Expr => call('add', a, b)
export const sub = (a: Operand, b: Operand): Expr => call('subtract', a, b)
export const mul = (a: Operand, b: Operand): Expr => call('multiply', a, b)
/** IEEE division: x / 0 is ±∞, 0 / 0 is NaN. */
export const div = (a: Operand, b: Operand): Expr => call('divide', a, b)
export const min = (a: Operand, b: Operand): Expr => call('minimum', a, b)
export const max = (a: Operand, b: Operand): Expr => call('maximum', a, b)
export const clamp = (a: Operand, low: Operand, high: Operand): Expr => min(max(a, low), high)
/** 1 where a > b, else 0. */
export const greater = (a: Operand, b: Operand): Expr => call('greater', a, b)
/** `then` where the condition is not 0, else `otherwise`. */
export const select = (condition: Operand, then: Operand, otherwise: Operand): Expr =>
  call('select', condition, then, otherwise)
export const abs = (a: Operand): Expr => call('absolute', a)
export const sqrt = (a: Operand): Expr => call('squareRoot', a)
export const exp = (a: Operand): Expr => call('exponential', a)
export const log = (a: Operand): Expr => call('logarithm', a)
export const pow = (a: Operand, b: Operand): Expr => call('power', a, b)
export const floor = (a: Operand): Expr => call('floor', a)
/** a where t is 0, b where t is 1, and between in between. */
export const mix = (a: Operand, b: Operand, t: Operand): Expr => add(mul(a, sub(1, t)), mul(b, t))

/** The formula's value where the pictures have these numbers. */
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

/** The formula as a weighted sum, where it is one. */
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

/** "mix(a, b, 0.5)" in plain signs, for explanations. */
export function describeExpr(body: Expr): string {
  if (body.kind === 'input') return String.fromCharCode(97 + body.index)
  const short = (value: number): string => String(Number(value.toPrecision(6)))
  if (body.kind === 'constant')
    return body.values.length === 1 ? short(body.values[0] ?? 0) : `[${body.values.map(short).join(', ')}]`
  const [a = '', b = '', c = ''] = body.args.map(describeExpr)
  const signs: Partial<Record<FunctionName, string>> = {
    add: '+',
    subtract: '−',
    multiply: '·',
    divide: '/',
    greater: '>',
    power: '^',
  }
  const sign = signs[body.name]
  if (sign) return `(${a} ${sign} ${b})`
  if (body.name === 'select') return `(${a} ? ${b} : ${c})`
  return `${body.name}(${[a, b, c].slice(0, body.args.length).join(', ')})`
}
