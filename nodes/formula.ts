/**
 * Formulas that a person types, as expressions for every pixel: `where(a > 0.5, a ** 2, b)`. NumPy's names and signs, so that the
 * same text is Python. The parser knows only what stands here; nothing is ever evaluated as code.
 */
import {
  abs,
  add,
  atan2,
  clamp,
  cos,
  div,
  type Expr,
  equal,
  exp,
  expr,
  floor,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  max,
  min,
  mul,
  neg,
  type Operand,
  pow,
  round,
  select,
  sin,
  sqrt,
  sub,
} from '../engine/ops/expr.ts'
import { SightlineError } from '../engine/types/problem.ts'

/** The longest text, and the most parts that it may have. */
const longest = 2000
const mostParts = 300
const deepest = 60

interface FunctionOf {
  readonly takes: number
  readonly make: (...args: Expr[]) => Operand
  readonly says: string
}

/** a − b · ⌊a / b⌋, as numpy.mod: its sign is that of b. */
const mod = (a: Expr, b: Expr): Expr => sub(a, mul(floor(div(a, b)), b))

const functions: Readonly<Record<string, FunctionOf>> = {
  abs: { takes: 1, make: abs, says: 'without its sign' },
  sqrt: { takes: 1, make: sqrt, says: 'square root' },
  exp: { takes: 1, make: exp, says: 'e to this power' },
  log: { takes: 1, make: log, says: 'natural logarithm' },
  sin: { takes: 1, make: sin, says: 'sine, of radians' },
  cos: { takes: 1, make: cos, says: 'cosine, of radians' },
  tan: { takes: 1, make: (a) => div(sin(a), cos(a)), says: 'tangent, of radians' },
  arctan2: { takes: 2, make: atan2, says: 'the angle of (y, x)' },
  floor: { takes: 1, make: floor, says: 'the whole number below' },
  round: { takes: 1, make: round, says: 'the nearest whole number' },
  minimum: { takes: 2, make: min, says: 'the smaller one' },
  maximum: { takes: 2, make: max, says: 'the larger one' },
  clip: { takes: 3, make: clamp, says: 'kept between two bounds' },
  where: { takes: 3, make: select, says: 'the second where the first holds, else the third' },
  power: { takes: 2, make: pow, says: 'the first to the power of the second' },
  mod: { takes: 2, make: mod, says: 'what is left of a division' },
}
/** Other names that people type. */
const others: Readonly<Record<string, string>> = {
  min: 'minimum',
  max: 'maximum',
  clamp: 'clip',
  pow: 'power',
  atan2: 'arctan2',
  fabs: 'abs',
  if: 'where',
}

const constants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E }

interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end'
  readonly text: string
  readonly at: number
}

/** Says where in the text something is wrong, counted from 1. */
function wrong(text: string, at: number, given: string, wanted: string): SightlineError {
  const before = text.slice(0, at)
  const place = at >= text.length ? 'at its end' : `at character ${[...before].length + 1}`
  return new SightlineError('param.invalid', {
    param: 'formula',
    given: `"${text.length > 80 ? `${text.slice(0, 77)}...` : text}": ${place} ${given}`,
    wanted,
  })
}

const pattern =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|<=|>=|==|!=|[-+*/%^<>()?:,&|~]))/y

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  pattern.lastIndex = 0
  let at = 0
  while (text.slice(at).trim() !== '') {
    const match = pattern.exec(text)
    const start = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0)
    if (!match)
      throw wrong(
        text,
        start,
        `stands "${text[start]}"`,
        'numbers, names, and the signs + - * / % ** < <= > >= == != & | ~ ( ) , ? :',
      )
    const [whole, number, name, sign] = match
    const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : 'sign'
    tokens.push({ kind, text: number ?? name ?? sign ?? '', at: start })
    at += whole.length
  }
  return [...tokens, { kind: 'end', text: '', at: text.length }]
}

const no = (a: Operand): Expr => equal(a, 0)
const both = (a: Expr, b: Expr): Expr => mul(no(no(a)), no(no(b)))
const either = (a: Expr, b: Expr): Expr => no(mul(no(a), no(b)))

/** Signs between two operands: how strongly they bind (as in Python), and what they make. */
const signs: Readonly<Record<string, { readonly binds: number; readonly make: (a: Expr, b: Expr) => Operand }>> = {
  '|': { binds: 1, make: either },
  '&': { binds: 2, make: both },
  '<': { binds: 3, make: less },
  '<=': { binds: 3, make: lessEqual },
  '>': { binds: 3, make: greater },
  '>=': { binds: 3, make: greaterEqual },
  '==': { binds: 3, make: equal },
  '!=': { binds: 3, make: (a, b) => no(equal(a, b)) },
  '+': { binds: 4, make: add },
  '-': { binds: 4, make: sub },
  '*': { binds: 5, make: mul },
  '/': { binds: 5, make: div },
  '%': { binds: 5, make: mod },
}
const words: Readonly<Record<string, string>> = { and: '&', or: '|' }

/** The pictures, by their letters, and the places. */
export type Names = Readonly<Record<string, Expr>>

export interface Parsed {
  readonly body: Expr
  /** The names that it uses. */
  readonly used: ReadonlySet<string>
}

/**
 * @param names what a name stands for
 * @throws param.invalid with the place of the fault
 */
export function parseFormula(text: string, names: Names): Parsed {
  if (text.length > longest)
    throw wrong(text, longest, 'it becomes too long', `a formula of at most ${longest} characters`)
  const tokens = tokensOf(text)
  let [next, parts, depth] = [0, 0, 0]
  const used = new Set<string>()
  const peek = (): Token => tokens[next] ?? { kind: 'end', text: '', at: text.length }
  const signAt = (): string => {
    const token = peek()
    return token.kind === 'name' ? (words[token.text] ?? '') : token.kind === 'sign' ? token.text : ''
  }
  const said = (token: Token): string => (token.kind === 'end' ? 'something is missing' : `stands "${token.text}"`)
  const expectSign = (sign: string): void => {
    const token = peek()
    if (signAt() !== sign) throw wrong(text, token.at, said(token), `"${sign}"`)
    next++
  }
  const made = (operand: Operand): Expr => {
    parts++
    if (parts > mostParts)
      throw wrong(text, peek().at, 'it has too many parts', `a formula of at most ${mostParts} parts`)
    // A single number is an expression as any other.
    return expr(() => operand).body
  }

  return { body: whole(), used }

  function whole(): Expr {
    const body = choice()
    const token = peek()
    if (token.kind !== 'end') throw wrong(text, token.at, said(token), 'a sign between two operands, or the end')
    return body
  }

  /** condition ? then : otherwise */
  function choice(): Expr {
    depth++
    if (depth > deepest) throw wrong(text, peek().at, 'brackets lie too deep', `at most ${deepest} levels of brackets`)
    let result = operation(0)
    if (signAt() === '?') {
      next++
      const then = choice()
      expectSign(':')
      result = made(select(result, then, choice()))
    }
    depth--
    return result
  }

  function operation(least: number): Expr {
    let left = prefix()
    for (;;) {
      const sign = signs[signAt()]
      if (!sign || sign.binds < least) return left
      const { at, text: written } = peek()
      next++
      const right = operation(sign.binds + 1)
      left = made(sign.make(left, right))
      const following = signs[signAt()]
      // In Python 1 < a < 2 is something else than what it looks like here.
      if (sign.binds === 3 && following?.binds === 3)
        throw wrong(
          text,
          peek().at,
          `"${peek().text}" follows "${written}" of character ${at + 1}`,
          'brackets, and & between two comparisons',
        )
    }
  }

  function prefix(): Expr {
    depth++
    if (depth > deepest) throw wrong(text, peek().at, 'signs lie too deep', `at most ${deepest} levels`)
    const token = peek()
    const sign = token.kind === 'name' && token.text === 'not' ? '~' : token.kind === 'sign' ? token.text : ''
    let result: Expr
    if (sign === '-' || sign === '+' || sign === '~') {
      next++
      // As in Python, a power binds more strongly than the sign before it.
      const operand = prefix()
      result = sign === '+' ? operand : made(sign === '-' ? neg(operand) : no(operand))
    } else result = raised()
    depth--
    return result
  }

  /** Powers go from right to left: 2 ** 3 ** 2 is 2 ** 9. */
  function raised(): Expr {
    const base = atom()
    if (signAt() !== '**' && signAt() !== '^') return base
    next++
    return made(pow(base, prefix()))
  }

  function atom(): Expr {
    const token = peek()
    next++
    if (token.kind === 'number') return made(Number(token.text))
    if (token.kind === 'name') return named(token)
    if (token.text === '(') {
      const inside = choice()
      expectSign(')')
      return inside
    }
    throw wrong(text, token.at, said(token), 'a number, a name, or a bracket')
  }

  function named(token: Token): Expr {
    const { text: name, at } = token
    const own = others[name] ?? name
    const calls = signAt() === '('
    const known = Object.hasOwn(functions, own) ? functions[own] : undefined
    if (calls && known) return made(known.make(...argumentsOf(token, known)))
    if (Object.hasOwn(names, name)) {
      used.add(name)
      return names[name] as Expr
    }
    if (Object.hasOwn(constants, name)) return made(constants[name] ?? 0)
    if (known)
      throw wrong(text, at, `"${name}" has no brackets`, `${name}(${'abc'.slice(0, known.takes).split('').join(', ')})`)
    const there = [...Object.keys(names), ...Object.keys(constants)]
    const callable = Object.keys(functions)
    throw wrong(text, at, `stands "${name}"`, `one of ${there.join(', ')}, or a function: ${callable.join(', ')}`)
  }

  function argumentsOf(token: Token, { takes }: FunctionOf): readonly Expr[] {
    next++
    const given: Expr[] = []
    if (signAt() !== ')') {
      given.push(choice())
      while (signAt() === ',') {
        next++
        given.push(choice())
      }
    }
    expectSign(')')
    if (given.length === takes) return given
    throw wrong(text, token.at, `"${token.text}" has ${given.length} arguments`, `${takes}`)
  }
}

/** What each function does, for the help of the parameter. */
export const functionsInWords: string = Object.entries(functions)
  .map(([name, { says }]) => `${name} (${says})`)
  .join(', ')
