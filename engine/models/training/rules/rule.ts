/** What rules have in common. */
import { type Attribute, type Dims, sizeOf } from '../../../values/layers/layer.ts'
import type { Tape } from '../tape.ts'

export const first = (tape: Tape, [input = '']: readonly string[]): readonly Dims[] => [tape.shape(input)]

/** NumPy's rule, from the right. */
export function broadcast(a: Dims, b: Dims): Dims {
  const length = Math.max(a.length, b.length)
  return Array.from({ length }, (_, i) => {
    const [own = 1, other = 1] = [a[i - length + a.length], b[i - length + b.length]]
    if (own !== other && own !== 1 && other !== 1) throw new Error(`${a.join(' × ')} and ${b.join(' × ')} do not meet`)
    return own === 1 ? other : own
  })
}

/** The gradient of what was repeated along axes: the sum of its repetitions. */
export function summedTo(tape: Tape, gradient: string, shape: Dims): string {
  const given = tape.shape(gradient)
  if (given.join() === shape.join()) return gradient
  const more = given.length - shape.length
  const axes = [...given.keys()].filter((axis) => axis < more || (shape[axis - more] === 1 && given[axis] !== 1))
  const summed = axes.length === 0 ? gradient : tape.operator('ReduceSum', [gradient, tape.ints(axes)], { keepdims: 1 })
  return reshaped(tape, summed, shape)
}

export const reshaped = (tape: Tape, tensor: string, shape: Dims): string =>
  tape.shape(tensor).join() === shape.join() ? tensor : tape.operator('Reshape', [tensor, tape.ints(shape)])

/** Elements by elements. */
export const times = (tape: Tape, a: string, b: string): string => tape.operator('Mul', [a, b])
export const plus = (tape: Tape, a: string, b: string): string => tape.operator('Add', [a, b])
export const minus = (tape: Tape, a: string, b: string): string => tape.operator('Sub', [a, b])
export const scaled = (tape: Tape, a: string, by: number): string => times(tape, a, tape.number(by))

export const sum = (tape: Tape, of: string, axes: readonly number[], keep: 0 | 1 = 1): string =>
  tape.operator('ReduceSum', [of, tape.ints(axes)], { keepdims: keep })
export const mean = (tape: Tape, of: string, axes: readonly number[]): string =>
  tape.operator('ReduceMean', [of, tape.ints(axes)], { keepdims: 1 })

/** A matrix product with either side turned: ONNX Runtime's own operator, which copies nothing for it. */
export const product = (tape: Tape, a: string, b: string, turned: { readonly a?: true; readonly b?: true } = {}) =>
  tape.operator('FusedMatMul', [a, b], { transA: turned.a ? 1 : 0, transB: turned.b ? 1 : 0 })

/** (N, ...) as two axes: all but the last, the last. */
export const asRows = (tape: Tape, tensor: string): string => {
  const shape = tape.shape(tensor)
  return reshaped(tape, tensor, [sizeOf(shape.slice(0, -1)), shape.at(-1) ?? 1])
}

/** An axis that may count from the end. */
export const axisOf = (attributes: Readonly<Record<string, Attribute>>, dims: Dims, otherwise = 0): number => {
  const { axis = otherwise } = attributes as { readonly axis?: number }
  return axis < 0 ? axis + dims.length : axis
}
