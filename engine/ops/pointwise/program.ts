/** Turns a formula into the program that the point-wise kernels run. */
import { type Expr, evaluate, type FunctionName, functions, usedInputs } from '../expr.ts'

/** A register. */
export type Slot =
  | { readonly bank: 'input' | 'constant' | 'temporary'; readonly index: number }
  | { readonly bank: 'output' }

export interface Line {
  readonly name: FunctionName
  readonly to: Slot
  readonly from: readonly Slot[]
}

export interface Program {
  readonly lines: readonly Line[]
  /** The inputs that are read, in order. */
  readonly inputs: readonly number[]
  /** One number for each channel. */
  readonly constants: readonly (readonly number[])[]
  readonly temporaries: number
}

/** The formula with constant parts evaluated. Shared parts stay shared. */
function fold(body: Expr, channels: number, done = new Map<Expr, Expr>()): Expr {
  if (body.kind === 'input') return body
  const known = done.get(body)
  if (known) return known
  const folded = body.kind === 'call' ? { ...body, args: body.args.map((arg) => fold(arg, channels, done)) } : body
  const constant = folded.kind === 'constant' || folded.args.every(({ kind }) => kind === 'constant')
  const result = constant ? constantOf(folded, channels) : folded
  done.set(body, result)
  return result
}

/** How often each part is an operand. */
function countUses(body: Expr, uses = new Map<Expr, number>()): Map<Expr, number> {
  const before = uses.get(body) ?? 0
  uses.set(body, before + 1)
  if (body.kind === 'call' && before === 0) for (const arg of body.args) countUses(arg, uses)
  return uses
}

const constantOf = (body: Expr, channels: number): Expr => ({
  kind: 'constant',
  values: Array.from({ length: channels }, (_, c) => Math.fround(evaluate(body, [], c))),
})

/**
 * @param channels of the output; lists of constants have as many numbers
 */
export function compile(formula: Expr, channels: number): Program {
  const constants: (readonly number[])[] = []
  const lines: Line[] = []
  const free: number[] = []
  let temporaries = 0

  const constant = (values: readonly number[]): Slot => {
    const known = constants.findIndex((other) => other.every((value, c) => Object.is(value, values[c])))
    return { bank: 'constant', index: known < 0 ? constants.push(values) - 1 : known }
  }
  const body = fold(formula, channels)
  const uses = countUses(body)
  const slots = new Map<Expr, Slot>()
  /** Evaluates the operands. A register used here for the last time may be overwritten by the same instruction. */
  const operands = (args: readonly Expr[]): readonly Slot[] => {
    const from = args.map(operand)
    for (const [i, arg] of args.entries()) {
      const left = (uses.get(arg) ?? 0) - 1
      uses.set(arg, left)
      const slot = from[i]
      if (left === 0 && slot?.bank === 'temporary') free.push(slot.index)
    }
    return from
  }
  const operand = (part: Expr): Slot => {
    if (part.kind === 'input') return { bank: 'input', index: part.index }
    if (part.kind === 'constant') return constant(part.values)
    const known = slots.get(part)
    if (known) return known
    const from = operands(part.args)
    const to: Slot = { bank: 'temporary', index: free.pop() ?? temporaries++ }
    slots.set(part, to)
    lines.push({ name: part.name, to, from })
    return to
  }
  if (body.kind === 'call') lines.push({ name: body.name, to: { bank: 'output' }, from: operands(body.args) })
  else lines.push({ name: 'copy', to: { bank: 'output' }, from: [operand(body)] })

  const inputs = [...usedInputs(body)].sort((a, b) => a - b)
  return { lines, constants, temporaries, inputs }
}

const codes = Object.keys(functions)

/** For kernel.as.ts: five numbers an instruction, the code, the destination and three operands. `inputs`: how many there are. */
export function codeOf({ lines, constants }: Program, inputs: number): Int32Array<ArrayBuffer> {
  const register = (slot: Slot): number => {
    if (slot.bank === 'input') return slot.index
    if (slot.bank === 'constant') return inputs + slot.index
    return inputs + constants.length + (slot.bank === 'output' ? 0 : 1 + slot.index)
  }
  const code = lines.flatMap(({ name, to, from }) => {
    const [a = 0, b = 0, c = 0] = from.map(register)
    return [codes.indexOf(name), register(to), a, b, c]
  })
  return Int32Array.from(code)
}
