/** Products of matrices. */
import type { Dims } from '../../../values/layers/layer.ts'
import { NoGradientError, type Rule } from '../tape.ts'
import { asRows, broadcast, product, reshaped, sum, summedTo } from './rule.ts'

const turned = (dims: Dims, turn: boolean): Dims =>
  turn ? [...dims.slice(0, -2), dims.at(-1) ?? 0, dims.at(-2) ?? 0] : dims

function productShape(a: Dims, b: Dims): Dims {
  if (a.at(-1) !== b.at(-2)) throw new Error(`${a.join(' × ')} and ${b.join(' × ')} have no product`)
  return [...broadcast(a.slice(0, -2), b.slice(0, -2)), a.at(-2) ?? 0, b.at(-1) ?? 0]
}

const matMul: Rule = {
  type: 'MatMul',
  shapes: (tape, [a = '', b = '']) => [productShape(tape.shape(a), tape.shape(b))],
  backward(tape, { inputs: [a = '', b = ''] }, gradient, wants) {
    const [own, other] = [tape.shape(a), tape.shape(b)]
    const left = () => summedTo(tape, product(tape, gradient, b, { b: true }), own)
    // One product over all rows, where all share one matrix.
    const right = () =>
      other.length === 2
        ? product(tape, asRows(tape, a), asRows(tape, gradient), { a: true })
        : summedTo(tape, product(tape, a, gradient, { a: true }), other)
    return [wants(0) ? left() : undefined, wants(1) ? right() : undefined]
  },
}

/** Gradients have it, so second derivatives go through it: of y = op(a) op(b), where op may turn a matrix. */
const fusedMatMul: Rule = {
  type: 'FusedMatMul',
  domain: 'com.microsoft',
  shapes: (tape, [a = '', b = ''], { transA, transB }) => [
    productShape(turned(tape.shape(a), transA === 1), turned(tape.shape(b), transB === 1)),
  ],
  backward(tape, { inputs: [a = '', b = ''], attributes: { transA, transB } }, gradient, wants) {
    const [ta, tb] = [transA === 1, transB === 1]
    const turn = (of: boolean, name: 'a' | 'b') => (of ? { [name]: true as const } : {})
    const left = () =>
      ta ? product(tape, b, gradient, { ...turn(tb, 'a'), b: true }) : product(tape, gradient, b, turn(!tb, 'b'))
    const right = () =>
      tb ? product(tape, gradient, a, { a: true, ...turn(ta, 'b') }) : product(tape, a, gradient, turn(!ta, 'a'))
    return [
      wants(0) ? summedTo(tape, left(), tape.shape(a)) : undefined,
      wants(1) ? summedTo(tape, right(), tape.shape(b)) : undefined,
    ]
  },
}

/** a bᵀ + c */
const gemm: Rule = {
  type: 'Gemm',
  shapes: (tape, [a = '', b = ''], { transB }) => [productShape(tape.shape(a), turned(tape.shape(b), transB === 1))],
  backward(tape, { inputs: [a = '', b = '', c], attributes }, gradient, wants) {
    if (attributes.transB !== 1) throw new NoGradientError('the second matrix of this Gemm is not turned')
    return [
      wants(0) ? product(tape, gradient, b) : undefined,
      wants(1) ? product(tape, gradient, a, { a: true }) : undefined,
      c !== undefined && wants(2) ? reshaped(tape, sum(tape, gradient, [0], 0), tape.shape(c)) : undefined,
    ]
  },
}

export const matrixRules: readonly Rule[] = [matMul, fusedMatMul, gemm]
